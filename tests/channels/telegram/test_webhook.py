"""Telegram calls a real desk: who is let in, what is kept, and that nothing is answered twice."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp

from bot.content.edition import Edition
from bot.content.shelf import Shelf
from tests.channels.telegram.desk import (
    HOA,
    LAN,
    MINH,
    PUBLIC,
    QUESTION,
    TU,
    StoreOfOurs,
    called,
    counted,
    desk_for,
    metric,
    telegram_desk,
    telegram_process,
)  # fmt: skip
from tests.doubles.chats import person
from tests.doubles.faults import Call
from tests.doubles.telegram import TelegramDouble

HEADER = "X-Telegram-Bot-Api-Secret-Token"


def texts(calls: list[Call], chat: int) -> list[str]:
    return [call.formatted.text for call in calls if call.fields["chat_id"] == chat]


def in_group(text: str, **more: Any) -> dict[str, Any]:
    name = {"type": "mention", "offset": text.index("@mau_bot"), "length": 8}
    return {"chat": {"id": -1001234, "type": "supergroup", "title": "Xóm"}, "entities": [name], **more}


async def test_a_citizen_asks_presses_corrects_and_sends_what_we_cannot_read(
    tmp_path: Path, learnt: Path, double: TelegramDouble
) -> None:
    async with telegram_process(double, tmp_path, learnt) as desk:
        webhook = double.updates.webhook
        assert webhook["url"] == f"{PUBLIC}/hooks/telegram"
        assert webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
        assert "drop_pending_updates" not in webhook
        await double.say(LAN, "/start mai_phu")
        assert "Mai Phụ" in texts(await double.news(1), LAN)[-1]
        question = await double.say(LAN, "tôi mất căn cước 038085001234, làm lại ở đâu")
        warning, answer = texts(await double.news(3), LAN)[1:]
        assert "che đi" in warning
        assert "làm lại" in answer
        assert "038085001234" not in "".join(texts(double.sent, LAN))
        await double.press(LAN, "a:can_cuoc.cap_lai:0")
        assert len(texts(await double.news(4), LAN)) == 4
        await called(double, "answerCallbackQuery")
        message = double.updates.all[question]["message"]["message_id"]
        await double.edit(LAN, message, "đăng ký tạm trú ở đâu")
        assert "tạm trú" in texts(await double.news(5), LAN)[-1].lower()
        await double.say(LAN, sticker={
            "file_id": "f", "file_unique_id": "u", "type": "regular", "width": 8, "height": 8,
            "is_animated": False, "is_video": False,
        })  # fmt: skip
        assert len(await double.news(6)) == 6
        assert await metric(desk, "trucban_alarms_total") == 0
        assert not [line for line in desk.log if "038085001234" in line or "AA-mau" in line]
    assert double.wrong == []


async def test_strangers_are_refused_and_nonsense_from_telegram_is_not_sent_again(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf) as desk, aiohttp.ClientSession() as session:
        secret = double.updates.webhook["secret_token"]
        said = {"message_id": 9, "date": 1764000000, "chat": {"id": LAN, "type": "private"}}
        said |= {"from": person(LAN), "text": QUESTION}

        async def post(body: object, account: str = "", **headers: str) -> int:
            url = f"{desk.url}/hooks/telegram{account}"
            data = {"data": body} if isinstance(body, (str, bytes, BytesIO)) else {"json": body}
            async with session.post(url, headers=headers, **data) as answer:  # type: ignore[arg-type]
                assert await answer.read() == b""
                return answer.status

        update = {"update_id": 1, "message": said}
        assert await post(update) == 401
        assert await post(update, **{HEADER: secret[:-1]}) == 401
        assert await post(update, **{HEADER: "ế"}) == 401
        assert await post(update, account="/12345", **{HEADER: secret}) == 401
        assert await metric(desk, "trucban_heard_total") == 0
        assert await metric(desk, "trucban_alarms_total") == 4
        ours = {HEADER: secret}
        for nonsense in (
            "", "{", "[]", "5", "null", b"\xff\xfe", "{}", '{"update_id": "x"}', "[" * 9000,
            '{"update_id": 2}',
            {"update_id": 3, "message": {}},
            {"update_id": 4, "message": 5},
            {"update_id": 5, "message": {**said, "text": 5}},
            {"update_id": 6, "message": {**said, "chat": None}},
            BytesIO(b" " * (2**20 + 1)),
            {"update_id": 8, "callback_query": {"id": "1", "from": person(LAN), "data": "\ud83d"}},
            {"update_id": 9, "some_news_of_2027": {"id": 1}},
            {"update_id": 10, "subscription": {"user": person(LAN)}},
        ):  # fmt: skip
            assert await post(nonsense, **ours) == 200, nonsense
        assert await metric(desk, "trucban_heard_total") == 0
        assert await post({"update_id": 11, "message": {**said, "text": f"\ud83d {QUESTION}"}}, **ours) == 200
        assert "làm lại" in texts(await double.news(1), LAN)[0]
        assert await post({"update_id": 11, "message": said}, account="/900000001", **ours) == 200
        await counted(desk, 'trucban_heard_total{door="telegram",result="again"}')
        assert len(double.sent) == 1
    assert double.wrong == []


async def test_an_update_that_comes_twice_is_answered_once(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf):
        number = await double.say(LAN, QUESTION)
        await double.news(1)
        await asyncio.gather(*(double.redeliver(number) for _ in range(3)))
        await double.press(LAN, "a:can_cuoc.cap_lai:0")
        await double.redeliver(number)
        await double.say(LAN, "cảm ơn")
        await double.news(3)
        assert [status for _, status in double.answers] == [200] * len(double.answers)
        assert len(double.answers) >= 5
    assert len(double.sent) == 3
    assert double.wrong == []


async def test_while_the_store_is_away_telegram_keeps_what_is_said(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    store = StoreOfOurs(tmp_path / "store")
    store.start()
    try:
        settings = {"REDIS_URL": store.url, "SECRET_KEY": "k" * 40}
        async with telegram_desk(double, tmp_path / "desk", shelf, **settings):
            store.kill()
            said = asyncio.create_task(double.say(LAN, QUESTION))
            assert await double.changes.until(lambda: 503 in {status for _, status in double.answers}, 30)
            store.start()
            await said
            assert "làm lại" in texts(await double.news(1), LAN)[0]
            assert double.answers[-1][1] == 200
            assert double.updates.waiting() == []
    finally:
        store.kill()
    assert len(double.sent) == 1
    assert double.wrong == []


async def test_a_killed_desk_answers_all_that_telegram_brought_it(
    tmp_path: Path, learnt: Path, double: TelegramDouble
) -> None:
    desk = desk_for(double, tmp_path, learnt)
    await desk.start()
    await called(double, "setWebhook")
    users = [LAN + number for number in range(20)]
    # Sending hangs, so that nothing can be answered before the desk dies.
    double.fault("retry_after", times=1000, after=1)
    await asyncio.gather(*(double.say(user, QUESTION) for user in users[:10]))
    await desk.kill()
    double.calm()
    later = [asyncio.create_task(double.say(user, QUESTION)) for user in users[10:]]  # nobody is there
    await desk.start()
    await asyncio.gather(*later)
    await double.news(20)
    await desk.kill(signal.SIGTERM)
    assert sorted(call.fields["chat_id"] for call in double.sent) == users
    assert double.wrong == []


async def test_a_group_is_answered_only_when_it_calls_us_and_hears_nothing_private(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf) as desk:
        group = {"chat": in_group("@mau_bot")["chat"]}
        await double.say(LAN, QUESTION, **group)
        await double.say(MINH, f"@mau_bot {QUESTION}", **in_group("@mau_bot"))
        (sent,) = await double.news(1)
        assert sent.fields["chat_id"] == -1001234
        assert "làm lại" in sent.formatted.text
        await double.say(LAN, "/dulieu@mau_bot", **group)
        assert "riêng" in texts(await double.news(2), -1001234)[-1]
        await double.say(LAN, "@mau_bot xóa dữ liệu của tôi", **in_group("@mau_bot"))
        assert "riêng" in texts(await double.news(3), -1001234)[-1]
        await double.say(LAN, new_chat_title="Xóm Mới", **group)
        await counted(desk, 'trucban_updates_total{door="telegram",what="ignored"}', 2)
    assert len(double.sent) == 3
    assert double.wrong == []


async def test_a_group_that_calls_before_we_know_our_name_is_heard_when_we_do(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf):
        pass
    double.fault("server", method="getMe")
    double.updates.answers.clear()
    before = len(double.calls)
    async with telegram_desk(double, tmp_path, shelf):
        await double.say(MINH, f"@mau_bot {QUESTION}", **in_group("@mau_bot"))
        assert "làm lại" in texts(await double.news(1), -1001234)[0]
        assert [status for _, status in double.answers][-1] == 200
        assert sum(call.method == "getMe" for call in double.calls[before:]) == 2
    assert double.wrong == []


async def test_what_was_erased_is_not_asked_again_by_changing_the_message(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf):
        await double.say(LAN, "/dulieu")
        await double.news(1)
        await double.press(LAN, "d:erase")
        await double.news(2)
        pressed = double.sent[-1].message
        await double.press(LAN, "d:erase!")
        await double.news(3)
        erased = texts(double.sent, LAN)[-1]
        assert "xóa" in erased.lower()
        # An old button, and the same once more: asked again, nothing erased.
        await double.press(LAN, "d:erase!", pressed["message_id"] if pressed else None)
        await double.news(4)
        assert texts(double.sent, LAN)[-1] == texts(double.sent, LAN)[1]
        number = await double.say(MINH, "xem dữ liệu của tôi")
        await double.news(5)
        message = double.updates.all[number]["message"]["message_id"]
        await double.edit(MINH, message, "cho xem dữ liệu")
        changed = texts(await double.news(6), MINH)[-1]
        await double.edit(MINH, message, QUESTION)
        assert texts(await double.news(7), MINH)[-1] == changed
        assert "làm lại" not in changed
    assert double.wrong == []


async def test_a_press_counts_once_and_an_old_one_does_no_harm(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    async with telegram_desk(double, tmp_path, shelf):
        await double.say(LAN, QUESTION)
        await double.news(1)
        pressed = await double.press(LAN, "a:can_cuoc.cap_lai:0")
        await double.redeliver(pressed)
        double.queries.clear()  # from now on the spinner is given up
        await double.press(LAN, "a:can_cuoc.cap_lai:0")
        await double.press(LAN, "a:khong.con_nua:7", 3)
        await double.press(LAN, "zz", 3)
        await double.say(MINH, QUESTION)
        await double.news(6)
        await called(double, "answerCallbackQuery", 5)
    first, again = texts(double.sent, LAN)[1:3]
    assert first == again
    assert len(texts(double.sent, LAN)) == 5
    assert double.wrong == []


async def test_two_bots_of_one_desk_speak_for_two_stations(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    accounts = tmp_path / "accounts.yaml"
    accounts.write_text(
        "telegram:\n"
        '  - {token: "900000001:AA-mau", station: mai_phu, secret: bi-mat-mot}\n'
        '  - {token: "900000002:BB-hai", station: thanh_sen}\n'
    )
    double.allow("900000002:BB-hai")
    async with telegram_desk(double, tmp_path, shelf, TELEGRAM_TOKEN="", ACCOUNTS_FILE=str(accounts)) as desk:
        await called(double, "setWebhook", 2)
        hooks = {call.token[:9]: call.fields for call in double.calls if call.method == "setWebhook"}
        assert {id_: each["url"] for id_, each in hooks.items()} == {
            f"90000000{n}": f"{PUBLIC}/hooks/telegram/90000000{n}" for n in (1, 2)
        }
        assert hooks["900000001"]["secret_token"] == "bi-mat-mot"  # noqa: S105
        assert hooks["900000002"]["secret_token"] != "bi-mat-mot"  # noqa: S105
        for number, (id_, name) in enumerate([("900000001", "Mai Phụ"), ("900000002", "Thành Sen")], start=1):
            double.updates.webhook = hooks[id_]
            await double.say(LAN, "/start")
            sent = (await double.news(number))[-1]
            assert name in sent.formatted.text
            assert sent.token.startswith(id_)
        double.updates.webhook = {**hooks["900000002"], "secret_token": "bi-mat-mot"}
        assert await metric(desk, "trucban_alarms_total") == 0
        asked = asyncio.create_task(double.say(LAN, QUESTION))
        await counted(desk, "trucban_alarms_total")
        asked.cancel()
    assert len(double.sent) == 2
    assert double.wrong == []


def test_the_content_may_tie_a_bot_to_its_station(edition: Edition) -> None:
    station = replace(edition.known.stations["vung_ang"], accounts=("telegram:900000001",))
    known = replace(edition.known, stations={**edition.known.stations, "vung_ang": station})
    assert known.station_of("telegram", "900000001") == "vung_ang"
    assert known.station_of("telegram", "900000002") is None
    assert known.station_of("zalo_oa", "900000001") is None


async def test_what_telegram_shows_of_us_is_set_once(
    tmp_path: Path, shelf: Shelf, double: TelegramDouble
) -> None:
    for _ in range(2):
        double.calls.clear()
        async with telegram_desk(double, tmp_path, shelf):
            await called(double, "getMyDescription")
            await double.say(HOA, "chào")
            await double.say(TU, "chào")
    assert [call.method for call in double.calls if call.method.startswith("setMy")] == []
    shown = {(what, language): value for (what, _, language), value in double.settings.items()}
    assert shown["commands", ""] == shown["commands", "vi"]
    assert [each["command"] for each in shown["commands", ""]][:2] == ["start", "danhmuc"]
    assert shown["short_description", ""]
    assert shown["description", ""]
    assert double.wrong == []
