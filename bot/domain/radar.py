"""What talks leave for the radar: that somebody met a trick, at which station, when; nobody's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FEW = 3  # people: of two, each could tell who the other is, and two are a coincidence
WINDOW = timedelta(hours=24)  # within which so many people are a sign
WEEK = timedelta(days=7)  # for so long what was left is kept and can be looked at
ALIKE = 2  # numbers of four that two sketches share when their texts are nearly the same


@dataclass(frozen=True, slots=True)
class Trace:
    """One message: the intent of a known trick, or else the sketch of a text (`Sighting`) that is none.

    `station` is empty where none was named.
    """

    at: datetime
    station: str
    trick: str = ""
    sketch: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """At least `FEW` people of a station who met one trick, or were sent one text (`trick` is empty).

    `names` are keyed names of it, any of which may stay when others come along; `since` is when the first of
    these people wrote.
    """

    id: str
    station: str
    trick: str
    people: int
    since: datetime
    names: tuple[str, ...]
