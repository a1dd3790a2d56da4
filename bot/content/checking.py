"""Rules between the files: what no single file can know about itself."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.content import calendars, guides, located, scams, warnings
from bot.content.files import Document, Place
from bot.content.markup import foreign
from bot.conversation.sentences import NEEDED
from bot.conversation.text import clean, tokens
from bot.domain.answer import Answer, Body, Case, Spell
from bot.domain.knowledge import Knowledge, is_refusal, topic_of
from bot.errors import Problem

LEAST = 15  # phrases of an intent
_LAWFUL = ("can_cuoc", "cu_tru", "dinh_danh", "dich_vu_cong")
_CHAT = ("tro_chuyen", "oos")  # need only `reviewed`


def problems(
    known: Knowledge, intents: Mapping[str, Document], others: Mapping[str, Document]
) -> list[Problem]:
    """Everything wrong between the files."""
    return [
        *_phrases(known, intents),
        *_pairs(known, intents, others["faq.yaml"]),
        *(p for answer in known.answers.values() for p in _answer(known, answer, others["faq.yaml"])),
        *_texts(known, others["texts.yaml"]),
        *_emergencies(known, others["urgent.yaml"]),
        *guides.problems(known, intents, others["guides.yaml"]),
        *_words(known, others["words.yaml"]),
        *calendars.problems(known, others["stations.yaml"]),
        *located.problems(known, others["stations.yaml"]),
        *scams.problems(known, others["scams.yaml"]),
        *warnings.problems(known, others["warnings.yaml"]),
    ]


def _phrases(known: Knowledge, intents: Mapping[str, Document]) -> Iterator[Problem]:
    seen: dict[str, tuple[str, str, int]] = {}
    for topic, document in intents.items():
        for id_, entry in document.data.items():
            if topic_of(id_) != topic:
                yield document.problem((id_,), "wrong_topic", id=id_, topic=topic, file=document.file)
            if len(entry["says"]) < LEAST:
                yield document.problem((id_,), "few_phrases", id=id_, count=len(entry["says"]), least=LEAST)
            for i, phrase in enumerate(entry["says"]):
                place = (id_, "says", i)
                key = " ".join(t.marked for t in tokens(clean(phrase)))
                if not key:
                    yield document.problem(place, "empty_phrase", phrase=phrase)
                elif key in seen:
                    first, file, line = seen[key]
                    yield document.problem(
                        place, "duplicate_phrase", phrase=phrase, id=first, file=file, line=line
                    )
                else:
                    seen[key] = (id_, document.file, document.line(place))
    for id_ in known.intents:
        if topic_of(id_) not in known.topics and not is_refusal(id_):
            document = intents[topic_of(id_)]
            yield document.problem((id_,), "unknown_topic", topic=topic_of(id_))


def _pairs(known: Knowledge, intents: Mapping[str, Document], faq: Document) -> Iterator[Problem]:
    for id_, intent in known.intents.items():
        if id_ not in known.answers and intent.does is None and topic_of(id_) in intents:
            yield intents[topic_of(id_)].problem((id_,), "no_answer", id=id_)
    for id_ in known.answers:
        if id_ not in known.intents:
            yield faq.problem((id_,), "no_phrases", id=id_)


def _answer(known: Knowledge, answer: Answer, faq: Document) -> Iterator[Problem]:
    id_, topic = answer.intent, topic_of(answer.intent)
    if topic not in _CHAT:
        if not answer.sources:
            yield faq.problem((id_,), "no_sources", id=id_)
        if answer.review_by is None:
            yield faq.problem((id_,), "no_review_by", id=id_)
    if topic in _LAWFUL and not answer.variants[0].body.law:
        yield faq.problem((id_,), "no_law", id=id_)
    if answer.review_by is not None and answer.review_by < answer.reviewed:
        yield faq.problem((id_, "review_by"), "review_before")
    for variant in answer.variants:
        if variant.valid_from and variant.valid_until and variant.valid_until < variant.valid_from:
            yield faq.problem((id_, "valid_until"), "dates_turned")
        yield from _body(known, variant.body, faq, (id_,), answer.reviewed)


def _body(known: Knowledge, body: Body, faq: Document, place: Place, since: date) -> Iterator[Problem]:
    for number, id_ in enumerate(body.next or ()):
        if id_ not in known.intents:
            yield faq.problem((*place, "next", number), "unknown_intent", id=id_)
    if body.service and not any(body.service == s.id for t in known.stations.values() for s in t.services):
        yield faq.problem((*place, "service"), "unknown_service", id=body.service)
    for field in ("time", "fee"):
        yield from _spells(getattr(body, field) or (), faq, (*place, field), since)
    for field in ("short", "where", "online", "instead", "proxy", "warn", "steps", "notes", "bring"):
        value = getattr(body, field) or ()
        for text in (value,) if isinstance(value, str) else value:
            what = foreign(text)
            if what:
                yield faq.problem((*place, field), "markup", what=what)
    for c, case in enumerate(body.cases or ()):
        for o, option in enumerate(case.options):
            yield from _body(known, option.body, faq, (*place, "cases", c, "options", o), since)
        yield from _cues(case, faq, (*place, "cases", c, "options"))


def _cues(case: Case, faq: Document, place: Place) -> Iterator[Problem]:
    """A cue that two options of one question share does not tell them apart."""
    seen: dict[str, str] = {}
    for number, option in enumerate(case.options):
        if option.ages and option.ages.until < option.ages.since:
            yield faq.problem((*place, number, "ages"), "ages_turned")
        for at, cue in enumerate(option.says):
            here = (*place, number, "says", at)
            key = " ".join(token.marked for token in tokens(clean(cue)))
            if not key:
                yield faq.problem(here, "empty_phrase", phrase=cue)
            elif seen.setdefault(key, option.label) != option.label:
                yield faq.problem(here, "cue_twice", phrase=cue, first=seen[key], second=option.label)


def _spells(spells: tuple[Spell, ...], faq: Document, place: Place, since: date) -> Iterator[Problem]:
    for number, spell in enumerate(spells):
        if spell.since and spell.until and spell.until < spell.since:
            yield faq.problem((*place, number), "dates_turned")
    ends = [spell.until for spell in spells if spell.until]
    for day in (since, *(end + timedelta(days=1) for end in ends)):
        if spells and not any(spell.holds(day) for spell in spells):
            yield faq.problem(place, "gap", field=place[-1], day=f"{day:%d/%m/%Y}")


def _texts(known: Knowledge, document: Document) -> Iterator[Problem]:
    for key, blanks in NEEDED.items():
        if key not in known.texts:
            yield document.problem(("says",), "text_missing", key=key)
            continue
        place = ("says", key)
        try:
            used = {name for _, name, _, _ in string.Formatter().parse(known.texts[key]) if name is not None}
        except ValueError:
            yield document.problem(place, "text_braces", key=key)
            continue
        for blank in used - set(blanks):
            yield document.problem(
                place, "text_blank", key=key, blank=blank, known=", ".join(f"{{{b}}}" for b in blanks) or "–"
            )
    for key in known.texts.keys() - NEEDED.keys():
        yield document.problem(("says", key), "text_unknown", key=key)


def _emergencies(known: Knowledge, document: Document) -> Iterator[Problem]:
    for number, name in enumerate(known.calming):
        if name not in known.words.concepts:
            yield document.problem(("calm", number), "unknown_group", name=name)
    for kind, emergency in known.emergencies.items():
        for id_ in (emergency.intent, *emergency.next):
            if id_ not in known.intents:
                yield document.problem(("kinds", kind), "unknown_intent", id=id_)


def _words(known: Knowledge, document: Document) -> Iterator[Problem]:
    words = known.words
    listed: list[tuple[Place, str]] = [
        *(((field, text), text) for field in ("shorthand", "dialect") for text in getattr(words, field)),
        *(
            ((field, number), text)
            for field in ("keep", "courtesy", "joints")
            for number, text in enumerate(getattr(words, field))
        ),
        *(
            (("ambiguous", short), text)
            for short, texts in words.ambiguous.items()
            for text in (short, *texts)
        ),
    ]
    groups: dict[str, str] = {}
    for name, group in words.concepts.items():
        for number, text in enumerate(group):
            place: Place = ("concepts", name, number)
            listed.append((place, text))
            key = " ".join(t.marked for t in tokens(text))
            if groups.setdefault(key, name) != name:
                yield document.problem(place, "words_clash", phrase=text, first=groups[key], second=name)
    for where, text in listed:
        if not tokens(text):
            yield document.problem(where, "empty_phrase", phrase=text)
