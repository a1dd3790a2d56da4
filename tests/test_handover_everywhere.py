"""A whole handover through real doors: a citizen at each of them, an officer at another."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.content.shelf import Shelf
from bot.domain.officer import Hand, Officer, Role
from bot.services.officers import TERMINAL, Officers
from bot.store.handovers import Handovers
from bot.store.naming import person
from tests.open_house import OpenHouse, open_house
from tests.somebody import PATIENCE, STATION, OnTelegram, OnTheWeb, OnZalo, OnZaloBot, Somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(300), open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        house.now = datetime.now(UTC)
        yield house


async def enlisted(house: OpenHouse, them: Somebody) -> Officer:
    """They become an officer on duty at the station."""
    officers, now = Officers(house.store), datetime.now(UTC)
    talk, hand = person(them.address, house.store.names), Hand("", them.channel, now)
    code = await officers.invite(Hand(TERMINAL, TERMINAL, now), "Đặng Lan", Role.OFFICER, (STATION,))
    assert code
    secret = (await officers.redeem(code, talk, hand)).secret
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(now.timestamp()))  # noqa: S303 - RFC 6238
    found = await officers.confirm(code, totp.decode(), talk, them.address, hand)
    assert found.officer
    await officers.set_duty(Hand(found.officer.id, them.channel, now), on=True)
    await asyncio.wait_for(_known_as_officer(them), PATIENCE)
    return found.officer


async def _known_as_officer(them: Somebody) -> None:
    """Wait until the desk knows them: it looks which talks are officers' every two seconds."""
    while True:
        await them.say("/canbo")
        text, them.keys = await them.next()
        if "Đặng Lan" in text:
            return


async def gone(house: OpenHouse, officer: Officer) -> None:
    await Officers(house.store).leave(Hand(TERMINAL, TERMINAL, datetime.now(UTC)), officer.id)


@pytest.mark.parametrize(
    ("door", "desk"),
    [(OnTheWeb, OnTelegram), (OnTelegram, OnZalo), (OnZalo, OnZaloBot), (OnZaloBot, OnTheWeb)],
    ids=["web-telegram", "telegram-zalo", "zalo-bot", "bot-web"],
)
async def test_a_question_is_asked_taken_answered_and_ended(
    house: OpenHouse, door: type[Somebody], desk: type[Somebody]
) -> None:
    dan, lan = door(house), desk(house)
    if isinstance(lan, OnTheWeb):
        await lan.connected()
    officer = await enlisted(house, lan)
    if isinstance(dan, OnTheWeb):
        await dan.connected()
    await dan.start()
    await dan.hears("Mai Phụ xin chào")
    await dan.say("cho tôi gặp cán bộ")
    asked = await dan.hears("viết câu cần hỏi vào tin tiếp theo")
    assert "Đang có cán bộ trực" in asked
    assert "đồng ý để cán bộ đọc" in asked
    await dan.say("hồ sơ nộp hôm 12 của nhà tôi xong chưa, cccd 038085001234")
    await dan.hears("Đã báo cán bộ trực Công an xã Mai Phụ")
    call = await lan.hears("Có người cần gặp cán bộ", "Mai Phụ")
    assert "hồ sơ" not in call
    await dan.say("???")
    await dan.hears("Đã chuyển thêm câu này cho cán bộ")
    await lan.press("Nhận")
    thread = await lan.hears("là của đồng chí", "hồ sơ nộp hôm 12", "???")
    assert "038085001234" not in thread
    here = await dan.hears("Cán bộ trực Công an xã Mai Phụ đang ở đây")
    assert "Đặng Lan" not in here
    await lan.say("2")  # no button: the citizen asked how many
    assert (await dan.hears("Cán bộ trực:")).partition("\n")[0].endswith("2")
    await lan.say("Chào bác, hồ sơ xong rồi, mai bác ra lấy")
    await dan.hears("Cán bộ trực:", "mai bác ra lấy")
    await dan.say("căn cước hết hạn làm ở đâu")  # the bot would know; it is silent
    await lan.hears("căn cước hết hạn làm ở đâu")
    await dan.say("mang giấy gì không")
    await lan.hears("mang giấy gì không")
    await lan.say("Mang giấy hẹn là được")
    await dan.hears("Mang giấy hẹn")
    await dan.press("Kết thúc")
    await dan.hears("Đã kết thúc với cán bộ")
    await lan.hears("người dân đã kết thúc")
    await dan.say("căn cước hết hạn làm ở đâu")
    await dan.hears("Ra Công an xã, phường nào")  # the bot again
    await gone(house, officer)


