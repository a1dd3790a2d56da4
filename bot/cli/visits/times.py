"""When, as an officer types it: Vietnamese words, or a date and a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.cli.visits.room import RefusedError, Room
from bot.conversation.times.days import Doubt
from bot.conversation.times.wishes import when
from bot.domain.seat import CELL

MIDNIGHT = 24 * 60
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})(?:T|\b)")
_HOUR = r"(\d{1,2})(?:\s*[:hg]\s*(\d{2})?)?"
_SPAN = re.compile(rf"(?<![\d/-]){_HOUR}\s*(?:-|–|đến|den)\s*{_HOUR}(?![\d/-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Time:
    """A day, or some, and hours of it: `[begins, ends)`; `at` is the minute that was named."""

    first: date
    last: date
    begins: int = 0
    ends: int = MIDNIGHT
    at: int | None = None


def read_time(room: Room, text: str, *, past: bool = False) -> Time:
    """What a text says of days and hours; a day must be said, and be ahead unless `past` is asked for."""
    said = _with_dates(text)
    if not said:
        raise RefusedError("no_time")
    wish = when(said, room.today, room.clock)
    choices = wish.choices if wish else ()
    if not choices:
        raise RefusedError("time_unread", said=text)
    choice = choices[0]
    doubts = [doubt for doubt in choice.doubts if not (past and doubt is Doubt.PAST)]
    if len(choices) > 1 or doubts:
        readings = ", ".join(f"{each.first:%d/%m/%Y}" for each in choices if each.first)
        clear = len(choices) == 1 and doubts[0] in {Doubt.PAST, Doubt.IMPOSSIBLE}
        raise RefusedError(
            f"time_{doubts[0]}" if clear else "time_doubt", said=text, readings=readings or "–"
        )
    if choice.first is None:
        raise RefusedError("no_day", said=text)
    last, hours = choice.last or choice.first, choice.hours
    if hours is None:
        return Time(choice.first, last)
    return Time(choice.first, last, hours.begins, hours.ends, hours.at)


def read_day(room: Room, text: str, *, past: bool = False) -> date:
    """The one day that a text says."""
    found = read_time(room, text, past=past)
    if found.first != found.last:
        raise RefusedError("one_day", said=text)
    return found.first


def read_span(room: Room, text: str) -> Time:
    """One day, and the hours of it that are said: "mai 7:30-11:30", "sáng thứ 3"; else all of it."""
    said = _with_dates(text)
    span = _SPAN.search(said)
    if span and re.search("[:hg]", span[0], re.IGNORECASE):
        day = read_day(room, f"{said[: span.start()]} {said[span.end() :]}")
        begins, ends = _minute(span[1], span[2]), _minute(span[3], span[4])
        if not begins < ends <= MIDNIGHT:
            raise RefusedError("span_turned", said=span[0])
        return Time(day, day, begins // CELL * CELL, -(-ends // CELL) * CELL)
    found = read_time(room, text)
    if found.first != found.last or found.at is not None:
        raise RefusedError("one_day" if found.at is None else "span_open", said=text)
    return found


def _with_dates(text: str) -> str:
    """Dates as programs write them, written as people do."""
    return _ISO.sub(lambda iso: f"{iso[3]}/{iso[2]}/{iso[1]} ", text).strip()


def _minute(hour: str, minute: str | None) -> int:
    return int(hour) * 60 + int(minute or 0)
