"""The shape of the content files. The JSON Schemas for editors are generated from these classes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

SHORT = 350  # characters of `short`: what most people read, and all that many read
LABEL = 24  # characters of a button: what a small phone shows on one line

Text = Annotated[str, Field(min_length=1, max_length=700)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Label = Annotated[str, Field(min_length=1, max_length=LABEL)]
IntentId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Https = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=400)]


class Strict(BaseModel):
    """Unknown keys are refused; nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class IntentModel(Strict):
    """How people ask for one thing."""

    says: Annotated[list[Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)] = Field(
        description="Câu hỏi như người dân gõ, mỗi câu một dòng."
    )
    does: Name | None = Field(None, description="Tên việc bắt đầu thay cho câu trả lời (đặt lịch…).")


class IntentFile(RootModel[dict[IntentId, IntentModel]]):
    """The file intents/<topic>.yaml."""


class SpellModel(BaseModel):
    """A fee or time that holds on some days, both ends inclusive, Vietnam time."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

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
    law: Annotated[list[Line], Field(min_length=1)] | None = Field(None, description="Căn cứ pháp luật.")
    cases: list[CaseModel] | None = Field(None, description="Câu hỏi để biết trường hợp.")


class AgesModel(BaseModel):
    """Years of age, both ends inclusive."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

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


Day = Literal["t2", "t3", "t4", "t5", "t6", "t7", "cn"]
Span = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]


class HoursModel(Strict):
    """Opening hours on some week days."""

    days: Annotated[list[Day], Field(min_length=1)]
    spans: Annotated[list[Span], Field(min_length=1, max_length=4)]


class ClosureModel(BaseModel):
    """Days closed, both inclusive."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="until")
    reason: Line


class ServiceModel(Strict):
    """Something a visit can be for."""

    id: Name
    name: Line
    minutes: Annotated[int, Field(ge=5, le=240)]
    desks: Annotated[list[Name], Field(min_length=1)]
    days_ahead: Annotated[int, Field(ge=1, le=60)] = 14
    online_share: Annotated[float, Field(ge=0, le=1)] = 0.5


class ShiftModel(BaseModel):
    """Extra officers for a limited time (local)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    begins: datetime = Field(alias="from")
    ends: datetime = Field(alias="until")
    officers: Annotated[int, Field(ge=1, le=20)]
    desks: Annotated[list[Name], Field(min_length=1)]


class StationModel(Strict):
    """One commune police station."""

    name: Line
    commune: Line
    province: Line
    formerly: list[Line] = Field(default_factory=list)
    address: Line | None = None
    phone: Annotated[str, Field(pattern=r"^[0-9 .+()]{3,20}$")] | None = None
    demo: bool = False
    hours: list[HoursModel] = Field(default_factory=list)
    closures: list[ClosureModel] = Field(default_factory=list)
    services: list[ServiceModel] = Field(default_factory=list)
    shifts: list[ShiftModel] = Field(default_factory=list)
    accounts: list[Annotated[str, Field(pattern=r"^[a-z_]+:\S+$")]] = Field(default_factory=list)


class StationFile(RootModel[dict[Name, StationModel]]):
    """The file stations.yaml."""


class TextFile(Strict):
    """texts.yaml: topics of the menu, in order, and every sentence that is no answer."""

    topics: dict[Name, Label]
    says: dict[Name, Text]


class WordFile(Strict):
    """words.yaml: how people type."""

    shorthand: dict[str, Line]
    ambiguous: dict[str, Annotated[list[Line], Field(min_length=2, max_length=6)]]
    dialect: dict[str, Line]
    keep: list[Line]
    courtesy: list[Line]
    concepts: dict[Name, list[Line]]
    commands: dict[
        Literal[
            "menu", "back", "help", "useful", "wrong", "data", "show", "erase",
            "done", "undone", "onward", "previous", "stop", "still", "brief", "scared",
        ],
        list[Line],
    ]  # fmt: skip
    facets: dict[
        Literal["fee", "time", "where", "bring", "online", "steps", "law", "fine", "proxy"], list[Line]
    ]
    joints: list[Line]
    turns: dict[Literal["opening", "closing", "weak", "people", "beside"], list[Line]]
    corrections: dict[Literal["no", "mean", "ask"], list[Line]]


class EmergencyModel(Strict):
    """One kind of emergency: what is said at once, and how people cry for help."""

    intent: IntentId
    short: Annotated[str, Field(min_length=1, max_length=SHORT)]
    steps: Annotated[list[Line], Field(min_length=1, max_length=6)]
    next: Annotated[list[IntentId], Field(max_length=3)] = Field(default_factory=list)
    says: Annotated[list[Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)]


class UrgentFile(Strict):
    """urgent.yaml: kinds of emergencies, and messages that only look like one."""

    kinds: dict[Name, EmergencyModel]
    calm: list[Name]
    near: Annotated[list[Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)]


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
