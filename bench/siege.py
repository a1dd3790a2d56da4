"""Processes and their store, killed with -9 at random and started again while citizens book."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crowd import opened
from ledger import doubles, judged, lost
from processes import ROOT, Kept, own_store

PROCESSES = 4
PAUSE = (0.5, 2.5)  # seconds between two kills


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
    argv = [sys.executable, str(ROOT / "bench" / "booking.py"), "--url", url, "--first", f"{first}"]
    argv += ["--seed", str(options.seed)]
    for name, value in given.items():
        argv += [f"--{name}"] if value is True else [] if value is False else [f"--{name}", str(value)]
    surroundings = dict(os.environ, PYTHONPATH=str(ROOT))
    return [
        Kept(f"p{n}", [*argv, "--number", str(n), "--ledger", str(path)], surroundings, folder)
        for n, path in enumerate(ledgers)
    ]
