"""Goes round the stations: ends what is over, tells those who wait of free places, reminds, makes good edits.

Every process may do it; what is done follows from the store and happens once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import structlog

from bot.caretaker import store_may_fail
from bot.domain import seating
from bot.domain.appointment import Appointment, Status
from bot.domain.knowledge import Knowledge
from bot.domain.station import Station
from bot.domain.timetable import place_of
from bot.domain.wish import Act, Loss
from bot.metrics import Metrics
from bot.services.booking import Booking
from bot.services.notices import Notices
from bot.services.reception import Reception
from bot.store.connection import Store
from bot.store.editions import Calendar, Editions

_ROUND = 3.0  # seconds between two rounds
_PLAN = 10  # rounds between two looks at the visits of the next day
_AHEAD = timedelta(days=366)  # further ahead nothing can be booked
EDITED = "edit"  # what stands in place of a closing's name when an edit of the calendar took a seat
_log: Any = structlog.get_logger("steward")


class Steward:
    """The rounds of one process; `current` is the content in use, `clock` the time."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that is to be looked after
        self,
        store: Store,
        booking: Booking,
        reception: Reception,
        notices: Notices,
        current: Callable[[], Knowledge],
        clock: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._booking, self._reception, self._notices = booking, reception, notices
        self._current, self._clock, self._metrics = current, clock, metrics
        self._editions = Editions(store)
        self._seen: dict[str, Calendar] = {}

    async def work(self) -> None:
        """Go round for ever."""
        for turn in count():
            with store_may_fail("stations", _log):
                await self._booking.follow()
            for station in self._booking.stations:
                with store_may_fail("tend", _log):
                    await self.tend(station, self._clock(), plan=turn % _PLAN == 0)
            await asyncio.sleep(_ROUND)

    async def tend(self, station: str, now: datetime, *, plan: bool = True) -> None:
        """One station, as it is now; with `plan` also the reminders of its visits."""
        await self._hold_against(station, now)
        tended = await self._reception.tend(station, now)
        self._count("offer", await self._notices.offer(tended.offered, now))
        self._count("displaced", await self._notices.regret(station, now))
        self._count("changed", await self._notices.report(station, now))
        if plan:
            self._count("reminder", await self._notices.remind(station, now))
            await self._notices.settle(station, now)
            self._count("home", await self._notices.at_home(station, now))

    async def _hold_against(self, station: str, now: datetime) -> None:
        """Take back the seats that an edit of the content undid, also one made while the desk was closed.

        What an earlier edit took and this one gives again goes back to whom it was taken from. A station that
        is not in the content any more is one that never opens.

        A process compares with what it used before, and with what was kept only when it begins: of two that
        take an edit up one after the other, the later one must not undo what came with it.
        """
        known = self._current()
        before = self._seen.get(station) or await self._editions.last(station)
        place = known.stations.get(station) or (_shut(before.station) if before else None)
        if place is None:
            return
        after = Calendar(place, known.holidays)
        if before == after:
            self._seen[station] = after
            return
        if before:
            lost = await self._undone(before, after, now)
            if lost:
                result = await self._reception.displace(Act("", now), station, lost, EDITED)
                self._note("seats lost by an edit", station, result.others)
        again = await self._again(after, now)
        if again:
            result = await self._reception.restore(Act("", now), station, again, EDITED)
            self._note("seats given back by an edit", station, result.others)
        await self._editions.keep(after)
        self._seen[station] = after

    def _note(self, what: str, station: str, visits: Sequence[Appointment]) -> None:
        codes = [self._booking.code(each) for each in visits]
        _log.warning(what, station=station, count=len(codes), codes=codes)

    async def _undone(self, before: Calendar, after: Calendar, now: datetime) -> list[Loss]:
        ahead = await self._booking.bookings.between(before.station.id, now, now + _AHEAD)
        seated = {
            (each.service, each.seat): each
            for each in ahead
            if each.seat and each.status in {Status.HELD, Status.BOOKED}
        }
        lost = seating.changed(before.station, after.station, seated, before.holidays, after.holidays)
        return [
            Loss(
                seated[service, seat],
                seating.why_closed(after.station, seat),
                place_of(before.station, seat.desk),
            )
            for service, seat in lost
        ]

    async def _again(self, after: Calendar, now: datetime) -> list[Appointment]:
        """Who lost a seat by an edit that the calendar has again, at the same place."""
        return [
            each
            for each in await self._reception.displaced(after.station.id)
            if each.closure == EDITED and each.seat and each.at > now
            and seating.fits(after.station, each.service, each.seat, after.holidays)
            and place_of(after.station, each.seat.desk) == each.place
        ]  # fmt: skip

    def _count(self, what: str, new: int) -> None:
        if new:
            self._metrics.told.labels(what).inc(new)


def _shut(station: Station) -> Station:
    """A station that is no more: its name stays, as long as there are visits to be found."""
    return replace(station, hours=(), specials=(), shifts=(), villages=())
