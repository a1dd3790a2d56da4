"""Out again: lanes, order, expiry, asking once more – through a door that speaks real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.dispatch import SENDERS, Dispatch
from bot.domain.delivery import STALE, Delivery, Held, Lane, Later, Outcome
from bot.domain.message import Address, Reply
from bot.metrics import Metrics
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.naming import person, prefix
from bot.store.outbox import CLAIM, Outbox
from bot.store.signals import Signals

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
DOOR = "platform"
AN = Address(DOOR, "bot", "an")


def delivery(id_: str, lane: Lane = Lane.ANSWER, at: datetime = NOW, to: Address = AN) -> Delivery:
    return Delivery(id_, to, lane, (Reply(f"{id_}/1"), Reply(f"{id_}/2")), at, at + timedelta(hours=2))


@pytest.fixture
def outbox(store: Store, inbox: Inbox) -> Outbox:
    return Outbox(store, inbox)


async def test_the_most_urgent_lane_first_and_one_at_a_time(outbox: Outbox, inbox: Inbox) -> None:
    tag = inbox.person(AN).tag
    for lane in (Lane.WARNING, Lane.REMINDER, Lane.ANSWER, Lane.OFFICER):
        assert await outbox.put(delivery(lane, lane))
    assert not await outbox.put(delivery(Lane.ANSWER))  # the same id
    assert await outbox.due(DOOR, NOW) == [tag]
    order = []
    while claim := await outbox.claim(tag, DOOR, NOW):
        assert await outbox.claim(tag, DOOR, NOW) is None  # this person is being sent to
        order.append(claim.delivery.id)
        await outbox.done(claim, Outcome.SENT)
    assert order == [Lane.ANSWER, Lane.OFFICER, Lane.REMINDER, Lane.WARNING]
    assert not await outbox.put(delivery(Lane.ANSWER))  # remembered when it is over


async def test_not_before_its_time(outbox: Outbox, inbox: Inbox) -> None:
    tag, hour = inbox.person(AN).tag, timedelta(hours=1)
    await outbox.put(delivery("eve", Lane.REMINDER, NOW + hour))
    assert await outbox.claim(tag, DOOR, NOW) is None
    claim = await outbox.claim(tag, DOOR, NOW + hour)
    assert claim
    await outbox.later(claim, NOW + 2 * hour)
    assert await outbox.claim(tag, DOOR, NOW + hour) is None
    claim = await outbox.claim(tag, DOOR, NOW + 2 * hour)
    assert claim
    assert claim.tries == 1


async def test_after_a_crash_only_the_rest_is_sent(outbox: Outbox, inbox: Inbox) -> None:
    tag = inbox.person(AN).tag
    await outbox.put(delivery("a"))
    claim = await outbox.claim(tag, DOOR, NOW)
    assert claim
    await outbox.part(claim, 1, NOW)
    assert await outbox.claim(tag, DOOR, NOW + CLAIM / 2) is None
    claim = await outbox.claim(tag, DOOR, NOW + CLAIM)  # its sender is dead by now
    assert claim
    assert claim.sent == 1


class Platform:
    """A platform on the wire: answers what it is told to, and notes what arrived."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.answers: list[dict[str, object]] = []  # taken one by one; an empty list means "sent"
        self.news = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        answer = self.answers.pop(0) if self.answers else {"result": "sent"}
        if answer["result"] == "sent":
            self.arrived.append((body["user"], body["text"]))
            self.news.set()
        return web.json_response(answer)


