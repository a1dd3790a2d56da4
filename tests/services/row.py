"""A citizen with a row of doors, each on the wire, and the senders of one process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.dispatch import Dispatch
from bot.domain.delivery import Delivery, Held, Lane, Later, Outcome
from bot.domain.health import IN_ORDER, Condition, Standing
from bot.domain.message import WEBCHAT, Address, Reply
from bot.metrics import Metrics
from bot.services.onward import NextDoors
from bot.services.ways import PersonsWays
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.fates import Fates
from bot.store.inbox import Inbox
from bot.store.naming import Person
from bot.store.outbox import CLAIM, Outbox

NOON = datetime.fromisoformat("2026-11-23T12:00:00+07:00")
MINUTE = timedelta(minutes=1)
PAGE = Address(WEBCHAT, "web", "page")


def door(number: int) -> Address:
    """One door of the citizen."""
    return Address(f"door{number}", "bot", f"an{number}")


class Board:
    """How the accounts are, by channel; and what was heard of them."""

    def __init__(self) -> None:
        self.standing: dict[str, Standing] = {}
        self.notes: list[tuple[str, bool]] = []

    def condition(self, channel: str, account: str) -> Condition:
        del account
        return Condition(self.standing[channel]) if channel in self.standing else IN_ORDER

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        del account
        self.notes.append((channel, took))


class Platform:
    """All platforms on the wire: each answers its line, and then that it was sent."""

    def __init__(self) -> None:
        self.answers: defaultdict[str, list[str]] = defaultdict(list)
        self.tried: list[str] = []
        self.arrived: list[tuple[str, str]] = []

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        answers = self.answers[body["door"]]
        answer = answers.pop(0) if answers else "sent"
        self.tried.append(body["door"])
        if answer in {"sent", "unsure"}:
            self.arrived.append((body["door"], body["text"]))
        return web.json_response({"result": answer})


class WireDoor:
    """A door to them. `shut`: why somebody cannot be written to by it."""

    rate = 100.0

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url
        self.shut: str | None = None

    def show(self, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        return replies

    async def send(self, delivery: Delivery, message: Reply) -> Outcome | Later | Held:
        body = {"door": delivery.address.channel, "text": message.text}
        async with self._session.post(self._url, json=body) as answer:
            result = (await answer.json())["result"]
        match result:
            case "away":
                return Later(took=False)
            case "flood":
                return Later(MINUTE, took=True)
            case "held":
                return Held("closed")
            case _:
                return Outcome(result)

    async def reach(self, address: Address, now: datetime) -> str | None:
        del address, now
        return self.shut


class Row:
    """The doors, the outbox, and the senders; `now` is their time."""

    def __init__(self, store: Store, doors: dict[str, WireDoor], platform: Platform) -> None:
        self.store, self.doors, self.platform = store, doors, platform
        self.now, self.board, self.wanted = NOON, Board(), True
        self.inbox = Inbox(store)
        self.outbox, self.circles = Outbox(store, self.inbox), Circles(store)
        self.contacts = Contacts(store, self.inbox)
        self.said: list[Person] = []
        ways = PersonsWays(self.circles, self.contacts, lambda: self.doors, self.board)
        self.onward = NextDoors(self.outbox, ways, self.said.append)
        self.senders = {name: self._sender(name) for name in doors}

    def _sender(self, name: str) -> Dispatch:
        made = Dispatch(
            name, self.doors[name], self.outbox, str, Metrics(), watch=self.board, clock=lambda: self.now
        )
        made.ask_before("remind", self._still_wanted)
        made.go_on("remind", self.onward)
        return made

    async def _still_wanted(self, reason: str) -> bool:
        del reason
        return self.wanted

    async def live(self, *others: Address) -> None:
        """The citizen ties doors, and writes at each: at the first one last."""
        for number, other in enumerate((*others, door(0))):
            if other != door(0):
                assert await self.circles.tie(door(0), other, NOON - timedelta(days=1))
            at = NOON - timedelta(hours=len(others) + 1 - number)
            if other.channel != WEBCHAT:
                await self.contacts.wrote(other, at, at)

    async def put(self, id_: str = "remind:x:1", **given: Any) -> Delivery:
        """Something for the first door, for one hour."""
        until = NOON + timedelta(hours=1)
        made = Delivery(id_, door(0), Lane.REMINDER, (Reply("Nhắc hẹn"),), NOON, until, reason="remind:x:1")
        made = replace(made, **given)
        await self.outbox.put(made)
        return made

    async def step(self, *names: str) -> bool:
        """Every sender, or those of these doors, handles what is due once; whether there was anything."""
        found = False
        for name in names or self.senders:
            sender = self.senders[name]
            for tag in await self.outbox.due(name, self.now):
                claim = await self.outbox.claim(tag, name, self.now)
                if claim:
                    found = True
                    sender.begin(claim)
                    sender.close()
                    await sender.work(None)
        return found

    async def settle(self, span: timedelta = timedelta(hours=2)) -> None:
        """Go on until nothing is due any more, as long as it takes."""
        until = self.now + span
        while self.now < until:
            if not await self.step():
                self.now += CLAIM

    async def fate(self, id_: str = "remind:x:1", address: Address | None = None) -> str | None:
        (fate,) = await Fates(self.store).of(address or door(0), [id_])
        return fate

    async def pages(self) -> list[str]:
        """What their page shows."""
        shown = await self.inbox.replies.since(self.inbox.person(PAGE), 0, self.now)
        return [each.reply.text for each in shown]


@asynccontextmanager
async def row(store: Store, count: int = 2) -> AsyncIterator[Row]:
    """A row of so many doors."""
    platform, site = Platform(), web.Application()
    site.router.add_post("/send", platform.handle)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    async with aiohttp.ClientSession() as session:
        try:
            yield Row(store, {door(n).channel: WireDoor(session, url) for n in range(count)}, platform)
        finally:
            await runner.cleanup()
