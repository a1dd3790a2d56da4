"""Visits at home, for people who cannot come: no seat is held, and no day is known until one is set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.seat import LOCAL

MIDNIGHT = 24 * 60
_EVENING = timedelta(hours=6)  # before midnight


class HomeStatus(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"  # nobody has said yet when the officers come
    PLANNED = "planned"
    SERVED = "served"
    LEFT = "left"  # withdrawn by those who asked
    DROPPED = "dropped"  # taken off the list by an officer


_OPEN = frozenset({HomeStatus.WAITING, HomeStatus.PLANNED})
_BACK = {HomeStatus.SERVED: _OPEN, HomeStatus.DROPPED: _OPEN, HomeStatus.LEFT: frozenset[HomeStatus]()}
# The only changes there are; the store's scripts read this very table. Back: what was marked by mistake.
HOME_MOVES: dict[HomeStatus, frozenset[HomeStatus]] = {
    HomeStatus.WAITING: frozenset(HomeStatus) - {HomeStatus.WAITING},
    HomeStatus.PLANNED: frozenset(HomeStatus) - {HomeStatus.WAITING},  # planned again: another day
    **_BACK,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """When the officers come: a day, and from when to when (minutes of it)."""

    day: date
    begins: int = 0
    ends: int = MIDNIGHT

    @property
    def eve(self) -> datetime:
        """The evening before: who does not know by then is called."""
        return self._midnight() - _EVENING

    @property
    def until(self) -> datetime:
        """When it is over."""
        return self._midnight() + timedelta(minutes=self.ends)

    def _midnight(self) -> datetime:
        return datetime.combine(self.day, datetime.min.time(), LOCAL)


@dataclass(frozen=True, slots=True)
class HomeVisit:
    """A request as it stands, without anybody's name or place.

    `number` names it within its station, and is its turn; `version` rises with every change, `plans` with
    every day that was set. `ended` is when it was over.
    """

    station: str
    number: int
    status: HomeStatus
    version: int
    service: str
    made: datetime
    plan: Plan | None = None
    plans: int = 0
    ended: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still waits for the officers."""
        return self.status in _OPEN


def planned_id(visit: HomeVisit) -> str:
    """What names the telling of a plan: one for each."""
    return f"home:{visit.station}:{visit.number}:{visit.plans}"
