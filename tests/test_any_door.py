"""One person at several real doors of one house: what was booked at one is theirs at the others."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from bot.store.circles import Circles
from bot.store.naming import person
from tests.conftest import NOON
from tests.open_house import PUBLIC, OpenHouse, open_house
from tests.somebody import OnTelegram, OnTheWeb, OnZalo, OnZaloBot, Somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")
CODE = re.compile(r"TB-[0-9A-Z]{7}")
WISH = "đặt lịch cho tôi nộp súng cũ thứ 2 tuần sau ở Mai Phụ"
OWN = "lịch hẹn của tôi"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        house.now = NOON
        yield house


async def at_doors(house: OpenHouse, *doors: type[Somebody]) -> list[Somebody]:
    """Somebody new, with these doors, tied."""
    them = [door(house) for door in doors]
    for each in them:
        if isinstance(each, OnTheWeb):
            await each.connected()
        await each.start()
        await each.hears("xin chào")
    for other in them[1:]:
        assert await Circles(house.store).tie(them[0].address, other.address, house.now)
    return them


async def held(them: Somebody) -> None:
    """Come as far as a seat that is kept."""
    await them.say(WISH)
    await them.hears("chọn giờ")
    await them.press(next(label for label in them.keys if re.match(r"\d+:\d\d", label)))
    await them.hears("giữ đến")


async def booked(them: Somebody, phone: str) -> str:
    """Book a visit; its code."""
    await held(them)
    await them.press("Đồng ý")
    await them.hears("số điện thoại")
    await them.say(f"Trần Thị Bốn {phone}")
    await them.hears("Trần Thị Bốn")
    await them.press("Đặt lịch")
    found = CODE.search(await them.hears("Đã đặt lịch"))
    assert found
    return found[0]


async def test_is_seen_moved_and_cancelled_each_at_another_door(house: OpenHouse) -> None:
    page, telegram, zalo = await at_doors(house, OnTheWeb, OnTelegram, OnZalo)
    code = await booked(page, "0912 345 678")

    await telegram.say(OWN)
    await telegram.hears(code, "Lịch còn hiệu lực")
    await telegram.press("Đổi giờ")
    await telegram.hears("chọn ngày")
    await telegram.press(next(label for label in telegram.keys if label.startswith("thứ 3")))
    await telegram.hears("chọn giờ")
    await telegram.press(next(label for label in telegram.keys if label.startswith("9:00")))
    await telegram.hears("Đã đổi sang", "9:00", code)
    assert f"{PUBLIC}/hen/" in str(house.telegram.sent[-1].fields)  # its slip

    await zalo.say(OWN)
    await zalo.hears(code, "9:00")
    await zalo.press("Hủy lịch")
    await zalo.hears("Đã hủy lịch", code)
    for door in (page, telegram):
        await door.say(OWN)
        await door.hears("chưa có lịch hẹn nào")


async def test_takes_the_buttons_of_a_reminder_at_another_door(house: OpenHouse) -> None:
    page, telegram = await at_doors(house, OnTheWeb, OnTelegram)
    code = await booked(page, "0912 345 679")
    await telegram.choose(f"b:coming:{code}")
    await telegram.hears("trụ sở chờ bác")
    await telegram.choose(f"b:move:{code}")
    await telegram.hears("chọn ngày")
    await telegram.choose(f"b:cancel:{code}")
    await telegram.hears("Đã hủy lịch", code)
    await page.choose(f"b:coming:{code}")  # below the old reminder: nobody waits for them any more
    await page.hears("chưa có lịch hẹn nào")


async def test_tells_at_the_other_door_of_a_seat_that_is_held_and_not_booked(house: OpenHouse) -> None:
    telegram, bot = await at_doors(house, OnTelegram, OnZaloBot)
    await held(telegram)
    await bot.say(OWN)
    await bot.hears("đang giữ chỗ", "ở kênh khác", "quay lại kênh ấy")
    await telegram.press("Thôi, không đặt")
    await telegram.hears("không đặt gì cả")
    await bot.say(OWN)
    await bot.hears("chưa có lịch hẹn nào")


async def test_is_asked_for_its_phone_again_once_doors_are_untied(house: OpenHouse) -> None:
    telegram, page = await at_doors(house, OnTelegram, OnTheWeb)
    code = await booked(telegram, "0912 345 680")
    await page.say(OWN)
    await page.hears(code)
    await Circles(house.store).untie(person(page.address, house.store.names))
    await page.say(OWN)
    await page.hears("chưa có lịch hẹn nào")
    await page.choose(f"b:cancel:{code}")
    await page.hears("Không tìm thấy lịch hẹn này")
    await telegram.say(OWN)
    await telegram.hears(code, "Lịch còn hiệu lực")
