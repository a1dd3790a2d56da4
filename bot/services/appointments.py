"""What the talk asks of booking, carried out: looking for times, holding, booking, moving, waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from bot.domain.appointment import Appointment, Outcome, Personal, Result, Status
from bot.domain.booking import (
    Acted,
    Answer,
    AnyBooked,
    AnyBooking,
    AskHome,
    Book,
    Cancel,
    Days,
    Find,
    LookDays,
    LookTimes,
    Mine,
    Own,
    Queue,
    Shift,
    Sought,
    TakeSeat,
    Times,
    Withdraw,
)
from bot.domain.circle import Circle
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address
from bot.domain.seat import Seat, today
from bot.domain.seating import days, packed
from bot.domain.ticket import Ticket
from bot.domain.timetable import place_of
from bot.domain.wish import Act, Change, Desire, Wish
from bot.services.booking import NONE, Booking, Talks
from bot.services.homes import HomeVisits
from bot.store.circles import Circles
from bot.store.naming import Person

Link = Callable[[Appointment], str | None]
Call = Callable[[Ticket], Awaitable[Result]]
_GONE = Result(Outcome.GONE)


class Appointments:
    """Carries out requests of the talk; `known` is the content in force, `link` gives the page of a visit.

    What was made at any door of a person is theirs at all of them, as long as these are tied.
    """

    def __init__(self, booking: Booking, known: Callable[[], Knowledge], link: Link) -> None:
        self._booking, self._known, self._link = booking, known, link
        self.homes = HomeVisits(booking)
        self._circles = Circles(booking.bookings.acts.store)

    async def carry_out(
        self, request: AnyBooking, who: Person, address: Address, now: datetime, network: str = ""
    ) -> AnyBooked:
        """What was found or done; under a request's id the same again.

        `network` is as in `Incoming`.
        """
        match request:
            case LookDays():
                return await self._days(request, now)
            case LookTimes():
                return await self._times(request, now)
            case TakeSeat():
                return await self._take(request, who, now, network)
            case Find(id=id_, code=code, phone=phone):
                found = await self._booking.find(who, Act(id_, now), code, phone, network)
                return self._acted(request, found)
            case Mine():
                return await self.everywhere(who, now)
            case Book() | Shift() | Cancel() | Queue() | Answer():
                return await self._act(request, who, address, now)
            case AskHome() | Withdraw():
                return await self._at_home(request, who, address, now)
            case _:
                assert_never(request)

    async def _days(self, look: LookDays, now: datetime) -> Days:
        wish = _wish(look.sought)
        found = []
        for day in self._bookable(wish, now):
            possible = self._booking.calendar.seats(wish.station, wish.service, day, wish.people)
            if day >= look.since and any(seat.at > now for seat in possible):
                free = await self._booking.free(wish, day, now)
                found.append((day, len({seat.begins for seat in packed(free)})))
        return Days(tuple(found))

    def _bookable(self, wish: Wish, now: datetime) -> tuple[date, ...]:
        """The days for which a service can be booked through the chat."""
        place = self._known().stations.get(wish.station)
        wanted = place.service(wish.service) if place else None
        return days(wanted, today(now)) if wanted else ()

    async def _times(self, look: LookTimes, now: datetime) -> Times:
        wish = _wish(look.sought)
        possible = self._booking.calendar.seats(wish.station, wish.service, look.day, wish.people)
        free = await self._booking.free(wish, look.day, now)
        seats = tuple(seat for seat in free if look.begins <= seat.begins < look.ends)
        return Times(look.day, seats, any(seat.at > now for seat in possible))

    async def _take(self, take: TakeSeat, who: Person, now: datetime, network: str) -> Acted:
        for ticket in self._booking.tickets(take.before or ""):
            await self._booking.cancel(who, Act(f"{take.id}:before", now), ticket)
        wish = _wish(take.sought)
        wish = replace(wish, seats=self._seats(wish, take, now))
        result = await self._booking.hold(who, Act(take.id, now), wish, network) if wish.seats else _GONE
        return self._acted(take, result)

    def _seats(self, wish: Wish, at: TakeSeat | Shift, now: datetime) -> tuple[Seat, ...]:
        """Every desk of the place at which one can begin at that minute; none of a day too far ahead."""
        place = self._known().stations.get(wish.station)
        if place is None or at.day not in self._bookable(wish, now):
            return ()
        where = place_of(place, at.desk)
        seats = self._booking.calendar.seats(wish.station, wish.service, at.day, wish.people)
        return tuple(s for s in seats if s.begins == at.begins and place_of(place, s.desk) == where)

    async def everywhere(self, who: Person, now: datetime) -> Own:
        """What somebody has ahead and waits for, at whichever of their doors it was made."""
        others = sorted(_others(await self._circles.held(who), who))
        talks = [who, *(Person(other) for other in others)]
        here, *there = await asyncio.gather(*(self.own(each, now) for each in talks))
        ahead = list(here.appointments)
        ahead += [each for own in there for each in own.appointments if each[1].status is not Status.HELD]
        held = [each for own in there for _, each in own.appointments if each.status is Status.HELD]
        return Own(
            tuple(sorted(ahead, key=lambda each: each[1].at)),
            tuple(wait for own in (here, *there) for wait in own.waits),
            tuple(home for own in (here, *there) for home in own.homes),
            tuple(each for each in held if not each.offered),  # an offer can be taken here too
        )

    async def own(self, who: Person, now: datetime) -> Own:
        """What somebody has ahead and waits for that was made in this talk, holds included."""
        mine = await self._booking.mine(who, now)
        waits = [
            (station, waiter.id, waiter.desire.days)
            for station in self._booking.stations
            for waiter in await self._booking.waits(who, station)
        ]
        homes = await self.homes.mine(who)
        return Own(tuple((self._booking.code(each), each) for each in mine), tuple(waits), tuple(homes))

    async def _act(
        self,
        request: Book | Shift | Cancel | Queue | Answer,
        who: Person,
        address: Address,
        now: datetime,
    ) -> Acted:
        booking, act = self._booking, Act(request.id, now)
        circle = await self._circles.held(who) if _concerns_doors(request, address) else None
        also = _others(circle, who)
        match request:
            case Book(code=code, name=name, phone=phone):
                personal = Personal(name, phone, address)
                result = await self._first(code, lambda ticket: booking.confirm(who, act, ticket, personal))
            case Shift(code=code):
                result = await self._first(code, lambda one: self._shifted(who, act, one, request, also))
            case Cancel(code=code, phone=phone):
                result = await self._first(code, lambda one: booking.cancel(who, act, one, phone, also=also))
            case Queue():
                sought = request.sought
                desire = Desire(
                    sought.station, sought.service, (request.day,), sought.people, sought.priority,
                    errand=sought.errand,
                )  # fmt: skip
                personal = Personal(request.name, request.phone, address)
                result = await booking.wait(who, act, desire, personal)
            case Answer(act=what, station=station, waiter=waiter):
                calls = {"claim": booking.claim, "decline": booking.decline, "leave": booking.leave}
                result = await calls[what](who, act, station, waiter, also=also)
        doors = [member.address for member in circle.members] if circle else [address]
        reached = any(door.channel != WEBCHAT for door in doors)  # of a page nobody knows whether it is open
        return replace(self._acted(request, result), reached=reached)

    async def _at_home(
        self, request: AskHome | Withdraw, who: Person, address: Address, now: datetime
    ) -> Acted:
        act = Act(request.id, now)
        if isinstance(request, Withdraw):
            also = _others(await self._circles.held(who), who)
            outcome, visit = await self.homes.withdraw(who, act, request.station, request.number, also=also)
        else:
            place = self._known().stations.get(request.station)
            service = place.service(request.service) if place else None
            if service is None or not service.at_home:  # no more, by an edit
                return Acted(request, _GONE)
            personal = Personal(request.name, request.phone, address, request.place)
            outcome, visit = await self.homes.ask(who, act, request.station, request.service, personal)
        return Acted(request, Result(outcome), home=visit)

    async def _shifted(self, who: Person, act: Act, ticket: Ticket, shift: Shift, also: Talks) -> Result:
        found = await self._booking.bookings.read(ticket.station, [ticket.number])
        if not found:
            return Result(Outcome.NOT_FOUND)
        wish = Wish(ticket.station, found[0].service, people=found[0].people)
        seats = self._seats(wish, shift, act.now)
        if not seats:
            return _GONE
        return await self._booking.move(who, act, Change(ticket, seats), shift.phone, also=also)

    async def _first(self, code: str, call: Call) -> Result:
        """What came of the first appointment a code can name that is there."""
        result = Result(Outcome.NOT_FOUND)
        for ticket in self._booking.tickets(code):
            result = await call(ticket)
            if result.outcome is not Outcome.NOT_FOUND:
                break
        return result

    def _acted(self, request: AnyBooking, result: Result) -> Acted:
        found = result.appointment
        if found is None:
            return Acted(request, result)
        return Acted(request, result, self._booking.code(found), self._link(found))


def _others(circle: Circle | None, who: Person) -> Talks:
    """The talks of the same person at other doors."""
    return circle.people - {who.id} if circle else NONE


def _concerns_doors(request: AnyBooking, address: Address) -> bool:
    """Whether it matters which other doors somebody has: what is one's own may have been made there.

    A seat is booked where it is held; who books on the web may be reached elsewhere.
    """
    if isinstance(request, Cancel):
        return not request.quietly
    return isinstance(request, Shift | Answer) or (isinstance(request, Book) and address.channel == WEBCHAT)


def _wish(sought: Sought) -> Wish:
    return Wish(
        sought.station, sought.service, people=sought.people, priority=sought.priority, errand=sought.errand
    )
