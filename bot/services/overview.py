"""What officers see of a station's time: how full it is, how long one waits, which seats are near a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.appointment import Appointment, Source, Status
from bot.domain.seat import CELL, LOCAL, Seat, today
from bot.domain.seating import packed
from bot.domain.timetable import Opening
from bot.domain.waiting import Hall, Visit, Wait
from bot.domain.wish import Closing, Wish
from bot.services.almanac import Almanac
from bot.services.reception import Reception

# Who takes up a seat, or took it up while it could still have been somebody else's.
SEATED = frozenset({Status.HELD, Status.BOOKED, Status.ARRIVED, Status.CALLED, Status.SERVED, Status.MISSED})
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Load:
    """How full a day is, in minutes over all desks; `visits` are those with a time of their own."""

    day: date
    open: int
    booked: int
    visits: int

    @property
    def share(self) -> float | None:
        """Booked of what is open, 0-1 and beyond; None when nothing is open."""
        return self.booked / self.open if self.open else None


class Overview:
    """Reads only; what is seen may have changed a moment later."""

    def __init__(self, almanac: Almanac, reception: Reception) -> None:
        self._almanac, self._reception = almanac, reception

    async def load(self, station: str, first: date, days: int = 14) -> list[Load]:
        """How full each of some days is."""
        last = first + timedelta(days=days - 1)
        booked: dict[date, list[Seat]] = {}
        for each in await self._reception.days(station, first, last):
            if each.seat and each.status in SEATED:
                booked.setdefault(each.day, []).append(each.seat)
        found = []
        for day in (first + timedelta(days=ahead) for ahead in range(days)):
            opened = sum(each.ends - each.begins for each in await self._opened(station, day))
            seats = booked.get(day, ())
            found.append(Load(day, opened, sum(seat.minutes for seat in seats), len(seats)))
        return found

    def desks(self, station: str, day: date) -> tuple[str, ...]:
        """The desks that the calendar opens at the station on a day."""
        opened = self._almanac.openings(station, day)
        return tuple(dict.fromkeys(each.desk for each in opened if each.place is None))

    def served(self, station: str, day: date, desk: str = "") -> tuple[str, ...]:
        """What a desk serves on a day; without a desk, what any serves."""
        opened = self._almanac.openings(station, day)
        return tuple(
            sorted({service for each in opened if desk in {"", each.desk} for service in each.services})
        )

    async def wait(self, ticket: Appointment, now: datetime) -> Wait | None:
        """How long somebody with a ticket of today's queue waits; None when their turn may not come today."""
        station, day = ticket.station, today(now)
        visits = await self._reception.day(station, day)
        queue = await self._reception.queue(station, day)
        opened = [each for each in await self._opened(station, day) if each.place is None]
        minute = _minute(now)
        due = [each for each in queue if each.seat and each.seat.begins <= minute]
        hall = Hall(
            minute,
            tuple(opened),
            tuple(self._visit(each) for each in (*due, *self._before(ticket, queue))),
            tuple(
                each.seat
                for each in visits
                if each.seat and each.status in {Status.BOOKED, Status.ARRIVED} and each not in due
                and each.seat.ends > minute
            ),
            dict(self._busy(visits, minute)),
        )  # fmt: skip
        return hall.wait(self._visit(ticket))

    async def nearest(
        self, wish: Wish, days: Sequence[date], begins: int, now: datetime, most: int = 6
    ) -> list[Seat]:
        """Free seats near a minute of the first of some days; when it has none, of the next that has."""
        for day in days:
            free = packed(await self._reception.free(wish, day, now))
            if free:
                at_once: dict[int, Seat] = {}
                for seat in free:
                    at_once.setdefault(seat.begins, seat)
                near = sorted(at_once.values(), key=lambda seat: abs(seat.begins - begins))[:most]
                return sorted(near, key=lambda seat: seat.begins)
        return []

    async def _opened(self, station: str, day: date) -> list[Opening]:
        """What is open, less what officers have closed."""
        opened = list(self._almanac.openings(station, day))
        for closing in await self._reception.closures(station, day):
            opened = [rest for each in opened for rest in _less(each, closing)]
        return opened

    def _visit(self, each: Appointment) -> Visit:
        planned = (
            each.seat.minutes if each.seat else self._almanac.minutes(each.station, each.service, each.people)
        )
        return Visit(each.service, planned)

    def _before(self, ticket: Appointment, queue: Iterable[Appointment]) -> list[Appointment]:
        """Who of those without a time comes before a ticket; to priority people, few of the others do."""
        walked = [each for each in queue if each.source is Source.WALK_IN and each.number != ticket.number]
        walked = [each for each in walked if (each.ticket or 0) < (ticket.ticket or 0) or each.priority]
        if not ticket.priority:
            return walked
        favoured = [each for each in walked if each.priority and (each.ticket or 0) < (ticket.ticket or 0)]
        others = [each for each in walked if not each.priority]
        return favoured + others[: len(favoured) // (self._reception.rules.streak or len(favoured) + 1)]

    def _busy(self, visits: Iterable[Appointment], minute: int) -> Iterator[tuple[str, int]]:
        """Until when desks are taken up; who sits there longer than planned is soon done, we suppose."""
        for each in visits:
            if each.status is Status.CALLED and each.desk and each.called:
                planned = _minute(each.called) + self._visit(each).minutes
                yield each.desk, max(planned, minute + CELL)


def _less(opening: Opening, closing: Closing) -> Iterator[Opening]:
    if opening.desk not in closing.desks:
        yield opening
        return
    for begins, ends in (
        (opening.begins, min(opening.ends, closing.begins)),
        (max(opening.begins, closing.ends), opening.ends),
    ):
        if begins < ends:
            yield Opening(opening.desk, begins, ends, opening.services, opening.place)


def _minute(moment: datetime) -> int:
    local = moment.astimezone(LOCAL)
    return local.hour * 60 + local.minute
