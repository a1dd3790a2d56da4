"""What is held about somebody, told to them in full; and what goes with it when it is erased."""

from __future__ import annotations

import pytest

from bot.content.edition import Edition
from bot.domain.appointment import Personal, Status
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from bot.domain.step import AnyRequest, DataErased, EraseData, ShowData
from bot.domain.wish import Desire, Wish
from bot.services.almanac import Almanac, Open
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.services.desk import Desk
from bot.services.letters import Letters
from bot.store.connection import Store
from bot.store.records import Records
from tests.services.test_notices import AN, MONDAY_NOON, SERVICE, STATION, TUESDAY, Hall


class Counter(Hall):
    """A hall with the back office of the talks."""

    def __init__(self, store: Store, edition: Edition) -> None:
        super().__init__(store, edition.known)
        self.edition = edition
        self.booking = Booking(store, Almanac(lambda: self.known), Open(lambda: self.known))
        appointments = Appointments(self.booking, lambda: self.known, lambda _: None)
        self.desk = Desk(Records(store), self.booking, appointments, Letters(store))

    async def told(self, request: AnyRequest) -> Reply:
        """What the talk says to a request about one's own data."""
        result = await self.desk.carry_out(request, self.who(), MONDAY_NOON, AN)
        assert result
        (reply,) = self.edition.dialogue.concluded(Session(), result, Moment(MONDAY_NOON, "m")).replies
        return reply

    async def waiting(self) -> None:
        desire = Desire(STATION, SERVICE, (TUESDAY,))
        personal = Personal("Lê Thị Hoa", "+84913000001", AN)
        assert (await self.booking.wait(self.who(), self.act(), desire, personal)).done


@pytest.fixture
def counter(store: Store, edition: Edition) -> Counter:
    return Counter(store, edition)


async def test_names_every_visit_and_every_place_waited_for(counter: Counter) -> None:
    visits = [await counter.booked(), await counter.booked(14 * 60)]
    await counter.waiting()
    text = (await counter.told(ShowData("s"))).text
    first, second = map(counter.booking.code, visits)
    assert (
        f"- Lịch hẹn sắp tới: **{first}** thứ 3, 01/12/2026, 8:00, Làm thẻ căn cước; "
        f"**{second}** thứ 3, 01/12/2026, 14:00, Làm thẻ căn cước\n"
        "- Đang chờ chỗ trống: 01/12/2026 (Công an xã Mai Phụ)\n"
    ) in text


async def test_of_nothing_says_that_there_is_none(counter: Counter) -> None:
    text = (await counter.told(ShowData("s"))).text
    assert "Lịch hẹn sắp tới: chưa có\n- Đang chờ chỗ trống: chưa có" in text
    asked = (await counter.told(ShowData("s", erasing=True))).text
    assert "hủy" not in asked
    assert "Đã hủy" not in (await counter.told(EraseData("e"))).text


async def test_says_before_erasing_what_will_be_cancelled_and_then_cancels_it(counter: Counter) -> None:
    visits = [await counter.booked(), await counter.booked(14 * 60)]
    await counter.waiting()
    asked = await counter.told(ShowData("s", erasing=True))
    codes = ", ".join(f"**{counter.booking.code(each)}**" for each in visits)
    assert f"**2 lịch hẹn sắp tới cũng bị hủy** ({codes}), chỗ ấy nhường cho người khác." in asked.text
    assert "rút khỏi 1 danh sách chờ" in asked.text
    assert [key.choice for key in asked.buttons] == ["d:erase!", "m"]
    assert {(await counter.now(each)).status for each in visits} == {Status.BOOKED}
    assert "Đã hủy 2 lịch hẹn." in (await counter.told(EraseData("e"))).text
    assert {(await counter.now(each)).status for each in visits} == {Status.CANCELLED}
    assert await counter.booking.waits(counter.who(), STATION) == []
    again = await counter.desk.carry_out(EraseData("e"), counter.who(), MONDAY_NOON, AN)
    assert again == DataErased(2)


async def test_a_seat_that_is_only_held_is_let_go_and_not_counted(counter: Counter) -> None:
    wish = Wish(STATION, SERVICE, (counter.seat(),))
    held = (await counter.booking.hold(counter.who(), counter.act(), wish)).appointment
    assert held
    assert "hủy" not in (await counter.told(ShowData("s", erasing=True))).text
    assert "Đã hủy" not in (await counter.told(EraseData("e"))).text
    assert (await counter.now(held)).status is Status.EXPIRED
