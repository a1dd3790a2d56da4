"""How the desk says a day and a time: "sáng mai, thứ 2 23/11, 7:45", "thứ 3, 01/12/2026"."""

from __future__ import annotations

from datetime import date

from bot.domain.knowledge import Knowledge

_NEAR = ("today", "tomorrow")  # the days people call by a name rather than by a date
_NOON, _AFTERNOON, _EVENING = 11 * 60, 13 * 60, 18 * 60


def worded(known: Knowledge, day: date, today: date, begins: int | None = None) -> str:
    """A day as it is said today, with the minute of the day (local time) something begins, if given.

    Today and tomorrow are named, with the part of the day; other days carry their year.
    """
    weekday = known.says(f"day_{day.weekday()}")
    ahead = (day - today).days
    if not 0 <= ahead < len(_NEAR):
        said = known.says("when_day", weekday=weekday, date=f"{day:%d/%m/%Y}")
    else:
        key = f"when_{_NEAR[ahead]}" + ("_part" if begins is not None else "")
        part = {} if begins is None else {"part": known.says(f"part_{_part(begins)}")}
        said = known.says(key, weekday=weekday, date=f"{day:%d/%m}", **part)
    return said if begins is None else known.says("when_at", day=said, clock=clock(begins))


def begun(said: str) -> str:
    """As the first words of a sentence."""
    return said[:1].upper() + said[1:]


def clock(minute: int) -> str:
    """`7:45`, as on the door of the station."""
    return f"{minute // 60}:{minute % 60:02}"


def _part(minute: int) -> str:
    if minute < _NOON:
        return "morning"
    if minute < _AFTERNOON:
        return "noon"
    return "afternoon" if minute < _EVENING else "evening"
