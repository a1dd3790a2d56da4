"""The file stations.yaml: its shape, what it becomes, and what no single entry of it can know to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated, Literal, get_args

from pydantic import Field, RootModel

from bot.content.files import Document
from bot.content.model import Line, Name, Ranged, Strict
from bot.domain.knowledge import Knowledge
from bot.domain.station import Closure, Hours, Service, Shift, Station
from bot.errors import Problem

Day = Literal["t2", "t3", "t4", "t5", "t6", "t7", "cn"]
Span = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
_DAYS = get_args(Day)  # in the order of `Hours.days`


class HoursModel(Strict):
    """Opening hours on some week days."""

    days: Annotated[list[Day], Field(min_length=1)]
    spans: Annotated[list[Span], Field(min_length=1, max_length=4)]


class ClosureModel(Ranged):
    """Days closed, both inclusive."""

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


class ShiftModel(Ranged):
    """Extra officers for a limited time (local)."""

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


def built(model: StationFile) -> dict[str, Station]:
    """The stations of the file."""
    return {id_: _station(id_, station) for id_, station in model.root.items()}


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


def problems(known: Knowledge, document: Document) -> Iterator[Problem]:
    """What is wrong with the times of the stations."""
    for station in known.stations.values():
        for number, hours in enumerate(station.hours):
            for opens, closes in hours.spans:
                if closes <= opens:
                    value = f"{opens:%H:%M}-{closes:%H:%M}"
                    yield document.problem((station.id, "hours", number), "span_turned", value=value)
        for number, closure in enumerate(station.closures):
            if closure.last < closure.first:
                yield document.problem((station.id, "closures", number), "dates_turned")
