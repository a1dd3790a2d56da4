"""Lines of talks relayed by workers that are killed and begin again, over real HTTP: none lost, in order."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.content.edition import Edition
from bot.dispatch import SENDERS
from bot.domain.handover import Reason
from bot.domain.message import Address
from bot.domain.wish import Act
from bot.store.connection import Store
from tests.conftest import ROOT
from tests.services.duty import MONDAY, STATION, Duty
from tests.store.conftest import KEY

PATIENCE = 60
TALKS, LINES = 24, 6

WORKER = """
import asyncio, pickle, sys
from datetime import datetime
from pathlib import Path
import aiohttp
from bot.dispatch import Dispatch
from bot.domain.delivery import Outcome
from bot.store.connection import open_store
from bot.store.sealing import Seals
from bot.store.signals import Signals
from tests.services.duty import STATION, Duty

class Door:
    def __init__(self, session, url):
        self.session, self.url = session, url

    def show(self, replies):
        return replies

    async def send(self, delivery, message):
        body = {"user": delivery.address.user, "id": delivery.id, "text": message.text}
        async with self.session.post(self.url, json=body):
            return Outcome.SENT

async def main(url, key, now, to, content):
    now, known = datetime.fromisoformat(now), pickle.loads(Path(content).read_bytes())
    duty = Duty(await open_store(url, Seals([key])), lambda: known)
    async with aiohttp.ClientSession() as session:
        dispatch = Dispatch("telegram", Door(session, to), duty.outbox, str, duty.metrics, clock=lambda: now)
        dispatch.ask_before("call", duty.relay.call_wanted)
        dispatch.ask_before("talk", lambda reason: duty.relay.talk_wanted(reason, now))
        print("ready", flush=True)
        relaying = duty.relay.work(lambda: (STATION,), lambda: now)
        await asyncio.gather(relaying, dispatch.work(Signals(duty.store)))

asyncio.run(main(*sys.argv[1:]))
"""


class Platform:
    """Notes what arrived, in its order."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        self.news = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.arrived.append((body["user"], body["id"]))
        self.news.set()
        await asyncio.sleep(0)
        return web.Response()

    @property
    def lines(self) -> set[str]:
        return {id_ for _, id_ in self.arrived if id_.startswith("talk:")}

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.lines) < count:
                self.news.clear()
                await self.news.wait()


@pytest.fixture
def content(tmp_path: Path, edition: Edition) -> Path:
    path = tmp_path / "known"
    path.write_bytes(pickle.dumps(edition.known))
    return path


async def test_killed_workers_lose_no_line_and_repeat_only_what_was_on_its_way(
    store: Store, valkey: str, content: Path, edition: Edition
) -> None:
    duty = Duty(store, lambda: edition.known)
    expected = await _written(duty)
    platform = Platform()
    site = web.Application()
    site.router.add_post("/send", platform.handle)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    to = f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    kills = (len(expected) // 4, len(expected) // 2, len(expected))
    try:
        for run, enough in enumerate(kills):
            now = MONDAY + timedelta(minutes=5 * run)  # what a dead sender had in hand comes back by then
            workers = [_worker(valkey, now.isoformat(), to, content) for _ in range(2)]
            try:
                await platform.until(enough)
            finally:
                for worker in workers:
                    worker.kill()
                    worker.wait()
                    worker.stdout.close()
    finally:
        await runner.cleanup()
    assert platform.lines == expected
    lines = [each for each in platform.arrived if each[1].startswith("talk:")]
    assert len(lines) - len(expected) <= len(kills) * 2 * SENDERS
    _in_order(lines)


def _in_order(arrived: list[tuple[str, str]]) -> None:
    """Each talk's lines came first in the order in which they were written."""
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    seen = set()
    for user, id_ in arrived:
        if id_ not in seen:
            seen.add(id_)
            _, ref, number, _ = id_.split(":")
            numbers[user, ref].append(int(number))
    assert all(each == sorted(each) for each in numbers.values())


async def _written(duty: Duty) -> set[str]:
    """Talks with lines of both sides that nobody has relayed yet; the ids under which they are to arrive."""
    officers = [await duty.officer(f"Cán bộ {number}") for number in range(3)]
    expected = set()
    for number in range(TALKS):
        citizen, officer = Address("telegram", "bot", f"dân {number}"), officers[number % 3]
        who, name = duty.handovers.who(citizen), f"{number}"
        until = MONDAY + timedelta(hours=5)
        _, seen = await duty.handovers.open(
            Act(name, MONDAY), who, citizen, STATION, Reason.ASKED, until, "câu hỏi"
        )
        assert seen
        await duty.handovers.take(Act(name, MONDAY), STATION, seen.id, officer.id, duty.post(officer))
        for line in range(LINES):
            at = Act(f"{name}.{line}", MONDAY)
            await duty.handovers.write(at, STATION, seen.id, who, f"dân nói {line}")
            await duty.handovers.say(at, STATION, seen.id, officer.id, f"cán bộ nói {line}")
        told = [(2, "c")]  # that an officer came; the question before was shown to them at once
        told += [(3 + 2 * line, "o") for line in range(LINES)] + [
            (4 + 2 * line, "c") for line in range(LINES)
        ]
        expected |= {f"talk:{seen.ref}:{number:06}:{side}" for number, side in told}
    return expected


def _worker(valkey: str, *given: object) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, valkey, KEY, *map(str, given)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert worker.stdout
    assert worker.stdout.readline() == "ready\n"
    return worker
