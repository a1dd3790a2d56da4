"""The officers' day at one station: the list, the queue, closures; and the waiting list, kept moving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.appointment import Appointment, Personal, Result, Status
from bot.domain.health import Watch
from bot.domain.reminder import Unreached, Why
from bot.domain.seat import LOCAL, Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Asker, Change, Closing, Loss, Waiter, Wish
from bot.services.booking import Booking
from bot.services.unreachable import Unreachable
from bot.store.connection import Store
from bot.store.counter import Counter, Swept

OFFICER = Asker(officer=True)
# What lies between two marks when an officer gives only the last: in the rush nobody marks every step.
_BETWEEN: dict[tuple[Status, Status], tuple[Status, ...]] = {
    (Status.BOOKED, Status.SERVED): (Status.ARRIVED, Status.CALLED),
    (Status.ARRIVED, Status.SERVED): (Status.CALLED,),
    (Status.MISSED, Status.SERVED): (Status.ARRIVED, Status.CALLED),
    (Status.BOOKED, Status.CALLED): (Status.ARRIVED,),
    (Status.ARRIVED, Status.MISSED): (Status.CALLED,),  # left without waiting
}
_LATE = timedelta(days=1)  # after the visit nobody is called about it any more
BACK = {  # what takes a mark back
    Status.ARRIVED: Status.BOOKED,
    Status.CALLED: Status.ARRIVED,
    Status.MISSED: Status.ARRIVED,
}


@dataclass(frozen=True, slots=True)
class Tended:
    """A station as it was left: what the clock ended, and everybody who has an offer in hand now."""

    swept: Swept
    offered: tuple[Waiter, ...]


class Reception:
    """Acts of officers; who may do them is checked before.

    Request ids are as in `Booking`, but unique among all officers of a station.
    """

    def __init__(self, store: Store, booking: Booking, watch: Watch | None = None) -> None:
        """`watch`: how the accounts are by which people are reached."""
        self._booking, self.rules = booking, booking.rules
        self._bookings, self._waiting = booking.bookings, booking.waiting
        self._counter = Counter(store, self._bookings)
        self._unreachable = Unreachable(store, booking, watch)

    async def day(self, station: str, day: date) -> list[Appointment]:
        """Everything of a day by begin, whatever became of it: appointments, holds, walk-ins."""
        return await self.days(station, day, day)

    async def days(self, station: str, first: date, last: date) -> list[Appointment]:
        """As `day`, of several: for the load of two weeks."""
        begins = datetime.combine(first, datetime.min.time(), LOCAL)
        ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), LOCAL)
        return await self._bookings.between(station, begins, ends)

    async def who(self, station: str, appointments: Sequence[Appointment]) -> dict[int, Personal]:
        """Name, phone and address by number; without those who were forgotten, and walk-ins."""
        return await self._bookings.personal(station, [each.number for each in appointments])

    async def mark(self, act: Act, seen: Appointment, to: Status, desk: str | None = None) -> Result:
        """Arrived, called, served, missed, or back; if the appointment still stands as it was seen.

        NOT_ALLOWED with how it stands now: another officer was quicker, or that is no legal move from there
        (missed: not before the begin; arrived: only on its day).
        """
        return await self._counter.mark(act, seen, to, desk)

    async def settle(self, act: Act, seen: Appointment, to: Status, desk: str | None = None) -> Result:
        """As `mark`, with the marks between: served may be said of somebody who was only booked.

        Of two officers one still wins: each mark holds only while nobody else has set another one.
        """
        for step in (*_BETWEEN.get((seen.status, to), ()), to):
            result = await self.mark(replace(act, request=f"{act.request}.{step}"), seen, step, desk)
            if not result.done or result.appointment is None:
                return result
            seen = result.appointment
        return result

    async def look(self, ticket: Ticket) -> Appointment | None:
        """An appointment or walk-in as it stands now; None when there is none, or it was forgotten."""
        found = await self._bookings.read(ticket.station, [ticket.number])
        return found[0] if found else None

    async def phoned(self, station: str, phone: str, since: datetime) -> list[Appointment]:
        """Everything that was booked with a phone (E.164) and begins after a time."""
        return await self._bookings.phoned(station, phone, since)

    async def walk_in(self, act: Act, wish: Wish) -> Result:
        """A ticket of today's queue (`wish` without seats); the number is `appointment.ticket`."""
        return await self._counter.walk_in(act, wish)

    async def call(self, act: Act, station: str, services: Sequence[str], desk: str) -> Result:
        """The next visitor to a desk that serves these services, by the rule in `Counter.call`."""
        return await self._counter.call(act, station, services, desk)

    async def queue(self, station: str, day: date) -> list[Appointment]:
        """Who is here and waits, in the order of arrival."""
        return await self._counter.queue(station, day)

    async def add(self, act: Act, wish: Wish, personal: Personal) -> Result:
        """Book for somebody on the phone: at once, beyond the share of the chat, before those who wait."""
        return await self._bookings.add(act, wish, personal)

    async def free(self, wish: Wish, day: date, now: datetime) -> tuple[Seat, ...]:
        """What of a day an officer can give away (`wish` without seats)."""
        await self._bookings.tidy(wish.station, now)
        taken = await self._bookings.taken(wish.station, day, favoured=True)
        return tuple(
            seat
            for seat in self._booking.calendar.seats(wish.station, wish.service, day, wish.people)
            if seat.at > now and taken.get(seat.desk, frozenset()).isdisjoint(seat.cells)
        )

    async def move(self, act: Act, change: Change, *, tell: bool = True) -> Result:
        """Another seat, also after the begin; the person is written to, unless they know (`tell`)."""
        return await self._bookings.move(act, OFFICER, change, {}, tell=tell)

    async def cancel(self, act: Act, ticket: Ticket, reason: str = "", *, tell: bool = True) -> Result:
        """Give an appointment back, also after its begin; the person is told why, if there is a `reason`."""
        return await self._bookings.cancel(act, OFFICER, ticket, tell=tell, reason=reason)

    async def told(self, act: Act, seen: Appointment) -> Result:
        """Somebody has told the person by phone how it stands; NOT_ALLOWED: something else was done since."""
        return await self._bookings.told(act, seen, phoned=True)

    async def close(self, act: Act, closing: Closing) -> Result:
        """Close desks for a span of a day; `others` are owed another time. NOT_ALLOWED: the name is taken."""
        return await self._counter.close(act, closing)

    async def open(self, act: Act, station: str, name: str, day: date) -> Result:
        """Undo a closing; `others` got their old seats back."""
        return await self._counter.open(act, station, name, day)

    async def displace(self, act: Act, station: str, lost: Sequence[Loss], name: str) -> Result:
        """Take seats back that the calendar has no more, of those who stand as seen; `others` lost theirs.

        `name` is kept with them, as that of a closing is. Holds among them end.
        """
        return await self._counter.displace(act, station, lost, name)

    async def restore(self, act: Act, station: str, seen: Sequence[Appointment], name: str) -> Result:
        """Give those of them whose seats are still free theirs back: the calendar has them again."""
        return await self._counter.restore(act, station, seen, name)

    async def unreached(self, station: str, day: date, now: datetime) -> list[Unreached]:
        """Who of a day is to be called by phone, and why; those who lost their time on it included."""
        return await self._unreachable.of(station, await self.day(station, day), now)

    async def owed_a_call(self, station: str, now: datetime) -> list[Unreached]:
        """Who of any day nothing written reaches about what was done to their visit, by its begin."""
        done = (*await self._bookings.displaced(station), *await self._bookings.news(station))
        late = [each for each in done if each.at + _LATE > now]
        return await self._unreachable.of(station, sorted(late, key=lambda each: each.at), now)

    async def to_call(self, station: str, visits: Sequence[Appointment], now: datetime) -> dict[int, Why]:
        """Who of some visits is to be called by phone, by number, and why; nobody for a time that is gone."""
        ahead = [each for each in visits if each.status is Status.DISPLACED or each.at > now]
        found = await self._unreachable.of(station, ahead, now)
        return {each.appointment.number: each.why for each in found}

    async def hit(self, closing: Closing, now: datetime) -> list[Appointment]:
        """Whom a closing would displace at this moment; no promise. Those who are here already stay."""
        return [
            each
            for each in await self.day(closing.station, closing.day)
            if each.status is Status.BOOKED
            and each.seat
            and each.seat.desk in closing.desks
            and each.seat.begins < closing.ends
            and closing.begins < each.seat.ends
            and each.seat.at + timedelta(minutes=each.seat.minutes) > now
        ]

    async def closures(self, station: str, day: date) -> tuple[Closing, ...]:
        """The closings of a day, by their begin."""
        found = (await self._bookings.closures(station, day)).items()
        made = (
            Closing(station, name, day, tuple(it["desks"]), it["begins"], it["ends"], it.get("reason", ""))
            for name, it in found
        )
        return tuple(sorted(made, key=lambda each: (each.begins, each.name)))

    async def displaced(self, station: str) -> list[Appointment]:
        """Everybody who is owed another time and has none yet."""
        return await self._bookings.displaced(station)

    async def counts(self, station: str, day: date) -> dict[tuple[str, str], int]:
        """What became of a day's appointments, by service and event."""
        return await self._bookings.counts(station, day)

    async def tend(self, station: str, now: datetime) -> Tended:
        """End what is over, forget what was kept long enough, offer what became free to those who wait.

        To be called every few seconds, by as many processes as like. At night places are kept and nothing is
        offered. Everybody in `offered` is to be told, under an id made of entry and hold: they are listed
        again until the offer ends, so a crash before the telling loses nothing.
        """
        swept = await self._counter.sweep(station, now)
        if not self._quiet(now):
            for day, mark in swept.freed:
                for waiter in await self._waiting.waiters(station, day):
                    await self._offer(waiter, day, now)
                await self._waiting.release(station, day, mark, now)
        return Tended(swept, tuple(await self._waiting.offered(station)))

    async def _offer(self, waiter: Waiter, day: date, now: datetime) -> None:
        """The first free seat of a day that suits; none that begins before one could answer and come."""
        wanted = waiter.desire
        wish = Wish(wanted.station, wanted.service, people=wanted.people)
        seats = [
            seat
            for seat in await self.free(wish, day, now)
            if waiter.fits(seat) and seat.at > now + 2 * self.rules.offer
        ]
        if seats:
            share = self._booking.calendar.share(wanted.station, wanted.service, day)
            await self._waiting.offer(now, waiter, seats, {} if share is None else {day: share})

    def _quiet(self, now: datetime) -> bool:
        begins, ends = self.rules.quiet
        hour = now.astimezone(LOCAL).hour
        return hour >= begins or hour < ends
