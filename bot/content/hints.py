"""What is odd in the calendar of a station, though not wrong: for `trucban check` to point at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content.holidays import LAST, national
from bot.domain.holiday import Holidays
from bot.domain.knowledge import Knowledge
from bot.domain.station import Closure, Station

_SOON = timedelta(days=90)  # holidays worth comparing with what the state announced
_MORNING = 5 * 60  # nobody comes before
_DECIDED = ("tet", "national", "culture")  # which days these are, or whether they are, the state announces
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at: a station's id (or none) and a sentence of console.yaml with its blanks."""

    where: str
    key: str
    blanks: dict[str, str]


def hints(known: Knowledge, today: date) -> Iterator[Hint]:
    """Everything odd in stations.yaml."""
    yield from _holidays(known.holidays, today)
    for station in known.stations.values():
        yield from _past(station, today)
        yield from _nights(station)
        yield from _closed_extras(station, today)
        yield from _bridges(station, known.holidays, today)


def _holidays(holidays: Holidays, today: date) -> Iterator[Hint]:
    """Holidays that were only worked out, and come soon; and a calendar that ends."""
    for kind in _DECIDED:
        soon = [d for d, why in holidays.off.items() if why.kind == kind and today <= d <= today + _SOON]
        if soon and all(national().off.get(day) == holidays.off[day] for day in soon):
            days = " – ".join(dict.fromkeys((_day(soon[0]), _day(soon[-1]))))
            yield Hint("", "worked_out", {"days": days})
    if today.year + 2 > LAST:
        yield Hint("", "calendar_ends", {"year": str(LAST)})


def _past(station: Station, today: date) -> Iterator[Hint]:
    ended = (
        *((shift.id, shift.ends.date()) for shift in station.shifts),
        *((village.id, village.day) for village in station.villages),
        *(("specials", special.day) for special in station.specials),
        *(("closures", closure.last) for closure in station.closures),
    )
    for name, day in ended:
        if day < today:
            yield Hint(station.id, "past", {"name": name, "day": _day(day)})


def _nights(station: Station) -> Iterator[Hint]:
    for shift in station.shifts:
        if not shift.spans and (shift.ends.date() > shift.begins.date() or shift.begins.hour * 60 < _MORNING):
            yield Hint(station.id, "night", {"name": shift.id})


def _closed_extras(station: Station, today: date) -> Iterator[Hint]:
    """Special openings and shifts that a closure takes back."""
    for closure in station.closures:
        days = [special.day for special in station.specials if _meets(closure, special.day, special.day)]
        days += [
            max(closure.first, shift.begins.date())
            for shift in station.shifts
            if _meets(closure, shift.begins.date(), shift.ends.date())
        ]
        for day in days:
            if day >= today and not closure.desks:
                yield Hint(station.id, "taken_back", {"day": _day(day), "reason": closure.reason})


def _meets(closure: Closure, first: date, last: date) -> bool:
    return closure.first <= last and first <= closure.last


def _bridges(station: Station, holidays: Holidays, today: date) -> Iterator[Hint]:
    """Weekend days with hours of their own between days off: people take them for part of the holiday."""
    weekend = {day for hours in station.hours for day in hours.days if day > 4}
    for day, why in holidays.off.items():
        if not today <= day <= today + _SOON or why.kind not in _DECIDED:
            continue
        for beside in (day - _DAY, day + _DAY):
            opens = beside.weekday() in weekend and beside not in holidays.off
            if opens and not any(_meets(closure, beside, beside) for closure in station.closures):
                yield Hint(station.id, "bridge", {"day": _day(beside)})


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
