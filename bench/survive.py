"""Kill -9 of every process and of the store, at random moments, while people talk: is anything lost?

    python bench/survive.py [--quick] [--seed N]

Twice, with real processes and sockets: `trucban web` + two `trucban worker` beside a Valkey server of the
bench's own, then the all-in-one `trucban run` with its embedded store. Talks say messages at a steady rate as
the page does: they come back with token and `after`, and repeat a frame that was not `heard` under the same
id. Whatever dies is started again, as systemd would. At the end everything that was heard must have been
answered (lost = 0), and no more answered twice than can have been in work when something died.
The last line is the figures as JSON; exit 1 when one is missed. The same seed draws the same victims and
pauses; the moments within a turn at which they are hit differ all the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from processes import (
    Kept,
    command,
    content,
    embedded_store,
    environment,
    free_port,
    learn,
    own_store,
    serving,
)
from talkers import Citizen, disordered, quiet

from bot.courier import WORKERS

ROOT = Path(__file__).resolve().parent.parent
TALKS = 40
BURST = 0.15  # seconds after everybody spoke at once within which every second kill comes: work is in hand
SETTLE = 55.0  # seconds in which everything heard must be answered: a lease, a sweep, and some room
FRESH = 8.0  # of them, for talks that have to connect again to get what is already there
PAUSE = (0.8, 4.5)  # seconds between two kills


@dataclass
class Tally:
    """What came of one setting."""

    name: str
    kills: Counter[str] = field(default_factory=Counter)
    figures: dict[str, Any] = field(default_factory=dict)


async def under_fire(
    tally: Tally, url: str, victims: Mapping[str, Callable[[], bool]], rng: random.Random, seconds: float
) -> None:
    """Let people talk while victims are drawn; then wait, bounded, until everything heard is answered."""
    apology = yaml.safe_load((ROOT / "texts.yaml").read_text("utf-8"))["says"]["apology"]
    people = [Citizen(url, f"{tally.name}-{i}", random.Random(rng.random())) for i in range(TALKS)]
    until = time.monotonic() + seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        background = [asyncio.create_task(c.stay(session)) for c in people]
        background += [asyncio.create_task(c.repeat()) for c in people]
        for citizen in people:
            citizen.apology = " ".join(apology.replace("**", "").split())
        talking = [asyncio.create_task(c.talk(until)) for c in people]
        while time.monotonic() < until:
            await asyncio.sleep(rng.uniform(*PAUSE))
            victim, together = rng.choice(sorted(victims)), rng.random() < 0.5
            if together:
                await asyncio.gather(*(citizen.say() for citizen in people))
                await asyncio.sleep(rng.uniform(0, BURST))
            if time.monotonic() < until and victims[victim]():
                tally.kills[victim] += 1
        await asyncio.gather(*talking)
        settling = time.monotonic()
        await quiet(people, settling + SETTLE - FRESH)
        settled = time.monotonic() - settling
        stuck = {id_ for c in people for id_ in c.missing}
        for citizen in people:
            if citizen.missing:
                await citizen.again()
        await quiet(people, time.monotonic() + FRESH)
        lost = {id_ for c in people for id_ in c.missing}
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
    waited = sorted(seconds for c in people for seconds in c.waited.values())
    tally.figures = {
        "said": sum(len(c.said) for c in people),
        "heard": sum(len(c.heard) for c in people),
        "answered": sum(len(c.answered) for c in people),
        "unheard": sum(len(c.unheard) for c in people),
        "lost": len(lost),
        "stuck": len(stuck - lost),
        "twice": sum(len(numbers) > 1 for c in people for numbers in c.answered.values()),
        "disordered": sum(disordered(c) for c in people),
        "apologies": sum(c.sorry for c in people),
        "complaints": sum(c.complaints for c in people),
        "connects": sum(c.connects for c in people),
        "waited_p50_s": round(waited[len(waited) // 2], 3) if waited else None,
        "waited_p99_s": round(waited[int(len(waited) * 0.99)], 1) if waited else None,
        "waited_most_s": round(waited[-1], 1) if waited else None,
        "settled_s": round(settled, 1),
        "kills": sum(tally.kills.values()),
    }
    if lost:
        print("lost:", *sorted(lost)[:20])


async def split(folder: Path, rng: random.Random, seconds: float) -> Tally:
    """Doors and workers as processes of their own beside one store."""
    store, address = own_store(folder)
    port = free_port()
    shared = {"REDIS_URL": address, "SECRET_KEY": secrets.token_urlsafe(48)}
    web = Kept("web", command("web"), environment(folder, PORT=port, **shared), folder)
    workers = [
        Kept(f"worker{i}", command("worker"), environment(folder, PORT=0, **shared), folder) for i in (1, 2)
    ]
    parts = (web, *workers, store)
    victims = {
        "worker": lambda: rng.choice(workers).kill(),
        "web": web.kill,
        "store": store.kill,
        "everything": lambda: any([part.kill() for part in parts]),  # noqa: C419 - each of them
    }
    tally = Tally("split")
    try:
        await serving(port)
        await under_fire(tally, f"http://127.0.0.1:{port}/chat", victims, rng, seconds)
    finally:
        for part in parts:
            await part.end()
    report(tally, parts)
    return tally


async def together(folder: Path, rng: random.Random, seconds: float) -> Tally:
    """Everything in one process, with the embedded store."""
    port = free_port()
    desk = Kept("run", command("run"), environment(folder, PORT=port), folder)

    def kill_store() -> bool:
        pid = embedded_store(folder)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    victims = {
        "run": desk.kill,
        "store": kill_store,
        "everything": lambda: any([kill_store(), desk.kill()]),
    }
    tally = Tally("run")
    try:
        await serving(port)
        await under_fire(tally, f"http://127.0.0.1:{port}/chat", victims, rng, seconds)
    finally:
        await desk.end()
        kill_store()
    report(tally, (desk,))
    return tally


def report(tally: Tally, parts: tuple[Kept, ...]) -> None:
    print(f"{tally.name}: killed {dict(sorted(tally.kills.items()))}")
    print(f"{tally.name}: {json.dumps(tally.figures)}")
    for part in parts:
        text = part.log.read_text("utf-8", "replace")
        cries = Counter(re.findall(r"^Traceback.*\n(?:\s.*\n)*(.*)", text, re.M))  # what each ended with
        heard_of = dict(cries) or "no traceback"
        print(f"{tally.name}: {part.name} started {part.starts} times; {heard_of}", flush=True)


def missed(tally: Tally) -> list[str]:
    figures = tally.figures
    in_work = WORKERS * (2 if tally.name == "split" else 1)
    good = {
        "said something": figures["said"] > 0 and figures["kills"] > 0,
        "unheard": figures["unheard"] == 0,
        "lost": figures["lost"] == 0,
        "stuck": figures["stuck"] == 0,
        "twice": figures["twice"] <= figures["kills"] * in_work,
    }
    return [f"{tally.name} {name}" for name, fine in good.items() if not fine]


async def measured(options: argparse.Namespace, folder: Path) -> int:
    seconds = 42 if options.quick else options.seconds
    rng = random.Random(options.seed)
    tallies = [await split(folder, rng, seconds), await together(folder, rng, seconds)]
    failures = [failure for tally in tallies for failure in missed(tally)]
    if failures:
        print(f"missed: {', '.join(failures)}")
    print(json.dumps({"seed": options.seed, **{tally.name: tally.figures for tally in tallies}}))
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="42 seconds of talk in each setting")
    parser.add_argument("--seconds", type=float, default=240, help="of talk in each setting")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs and stores")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = secrets.randbelow(1_000_000)
    print(f"seed {options.seed}; load before the start {os.getloadavg()[0]:.1f}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="survive-"))
    try:
        content(folder)
        learn(folder)
        return asyncio.run(measured(options, folder))
    finally:
        if options.keep:
            print(f"kept {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
