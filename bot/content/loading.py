"""From a content folder to `Knowledge`, or to the full list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.content import checking, scams
from bot.content.catalogue import FILES
from bot.content.files import Document, load, version
from bot.content.model import (
    AgesModel,
    AnswerFile,
    AnswerModel,
    BodyModel,
    Dated,
    GuideFile,
    GuideModel,
    IntentFile,
    OptionModel,
    StationFile,
    StationModel,
    TextFile,
    UrgentFile,
    WordFile,
)
from bot.domain.answer import Ages, Answer, Body, Case, Option, Source, Spell, Variant
from bot.domain.guide import Guide, GuideStep, Skip
from bot.domain.knowledge import Emergency, Intent, Knowledge, Words, topic_of
from bot.domain.station import Closure, Hours, Service, Shift, Station
from bot.errors import ContentError, Problem

_DAYS = ("t2", "t3", "t4", "t5", "t6", "t7", "cn")
_LASTING = ("lua_dao", "oos", "tro_chuyen")  # warnings, refusals, courtesy and privacy never fall silent
M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class Files:
    """The parsed content folder."""

    folder: Path
    intents: dict[str, Document]
    others: dict[str, Document]

    @property
    def documents(self) -> list[Document]:
        """All files, intents first."""
        return [*self.intents.values(), *self.others.values()]


def read(folder: Path) -> Files:
    """Parse all content files."""
    intents = {p.stem: load(p, f"intents/{p.name}") for p in sorted((folder / "intents").glob("*.yaml"))}
    return Files(folder, intents, {name: load(folder / name, name) for name in FILES})


def knowledge(folder: Path) -> Knowledge:
    """The checked content of a folder.

    Raises:
        ContentError: with every problem found.
    """
    known, check = draft(folder)
    problems = check()
    if problems:
        raise ContentError(tuple(problems))
    return known


def draft(folder: Path) -> tuple[Knowledge, Callable[[], list[Problem]]]:
    """The content of a folder whose files are right each for itself, and the check of what is between them.

    Raises:
        ContentError: with every problem of single files.
    """
    before = version(folder)
    files = read(folder)
    problems = [problem for document in files.documents for problem in document.problems]
    models = {name: _validated(doc, FILES[name], problems) for name, doc in files.others.items()}
    intents = {topic: _validated(doc, IntentFile, problems) for topic, doc in files.intents.items()}
    if problems:
        raise ContentError(tuple(problems))
    built = _built(before, models, {t: m for t, m in intents.items() if isinstance(m, IntentFile)})
    return built, lambda: sorted(
        checking.problems(built, files.intents, files.others), key=lambda p: (p.file, p.line)
    )


def _validated(document: Document, model: type[M], problems: list[Problem]) -> M | None:
    if document.problems:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems.extend(_explained(document, detail) for detail in error.errors(include_url=False))
        return None


def _explained(document: Document, detail: Any) -> Problem:
    place = tuple(part for part in detail["loc"] if part in ("from", "until") or _in(document, part))
    kind = detail["type"]
    field = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "")
    context = detail.get("ctx", {})
    given = detail.get("input")
    known = {
        "field": field,
        "limit": context.get("max_length", context.get("min_length", context.get("ge", context.get("le")))),
        "length": len(given) if isinstance(given, str | list) else "",
        "value": given,
        "expected": context.get("expected", ""),
        "reason": detail["msg"],
    }
    try:
        return document.problem(place, kind, **known)
    except KeyError:
        return document.problem(place, "other", **known)


def _in(document: Document, part: str | int) -> bool:
    """Whether part of a pydantic location is a place in the file, not the name of a union's branch."""
    return isinstance(part, int) or any(part in place for place in document.lines)


def _built(version: str, models: dict[str, Any], intents: dict[str, IntentFile]) -> Knowledge:
    answers: AnswerFile = models["faq.yaml"]
    texts: TextFile = models["texts.yaml"]
    urgent: UrgentFile = models["urgent.yaml"]
    stations: StationFile = models["stations.yaml"]
    guides: GuideFile = models["guides.yaml"]
    vital = frozenset(id_ for m in urgent.kinds.values() for id_ in (m.intent, *m.next))
    return Knowledge(
        digest=version,
        topics=dict(texts.topics),
        intents={
            id_: Intent(id_, tuple(model.says), model.does)
            for file in intents.values()
            for id_, model in file.root.items()
        },
        answers={id_: _answer(id_, model, vital) for id_, model in answers.root.items()},
        emergencies={
            kind: Emergency(kind, m.intent, m.short, tuple(m.steps), tuple(m.says), tuple(m.next))
            for kind, m in urgent.kinds.items()
        },
        near_misses=tuple(urgent.near),
        calming=tuple(urgent.calm),
        stations={id_: _station(id_, model) for id_, model in stations.root.items()},
        words=_words(models["words.yaml"]),
        texts=dict(texts.says),
        guides={id_: _guide(id_, model) for id_, model in guides.guides.items()},
        scams=scams.built(models["scams.yaml"]),
    )


