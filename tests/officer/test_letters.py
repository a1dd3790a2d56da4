"""An officer issues, sees and ends invitations with the thumb, at every door; a citizen checks them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.services.officers import Officers
from bot.store.audit import told
from tests.conftest import NOON
from tests.doors import DOORS, Citizen, OnTheWeb, house
from tests.officer.test_desk import enlisted, words
from tests.open_house import OpenHouse

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
CODE = re.compile(r"GM-[0-9A-Z]{6}")


async def issued(officer: Citizen, *labels: str) -> str:
    """Press from the menu to the year; the code that comes of it."""
    for label in ("Giấy mời", *labels):
        seen = await officer.press(label)
    found = CODE.search(seen[-1].text)
    assert found, seen
    return found[0]


@pytest.mark.parametrize("door", DOORS)
async def test_an_invitation_from_the_thumb_to_the_citizen(house: OpenHouse, door: type[Citizen]) -> None:
    house.now = NOON
    officer, citizen = await enlisted(house, door, "mai_phu"), OnTheWeb(house)
    await officer.say("/cb")
    code = await issued(officer, "Cấp giấy mời", "Thứ 5, 26/11/2026", "8:00", "1950–1959", "1956")
    assert "thứ 5, 26/11/2026, 8:00" in await words(citizen.say(f"{code} 1956"))
    assert "Không có giấy mời nào" in await words(citizen.say(f"{code} 1957"))
    await officer.say("/cb")
    assert "kiểm tra 1 lần, thử sai 1 lần" in await words(officer.press("Giấy mời"))
    await officer.press(code)
    assert "đã dùng" in await words(officer.press("Đã dùng"))
    assert "còn hạn" in await words(officer.press("Mở lại"))
    assert "đã hủy" in await words(officer.press("Hủy giấy"))
    assert "Giấy này đã hủy" in await words(citizen.say(f"{code} 1956"))
    entries = [told(text) async for _, text, _ in Officers(house.store).audit.entries()]
    mine = [each["act"] for each in entries if each["act"].startswith("letter.")][-4:]
    assert mine == ["letter.issue", "letter.used", "letter.open", "letter.cancelled"]


async def test_a_visit_at_home_and_an_hour_that_is_gone(house: OpenHouse) -> None:
    house.now = NOON
    officer, citizen = await enlisted(house, OnTheWeb, "mai_phu"), OnTheWeb(house)
    await officer.say("/cb")
    for label in ("Giấy mời", "Hẹn đến nhà", "Ngày mai, chủ nhật 22/11", "9:00", "1930–1939"):
        await officer.press(label)
    code = CODE.search(await words(officer.press("1931")))
    assert code
    assert "hẹn đến nhà" in await words(citizen.say(f"{code[0]} 1931"))
    await officer.say("/cb")
    for label in ("Giấy mời", "Cấp giấy mời", "Hôm nay, thứ 7 21/11", "8:00", "1930–1939"):
        await officer.press(label)
    assert "Giờ ấy đã qua" in await words(officer.press("1931"))


async def test_of_several_stations_one_is_chosen_and_a_foreign_one_refused(house: OpenHouse) -> None:
    house.now = NOON
    everywhere = await enlisted(house, OnTheWeb)
    await everywhere.say("/cb")
    await everywhere.press("Giấy mời")
    seen = await everywhere.press("Cấp giấy mời")
    assert "Công an phường Thành Sen" in seen[-1].labels
    await everywhere.press("Công an phường Thành Sen")
    code = None
    for label in ("Thứ 5, 26/11/2026", "8:00", "1950–1959", "1956"):
        code = CODE.search(await words(everywhere.press(label)))
    assert code
    mine = await enlisted(house, OnTheWeb, "mai_phu")
    for pressed in (f"o:letter:{code[0][3:]}", "o:issue:invitation:thanh_sen:20261126:480:1956"):
        said = "\n".join(each.text for each in await mine._answered(await mine._page.send(choice=pressed)))
        assert "Không còn giấy này" in said


async def test_citizens_issue_nothing(house: OpenHouse) -> None:
    house.now = NOON + timedelta(minutes=5)
    citizen = OnTheWeb(house)
    await citizen.say("xin chào")
    for pressed in ("o:letters", "o:issue:invitation:mai_phu:20261126:480:1956"):
        seen = await citizen._answered(await citizen._page.send(choice=pressed))
        assert not CODE.search("\n".join(each.text for each in seen))
