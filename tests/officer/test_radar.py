"""The radar in a whole house: citizens at their doors, officers on duty, a draft from a sign."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.warning import State
from bot.services.officers import Officers
from bot.store.warnings import Warnings
from tests.conftest import NOON
from tests.doors import DOORS, Citizen, OnTelegram, OnTheWeb, house
from tests.officer.test_desk import enlisted, words
from tests.officer.test_sessions import Officer
from tests.open_desk import PATIENCE
from tests.open_house import OpenHouse

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLS = (
    "co nguoi goi bao la cong an, noi toi lien quan vu an rua tien",
    "hôm nay có số lạ xưng công an bắt tôi chuyển tiền để điều tra",
    "cong an goi video bao co lenh bat toi, that khong",
)


async def at_mai_phu(citizen: Citizen) -> None:
    """Somebody who came by the station's link."""
    if isinstance(citizen, OnTheWeb):
        await citizen._connected()
        await citizen._answered(await citizen._page.send(choice="start:mai_phu"))
    else:
        await citizen.say("/start mai_phu" if isinstance(citizen, OnTelegram) else "Chào [start:mai_phu]")


async def test_nothing_yet_is_said_so(house: OpenHouse) -> None:
    house.now = NOON
    officer = await enlisted(house, OnTheWeb, "mai_phu")
    await officer.say("/cb")
    assert "không có dấu hiệu nào" in await words(officer.press("Dấu hiệu trong tuần"))


async def test_three_people_at_three_doors_and_a_draft_ready(house: OpenHouse) -> None:
    house.now = datetime.now(UTC)  # platforms are sent to by the clock on the wall
    known = {each.id for each in await Officers(house.store).everyone()}
    officer = await enlisted(house, OnTelegram, "mai_phu")
    await officer.say("/cb")
    await officer.press("Vào trực")
    [mine] = [each for each in await Officers(house.store).everyone() if each.id not in known]
    before = len(house.telegram.sent)
    for door, call in zip(DOORS[: len(CALLS)], CALLS, strict=True):
        citizen = door(house)
        await at_mai_phu(citizen)
        await citizen.say(call)
    phone = house.telegram
    to_officer = lambda: [  # noqa: E731
        call for call in phone.sent[before:]
        if call.fields["chat_id"] == officer.user and "cùng một chiêu" in call.formatted.text
    ]  # fmt: skip
    assert await phone.changes.until(lambda: bool(to_officer()), PATIENCE)
    [told] = to_officer()
    assert "3 người ở Công an xã Mai Phụ" in told.formatted.text
    assert "rửa tiền" not in told.formatted.text
    house.answers["telegram"] += 1
    officer._calls = [told]
    drafted = await officer.press("Soạn cảnh báo")
    assert "Đã có bản nháp" in drafted[-1].text
    [case] = [each for each in await Warnings(house.store).all() if each.author == mine.id]
    assert case.state is State.DRAFT
    assert case.bulletin.stations == ("mai_phu",)
    assert "Gác máy" in case.bulletin.text
    await officer.press("Dấu hiệu trong tuần")
    await officer.press("Giả danh công an (3)")
    assert "Đã bỏ qua" in await words(officer.press("Bỏ qua"))
    assert "Theo dõi lại" in await words(officer.press("Theo dõi lại"))


async def test_an_officer_of_a_far_station_sees_nothing_of_it(house: OpenHouse) -> None:
    house.now = datetime.now(UTC)
    far = await Officer.enlisted(house, "vung_ang")
    await far.say("/cb")
    assert "không có dấu hiệu nào" in await words(far.press("Dấu hiệu trong tuần"))
    near = await Officer.enlisted(house, "thanh_sen")
    await near.say("/cb")
    assert "Giả danh công an: 3 người" in await words(near.press("Dấu hiệu trong tuần"))
