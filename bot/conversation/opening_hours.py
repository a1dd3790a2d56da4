"""When a station is open, in words: its week, and one day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from bot.conversation import days_off
from bot.domain.knowledge import Knowledge
from bot.domain.station import Hours, Span, Station
from bot.domain.timetable import hours, offered

_DAY = timedelta(days=1)
_SEARCHED = 31  # days in which a station opens again
_FEAST = timedelta(days=60)  # how far ahead the next holiday is told


def worded(known: Knowledge, station: Station) -> str:
    """`thứ 2 – thứ 6: 7:30–11:30, 13:30–17:00; thứ 7: 7:30–11:30 (chỉ Cư trú)`."""
    return "; ".join(
        f"{_days(known, each.days)}: {narrowed(known, station, clock(each.spans), _served(station, each))}"
        for each in station.hours
    )


def today(known: Knowledge, station: Station, day: date) -> str:
    """Whether it is open today, until when, and when it opens again if not; empty when no hours are known."""
    if not station.hours:
        return ""
    told = known.says("station_today", day=dated(known, day), state=state(known, station, day))
    if hours(station, day, known.holidays):
        return told
    for ahead in range(1, _SEARCHED):
        then = day + ahead * _DAY
        if open_ := _open(known, station, then):
            return f"{told}\n{known.says('station_again', day=dated(known, then), hours=open_)}"
    return told


def weekend(known: Knowledge, station: Station, day: date) -> Iterator[str]:
    """The Saturday and Sunday to come, and the next holiday."""
    if not station.hours:
        return
    for weekday in (5, 6):
        then = day + ((weekday - day.weekday()) % 7) * _DAY
        if then > day:
            told = dated(known, then)
            yield known.says(
                "station_then", day=told[:1].upper() + told[1:], state=state(known, station, then)
            )
    feasts = days_off.runs(known, day + _DAY, day + _FEAST, station)
    feast = next((each for each in feasts if each[0] > day), None)
    if feast and not hours(station, feast[0], known.holidays):
        yield known.says("station_feast", closures=days_off.span(known, *feast))
    elif feast:  # opened specially
        yield known.says("station_then", day=dated(known, feast[0]), state=state(known, station, feast[0]))


def state(known: Knowledge, station: Station, day: date) -> str:
    """`mở 7:30–11:30 (chỉ Cư trú)`, or `nghỉ (Quốc khánh 02/9)`."""
    if open_ := _open(known, station, day):
        return known.says("station_open", hours=open_)
    reason = days_off.why(known, station, day)
    return known.says("station_off_why", reason=reason) if reason else known.says("station_off")


def narrowed(known: Knowledge, station: Station, told: str, served: Collection[str]) -> str:
    """Hours, with what they are only for or not for when that is less than everything; the shorter one."""
    names = {each.id: each.name for each in station.seated}
    without = names.keys() - {*served}
    if not without or not served:
        return told
    some, key = (served, "station_only") if len(served) <= len(without) else (without, "station_without")
    return known.says(key, hours=told, services=listed(station, some))


def listed(station: Station, services: Collection[str]) -> str:
    """The names of services, in the station's order."""
    return ", ".join(each.name for each in station.services if each.id in services)


def clock(spans: Sequence[Span]) -> str:
    """`7:30–11:30, 13:30–17:00`."""
    return ", ".join(f"{minute(begins)}–{minute(ends)}" for begins, ends in spans)


def minute(at: int) -> str:
    """`7:30` of minutes since midnight."""
    return f"{at // 60}:{at % 60:02}"


def dated(known: Knowledge, day: date) -> str:
    """`thứ 3 24/11/2026`."""
    return f"{known.says(f'day_{day.weekday()}')} {day:%d/%m/%Y}"


def _served(station: Station, each: Hours) -> frozenset[str]:
    """What some hours are for."""
    services = station.served(*(each.desks or station.desks))
    return services & frozenset(each.services) if each.services else services


def _open(known: Knowledge, station: Station, day: date) -> str:
    """The hours of a day; those for the same services together."""
    spans: dict[frozenset[str], list[Span]] = {}
    for each in offered(station, day, known.holidays):
        spans.setdefault(each.services, []).append((each.begins, each.ends))
    return "; ".join(narrowed(known, station, clock(several), served) for served, several in spans.items())


def _days(known: Knowledge, days: Sequence[int]) -> str:
    """Runs of three days and more are named by their ends."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        names = [known.says(f"day_{day}") for day in run]
        words.append(f"{names[0]} – {names[-1]}" if len(run) > 2 else ", ".join(names))
    return ", ".join(words)
