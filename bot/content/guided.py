"""Rules of guides.yaml: what a guide and the intents it serves must have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.content.files import Document, Place
from bot.content.markup import foreign
from bot.conversation.screens import GUIDE
from bot.domain.guide import Guide
from bot.domain.knowledge import Knowledge, topic_of
from bot.errors import Problem


def problems(known: Knowledge, intents: Mapping[str, Document], document: Document) -> Iterator[Problem]:
    """Everything wrong with the guides."""
    first: dict[str, str] = {}
    for name, guide in known.guides.items():
        place: Place = ("guides", name)
        for id_ in (guide.intent, *guide.next):
            if id_ not in known.intents:
                yield document.problem(place, "unknown_intent", id=id_)
        if first.setdefault(guide.intent, name) != name:
            yield document.problem(
                (*place, "intent"), "guide_twice", id=guide.intent, first=first[guide.intent]
            )
        served = known.intents.get(guide.intent)
        if served and served.does != GUIDE:
            yield document.problem((*place, "intent"), "guide_not_begun", id=guide.intent)
        yield from _texts(guide, document, place)
    for id_, intent in known.intents.items():
        if intent.does == GUIDE and id_ not in first and topic_of(id_) in intents:
            yield intents[topic_of(id_)].problem((id_, "does"), "guide_missing", id=id_)


def _texts(guide: Guide, document: Document, place: Place) -> Iterator[Problem]:
    for number, step in enumerate(guide.steps):
        for text in (step.text, *step.points, step.skip.text if step.skip else ""):
            if what := foreign(text):
                yield document.problem((*place, "steps", number), "markup", what=what)
    if what := foreign(guide.end):
        yield document.problem((*place, "end"), "markup", what=what)
