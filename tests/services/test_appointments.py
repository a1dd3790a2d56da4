"""What the talk asks for, carried out on a real store with the real calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.content.edition import Edition
from bot.conversation.booking.asking import Asking
from bot.domain.appointment import Outcome
from bot.domain.booking import Acted, Book, LookDays, LookTimes, Shift, Sought, TakeSeat, Times
from bot.domain.draft import Draft
from bot.domain.knowledge import Knowledge
from bot.domain.station import Village
from bot.services.almanac import Almanac
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.store.connection import Store
from bot.store.naming import person
from tests.services.station import AN, BINH

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # Sunday, nine in the morning
MONDAY = date(2026, 11, 23)
EIGHT = 8 * 60
CARD = Sought("mai_phu", "thu_nhan_can_cuoc")
HAMLET = "Nhà văn hóa thôn Đông"


@pytest.fixture
def known(edition: Edition) -> Knowledge:
    """The content, with officers at a hamlet on Monday from eight to nine."""
    village = Village("thon_dong", HAMLET, MONDAY, ((EIGHT, 9 * 60),), ("thu_nhan_can_cuoc",))
    station = replace(edition.known.stations["mai_phu"], villages=(village,))
    return replace(edition.known, stations={**edition.known.stations, "mai_phu": station})


class Desk:
    """Somebody's requests, one after the other."""

    def __init__(self, store: Store, known: Knowledge) -> None:
        self.store = store
        booking = Booking(store, Almanac(lambda: known), known.stations)
        self.appointments = Appointments(booking, lambda: known, lambda _: None)

    async def ask(self, request, address=AN):
        who = person(address, self.store.names)
        return await self.appointments.carry_out(request, who, address, NOW)

    async def take(self, number: int, day: date = MONDAY, desk: str = "", address=AN) -> Acted:
        take = TakeSeat(f"t{number}", CARD, day=day, begins=EIGHT, desk=desk)
        return await self.ask(take, address)

    async def times(self) -> Times:
        return await self.ask(LookTimes("l", CARD, day=MONDAY, begins=EIGHT))


@pytest.fixture
def desk(store: Store, known: Knowledge) -> Desk:
    return Desk(store, known)


async def test_a_time_at_a_hamlet_is_offered_with_its_place(desk: Desk, known: Knowledge) -> None:
    draft = Draft("d", station="mai_phu", service="thu_nhan_can_cuoc", people=1, priority=False)
    reply = Asking(known).times(draft, await desk.times(), MONDAY)
    at_eight = [button for button in reply.buttons if button.label.startswith("8:00")]
    assert [button.choice for button in at_eight] == [
        "b:seat:2026-11-23:480",
        "b:seat:2026-11-23:480:thon_dong_1",
    ]
    assert HAMLET in at_eight[1].label
    assert HAMLET not in at_eight[0].label


async def test_who_chose_the_station_is_never_sent_to_the_hamlet(desk: Desk) -> None:
    first = await desk.take(1)
    assert first.result.appointment.seat.desk == "quay_1"
    second = await desk.take(2, address=BINH)  # the only desk of the station is taken, that of the hamlet not
    assert second.result.outcome is Outcome.GONE
    third = await desk.take(3, desk="thon_dong_1", address=BINH)
    assert third.result.appointment.seat.desk == "thon_dong_1"


async def test_a_button_made_by_hand_books_no_day_that_is_not_offered_yet(desk: Desk) -> None:
    found = await desk.ask(LookDays("d", CARD, since=MONDAY))
    last = max(day for day, _ in found.free)
    far = date(2027, 3, 1)
    assert last < far
    assert (await desk.take(1, far)).result.outcome is Outcome.GONE
    held = await desk.take(2)
    await desk.ask(Book("b", held.code, "Trần Thị Bốn", "+84912345678"))
    moved = await desk.ask(Shift("s", held.code, far, EIGHT))
    assert moved.result.outcome is Outcome.GONE


async def test_another_seat_lets_the_one_held_before_go(desk: Desk) -> None:
    held = await desk.take(1)
    later = TakeSeat(
        "t2", CARD, day=MONDAY, begins=EIGHT + 15,
        before=held.code,
    )  # fmt: skip
    assert (await desk.ask(later)).result.done
    assert EIGHT in {seat.begins for seat in (await desk.times()).seats if seat.desk == "quay_1"}
