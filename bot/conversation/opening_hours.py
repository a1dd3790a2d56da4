"""When a station is open, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.domain.knowledge import Knowledge
from bot.domain.station import Station

_AHEAD = timedelta(days=14)  # closures that are worth naming today


def worded(known: Knowledge, station: Station) -> str:
    """`thứ 2 – thứ 6: 7:30–11:30, 13:30–17:00; thứ 7: 7:30–11:30`."""
    return "; ".join(
        f"{_days(known, hours.days)}: {', '.join(f'{_clock(a)}–{_clock(b)}' for a, b in hours.spans)}"
        for hours in station.hours
    )


def closures(known: Knowledge, station: Station, day: date) -> str:
    """The days of the next two weeks on which the station is closed, and why; empty when there are none."""
    soon = [each for each in station.closures if each.last >= day and each.first <= day + _AHEAD]
    return "; ".join(
        f"{_day(each.first)} ({each.reason})"
        if each.first == each.last
        else known.says("station_from_to", first=_day(each.first), last=_day(each.last), reason=each.reason)
        for each in soon
    )


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


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
