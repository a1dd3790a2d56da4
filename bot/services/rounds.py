"""Visits at home, as officers make them: the list, a day set, done. Request ids are as in `Reception`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.appointment import Personal
from bot.domain.health import Watch
from bot.domain.home import HomeStatus, HomeVisit, Plan, planned_id
from bot.domain.reminder import Why
from bot.domain.seat import today
from bot.domain.wish import Act
from bot.services.booking import Booking
from bot.services.unreachable import Arrivals
from bot.store.connection import Store
from bot.store.homes import Turned


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request with what an officer needs: who and where (None when erased), whom to call, when it goes."""

    visit: HomeVisit
    personal: Personal | None
    call: Why | None
    forgotten: datetime


class Rounds:
    """Acts of officers; who may do them is checked before."""

    def __init__(self, store: Store, booking: Booking, watch: Watch | None = None) -> None:
        self.rules, self._homes = booking.rules, booking.homes
        self._arrivals = Arrivals(store, watch)

    async def write_down(self, act: Act, station: str, service: str, personal: Personal) -> Turned:
        """Join the list for somebody on the phone or at the counter."""
        return await self._homes.ask(act, None, station, service, personal)

    async def listed(self, station: str, now: datetime, *, every: bool = False) -> list[Wanted]:
        """Who waits, by turn; those withdrawn with a day still ahead, so that nobody goes; or `every` one."""
        over = await self._homes.over(station)
        gone = [each for each in over if every or _in_vain(each, now)]
        visits = sorted([*await self._homes.open(station), *gone], key=lambda each: each.number)
        return [await self._wanted(each, now) for each in visits]

    async def look(self, station: str, number: int, now: datetime) -> Wanted | None:
        """One request."""
        found = await self._homes.read(station, number)
        return await self._wanted(found, now) if found else None

    async def plan(self, act: Act, seen: HomeVisit, plan: Plan) -> Turned:
        """Set a day, or another one; the citizen is told. NOT_ALLOWED: it has changed since it was seen."""
        return await self._homes.turn(act, seen, HomeStatus.PLANNED, plan)

    async def mark(self, act: Act, seen: HomeVisit, to: HomeStatus) -> Turned:
        """Served or dropped."""
        return await self._homes.turn(act, seen, to)

    async def back(self, act: Act, seen: HomeVisit) -> Turned:
        """Take served or dropped back: planned again when a day was set, waiting otherwise."""
        return await self._homes.turn(act, seen, HomeStatus.PLANNED if seen.plan else HomeStatus.WAITING)

    async def _wanted(self, visit: HomeVisit, now: datetime) -> Wanted:
        personal = await self._homes.personal(visit.station, visit.number)
        kept = visit.ended + self.rules.kept if visit.ended else visit.made + self.rules.unvisited
        return Wanted(visit, personal, await self._call(visit, personal, now), kept)

    async def _call(self, visit: HomeVisit, personal: Personal | None, now: datetime) -> Why | None:
        """Why somebody whose day is set has to be called, if they have."""
        if visit.status is not HomeStatus.PLANNED or personal is None or visit.plan is None:
            return None
        late = now >= visit.plan.eve
        return await self._arrivals.why_not(personal.address, [planned_id(visit)], late=late)


def _in_vain(visit: HomeVisit, now: datetime) -> bool:
    """Whether officers may still set out for somebody who does not wait any more."""
    left = visit.status is HomeStatus.LEFT and visit.plan is not None
    return left and visit.plan is not None and visit.plan.day >= today(now)
