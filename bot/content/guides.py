"""The file guides.yaml: its shape, what it becomes, and what a guide and its intent must have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from bot.content.files import Document, Place
from bot.content.markup import foreign
from bot.content.model import IntentId, Label, Line, Name, Strict, Text
from bot.conversation.screens import GUIDE
from bot.domain.guide import Guide, GuideStep, Skip
from bot.domain.knowledge import Knowledge, topic_of
from bot.errors import Problem


class SkipModel(Strict):
    """What to do when a step cannot be done."""

    label: Label = Field(description="Chữ trên nút, như: Chưa gọi được.")
    text: Text = Field(description="Làm gì lúc ấy.")


class StepModel(Strict):
    """One thing to do."""

    text: Text = Field(description="Một việc cần làm; câu đầu là việc chính.")
    points: Annotated[list[Line], Field(max_length=5)] = Field(
        default_factory=list, description="Từng việc nhỏ, mỗi việc một gạch đầu dòng."
    )
    done: Label = Field(description="Chữ trên nút khi làm xong.")
    skip: SkipModel | None = Field(None, description="Khi chưa làm được.")


class GuideModel(Strict):
    """Help given one step at a time."""

    intent: IntentId = Field(description="Việc được chỉ dẫn từng bước (does: guide).")
    title: Line = Field(description="Tên, hiện đầu mỗi bước.")
    steps: Annotated[list[StepModel], Field(min_length=2, max_length=8)]
    end: Text = Field(description="Lời kết sau bước cuối.")
    next: Annotated[list[IntentId], Field(max_length=3)] = Field(default_factory=list)


class GuideFile(Strict):
    """guides.yaml: matters that one is led through, step by step."""

    guides: dict[Name, GuideModel]


def built(model: GuideFile) -> dict[str, Guide]:
    """The guides of the file."""
    return {id_: _guide(id_, guide) for id_, guide in model.guides.items()}


def _guide(id_: str, model: GuideModel) -> Guide:
    steps = tuple(
        GuideStep(s.text, s.done, Skip(s.skip.label, s.skip.text) if s.skip else None, tuple(s.points))
        for s in model.steps
    )
    return Guide(id_, model.intent, model.title, steps, model.end, tuple(model.next))


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
