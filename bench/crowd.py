"""The citizens of one process of `bench/booking.py`, from a wish to a visit or to something else."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from grid import STATIONS, Grid, seat_of, written
from ledger import Ledger
from naive import Naive
from redis.exceptions import RedisError

from bot.domain.appointment import Appointment, Personal, Result, Rules
from bot.domain.message import Address
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Wish
from bot.errors import StoreError
from bot.services.booking import Booking
from bot.services.reception import Reception
from bot.store.connection import Store, open_store
from bot.store.naming import person
from bot.store.sealing import Seals

CITIZENS = 40  # at once in each process
RULES = Rules(hold=timedelta(seconds=2))  # short, so that holds end by the clock while we look
KEY = "b" * 40


class Crowd:
    """The citizens of one process."""

    def __init__(self, store: Store, service: Any, grid: Grid, ledger: Ledger, rng: random.Random) -> None:
        self._store, self._service, self._grid, self._rng = store, service, grid, rng
        self._ledger = ledger

    async def again(self) -> None:
        """Ask again for whatever we do not know the end of."""
        for _, _, request, do, number, seats in list(self._ledger.open.values()):
            await self._told(request, do, number, tuple(map(seat_of, seats)))

    async def citizen(self, name: str) -> None:
        """One attempt, from the wish to the visit or to something else."""
        rng = self._rng
        held = await self._ask(name, "hold", 0, self._grid.some(rng))
        if not held or rng.random() < 0.1:  # walked away with the seat in hand
            return
        if rng.random() < 0.08:
            await self._ask(name, "cancel", held.number, (held.seat,))
            return
        await asyncio.sleep(rng.uniform(0, 0.05))
        booked = await self._ask(name, "confirm", held.number, (held.seat,))
        if not booked:
            return
        if rng.random() < 0.25:
            await asyncio.sleep(rng.uniform(0, 0.1))
            here = tuple(seat for seat in self._grid.some(rng) if seat.station == booked.station)
            await self._ask(name, "move", booked.number, (booked.seat, *here))
        if rng.random() < 0.97:
            await asyncio.sleep(rng.expovariate(4))
            await self._ask(name, "cancel", booked.number, (booked.seat,))

    async def _ask(self, name: str, do: str, number: int, seats: tuple[Seat, ...]) -> Appointment | None:
        request = f"{name}:{do}"
        self._ledger.write("ask", request, do, number, [written(seat) for seat in seats])
        return await self._told(request, do, number, seats)

    async def _told(self, request: str, do: str, number: int, seats: tuple[Seat, ...]) -> Appointment | None:
        while True:
            try:
                result = await self._done(request, do, number, seats)
                break
            except (RedisError, OSError):
                await asyncio.sleep(0.05)  # nobody knows whether it was done: ask again under the same id
        found = result.appointment
        seat = written(found.seat) if found and found.seat else None
        station = seats[0].station if seats else ""
        self._ledger.write(
            "told", request, do, result.outcome, station, found.number if found else number, seat
        )
        return found if result.done else None

    async def _done(self, request: str, do: str, number: int, seats: tuple[Seat, ...]) -> Result:
        name = request.partition(":")[0]
        who = person(Address("telegram", "bot", name), self._store.names)
        act = Act(request, datetime.now(UTC))
        service, station = self._service, seats[0].station
        ticket = Ticket(station, number)
        match do:
            case "hold":
                here = tuple(seat for seat in seats if seat.station == station)
                return await service.hold(who, act, Wish(station, "can_cuoc", here))
            case "confirm":
                phone = f"+849{int(name.replace('.', '')) % 100_000_000:08}"
                return await service.confirm(who, act, ticket, Personal("Nguyễn Thị Lan", phone))
            case "move":
                return await service.move(who, act, Change(ticket, seats[1:]))
            case _:
                return await service.cancel(who, act, ticket)


async def opened(url: str) -> Store:
    """The store, as soon as it answers."""
    while True:
        try:
            return await open_store(url, Seals([KEY]))
        except (StoreError, RedisError, OSError):
            await asyncio.sleep(0.05)


async def process(options: argparse.Namespace) -> None:
    """A process of its own: its share of the citizens, then rest until it is ended."""
    store = await opened(options.url)
    grid = Grid(date.fromisoformat(options.first))
    ledger = Ledger(options.ledger)
    booking = Booking(store, grid, STATIONS, RULES)
    service = Naive(store) if options.naive else booking
    rng = random.Random(options.seed * 100 + options.number + ledger.begun)
    crowd = Crowd(store, service, grid, ledger, rng)
    tending = asyncio.create_task(tend(Reception(store, booking)))
    await crowd.again()
    names = itertools.count(ledger.begun)

    async def one_after_the_other() -> None:
        while time.monotonic() < options.until and (name := next(names)) < options.each:
            await crowd.citizen(f"{options.number}.{name}")

    await asyncio.gather(*(one_after_the_other() for _ in range(CITIZENS)))
    tending.cancel()
    await ended(options.ledger)


async def tend(reception: Reception) -> None:
    """As the desk's own processes do, all of them."""
    while True:
        for station in STATIONS:
            with suppress(RedisError, OSError):
                await reception.tend(station, datetime.now(UTC))
        await asyncio.sleep(0.5)


async def ended(ledger: Path, text: str | None = None) -> None:
    """Say that this process is done, and rest: whoever keeps it alive ends it."""
    if text is not None:
        ledger.write_text(text)  # noqa: ASYNC240 - a small file at the end
    ledger.with_suffix(".done").touch()
    await asyncio.sleep(3600)
