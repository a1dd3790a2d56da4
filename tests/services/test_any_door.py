"""What somebody booked at one of their doors is theirs at each of them, and nobody else's, ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from bot.content.edition import Edition
from bot.domain.appointment import Outcome, Status
from bot.domain.booking import (
    Acted,
    Answer,
    AskHome,
    Book,
    Cancel,
    Find,
    Mine,
    Own,
    Queue,
    Shift,
    Sought,
    TakeSeat,
    Withdraw,
)
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address
from bot.domain.seat import Seat
from bot.domain.wish import Act
from bot.services.almanac import Almanac
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.store.circles import Circles
from bot.store.connection import Store, open_store
from bot.store.naming import Person, person
from bot.store.sealing import Seals
from tests.store.conftest import KEY

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # Sunday, nine in the morning
MONDAY = date(2026, 11, 23)
EIGHT = 8 * 60
STATION = "mai_phu"
CARD = Sought(STATION, "thu_nhan_can_cuoc")
NAME = "Hồ Thị Bảy"
PAGE, PHONE, ZALO, STRANGER = (
    Address(channel, "a", name)
    for channel, name in ((WEBCHAT, "t"), ("telegram", "1"), ("zalo_oa", "1"), ("telegram", "2"))
)
DOORS = (PAGE, PHONE, ZALO, STRANGER)


class Office:
    """The desk of a station; what people ask for, at which door, in a few words."""

    def __init__(self, store: Store, known: Knowledge) -> None:
        self.store, self.circles, self._numbers = store, Circles(store), count()
        self.booking = Booking(store, Almanac(lambda: known), known.stations)
        self.appointments = Appointments(self.booking, lambda: known, lambda each: f"https://x/{each.number}")

    def who(self, address: Address) -> Person:
        return person(address, self.store.names)

    def id(self) -> str:
        """Of a new press."""
        return f"r{next(self._numbers)}"

    async def ask(self, request, address: Address):
        return await self.appointments.carry_out(request, self.who(address), address, NOW)

    async def tied(self, *doors: Address) -> None:
        for other in doors[1:]:
            assert await self.circles.tie(doors[0], other, NOW)

    async def held(self, address: Address, begins: int = EIGHT) -> Acted:
        return await self.ask(TakeSeat(self.id(), CARD, day=MONDAY, begins=begins), address)

    async def booked(self, address: Address, begins: int = EIGHT, phone: str = "+84912000007") -> str:
        """The code of a new visit."""
        held = await self.held(address, begins)
        booked = await self.ask(Book(self.id(), held.code or "", NAME, phone), address)
        assert booked.result.done
        return booked.code

    async def own(self, address: Address) -> Own:
        return await self.ask(Mine(""), address)

    async def codes(self, address: Address) -> list[str]:
        return [code for code, _ in (await self.own(address)).appointments]

    async def state(self, code: str) -> tuple[Status, int]:
        """How a visit stands, and at which minute it begins."""
        [ticket] = self.booking.tickets(code)
        [found] = await self.booking.bookings.read(ticket.station, [ticket.number])
        assert found.seat
        return found.status, found.seat.begins

    async def waits(self, address: Address) -> str:
        """Join the waiting list of Monday; the entry."""
        asked = await self.ask(Queue(self.id(), CARD, MONDAY, NAME, "+84912000007"), address)
        assert asked.result.done
        return asked.result.waiter

    async def offered(self, waiter: str) -> None:
        """A place comes for whoever waits."""
        every = await self.booking.waiting.waiters(STATION, MONDAY)
        [entry] = [each for each in every if each.id == waiter]
        seat = Seat(STATION, MONDAY, "quay_1", EIGHT + 30, 15)
        assert (await self.booking.waiting.offer(NOW, entry, [seat], {})).done

    async def at_home(self, address: Address) -> int:
        """Ask for a visit at home; its number."""
        asked = await self.ask(AskHome(self.id(), STATION, "tai_nha", NAME, "+84912000007", "xóm 5"), address)
        assert asked.home
        return asked.home.number


@pytest.fixture
def office(store: Store, edition: Edition) -> Office:
    return Office(store, edition.known)


async def test_is_seen_at_each_door_by_begin(office: Office) -> None:
    late, early = await office.booked(PAGE, EIGHT + 15), await office.booked(PHONE)
    assert (await office.codes(PAGE), await office.codes(PHONE)) == ([late], [early])
    await office.tied(PAGE, PHONE, ZALO)
    for door in (PAGE, PHONE, ZALO):
        assert await office.codes(door) == [early, late]
    assert await office.codes(STRANGER) == []


async def test_that_is_waited_for_or_asked_for_at_home_is_seen_at_each_door(office: Office) -> None:
    waiter, number = await office.waits(PAGE), await office.at_home(PHONE)
    await office.tied(PAGE, PHONE)
    for door in (PAGE, PHONE):
        own = await office.own(door)
        assert [(each[1], [home.number for home in own.homes]) for each in own.waits] == [(waiter, [number])]
    assert await office.own(STRANGER) == Own(())


@dataclass(frozen=True)
class Deed:
    """Something to do with what is one's own: `ready` makes it at a door, `did` says whether it is done."""

    ready: Callable[[Office, Address], Awaitable[Any]]
    request: Callable[[str, Any], object]
    did: Callable[[Office, Any], Awaitable[bool]]


