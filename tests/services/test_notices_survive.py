"""Reminders and changes are sent once by several workers that are killed and begin again, over real HTTP."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.content.loading import knowledge
from bot.dispatch import SENDERS
from bot.domain.appointment import Appointment, Personal
from bot.domain.message import Address
from bot.domain.seat import LOCAL, Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Wish
from bot.services.reception import Reception
from bot.store.circles import Circles
from bot.store.connection import Store
from tests.conftest import ROOT
from tests.services.conftest import Town
from tests.services.station import DAYS, STATION
from tests.store.conftest import KEY

PATIENCE = 60
PEOPLE = 120
EVENING = datetime(2026, 11, 23, 19, 45, tzinfo=LOCAL)
NOON = datetime(2026, 11, 23, 12, tzinfo=LOCAL)

WORKER = """
import asyncio, pickle, sys
from datetime import datetime
from pathlib import Path
import aiohttp
from bot.dispatch import Dispatch
from bot.domain.delivery import Outcome
from bot.domain.health import Trusting
from bot.metrics import Metrics
from bot.services.notices import Notices
from bot.services.onward import NextDoors
from bot.services.reception import Reception
from bot.services.telling import Teller
from bot.services.ways import PersonsWays
from bot.steward import Steward
from bot.store.circles import Circles
from bot.store.connection import open_store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.sealing import Seals
from bot.store.signals import Signals
from tests.services.conftest import Town
from tests.services.station import STATION

class Door:
    def __init__(self, session, url):
        self.session, self.url = session, url

    def show(self, replies):
        return replies

    async def send(self, delivery, message):
        sent = {"door": delivery.address.channel, "id": delivery.id.partition("@")[0]}
        async with self.session.post(self.url, json=sent) as answer:
            return Outcome.SENT if answer.status == 200 else Outcome.REFUSED

    async def reach(self, address, now):
        return None

async def main(url, key, now, to, content):
    now, known = datetime.fromisoformat(now), pickle.loads(Path(content).read_bytes())
    store = await open_store(url, Seals([key]))
    town, outbox, metrics = Town(store), Outbox(store, Inbox(store)), Metrics()
    doors = {}
    ways = PersonsWays(Circles(store), Contacts(store, Inbox(store)), lambda: doors, Trusting())
    onward = NextDoors(outbox, ways)
    notices = Notices(
        town.booking, outbox, lambda: known, {"telegram"}, teller=Teller(outbox, {"telegram"}, onward)
    )
    steward = Steward(store, town.booking, town.reception, notices, lambda: known, lambda: now, metrics)
    async with aiohttp.ClientSession() as session:
        doors |= {"telegram": Door(session, to), "zalo_oa": Door(session, to)}
        working = [steward.work()]
        for channel, door in doors.items():
            dispatch = Dispatch(channel, door, outbox, str, metrics, clock=lambda: now)
            for about, wanted in notices.wanted().items():
                dispatch.ask_before(about, wanted)
                dispatch.go_on(about, onward)
            working.append(dispatch.work(Signals(store)))
        print("ready", flush=True)
        await asyncio.gather(*working)

asyncio.run(main(*sys.argv[1:]))
"""


class Platform:
    """Notes on the wire what arrived; at the doors that are `blocked` nothing does."""

    def __init__(self, *blocked: str) -> None:
        self.arrived: Counter[str] = Counter()
        self.blocked, self.refused = blocked, 0
        self.news = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["door"] in self.blocked:
            self.refused += 1
            return web.Response(status=403)
        self.arrived[body["id"]] += 1
        self.news.set()
        await asyncio.sleep(0)
        return web.Response()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.arrived) < count:
                self.news.clear()
                await self.news.wait()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content, read once for all workers."""
    path = tmp_path_factory.mktemp("content") / "known"
    path.write_bytes(pickle.dumps(knowledge(ROOT)))
    return path


async def test_killed_workers_remind_everybody_and_repeat_only_what_was_on_its_way(
    store: Store, valkey: str, content: Path
) -> None:
    reception, _ = await _booked(store)
    platform = await _sent_by_killed_workers(store, valkey, content, EVENING)
    assert len(platform.arrived) == PEOPLE
    assert all(id_.endswith(":eve") for id_ in platform.arrived)
    assert sum(platform.arrived.values()) - PEOPLE <= 2 * SENDERS
    assert await reception.unreached(STATION, DAYS[1], EVENING) == []


async def test_killed_workers_put_everybody_who_blocked_one_door_at_the_other_and_lose_nobody(
    store: Store, valkey: str, content: Path
) -> None:
    reception, _ = await _booked(store)
    for number in range(PEOPLE):
        first, other = Address("telegram", "bot", str(number)), Address("zalo_oa", "oa", str(number))
        assert await Circles(store).tie(first, other, NOON)
    platform = await _sent_by_killed_workers(store, valkey, content, EVENING, Platform("telegram"))
    assert len(platform.arrived) == PEOPLE
    assert platform.refused >= PEOPLE
    assert sum(platform.arrived.values()) - PEOPLE <= 2 * SENDERS
    assert await reception.unreached(STATION, DAYS[1], EVENING) == []


