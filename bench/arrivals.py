"""Booking through the door of a whole desk, 200 confirmations a second, the desk killed with -9 in between.

Talks are led to their last press first, as quickly as the desk goes; then all of them press "Đặt lịch" at a
constant rate whatever happens, and the answer's time counts from the moment the press was due. In every third
wave the desk and its store are killed, while talks are led and while they press; those presses count for what
was promised, not for how soon it came. At the end the store says what there is.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from processes import Kept, command, content, embedded_store, environment, free_port, learn, serving
from visitor import NoAnswerError, Visitor

from bot.domain.appointment import Appointment, Rules, Status
from bot.domain.ticket import Ticket, Tickets
from bot.store.bookings import Bookings
from bot.store.connection import open_store
from bot.store.engine import Door
from bot.store.sealing import Seals, kept_keys

RATE = 200  # presses of "Đặt lịch" a second
GOAL_MS = 200.0
SIDE_BY_SIDE = 24  # talks that are led at the same time
KILLS = 2  # in a wave while talks are led; one more while they press
VILLAGE = 20  # talks that come from one address
COPIES = (2, 3)  # of each station: three commune stations have not room for so many


@dataclass
class Tally:
    """What came of all waves."""

    attempts: int = 0
    waited: list[float] = field(default_factory=list)  # ms, of the waves in which nobody was killed
    slow: list[float] = field(default_factory=list)  # ms, of the others
    kills: Counter[str] = field(default_factory=Counter)
    told: dict[str, list[str]] = field(default_factory=dict)  # by code, the seats that were said with it
    gone: int = 0  # answers that never came


def stations(folder: Path) -> tuple[str, ...]:
    """More stations in the content of a folder; their ids."""
    path = folder / "content" / "stations.yaml"
    found = yaml.safe_load(path.read_text("utf-8"))
    for id_, station in list(found.items()):
        for number in COPIES:
            copy = json.loads(json.dumps(station))
            copy.pop("formerly", None)
            found[f"{id_}_{number}"] = copy | {"name": f"{station['name']} {number}"}
    path.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), "utf-8")
    return tuple(found)


class Doors:
    """A desk with its page, and everybody who books there."""

    def __init__(self, folder: Path, seed: int) -> None:
        content(folder)
        self._stations = stations(folder)
        learn(folder)
        self._folder, self._rng, self._port = folder, random.Random(seed), free_port()
        self._desk = Kept(
            "run", command("run"), environment(folder, PORT=self._port, TRUSTED_PROXIES="127.0.0.1"), folder
        )
        self._tally = Tally()

    async def measured(self, attempts: int, waves: int) -> dict[str, Any]:
        """Everything, in so many waves."""
        try:
            await serving(self._port)
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
                for number in range(waves):
                    await self._wave(session, attempts // waves, hunted=number % 3 == 1)
            await serving(self._port)
            there = await self._kept()
        finally:
            await self._desk.end()
            self._kill_store()
        return self._figures(there)

    async def _wave(self, session: aiohttp.ClientSession, many: int, *, hunted: bool) -> None:
        url, first = f"http://127.0.0.1:{self._port}/chat", self._tally.attempts
        people = [
            Visitor(session, url, first + n, _address(first + n), random.Random(self._rng.random()))
            for n in range(1, many + 1)
        ]
        self._tally.attempts += many
        hunt = asyncio.create_task(self._hunt()) if hunted else None
        try:
            room = asyncio.Semaphore(SIDE_BY_SIDE)
            await asyncio.gather(*(self._led(person, room) for person in people))
            await self._pressed([person for person in people if person.ready], hunted=hunted)
        finally:
            if hunt:
                hunt.cancel()
            await asyncio.gather(*(person.leave() for person in people))
        for person in people:
            if person.code:
                self._tally.told.setdefault(person.code, []).append(person.seat)

    async def _led(self, person: Visitor, room: asyncio.Semaphore) -> None:
        async with room:
            try:
                await person.lead()
            except NoAnswerError:
                self._tally.gone += 1

    async def _pressed(self, people: list[Visitor], *, hunted: bool) -> None:
        """All of them, at a constant rate."""
        begin = time.perf_counter() + 0.5
        waited = self._tally.slow if hunted else self._tally.waited

        async def one(person: Visitor, due: float) -> None:
            await asyncio.sleep(due - time.perf_counter())
            try:
                waited.append((await person.confirm() - due) * 1000)
            except NoAnswerError:
                self._tally.gone += 1

        presses = [asyncio.create_task(one(each, begin + n / RATE)) for n, each in enumerate(people)]
        if hunted:
            await asyncio.sleep(0.5 + self._rng.uniform(0.1, 0.8) * len(people) / RATE)
            self._kill("everything")
        await asyncio.gather(*presses)

    async def _hunt(self) -> None:
        """Kill a few times; what was killed starts again."""
        for _ in range(KILLS):
            await asyncio.sleep(self._rng.uniform(2, 6))
            self._kill(self._rng.choice(("desk", "everything")))
            await serving(self._port)

    def _kill(self, what: str) -> None:
        killed = self._desk.kill()
        if what == "everything":
            killed = self._kill_store() or killed
        self._tally.kills[what] += killed

    def _kill_store(self) -> bool:
        pid = embedded_store(self._folder)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    async def _kept(self) -> dict[str, Appointment]:
        """What the store has, by code."""
        data = self._folder / "data"
        store = await open_store(Door(data).url, Seals(kept_keys(data)))
        tickets, now = Tickets(self._stations), datetime.now(UTC)
        bookings = Bookings(store, Rules(), tickets)
        found = {
            Ticket(station, each.number): each
            for station in self._stations
            for each in await bookings.between(station, now - timedelta(days=1), now + timedelta(days=400))
            if each.status is Status.BOOKED
        }
        await store.close()
        told = {}
        for code in self._tally.told:
            # A code may be read as another station's too: its own comes first, or somebody else's is taken.
            named = sorted(tickets.read(code), key=lambda ticket: tickets.code(ticket) != code)
            ticket = next((each for each in named if each in found), None)
            if ticket:
                told[code] = found.pop(ticket)
        return told | {f"told nobody {ticket}": each for ticket, each in found.items()}

    def _figures(self, there: dict[str, Appointment]) -> dict[str, Any]:
        tally = self._tally
        cells = Counter(
            (each.station, each.day, each.seat.desk, cell)
            for each in there.values()
            if each.seat
            for cell in each.seat.cells
        )
        lost = [
            code
            for code, seats in tally.told.items()
            if code not in there or any(not _same(seat, there[code]) for seat in seats)
        ]
        steps = statistics.quantiles(tally.waited, n=100)
        return {
            "attempts": tally.attempts,
            "booked": len(tally.told),
            "double": sum(many > 1 for many in cells.values())
            + sum(len(seats) > 1 for seats in tally.told.values()),
            "lost": len(lost),
            "untold": len(there.keys() - tally.told.keys()),
            "unanswered": tally.gone,
            "kills": dict(tally.kills),
            "a_second": RATE,
            "presses": len(tally.waited),
            "confirm_p50_ms": round(steps[49], 1),
            "confirm_p95_ms": round(steps[94], 1),
            "confirm_p99_ms": round(steps[98], 1),
            "while_killed_most_s": round(max(tally.slow, default=0) / 1000, 1),
        }


def _address(number: int) -> str:
    """Where somebody comes from: limits of a network hold here as in real life."""
    village = number // VILLAGE
    return f"113.160.{village // 200}.{village % 200 + 1}"


def _same(seat: str, each: Appointment) -> bool:
    """Whether an appointment is at the time that was chosen (`day:minute`, of a village with its desk)."""
    day, begins = seat.split(":")[:2]
    return each.seat is not None and (f"{each.day}", f"{each.seat.begins}") == (day, begins)


async def doors(folder: Path, seed: int, *, quick: bool) -> dict[str, Any]:
    """5,000 bookings attempted; with `quick`, 240."""
    figures = await Doors(folder, seed).measured(*((240, 3) if quick else (5_000, 12)))
    print("doors", json.dumps(figures), flush=True)
    return figures