async def _cancelled(office: Office, code: str) -> bool:
    return (await office.state(code))[0] is Status.CANCELLED


async def _moved(office: Office, code: str) -> bool:
    return (await office.state(code)) == (Status.BOOKED, EIGHT + 45)


async def _offered(office: Office, door: Address) -> str:
    waiter = await office.waits(door)
    await office.offered(waiter)
    return waiter


def _standing(status: str) -> Callable[[Office, str], Awaitable[bool]]:
    async def did(office: Office, waiter: str) -> bool:
        [entry] = await office.booking.waiting._read(STATION, [waiter.encode()])
        return entry.status == status

    return did


async def _withdrawn(office: Office, number: int) -> bool:
    visit = await office.booking.homes.read(STATION, number)
    return bool(visit and not visit.open)


DEEDS = {
    "cancel": Deed(Office.booked, Cancel, _cancelled),
    "move": Deed(Office.booked, lambda id_, code: Shift(id_, code, MONDAY, EIGHT + 45), _moved),
    "claim": Deed(_offered, lambda id_, it: Answer(id_, "claim", STATION, it), _standing("claimed")),
    "decline": Deed(_offered, lambda id_, it: Answer(id_, "decline", STATION, it), _standing("waiting")),
    "leave": Deed(Office.waits, lambda id_, it: Answer(id_, "leave", STATION, it), _standing("left")),
    "withdraw": Deed(Office.at_home, lambda id_, it: Withdraw(id_, STATION, it), _withdrawn),
}
each_deed = pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)


@each_deed
async def test_can_be_changed_at_another_door_of_the_same_person_under_one_id_once(
    office: Office, deed: Deed
) -> None:
    await office.tied(PAGE, PHONE)
    what, id_ = await deed.ready(office, PAGE), office.id()
    first = await office.ask(deed.request(id_, what), PHONE)
    assert first.result.done
    assert await deed.did(office, what)
    await office.circles.untie(office.who(PHONE))
    assert await office.ask(deed.request(id_, what), PHONE) == first


@each_deed
async def test_cannot_be_changed_at_a_door_that_is_not_tied_or_no_more(office: Office, deed: Deed) -> None:
    what = await deed.ready(office, PAGE)
    await office.tied(PHONE, STRANGER)  # tied to somebody else
    await office.tied(PAGE, ZALO)
    await office.circles.untie(office.who(ZALO))
    for door in (PHONE, STRANGER, ZALO):
        refused = await office.ask(deed.request(office.id(), what), door)
        assert refused.result.outcome is Outcome.NOT_FOUND
        assert refused.result.appointment is None
    assert not await deed.did(office, what)
    assert (await office.ask(deed.request(office.id(), what), PAGE)).result.done