async def test_an_officer_without_buttons_ends_a_talk_by_its_code_for_numbers_are_the_citizens(
    house: OpenHouse,
) -> None:
    dan, lan = OnTelegram(house), OnZaloBot(house)
    officer = await enlisted(house, lan)
    await dan.start()
    await dan.hears("xin chào")
    await dan.say("cho tôi gặp cán bộ")
    await dan.hears("viết câu cần hỏi")
    await dan.say("mang mấy tấm ảnh")
    await lan.hears("Có người cần gặp cán bộ")
    await lan.press("Nhận")
    await lan.hears("là của đồng chí", "mang mấy tấm ảnh")
    await lan.say("1")
    assert (await dan.hears("Cán bộ trực:")).endswith("1")
    assert re.match(r"[A-Z]\d", lan.keys["Kết thúc"])
    await lan.press("Kết thúc")
    await dan.hears("Cán bộ đã kết thúc cuộc nói chuyện")
    await gone(house, officer)


async def test_a_cry_for_help_is_answered_at_once_and_rings_at_the_officer_on_duty(house: OpenHouse) -> None:
    dan, lan = OnTelegram(house), OnTheWeb(house)
    await lan.connected()
    officer = await enlisted(house, lan)
    await dan.start()
    await dan.hears("xin chào")
    await dan.say("cháy nhà ông Tư xóm 5 rồi cứu với")
    await dan.hears("114")
    call = await lan.hears("KHẨN: cháy, nổ", "Mai Phụ")
    assert "ông Tư" not in call
    await lan.press("Nhận")
    await lan.hears("Người dân chưa viết gì")
    await dan.hears("đang ở đây")
    await dan.say("đang cháy to lắm, có người mắc kẹt cứu với")  # judged in the talk with an officer too
    await dan.hears("114")
    await lan.hears("người dân vừa kêu cứu")
    await lan.hears("có người mắc kẹt")
    await lan.press("Kết thúc")
    await dan.hears("Cán bộ đã kết thúc cuộc nói chuyện")
    await gone(house, officer)


async def test_an_officer_who_has_left_is_a_citizen_and_presses_in_vain(house: OpenHouse) -> None:
    dan, lan = OnTheWeb(house), OnTelegram(house)
    officer = await enlisted(house, lan)
    await dan.connected()
    await dan.start()
    await dan.choose("k:now:guide")
    await dan.hears("Đã báo cán bộ trực")
    await lan.hears("vừa bị lừa, đã đi hết các bước")
    await gone(house, officer)
    await lan.press("Nhận")
    text, _ = await lan.next()
    assert "đồng chí" not in text
    (waiting,) = [each for each in await Handovers(house.store).live(STATION) if each.kind == ""]
    assert waiting.officer == ""


async def test_without_officers_one_is_told_where_to_go_as_before(house: OpenHouse) -> None:
    dan = OnZalo(house)
    await dan.say("cho tôi gặp cán bộ")
    await dan.hears("ra trụ sở Công an xã, phường trong giờ làm việc")


async def test_at_night_one_hears_when_a_person_will_answer_and_the_question_is_kept(
    house: OpenHouse,
) -> None:
    dan, lan = OnTheWeb(house), OnTelegram(house)
    officer = await enlisted(house, lan)
    await lan.press("Thôi trực")
    await lan.hears("Đặng Lan")
    handovers = Handovers(house.store)
    known = {each.ref for each in await handovers.live(STATION)}
    before, house.now = house.now, datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday, ten in the evening
    try:
        await dan.connected()
        await dan.start()
        await dan.say("gặp cán bộ")
        asked = await dan.hears("viết câu cần hỏi")
        assert "sớm nhất thứ 4 25/11/2026, 7:30–11:30, 13:30–17:00" in asked  # Tuesday is a public holiday
        await dan.say("tôi muốn hỏi chuyện đất đai hàng xóm lấn")
        await dan.hears("Đã giữ lời nhắn", "sớm nhất thứ 4")
        [kept] = [each for each in await handovers.live(STATION) if each.ref not in known]
        assert kept.asked == house.now
    finally:
        house.now = before
    await gone(house, officer)


async def test_a_cry_is_answered_when_telling_the_officers_breaks(house: OpenHouse) -> None:
    dan = OnTelegram(house)
    await dan.start()
    await dan.hears("xin chào")
    await house.store.redis.hset("tb:{o}:roster", "officer:cb0", "cannot be read")
    try:
        await dan.say("cháy nhà rồi cứu với")
        await dan.hears("114")
    finally:
        await house.store.redis.hdel("tb:{o}:roster", "officer:cb0")
    async with house.web.get(f"{house.url}/metrics") as answer:
        assert 'trucban_alarms_total{account="",kind="alert"} 1.0' in await answer.text()
