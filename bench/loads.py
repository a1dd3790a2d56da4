"""Two loads on a server: an open one at a constant rate, a closed one where a number of talks ask again."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

RATE = 200  # messages a second of the open load
TALKS = 400  # with 40 messages a minute each before the desk asks to slow down
SIDE_BY_SIDE = 32  # talks of the closed load that wait for an answer
PATIENCE = 20.0  # seconds after which an answer counts as missing
WARM_UP = 1.5  # seconds


@dataclass(frozen=True)
class Load:
    """What was measured of one server."""

    p50: float  # ms, open load
    p95: float
    p99: float
    worst: float
    missing: int  # answers that never came
    rate: float  # a second, closed load
    cost: dict[str, float]  # ms of processor time a turn, by process: what noise of the machine spares


class Line(Protocol):
    """A way to ask a server; `done` is told the id of each answered question."""

    async def ask(self, number: int, id_: str, text: str) -> None: ...


class Waiting:
    """Who waits for which answer."""

    def __init__(self) -> None:
        self._open: dict[str, asyncio.Future[float]] = {}

    def expect(self, id_: str) -> asyncio.Future[float]:
        self._open[id_] = asyncio.get_running_loop().create_future()
        return self._open[id_]

    def done(self, id_: str) -> None:
        found = self._open.pop(id_, None)
        if found and not found.done():
            found.set_result(time.perf_counter())


async def open_load(line: Line, waiting: Waiting, texts: Sequence[str], seconds: float) -> list[float | None]:
    """Ask at a constant rate whatever happens; ms from when each was due, None where no answer came."""
    begin = time.perf_counter() + 0.2
    due, answers = [], []
    for i in range(int(seconds * RATE)):
        due.append(begin + i / RATE)
        await asyncio.sleep(max(0.0, due[-1] - time.perf_counter()))
        id_ = f"o{i}"
        answers.append(waiting.expect(id_))
        await line.ask(i % TALKS, id_, texts[i % len(texts)])
    await asyncio.wait(answers, timeout=PATIENCE)
    return [
        (answer.result() - at) * 1000 if answer.done() else None
        for at, answer in zip(due, answers, strict=True)
    ]


async def closed_load(
    line: Line, waiting: Waiting, texts: Sequence[str], seconds: float
) -> tuple[float, int]:
    """(answers a second, answers missing) with a fixed number of talks waiting at any time."""
    mark = random.randbytes(4).hex()  # an id that was heard before is not answered again
    numbers = itertools.count()
    until = time.perf_counter() + seconds
    answered = missing = 0

    async def asker() -> None:
        nonlocal answered, missing
        while time.perf_counter() < until:
            i = next(numbers)
            answer = waiting.expect(f"{mark}{i}")
            await line.ask(i % TALKS, f"{mark}{i}", texts[i % len(texts)])
            try:
                await asyncio.wait_for(answer, PATIENCE)
                answered += 1
            except TimeoutError:
                missing += 1

    begin = time.perf_counter()
    await asyncio.gather(*(asker() for _ in range(SIDE_BY_SIDE)))
    return answered / (time.perf_counter() - begin), missing


async def loaded(
    line: Line, waiting: Waiting, texts: Sequence[str], seconds: tuple[float, float], pids: Mapping[str, int]
) -> Load:
    await closed_load(line, waiting, texts, WARM_UP)
    times = await open_load(line, waiting, texts, seconds[0])
    before = {name: processor_ms(pid) for name, pid in pids.items()}
    rate, missing = await closed_load(line, waiting, texts, seconds[1])
    turns = max(1.0, rate * seconds[1])
    cost = {name: (processor_ms(pid) - before[name]) / turns for name, pid in pids.items()}
    came = [at for at in times if at is not None]
    p50, p95, p99, worst = np.percentile(came, [50, 95, 99, 100])
    return Load(p50, p95, p99, worst, len(times) - len(came) + missing, rate, cost)


def processor_ms(pid: int) -> float:
    """Processor time of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def stolen() -> tuple[int, int]:
    """(ticks the host took from this machine, all ticks) until now."""
    fields = [int(field) for field in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return fields[7], sum(fields)
