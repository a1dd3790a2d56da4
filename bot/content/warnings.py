"""The file warnings.yaml: its shape, what it becomes, and what is wrong between its entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from bot.content.files import Document, Place
from bot.content.markup import foreign
from bot.content.model import Label, Line, Name, Strict
from bot.domain.knowledge import Knowledge
from bot.domain.topics import Check, Template, TopicWords, WarningWords
from bot.domain.warning import LINK, TEXT, TITLE, Bulletin, Topic, faults
from bot.errors import Problem

_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # a template has no times of its own
_SOON = _NOW + timedelta(days=1)


class CheckModel(Strict):
    """The question under a warning."""

    ask: Line = Field(description="Một câu hỏi ngắn, hỏi sau khi bấm Đã hiểu.")
    options: Annotated[list[Label], Field(min_length=2, max_length=3)] = Field(description="2 hoặc 3 nút.")
    right: Annotated[int, Field(ge=1, le=3)] = Field(description="Nút đúng là nút thứ mấy, đếm từ 1.")
    told: Line = Field(description="Nói sau khi trả lời, đúng hay sai cũng vậy: vì sao.")


class TopicModel(Strict):
    """A topic that citizens subscribe to."""

    label: Label = Field(description="Tên chủ đề, hiện trên nút.")
    says: Annotated[list[Line], Field(min_length=1)] = Field(description="Chữ người dân gọi chủ đề này.")
    check: CheckModel


class TemplateModel(Strict):
    """A warning to begin with."""

    id: Name
    topic: Topic = Field(description="lua_dao, giao_thong, ma_tuy, pccc hoặc luu_dong.", strict=False)
    label: Label = Field(description="Tên mẫu, cán bộ thấy trên nút.")
    title: Annotated[str, Field(min_length=TITLE[0], max_length=TITLE[1])]
    text: Annotated[str, Field(min_length=TEXT[0], max_length=TEXT[1])]
    link: Annotated[str, Field(max_length=LINK)] = Field(
        "", description="Trang của Nhà nước, https://….gov.vn"
    )


class WarningFile(Strict):
    """warnings.yaml: topics of warnings and texts to begin one with."""

    topics: dict[Name, TopicModel] = Field(description="Đủ năm chủ đề, theo thứ tự hiện ra.")
    templates: Annotated[list[TemplateModel], Field(max_length=40)] = Field(default_factory=list)


def built(model: WarningFile) -> WarningWords:
    """The topics that we know, and the templates."""
    topics = {Topic(name): _topic(each) for name, each in model.topics.items() if name in {*Topic}}
    templates = tuple(
        Template(each.id, each.topic, each.label, each.title, each.text.strip(), each.link)
        for each in model.templates
    )
    return WarningWords(topics, templates)


def _topic(model: TopicModel) -> TopicWords:
    check = model.check
    return TopicWords(
        model.label,
        tuple(model.says),
        Check(check.ask, tuple(check.options), check.right - 1, check.told),
    )


def problems(known: Knowledge, document: Document) -> Iterator[Problem]:
    """Everything wrong with the topics and the templates."""
    words = known.warnings
    named = document.data["topics"]
    for name in named.keys() - {*Topic}:
        yield document.problem(("topics", name), "warning_topic", id=name, known=", ".join(Topic))
    for topic in Topic:
        if topic not in words.topics:
            yield document.problem(("topics",), "warning_topic_missing", id=topic)
    for topic, each in words.topics.items():
        place: Place = ("topics", str(topic))
        if each.check.right >= len(each.check.options):
            yield document.problem((*place, "check", "right"), "warning_right", count=len(each.check.options))
        for text in (each.check.ask, each.check.told):
            if what := foreign(text):
                yield document.problem(place, "markup", what=what)
    seen: set[str] = set()
    for number, template in enumerate(words.templates):
        place = ("templates", number)
        if template.id in seen:
            yield document.problem(place, "warning_twice", id=template.id)
        seen.add(template.id)
        yield from _faults(known, template, document, place)


def _faults(known: Knowledge, template: Template, document: Document, place: Place) -> Iterator[Problem]:
    """What would be wrong with a warning that says just this."""
    draft = Bulletin(template.topic, (), template.title, template.text, _SOON, template.link)
    for fault in faults(draft, _NOW, known.scams.webs.official):
        yield document.problem(place, f"warning_{fault}", id=template.id)