class HttpDoor:
    """A door to it, as a channel would have one."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    def show(self, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        return replies

    async def send(self, delivery: Delivery, message: Reply) -> Outcome | Later | Held:
        body = {"user": delivery.address.user, "text": message.text}
        async with self._session.post(self._url, json=body) as answer:
            told = json.loads(await answer.text())
        if told["result"] == "later":
            return Later(timedelta(seconds=told["after"]))
        if told["result"] == "held":
            return Held(told["reason"])
        return Outcome(told["result"])


@asynccontextmanager
async def sending(signals: Signals, outbox: Outbox, platform: Platform) -> AsyncIterator[Dispatch]:
    site = web.Application()
    site.router.add_post("/send", platform.handle)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        door = HttpDoor(session, f"http://127.0.0.1:{runner.addresses[0][1]}/send")
        dispatch = Dispatch(DOOR, door, outbox, lambda key: f"<{key}>", Metrics())
        task = asyncio.create_task(dispatch.work(signals))
        try:
            yield dispatch
        finally:
            dispatch.close()
            await task
            await runner.cleanup()


async def until(platform: Platform, count: int) -> list[tuple[str, str]]:
    async with asyncio.timeout(10):
        while len(platform.arrived) < count:
            await platform.news.wait()
            platform.news.clear()
    return platform.arrived


async def sent_all(outbox: Outbox) -> None:
    async with asyncio.timeout(10):
        while await outbox.due(DOOR, datetime.now(UTC)):  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.01)


async def test_everything_arrives_in_order_for_each_person(store: Store, outbox: Outbox) -> None:
    platform, now = Platform(), datetime.now(UTC)
    people = [Address(DOOR, "bot", f"p{number}") for number in range(5)]
    async with sending(Signals(store), outbox, platform):
        for number in range(4):
            for who in people:
                at = now + timedelta(milliseconds=number)
                await outbox.put(delivery(f"{who.user}-{number}", at=at, to=who))
        arrived = await until(platform, 40)
    for who in people:
        own = [text for user, text in arrived if user == who.user]
        assert own == [f"{who.user}-{n}/{part}" for n in range(4) for part in (1, 2)]


async def test_a_platform_that_asks_to_wait_gets_the_rest_later(store: Store, outbox: Outbox) -> None:
    platform, now = Platform(), datetime.now(UTC)
    platform.answers = [{"result": "sent"}, {"result": "later", "after": 0.2}]
    async with sending(Signals(store), outbox, platform):
        await outbox.put(delivery("a", at=now))
        arrived = await until(platform, 2)
    assert [text for _, text in arrived] == ["a/1", "a/2"]


async def test_what_is_late_unwanted_or_refused(store: Store, outbox: Outbox) -> None:
    platform, now = Platform(), datetime.now(UTC)
    asked: list[str] = []

    async def wanted(reason: str) -> bool:
        asked.append(reason)
        return False

    old = now - STALE - timedelta(minutes=1)
    async with sending(Signals(store), outbox, platform) as dispatch:
        dispatch.ask_before("remind", wanted)
        await outbox.put(replace(delivery("expired", at=old), expires=now - timedelta(seconds=1)))
        await outbox.put(replace(delivery("moved", Lane.REMINDER, now), reason="remind:42:1"))
        await outbox.put(delivery("stale", at=old))
        arrived = await until(platform, 1)
        assert [text for _, text in arrived] == ["<apology>"]  # not two replies nobody waits for any more
        platform.answers = [{"result": "refused"}]
        await outbox.put(delivery("blocked", at=now))
        await outbox.put(delivery("next", at=now + timedelta(milliseconds=1)))
        await until(platform, 3)
        await sent_all(outbox)
    assert [text for _, text in platform.arrived[1:]] == ["next/1", "next/2"]
    assert asked == ["remind:42:1"]


async def test_a_door_that_breaks_is_tried_again(store: Store, outbox: Outbox) -> None:
    platform = Platform()
    platform.answers = [{"result": "nonsense"}]
    async with sending(Signals(store), outbox, platform):
        await outbox.put(delivery("a", at=datetime.now(UTC)))
        assert len(await until(platform, 2)) == 2


async def test_deliveries_nobody_can_read_stop_no_sender(store: Store, outbox: Outbox) -> None:
    platform, now = Platform(), datetime.now(UTC)
    for number in range(SENDERS + 1):
        bad = delivery(f"bad{number}", at=now, to=Address(DOOR, "bot", f"p{number}"))
        await outbox.put(bad)
        key = f"{prefix(person(bad.address, store.names).tag)}delivery:{bad.id}"
        await store.redis.hset(key, "payload", "spoilt")
    async with sending(Signals(store), outbox, platform):
        await outbox.put(delivery("good", at=datetime.now(UTC)))
        assert [text for _, text in await until(platform, 2)] == ["good/1", "good/2"]
