"""Any order of booking, waiting, closing, marking, and time passing: the store and a plain model agree."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from redis import Redis

from bot.domain.appointment import MARKS, MOVES, Outcome, Personal, Result, Rules, Status
from bot.domain.seat import CELL, Seat, today
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Closing, Desire, Wish
from bot.services.booking import Booking
from bot.services.reception import Reception
from bot.store.connection import open_store
from bot.store.naming import person
from bot.store.sealing import Seals
from tests.services.model import Model, Visit
from tests.services.station import AN, BEGINS, BINH, CHI, DAYS, DESKS, ENDS, OPENS, SERVICES, STATION, Small
from tests.store.conftest import KEY

PHONES = ("+84912000001", "+84912000002", "+84912000003")
RULES = Rules(live=3, misses=1, holds=0, cooling=timedelta(hours=2))
nths = st.integers(0, 99)
marks = st.sampled_from(sorted(MARKS))
services = st.sampled_from(sorted(SERVICES))
people = st.sampled_from(range(3))
days = st.sampled_from(DAYS)
HOLDING = {Status.HELD, Status.BOOKED, Status.ARRIVED, Status.CALLED}
AHEAD = {Status.BOOKED, Status.DISPLACED}
ENDED = {Status.CANCELLED, Status.SERVED, Status.MISSED}
mostly = st.sampled_from((True, True, True, False))
picks = st.lists(st.integers(0, 40), min_size=1, max_size=4)
minutes = st.integers(BEGINS // 5, ENDS // 5).map(lambda cell: cell * 5)


class Town(RuleBasedStateMachine):
    """Three people and an officer at one small station."""

    url = ""
    closed = Bundle("closed")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        with Redis.from_url(self.url) as client:
            client.flushall()
        self.store = self.loop.run_until_complete(open_store(self.url, Seals([KEY])))
        self.calendar = Small(dinh_danh=4)
        self.booking = Booking(self.store, self.calendar, [STATION], RULES)
        self.reception = Reception(self.store, self.booking)
        self.people = [person(each, self.store.names) for each in (AN, BINH, CHI)]
        self.model = Model(self.calendar, RULES, OPENS)
        self.numbers = count()

    def run(self, doing):
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.run(self.store.close())
        self.loop.close()

    def twice(self, doing) -> Result:
        """Ask, and ask again later under the same id: the first result, and nothing happens again."""
        act = Act(f"r{next(self.numbers)}", self.model.now)
        first = self.run(doing(act))
        assert self.run(doing(replace(act, now=act.now + timedelta(seconds=1)))) == first
        return first

    def personal(self, phone: int) -> Personal:
        return Personal("Nguyễn Thị Lan", PHONES[phone])

    def seats(self, service: str, day, numbers, many: int = 1):
        every = self.calendar.seats(STATION, service, day, many)
        return [every[number % len(every)] for number in numbers]

    def pick(self, nth, *statuses):
        """One of the visits of these statuses; now and then, or when there is none, any."""
        wanted = [number for number, visit in self.model.visits.items() if visit.status in statuses]
        some = wanted if wanted and nth % 7 else list(self.model.visits)
        return some[nth % len(some)] if some else None

    def pick_waiter(self, nth):
        """Somebody with an offer in hand; now and then, or when there is nobody, any who waits."""
        wanted = [id_ for id_, entry in self.model.waiters.items() if entry.status == "offered"]
        some = wanted if wanted and nth % 7 else list(self.model.waiters)
        return some[nth % len(some)] if some else None

    # -- citizens

    @rule(who=people, service=services, day=days, numbers=picks, priority=st.booleans())
    def hold(self, who, service, day, numbers, priority):
        self.held(who, service, day, numbers, priority=priority)

    def held(self, who, service, day, numbers, *, priority):
        seats = self.seats(service, day, numbers)
        wish = Wish(STATION, service, tuple(seats), priority=priority)
        result = self.twice(lambda act: self.booking.hold(self.people[who], act, wish))
        number = result.appointment.number if result.done else -1
        assert self.model.hold(number, seats, service, str(who), priority=priority) == result.outcome
        return number

    @rule(nth=nths, who=people, phone=people, own=mostly)
    def confirm(self, nth, who, phone, own):
        number = self.pick(nth, Status.HELD)
        if number is None:
            return
        self.confirmed(number, int(self.model.visits[number].by or who) if own else who, phone)

    def confirmed(self, number, by, phone):
        held = Ticket(STATION, number)
        result = self.twice(
            lambda act: self.booking.confirm(self.people[by], act, held, self.personal(phone))
        )
        assert self.model.confirm(number, str(by), PHONES[phone]) == result.outcome

    @rule(who=people, service=services, day=days, numbers=picks)
    def book(self, who, service, day, numbers):
        number = self.held(who, service, day, numbers, priority=False)
        if number >= 0:
            self.confirmed(number, who, who)

    @rule(nth=nths, day=days, numbers=picks)
    def move(self, nth, day, numbers):
        number = self.pick(nth, Status.BOOKED, Status.DISPLACED)
        visit = self.model.visits.get(number)
        if visit and visit.by:
            seats = self.seats(visit.service, day, numbers)
            change = Change(Ticket(STATION, number), tuple(seats))
            result = self.twice(lambda act: self.booking.move(self.people[int(visit.by)], act, change))
            assert self.model.move(number, visit.by, seats) == result.outcome

    @rule(nth=nths, who=people, own=mostly)
    def cancel(self, nth, who, own):
        number = self.pick(nth, Status.BOOKED, Status.HELD, Status.DISPLACED)
        if number is None:
            return
        by = int(self.model.visits[number].by or who) if own else who
        ticket = Ticket(STATION, number)
        result = self.twice(lambda act: self.booking.cancel(self.people[by], act, ticket))
        assert self.model.cancel(number, str(by)) == result.outcome

    # -- officers

    @rule(service=services, day=days, numbers=picks, phone=people)
    def add(self, service, day, numbers, phone):
        seats = self.seats(service, day, numbers)
        wish = Wish(STATION, service, tuple(seats))
        result = self.twice(lambda act: self.reception.add(act, wish, self.personal(phone)))
        number = result.appointment.number if result.done else -1
        assert self.model.add(number, seats, service, PHONES[phone]) == result.outcome

    @rule(nth=nths, to=marks)
    def mark(self, nth, to):
        number = self.pick(nth, *(before for before in MOVES if to in MOVES[before]))
        if number is None:
            return
        seen = self.run(self.booking.bookings.read(STATION, [number]))[0]
        result = self.twice(lambda act: self.reception.mark(act, seen, to))
        assert self.model.mark(number, to) == result.outcome
        second = self.run(self.reception.mark(Act(f"r{next(self.numbers)}", self.model.now), seen, to))
        assert second.outcome is Outcome.NOT_ALLOWED, "two officers won"

    @rule(service=services, priority=st.booleans())
    def walk_in(self, service, priority):
        wish = Wish(STATION, service, priority=priority)
        result = self.twice(lambda act: self.reception.walk_in(act, wish))
        self.model.walk_in(result.appointment.number, service, priority=priority)
        assert self.model.visits[result.appointment.number].ticket == result.appointment.ticket

    @rule(served=st.sets(services, min_size=1))
    def call(self, served):
        result = self.twice(lambda act: self.reception.call(act, STATION, sorted(served), "quay_1"))
        assert self.model.call(served) == (result.appointment.number if result.done else None)

    @rule(
        target=closed,
        day=days,
        desks=st.sets(st.sampled_from(DESKS), min_size=1),
        span=st.tuples(minutes, minutes),
    )
    def close(self, day, desks, span):
        if span[0] == span[1]:
            return multiple()
        closing = Closing(STATION, f"c{next(self.numbers)}", day, tuple(sorted(desks)), min(span), max(span))
        before = {n for n, v in self.model.visits.items() if v.status is Status.DISPLACED}
        result = self.twice(lambda act: self.reception.close(act, closing))
        assert self.model.close(closing) == result.outcome
        after = {n for n, v in self.model.visits.items() if v.status is Status.DISPLACED}
        assert {each.number for each in result.others} == after - before
        return closing

    @rule(closing=consumes(closed))
    def open(self, closing):
        result = self.twice(lambda act: self.reception.open(act, STATION, closing.name, closing.day))
        assert self.model.open(closing.name, closing.day) == result.outcome

    # -- the waiting list

    @rule(who=people, service=services, wanted=st.sets(days, min_size=1), span=st.tuples(minutes, minutes))
    def wait(self, who, service, wanted, span):
        desire = Desire(STATION, service, tuple(sorted(wanted)), begins=min(span), ends=max(span) + 5)
        self.joined(who, desire)

    @rule(nth=nths, wanted=days)
    def wait_for_an_earlier_one(self, nth, wanted):
        number = self.pick(nth, Status.BOOKED)
        visit = self.model.visits.get(number)
        if not visit or not visit.by:
            return
        self.joined(int(visit.by), Desire(STATION, visit.service, (wanted,), instead=number))

    def joined(self, who, desire):
        result = self.twice(lambda act: self.booking.wait(self.people[who], act, desire, self.personal(who)))
        assert self.model.wait(result.waiter or "?", desire, str(who), PHONES[who]) == result.outcome

    @rule(nth=nths)
    def claim(self, nth):
        waiter = self.pick_waiter(nth)
        if waiter:
            by = self.model.waiters[waiter].by
            result = self.twice(lambda act: self.booking.claim(self.people[int(by)], act, STATION, waiter))
            assert self.model.claim(waiter, by) == result.outcome

    @rule(nth=nths, stay=st.booleans())
    def leave(self, nth, stay):
        waiter = self.pick_waiter(nth)
        if waiter:
            who = self.people[int(self.model.waiters[waiter].by)]
            go = self.booking.decline if stay else self.booking.leave
            result = self.twice(lambda act: go(who, act, STATION, waiter))
            assert self.model.leave(waiter, stay=stay) == result.outcome

    @rule()
    def tend(self):
        self.tended()

    def tended(self):
        """Sweep, and go through the waiting lists."""
        model = self.model
        before = {waiter.offer for waiter in self.run(self.booking.waiting.offered(STATION))}
        tended = self.run(self.reception.tend(STATION, model.now))
        model.swept()
        recent = {day: mark for day, mark in tended.swept.freed if day >= today(model.now)}
        model.freed = {day: mark for day, mark in model.freed.items() if day >= today(model.now)}
        assert recent == model.freed
        made = {waiter.id: waiter for waiter in tended.offered if waiter.offer not in before}
        offered = []
        for day, mark in [] if model.quiet() else recent.items():
            for id_, entry in model.waiting(day):
                seats = model.would_offer(entry, day)
                if seats:
                    self.offer(id_, entry, seats, made, offered)
            model.cells = {
                cell: holder for cell, holder in model.cells.items()
                if not (cell[0] == day and isinstance(holder, str) and int(holder[1:]) <= mark)
            }  # fmt: skip
            if model.freed.get(day, 0) <= mark:
                model.freed.pop(day, None)
        assert set(made) == set(offered)

    def offer(self, id_, entry, seats, made, offered):
        model = self.model
        visit = Visit(Status.HELD, entry.desire.service, entry.by, online=True, waits=id_)
        seat = model.choose(seats, visit, favoured=True)
        if isinstance(seat, Outcome):
            return
        number = made[id_].offer
        visit.until = model.now + RULES.offer
        model.visits[number] = visit
        model.occupy(number, seat)
        entry.status, entry.offer = "offered", number
        offered.append(id_)

    # -- time

    @rule(span=st.integers(1, 12))
    def time_passes(self, span):
        self.model.now += timedelta(minutes=span)
        if span % 2:
            self.tended()

    @rule(hours=st.sampled_from((0, 0, 0, 0, 0, 1, 11, 24)))
    def much_time_passes(self, hours):
        self.model.now += timedelta(hours=hours)

    # -- what holds at every moment

    def ahead(self, cell) -> bool:
        day, _, number = cell
        return Seat(STATION, day, "", (number + 1) * CELL, 0).at > self.model.now

    @invariant()
    def the_store_and_the_model_agree_and_nothing_is_given_twice(self) -> None:
        found, taken, left, online, *mine = self.run(self.everything())
        kept = {visit.number: visit for visit in found}
        for number, visit in self.model.visits.items():
            now = kept[number]
            assert (now.status, now.version, now.seat) == (visit.status, visit.version, visit.seat), number
        cells = [
            (each.seat.day, each.seat.desk, cell)
            for each in found
            if each.status in HOLDING and each.seat
            for cell in each.seat.cells
        ]
        assert len(cells) == len(set(cells))
        shut = {
            (each.day, desk, cell)
            for each in self.model.closings.values()
            for desk in each.desks
            for cell in range(each.begins // 5, each.ends // 5)
        }
        # What is over can be given to nobody: when it is forgotten is the store's business.
        assert set(filter(self.ahead, taken)) == set(filter(self.ahead, shut | self.model.cells.keys()))
        kept_for_all = {cell for cell, holder in self.model.cells.items() if not isinstance(holder, str)}
        assert left == shut | kept_for_all
        for day, counts in zip(DAYS, online, strict=True):
            assert all(counts.get(each, 0) == self.model.online(each, day) for each in SERVICES)
        for who, list_ in enumerate(mine):
            ahead = {
                n for n, v in self.model.visits.items()
                if v.by == str(who) and ((v.phone and v.status not in ENDED) or self.in_hand(v))
            }  # fmt: skip
            assert {each.number for each in list_} == ahead

    def in_hand(self, visit) -> bool:
        """Whether it is a hold of somebody who picked it themselves, and lasts."""
        return visit.status is Status.HELD and not visit.waits and visit.until > self.model.now

    async def everything(self):
        """All that can be read of the station, in a few round trips."""
        bookings = self.booking.bookings

        async def taken(*, favoured: bool) -> set:
            days = await asyncio.gather(*(bookings.taken(STATION, day, favoured=favoured) for day in DAYS))
            return {
                (day, desk, cell)
                for day, desks in zip(DAYS, days, strict=True)
                for desk, cells in desks.items()
                for cell in cells
            }

        return await asyncio.gather(
            bookings.read(STATION, self.model.visits),
            taken(favoured=False),
            taken(favoured=True),
            asyncio.gather(*(bookings.online(STATION, day) for day in DAYS)),
            *(self.booking.mine(who, self.model.now) for who in self.people),
        )

    @invariant()
    def nobody_has_more_than_they_may(self) -> None:
        for phone in PHONES:
            live = [
                v for v in self.model.visits.values()
                if v.phone == phone and v.status in AHEAD and v.seat.at > self.model.now
            ]  # fmt: skip
            assert len(live) <= RULES.live + 2  # a displaced or earlier one may come back


def test_the_store_and_a_plain_model_agree_whatever_happens(valkey: str) -> None:
    Town.url = valkey
    run_machine(
        Town,
        settings=settings(
            max_examples=100,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
