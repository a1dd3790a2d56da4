"""The file faq.yaml: its shape, and what it becomes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated

from pydantic import Field, RootModel

from bot.content.model import SHORT, Https, IntentId, Label, Line, Name, Ranged, Strict, Text
from bot.domain.answer import Ages, Answer, Body, Case, Option, Source, Spell, Variant
from bot.domain.knowledge import topic_of

_LASTING = ("lua_dao", "oos", "tro_chuyen")  # warnings, refusals, courtesy and privacy never fall silent


class SpellModel(Ranged):
    """A fee or time that holds on some days, both ends inclusive, Vietnam time."""

    text: Line
    since: date | None = Field(None, alias="from", description="Từ ngày (kể cả ngày đó).")
    until: date | None = Field(None, description="Đến hết ngày.")


Dated = Line | Annotated[list[SpellModel], Field(min_length=1)]


class BodyModel(Strict):
    """The parts of an answer; an option or a variant overrides only what it names."""

    short: Annotated[str, Field(min_length=1, max_length=SHORT)] | None = Field(
        None, description="Điều đa số cần biết, nói trước tiên."
    )
    steps: Annotated[list[Line], Field(max_length=8)] | None = Field(None, description="Cách làm, từng bước.")
    notes: Annotated[list[Line], Field(max_length=8)] | None = Field(
        None, description="Điều nên biết mà không phải việc phải làm, như các mức phạt."
    )
    bring: Annotated[list[Line], Field(max_length=8)] | None = Field(None, description="Mang gì.")
    where: Text | None = Field(None, description="Ở đâu.")
    time: Dated | None = Field(None, description="Bao lâu.")
    fee: Dated | None = Field(None, description="Bao nhiêu tiền.")
    online: Text | None = Field(None, description="Làm trên mạng thế nào.")
    proxy: Text | None = Field(None, description="Người nhà, người khác đi thay được không.")
    warn: Text | None = Field(None, description="Một điều hay sai.")
    next: Annotated[list[IntentId], Field(max_length=3)] | None = Field(None, description="Câu hỏi tiếp.")
    service: Name | None = Field(None, description="Dịch vụ đặt lịch được (stations.yaml).")
    instead: Line | None = Field(
        None, description="Làm thế nào mà không phải đến trụ sở; hỏi trước khi giữ chỗ."
    )
    law: Annotated[list[Line], Field(min_length=1)] | None = Field(None, description="Căn cứ pháp luật.")
    cases: list[CaseModel] | None = Field(None, description="Câu hỏi để biết trường hợp.")


class AgesModel(Ranged):
    """Years of age, both ends inclusive."""

    since: Annotated[int, Field(ge=0, le=150)] = Field(0, alias="from")
    until: Annotated[int, Field(ge=0, le=150)] = Field(150, alias="to")


class OptionModel(BodyModel):
    """One way to answer a case question."""

    label: Label
    says: list[Line] = Field(
        default_factory=list, description="Chữ dân gõ đã nói rõ trường hợp này; … là vài chữ bất kỳ."
    )
    ages: AgesModel | None = Field(None, description="Tuổi của người làm giấy tờ, kể cả hai đầu.")


class CaseModel(Strict):
    """A question whose answer decides what is right."""

    ask: Line
    options: Annotated[list[OptionModel], Field(min_length=2, max_length=6)]


class VariantModel(BodyModel):
    """Another wording for other days."""

    valid_from: date | None = None
    valid_until: date | None = None


class SourceModel(Strict):
    """Where a statement can be checked."""

    name: Line
    url: Https | None = None


class AnswerModel(BodyModel):
    """The answer to one intent."""

    title: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Tên việc.")
    label: Label = Field(description="Chữ trên nút.")
    short: Annotated[str, Field(min_length=1, max_length=SHORT)]
    sources: list[SourceModel] = Field(default_factory=list, description="Nguồn đã đối chiếu.")
    reviewed: date = Field(description="Ngày rà soát gần nhất.")
    review_by: date | None = Field(None, description="Phải rà soát lại trước ngày này.")
    valid_from: date | None = None
    valid_until: date | None = Field(None, description="Sau ngày này câu trả lời hết dùng được.")
    variants: list[VariantModel] = Field(default_factory=list)
    ages: AgesModel | None = Field(None, description="Câu trả lời chỉ dành cho người ở tuổi này.")
    lasting: bool = Field(default=False, description="Không bao giờ ngừng gửi vì quá hạn rà soát.")


class AnswerFile(RootModel[dict[IntentId, AnswerModel]]):
    """The file faq.yaml."""


def built(model: AnswerFile, vital: Collection[str]) -> dict[str, Answer]:
    """The answers of the file; those of `vital` intents never fall silent either."""
    return {id_: _answer(id_, answer, vital) for id_, answer in model.root.items()}


def _answer(id_: str, model: AnswerModel, vital: Collection[str]) -> Answer:
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
        lasting=model.lasting or topic_of(id_) in _LASTING or id_ in vital,
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
        instead=model.instead,
        law=_tuple(model.law),
        cases=None
        if model.cases is None
        else tuple(Case(c.ask, tuple(map(_option, c.options))) for c in model.cases),
    )


def _option(model: OptionModel) -> Option:
    return Option(model.label, _body(model), tuple(model.says), _ages(model.ages))


def _ages(model: AgesModel | None) -> Ages | None:
    return Ages(model.since, model.until) if model else None


def _tuple(items: list[str] | None) -> tuple[str, ...] | None:
    return None if items is None else tuple(items)


def _spells(dated: Dated | None) -> tuple[Spell, ...] | None:
    if dated is None:
        return None
    if isinstance(dated, str):
        return (Spell(dated),)
    return tuple(Spell(row.text, row.since, row.until) for row in dated)
