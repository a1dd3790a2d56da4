"""The national calendar: what the `holidays` package works out, and what the state announced otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib import import_module

from pydantic import Field

from bot.content.model import Line, Ranged, Strict
from bot.domain.holiday import Holiday, Holidays

# Kept with the content, so that an open desk need not load the package (20 MB). The years are the same
# whenever the content is read.
FIRST, LAST = 2026, 2040
# The package's names, in its English, and what texts.yaml calls them.
_KINDS = (
    ("New Year's Day", "new_year"),
    ("Lunar New Year", "tet"),
    ("Hung Kings", "hung_kings"),
    ("Liberation Day", "victory"),
    ("Labor Day", "labour"),
    ("National Day", "national"),
    ("Cultural Day", "culture"),
)
_OBSERVED = "(observed)"
_SUBSTITUTED = re.compile(r"substituted from (\d\d)/(\d\d)/(\d{4})")


class AddedModel(Ranged):
    """Days off, both inclusive."""

    first: date = Field(alias="from")
    last: date = Field(alias="until")
    name: Line = Field(description="Nghỉ gì, người dân đọc được: Tết Nguyên đán…")


class SwapModel(Ranged):
    """A day that is worked so that another one is off."""

    day: date = Field(description="Ngày làm bù.")
    instead: date = Field(alias="for", description="Ngày được nghỉ thay.")


class HolidaysModel(Strict):
    """What the state announced about holidays and the package does not know."""

    add: list[AddedModel] = Field(default_factory=list, description="Ngày nghỉ thêm.")
    remove: list[date] = Field(default_factory=list, description="Ngày không nghỉ.")
    work: list[SwapModel] = Field(default_factory=list, description="Ngày làm bù.")


@cache
def national() -> Holidays:
    """The public holidays of `FIRST` to `LAST` with substitute days and swapped days."""
    vietnam = import_module("holidays.countries.vietnam").Vietnam
    named = vietnam(years=range(FIRST, LAST + 1), language="en_US")
    off = {day: _holiday(named[day]) for day in sorted(named) if FIRST <= day.year <= LAST}
    work = {each.worked: day.weekday() for day, each in off.items() if each.worked}
    return Holidays(off, work)


def _holiday(name: str) -> Holiday:
    """What the package says of a day; of several holidays on one day the first that is no substitute."""
    names = sorted(name.split("; "), key=lambda each: _OBSERVED in each)
    swapped = _SUBSTITUTED.search(names[0])
    if swapped:
        month, day, year = map(int, swapped.groups())
        return Holiday("other", worked=date(year, month, day))
    kind = next((kind for words, kind in _KINDS if words in names[0]), "other")
    return Holiday(kind, substitute=_OBSERVED in names[0])


def announced(holidays: Holidays, model: HolidaysModel) -> Holidays:
    """A calendar with what stations.yaml says otherwise."""
    off, work = dict(holidays.off), dict(holidays.work)
    for added in model.add:
        off |= {day: Holiday(name=added.name) for day in _days(added.first, added.last)}
    for swap in model.work:
        off[swap.instead] = Holiday(worked=swap.day)
        off.pop(swap.day, None)
        work[swap.day] = swap.instead.weekday()
    for day in model.remove:
        gone = off.pop(day, None)
        if gone and gone.worked:
            work.pop(gone.worked, None)
    return Holidays(dict(sorted(off.items())), dict(sorted(work.items())))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
