"""When a day is full: the waiting list, its offers, refusals; with a real store and its rounds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.appointment import Personal, Status
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Closing, Wish
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.reception import Reception
from tests.conftest import NOON
from tests.doors import OnTheWeb, house
from tests.open_desk import PATIENCE
from tests.open_house import OpenHouse

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
STATION, MONDAY = "thanh_sen", date(2026, 11, 23)
WISH = "đặt lịch cho tôi nộp súng cũ thứ 2 tuần sau ở Thành Sen"
CODE = re.compile(r"TB-[0-9A-Z]{7}")


class Desk:
    """The officers of a station whose only desk for weapons is open for a quarter of an hour on Monday."""

    def __init__(self, house: OpenHouse) -> None:
        self.booking = Booking(house.store, Almanac(lambda: house.known), [STATION])
        self.reception = Reception(house.store, self.booking)

    async def closed(self) -> None:
        for number, (begins, ends) in enumerate(((0, 8 * 60), (8 * 60 + 15, 24 * 60))):
            closing = Closing(STATION, f"shut{number}", MONDAY, ("quay_3",), begins, ends, "thử")
            await self.reception.close(Act(f"shut{number}", NOON), closing)

    async def offered(self) -> str:
        """Who has the place in hand: the choice that takes it, without its act."""
        async with asyncio.timeout(PATIENCE):
            while not (found := await self.booking.waiting.offered(STATION)):  # noqa: ASYNC110 - rounds
                await asyncio.sleep(0.05)
        [waiter] = found
        return f"{STATION}:{waiter.id}"

    async def emptied(self) -> None:
        """Nobody has a visit on Monday any more."""
        for each in await self.reception.day(STATION, MONDAY):
            if each.status in {Status.BOOKED, Status.HELD}:
                ticket = Ticket(STATION, each.number)
                await self.reception.cancel(Act(f"end{each.number}", NOON), ticket)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(house: OpenHouse) -> AsyncIterator[Desk]:
    house.now = NOON
    made = Desk(house)
    await made.closed()
    yield made
    await made.emptied()


async def text(seen: Any) -> str:
    return "\n".join(each.text for each in await seen)


async def choose(citizen: OnTheWeb, choice: str) -> str:
    """Press a button that came unasked."""
    seen = await citizen._answered(await citizen._page.send(choice=choice))
    return "\n".join(each.text for each in seen)


async def took(citizen: OnTheWeb, name: str, phone: str) -> str:
    """Somebody books the only seat; its code."""
    seen = await citizen.say(WISH)
    await citizen.press(next(each for each in seen[-1].labels if "8:00" in each))
    await citizen.press("Đồng ý")
    await citizen.say(f"{name} {phone}")
    found = CODE.search(await text(citizen.press("Đặt lịch")))
    assert found
    return found[0]


async def waits(citizen: OnTheWeb, name: str, phone: str) -> None:
    """Somebody comes too late and joins the list."""
    seen = await citizen.say(WISH)
    assert "hết chỗ" in seen[-1].text
    await citizen.press("Vào danh sách chờ")
    await citizen.press("Đồng ý")
    assert "danh sách chờ" in await text(citizen.say(f"{name} {phone}"))


async def test_freed_place_is_offered_and_taken(house: OpenHouse, desk: Desk) -> None:
    first, second = OnTheWeb(house), OnTheWeb(house)
    code = await took(first, "Trần Văn Một", "0911000001")
    await waits(second, "Lê Thị Hai", "0911000002")
    assert "Đang chờ chỗ" in await text(second.say("lịch hẹn của tôi"))
    assert "Đã hủy lịch" in await text(first.press("Hủy lịch"))
    offer = await desk.offered()
    late = await first.say(WISH)  # what is offered is nobody else's
    assert "hết chỗ" in late[-1].text
    claimed = await choose(second, f"b:claim:{offer}")
    found = CODE.search(claimed)
    assert found
    assert found[0] != code
    assert "8:00" in claimed
    assert "Lịch còn hiệu lực" in await text(second.say("lịch hẹn của tôi"))
    assert not CODE.search(await choose(first, f"b:claim:{offer}"))  # nobody else can take it


async def test_declined_place_goes_to_the_next(house: OpenHouse, desk: Desk) -> None:
    first, second, third = OnTheWeb(house), OnTheWeb(house), OnTheWeb(house)
    await took(first, "Trần Văn Ba", "0911000003")
    await waits(second, "Lê Thị Bốn", "0911000004")
    await waits(third, "Lê Thị Năm", "0911000005")
    await first.press("Hủy lịch")
    offer = await desk.offered()
    assert "nhường cho người sau" in await choose(second, f"b:decline:{offer}")
    async with asyncio.timeout(PATIENCE):
        while (following := await desk.offered()) == offer:  # noqa: ASYNC110 - rounds of the steward
            await asyncio.sleep(0.05)
    assert "8:00" in await choose(third, f"b:claim:{following}")
    await choose(second, f"b:leave:{offer}")
    assert "chưa có lịch hẹn nào" in await text(second.say("lịch hẹn của tôi"))


async def test_third_booking_of_a_phone_is_refused_with_a_way_on(house: OpenHouse) -> None:
    house.now = NOON
    citizen = OnTheWeb(house)
    for _ in range(2):
        assert "Đã đặt lịch" in await tried(citizen, "Vũng Áng", "Ngô Văn Sáu 0911000006")
    assert "đủ số lịch hẹn" in await tried(citizen, "Vũng Áng", "Ngô Văn Sáu 0911000006")
    assert "Đã đặt lịch" in await tried(citizen, "Vũng Áng", "Ngô Thị Bảy 0911000007")  # another's number


async def test_who_missed_twice_waits_a_while(house: OpenHouse, desk: Desk) -> None:
    lan = Personal("Vũ Thị Tám", "+84911000008")
    for day in (date(2026, 11, 25), date(2026, 11, 26)):
        wish = Wish(STATION, "nop_vu_khi")
        seat = (await desk.reception.free(wish, day, NOON))[0]
        added = await desk.reception.add(Act(f"{day}", NOON), Wish(STATION, "nop_vu_khi", (seat,)), lan)
        assert added.appointment
        late = Act(f"missed{day}", added.appointment.at)
        assert (await desk.reception.mark(late, added.appointment, Status.MISSED)).done
    house.now = datetime(2026, 11, 26, 3, tzinfo=UTC)
    refused = await tried(OnTheWeb(house), "Thành Sen", "Vũ Thị Tám 0911000008")
    house.now = NOON
    assert "lỡ hẹn" in refused


async def tried(citizen: OnTheWeb, commune: str, contact: str) -> str:
    """What became of a booking for the first time on a Friday."""
    seen = await citizen.say(f"đặt lịch cho tôi nộp súng cũ sáng thứ 6 tuần sau ở {commune}")
    await citizen.press(next(each for each in seen[-1].labels if "sáng" in each))
    await citizen.press("Đồng ý")
    await citizen.say(contact)
    return await text(citizen.press("Đặt lịch"))