async def test_stays_where_it_was_made_when_doors_are_untied(office: Office) -> None:
    await office.tied(PAGE, PHONE)
    here, there = await office.booked(PAGE), await office.booked(PHONE, EIGHT + 15)
    moved = await office.ask(Shift(office.id(), here, MONDAY, EIGHT + 45), PHONE)
    assert moved.result.done
    await office.circles.untie(office.who(PHONE))
    assert (await office.codes(PAGE), await office.codes(PHONE)) == ([here], [there])
    assert (await office.ask(Cancel(office.id(), here), PHONE)).result.outcome is Outcome.NOT_FOUND


async def test_taken_from_the_waiting_list_belongs_to_the_door_that_waited(office: Office) -> None:
    await office.tied(PAGE, PHONE)
    waiter = await office.waits(PAGE)
    await office.offered(waiter)
    assert (await office.own(PHONE)).begun == ()  # an offer can be taken here too
    claimed = await office.ask(Answer(office.id(), "claim", STATION, waiter), PHONE)
    assert await office.codes(PHONE) == await office.codes(PAGE) == [claimed.code]
    await office.circles.untie(office.who(PHONE))
    assert (await office.codes(PAGE), await office.codes(PHONE)) == ([claimed.code], [])


async def test_held_at_one_door_is_booked_there_only_and_told_at_the_others(office: Office) -> None:
    await office.tied(PAGE, PHONE)
    held = await office.held(PAGE)
    refused = await office.ask(Book(office.id(), held.code, NAME, "+84912000007"), PHONE)
    assert refused.result.outcome is Outcome.NOT_FOUND
    there = await office.own(PHONE)
    assert (there.appointments, there.begun) == ((), (held.result.appointment,))
    assert (await office.own(PAGE)).begun == ()
    assert (await office.ask(Book(office.id(), held.code, NAME, "+84912000007"), PAGE)).result.done
    assert (await office.own(PHONE)).begun == ()


async def test_says_on_the_page_that_reminders_come_when_another_door_rings(office: Office) -> None:
    requests = []
    for begins in (EIGHT, EIGHT + 15):
        held = await office.held(PAGE, begins)
        requests.append(Book(office.id(), held.code, NAME, f"+8491200{begins:04}"))
    assert not (await office.ask(requests[0], PAGE)).reached
    await office.tied(PAGE, PHONE)
    assert (await office.ask(requests[1], PAGE)).reached


async def test_counts_by_phone_whatever_door_it_comes_from(office: Office) -> None:
    await office.tied(PAGE, PHONE, ZALO)
    await office.booked(PAGE)
    await office.booked(PHONE, EIGHT + 15)
    held = await office.held(ZALO, EIGHT + 30)
    third = await office.ask(Book(office.id(), held.code, NAME, "+84912000007"), ZALO)
    assert third.result.outcome is Outcome.LIMIT
    other = await office.ask(Book(office.id(), held.code, NAME, "+84912000008"), ZALO)
    assert other.result.done


async def test_found_by_code_and_phone_opens_that_one_and_nothing_else(office: Office) -> None:
    await office.tied(PAGE, PHONE)
    code, other = await office.booked(PAGE), await office.booked(PHONE, EIGHT + 15)
    found = await office.ask(Find(office.id(), code, "+84912000007"), STRANGER)
    assert found.code == code
    assert NAME not in repr(found)
    assert await office.codes(STRANGER) == []
    assert (await office.ask(Cancel(office.id(), other), STRANGER)).result.outcome is Outcome.NOT_FOUND
    wrong = [await office.ask(Find(office.id(), other, "+84912000009"), STRANGER) for _ in range(6)]
    assert [each.result.outcome for each in wrong] == [Outcome.NOT_FOUND] * 5 + [Outcome.OFTEN]
    assert (await office.ask(Cancel(office.id(), code, "+84912000007"), STRANGER)).result.done


