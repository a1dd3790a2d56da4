"""What is out of the ordinary at a station in the next two weeks, in words: closed, and open besides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bot.conversation import days_off
from bot.conversation.days_off import AHEAD
from bot.conversation.opening_hours import clock, dated, listed, minute, narrowed
from bot.domain.knowledge import Knowledge
from bot.domain.station import Closure, Shift, Station
from bot.domain.timetable import hours


def closures(known: Knowledge, station: Station, day: date) -> str:
    """When the station is closed, and why; empty when it is not."""
    until = day + AHEAD
    told = [
        (first, days_off.span(known, first, last, why))
        for first, last, why in days_off.runs(known, day, until, station)
    ]
    told += [
        (closure.first, words)
        for closure in station.closures
        if closure.last >= day and closure.first <= until
        if (words := _closure(known, station, closure))
    ]
    return "; ".join(words for _, words in sorted(told))


def _closure(known: Knowledge, station: Station, closure: Closure) -> str:
    """A closure; empty when other desks do all that its desks do."""
    why = closure.reason
    if closure.desks:
        others = set(station.desks) - set(closure.desks)
        lacking = {each.id for each in station.seated} - station.served(*others)
        if not lacking:
            return ""
        why = known.says("station_not", reason=why, services=listed(station, lacking))
    if not closure.spans:
        return days_off.span(known, closure.first, closure.last, why)
    spans, first, last = clock(closure.spans), f"{closure.first:%d/%m/%Y}", f"{closure.last:%d/%m/%Y}"
    if first == last:
        return known.says("station_part", day=first, hours=spans, reason=why)
    return known.says("station_part_from_to", first=first, last=last, hours=spans, reason=why)


def openings(known: Knowledge, station: Station, day: date) -> str:
    """When it is open besides the ordinary hours: swapped days, special ones, shifts, village sessions."""
    return "; ".join(words for _, words in sorted(_openings(known, station, day, day + AHEAD)))


def _openings(known: Knowledge, station: Station, day: date, until: date) -> Iterator[tuple[date, str]]:
    for then in known.holidays.work:
        if day <= then <= until and (spans := hours(station, then, known.holidays)):
            yield then, known.says("extra_worked", day=dated(known, then), hours=clock(spans))
    for special in station.specials:
        if day <= special.day <= until and hours(station, special.day, known.holidays):
            services = station.served(*(special.desks or station.desks))
            services &= frozenset(special.services) or services
            told = narrowed(known, station, clock(special.spans), services)
            yield special.day, known.says("extra_day", day=dated(known, special.day), hours=told)
    for shift in station.shifts:
        if shift.ends.date() >= day and shift.begins.date() <= until:
            yield shift.begins.date(), _shift(known, station, shift)
    for village in station.villages:
        if day <= village.day <= until:
            services = frozenset(village.services)
            yield (
                village.day,
                known.says(
                    "extra_village",
                    day=dated(known, village.day),
                    place=village.place,
                    hours=clock(village.spans),
                    services=listed(station, services),
                ),
            )


def _shift(known: Knowledge, station: Station, shift: Shift) -> str:
    told = {
        "first": _moment(known, shift.begins),
        "last": _moment(known, shift.ends),
        "officers": str(shift.officers),
        "services": listed(station, station.served(*shift.desks)),
    }
    if shift.spans:
        return known.says("extra_shift_hours", hours=clock(shift.spans), **told)
    return known.says("extra_shift", **told)


def _moment(known: Knowledge, at: datetime) -> str:
    """`17:00 thứ 6 27/11/2026`."""
    return f"{minute(at.hour * 60 + at.minute)} {dated(known, at.date())}"
