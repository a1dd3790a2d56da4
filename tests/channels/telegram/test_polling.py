"""Where Telegram cannot call us we ask: one desk of all, and nothing is lost or answered twice."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from bot.content.shelf import Shelf
from tests.channels.telegram.desk import (
    LAN,
    MINH,
    QUESTION,
    StoreOfOurs,
    called,
    counted,
    desk_for,
    free_port,
    metric,
    telegram_desk,
)  # fmt: skip
from tests.doubles.telegram import TelegramDouble

ONE_STORE = {"SECRET_KEY": "k" * 40}


async def test_a_desk_without_an_address_asks_and_takes_an_earlier_webhook_away(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    double.updates.webhook = {"url": "https://frueher.example/hook"}
    double.updates.gateway = "http://127.0.0.1:9"
    early = asyncio.create_task(double.say(LAN, QUESTION))
    async with telegram_desk(double, tmp_path, shelf, by_hook=False):
        await double.news(1)
        await called(double, "deleteWebhook")
        assert (
            "drop_pending_updates" not in next(c for c in double.calls if c.method == "deleteWebhook").fields
        )
        number = await double.say(LAN, "đăng ký tạm trú ở đâu")
        await double.news(2)
        await double.redeliver(number)
        await double.press(LAN, "a:can_cuoc.cap_lai:0")
        await double.news(3)
        await called(double, "answerCallbackQuery")
        assert await double.changes.until(lambda: double.updates.waiting() == [], 10)
    await early
    assert len(double.sent) == 3
    assert double.wrong == []


async def test_an_update_that_nobody_can_read_does_not_hide_the_others(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf, by_hook=False) as desk:
        said = {"message_id": 9, "date": 1764000000, "chat": {"id": LAN, "type": "private"}}
        who = {"id": LAN, "is_bot": False, "first_name": "Lan"}
        for bad in (5, {}, {**said, "from": who, "text": 5}, {**said, "from": who, "photo": 7}):
            await double.update({"message": bad})
        await double.say(MINH, QUESTION)
        await double.news(1)
        await counted(desk, 'trucban_updates_total{door="telegram",what="unreadable"}', 4)
    assert double.wrong == []


async def test_after_a_quiet_week_telegram_may_count_from_anywhere(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    double.updates.longest_poll = 0.2
    async with telegram_desk(double, tmp_path, shelf, by_hook=False):
        await double.say(LAN, QUESTION)
        await double.news(1)
        before = len(double.calls)
        # An empty answer, so that nothing is left to be confirmed.
        assert await double.changes.until(
            lambda: [c.method for c in double.calls[before:]].count("getUpdates") >= 3, 10
        )
        double.last_update = 1000
        await double.say(LAN, "đăng ký tạm trú ở đâu")
        await double.news(2)
    assert double.wrong == []


async def test_polling_goes_on_after_all_that_can_happen_to_it(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    for kind in ("html", "lost"):
        double.fault(kind, method="getUpdates")
    async with telegram_desk(double, tmp_path, shelf, by_hook=False):
        await double.say(LAN, QUESTION)
        await double.news(1, 40)
    assert double.wrong == []


async def test_a_killed_desk_that_polls_answers_everything_when_it_is_back(
    tmp_path: Path, learnt: Path, double: TelegramDouble
) -> None:
    desk = desk_for(double, tmp_path, learnt, by_hook=False)
    await desk.start()
    await called(double, "getUpdates")
    users = [LAN + number for number in range(20)]
    double.fault("retry_after", times=1000, after=1)
    await asyncio.gather(*(double.say(user, QUESTION) for user in users[:10]))
    await called(double, "sendMessage", 3)
    await desk.kill()
    await asyncio.gather(*(double.say(user, QUESTION) for user in users[10:]))
    double.calm()
    await desk.start()
    await double.news(20)
    await desk.kill(signal.SIGTERM)
    assert sorted(call.fields["chat_id"] for call in double.sent) == users
    assert double.wrong == []


async def test_of_two_desks_one_asks_and_when_it_dies_the_other(
    tmp_path: Path, learnt: Path, double: TelegramDouble
) -> None:
    double.updates.longest_poll = 0.5
    store = StoreOfOurs(tmp_path / "store")
    store.start()
    settings = {"REDIS_URL": store.url, **ONE_STORE}
    desks = [
        desk_for(double, tmp_path / str(n), learnt, by_hook=False, PORT=str(free_port()), **settings)
        for n in range(2)
    ]
    try:
        await asyncio.gather(*(desk.start("worker") for desk in desks))
        users = [LAN + number for number in range(20)]
        for user in users[:10]:
            await double.say(user, QUESTION)
        await double.news(10)
        # Two at once would end each other's polls, and each would look for a webhook to take away.
        assert not [call for call in double.calls if call.method == "deleteWebhook"]
        heard = [await metric(desk, 'trucban_heard_total{door="telegram"') for desk in desks]
        assert sorted(heard) == [0, 10]
        asking = desks[heard.index(10)]
        await asking.kill()
        for user in users[10:]:
            await double.say(user, QUESTION)
        await double.news(20, 40)
        for desk in desks:
            await desk.kill(signal.SIGTERM)
    finally:
        store.kill()
    assert sorted(call.fields["chat_id"] for call in double.sent) == users
    assert double.wrong == []
