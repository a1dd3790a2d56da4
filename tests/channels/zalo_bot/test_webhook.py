"""The platform calls us: set up by itself, its secret asked for, and nothing is lost or answered twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from redis import Redis

from bot.channels.markup import spaced
from bot.content.edition import Edition
from bot.content.shelf import Shelf
from bot.store.connection import Store
from tests.channels.telegram.desk import StoreOfOurs, free_port
from tests.channels.zalo_bot.desk import (
    HOA,
    ID,
    LAN,
    MINH,
    PUBLIC,
    QUESTION,
    TOKEN,
    Desk,
    at,
    bot_process,
    open_bot,
    until_called,
)
from tests.doubles.zalo_bot import NAME, ZaloBotDouble, zalo_bot_double
from tests.doubles.zalo_bot_updates import SECRET, update

OTHER = "520000002:khac-abc"
FIRE = "cháy nhà rồi cứu với"
GROUP = "zgr-2d758cb5"
HOUR = 3_600.0


async def test_a_desk_says_where_to_call_and_answers_wrapped_and_bare_updates(desk: Desk) -> None:
    webhook = desk.double.updates.webhook
    assert webhook["url"] == f"{PUBLIC}/hooks/zalo-bot"
    assert len(webhook["secret_token"]) >= 32
    assert "làm lại" in await desk.ask(QUESTION)
    assert "phí" in await desk.ask("còn lệ phí?")
    assert "114" in await desk.ask(FIRE)
    assert [call.chat for call in desk.double.sent] == [LAN] * 3
    assert await desk.metric("updates", what="heard") == 3
    async with desk.session.get(f"{desk.url}/readyz") as answer:
        assert (await answer.json())["doors"] == {f"zalo_bot:{ID}": "open"}


async def test_a_number_chooses_what_stands_beside_it(desk: Desk) -> None:
    first = await desk.ask(QUESTION)
    label = next(line for line in first.splitlines() if line.startswith("1. ")).removeprefix("1. ")
    await desk.ask("1")
    assert await desk.metric("turns", outcome="chose") == 1
    assert label
    assert "Bác nhắn số để chọn:" in first


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("image", {"photo_url": "https://x.invalid/p.jpg", "caption": ""}, "handed_photo"),
        ("sticker", {"sticker": "0e0"}, "handed_sticker"),
        ("voice", {"voice_url": "https://x.invalid/v.aac"}, "handed_voice"),
        ("unsupported", {}, "handed_other"),
    ],
)
async def test_what_has_no_words_is_answered_once(
    desk: Desk, edition: Edition, kind: str, fields: dict[str, str], says: str
) -> None:
    await desk.double.tell(kind, LAN, **fields)
    [sent] = await desk.double.news(1)
    assert sent.text.startswith(spaced(edition.known.says(says)))


async def test_strangers_are_refused_loudly_and_the_trial_of_an_address_is_not(desk: Desk) -> None:
    updates = desk.double.updates
    raw = json.dumps(update("text", LAN, 9, 1_795_413_600, text=QUESTION)).encode()
    for headers in ({}, {SECRET: ""}, {SECRET: "x" * 32}, {SECRET: TOKEN}):
        assert await updates.posted(raw, headers) == 401
    assert await updates.posted(b"", {SECRET: "x" * 32}) == 401
    assert await desk.metric("alarms", kind="zalo_bot_secret") == 5
    assert await updates.posted(b"", {}) == 200
    assert await updates.posted(b"", {SECRET: updates.webhook["secret_token"]}) == 200
    for path in ("/x", "/520000009"):
        async with desk.session.post(f"{desk.url}/hooks/zalo-bot{path}", data=raw) as answer:
            assert answer.status == 401
    assert await desk.metric("heard", door="zalo_bot") == 0
    assert "làm lại" in await desk.ask(QUESTION)


async def test_nonsense_with_the_secret_is_taken_and_nothing_is_done(desk: Desk) -> None:
    updates = desk.double.updates
    headers = {SECRET: updates.webhook["secret_token"]}
    for raw in (b"{", b"[]", b"null", b'{"ok":true}', b'{"event_name":"x"}', b"[" * 5_000, b"\xff\xfe"):
        assert await updates.posted(raw, headers) == 200
    assert await updates.posted(b" " * 600_000, headers) == 200
    assert await desk.metric("heard", door="zalo_bot") == 0
    assert await desk.metric("alarms") == 0


async def test_an_update_that_comes_twice_is_answered_once(desk: Desk) -> None:
    told = await desk.double.say(LAN, QUESTION)
    assert [await desk.double.updates.post(told) for _ in range(3)] == [200] * 3
    await desk.double.news(1)
    assert "phí" in await desk.ask("còn lệ phí?")
    assert len(desk.double.sent) == 2
    assert await desk.metric("heard", result="again") == 3


async def test_what_happened_yesterday_is_dropped_and_counted(desk: Desk) -> None:
    desk.double.skipped = -25 * HOUR
    await desk.double.say(LAN, QUESTION)
    assert await desk.metric("updates", what="old") == 1
    desk.double.skipped = -23 * HOUR
    assert "làm lại" in await desk.ask(QUESTION)
    assert len(desk.double.sent) == 1


async def test_a_group_is_answered_only_when_it_calls_us_and_hears_nothing_private(
    store: Store, shelf: Shelf, tmp_path: Path
) -> None:
    async with (
        zalo_bot_double([TOKEN], verifies=False, everything=True) as double,
        open_bot(store, shelf, tmp_path, double) as desk,
    ):
        await double.say(LAN, QUESTION, group=GROUP)
        await double.say(LAN, FIRE, group=GROUP)
        assert "làm lại" in await desk.ask(f"@{NAME} {QUESTION}", group=GROUP)
        assert "riêng" in await desk.ask(f"@{NAME} xóa dữ liệu của tôi", group=GROUP)
        assert {call.chat for call in double.sent} == {GROUP}
        assert len(double.sent) == 2
        assert await desk.metric("updates", what="ignored") == 2
        assert double.wrong == []


async def test_two_bots_of_one_desk_have_addresses_and_secrets_of_their_own(
    store: Store, shelf: Shelf, tmp_path: Path
) -> None:
    async with (
        zalo_bot_double([TOKEN, OTHER], verifies=False) as double,
        open_bot(store, shelf, tmp_path, double) as desk,
    ):
        first, second = (bot.webhook for bot in double.bots.values())
        assert (first["url"], second["url"]) == (
            f"{PUBLIC}/hooks/zalo-bot/520000001",
            f"{PUBLIC}/hooks/zalo-bot/520000002",
        )
        assert first["secret_token"] != second["secret_token"]
        await desk.ask(QUESTION, token=OTHER)
        assert [call.token for call in double.sent] == [OTHER]
        assert await double.bots[TOKEN].posted(b"{}", {SECRET: second["secret_token"]}) == 401
        assert double.wrong == []


async def test_an_address_that_cannot_be_reached_is_told_and_tried_again(
    store: Store, shelf: Shelf, tmp_path: Path
) -> None:
    async with zalo_bot_double([TOKEN]) as double:
        double.updates.unreachable = 1
        async with open_bot(store, shelf, tmp_path, double) as desk:
            await desk.counted("alarms", kind="zalo_bot_webhook")
            await until_called(double, "setWebhook", 2)
            await desk.counted("updates", what="empty")
            assert "làm lại" in await desk.ask(QUESTION)
            assert double.wrong == []


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[StoreOfOurs]:
    store = StoreOfOurs(tmp_path / "store")
    store.start()
    yield store
    store.kill()


async def test_a_desk_killed_in_between_answers_everything_that_it_took(
    tmp_path: Path, learnt: Path, double: ZaloBotDouble
) -> None:
    desk = bot_process(double, tmp_path, learnt, PORT=str(free_port()))
    await desk.start()
    await until_called(double, "setWebhook")
    double.fault("code", code=500, times=1_000)
    users = [f"{LAN[:-2]}{number:02x}" for number in range(16, 36)]
    told = await asyncio.gather(*(double.say(user, QUESTION) for user in users))
    assert {each.statuses[0] for each in told} == {200}
    await until_called(double, "sendMessage", 3)
    await desk.kill()
    double.heal()
    await desk.start()
    await double.news(len(users), 60)
    assert sorted(call.chat for call in double.sent) == users
    for user in users:  # their talks go on where they were
        await double.say(user, "còn lệ phí?")
    await double.news(2 * len(users), 60)
    assert await desk.kill(15) == 0
    assert not [line for line in desk.log if TOKEN.partition(":")[2] in line or QUESTION in line]


async def test_what_came_while_the_store_was_away_is_kept_though_it_is_never_told_again(
    tmp_path: Path, learnt: Path, double: ZaloBotDouble, own: StoreOfOurs
) -> None:
    desk = bot_process(
        double, tmp_path, learnt, PORT=str(free_port()), REDIS_URL=own.url, SECRET_KEY="k" * 40
    )
    await desk.start()
    await until_called(double, "setWebhook")
    with Redis.from_url(own.url) as client:
        client.client_pause(5_500, all=True)
    told = await double.say(HOA, QUESTION)
    assert told.statuses == [503]
    assert "làm lại" in (await double.news(1, 40))[0].text
    await double.say(MINH, QUESTION)
    await double.news(2, 40)
    assert [call.chat for call in double.sent] == [HOA, MINH]
    async with aiohttp.ClientSession() as session, session.get(f"{desk.url}/metrics") as page:
        assert 'what="away"' in await page.text()
    assert await desk.kill(15) == 0


async def test_whoever_wrote_can_be_written_to(desk: Desk) -> None:
    await desk.contacts.gone(at(LAN), "forbidden")
    await desk.ask(QUESTION)
    assert await desk.contacts.why_gone(at(LAN)) is None