async def test_killed_workers_tell_everybody_what_officers_did_and_repeat_only_what_was_on_its_way(
    store: Store, valkey: str, content: Path
) -> None:
    reception, visits = await _booked(store)
    for number, visit in enumerate(visits):
        ticket, act = Ticket(STATION, visit.number), Act(f"officer.{number}", NOON)
        if number % 2:
            result = await reception.cancel(act, ticket, "mất điện")
        else:
            seat = Seat(STATION, DAYS[2], f"quay_{number}", 14 * 60, 15)
            result = await reception.move(act, Change(ticket, (seat,)))
        assert result.done
    platform = await _sent_by_killed_workers(store, valkey, content, NOON)
    told = {f"changed:{STATION}:{visit.number}:2" for visit in visits}
    assert set(platform.arrived) == told
    assert sum(platform.arrived.values()) - PEOPLE <= 2 * SENDERS
    for day in DAYS:
        assert await reception.unreached(STATION, day, NOON) == []


async def _booked(store: Store) -> tuple[Reception, list[Appointment]]:
    """Many visits of people with a door, at one time."""
    reception, visits = Reception(store, Town(store).booking), []
    for number in range(PEOPLE):
        seat = Seat(STATION, DAYS[1], f"quay_{number}", 13 * 60, 15)
        personal = Personal("Nguyễn Thị Lan", f"+84912{number:06}", Address("telegram", "bot", str(number)))
        result = await reception.add(Act(str(number), NOON), Wish(STATION, "can_cuoc", (seat,)), personal)
        assert result.appointment
        visits.append(result.appointment)
    return reception, visits


async def _sent_by_killed_workers(
    store: Store, valkey: str, content: Path, since: datetime, platform: Platform | None = None
) -> Platform:
    """What arrives when two workers are killed over it, and two others go on some minutes later."""
    platform = platform or Platform()
    site = web.Application()
    site.router.add_post("/send", platform.handle)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    to = f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    try:
        for run, enough in enumerate((PEOPLE // 3, PEOPLE)):
            now = since + timedelta(minutes=5 * run)  # what a dead sender had in hand comes back by then
            workers = [_worker(valkey, now, to, content) for _ in range(2)]
            try:
                await platform.until(enough)
                if enough == PEOPLE:
                    await _all_settled(store, now)
            finally:
                for worker in workers:
                    worker.kill()
                    worker.wait()
    finally:
        await runner.cleanup()
    return platform


async def test_workers_that_are_killed_while_planning_plan_nothing_twice(
    store: Store, valkey: str, content: Path
) -> None:
    town = Town(store)
    reception = Reception(store, town.booking)
    for number in range(PEOPLE):
        seat = Seat(STATION, DAYS[1], f"quay_{number}", 13 * 60, 15)
        personal = Personal("Nguyễn Thị Lan", f"+84912{number:06}", Address("telegram", "bot", str(number)))
        await reception.add(Act(str(number), NOON), Wish(STATION, "can_cuoc", (seat,)), personal)
    nowhere = "http://127.0.0.1:9/"  # at noon nothing is to be sent
    for enough in (1, 2 * PEOPLE):
        workers = [_worker(valkey, NOON, nowhere, content) for _ in range(2)]
        try:
            async with asyncio.timeout(PATIENCE):
                while await _waiting(store) < enough:  # noqa: ASYNC110 - other processes tell nobody
                    await asyncio.sleep(0.005)
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
    assert await _waiting(store) == 2 * PEOPLE
    assert len([key async for key in store.redis.scan_iter("tb:*:delivery:*")]) == 2 * PEOPLE


def _worker(valkey: str, now: datetime, to: str, content: Path) -> subprocess.Popen[str]:
    surroundings = dict(os.environ, PYTHONPATH=str(ROOT))
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, valkey, KEY, now.astimezone(UTC).isoformat(), to, str(content)],
        stdout=subprocess.DEVNULL, text=True, env=surroundings, cwd=ROOT,
    )  # fmt: skip


async def _waiting(store: Store) -> int:
    total = 0
    async for key in store.redis.scan_iter("tb:*:out:telegram:reminder"):
        total += await store.redis.zcard(key)
    return total


async def _all_settled(store: Store, now: datetime) -> None:
    """Wait until nothing is due any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            due = 0
            async for key in store.redis.scan_iter("tb:*:out:*:reminder"):
                due += await store.redis.zcount(key, "-inf", now.timestamp() * 1000)
            if not due:
                return
            await asyncio.sleep(0.02)
