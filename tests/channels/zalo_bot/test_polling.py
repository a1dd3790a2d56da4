"""Where the platform cannot call us we ask, one update at a time: one desk of all, and nothing twice."""

from __future__ import annotations

import asyncio
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from redis import Redis

from bot.channels.zalo_bot import polling
from bot.content.shelf import Shelf
from bot.store.connection import Store
from tests.channels.telegram.desk import StoreOfOurs, free_port, metric
from tests.channels.zalo_bot.desk import (
    LAN,
    MINH,
    QUESTION,
    TOKEN,
    bot_process,
    open_bot,
    until_called,
)
from tests.doubles.zalo_bot import ZaloBotDouble, zalo_bot_double

USERS = [f"{LAN[:-2]}{number:02x}" for number in range(16, 36)]


async def test_a_desk_without_an_address_asks_and_takes_an_earlier_webhook_away(
    store: Store, shelf: Shelf, tmp_path: Path, double: ZaloBotDouble
) -> None:
    double.updates.webhook = {"url": "https://frueher.example/hook", "secret_token": "x" * 8}
    double.updates.longest_poll = 0.1
    async with open_bot(store, shelf, tmp_path, double, by_hook=False) as desk:
        await double.called("getUpdates", 2)
        assert "làm lại" in await desk.ask(QUESTION)
        assert "phí" in await desk.ask("còn lệ phí?")
        assert not [call for call in double.calls if call.method == "setWebhook"]
        polls = [call for call in double.calls if call.method == "getUpdates"]
        assert {call.fields["timeout"] for call in polls} == {polling.LONG}
        assert {call.code for call in polls} <= {0, 408, None}
        assert await desk.metric("alarms") == 0


async def test_an_empty_poll_is_no_error_and_short_ones_are_not_hurried(
    store: Store, shelf: Shelf, tmp_path: Path, double: ZaloBotDouble
) -> None:
    double.updates.longest_poll = 0.0
    async with open_bot(store, shelf, tmp_path, double, by_hook=False):
        await double.called("getUpdates", 4)
        at = [call.at for call in double.calls if call.method == "getUpdates"]
        assert all(later - earlier >= 0.9 for earlier, later in pairwise(at))


async def test_what_is_given_again_is_answered_once(store: Store, shelf: Shelf, tmp_path: Path) -> None:
    async with (
        zalo_bot_double([TOKEN], verifies=False, twice=True) as double,
        open_bot(store, shelf, tmp_path, double, by_hook=False) as desk,
    ):
        for user in USERS[:5]:
            await double.say(user, QUESTION)
        await double.news(5)
        await desk.counted("heard", 5, result="again")
        assert sorted(call.chat for call in double.sent) == USERS[:5]
        assert double.wrong == []


async def test_polling_goes_on_after_all_that_can_happen_to_it(
    store: Store, shelf: Shelf, tmp_path: Path, double: ZaloBotDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_PAUSE", 0.05)
    for kind, args in (("html", {}), ("reset", {}), ("code", {"code": 401}), ("code", {"code": 429})):
        double.fault(kind, method="getUpdates", **args)
    async with open_bot(store, shelf, tmp_path, double, by_hook=False) as desk:
        await double.say(LAN, QUESTION)
        await double.news(1, 40)
        assert await desk.metric("alarms", kind="zalo_bot_token") == 1


async def test_an_update_that_nobody_can_read_does_not_hide_the_others(
    store: Store, shelf: Shelf, tmp_path: Path, double: ZaloBotDouble
) -> None:
    async with open_bot(store, shelf, tmp_path, double, by_hook=False) as desk:
        for bad in ({}, {"event_name": 5}, {"event_name": "message.text.received", "message": 7}):
            await double.updates.push(bad)
        await double.say(MINH, QUESTION)
        await double.news(1)
        assert await desk.metric("updates", what="unreadable") == 2


async def test_what_was_fetched_while_the_store_was_away_is_kept(
    store: Store, shelf: Shelf, tmp_path: Path, double: ZaloBotDouble, valkey: str
) -> None:
    async with open_bot(store, shelf, tmp_path, double, by_hook=False) as desk:
        await double.called("getUpdates")
        with Redis.from_url(valkey) as client:
            client.client_pause(3_000, all=True)
        await double.say(LAN, QUESTION)
        assert "làm lại" in (await double.news(1, 40))[0].text
        await desk.ask("còn lệ phí?")
        assert len(double.sent) == 2


async def test_a_killed_desk_that_polls_answers_everything_it_has_taken_and_what_waits(
    tmp_path: Path, learnt: Path, double: ZaloBotDouble
) -> None:
    desk = bot_process(double, tmp_path, learnt)
    await desk.start()
    await until_called(double, "getUpdates")
    double.fault("code", times=1_000, code=500)
    await asyncio.gather(*(double.say(user, QUESTION) for user in USERS[:10]))
    await until_called(double, "getUpdates", 11)  # asked for an eleventh: the ten before it are kept
    await until_called(double, "sendMessage", 3)
    await desk.kill()
    await asyncio.gather(*(double.say(user, QUESTION) for user in USERS[10:]))
    double.heal()
    await desk.start()
    await double.news(20, 60)
    assert await desk.kill(signal.SIGTERM) == 0
    assert sorted(call.chat for call in double.sent) == USERS


async def test_of_two_desks_one_asks_and_when_it_dies_the_other(
    tmp_path: Path, learnt: Path, double: ZaloBotDouble
) -> None:
    double.updates.longest_poll = 0.5
    own = StoreOfOurs(tmp_path / "store")
    own.start()
    settings = {"REDIS_URL": own.url, "SECRET_KEY": "k" * 40}
    desks = [bot_process(double, tmp_path / str(n), learnt, **settings) for n in range(2)]
    for desk in desks:
        desk._settings["PORT"] = str(free_port())
    try:
        await asyncio.gather(*(desk.start("worker") for desk in desks))
        for user in USERS[:5]:
            await double.say(user, QUESTION)
        await double.news(5, 40)
        assert (
            sum(call.method == "deleteWebhook" for call in double.calls) == 1
        )  # by the one whose turn it is
        heard = [await metric(desk, 'trucban_heard_total{door="zalo_bot"') for desk in desks]
        assert sorted(heard) == [0, 5]
        await desks[heard.index(5)].kill()
        for user in USERS[5:10]:
            await double.say(user, QUESTION)
        await double.news(10, 60)
        for desk in desks:
            await desk.kill(signal.SIGTERM)
    finally:
        own.kill()
    assert sorted(call.chat for call in double.sent) == USERS[:10]
