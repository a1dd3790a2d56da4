"""500 holds and 500 confirmations in the same moment, from four processes: how long each waits."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from crowd import ended, opened
from grid import AT_ONCE, MINUTES, OPENS, STATIONS, Many
from processes import own_store
from siege import PROCESSES, children

from bot.domain.appointment import Personal, Result
from bot.domain.message import Address
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Wish
from bot.services.booking import Booking
from bot.store.connection import Store
from bot.store.naming import person


async def burst(options: argparse.Namespace) -> None:
    """Our share of the citizens, in several rounds: all hold at one stroke, then all confirm at another."""
    store = await opened(options.url)
    waited: dict[str, list[float]] = {"hold": [], "confirm": []}
    for number in range(options.rounds + 1):
        await stroke_by_stroke(options, store, number, waited)
        if number == 0:  # a desk that just opened: scripts unknown to the store, code not met yet
            waited = {"hold": [], "confirm": []}
    await ended(options.ledger, json.dumps(waited))


async def stroke_by_stroke(
    options: argparse.Namespace, store: Store, round_: int, waited: dict[str, list[float]]
) -> None:
    """One round."""
    station, day = STATIONS[options.number], date.fromisoformat(options.first) + timedelta(days=100 + round_)
    seats = [Seat(station, day, f"quay_{n}", OPENS, MINUTES) for n in range(options.each)]
    booking = Booking(store, Many(), STATIONS)
    names = [f"{options.number}.{round_}.{n}" for n in range(options.each)]
    people = [person(Address("telegram", "bot", name), store.names) for name in names]
    phones = [f"+849{options.number}{round_:02}{n:05}" for n in range(options.each)]

    async def hold(n: int) -> Result:
        wish = Wish(station, "can_cuoc", (seats[n],))
        return await booking.hold(people[n], Act(names[n], datetime.now(UTC)), wish)

    await stroke(options, round_ * 2)
    held = await timed(waited["hold"], hold, options.each)
    tickets = [Ticket(station, result.appointment.number) for result in held if result.appointment]

    async def confirm(n: int) -> Result:
        act = Act(names[n], datetime.now(UTC))
        return await booking.confirm(people[n], act, tickets[n], Personal("Nguyễn Thị Lan", phones[n]))

    await stroke(options, round_ * 2 + 1)
    booked = await timed(waited["confirm"], confirm, options.each)
    if not all(result.done for result in booked):
        raise SystemExit(f"not booked: {Counter(result.outcome for result in booked)}")


async def stroke(options: argparse.Namespace, number: int) -> None:
    """All processes go on together, half a second after the last of them came here."""
    here = options.ledger.parent
    (here / f"at-{number}-{options.number}").touch()
    while len(list(here.glob(f"at-{number}-*"))) < PROCESSES:  # noqa: ASYNC110 - they are other processes
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)


async def timed(waited: list[float], doing: Callable[[int], Awaitable[Result]], many: int) -> list[Result]:
    """Do all at once; how long each waited, in ms, from the moment all of them began."""
    begin = time.perf_counter()

    async def one(n: int) -> Result:
        result = await doing(n)
        waited.append((time.perf_counter() - begin) * 1000)
        return result

    return list(await asyncio.gather(*(one(n) for n in range(many))))


async def latencies(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """500 at once, nobody killed."""
    server, url = own_store(folder)
    rounds = 5 if options.quick else 20
    paths = [folder / f"waited{number}" for number in range(PROCESSES)]
    kept = children(options, folder, url, paths, each=AT_ONCE // PROCESSES, rounds=rounds)
    try:
        async with asyncio.timeout(120):
            while not all(path.with_suffix(".done").exists() for path in paths):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    finally:
        for part in (*kept, server):
            await part.end()
    waited: dict[str, list[float]] = defaultdict(list)
    for path in paths:
        for act, each in json.loads(path.read_text()).items():
            waited[act] += each
    figures: dict[str, Any] = {"at_once": AT_ONCE, "rounds": rounds, "load": round(os.getloadavg()[0], 1)}
    for act, each in waited.items():
        steps = statistics.quantiles(each, n=100)
        figures |= {f"{act}_p50_ms": round(steps[49], 1), f"{act}_p95_ms": round(steps[94], 1)}
    print("latency", json.dumps(figures))
    return figures
