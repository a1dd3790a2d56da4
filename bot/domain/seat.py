"""A seat: a span of one day at one desk, the thing that is never given twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

CELL = 5  # minutes; every start and every length is a multiple
LOCAL = timezone(timedelta(hours=7))  # Vietnam has no summer time


@dataclass(frozen=True, slots=True)
class Seat:
    """`minutes` at a desk from `begins`, minutes since local midnight; it never crosses midnight."""

    station: str
    day: date
    desk: str
    begins: int
    minutes: int

    @property
    def ends(self) -> int:
        """The first minute after it."""
        return self.begins + self.minutes

    @property
    def cells(self) -> range:
        """The cells of the day's grid that it covers."""
        return range(self.begins // CELL, self.ends // CELL)

    @property
    def at(self) -> datetime:
        """When it begins, in UTC."""
        midnight = datetime.combine(self.day, time(), LOCAL)
        return (midnight + timedelta(minutes=self.begins)).astimezone(UTC)


def today(now: datetime) -> date:
    """The local day of a moment."""
    return now.astimezone(LOCAL).date()
