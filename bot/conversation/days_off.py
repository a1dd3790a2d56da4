"""Why a station is closed on a day, and the closed days to come, in words."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.holiday import Holiday
from bot.domain.knowledge import Knowledge
from bot.domain.station import Station

AHEAD = timedelta(days=14)  # what is worth naming today
_DAY = timedelta(days=1)


def why(known: Knowledge, station: Station, day: date) -> str:
    """The reason why a station is closed all day: a closure, or a holiday; empty when it is just not open."""
    for closure in station.closures:
        if closure.first <= day <= closure.last and not closure.spans and not closure.desks:
            return closure.reason
    holiday = known.holidays.off.get(day)
    return reason(known, holiday) if holiday else ""


def reason(known: Knowledge, holiday: Holiday) -> str:
    """`Quốc khánh 02/9`, `nghỉ bù Tết Dương lịch`, `nghỉ hoán đổi, làm bù ngày 22/08/2026`."""
    if holiday.worked:
        return known.says("off_swapped", day=f"{holiday.worked:%d/%m/%Y}")
    name = holiday.name or known.says(f"holiday_{holiday.kind}")
    return known.says("off_substitute", name=name) if holiday.substitute else name


def ordinary(station: Station, day: date) -> bool:
    """Whether a station has hours on the week day of a day."""
    return any(day.weekday() in hours.days for hours in station.hours)


def runs(
    known: Knowledge, first: date, last: date, station: Station | None = None
) -> list[tuple[date, date, str]]:
    """First and last day, and why, of holidays one after the other that reach into a time.

    Of a station only those on which it would be open.
    """
    found: list[tuple[date, date, str]] = []
    for day, holiday in known.holidays.off.items():
        words = reason(known, holiday)
        if found and found[-1][1] == day - _DAY and found[-1][2] == words:
            found[-1] = (found[-1][0], day, words)
        else:
            found.append((day, day, words))
    return [
        run
        for run in found
        if run[1] >= first and run[0] <= last and (station is None or _missed(station, run[0], run[1]))
    ]


def _missed(station: Station, first: date, last: date) -> bool:
    return any(ordinary(station, first + ahead * _DAY) for ahead in range((last - first).days + 1))


def span(known: Knowledge, first: date, last: date, why: str) -> str:
    """`24/11/2026 (Ngày Văn hoá Việt Nam)`, or from one day to another."""
    if first == last:
        return f"{first:%d/%m/%Y} ({why})"
    return known.says("station_from_to", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}", reason=why)


def country(known: Knowledge, day: date) -> tuple[str, str]:
    """What everybody should know who asks for hours without saying where: a holiday, today and soon."""
    holiday = known.holidays.off.get(day)
    today = known.says("country_off", day=f"{day:%d/%m/%Y}", reason=reason(known, holiday)) if holiday else ""
    soon = [span(known, *run) for run in runs(known, day, day + AHEAD)]
    return today, known.says("country_soon", closures="; ".join(soon)) if soon else ""
