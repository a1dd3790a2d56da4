"""What citizens asked and were told, on disk line by line; and whether it was true."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from grid import MINUTES, STATIONS, Grid, seat_of, written
from naive import Naive

from bot.domain.appointment import Status
from bot.domain.ticket import Ticket
from bot.services.booking import Booking
from bot.store.connection import Store


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
            for cell in seat_of(name).cells:
                seat = seat_of(name)
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
            fine = each and each.status is Status.BOOKED and each.seat and written(each.seat) == seat
            missing += not fine
    return missing
