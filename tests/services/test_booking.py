"""What citizens and officers may count on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.appointment import Outcome, Personal, Rules, Status
from bot.domain.message import Address
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Closing, Desire, Wish
from bot.store.connection import Store
from bot.store.visits import Visits
from tests.services.conftest import LAN, Town
from tests.services.station import AN, BEGINS, BINH, CHI, DAYS, DESKS, OPENS, STATION, TODAY

TOMORROW = DAYS[1]
HOA = Personal("Trần Văn Hoà", "+84912000002", BINH)
MINUTE = timedelta(minutes=1)
MARKS = [
    (Status.ARRIVED, Status.MISSED) * 2,
    (Status.MISSED, Status.ARRIVED) * 2,
]  # either after the other is legal


def seat(day=TOMORROW, begins: int = BEGINS, desk: str = "quay_1", minutes: int = 15) -> Seat:
    return Seat(STATION, day, desk, begins, minutes)


class TestASeat:
    async def test_is_given_to_one_of_two_hundred_who_press_at_once(self, town: Town) -> None:
        results = await asyncio.gather(
            *(town.held(seat(), Address("telegram", "bot", f"{number}")) for number in range(200))
        )
        assert sorted(result.outcome for result in results) == ["done"] + ["gone"] * 199

    async def test_that_overlaps_a_taken_one_is_gone(self, town: Town) -> None:
        await town.booked(seat(begins=BEGINS + 10))
        for begins in (BEGINS, BEGINS + 5, BEGINS + 20):
            assert (await town.held(seat(begins=begins), BINH)).outcome is Outcome.GONE
        assert (await town.held(seat(begins=BEGINS + 25), BINH)).done

    async def test_that_the_calendar_does_not_have_is_gone(self, town: Town) -> None:
        assert (await town.held(seat(desk="quay_9"))).outcome is Outcome.GONE
        assert (await town.held(seat(begins=3 * 60))).outcome is Outcome.GONE

    async def test_that_has_begun_is_gone(self, town: Town) -> None:
        first = seat(TODAY)
        assert (await town.held(first, now=first.at)).outcome is Outcome.GONE

    async def test_is_kept_for_five_minutes_and_not_longer(self, town: Town) -> None:
        held = await town.held(seat())
        assert held.until == OPENS + 5 * MINUTE
        assert (await town.held(seat(), BINH, OPENS + 4 * MINUTE)).outcome is Outcome.GONE
        late = await town.confirmed(held.appointment, LAN, now=OPENS + 5 * MINUTE)
        assert late.outcome is Outcome.EXPIRED
        assert (await town.held(seat(), BINH, OPENS + 5 * MINUTE)).done

    async def test_that_is_given_back_can_be_had_at_once(self, town: Town) -> None:
        booked = await town.booked(seat())
        assert seat() not in await town.booking.free(Wish(STATION, "can_cuoc"), TOMORROW, OPENS)
        cancelled = await town.booking.cancel(town.who(), town.act(), Ticket(STATION, booked.number))
        assert cancelled.done
        assert seat() in await town.booking.free(Wish(STATION, "can_cuoc"), TOMORROW, OPENS)
        assert (await town.held(seat(), BINH)).done

    async def test_is_free_again_the_moment_its_hold_runs_out_though_nobody_swept(self, store: Store) -> None:
        town = Town(store, can_cuoc=3)  # as much as one visit takes: the share of the chat is back too
        wish, held = Wish(STATION, "can_cuoc"), await town.held(seat())
        assert await town.booking.free(wish, TOMORROW, held.until - MINUTE) == ()
        assert seat() in await town.booking.free(wish, TOMORROW, held.until)

    async def test_beyond_the_share_of_the_chat_is_for_walk_ins_priority_people_and_officers(
        self, store: Store
    ) -> None:
        town = Town(store, can_cuoc=3)
        await town.booked(seat())
        assert await town.booking.free(Wish(STATION, "can_cuoc"), TOMORROW, OPENS) == ()
        other = seat(begins=BEGINS + 15)
        assert (await town.held(other, BINH)).outcome is Outcome.FULL
        wish = Wish(STATION, "can_cuoc", (other,), priority=True)
        assert (await town.booking.hold(town.who(BINH), town.act(), wish)).done
        by_hand = Wish(STATION, "can_cuoc", (seat(begins=BEGINS + 30),))
        assert (await town.reception.add(town.act(), by_hand, HOA)).done


class TestAnAppointment:
    async def test_is_made_once_however_often_the_button_is_pressed(self, town: Town) -> None:
        wish, act, ask = Wish(STATION, "can_cuoc", (seat(),)), town.act(), town.act()
        held = await asyncio.gather(*(town.booking.hold(town.who(), act, wish) for _ in range(20)))
        assert len({result.appointment.number for result in held}) == 1
        ticket = Ticket(STATION, held[0].appointment.number)
        confirmed = await asyncio.gather(
            *(town.booking.confirm(town.who(), ask, ticket, LAN) for _ in range(20))
        )
        assert {result.outcome for result in confirmed} == {Outcome.DONE}
        assert await town.booking.bookings.counts(STATION, TOMORROW) == {("can_cuoc", "booked"): 1}
        later = replace(ask, now=ask.now + timedelta(hours=71))
        assert await town.booking.confirm(town.who(), later, ticket, LAN) == confirmed[0]

    async def test_is_moved_in_one_step_also_onto_part_of_itself(self, town: Town) -> None:
        booked = await town.booked(seat())
        change = Change(Ticket(STATION, booked.number), (seat(begins=BEGINS + 5),), booked.version)
        moved = await town.booking.move(town.who(), town.act(), change)
        assert moved.appointment.seat == seat(begins=BEGINS + 5)
        again = await town.booking.move(town.who(), town.act(), change)
        assert again.outcome is Outcome.NOT_ALLOWED  # something has changed since it was shown
        assert await town.booking.bookings.taken(STATION, TOMORROW) == {"quay_1": frozenset({97, 98, 99})}

    async def test_that_cannot_be_moved_stays_where_it_is(self, town: Town) -> None:
        await town.booked(seat(), HOA, BINH)
        mine = await town.booked(seat(begins=BEGINS + 15))
        change = Change(Ticket(STATION, mine.number), (seat(),))
        assert (await town.booking.move(town.who(), town.act(), change)).outcome is Outcome.GONE
        assert await town.now(mine) == mine

    async def test_of_somebody_else_cannot_be_touched(self, town: Town) -> None:
        ticket = Ticket(STATION, (await town.booked(seat())).number)
        change = Change(ticket, (seat(begins=BEGINS + 15),))
        for doing in (
            town.booking.cancel(town.who(BINH), town.act(), ticket),
            town.booking.cancel(town.who(BINH), town.act(), ticket, HOA.phone),
            town.booking.move(town.who(BINH), town.act(), change),
            town.booking.confirm(town.who(BINH), town.act(), ticket, HOA),
        ):
            assert (await doing).outcome is Outcome.NOT_FOUND

    async def test_can_be_cancelled_until_it_begins_and_by_an_officer_after(self, town: Town) -> None:
        booked = await town.booked(seat(TODAY))
        ticket = Ticket(STATION, booked.number)
        late = await town.booking.cancel(town.who(), town.act(booked.at), ticket)
        assert late.outcome is Outcome.NOT_ALLOWED
        assert (await town.reception.cancel(town.act(booked.at), ticket)).done

    async def test_is_found_from_another_door_by_code_and_phone_after_at_most_five_wrong_tries(
        self, town: Town
    ) -> None:
        booked = await town.booked(seat())
        code = town.booking.code(booked)
        found = await town.booking.find(town.who(BINH), town.act(), code.lower(), LAN.phone)
        assert found.appointment == booked
        change = Change(Ticket(STATION, booked.number), (seat(begins=BEGINS + 15),))
        moved = await town.booking.move(town.who(BINH), town.act(), change, LAN.phone)
        assert moved.done
        for _ in range(5):
            wrong = await town.booking.find(town.who(CHI), town.act(), code, HOA.phone)
            assert wrong.outcome is Outcome.NOT_FOUND
        often = await town.booking.find(town.who(CHI), town.act(), code, LAN.phone)
        assert (often.outcome, often.until) == (Outcome.OFTEN, OPENS + timedelta(hours=1))
        later = await town.booking.find(town.who(CHI), town.act(often.until), code, LAN.phone)
        assert later.done

    async def test_is_in_its_citizens_list_also_after_that_was_lost(self, town: Town, store: Store) -> None:
        booked = await town.booked(seat())
        assert await town.booking.mine(town.who(), OPENS) == [booked]
        await Visits(store).write(town.who(), ())
        assert await town.booking.mine(town.who(), OPENS) == []
        await town.booking.mend(town.who())
        assert await town.booking.mine(town.who(), OPENS) == [booked]


class TestFairness:
    async def test_a_phone_has_two_appointments_at_most(self, town: Town) -> None:
        for number in range(2):
            await town.booked(seat(begins=BEGINS + 15 * number))
        held = await town.held(seat(begins=BEGINS + 30))
        assert (await town.confirmed(held.appointment, LAN)).outcome is Outcome.LIMIT
        assert (await town.confirmed(held.appointment, HOA)).done

    async def test_two_holds_confirmed_at_once_do_not_slip_past_the_limit(self, town: Town) -> None:
        holds = [await town.held(seat(begins=BEGINS + 15 * number)) for number in range(4)]
        results = await asyncio.gather(*(town.confirmed(held.appointment, LAN) for held in holds))
        assert sorted(result.outcome for result in results) == ["done", "done", "limit", "limit"]

    async def test_who_misses_twice_cools_and_a_miss_can_be_taken_back(self, town: Town) -> None:
        for number in range(2):
            booked = await town.booked(seat(TODAY, BEGINS + 15 * number))
            assert (await town.reception.mark(town.act(booked.at + MINUTE), booked, Status.MISSED)).done
        missed = await town.now(booked)
        now = booked.at + 2 * MINUTE
        held = await town.held(seat(), now=now)
        cooling = await town.confirmed(held.appointment, LAN, now=now)
        assert (cooling.outcome, cooling.until) == (Outcome.COOLING, booked.at + MINUTE + timedelta(days=14))
        assert (await town.reception.mark(town.act(now), missed, Status.ARRIVED)).done
        assert (await town.confirmed(held.appointment, LAN, now=now)).done

    async def test_nobody_holds_more_than_their_number_within_an_hour(self, store: Store) -> None:
        town = Town(store, Rules(holds=2, holds_network=3))
        wish = [Wish(STATION, "can_cuoc", (seat(begins=BEGINS + 15 * number),)) for number in range(4)]
        hold = town.booking.hold
        assert (await hold(town.who(), town.act(), wish[0], "net")).done
        assert (await hold(town.who(), town.act(), wish[1], "net")).done
        mine = await hold(town.who(), town.act(), wish[2], "another")
        assert (mine.outcome, mine.until) == (Outcome.OFTEN, OPENS + timedelta(hours=1))
        assert (await hold(town.who(BINH), town.act(), wish[2], "net")).done
        assert (await hold(town.who(CHI), town.act(), wish[3], "net")).outcome is Outcome.OFTEN
        assert (await hold(town.who(CHI), town.act(), wish[3], "another")).done

    async def test_nobody_tries_more_codes_by_coming_as_somebody_else_from_the_same_network(
        self, store: Store
    ) -> None:
        town = Town(store, Rules(tries_network=3))
        code = town.booking.code(await town.booked(seat()))
        addresses = [Address("webchat", "web", str(number)) for number in range(4)]
        find = town.booking.find
        for address in addresses[:3]:
            wrong = await find(town.who(address), town.act(), code, HOA.phone, "net")
            assert wrong.outcome is Outcome.NOT_FOUND
        last = town.who(addresses[3])
        assert (await find(last, town.act(), code, LAN.phone, "net")).outcome is Outcome.OFTEN
        assert (await find(last, town.act(), code, LAN.phone, "another")).done


class TestWaiting:
    async def full(self, town: Town) -> list:
        """The whole of tomorrow at the only desk for identity cards, taken."""
        wishes = [Wish(STATION, "can_cuoc", (seat(begins=BEGINS + 15 * number),)) for number in range(4)]
        people = [Personal("?", f"+8491200010{number}") for number in range(4)]
        added = [
            await town.reception.add(town.act(), wish, who) for wish, who in zip(wishes, people, strict=True)
        ]
        return [result.appointment for result in added]

    async def waits(self, town: Town, address: Address, personal: Personal, **more) -> str:
        desire = Desire(STATION, "can_cuoc", (TOMORROW,), **more)
        return (await town.booking.wait(town.who(address), town.act(), desire, personal)).waiter

    async def test_a_freed_seat_goes_to_the_first_then_to_the_next_and_to_nobody_between(
        self, town: Town
    ) -> None:
        taken = await self.full(town)
        first = await self.waits(town, AN, LAN)
        second = await self.waits(town, BINH, HOA)
        assert (await town.reception.tend(STATION, OPENS)).offered == ()
        await town.reception.cancel(town.act(), Ticket(STATION, taken[0].number))
        assert (await town.held(seat(), CHI)).outcome is Outcome.GONE  # kept for those who wait
        (offered,) = (await town.reception.tend(STATION, OPENS)).offered
        assert (offered.id, offered.until) == (first, OPENS + 15 * MINUTE)
        later = OPENS + 16 * MINUTE
        (offered,) = (await town.reception.tend(STATION, later)).offered
        assert offered.id == second
        late = await town.booking.claim(town.who(), town.act(later), STATION, first)
        assert late.outcome is Outcome.EXPIRED
        claimed = await town.booking.claim(town.who(BINH), town.act(later), STATION, second)
        assert claimed.appointment.seat == seat()
        assert (await town.booking.mine(town.who(BINH), later)) == [claimed.appointment]
        people = await town.reception.who(STATION, [claimed.appointment])
        assert people == {claimed.appointment.number: HOA}

    async def test_what_nobody_on_the_list_can_use_is_everybodys_again(self, town: Town) -> None:
        taken = await self.full(town)
        await self.waits(town, AN, LAN, begins=BEGINS + 40)
        await town.reception.cancel(town.act(), Ticket(STATION, taken[0].number))
        assert (await town.held(seat(), CHI)).outcome is Outcome.GONE
        assert (await town.reception.tend(STATION, OPENS)).offered == ()
        assert (await town.held(seat(), CHI)).done

    async def test_at_night_nothing_is_offered_and_nothing_given_away(self, town: Town) -> None:
        taken = await self.full(town)
        await self.waits(town, AN, LAN)
        night = OPENS + timedelta(hours=14)
        await town.reception.cancel(town.act(night), Ticket(STATION, taken[3].number))
        assert (await town.reception.tend(STATION, night)).offered == ()
        assert (await town.held(taken[3].seat, CHI, night)).outcome is Outcome.GONE
        morning = OPENS + timedelta(hours=23, minutes=30)
        assert len((await town.reception.tend(STATION, morning)).offered) == 1

    async def test_an_earlier_place_gives_the_later_one_back_in_the_same_step(self, town: Town) -> None:
        taken = await self.full(town)
        later = await town.booked(seat(DAYS[2]))
        waiter = await self.waits(town, AN, LAN, instead=later.number)
        await town.reception.cancel(town.act(), Ticket(STATION, taken[0].number))
        await town.reception.tend(STATION, OPENS)
        claimed = await town.booking.claim(town.who(), town.act(), STATION, waiter)
        assert claimed.done
        assert [each.number for each in claimed.others] == [later.number]
        assert (await town.now(later)).status is Status.CANCELLED
        assert (await town.held(seat(DAYS[2]), CHI)).done

    async def test_who_lets_two_offers_pass_is_off_the_list(self, town: Town) -> None:
        taken = await self.full(town)
        await self.waits(town, AN, LAN)
        await town.reception.cancel(town.act(), Ticket(STATION, taken[0].number))
        offers = [
            len((await town.reception.tend(STATION, OPENS + step * 16 * MINUTE)).offered) for step in range(4)
        ]
        assert offers == [1, 1, 0, 0]
        assert await town.booking.waits(town.who(), STATION) == []

    async def test_two_processes_that_tend_at_once_offer_a_seat_once(self, town: Town) -> None:
        taken = await self.full(town)
        for address, personal in ((AN, LAN), (BINH, HOA)):
            await self.waits(town, address, personal)
        await town.reception.cancel(town.act(), Ticket(STATION, taken[0].number))
        tended = await asyncio.gather(*(town.reception.tend(STATION, OPENS) for _ in range(8)))
        assert {each.id for one in tended for each in one.offered} == {tended[-1].offered[0].id}


class TestTheCounter:
    @pytest.mark.parametrize("marks", MARKS)
    async def test_of_officers_who_mark_at_once_one_wins(self, town: Town, marks: tuple[Status, ...]) -> None:
        seen = await town.booked(seat(TODAY))
        now = seen.at + MINUTE
        results = await asyncio.gather(*(town.reception.mark(town.act(now), seen, to) for to in marks))
        assert sorted(result.outcome for result in results) == ["done"] + ["not_allowed"] * 3

    async def test_two_desks_that_call_at_once_call_two_people(self, town: Town) -> None:
        for _ in range(5):
            await town.reception.walk_in(town.act(), Wish(STATION, "can_cuoc"))
        called = await asyncio.gather(
            *(town.reception.call(town.act(), STATION, ["can_cuoc"], desk) for desk in "abcdefg")
        )
        tickets = [result.appointment.ticket for result in called if result.done]
        assert sorted(tickets) == [1, 2, 3, 4, 5]

    async def test_the_queue_goes_by_its_rule(self, town: Town) -> None:
        phones = iter(range(10))

        async def comes(begins: int) -> int:
            wish = Wish(STATION, "dinh_danh", (seat(TODAY, begins, "quay_2", 10),))
            who = Personal("?", f"+8491200020{next(phones)}")
            booked = (await town.reception.add(town.act(), wish, who)).appointment
            return (await town.reception.mark(town.act(), booked, Status.ARRIVED)).appointment.number

        walked = Wish(STATION, "dinh_danh")
        ordinary = [(await town.reception.walk_in(town.act(), walked)).appointment.number for _ in range(2)]
        old = replace(walked, priority=True)
        elderly = (await town.reception.walk_in(town.act(), old)).appointment.number
        timed = [await comes(BEGINS + 10 * number) for number in range(4)]
        early = await comes(BEGINS + 50)
        now = seat(TODAY, BEGINS + 40).at
        order = []
        while (result := await town.reception.call(town.act(now), STATION, ["dinh_danh"], "quay_2")).done:
            order.append(result.appointment.number)
        assert order == [*timed[:2], elderly, *timed[2:], *ordinary, early]

    async def test_a_closed_morning_gives_everybody_a_claim_to_another_time(self, town: Town) -> None:
        hit = await town.booked(seat())
        spared = await town.booked(seat(begins=BEGINS + 30))
        held = await town.held(seat(begins=BEGINS + 15), BINH)
        closing = Closing(STATION, "mất điện", TOMORROW, DESKS, BEGINS, BEGINS + 30)
        closed = await town.reception.close(town.act(), closing)
        assert [each.number for each in closed.others] == [hit.number]
        assert [each.number for each in await town.reception.displaced(STATION)] == [hit.number]
        assert (await town.confirmed(held.appointment, HOA, BINH)).outcome is Outcome.EXPIRED
        assert await town.now(spared) == spared
        assert (await town.held(seat(), CHI)).outcome is Outcome.GONE
        change = Change(Ticket(STATION, hit.number), (seat(), seat(begins=BEGINS + 45)))
        moved = await town.booking.move(town.who(), town.act(), change)
        assert (moved.appointment.status, moved.appointment.seat) == (
            Status.BOOKED, seat(begins=BEGINS + 45),
        )  # fmt: skip
        assert await town.reception.displaced(STATION) == []

    async def test_a_closing_that_is_undone_gives_the_old_seats_back(self, town: Town) -> None:
        hit = await town.booked(seat())
        closing = Closing(STATION, "họp", TOMORROW, DESKS, BEGINS, BEGINS + 60)
        await town.reception.close(town.act(), closing)
        opened = await town.reception.open(town.act(), STATION, "họp", TOMORROW)
        assert [(each.number, each.seat) for each in opened.others] == [(hit.number, hit.seat)]
        assert (await town.now(hit)).status is Status.BOOKED
        assert (await town.held(seat(), CHI)).outcome is Outcome.GONE

    async def test_a_day_is_counted_without_anybody_in_it(self, town: Town) -> None:
        served = await town.booked(seat(TODAY))
        for to in (Status.ARRIVED, Status.CALLED, Status.SERVED):
            served = (await town.reception.mark(town.act(), served, to, "quay_1")).appointment
        await town.reception.walk_in(town.act(), Wish(STATION, "can_cuoc"))
        assert await town.reception.counts(STATION, TODAY) == {
            ("can_cuoc", "booked"): 1, ("can_cuoc", "served"): 1, ("can_cuoc", "walk_in"): 1,
        }  # fmt: skip


class TestPersonalData:
    async def keys(self, store: Store) -> str:
        text = ""
        async for key in store.redis.scan_iter("tb:*"):
            kind = await store.redis.type(key)
            text += f"{key.decode()} "
            if kind == b"hash":
                text += str(await store.redis.hgetall(key))
            elif kind == b"zset":
                text += str(await store.redis.zrange(key, 0, -1))
            elif kind == b"set":
                text += str(await store.redis.smembers(key))
        return text

    async def test_is_sealed_and_leaves_thirty_days_after_the_visit_and_counts_stay(
        self, town: Town, store: Store
    ) -> None:
        booked = await town.booked(seat())
        assert await town.reception.who(STATION, [booked]) == {booked.number: LAN}
        await self.nobody(store, "Lan", "912000001", '"an"')
        kept = booked.at + timedelta(days=30)
        await town.reception.tend(STATION, kept)
        assert await town.reception.who(STATION, [booked]) != {}
        await town.reception.tend(STATION, kept + timedelta(minutes=16))
        assert await town.booking.bookings.read(STATION, [booked.number]) == []
        await self.nobody(store, town.booking.bookings.phone(LAN.phone), "tb1.", "}mine")
        assert await town.reception.counts(STATION, TOMORROW) == {("can_cuoc", "booked"): 1}

    async def nobody(self, store: Store, *words: str) -> None:
        ours = (await self.keys(store)).replace(str(await store.redis.get("tb:names")), "")
        for word in words:
            assert word not in ours

    async def test_who_is_erased_has_nothing_ahead_and_was_never_here(self, town: Town, store: Store) -> None:
        past = await town.booked(seat(TODAY))
        for to in (Status.ARRIVED, Status.CALLED, Status.SERVED):
            past = (await town.reception.mark(town.act(), past, to)).appointment
        ahead = await town.booked(seat())
        desire = Desire(STATION, "can_cuoc", (TOMORROW,))
        await town.booking.wait(town.who(), town.act(), desire, LAN)
        hour = past.at + timedelta(hours=1)
        cancelled = await town.booking.erase(town.who(), town.act(hour))
        assert [each.number for each in cancelled] == [ahead.number]
        assert await town.reception.who(STATION, [past, ahead]) == {}
        assert await town.booking.mine(town.who(), OPENS) == []
        await town.reception.tend(STATION, hour)  # how often they held a seat is known for an hour
        await self.nobody(store, "tb1.", town.who().id, town.booking.bookings.phone(LAN.phone))
        assert (await town.now(past)).status is Status.SERVED
        assert (await town.held(seat(), CHI)).done


@pytest.mark.parametrize("act", [Act("", OPENS), Act("x" * 200, OPENS)])
async def test_any_request_id_will_do(town: Town, act: Act) -> None:
    assert (await town.booking.hold(town.who(), act, Wish(STATION, "can_cuoc", (seat(),)))).done


async def test_two_people_whose_requests_have_one_id_are_two(town: Town) -> None:
    act, first, second = town.act(), seat(), seat(begins=BEGINS + 15)
    mine = await town.booking.hold(town.who(), act, Wish(STATION, "can_cuoc", (first,)))
    other = await town.booking.hold(town.who(BINH), act, Wish(STATION, "can_cuoc", (second,)))
    assert (mine.appointment.seat, other.appointment.seat) == (first, second)
