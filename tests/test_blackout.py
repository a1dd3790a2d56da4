"""A platform dies, in every way there is: the house notices, tells, goes another way; and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from bot.domain.delivery import Delivery, Lane
from bot.domain.message import Reply
from bot.domain.officer import Role
from bot.services.relay import WORDS
from bot.store.circles import Circles
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.blackouts import QUICK, closed, dies, enlisted, gone, opened, platform, revives
from tests.open_house import PUBLIC, OpenHouse, open_house
from tests.somebody import OnTelegram, OnTheWeb, OnZalo, OnZaloBot, Somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHANNELS = ("telegram", "zalo_oa", "zalo_bot")
FOUND = {"refuses": "down: away", "broken": "down: away", "token": "down: token"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(300), open_house(tmp_path_factory.mktemp("house"), shelf, QUICK) as house:
        house.now = datetime.now(UTC)
        yield house
    assert house.telegram.wrong == []
    assert house.zalo.wrong == []
    assert house.zalo_bot.wrong == []


def texts(house: OpenHouse, them: Somebody) -> list[str]:
    """All that somebody has received at a platform."""
    match them:
        case OnTelegram():
            return [c.formatted.text for c in house.telegram.sent if c.fields["chat_id"] == them.user]
        case OnZalo():
            return [call.text for call in house.zalo.sent if call.user == them.user]
        case OnZaloBot():
            return [call.text for call in house.zalo_bot.sent if call.chat == them.user]
    raise AssertionError(them)


async def arrives(house: OpenHouse, them: Somebody, part: str) -> None:
    """Wait for what had to wait for a door: it is looked at every twenty seconds."""
    async with asyncio.timeout(90):
        while True:
            if [text for text in texts(house, them) if part in text]:
                return
            await asyncio.sleep(0.2)


async def tied(house: OpenHouse, *doors: Somebody) -> None:
    for door in doors:
        await door.start()
        await door.hears("xin chào")
    for other in doors[1:]:
        assert await Circles(house.store).tie(doors[0].address, other.address, house.now)


async def unasked(house: OpenHouse, them: Somebody, text: str) -> None:
    """Something nobody asked for is to be sent to somebody now."""
    now = datetime.now(UTC)
    outbox = Outbox(house.store, Inbox(house.store))
    soon = now + timedelta(hours=1)
    assert await outbox.put(Delivery(f"t:{text}", them.address, Lane.REMINDER, (Reply(text),), now, soon))


async def asked(dan: Somebody, lan: Somebody, words: str) -> None:
    """Somebody asks for an officer, who comes."""
    await dan.say("cho tôi gặp cán bộ")
    await dan.hears("viết câu cần hỏi")
    await dan.say(words)
    await lan.hears("Có người cần gặp cán bộ")
    await lan.press("Nhận")
    await lan.hears("là của đồng chí", words)
    await dan.hears("đang ở đây")


@pytest.mark.parametrize("how", FOUND)
@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_dead_platform_is_noticed_and_so_is_that_it_is_back(
    channel: str, how: str, house: OpenHouse
) -> None:
    await platform(house, channel).life.die(how)
    await house.stands(channel, FOUND[how])
    others = [state for name, state in (await house.doors()).items() if name != channel]
    assert others == ["open", "open"]
    async with house.web.get(f"{house.url}/readyz") as answer:
        assert (await answer.json())["degraded"]
    await revives(house, channel)
    async with house.web.get(f"{house.url}/metrics") as answer:
        page = await answer.text()
    account = dict(house.accounts)[channel]
    assert f'trucban_door_changes_total{{account="{account}",door="{channel}",to="down"}}' in page


async def test_officers_hear_it_once_at_another_door_of_theirs(house: OpenHouse) -> None:
    phone, bot, only = OnTelegram(house), OnZaloBot(house), OnTelegram(house)
    officer = await enlisted(house, phone, bot)
    other = await enlisted(house, only, role=Role.COMMANDER)
    before = len(texts(house, phone)), len(texts(house, only))
    await dies(house, "telegram")
    await bot.hears("Cửa Telegram đang hỏng", "nền tảng không trả lời", "danh sách gọi điện")
    await revives(house, "telegram")
    await bot.hears("Cửa Telegram đã chạy lại", "phút")
    news = [text for text in texts(house, bot) if "Cửa Telegram" in text]
    assert len(news) == 2
    await only.hears("Cửa Telegram đã chạy lại")  # nobody could tell them that it was dead
    assert not [text for text in texts(house, only) if "đang hỏng" in text]
    assert (len(texts(house, phone)), len(texts(house, only))) <= (before[0] + 1, before[1] + 1)
    for each in (officer, other):
        await gone(house, each)


async def test_one_that_says_who_we_are_and_takes_nothing_is_dead_until_it_takes_something(
    house: OpenHouse,
) -> None:
    people = [OnTelegram(house) for _ in range(6)]
    house.telegram.fault("server", times=10_000)
    for each in people:
        await each.say("căn cước hết hạn làm ở đâu")
    await house.stands("telegram", "down: sends")
    house.telegram.calm()
    for each in people:
        await arrives(house, each, "Ra Công an xã, phường nào")
    await house.stands("telegram", "open")
    async with house.web.get(f"{house.url}/metrics") as answer:
        page = await answer.text()
    account = dict(house.accounts)["telegram"]
    assert 'kind="door_down"' in page
    assert f'account="telegram:{account}"' in page


async def test_an_operator_closes_a_door(house: OpenHouse) -> None:
    zalo, other, bot = OnZalo(house), OnZalo(house), OnTelegram(house)
    await tied(house, zalo, bot)
    await closed(house, "zalo_oa", "đổi *máy chủ*", "Chiều nay <b>mở lại</b>")
    await unasked(house, zalo, "Mai bác có hẹn")
    await bot.hears("Zalo của Trực ban đang tạm đóng", "Bác cứ nhắn ở đây", "mở lại")
    await other.say("căn cước hết hạn làm ở đâu")
    told = await other.hears("Zalo của Trực ban đang tạm đóng", "Telegram", PUBLIC)
    assert "đổi *máy chủ*" in told
    await other.say("căn cước hết hạn làm ở đâu")  # heard a moment ago
    await other.say("cháy nhà rồi cứu với")
    await other.hears("114")
    assert len(texts(house, other)) == 2
    assert not [text for text in texts(house, zalo) if "Mai bác có hẹn" in text]
    for path in ("/", "/hoi", "/hoi?q=mat+can+cuoc"):
        async with house.web.get(f"{house.url}{path}") as answer:
            page = await answer.text()
        assert 'data-testid="banner"' in page
        assert "&lt;b&gt;mở lại" in page
        assert "<b>mở lại" not in page
    new = OnTelegram(house)
    await new.start()
    await new.hears("Zalo đang tạm đóng", "mở lại")
    await new.hears("xin chào")
    await opened(house, "zalo_oa")
    await zalo.say("căn cước hết hạn làm ở đâu")
    await zalo.hears("Ra Công an xã, phường nào")
    async with house.web.get(f"{house.url}/") as answer:
        assert 'data-testid="banner"' not in await answer.text()
    assert len([text for text in texts(house, bot) if "tạm đóng" in text]) == 1


async def test_an_officers_commands_work_at_a_closed_door(house: OpenHouse) -> None:
    lan = OnZaloBot(house)
    officer = await enlisted(house, lan)
    await closed(house, "zalo_bot", "đổi máy chủ")
    await lan.say("/canbo")
    await lan.hears("Đặng Lan")
    await opened(house, "zalo_bot")
    await gone(house, officer)


async def test_words_of_an_officer_go_to_another_door_of_who_asked(house: OpenHouse) -> None:
    dan, page, lan = OnTelegram(house), OnZaloBot(house), OnZalo(house)
    await tied(house, dan, page)
    officer = await enlisted(house, lan)
    await asked(dan, lan, "hồ sơ nhà tôi xong chưa")
    await dies(house, "telegram", "broken")
    await lan.say("Xong rồi bác ạ")
    await page.hears("Trả lời câu bác gửi cán bộ Công an xã Mai Phụ", "Telegram", "Xong rồi bác ạ")
    await revives(house, "telegram")
    await lan.say("Mai bác ra lấy")
    await dan.hears("Mai bác ra lấy")
    assert not [text for text in texts(house, dan) if "Xong rồi" in text]
    assert not [text for text in texts(house, page) if "Mai bác" in text]
    await lan.press("Kết thúc")
    await dan.hears("Cán bộ đã kết thúc")
    await gone(house, officer)


async def test_an_officer_hears_that_words_wait_and_that_they_went(house: OpenHouse) -> None:
    dan, lan = OnTelegram(house), OnZalo(house)
    await dan.start()
    await dan.hears("xin chào")
    officer = await enlisted(house, lan)
    await asked(dan, lan, "hồ sơ nhà tôi thế nào")
    await dies(house, "telegram", "token")
    await lan.say("Đang chờ ký")
    await lan.hears("chưa tới được người dân", "Telegram", "trong 2 giờ", "gọi điện")
    await revives(house, "telegram")
    await arrives(house, dan, "Đang chờ ký")
    await dan.hears("Đang chờ ký")
    await lan.hears("đã tới người dân")
    assert len([text for text in texts(house, dan) if "Đang chờ ký" in text]) == 1
    await lan.press("Kết thúc")
    await dan.hears("Cán bộ đã kết thúc")
    await gone(house, officer)


async def test_an_officer_hears_of_words_that_were_good_for_too_short_a_time(house: OpenHouse) -> None:
    dan, lan = OnTelegram(house), OnZalo(house)
    await dan.start()
    await dan.hears("xin chào")
    officer = await enlisted(house, lan)
    await asked(dan, lan, "hồ sơ nhà tôi thế nào")
    await dies(house, "telegram", "token")
    house.now = datetime.now(UTC) - WORDS + timedelta(seconds=3)  # they were written so long ago
    await lan.say("Chiều nay bác ra lấy")
    await lan.hears("chưa tới được người dân")
    house.now = datetime.now(UTC)
    await lan.hears("không tới được người dân", "đã bỏ", "Telegram", "gọi điện")
    await revives(house, "telegram")
    await dan.hears("Đã 30 phút không ai viết")  # by now the talk is over, too
    assert not [text for text in texts(house, dan) if "Chiều nay" in text]  # nothing stale
    await gone(house, officer)


async def test_what_a_citizen_writes_goes_to_another_door_of_the_officer(house: OpenHouse) -> None:
    dan, lan, second = OnTheWeb(house), OnZalo(house), OnTelegram(house)
    await dan.connected()
    await dan.start()
    await dan.hears("xin chào")
    officer = await enlisted(house, lan, second)
    await asked(dan, lan, "tôi hỏi chút việc")
    await dies(house, "zalo_oa")
    await dan.say("bác ơi còn đó không")
    await second.hears("còn đó không")
    await second.say("Còn đây bác")
    await dan.hears("Còn đây bác")
    await revives(house, "zalo_oa")
    await dan.say("cảm ơn nhé")
    await lan.hears("cảm ơn nhé")
    assert not [text for text in texts(house, lan) if "còn đó không" in text]
    assert not [text for text in texts(house, second) if "cảm ơn nhé" in text]
    await gone(house, officer)
