"""When somebody would like to come: from words of time to days of a draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.times.days import Doubt
from bot.conversation.times.parts import Window
from bot.conversation.times.settled import Choice
from bot.conversation.times.wishes import Wish
from bot.domain.draft import Draft, When

_FAR = 60  # days ahead that are looked at
_MOST = 14  # days of one wish
_DAY = (0, 24 * 60)
_BEFORE, _AFTER = 45, 75  # minutes around a time that was named: eight seats of a quarter of an hour
# What is asked first, where several things are doubtful.
_FIRST = (
    Doubt.WEEKDAY,
    Doubt.LUNAR_OR_SOLAR,
    Doubt.LUNAR,
    Doubt.PAST,
    Doubt.IMPOSSIBLE,
    Doubt.SAME_DAY,
    Doubt.VAGUE,
)


def hoped(wish: Wish | None, today: date) -> When:
    """The days and hours that were meant; with a doubt, its readings in the order they are likely."""
    choices = wish.choices if wish else ()
    doubts = {doubt for choice in choices for doubt in choice.doubts}
    doubt = next((str(each) for each in _FIRST if each in doubts), None)
    hours: dict[date, tuple[int, int]] = {}
    for choice in choices:
        for day in _span(choice, today):
            hours[day] = _joined(hours.get(day), _hours(choice.hours))
    days = (list(hours) if doubt else sorted(hours))[:_MOST]
    if not days:
        begins, ends = next((_hours(choice.hours) for choice in choices if choice.hours), _DAY)
        return When((), begins, ends, doubt=doubt)
    if doubt == Doubt.LUNAR_OR_SOLAR and choices[0].first not in hours:
        doubt = Doubt.LUNAR.value  # by the sun it is gone
    each = tuple(hours[day] for day in days)
    begins, ends = min(first for first, _ in each), max(last for _, last in each)
    told = tuple(day.isoformat() for day in days)
    return When(told, begins, ends, each if len(set(each)) > 1 else (), doubt)


def named(choices: Sequence[Choice], today: date) -> tuple[str, ...]:
    """The days (ISO) some times lie on."""
    return tuple(day.isoformat() for choice in choices for day in _span(choice, today))[:_MOST]


def onto(draft: Draft, when: When) -> Draft:
    """The draft with another wish; hours alone are those of the days that stood there."""
    if when.hours_only:
        return replace(draft, begins=when.begins, ends=when.ends, hours=())
    return replace(
        draft, days=when.days, begins=when.begins, ends=when.ends, hours=when.hours, doubt=when.doubt
    )


def picked(draft: Draft, day: str) -> Draft:
    """The draft for one day: of several, or where none was said, in the hours that were; else all of it."""
    hours = _DAY
    if draft.days != (day,) or draft.doubt:
        hours = dict(zip(draft.days, draft.hours, strict=False)).get(day, (draft.begins, draft.ends))
    return replace(draft, days=(day,), begins=hours[0], ends=hours[1], hours=(), doubt=None)


def around(minute: int) -> tuple[int, int]:
    """What of a day is near enough to a minute of it."""
    return max(0, minute - _BEFORE), min(24 * 60, minute + _AFTER)


def _hours(window: Window | None) -> tuple[int, int]:
    if window is None:
        return _DAY
    return (window.begins, window.ends) if window.at is None else _near(window)


def _near(window: Window) -> tuple[int, int]:
    """A time that was named, and what is near it; of a stretch all of it."""
    at = window.at or 0
    if window.ends - at > 60 or window.begins < at:
        return window.begins, window.ends
    return around(at)


def _joined(known: tuple[int, int] | None, more: tuple[int, int]) -> tuple[int, int]:
    return (min(known[0], more[0]), max(known[1], more[1])) if known else more


def _span(choice: Choice, today: date) -> Iterator[date]:
    """The days of a choice that are not gone; of those too far ahead the first, so that it can be said."""
    if choice.first is None and choice.last is None:
        return
    first = max(choice.first or today, today)
    far = today + timedelta(days=_FAR)
    last = choice.last or far
    if (choice.last and choice.last < today) or first > last:
        return
    yield first
    for ahead in range(1, (min(last, far) - first).days + 1):
        yield first + timedelta(days=ahead)
