"""An officer's day in the chat, at every door, with a real store behind it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.domain.appointment import Status
from bot.domain.officer import Hand, Role
from bot.domain.ticket import Tickets
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.officers import TERMINAL, Officers
from bot.services.reception import Reception
from bot.store.audit import told
from tests.conftest import NOON
from tests.doors import DOORS, Citizen, OnTelegram, OnTheWeb, house
from tests.open_house import OpenHouse
from tests.services.test_officers import totp

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")
CODE = re.compile(r"TB-[0-9A-Z]{7}")


async def words(seen) -> str:
    return "\n".join(each.text for each in await seen)


async def invited(house: OpenHouse, *stations: str, role: Role = Role.OFFICER) -> str:
    """A code for an officer; none of the stations named means all."""
    hand = Hand(TERMINAL, TERMINAL, house.now)
    code = await Officers(house.store).invite(hand, "Lê Văn Tám", role, stations)
    assert code
    return code


async def enlisted(house: OpenHouse, door: type[Citizen], *stations: str) -> Citizen:
    """Somebody who is an officer at a door."""
    officer = door(house)
    shown = await words(officer.say(await invited(house, *stations)))
    secret = SECRET.search(shown)
    assert secret, shown
    welcome = await words(officer.say(totp(secret[0].replace(" ", ""), house.now)))
    assert "đã vào bàn trực" in welcome
    return officer


async def booked(house: OpenHouse, name: str) -> str:
    """A citizen's visit at Mai Phụ on Monday; its code."""
    citizen = OnTheWeb(house)
    seen = await citizen.say("đặt lịch cho tôi làm lại thẻ bị gãy thứ 2 tuần sau ở Mai Phụ")
    await citizen.press(next(each for each in seen[-1].labels if "sáng" in each))
    await citizen.press("Đồng ý")
    await citizen.say(f"{name} 09{citizen.number:08}")
    found = CODE.search(await words(citizen.press("Đặt lịch")))
    assert found
    return found[0]


@pytest.mark.parametrize("door", DOORS)
async def test_a_day_of_visits(house: OpenHouse, door: type[Citizen]) -> None:
    house.now = NOON
    name = {OnTheWeb: "Bốn", OnTelegram: "Năm"}.get(door, "Chín")  # visits of one house
    code = await booked(house, f"Trần Thị {name}")
    house.now = NOON + timedelta(days=2, hours=-4)  # Monday, 8:00
    officer = await enlisted(house, door, "mai_phu")
    assert "Lê Văn Tám" in await words(officer.say("/cb"))
    seen = await officer.press("Hôm nay")
    day = seen[-1].text
    assert code in day
    assert f"Trần Thị {name}" in day
    assert "Mất, hỏng thẻ: Bị hỏng" in day
    assert "đang chờ gọi" not in day
    visit = await words(officer.press(next(each for each in seen[-1].labels if name in each)))
    assert "chờ đến" in visit
    assert "đang chờ gọi" in await words(officer.press("Đã đến"))
    assert "đang làm" in await words(officer.press("Mời vào"))
    assert "đã xong" in await words(officer.press("Xong"))
    entries = [told(text) async for _, text, _ in Officers(house.store).audit.entries()]
    mine = [each["act"] for each in entries if each["subject"] == code]
    assert mine == ["visit.arrived", "visit.called", "visit.served"]
    assert (await Officers(house.store).verified()).broken is None
    house.now = NOON


async def test_the_next_is_called_to_a_desk(house: OpenHouse) -> None:
    house.now = NOON
    code = await booked(house, "Lê Thị Sáu")
    house.now = NOON + timedelta(days=2, hours=-3)
    officer = await enlisted(house, OnTheWeb, "mai_phu")
    await officer.say("/cb")
    seen = await officer.press("Hôm nay")
    await officer.press(next(each for each in seen[-1].labels if "Sáu" in each))
    await officer.press("Đã đến")
    await officer.press("Hôm nay")
    assert "quay_1" in (await officer.press("Mời người tiếp"))[-1].labels
    called = await words(officer.press("quay_1"))
    assert code in called
    assert "đang làm" in called
    house.now = NOON


async def test_duty_is_begun_and_ended(house: OpenHouse) -> None:
    officer = await enlisted(house, OnTheWeb, "vung_ang")
    await officer.say("/cb")
    assert "· đang trực" in await words(officer.press("Vào trực"))
    on = await Officers(house.store).on_duty("vung_ang", house.now)
    assert [found.name for found, _ in on] == ["Lê Văn Tám"]
    assert "· không trực" in await words(officer.press("Thôi trực"))
    assert await Officers(house.store).on_duty("vung_ang", house.now) == []


