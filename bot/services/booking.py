"""A time at the station: what citizens ask for, carried out. Nothing here is done twice, nothing lost.

Every act takes the caller's request id, minted when its draft opens (a new press is a new id): repeated, the
act gives its first result and nothing happens again. An act that raises may have been carried out or not;
asking again with the same id tells. Expected outcomes (seat gone, limit, …) are in the `Result`.

Who asks is a `Person` at one door; what they may touch was made there, or in one of the talks that are `also`
theirs (`Circle.people`). From any other door an appointment is found by code and phone (`find`), and moved or
cancelled with that phone. A hold belongs to the door where it was begun, and is confirmed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from hashlib import blake2b

from redis.exceptions import RedisError

from bot.domain.appointment import Appointment, Outcome, Personal, Result, Rules, Status
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket, Tickets
from bot.domain.wish import Act, Asker, Calendar, Change, Desire, Waiter, Wish
from bot.store.bookings import Bookings
from bot.store.connection import Store
from bot.store.homes import Homes
from bot.store.naming import Person
from bot.store.parts import Parts
from bot.store.visits import Visits
from bot.store.waiting import Waiting

Talks = frozenset[str]  # pseudonyms
NONE: Talks = frozenset()
_AHEAD = frozenset({Status.HELD, Status.BOOKED, Status.DISPLACED, Status.ARRIVED, Status.CALLED})
_OVER = frozenset({Status.EXPIRED, Status.CANCELLED, Status.SERVED})


class Booking:
    """Books for citizens. `calendar` knows what can be had.

    `stations` are the ids of all there are, looked through anew by each `follow`: edits change them.
    """

    def __init__(
        self, store: Store, calendar: Calendar, stations: Iterable[str], rules: Rules | None = None
    ) -> None:
        self.rules = rules or Rules()
        self.stations = tuple(stations)  # and those that were: their visits are still kept
        self.calendar = calendar
        self._open, self._followed = stations, frozenset[str]()
        self._parts = Parts(store)
        self._tickets = Tickets(self.stations)
        self.bookings = Bookings(store, self.rules, self._tickets)
        self.waiting = Waiting(store, self.bookings)
        self.homes = Homes(store, self.bookings)
        self._visits = Visits(store)

    async def follow(self) -> None:
        """Take up stations that came since the last time. Codes that were given out keep their meaning."""
        now = frozenset(self._open)
        if now != self._followed:
            parts = await self._parts.give(now)
            self._tickets.learn(now, parts)
            self.stations, self._followed = tuple(sorted(parts)), now

    def code(self, appointment: Appointment) -> str:
        """The code people are given: `TB-K7M3PX4`."""
        return self._tickets.code(Ticket(appointment.station, appointment.number))

    def tickets(self, code: str) -> tuple[Ticket, ...]:
        """What a typed code can name; nothing when it is mistyped or none of ours."""
        return self._tickets.read(code)

    async def free(self, wish: Wish, day: date, now: datetime) -> tuple[Seat, ...]:
        """What of a day can be had through the chat at this moment, by begin; for buttons, and no promise.

        `wish.seats` do not matter.
        """
        station, service = wish.station, wish.service
        seats = [seat for seat in self.calendar.seats(station, service, day, wish.people) if seat.at > now]
        if not seats:
            return ()
        await self.bookings.tidy(station, now)
        share = None if wish.priority else self.calendar.share(station, service, day)
        if share is not None:
            left = share - (await self.bookings.online(station, day)).get(service, 0)
            seats = [seat for seat in seats if len(seat.cells) <= left]
        taken = await self.bookings.taken(station, day)
        return tuple(seat for seat in seats if taken.get(seat.desk, frozenset()).isdisjoint(seat.cells))

    async def hold(self, who: Person, act: Act, wish: Wish, network: str = "") -> Result:
        """Keep a seat for five minutes (`until`); or GONE (also: no such seat any more), FULL, OFTEN.

        `network` is whatever names the asker's network, if the door knows it; it is counted keyed.
        """
        wish = replace(wish, seats=self._possible(wish.service, wish.seats, wish.people))
        bounds = self._bounds(wish.station, wish.service, wish.seats)
        asker = Asker(who.id, network=network)
        result = await self.bookings.hold(own_act(who, act), asker, wish, bounds)
        await self._keep(who, result)
        return result

    async def confirm(self, who: Person, act: Act, held: Ticket, personal: Personal) -> Result:
        """Book what is held. DONE is on disk. Or EXPIRED, LIMIT, COOLING (`until`), NOT_ALLOWED, NOT_FOUND.

        After LIMIT or COOLING the hold still stands until its end: another phone can be tried.
        """
        return await self.bookings.confirm(own_act(who, act), Asker(who.id), held, personal)

    async def move(
        self, who: Person, act: Act, change: Change, phone: str = "", *, also: Talks = NONE
    ) -> Result:
        """Another seat, up to the begin; the old one is free in the same step. Or GONE, FULL, and all stays.

        Also the one-tap new time of somebody displaced. With `phone`, an appointment found from another door.
        """
        ticket = change.ticket
        found = await self.bookings.read(ticket.station, [ticket.number])
        if not found:
            return Result(Outcome.NOT_FOUND)
        here = tuple(seat for seat in change.seats if seat.station == ticket.station)
        change = replace(change, seats=self._possible(found[0].service, here, found[0].people))
        bounds = self._bounds(ticket.station, found[0].service, change.seats)
        return await self.bookings.move(own_act(who, act), Asker(who.id, also, phone), change, bounds)

    async def cancel(
        self, who: Person, act: Act, ticket: Ticket, phone: str = "", *, also: Talks = NONE
    ) -> Result:
        """Give an appointment back, up to its begin; or let a hold go. The seat is free at once."""
        return await self.bookings.cancel(own_act(who, act), Asker(who.id, also, phone), ticket)

    async def find(self, who: Person, act: Act, code: str, phone: str, network: str = "") -> Result:
        """An appointment by code and phone (E.164), from any door; says nobody's name.

        NOT_FOUND says not which of the two was wrong; OFTEN after five wrong tries of the asker in an hour,
        or forty of their `network`.
        """
        asker = Asker(who.id, network=network)
        result = Result(Outcome.NOT_FOUND)
        for ticket in self._tickets.read(code):
            result = await self.bookings.find(own_act(who, act), asker, ticket, phone)
            if result.outcome is not Outcome.NOT_FOUND:
                break
        return result

    async def mine(self, who: Person, now: datetime) -> list[Appointment]:
        """What somebody has ahead that was made in this talk, by begin, holds and displaced ones included."""
        found: list[Appointment] = []
        by_station: dict[str, list[int]] = {}
        for ticket in await self._visits.of(who):
            by_station.setdefault(ticket.station, []).append(ticket.number)
        for station, numbers in by_station.items():
            found += await self.bookings.read(station, numbers)
        over = {Ticket(each.station, each.number) for each in found if each.status in _OVER}
        if over:
            await self._visits.drop(who, over)
        ahead = [
            each
            for each in found
            if each.status in _AHEAD and (each.status is not Status.HELD or (each.until and each.until > now))
        ]
        return sorted(ahead, key=lambda each: each.at)

    async def mend(self, who: Person) -> None:
        """Make the citizen's own list again from what the stations know; a crash may have left it short."""
        tickets = [
            Ticket(station, each.number)
            for station in self.stations
            for each in await self.bookings.of(station, who.id)
            if each.status in _AHEAD
        ]
        await self._visits.write(who, tickets)

    async def wait(self, who: Person, act: Act, desire: Desire, personal: Personal) -> Result:
        """Join the waiting list; `waiter` names the entry. Or LIMIT, COOLING, NOT_FOUND (no `instead`)."""
        return await self.waiting.wait(own_act(who, act), who.id, desire, personal)

    async def claim(self, who: Person, act: Act, station: str, waiter: str, *, also: Talks = NONE) -> Result:
        """Accept the place that is offered: it is booked. Or EXPIRED, LIMIT, COOLING, NOT_ALLOWED, NOT_FOUND.

        It is made in the talk that waited. `others` holds the appointment given back for it, if there was.
        """
        result = await self.waiting.claim(own_act(who, act), Asker(who.id, also), station, waiter)
        if also and result.appointment:
            waited = await self.waiting.talk(station, waiter)
            who = Person(waited) if waited else who
        await self._keep(who, result)
        return result

    async def decline(
        self, who: Person, act: Act, station: str, waiter: str, *, also: Talks = NONE
    ) -> Result:
        """Not this place: the next one gets it, one waits on behind the others."""
        asker = Asker(who.id, also)
        return await self.waiting.leave(own_act(who, act), asker, station, waiter, stay=True)

    async def leave(self, who: Person, act: Act, station: str, waiter: str, *, also: Talks = NONE) -> Result:
        """Off the waiting list; an offer in hand goes to the next."""
        return await self.waiting.leave(own_act(who, act), Asker(who.id, also), station, waiter)

    async def waits(self, who: Person, station: str) -> list[Waiter]:
        """What is waited for in this talk at a station, offers in hand included."""
        found = await self.waiting.of(station, who.id)
        return [waiter for waiter in found if waiter.status in {"waiting", "offered"}]

    async def erase(self, who: Person, act: Act) -> list[Appointment]:
        """Cancel everything ahead and forget whose the past visits were; what was cancelled."""
        cancelled: list[Appointment] = []
        for station in self.stations:
            cancelled += (await self.bookings.erase(own_act(who, act), station, who.id)).others
        await self._visits.write(who, ())
        return cancelled

    async def _keep(self, who: Person, result: Result) -> None:
        """Write the citizen's own list, as soon as a seat is held: confirming then has nothing to add.

        What they have stands without it, so a failure is not told; `mend` makes it good.
        """
        if result.done and result.appointment:
            with suppress(RedisError):
                await self._visits.add(who, Ticket(result.appointment.station, result.appointment.number))

    def _possible(self, service: str, seats: Sequence[Seat], people: int) -> tuple[Seat, ...]:
        """Those of some seats that the calendar has: a button may be older than the calendar."""
        known = {
            (seat.station, seat.day): frozenset(self.calendar.seats(seat.station, service, seat.day, people))
            for seat in {(seat.station, seat.day): seat for seat in seats}.values()
        }
        return tuple(seat for seat in seats if seat in known[seat.station, seat.day])

    def _bounds(self, station: str, service: str, seats: Iterable[Seat]) -> dict[date, int]:
        shares = {day: self.calendar.share(station, service, day) for day in {seat.day for seat in seats}}
        return {day: share for day, share in shares.items() if share is not None}


def own_act(who: Person, act: Act) -> Act:
    """The act as this person's own: ids of messages are unique only within a talk. It does not name them."""
    if not act.request:
        return act
    return Act(blake2b(f"{act.request}\0{who.id}".encode(), digest_size=16).hexdigest(), act.now)