async def test_pressed_at_two_doors_at_once_is_done_once(office: Office) -> None:
    await office.tied(PAGE, PHONE, ZALO)
    code = await office.booked(PAGE)
    pressed = await asyncio.gather(
        *(office.ask(Cancel(office.id(), code), door) for door in (PAGE, PHONE, ZALO))
    )
    assert sorted(each.result.outcome for each in pressed) == ["done", "not_allowed", "not_allowed"]
    [ticket] = office.booking.tickets(code)
    counts = await office.booking.bookings.counts(ticket.station, MONDAY)
    assert counts[CARD.service, "cancelled"] == 1


async def test_erased_at_one_door_stays_at_the_others(office: Office) -> None:
    await office.tied(PAGE, PHONE)
    gone, kept = await office.booked(PAGE), await office.booked(PHONE, EIGHT + 15)
    await office.booking.erase(office.who(PAGE), Act(office.id(), NOW))
    assert (await office.state(gone))[0] is Status.CANCELLED
    assert await office.codes(PAGE) == await office.codes(PHONE) == [kept]


ties = st.lists(st.tuples(st.sampled_from(range(4)), st.sampled_from(range(4))), max_size=4)
deeds = st.lists(
    st.tuples(st.sampled_from(("cancel", "move", "untie", "tie")), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)


def test_is_never_seen_nor_changed_by_whoever_is_not_the_same_person(valkey: str, edition: Edition) -> None:
    """Whatever is tied and untied in between: each door sees and changes what its circle made."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ties, deeds)
    def prove(tied: list[tuple[int, int]], steps: list[tuple[str, int, int]]) -> None:
        asyncio.run(_proved(valkey, edition.known, tied, steps))

    prove()


async def _proved(
    url: str, known: Knowledge, tied: list[tuple[int, int]], steps: list[tuple[str, int, int]]
) -> None:
    with Redis.from_url(url) as client:
        client.flushall()
    store = await open_store(url, Seals([KEY]))
    try:
        street = Street(Office(store, known))
        await street.begins()
        for step, one, other in [("tie", *pair) for pair in tied] + steps:
            if step in {"tie", "untie"}:
                await street.ties(step, one, other)
            else:
                await street.changes(step, one, other)
            await street.looks()
    finally:
        await store.close()


class Street:
    """Four doors, a visit made at each, and what is known of them by number."""

    def __init__(self, office: Office) -> None:
        self.office, self.made, self.alive = office, list[str](), [True] * len(DOORS)

    async def begins(self) -> None:
        for number, door in enumerate(DOORS):
            self.made.append(await self.office.booked(door, EIGHT + 15 * number, f"+8491200000{number}"))

    async def circle(self, door: int) -> set[int]:
        """The doors of the same person."""
        circle = await self.office.circles.of(DOORS[door])
        return {DOORS.index(member.address) for member in circle.members}

    async def ties(self, step: str, one: int, other: int) -> None:
        if step == "untie":
            await self.office.circles.untie(self.office.who(DOORS[one]))
        elif one != other:
            await self.office.circles.tie(DOORS[one], DOORS[other], NOW)

    async def changes(self, step: str, one: int, other: int) -> None:
        """At one door, what was made at another."""
        office, code = self.office, self.made[other]
        before, theirs = await office.state(code), other in await self.circle(one)
        move = Shift(office.id(), code, MONDAY, EIGHT + 120 + 15 * other)
        asked = await office.ask(Cancel(office.id(), code) if step == "cancel" else move, DOORS[one])
        if not theirs:
            assert asked.result.outcome is Outcome.NOT_FOUND
            assert await office.state(code) == before
        elif self.alive[other]:
            assert asked.result.done
            self.alive[other] = step != "cancel"

    async def looks(self) -> None:
        """Each door sees what is ahead of its own, and nothing else."""
        for number, door in enumerate(DOORS):
            theirs = await self.circle(number)
            wanted = [code for n, code in enumerate(self.made) if self.alive[n] and n in theirs]
            assert sorted(await self.office.codes(door)) == sorted(wanted)
