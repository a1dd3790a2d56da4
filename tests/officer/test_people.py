"""Inviting, changing, letting go, tables: in the chat, with six digits each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.officer import Role
from bot.services.exports import LASTS
from bot.services.officers import Officers, Outcome
from bot.store.audit import told
from tests.conftest import NOON
from tests.doors import OnTelegram, OnTheWeb, house
from tests.officer.test_desk import SECRET, booked, invited, words
from tests.officer.test_sessions import Officer
from tests.open_house import PUBLIC, OpenHouse
from tests.services.test_officers import totp

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
CB = re.compile(r"CB-\w{4}-\w{4}")


@pytest.fixture(autouse=True)
def noon(house: OpenHouse) -> None:
    house.now = NOON


async def chief(house: OpenHouse, *stations: str) -> Officer:
    """A commander on the web, a minute after enlisting: that code is used."""
    officer = Officer(house)
    before = {each.id for each in await Officers(house.store).everyone()}
    shown = SECRET.search(await words(officer.say(await invited(house, *stations, role=Role.COMMANDER))))
    assert shown
    officer.secret = shown[0].replace(" ", "")
    await officer.say(officer.code())
    [officer.id] = {each.id for each in await Officers(house.store).everyone()} - before
    house.now += timedelta(minutes=1)
    return officer


async def found(house: OpenHouse, id_: str):
    return next(each for each in await Officers(house.store).everyone() if each.id == id_)


async def test_somebody_is_invited_with_a_name_and_six_digits(house: OpenHouse) -> None:
    officer = await chief(house, "vung_ang")
    await officer.say("/cb")
    await officer.press("Quản lý cán bộ")
    roles = await officer.press("Mời cán bộ")
    assert "kỹ thuật" in roles[-1].labels
    await officer.press("cán bộ")
    await officer.press("Công an phường Vũng Áng")
    asked = await words(officer.press("30 ngày nữa"))
    assert "họ tên người được mời rồi mã 6 số" in asked
    assert "họ tên" in await words(officer.say("Nguyễn Văn Mới"))  # the digits are asked for again
    assert "chưa đúng" in await words(officer.say("Nguyễn Văn Mới 000000"))
    told_ = await words(officer.say(f"Nguyễn Văn Mới {officer.code()}"))
    code = CB.search(told_)
    assert code, told_
    new = OnTheWeb(house)
    assert "Chào Nguyễn Văn Mới" in await words(new.say(code[0]))


async def test_an_officer_is_changed_and_let_go(house: OpenHouse) -> None:
    officer, other = await chief(house, "vung_ang"), await Officer.enlisted(house, "vung_ang")
    shown = await officer._answered(await officer._page.send(choice=f"o:person:{other.id}"))
    assert "Lê Văn Tám · cán bộ · Công an phường Vũng Áng" in shown[-1].text
    await officer.press("Đổi vai trò")
    assert "chỉ huy" in await words(officer.press("chỉ huy"))
    assert "Xong" in await words(officer.say(officer.code()))
    assert (await found(house, other.id)).role is Role.COMMANDER
    house.now += timedelta(minutes=1)
    await officer.press("Đổi thời hạn")
    await officer.press("7 ngày nữa")
    await officer.say(officer.code())
    assert (await found(house, other.id)).until
    house.now += timedelta(minutes=1)
    await officer.press("Cho thôi")
    assert (await found(house, other.id)).left is None
    assert "đã thôi" in await words(officer.say(officer.code()))
    assert (await found(house, other.id)).left


async def test_six_digits_do_nothing_once_something_else_was_pressed(house: OpenHouse) -> None:
    officer, other = await chief(house, "vung_ang"), await Officer.enlisted(house, "vung_ang")
    await officer._answered(await officer._page.send(choice=f"o:leave:{other.id}"))
    await officer.say("/cb")
    await officer.say(officer.code())
    assert (await found(house, other.id)).left is None


async def test_an_officer_without_the_right_sees_and_does_nothing(house: OpenHouse) -> None:
    officer, other = await Officer.enlisted(house, "vung_ang"), await chief(house, "vung_ang")
    menu = await officer.say("/cb")
    assert not {"Quản lý cán bộ", "Bảng Excel"} & set(menu[-1].labels)
    for choice in ("o:people", f"o:person:{other.id}", f"o:leave:{other.id}", "o:invite", "o:export"):
        pressed = await officer._answered(await officer._page.send(choice=choice))
        assert "cần quyền" in pressed[-1].text
    await officer.say(officer.code())
    assert (await found(house, other.id)).left is None


async def table(house: OpenHouse, link: str) -> tuple[int, bytes]:
    """What a press on the page behind an address gives out."""
    async with house.web.post(f"{house.url}{link}") as answer:
        return answer.status, await answer.read()


async def asked_for(officer: OnTheWeb | OnTelegram, code: str) -> str:
    await officer.say("/cb")
    await officer.press("Bảng Excel")
    assert "mã 6 số" in await words(officer.press("Hai tuần tới"))
    assert "Bảng đã sẵn" in await words(officer.say(code))
    address = re.search(r'"(?:url)": "([^"]+)"', officer.came())
    assert address
    return address[1]


async def test_a_table_is_given_out_once_and_is_in_the_audit(house: OpenHouse) -> None:
    code = await booked(house, "Ngô Thị Bảng")
    officer = await chief(house, "mai_phu")
    link = await asked_for(officer, officer.code())
    assert link.startswith("/bang/")
    async with house.web.get(f"{house.url}{link}") as page:
        assert "Tải về" in await page.text()
    status, data = await table(house, link)
    assert status == 200
    assert code in data.decode("utf-8-sig")
    assert "Ngô Thị Bảng" not in data.decode("utf-8-sig")
    assert (await table(house, link))[0] == 404
    entries = [told(text) async for _, text, _ in Officers(house.store).audit.entries()]
    [mine] = [each for each in entries if each["act"] == "visit.export" and each["who"] == officer.id]
    assert int(mine["more"]["rows"]) == data.count(b"\r\n") - 1
    assert mine["more"]["names"] == "0"


async def test_a_tables_address_is_over_with_ten_minutes_or_the_session(house: OpenHouse) -> None:
    officer = await chief(house, "mai_phu")
    link = await asked_for(officer, officer.code())
    house.now += LASTS
    assert (await table(house, link))[0] == 404
    link = await asked_for(officer, officer.code())
    await officer.say("/cb")
    await officer.press("Thoát")
    assert (await table(house, link))[0] == 404


async def test_on_telegram_the_address_is_that_of_the_page(house: OpenHouse) -> None:
    officer = OnTelegram(house)
    shown = SECRET.search(await words(officer.say(await invited(house, "mai_phu", role=Role.COMMANDER))))
    assert shown
    secret = shown[0].replace(" ", "")
    await officer.say(totp(secret, house.now))
    house.now += timedelta(minutes=1)
    link = await asked_for(officer, totp(secret, house.now))
    assert link.startswith(f"{PUBLIC}/bang/")
    assert (await table(house, link.removeprefix(PUBLIC)))[0] == 200
    assert Outcome.DONE


async def test_figures_are_those_of_the_officers_own_stations(house: OpenHouse) -> None:
    for station, question in (("vung_ang", "lam lai can cuoc bi mat"), ("thanh_sen", "dang ky tam tru")):
        citizen = OnTheWeb(house)
        await citizen._connected()
        await citizen._answered(await citizen._page.send(choice=f"start:{station}"))
        await citizen.say(question)
    house.now = datetime.now(UTC)  # counts are of the day on which they were kept
    officer = await Officer.enlisted(house, "vung_ang")
    await officer.say("/cb")
    mine = await words(officer.press("Thống kê"))
    assert "Công an phường Vũng Áng" in mine
    assert "tạm trú" not in mine.lower()
    assert ": 1" in mine
    other = await officer._answered(await officer._page.send(choice="o:figures:thanh_sen"))
    assert "địa bàn" in other[-1].text
