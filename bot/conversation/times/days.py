"""What was said of days, and why it may have to be asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.conversation.times.parts import Bound

Span = tuple[date | None, date | None]  # first and last day; None is open


class Doubt(StrEnum):
    """Why a day is asked about before it is booked."""

    LUNAR = "lunar"  # of the moon; the day given is what it most likely is
    LUNAR_OR_SOLAR = "lunar_or_solar"  # "mùng 5": the reading by the sun stands first
    PAST = "past"  # gone; a day given that is not gone is the same one next year
    IMPOSSIBLE = "impossible"  # 31/4
    SAME_DAY = "same_day"  # "thứ 3" said on a Tuesday: today, or in a week
    WEEKDAY = "weekday"  # "thứ 3 ngày 25/11", which is a Wednesday: the date stands first
    VAGUE = "vague"  # "mai mốt"


@dataclass(frozen=True, slots=True)
class Days:
    """What was said of days, in its readings. A weekday has none until it is known what stands beside it."""

    spans: tuple[Span, ...] = ()
    doubts: frozenset[Doubt] = frozenset()
    weekday: int | None = None
    until: int | None = None  # the weekday a stretch ends with
    bound: Bound | None = None
    whole: bool = False  # a week or longer, in which a weekday may be named


Found = tuple[Days, int]  # what was found, and the place behind its last word
ONE = timedelta(1)


def of(day: date, *doubts: Doubt) -> Days:
    """One day."""
    return Days(((day, day),), frozenset(doubts))


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, if there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_start(today: date, ahead: int) -> date:
    """The first of the month so many months ahead."""
    year, month = divmod(today.month - 1 + ahead, 12)
    return date(today.year + year, month + 1, 1)
