"""One person ties their doors together: every pair of them, as the one that shows the code and the other."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import permutations

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from bot.store.circles import Circles
from bot.store.naming import person
from bot.store.records import Records
from tests.open_house import OpenHouse, open_house
from tests.somebody import OnTelegram, OnTheWeb, OnZalo, OnZaloBot, Somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMES = {"webchat": "trang web", "telegram": "Telegram", "zalo_oa": "Zalo", "zalo_bot": "bot Zalo"}
DOORS = (OnTheWeb, OnTelegram, OnZalo, OnZaloBot)
CODE = re.compile(r"NK-[0-9A-Z]{5}-[0-9A-Z]{5}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(300), open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        house.now = datetime.now(UTC)
        yield house


def named(them: Somebody) -> str:
    return NAMES[them.channel]


async def code_of(them: Somebody) -> str:
    """The code that is shown at their door."""
    await them.say("các kênh của tôi")
    await them.hears("kênh")
    await them.press("Nối thêm kênh")
    found = CODE.search(await them.hears("Mã nối kênh", "10 phút", "Đừng đọc mã cho ai"))
    assert found
    return found[0]


async def typed(one: Somebody, other: Somebody) -> None:
    """A code of one door is typed at the other, without its marks, and said to be theirs."""
    code = await code_of(one)
    await other.say(code.lower().replace("-", " "))
    await other.hears("do chính bác lấy", named(one))
    await other.press("Đúng, mã của tôi")
    await other.hears("Còn một bước", named(one), "Đúng, nối lại")
    await one.hears("Có người ở", named(other), "Có phải bác không")


async def tied(one: Somebody, other: Somebody) -> None:
    await typed(one, other)
    await one.press("Đúng, nối lại")
    await one.hears("Đã nối với", named(other), "Các kênh của bác")
    await other.hears("Đã nối với", named(one), "bỏ kênh này")


async def circle(house: OpenHouse, them: Somebody) -> set[str]:
    found = await Circles(house.store).of(them.address)
    return {member.address.channel for member in found.members}


@pytest.mark.parametrize(
    ("first", "second"), list(permutations(DOORS, 2)), ids=lambda door: door.__name__.removeprefix("On")
)
async def test_two_doors_are_tied_seen_and_left(
    house: OpenHouse, first: type[Somebody], second: type[Somebody]
) -> None:
    one, other = first(house), second(house)
    records = Records(house.store)
    await tied(one, other)
    both = {one.channel, other.channel}
    assert await circle(house, one) == await circle(house, other) == both
    for them in (one, other):
        held = await records.held(person(them.address, house.store.names))
        assert "doors" in dict(held.consents)
    await other.say("các kênh của tôi")
    seen = await other.hears("Các kênh của bác", f"{named(one)}, nối từ", f"{named(other)}, nối từ")
    assert "bác đang ở đây" in seen
    assert one.address.user not in seen
    await other.say("bỏ kênh này")
    await other.hears("Bỏ", named(other), "khỏi các kênh của bác?")
    await other.press("Đúng, bỏ kênh ấy")
    await other.hears("Đã bỏ", named(other), "chỉ dùng một kênh này")
    await one.hears(named(other), "không còn là kênh của bác")
    assert await circle(house, one) == {one.channel}
    for them in (one, other):
        held = await records.held(person(them.address, house.store.names))
        assert "doors" not in dict(held.consents)


async def test_a_third_door_is_tied_and_one_of_three_is_left_from_another(house: OpenHouse) -> None:
    one, other, third = OnTelegram(house), OnTheWeb(house), OnZalo(house)
    await tied(one, other)
    await tied(other, third)
    await one.hears("Zalo", "vừa được nối thêm")
    assert await circle(house, third) == {"telegram", "webchat", "zalo_oa"}
    await one.say("bỏ một kênh")
    await one.hears("Bác muốn bỏ kênh nào")
    [label] = [each for each in one.keys if each.startswith("Zalo (")]
    await one.press(label)
    await one.hears("Bỏ Zalo", "khỏi các kênh")
    await one.press("Thôi, giữ nguyên")
    await one.hears("Các kênh của bác")
    assert len(await circle(house, one)) == 3
    await one.say("bỏ một kênh")
    await one.hears("Bác muốn bỏ kênh nào")
    await one.press(label)
    await one.hears("Bỏ Zalo")
    await one.press("Đúng, bỏ kênh ấy")
    await one.hears("Đã bỏ Zalo")
    await third.hears("Kênh này không còn nối", "Telegram")
    await other.hears("Zalo", "không còn là kênh của bác")
    assert await circle(house, third) == {"zalo_oa"}
    assert await circle(house, one) == {"telegram", "webchat"}


async def test_whoever_typed_no_code_says_no_and_the_code_is_over(house: OpenHouse) -> None:
    one, other = OnTelegram(house), OnZaloBot(house)
    await typed(one, other)
    await one.press("Không phải tôi")
    await one.hears("Đã hủy mã, không nối gì cả", "công an không hỏi mã này")
    assert await circle(house, one) == {"telegram"}
    await other.say("các kênh của tôi")  # nothing was told here
    await other.hears("chỉ dùng một kênh này")


async def test_a_code_that_somebody_else_gave_is_dropped_before_anybody_is_asked(house: OpenHouse) -> None:
    one, other = OnZalo(house), OnTelegram(house)
    await other.say(await code_of(one))
    await other.hears("do chính bác lấy", "Ai đưa mã bảo bác nhắn", "đừng nối")
    await other.press("Người khác đưa mã")
    await other.hears("Đã bỏ mã ấy, không nối gì cả")
    await one.say("các kênh của tôi")
    await one.hears("chỉ dùng một kênh này")


async def test_ones_own_code_typed_where_it_was_shown_and_a_door_that_is_tied_elsewhere(
    house: OpenHouse,
) -> None:
    one, other, third = OnTelegram(house), OnTheWeb(house), OnZalo(house)
    code = await code_of(one)
    await one.say(code)
    await one.hears("lấy ở chính kênh này")
    await tied(other, third)
    await third.say(code)
    told = await third.hears("Kênh này đang nối với", "trang web")
    assert "Telegram" not in told.split("Zalo")[0]
    assert {"Bỏ kênh này", "Nối thêm kênh"} <= set(third.keys)
    await third.say(await code_of(other))
    await third.hears("Hai kênh này nối với nhau rồi")
    await third.press("Bỏ một kênh")
    await third.hears("Bác muốn bỏ kênh nào")


async def test_own_data_name_the_doors_and_are_erased_here_or_everywhere(house: OpenHouse) -> None:
    one, other, third = OnTelegram(house), OnTheWeb(house), OnZalo(house)
    await tied(one, other)
    await tied(one, third)
    await one.say("dữ liệu của tôi")
    await one.hears("Dữ liệu của bác")
    assert "Các kênh của bác" in one.keys
    await one.press("Xem dữ liệu")
    shown = await one.hears("Các kênh đã nối: ", "nối các kênh (")
    doors = shown.partition("Các kênh đã nối: ")[2].partition("\n")[0]
    assert sorted(doors.split(", ")) == ["Telegram", "Zalo", "trang web"]
    await third.say("xóa dữ liệu của tôi")
    await third.hears("xóa ở kênh này thôi, hay ở tất cả")
    await third.press("Xóa ở kênh này")
    await third.hears("Đã xóa xong")
    await one.hears("Zalo", "không còn là kênh của bác")
    assert await circle(house, one) == {"telegram", "webchat"}
    await other.say("xóa dữ liệu của tôi")
    await other.hears("hay ở tất cả", "Telegram")
    await other.press("Xóa ở tất cả các kênh")
    await other.hears("Đã xóa xong")
    await one.hears("Dữ liệu của bác ở kênh này vừa được xóa", "trang web")
    assert await circle(house, one) == {"telegram"}
    held = await Records(house.store).held(person(one.address, house.store.names))
    assert held.consents == ()


async def test_a_platform_that_has_somebody_erased_unties_their_door(house: OpenHouse) -> None:
    one, third = OnTelegram(house), OnZalo(house)
    await tied(one, third)
    await house.zalo.withdraw(third.user)
    async with asyncio.timeout(20):
        while await circle(house, one) != {"telegram"}:
            pass
    assert await circle(house, third) == {"zalo_oa"}
