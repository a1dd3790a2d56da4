"""The file stations.yaml: its shape, and the stations it describes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from bot.content.holidays import HolidaysModel
from bot.content.model import IntentId, Line, Name, Ranged, Strict
from bot.domain.station import Closure, Hours, Service, Shift, Span, Special, Station, Village

Day = Literal["t2", "t3", "t4", "t5", "t6", "t7", "cn"]
_DAYS = get_args(Day)  # in the order of `Hours.days`
SpanText = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Spans = Annotated[list[SpanText], Field(min_length=1, max_length=4)]
Names = Annotated[list[Name], Field(min_length=1)]


class HoursModel(Strict):
    """Opening hours on some week days."""

    days: Annotated[list[Day], Field(min_length=1)]
    spans: Spans
    desks: Names | None = Field(None, description="Chỉ những quầy này.")
    services: Names | None = Field(None, description="Chỉ những dịch vụ này.")


class ClosureModel(Ranged):
    """Days closed, both inclusive."""

    first: date = Field(alias="from")
    last: date = Field(alias="until")
    reason: Line = Field(description="Lý do, người dân đọc được: tập huấn, mất điện…")
    spans: Spans | None = Field(None, description="Chỉ nghỉ mấy giờ này trong ngày.")
    desks: Names | None = Field(None, description="Chỉ nghỉ mấy quầy này.")


class SpecialModel(Strict):
    """A day with hours besides the ordinary ones."""

    day: date
    spans: Spans
    desks: Names | None = Field(None, description="Chỉ những quầy này.")
    services: Names | None = Field(None, description="Chỉ những dịch vụ này.")


class ServiceModel(Strict):
    """Something a visit can be for."""

    id: Name
    name: Line
    at_home: bool = Field(
        False,
        description="Cán bộ đến nhà: người dân ghi tên chờ hẹn ngày; không ghi minutes, desks.",
    )
    minutes: Annotated[int, Field(ge=5, le=240, description="Phút mỗi lượt, chia hết cho 5.")] | None = None
    desks: Names | None = None
    days_ahead: Annotated[int, Field(ge=1, le=60, description="Đặt trước được bao nhiêu ngày.")] = 14
    online_share: Annotated[
        float,
        Field(ge=0, le=1, description="Phần chỗ dành cho đặt qua bot; còn lại cho người đến trực tiếp."),
    ] = 0.5
    checklist: list[IntentId] = Field(
        default_factory=list, description="Lấy giấy tờ cần mang (bring) của những việc này trong faq.yaml."
    )


class ShiftModel(Ranged):
    """Extra officers for a limited time (local)."""

    id: Name
    begins: datetime = Field(alias="from", description="Như 2026-11-27 17:00.")
    ends: datetime = Field(alias="until")
    officers: Annotated[int, Field(ge=1, le=20, description="Mấy cán bộ, mỗi người một bàn.")]
    desks: Names = Field(description="Làm được việc của những quầy này.")
    spans: Spans | None = Field(None, description="Chỉ mấy giờ này mỗi ngày; không ghi thì suốt cả ca.")


class VillageModel(Strict):
    """A day at a place in the commune."""

    id: Name
    day: date
    place: Line = Field(description="Ở đâu: nhà văn hoá thôn…")
    spans: Spans
    services: Names
    officers: Annotated[int, Field(ge=1, le=20, description="Mấy cán bộ, mỗi người một bàn.")] = 1


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
    specials: list[SpecialModel] = Field(default_factory=list)
    services: list[ServiceModel] = Field(default_factory=list)
    shifts: list[ShiftModel] = Field(default_factory=list)
    villages: list[VillageModel] = Field(default_factory=list)
    accounts: list[Annotated[str, Field(pattern=r"^[a-z_]+:\S+$")]] = Field(default_factory=list)
    shares_with: list[Name] = Field(
        default_factory=list,
        description="Trụ sở bên cạnh cùng được báo khi nhiều người gặp một chiêu lừa; ghi ở một bên là đủ.",
    )


class StationFile(BaseModel):
    """The file stations.yaml: stations by their id, and what the state announced about holidays."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[Name, StationModel]

    holidays: HolidaysModel = Field(default_factory=HolidaysModel)


def built(file: StationFile) -> dict[str, Station]:
    """The stations of a file, by id."""
    return {id_: _station(id_, model) for id_, model in file.__pydantic_extra__.items()}


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
        hours=tuple(
            Hours(
                tuple(map(_DAYS.index, h.days)),
                _spans(h.spans),
                tuple(h.desks or ()),
                tuple(h.services or ()),
            )
            for h in model.hours
        ),
        closures=tuple(
            Closure(c.first, c.last, c.reason, _spans(c.spans), tuple(c.desks or ())) for c in model.closures
        ),
        specials=tuple(
            Special(s.day, _spans(s.spans), tuple(s.desks or ()), tuple(s.services or ()))
            for s in model.specials
        ),
        services=tuple(
            Service(
                s.id,
                s.name,
                s.minutes or 0,
                tuple(s.desks or ()),
                s.days_ahead,
                s.online_share,
                tuple(s.checklist),
                s.at_home,
            )
            for s in model.services
        ),
        shifts=tuple(
            Shift(s.id, s.begins, s.ends, s.officers, tuple(s.desks), _spans(s.spans)) for s in model.shifts
        ),
        villages=tuple(
            Village(v.id, v.place, v.day, _spans(v.spans), tuple(v.services), v.officers)
            for v in model.villages
        ),
        accounts=tuple(model.accounts),
        shares_with=tuple(model.shares_with),
    )


def _spans(texts: list[str] | None) -> tuple[Span, ...]:
    return tuple(
        (_minute(begins), _minute(ends)) for begins, _, ends in (t.partition("-") for t in texts or ())
    )


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
