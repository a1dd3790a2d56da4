"""A citizen and an officer, each with the real page in a browser of their own, through a whole handover."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.content.shelf import Shelf
from bot.domain.officer import Hand, Role
from bot.services.officers import TERMINAL, Officers
from tests.channels.test_page import STICKS_OUT
from tests.open_house import OpenHouse, open_house
from tests.phone import PATIENCE, Lend, Phone, browser, lend
from tests.services.test_officers import totp

__all__ = ["browser", "lend"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")
STATION, NAME = "mai_phu", "Đặng Thị Lan"
ID_CARD = "038085001234"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(300), open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        house.now = datetime.now(UTC)
        yield house


async def sees(phone: Phone, *parts: str) -> Locator:
    """The newest answer with all these parts, as soon as it is on the page."""
    found = phone.answers
    for part in parts:
        found = found.filter(has_text=part)
    await expect(found.last).to_be_visible(timeout=PATIENCE * 1000)
    return found.last


async def presses(answer: Locator, label: str) -> None:
    """By the keyboard: two quick taps on one spot are taken for one."""
    await answer.get_by_role("button", name=label, exact=True).press("Enter")


async def enlists(phone: Phone, house: OpenHouse) -> None:
    """Become an officer with the code from the station and the six digits of an app, and go on duty."""
    code = await Officers(house.store).invite(
        Hand(TERMINAL, TERMINAL, house.now), NAME, Role.OFFICER, (STATION,)
    )
    assert code
    shown = SECRET.search(await phone.ask(code))
    assert shown
    await phone.say(totp(shown[0].replace(" ", ""), house.now))
    menu = await sees(phone, NAME, "không trực")
    await presses(menu, "Vào trực")
    await sees(phone, NAME, "· đang trực")


async def test_a_question_goes_from_phone_to_phone_and_back_and_is_over(
    house: OpenHouse, lend: Lend, tmp_path: Path
) -> None:
    lan = await (await lend()).open(house.url)
    await enlists(lan, house)
    dan = await (await lend()).open(f"{house.url}/?start={STATION}")
    await expect(dan.page.get_by_text("Mai Phụ xin chào")).to_be_visible()

    assert "viết câu cần hỏi" in await dan.ask("cho tôi gặp cán bộ")
    await dan.say(f"thẻ của mẹ tôi xong chưa, số {ID_CARD}")
    await sees(dan, "Đã báo cán bộ trực")
    call = await sees(lan, "Có người cần gặp cán bộ", "Mai Phụ")
    assert "thẻ của mẹ" not in await call.inner_text()  # who takes it reads it
    await presses(call, "Nhận")
    thread = await sees(lan, "là của đồng chí", "thẻ của mẹ tôi xong chưa")
    assert ID_CARD not in await thread.inner_text()
    await sees(dan, "Cán bộ trực Công an xã Mai Phụ đang ở đây")

    await lan.say("Chào bác, thẻ của cụ xong rồi, mai bác ra lấy")
    await sees(dan, "Cán bộ trực:", "thẻ của cụ xong rồi")
    await dan.say("mang giấy gì không")  # the desk would know; it is silent
    await sees(lan, "mang giấy gì không")
    await lan.say("Mang giấy hẹn là được")
    last = await sees(dan, "Mang giấy hẹn là được")
    await expect(last.get_by_role("button", name="Kết thúc")).to_be_visible()
    for name, phone in (("citizen", dan), ("officer", lan)):
        await phone.page.screenshot(path=tmp_path / f"{name}.png")
        assert await phone.page.evaluate(STICKS_OUT) == []

    await presses(await sees(lan, "mang giấy gì không"), "Kết thúc")
    await sees(lan, "Đã kết thúc")
    await sees(dan, "Cán bộ đã kết thúc cuộc nói chuyện")
    assert "Mai Phụ" in await dan.ask("trụ sở công an ở đâu")  # the desk itself again
    await presses(dan.answers.last, "Có ích")
    await sees(dan, "Cảm ơn bác")
    await lan.say("/cb")
    await sees(lan, NAME, "· đang trực")
    for phone in (dan, lan):
        await phone.page.screenshot(path=tmp_path / f"{'citizen' if phone is dan else 'officer'}-end.png")
    told = await dan.page.content()
    assert NAME not in told
    assert "Lan" not in " ".join(await dan.talk())
    assert await lan.page.locator("[data-kind=answer]", has_text=ID_CARD).count() == 0
