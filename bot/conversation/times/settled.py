"""Words for days made days of the calendar, as seen from today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from bot.conversation.times.days import ONE, Days, Doubt, Span
from bot.conversation.times.groups import Group
from bot.conversation.times.parts import Bound, Window

_CLOSED = 17 * 60  # a weekday named later than this is not today


@dataclass(frozen=True, slots=True)
class Choice:
    """A time somebody would come: a day from `first` to `last`, both included, in the hours that were said.

    An open end is None; both are None when no day was said, or none exists (`Doubt.IMPOSSIBLE`).
    """

    first: date | None
    last: date | None
    hours: Window | None = None
    doubts: tuple[Doubt, ...] = ()


def choices(groups: Iterable[Group], today: date, now: time) -> tuple[Choice, ...]:
    """The times that were told, each reading of a doubtful one by itself."""
    found: list[Choice] = []
    for group in groups:
        if group.told:
            continue
        hours = group.hours
        if not group.days:
            found.append(Choice(None, None, hours))
            continue
        days = _together(group.days, today, now, hours)
        doubts = tuple(doubt for doubt in Doubt if doubt in days.doubts)
        if not days.spans:
            found.append(Choice(None, None, hours, doubts))
        found += [_choice(span, hours, doubts, today, now) for span in days.spans]
    known = {choice.first for choice in found if choice.hours}
    kept = [choice for choice in found if choice.hours or choice.first not in known]
    # Beside a day to come a day that is gone tells something else: "xe mua hôm qua, mai em lên".
    ahead = [choice for choice in kept if Doubt.PAST not in choice.doubts]
    return tuple(dict.fromkeys(ahead or kept))


def _choice(span: Span, hours: Window | None, doubts: tuple[Doubt, ...], today: date, now: time) -> Choice:
    first, last = span
    if first and last and last >= today > first:
        first = today
    over = (
        hours is not None and (hours.ends if hours.at is None else hours.at + 1) <= now.hour * 60 + now.minute
    )
    if first == last == today and over and Doubt.PAST not in doubts:
        doubts = (*doubts, Doubt.PAST)
    return Choice(first, last, hours, doubts)


def _together(said: Sequence[Days], today: date, now: time, hours: Window | None) -> Days:
    """One or more words for days as one."""
    weekdays = [days for days in said if days.weekday is not None]
    others = [days for days in said if days.weekday is None]
    if not weekdays:
        return _bounded(others[0], today)
    if not others:
        return _bounded(_coming(weekdays[0], today, now, hours), today)
    day, other = weekdays[0], others[0]
    if other.whole or (len(other.spans) == 1 and other.spans[0][0] != other.spans[0][1] and not other.bound):
        return _bounded(replace(_inside(day, other, today), bound=day.bound or other.bound), today)
    fitting = tuple(span for span in other.spans if span[0] and _has(span, day.weekday))
    if fitting:
        settled = other.doubts - ({Doubt.LUNAR_OR_SOLAR} if len(fitting) < len(other.spans) else set())
        if Doubt.LUNAR_OR_SOLAR in other.doubts and fitting[0] != other.spans[0]:
            settled = settled | {Doubt.LUNAR}
        return _bounded(replace(other, spans=fitting, doubts=settled), today)
    if not other.spans or Doubt.VAGUE in other.doubts:
        return other
    coming = _coming(day, today, now, hours)
    return Days((*other.spans, *coming.spans[:1]), other.doubts | {Doubt.WEEKDAY})


def _has(span: Span, weekday: int | None) -> bool:
    first, last = span
    return first is not None and first == last and first.weekday() == weekday


def _coming(days: Days, today: date, now: time, hours: Window | None) -> Days:
    """The next such day; on that very day today or in a week, unless the hours are over."""
    weekday = days.weekday or 0
    ahead = (weekday - today.weekday()) % 7
    first = today + timedelta(ahead)
    minute = now.hour * 60 + now.minute
    over = minute >= _CLOSED or (
        hours is not None and (hours.ends if hours.at is None else hours.at) <= minute
    )
    if days.until is not None:
        if 0 < today.weekday() - weekday <= days.until - weekday:
            first -= timedelta(7)  # in the middle of it
        return replace(days, spans=((first, first + timedelta((days.until - weekday) % 7)),))
    if ahead or over:
        first += timedelta(0 if ahead else 7)
        return replace(days, spans=((first, first),))
    again = first + timedelta(7)
    return replace(days, spans=((first, first), (again, again)), doubts=days.doubts | {Doubt.SAME_DAY})


def _inside(days: Days, stretch: Days, today: date) -> Days:
    """The weekday of a week, or the first such day of a longer stretch that is not gone."""
    weekday = days.weekday or 0
    begins, ends = stretch.spans[0]
    if begins is None or ends is None:
        return stretch
    first = begins + timedelta((weekday - begins.weekday()) % 7)
    if first > ends:  # "thứ 4 đầu tuần sau" is still of that week
        first = begins + timedelta(weekday - begins.weekday())
    while first < today and first + timedelta(7) <= ends:
        first += timedelta(7)
    last = first + timedelta((days.until - weekday) % 7) if days.until is not None else first
    return Days(((first, last),), stretch.doubts | ({Doubt.PAST} if last < today else set()))


def _bounded(days: Days, today: date) -> Days:
    """`sau thứ 4` begins on Thursday and is open, `trước thứ 6` ends on Thursday."""
    if days.bound is None or not days.spans:
        return days
    first, last = days.spans[0]
    match days.bound:
        case Bound.FROM:
            return replace(days, spans=((first, None),))
        case Bound.AFTER if last:
            return replace(days, spans=((last + ONE, None),))
        case Bound.BEFORE if first:
            gone = {Doubt.PAST} if first <= today else set()
            return replace(days, spans=((min(today, first - ONE), first - ONE),), doubts=days.doubts | gone)
    return days