async def test_several_stations_are_asked_about_and_others_refused(house: OpenHouse) -> None:
    officer = await enlisted(house, OnTheWeb, "mai_phu", "vung_ang")
    await officer.say("/cb")
    seen = await officer.press("Lịch hai tuần")
    assert [each for each in seen[-1].labels if "Công an" in each] == [
        "Công an xã Mai Phụ", "Công an phường Vũng Áng",
    ]  # fmt: skip
    load = await words(officer.press("Công an xã Mai Phụ"))
    assert "hai tuần tới" in load
    assert "nghỉ" in load
    other = await officer._answered(await officer._page.send(choice="o:today:thanh_sen"))
    assert "Thành Sen" not in other[-1].text


async def test_citizens_learn_nothing_of_officers_commands(house: OpenHouse) -> None:
    house.now = NOON
    code = await booked(house, "Phạm Thị Bảy")
    citizen = OnTheWeb(house)
    plain = await citizen.say("/cb")
    assert "Hôm nay" not in plain[-1].labels
    for choice in ("o:menu", "o:today:mai_phu", f"o:visit:{code}", f"o:mark:{code}:served:1", "o:duty:on"):
        seen = await citizen._answered(await citizen._page.send(choice=choice))
        text = "\n".join(each.text for each in seen)
        assert "Bảy" not in text
        assert "bàn trực" not in text
    assert "Mã này không đúng" in await words(citizen.say("CB-2222-3333"))


async def test_who_has_left_is_a_citizen_at_once(house: OpenHouse) -> None:
    officers = Officers(house.store)
    before = {each.id for each in await officers.everyone()}
    officer = await enlisted(house, OnTelegram, "mai_phu")
    await officer.say("/cb")
    [new] = [each for each in await officers.everyone() if each.id not in before]
    await officers.leave(Hand(TERMINAL, TERMINAL, house.now), new.id)
    seen = await officer.press("Hôm nay")
    assert "Mai Phụ –" not in seen[-1].text


async def test_a_code_in_a_group_makes_nobody_an_officer(house: OpenHouse) -> None:
    code = await invited(house, "mai_phu")
    officers = Officers(house.store)
    before = await officers.talks()
    await house.telegram.say(-100_4242, code)
    citizen = OnTheWeb(house)
    await citizen.say("xin chào")
    assert await officers.talks() == before


async def test_walk_ins_get_a_number_and_an_honest_wait(house: OpenHouse) -> None:
    house.now = NOON + timedelta(days=2, hours=-3)
    officer = await enlisted(house, OnTheWeb, "vung_ang")
    await officer.say("/cb")
    seen = await officer.press("Phát số")
    assert "Làm thẻ tại nhà" not in seen[-1].labels
    ticket = await words(officer.press("Cư trú"))
    assert "SỐ 1" in ticket
    await officer.press("Phát số")
    assert "SỐ 2" in await words(officer.press("Cư trú"))
    house.now = NOON


async def test_a_morning_is_closed_and_opened_again(house: OpenHouse) -> None:
    house.now = NOON
    code = await booked(house, "Hoàng Thị Mười")
    house.now = NOON + timedelta(days=1)  # Sunday: the next day is the Monday of the visit
    officer = await enlisted(house, OnTheWeb, "mai_phu")
    await officer.say("/cb")
    seen = await officer.press("Nghỉ đột xuất")
    tomorrow = next(each for each in seen[-1].labels if "sáng ngày mai" in each)
    hits = await words(officer.press(tomorrow))
    assert "lịch hẹn" in hits
    closed = await words(officer.press("mất điện, hỏng máy"))
    assert "Đã đóng" in closed
    [ticket] = Tickets(["mai_phu", "thanh_sen", "vung_ang"]).read(code)
    reception = Reception(house.store, Booking(house.store, Almanac(lambda: house.known), ["mai_phu"]))
    lost = await reception.look(ticket)
    assert lost
    assert lost.status is Status.DISPLACED
    assert "Đã mở lại" in await words(officer.press("Mở lại"))
    back = await reception.look(ticket)
    assert back
    assert back.status is Status.BOOKED
    house.now = NOON


@pytest.mark.parametrize("said", ["cb cho em hoi", "cb giup em voi", "cb oi cho hoi"])
async def test_who_calls_for_an_officer_without_marks_sent_no_code(house: OpenHouse, said: str) -> None:
    assert "Mã này" not in await words(OnTheWeb(house).say(said))
