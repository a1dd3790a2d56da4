"""Is a seat ever given twice, or a confirmed visit lost, while processes and the store are killed?

    python bench/booking.py [--quick] [--seed N]

Four processes book at the service (`bot.services.booking`) on one durable store: citizens hold a wanted seat,
confirm, let it lapse, move, cancel; 100,000 of them (with --quick as many as come within 70 s, 20,000 at
most). Meanwhile a process, the store, or everything is killed with -9 at random and started again; a process
that comes back asks again, under the same request id, for what it does not know the end of, as a worker does
that finds a message unanswered. What counts is what the citizens were told, written down by each process as
it was told:

* double: two citizens were both told that a cell of a desk is theirs, at the same moment
* lost: told "confirmed" (or "moved"), not given back, and afterwards not there

Beside it the same citizens and kills on a naive store (look whether the seat is free, then write it), which
must be caught. Then the latency of 500 confirmations at once, from the four processes, with nobody killed;
it is only worth something when the machine has nothing else to do (`load` says).
The doors at 200 arrivals a second are measured here too once citizens can book through them.
The last line is the figures as JSON; exit 1 when one is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError
from survive import ROOT, Kept, own_store

from bot.domain.appointment import Appointment, Outcome, Personal, Result, Rules, Source, Status
from bot.domain.message import Address
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Wish
from bot.errors import StoreError
from bot.services.booking import Booking
from bot.services.reception import Reception
from bot.store.connection import Store, open_store
from bot.store.naming import Person, person
from bot.store.sealing import Seals

PROCESSES, CITIZENS = 4, 40  # and how many at once in each
STATIONS = ("mai_phu", "thanh_sen", "vung_ang", "thach_ha")
DESKS = ("quay_1", "quay_2", "quay_3")
DAYS = 6
OPENS, CLOSES, MINUTES = 8 * 60, 11 * 60, 15
RULES = Rules(hold=timedelta(seconds=2))  # short, so that holds end by the clock while we look
KEY = "b" * 40
AT_ONCE, GOAL_MS = 500, 50.0
PAUSE = (0.5, 2.5)  # seconds between two kills


@dataclass(frozen=True, slots=True)
class Grid:
    """A calendar without holidays: every quarter of an hour of a morning."""

    first: date

    def seats(self, station: str, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:  # noqa: ARG002
        return tuple(
            Seat(station, day, desk, begins, MINUTES)
            for begins in range(OPENS, CLOSES, MINUTES)
            for desk in DESKS
        )

    def share(self, station: str, service: str, day: date) -> int | None:  # noqa: ARG002
        return None

    def some(self, rng: random.Random) -> tuple[Seat, ...]:
        """One to three seats that a citizen would like; the early ones of the first days are popular."""
        day = self.first + timedelta(days=min(int(rng.expovariate(0.6)), DAYS - 1))
        every = self.seats(rng.choice(STATIONS), "can_cuoc", day)
        return tuple(rng.choices(every, weights=range(len(every), 0, -1), k=rng.randint(1, 3)))


class Naive:
    """Check, then insert: what most booking pages do. Has what the citizens use of `Booking`."""

    def __init__(self, store: Store) -> None:
        self._redis: Any = store.redis

    async def hold(self, who: Person, act: Act, wish: Wish) -> Result:  # noqa: ARG002
        for seat in wish.seats:
            if await self._free(seat):
                number = await self._redis.incr("naive:number")
                return await self._written(seat, number, Status.HELD)
        return Result(Outcome.GONE)

    async def confirm(self, who: Person, act: Act, held: Ticket, personal: Personal) -> Result:  # noqa: ARG002
        seat = _seat((await self._redis.get(f"naive:{held.number}")).decode().split(" ")[1])
        return await self._written(seat, held.number, Status.BOOKED)

    async def move(self, who: Person, act: Act, change: Change) -> Result:  # noqa: ARG002
        for seat in change.seats:
            if await self._free(seat):
                await self._give_back(change.ticket.number)
                return await self._written(seat, change.ticket.number, Status.BOOKED)
        return Result(Outcome.GONE)

    async def cancel(self, who: Person, act: Act, ticket: Ticket) -> Result:  # noqa: ARG002
        await self._give_back(ticket.number)
        await self._redis.delete(f"naive:{ticket.number}")
        return Result(Outcome.DONE)

    async def read(self, station: str, numbers: Iterable[int]) -> list[Appointment]:  # noqa: ARG002
        kept = [(number, await self._redis.get(f"naive:{number}")) for number in numbers]
        return [_made(number, _seat(text.decode().split(" ")[1])) for number, text in kept if text]

    async def _free(self, seat: Seat) -> bool:
        return not any(await self._redis.hmget(f"naive:{seat.day}", _cells(seat)))

    async def _written(self, seat: Seat, number: int, status: Status) -> Result:
        await self._redis.hset(f"naive:{seat.day}", mapping=dict.fromkeys(_cells(seat), number))
        await self._redis.set(f"naive:{number}", f"{status} {_name(seat)}")
        return Result(Outcome.DONE, _made(number, seat))

    async def _give_back(self, number: int) -> None:
        text = await self._redis.get(f"naive:{number}")
        if text:
            seat = _seat(text.decode().split(" ")[1])
            await self._redis.hdel(f"naive:{seat.day}", *_cells(seat))


def _made(number: int, seat: Seat) -> Appointment:
    return Appointment(
        seat.station, number, Status.BOOKED, 1, "can_cuoc", 1, seat.day, seat.at, seat, Source.CHAT,
        priority=False, made=seat.at,
    )  # fmt: skip


def _cells(seat: Seat) -> list[str]:
    return [f"{seat.station}:{seat.desk}:{cell}" for cell in seat.cells]


def _name(seat: Seat) -> str:
    return f"{seat.station}|{seat.day}|{seat.desk}|{seat.begins}"


def _seat(name: str) -> Seat:
    station, day, desk, begins = name.split("|")
    return Seat(station, date.fromisoformat(day), desk, int(begins), MINUTES)


# -- one process


class Ledger:
    """What a process asked and was told, on disk line by line; so that a kill forgets nothing."""

    def __init__(self, path: Path) -> None:
        self.begun = 0
        self.open: dict[str, list[Any]] = {}
        for line in lines(path):
            self.begun += line[0] == "ask" and line[3] == "hold"
            if line[0] == "ask":
                self.open[line[2]] = line
            else:
                self.open.pop(line[2], None)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            os.write(self._file, b"\n")  # half a line of somebody who was killed

    def write(self, kind: str, request: str, *what: object) -> None:
        os.write(self._file, json.dumps([kind, time.monotonic(), request, *what]).encode() + b"\n")


def lines(path: Path) -> Iterator[list[Any]]:
    """The whole lines of a ledger."""
    if path.exists():
        for text in path.read_text("ascii").splitlines():
            with suppress(ValueError):
                yield json.loads(text)


class Crowd:
    """The citizens of one process."""

    def __init__(self, store: Store, service: Any, grid: Grid, ledger: Ledger, rng: random.Random) -> None:
        self._store, self._service, self._grid, self._rng = store, service, grid, rng
        self._ledger = ledger

    async def again(self) -> None:
        """Ask again for whatever we do not know the end of."""
        for _, _, request, do, number, seats in list(self._ledger.open.values()):
            await self._told(request, do, number, tuple(map(_seat, seats)))

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
        self._ledger.write("ask", request, do, number, [_name(seat) for seat in seats])
        return await self._told(request, do, number, seats)

    async def _told(self, request: str, do: str, number: int, seats: tuple[Seat, ...]) -> Appointment | None:
        while True:
            try:
                result = await self._done(request, do, number, seats)
                break
            except (RedisError, OSError):
                await asyncio.sleep(0.05)  # nobody knows whether it was done: ask again under the same id
        found = result.appointment
        seat = _name(found.seat) if found and found.seat else None
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


# -- 500 at once


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


async def ended(ledger: Path, text: str | None = None) -> None:
    """Say that this process is done, and rest: whoever keeps it alive ends it."""
    if text is not None:
        ledger.write_text(text)  # noqa: ASYNC240 - a small file at the end
    ledger.with_suffix(".done").touch()
    await asyncio.sleep(3600)


@dataclass(frozen=True, slots=True)
class Many:
    """A calendar with as many desks as anybody asks for."""

    def seats(self, station: str, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:  # noqa: ARG002
        return _every(station, day)

    def share(self, station: str, service: str, day: date) -> int | None:  # noqa: ARG002
        return None


@cache
def _every(station: str, day: date) -> tuple[Seat, ...]:
    return tuple(Seat(station, day, f"quay_{n}", OPENS, MINUTES) for n in range(AT_ONCE))


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


# -- all of them


@dataclass
class Told:
    """What citizens were told about one appointment: from when to when a seat was surely theirs."""

    spans: list[tuple[str, float, float]] = field(default_factory=list)  # seat, told at, given up at
    last: str | None = None  # the seat it must have now

    def given_up(self, at: float) -> None:
        if self.spans and self.spans[-1][2] == float("inf"):
            seat, since, _ = self.spans[-1]
            self.spans[-1] = (seat, since, at)


def judged(ledgers: list[Path]) -> tuple[dict[Ticket, Told], Counter[str]]:
    """Every appointment as citizens know it."""
    found: dict[Ticket, Told] = defaultdict(Told)
    outcomes: Counter[str] = Counter()
    events = sorted((line for path in ledgers for line in lines(path)), key=lambda line: line[1])
    for line in events:
        if line[0] == "ask":
            _, at, _, do, number, seats = line
            if do in {"cancel", "move"}:  # from here on it is uncertain
                told = found[Ticket(seats[0].split("|")[0], number)]
                told.given_up(at)
                if do == "cancel":
                    told.last = None
            continue
        _, at, _, do, outcome, station, number, seat = line
        outcomes[f"{do} {outcome}"] += 1
        told = found[Ticket(station, number)]
        if do == "move" and outcome != "done" and told.last:
            seat = told.last  # all stays
        if seat and (do in {"confirm", "move"}) and (outcome == "done" or told.last):
            told.spans.append((seat, at, float("inf")))
            told.last = seat
    return found, outcomes


def doubles(found: dict[Ticket, Told]) -> int:
    """How many times two citizens surely had one cell at the same moment."""
    by_cell: dict[str, list[tuple[float, float, Ticket]]] = defaultdict(list)
    for ticket, told in found.items():
        for name, since, until in told.spans:
            for cell in _seat(name).cells:
                seat = _seat(name)
                by_cell[f"{seat.station}{seat.day}{seat.desk}{cell}"].append((since, until, ticket))
    count = 0
    for spans in by_cell.values():
        spans.sort(key=lambda span: span[:2])
        for (_, until, one), (since, _, other) in itertools.pairwise(spans):
            count += since < until and one != other
    return count // (MINUTES // 5)  # a seat has as many cells


async def lost(store: Store, found: dict[Ticket, Told], *, naive: bool) -> int:
    """How many surely have an appointment and are not in the store with it."""
    have = {ticket: told.last for ticket, told in found.items() if told.last}
    reader = Naive(store) if naive else Booking(store, Grid(date.min), STATIONS).bookings
    missing = 0
    for station in STATIONS:
        wanted = {ticket.number: seat for ticket, seat in have.items() if ticket.station == station}
        kept = {each.number: each for each in await reader.read(station, list(wanted))}
        for number, seat in wanted.items():
            each = kept.get(number)
            fine = each and each.status is Status.BOOKED and each.seat and _name(each.seat) == seat
            missing += not fine
    return missing


async def run(
    options: argparse.Namespace, folder: Path, attempts: int, seconds: float, *, naive: bool
) -> dict[str, Any]:
    """One setting from the first citizen to the last, under fire."""
    server, url = own_store(folder)
    ledgers = [folder / f"ledger{number}" for number in range(PROCESSES)]
    began = time.monotonic()
    kept = children(
        options, folder, url, ledgers, each=attempts // PROCESSES, naive=naive, until=began + seconds
    )
    try:
        kills = await under_fire(options, kept, server, ledgers)
        took = time.monotonic() - began
        for part in kept:
            await part.end()
        found, outcomes = judged(ledgers)
        store = await opened(url)
        missing = await lost(store, found, naive=naive)
        await store.close()
    finally:
        for part in (*kept, server):
            await part.end()
    figures = {
        "attempts": sum(times for name, times in outcomes.items() if name.startswith("hold")),
        "acts": sum(outcomes.values()),
        "confirmed": outcomes["confirm done"],
        "standing": sum(told.last is not None for told in found.values()),
        "double": doubles(found),
        "lost": missing,
        "kills": dict(kills),
        "seconds": round(took),
    }
    print("naive" if naive else "service", json.dumps(figures), json.dumps(dict(sorted(outcomes.items()))))
    return figures


async def under_fire(
    options: argparse.Namespace, kept: list[Kept], server: Kept, ledgers: list[Path]
) -> Counter[str]:
    """Kill until everybody is done; what was killed how often."""
    rng = random.Random(options.seed)
    victims: dict[str, Callable[[], bool]] = {
        "process": lambda: rng.choice(kept).kill(),
        "store": server.kill,
        "everything": lambda: any([part.kill() for part in (*kept, server)]),  # noqa: C419 - each of them
    }
    kills: Counter[str] = Counter()
    while True:
        await progress(ledgers)
        await asyncio.sleep(rng.uniform(*PAUSE))
        if all(path.with_suffix(".done").exists() for path in ledgers):
            return kills
        victim = rng.choices(sorted(victims), weights=(1, 4, 3))[0]
        kills[victim] += victims[victim]()


async def progress(ledgers: list[Path]) -> None:
    """Returns when every process has written something, or is done: killed sooner, none would ever work."""
    before = [size(path) for path in ledgers]
    for _ in range(150):
        if all(
            size(path) > old or path.with_suffix(".done").exists()
            for path, old in zip(ledgers, before, strict=True)
        ):
            return
        await asyncio.sleep(0.1)


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def children(
    options: argparse.Namespace, folder: Path, url: str, ledgers: list[Path], **given: object
) -> list[Kept]:
    """The four processes, with what they are given."""
    first = datetime.now(UTC).date() + timedelta(days=2)
    argv = [sys.executable, str(Path(__file__).resolve()), "--url", url, "--first", f"{first}"]
    argv += ["--seed", str(options.seed)]
    for name, value in given.items():
        argv += [f"--{name}"] if value is True else [] if value is False else [f"--{name}", str(value)]
    surroundings = dict(os.environ, PYTHONPATH=str(ROOT))
    return [
        Kept(f"p{n}", [*argv, "--number", str(n), "--ledger", str(path)], surroundings, folder)
        for n, path in enumerate(ledgers)
    ]


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


async def measured(options: argparse.Namespace, folder: Path) -> int:
    attempts = options.attempts or (20_000 if options.quick else 100_000)
    for name in ("latency", "service", "naive"):
        (folder / name).mkdir()
    waited = await latencies(options, folder / "latency")
    ours = await run(options, folder / "service", attempts, 70 if options.quick else 3600, naive=False)
    naive = await run(options, folder / "naive", min(attempts, 8_000), 30, naive=True)
    good = {
        "no double bookings": ours["double"] == 0,
        "nothing lost": ours["lost"] == 0,
        "somebody was booked, something killed": ours["confirmed"] > 0 and sum(ours["kills"].values()) > 0,
        "as many attempts as there should be": options.quick or ours["attempts"] >= attempts * 0.99,
        "the naive store is caught": naive["double"] > 0,
        f"confirm p95 <= {GOAL_MS:.0f} ms": waited["confirm_p95_ms"] <= GOAL_MS,
    }
    failures = [name for name, fine in good.items() if not fine]
    if failures:
        print(f"missed: {', '.join(failures)}")
    figures = {"service": ours, "naive": naive, "latency": waited, "doors": None}
    print(json.dumps({"seed": options.seed, "quick": options.quick, **figures}))
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="for 70 s, 20,000 citizens at most")
    parser.add_argument("--attempts", type=int, help="that many citizens")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the folder with ledgers and stores")
    for name in ("--url", "--first"):
        parser.add_argument(name, help=argparse.SUPPRESS)  # for the processes this one starts
    for name in ("--number", "--each", "--rounds"):
        parser.add_argument(name, type=int, help=argparse.SUPPRESS)
    parser.add_argument("--until", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--ledger", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--naive", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.url:
        asyncio.run(burst(options) if options.rounds else process(options))
        return 0
    if options.seed is None:
        options.seed = secrets.randbelow(1_000_000)
    print(f"seed {options.seed}; load before the start {os.getloadavg()[0]:.1f}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="booking-"))
    try:
        return asyncio.run(measured(options, folder))
    finally:
        if options.keep:
            print(f"kept {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