def _answer(id_: str, model: AnswerModel, urgent: frozenset[str]) -> Answer:
    base = _body(model)
    first = Variant(base, model.valid_from, model.valid_until)
    others = [Variant(base.overridden(_body(v)), v.valid_from, v.valid_until) for v in model.variants]
    return Answer(
        intent=id_,
        title=model.title,
        label=model.label,
        variants=(first, *others),
        sources=tuple(Source(s.name, s.url) for s in model.sources),
        reviewed=model.reviewed,
        review_by=model.review_by,
        lasting=model.lasting or topic_of(id_) in _LASTING or id_ in urgent,
        ages=_ages(model.ages),
    )


def _body(model: BodyModel) -> Body:
    return Body(
        short=model.short,
        steps=_tuple(model.steps),
        notes=_tuple(model.notes),
        bring=_tuple(model.bring),
        where=model.where,
        time=_spells(model.time),
        fee=_spells(model.fee),
        online=model.online,
        proxy=model.proxy,
        warn=model.warn,
        next=_tuple(model.next),
        service=model.service,
        law=_tuple(model.law),
        cases=None
        if model.cases is None
        else tuple(Case(c.ask, tuple(map(_option, c.options))) for c in model.cases),
    )


def _option(model: OptionModel) -> Option:
    return Option(model.label, _body(model), tuple(model.says), _ages(model.ages))


def _ages(model: AgesModel | None) -> Ages | None:
    return Ages(model.since, model.until) if model else None


def _guide(id_: str, model: GuideModel) -> Guide:
    steps = tuple(
        GuideStep(s.text, s.done, Skip(s.skip.label, s.skip.text) if s.skip else None, tuple(s.points))
        for s in model.steps
    )
    return Guide(id_, model.intent, model.title, steps, model.end, tuple(model.next))


def _tuple(items: list[str] | None) -> tuple[str, ...] | None:
    return None if items is None else tuple(items)


def _spells(dated: Dated | None) -> tuple[Spell, ...] | None:
    if dated is None:
        return None
    if isinstance(dated, str):
        return (Spell(dated),)
    return tuple(Spell(row.text, row.since, row.until) for row in dated)


def _station(id_: str, model: StationModel) -> Station:
    return Station(
        id=id_,
        name=model.name,
        commune=model.commune,
        province=model.province,
        formerly=tuple(model.formerly),
        address=model.address,
        phone=model.phone,
        demo=model.demo,
        hours=tuple(Hours(tuple(map(_DAYS.index, h.days)), tuple(map(_span, h.spans))) for h in model.hours),
        closures=tuple(Closure(c.first, c.last, c.reason) for c in model.closures),
        services=tuple(
            Service(s.id, s.name, s.minutes, tuple(s.desks), s.days_ahead, s.online_share)
            for s in model.services
        ),
        shifts=tuple(Shift(s.begins, s.ends, s.officers, tuple(s.desks)) for s in model.shifts),
        accounts=tuple(model.accounts),
    )


def _span(text: str) -> tuple[time, time]:
    opens, _, closes = text.partition("-")
    return (
        datetime.strptime(opens, "%H:%M").time(),  # noqa: DTZ007 - a wall clock, no date
        datetime.strptime(closes, "%H:%M").time(),  # noqa: DTZ007
    )


def _words(model: WordFile) -> Words:
    return Words(
        shorthand=model.shorthand,
        ambiguous={short: tuple(meanings) for short, meanings in model.ambiguous.items()},
        dialect=model.dialect,
        keep=tuple(model.keep),
        courtesy=tuple(model.courtesy),
        concepts={name: tuple(group) for name, group in model.concepts.items()},
        commands={str(name): tuple(group) for name, group in model.commands.items()},
        facets={str(name): tuple(group) for name, group in model.facets.items()},
        joints=tuple(model.joints),
        turns={str(name): tuple(group) for name, group in model.turns.items()},
        corrections={str(name): tuple(group) for name, group in model.corrections.items()},
    )
