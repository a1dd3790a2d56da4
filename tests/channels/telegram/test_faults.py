"""Telegram refuses, is slow, is away: what a real desk makes of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.content.shelf import Shelf
from tests.channels.telegram.desk import (
    HOA,
    LAN,
    MINH,
    QUESTION,
    TU,
    called,
    counted,
    metric,
    telegram_desk,
    telegram_process,
)  # fmt: skip
from tests.doubles.telegram import TelegramDouble
from tests.open_desk import Citizen

# The library announces another type, which we take too; outside of tests Python does not show that.
pytestmark = pytest.mark.filterwarnings("ignore:.*`retry_after` will be of type:DeprecationWarning")
SENDS = 'trucban_sends_total{door="telegram",result='


async def test_a_chat_that_must_wait_keeps_its_order_and_holds_up_nobody(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf) as desk:
        double.fault("retry_after", chat=LAN, after=2, times=1)
        await double.say(LAN, QUESTION)
        await called(double, "sendMessage")
        await double.say(LAN, "đăng ký tạm trú ở đâu")
        await double.say(MINH, QUESTION)
        sent = await double.news(3)
        assert [call.fields["chat_id"] for call in sent] == [MINH, LAN, LAN]
        assert "làm lại" in sent[1].formatted.text
        assert "tạm trú" in sent[2].formatted.text.lower()
        tried = [call for call in double.calls if call.fields.get("chat_id") == LAN]
        assert [call.fault for call in tried] == ["retry_after", None, None]
        assert tried[1].at - tried[0].at >= 2
        await counted(desk, f'{SENDS}"sent"', 3)
        assert await metric(desk, f'{SENDS}"later"') == 1
    assert len(double.sent) == 3
    assert double.wrong == []


async def test_when_all_chats_are_refused_everybody_waits_and_nothing_is_lost(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    users = [LAN + number for number in range(30)]
    async with telegram_desk(double, tmp_path, shelf):
        double.fault("flood", seconds=2)
        await asyncio.gather(*(double.say(user, QUESTION) for user in users))
        await double.news(len(users))
        refused = [call for call in double.calls if call.fault == "flood"]
        # Once a few were refused, the others do not even ask.
        assert 3 <= len(refused) <= 20
    assert sorted(call.fields["chat_id"] for call in double.sent) == users
    assert double.wrong == []


async def test_who_cannot_be_reached_is_not_tried_again_until_they_write(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    why = {LAN: "blocked", MINH: "deactivated", HOA: "chat_not_found"}
    async with telegram_desk(double, tmp_path, shelf) as desk:
        for user, kind in why.items():
            double.fault(kind, chat=user)
            await double.say(user, QUESTION)
        await counted(desk, f'{SENDS}"refused"', 3)
        for user in why:
            await double.say(user, "/start")
        await double.news(3)
        for user, kind in why.items():
            tried = [call for call in double.calls if call.fields.get("chat_id") == user]
            assert [call.fault for call in tried] == [kind, None]
    assert double.wrong == []


async def test_what_telegram_does_not_take_comes_plainer_again_or_to_another_place(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    double.fault("parse", chat=LAN, times=2)  # with and without the word about previews
    double.fault("server", chat=MINH, times=2)
    double.fault("html", chat=HOA, times=2)
    double.fault("migrate", chat=-5001, to=-1005001)
    old = {"id": -5001, "type": "group", "title": "Xóm"}
    ours = {"message_id": 3, "date": 1764000000, "chat": old, "text": "Bác cần gì?"}
    ours["from"] = {"id": 900000001, "is_bot": True, "first_name": "Bot Mẫu", "username": "mau_bot"}
    async with telegram_desk(double, tmp_path, shelf):
        await asyncio.gather(
            *(double.say(user, QUESTION) for user in (LAN, MINH, HOA)),
            double.say(TU, QUESTION, chat=old, reply_to_message=ours),
        )
        sent = {call.fields["chat_id"]: call.fields for call in await double.news(4)}
    assert sent.keys() == {LAN, MINH, HOA, -1005001}
    assert "parse_mode" not in sent[LAN]
    assert "làm lại" in sent[LAN]["text"]
    assert "<b>" not in sent[LAN]["text"]
    assert sent[LAN]["link_preview_options"] == {"is_disabled": True}
    assert sent[LAN]["reply_markup"]["inline_keyboard"]
    assert len(double.sent) == 4
    assert double.wrong == []


async def test_what_may_have_arrived_is_never_sent_twice_and_the_talk_goes_on(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf) as desk:
        double.fault("lost", chat=LAN)
        double.fault("reset", chat=MINH)
        double.fault("hang", chat=HOA, seconds=60)
        await asyncio.gather(*(double.say(user, QUESTION) for user in (LAN, MINH, HOA)))
        await counted(desk, f'{SENDS}"unsure"', 2)
        await asyncio.gather(*(double.say(user, "đăng ký tạm trú ở đâu") for user in (LAN, MINH, TU)))
        await double.news(5)
        asked = [call.fields["chat_id"] for call in double.calls if call.method == "sendMessage"]
        assert {user: asked.count(user) for user in (LAN, MINH, HOA, TU)} == {LAN: 2, MINH: 2, HOA: 1, TU: 1}
        await double.updates.close()  # lets go of who hangs
    assert double.wrong == []


async def test_a_token_that_is_refused_raises_an_alarm_and_the_page_goes_on(
    tmp_path: Path, learnt: Path, double: TelegramDouble
) -> None:
    async with telegram_process(double, tmp_path, learnt) as desk, aiohttp.ClientSession() as session:
        double.fault("unauthorized", method="*", times=1000)
        await double.say(LAN, QUESTION)
        await counted(desk, 'trucban_alarms_total{account="900000001",kind="telegram_token"}')
        citizen = Citizen(session)
        await citizen.connect(desk.url)
        assert "làm lại" in await citizen.ask(QUESTION)
        assert [line for line in desk.log if '"kind": "telegram_token"' in line]
        assert not [line for line in desk.log if "AA-mau" in line]
    assert double.sent == []
    assert double.wrong == []


async def test_a_desk_opens_though_telegram_is_away_and_comes_to_it_later(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    double.fault("retry_after", method="setWebhook", times=1, after=1)
    async with telegram_desk(double, tmp_path, shelf) as desk:
        await called(double, "setWebhook", 2)
        await counted(desk, 'trucban_door_open{account="900000001",door="telegram"}')
        await double.say(LAN, QUESTION)
        await double.news(1)
    assert double.wrong == []
