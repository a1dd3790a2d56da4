"""What is wrong with the calendar of a station: what no single value of stations.yaml shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from bot.content.files import Document, Place
from bot.domain.knowledge import Knowledge
from bot.domain.seat import CELL
from bot.domain.station import Hours, Service, Shift, Span, Special, Station, Village
from bot.domain.timetable import DAY
from bot.errors import Problem


def problems(known: Knowledge, document: Document) -> Iterator[Problem]:
    """Everything wrong between the entries of stations.yaml."""
    yield from _announced(document)
    for station in known.stations.values():
        yield from _spans(station, document)
        yield from _turned(station, document)
        yield from _overlaps(station, document)
        yield from _names(station, document)
        yield from _twice(station, document)
        for number, other in enumerate(station.shares_with):
            if other == station.id or other not in known.stations:
                yield document.problem((station.id, "shares_with", number), "shares_with", id=other)
        for number, service in enumerate(station.services):
            place = (station.id, "services", number)
            yield from _service(station, service, document, place)
            for row, id_ in enumerate(service.checklist):
                if id_ not in known.answers:
                    yield document.problem((*place, "checklist", row), "checklist", id=id_)


def _announced(document: Document) -> Iterator[Problem]:
    given = document.data.get("holidays") or {}
    for number, added in enumerate(given.get("add") or ()):
        if added["until"] < added["from"]:
            yield document.problem(("holidays", "add", number), "dates_turned")
    for number, swap in enumerate(given.get("work") or ()):
        if swap["day"] == swap["for"] or swap["for"].weekday() > 4:
            yield document.problem(("holidays", "work", number), "swap", day=f"{swap['for']:%d/%m/%Y}")


def _listed(station: Station) -> Iterator[tuple[Place, Any]]:
    """Every entry that opens or closes something, with its place."""
    for name in ("hours", "closures", "specials", "shifts", "villages"):
        for number, entry in enumerate(getattr(station, name)):
            yield (station.id, name, number), entry


def _spans(station: Station, document: Document) -> Iterator[Problem]:
    for place, entry in _listed(station):
        for span in entry.spans:
            if span[1] <= span[0]:
                yield document.problem(place, "span_turned", value=_clock(span))
            elif span[0] % CELL or span[1] % CELL:
                yield document.problem(place, "span_grid", value=_clock(span))
        for one, other in combinations(sorted(entry.spans), 2):
            if other[0] < one[1]:
                yield document.problem(place, "span_overlap", first=_clock(one), second=_clock(other))


def _turned(station: Station, document: Document) -> Iterator[Problem]:
    for number, closure in enumerate(station.closures):
        place = (station.id, "closures", number)
        if closure.last < closure.first:
            yield document.problem(place, "dates_turned")
        if not closure.reason.strip():
            yield document.problem(place, "closure_reason")
    for number, shift in enumerate(station.shifts):
        place = (station.id, "shifts", number)
        if shift.ends <= shift.begins:
            yield document.problem(place, "dates_turned")
        if shift.begins.minute % CELL or shift.ends.minute % CELL:
            yield document.problem(place, "span_grid", value=f"{shift.begins:%H:%M}-{shift.ends:%H:%M}")


def _overlaps(station: Station, document: Document) -> Iterator[Problem]:
    """Two entries of hours that open the same desk for the same at the same time: one is a slip."""
    entries: list[tuple[Place, Hours | Special]] = [
        *(((station.id, "hours", number), entry) for number, entry in enumerate(station.hours)),
        *(((station.id, "specials", number), entry) for number, entry in enumerate(station.specials)),
    ]
    for (_, one), (place, other) in combinations(entries, 2):
        if not _same_days(one, other) or one.services != other.services:
            continue
        if {*(one.desks or station.desks)}.isdisjoint(other.desks or station.desks):
            continue
        for first in one.spans:
            for second in other.spans:
                if first[0] < second[1] and second[0] < first[1]:
                    yield document.problem(place, "span_overlap", first=_clock(first), second=_clock(second))


def _same_days(one: Hours | Special, other: Hours | Special) -> bool:
    if isinstance(one, Hours) and isinstance(other, Hours):
        return not set(one.days).isdisjoint(other.days)
    return isinstance(one, Special) and isinstance(other, Special) and one.day == other.day


def _names(station: Station, document: Document) -> Iterator[Problem]:
    """Desks and services that the station does not have."""
    services = {each.id for each in station.services}
    away = {each.id for each in station.services if each.at_home}
    passing = {desk for _, _, each in _passing(station) for desk in each.seats}
    for place, entry in _listed(station):
        desks = {*station.desks, *(passing if place[1] == "closures" else ())}
        for desk in getattr(entry, "desks", ()):
            if desk not in desks:
                yield document.problem((*place, "desks"), "unknown_desk", id=desk)
        for id_ in getattr(entry, "services", ()):
            if id_ not in services:
                yield document.problem((*place, "services"), "station_service", id=id_)
            elif id_ in away:
                yield document.problem((*place, "services"), "home_hours", id=id_)


def _twice(station: Station, document: Document) -> Iterator[Problem]:
    """Names of services, and of desks that are there for a time, that are not the only ones."""
    seen: set[str] = set()
    for number, service in enumerate(station.services):
        if service.id in seen:
            yield document.problem((station.id, "services", number), "name_twice", id=service.id)
        seen.add(service.id)
    desks = set(station.desks)
    for name, number, each in _passing(station):
        if not desks.isdisjoint(each.seats):
            yield document.problem((station.id, name, number), "name_twice", id=each.id)
        desks |= {*each.seats}


def _passing(station: Station) -> Iterator[tuple[str, int, Shift | Village]]:
    """What brings desks for a time."""
    yield from (("shifts", number, shift) for number, shift in enumerate(station.shifts))
    yield from (("villages", number, village) for number, village in enumerate(station.villages))


def _service(station: Station, service: Service, document: Document, place: Place) -> Iterator[Problem]:
    if service.at_home:
        if service.minutes or service.desks:
            yield document.problem(place, "home_desks", id=service.id)
        return
    if not service.minutes or not service.desks:
        yield document.problem(place, "service_bare", id=service.id)
        return
    if service.minutes % CELL:
        yield document.problem(place, "minutes_grid", value=service.minutes)
    longest = max(_lengths(station, service), default=None)
    if longest is None:
        if station.hours:
            yield document.problem(place, "service_closed", id=service.id)
    elif longest < service.minutes:
        yield document.problem(place, "service_long", id=service.id, minutes=service.minutes)


def _lengths(station: Station, service: Service) -> Iterator[int]:
    """The minutes of each stretch in which a service is served."""
    entries: list[Hours | Special] = [*station.hours, *station.specials]
    for entry in entries:
        desks = entry.desks or station.desks
        if not {*desks}.isdisjoint(service.desks) and service.id in (entry.services or (service.id,)):
            yield from (span[1] - span[0] for span in entry.spans)
    for shift in station.shifts:
        if service.id in station.served(*shift.desks):
            yield from (span[1] - span[0] for span in shift.spans or ((0, DAY),))
    for village in station.villages:
        if service.id in village.services:
            yield from (span[1] - span[0] for span in village.spans)


def _clock(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)
