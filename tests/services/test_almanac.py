"""Booking on the real content's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.content.loading import knowledge
from bot.domain.appointment import Outcome, Personal
from bot.domain.message import Address
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Wish
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.store.connection import Store
from bot.store.naming import person
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)


async def test_the_chat_fills_its_share_of_a_real_day_and_no_more(store: Store) -> None:
    known = knowledge(ROOT)
    booking = Booking(store, Almanac(lambda: known), known.stations)
    wish = Wish("mai_phu", "thu_nhan_can_cuoc")
    assert await booking.free(wish, SUNDAY, NOW) == ()
    assert await booking.free(Wish("mai_phu", "?"), MONDAY, NOW) == ()
    booked = 0
    while seats := await booking.free(wish, MONDAY, NOW):
        who = person(Address("telegram", "bot", f"{booked}"), store.names)
        held = await booking.hold(who, Act("h", NOW), Wish("mai_phu", "thu_nhan_can_cuoc", seats[:1]))
        ticket = Ticket("mai_phu", held.appointment.number)
        personal = Personal("Nguyễn Thị Lan", f"+8491200{booked:04}")
        assert (await booking.confirm(who, Act("c", NOW), ticket, personal)).done
        booked += 1
    share = booking.calendar.share("mai_phu", "thu_nhan_can_cuoc", MONDAY)
    assert booked == share // 3 > 10  # a quarter of an hour is three cells
    every = booking.calendar.seats("mai_phu", "thu_nhan_can_cuoc", MONDAY)
    late = await booking.hold(who, Act("late", NOW), Wish("mai_phu", "thu_nhan_can_cuoc", every))
    assert late.outcome is Outcome.FULL
