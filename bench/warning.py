"""Does a warning reach everybody once, while everything fails that can?

    python bench/warning.py [--quick] [--seed N] [--rate 25] [--people 10000] [--seeds 5]

10,000 subscribers (Telegram, Zalo within and without its window, the page) get one warning from three
workers and one store. The platforms are played by a server of its own (`storm`) that answers 429 to one chat
or to everybody, 403, 400, 500, a gateway's page; that hangs up before or after a message has arrived, or says
nothing at all; and that writes down what arrived before it answers. After a third of the people, workers, the
store or everything are killed with -9 at random. Meanwhile citizens ask questions through the webhook, some
people unsubscribe, and at the end all calls are refused for a while. With --quick fewer people and one seed.

Told of each run, by the server's truth against the report of the desk:

* twice: got it more than once; for each kill no more than can have been in flight (30), without a kill none
* missed: subscribed, could be reached, never got it, and is not said to be refused, unsure or expired
* unsure: how many of them did get it; lost_429: refused as too fast, and never sent again
* rate: calls a second before the first kill, against the configured rate; `rate_between` the same between
  kills, after a little peace (what a dead worker had in hand is lent again only after 40 s); `busiest` the
  most in one second; the server itself refuses more than 1.2 times the rate over 3 s (`too_fast`)
* question: the longest wait of a citizen for an answer, before the first kill and in all
* zalo_refused: what Zalo refused of what our ledger had called allowed; preview_off: share of all people for
  whom the preview was wrong, by door

Beside it two naive senders under the same ills, which must be caught (`gale`).
The last line is the figures as JSON; exit 1 when one is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audience import Someone, audience
from gale import ACCOUNT, TOKEN, appears, child, naive
from mailing import MARK, Bench, run_desk, surroundings
from processes import Kept, content, environment, free_port, learn, own_store, serving
from redis.exceptions import RedisError
from storm import Plan
from truth import Seen, quiet, told

from bot import config
from bot.domain.mailing import Audience, Fate, Progress
from bot.errors import StoreError
from bot.store.connection import Store, open_store
from bot.store.sealing import Seals

KEY = "w" * 40
WORKERS = 3
CALM, UNTIL, FLOOD = 0.35, 0.8, 0.92  # shares of the calls: before the first kill, the last one, the flood
IN_FLIGHT = 30  # of all workers together, by DESIGN §7
PAUSE = {True: (2.0, 7.0), False: (5.0, 15.0)}  # seconds from new progress to a kill; quick or not
CEILING = 1.2  # times the rate, and the server refuses all
TALK_EVERY = 1.5  # seconds between two questions of citizens
VICTIMS = {"worker": 6, "store": 3, "everything": 1}  # and how often each is drawn
ANSWERED = 2.0  # seconds a citizen waits at most while nothing is killed


@dataclass
class Run:
    """One seed, from its people to its figures."""

    options: argparse.Namespace
    folder: Path
    rng: random.Random
    seen: Seen = field(default_factory=Seen)
    kills: list[tuple[float, str]] = field(default_factory=list)
    stopped: dict[tuple[str, str], float] = field(default_factory=dict)

    async def measured(self) -> dict[str, Any]:
        """Everything; all processes are ended."""
        options, folder = self.options, self.folder
        store_part, url = own_store(folder)
        parts = [store_part]
        try:
            store = await opened(url)
            web = [store.names.token() for _ in range(options.people // 50)]
            self.people = audience(self.rng, options.people, web, options.rate)
            on_telegram = [each for each in self.people if each.address.channel == "telegram"]
            meant = [each for each in on_telegram if not each.outside and not each.gone]
            port = free_port()
            self._plan(meant, port).write(folder)
            parts.append(child("storm.py", folder, folder=folder, name="storm"))
            ready = await appears(folder / "ready.json")
            given = surroundings(url, KEY, {**ACCOUNT, **ready, "token": TOKEN}, options.rate)
            ports = [port, *(free_port() for _ in range(WORKERS))]
            desks = [
                Kept(
                    f"desk{n}",
                    [sys.executable, __file__, "--desk", "worker" if n else "web"],
                    environment(folder, PORT=each, **given),
                    folder,
                )
                for n, each in enumerate(ports)
            ]
            parts += desks
            bench = Bench(config.settings(environment(folder, PORT=0, **given), folder), store)
            await bench.people(self.people)
            await asyncio.gather(*(serving(each) for each in ports))
            preview = await bench.approved()
            begun = time.time()
            (folder / "begun").touch()
            await bench.send()
            await self._under_fire(bench, desks[1:], store_part, len(meant))
            report = await insisted(bench.progress)
            await self._answered()
            figures = await self._figures(bench, begun, preview, report)
            await bench.close()
            return figures
        finally:
            for part in reversed(parts):
                await part.end()

    def _plan(self, meant: list[Someone], port: int) -> Plan:
        return Plan(
            MARK, TOKEN, ACCOUNT,
            ills={each.address.user: (each.ill, each.argument) for each in meant if each.ill},
            zalo_ills={
                each.address.user: each.ill
                for each in self.people
                if each.ill and each.address.channel == "zalo_oa"
            },
            windows={e.address.user: e.hours for e in self.people if e.address.channel == "zalo_oa"},
            flood_after=int(len(meant) * FLOOD), ceiling=self.options.rate * CEILING,
            gateway=f"http://127.0.0.1:{port}", talk_every=TALK_EVERY,
        )  # fmt: skip

    # -- while it is sent

    async def _under_fire(self, bench: Bench, workers: list[Kept], store: Kept, calls: int) -> None:
        """Look on, and kill, until the report says that everybody is settled."""
        limit = time.time() + 120 + 3 * self.options.people / self.options.rate
        killing = asyncio.create_task(self._kill(workers, store, calls))
        stopping = asyncio.create_task(self._stop(bench, calls))
        while time.time() < limit:
            await asyncio.sleep(0.5)
            progress = await insisted(bench.progress)
            if progress and progress.ended:
                break
        for task in (killing, stopping):
            if task.done():
                task.result()
            task.cancel()
        await asyncio.wait([killing, stopping])

    async def _kill(self, workers: list[Kept], store: Kept, calls: int) -> None:
        await until(lambda: len(self._look().calls) >= calls * CALM)
        while len(self.seen.calls) < calls * UNTIL:
            await asyncio.sleep(self.rng.uniform(*PAUSE[self.options.quick]))
            victim = self.rng.choices(list(VICTIMS), weights=list(VICTIMS.values()))[0]
            if self.options.quick and victim in {each for _, each in self.kills} & {"everything"}:
                continue
            struck = {"worker": [self.rng.choice(workers)], "store": [store], "everything": [*workers, store]}
            self.kills.append((time.time(), victim))
            for each in struck[victim]:
                each.kill()
            there = len(self.seen.calls)
            await until(lambda there=there: len(self._look().calls) > there)  # or none would ever work

    async def _stop(self, bench: Bench, calls: int) -> None:
        """Some want no more of it, in the middle."""
        await until(lambda: len(self._look().calls) >= calls / 2)
        for each in self.people:
            if each.stops:
                await insisted(lambda each=each: bench.stop(each.address))
                self.stopped[each.name] = time.time()

    def _look(self) -> Seen:
        return self.seen.read(self.folder / "truth")

    async def _answered(self) -> None:
        """Wait, bounded, until everybody who asked something has an answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(60):
                await until(lambda: len(self._look().waits) >= self.seen.asked - 1)

    # -- what came of it

    async def _figures(
        self, bench: Bench, begun: float, preview: Audience, report: Progress | None
    ) -> dict[str, Any]:
        if report is None:
            raise SystemExit("nothing was ever sent")
        seen, first = self._look(), self.kills[0][0] if self.kills else time.time()
        fates = await insisted(lambda: bench.fates(self.people))
        for name, count in (await insisted(lambda: bench.on_the_web(self._at("webchat")))).items():
            seen.delivered[name] += [begun] * count
        end = seen.calls[-1]
        disturbed = [(at, 0.0) for at, _ in self.kills] + seen.floods
        flood = min([at for at, _ in seen.floods], default=end)
        per_kill, without = seen.per_kill([at for at, _ in self.kills])
        calm = seen.rate([(seen.calls[0], min(first, flood))])
        between = seen.rate(span for span in quiet(first, flood, disturbed) if span[1] <= flood)
        wrong = told(self.folder)
        return {
            "recipients": report.recipients,
            **{str(fate): report.of(fate) for fate in Fate},
            "meant": sum(not each.outside for each in self.people),
            "reasons": {f"{door}:{fate}:{why}": n for (door, fate, why), n in sorted(report.counts.items())},
            "arrived": sum(bool(times) for times in seen.delivered.values()),
            "twice": len(seen.twice), "twice_per_kill": per_kill, "twice_without_kill": without,
            "again": report.again,
            **self._compared(seen, fates),
            "rate": self.options.rate, "rate_calm": rounded(calm), "rate_between": rounded(between),
            "busiest": seen.busiest(), "too_fast": seen.too_fast,
            "question_calm_s": longest(wait for at, wait in seen.waits if at < first),
            "question_s": longest(wait for _, wait in seen.waits),
            "asked": seen.asked, "unanswered": seen.asked - len(seen.waits),
            "zalo_refused": wrong["zalo_refused"], "wrong": wrong["wrong"][:3],
            "preview_off": self._off(preview, report),
            "ills": dict(seen.ills), "kills": dict(Counter(what for _, what in self.kills)),
            "seconds": round(end - begun),
        }  # fmt: skip

    def _at(self, door: str) -> list[Someone]:
        return [each for each in self.people if each.address.channel == door]

    def _compared(self, seen: Seen, fates: dict[tuple[str, str], tuple[Fate, str]]) -> dict[str, int]:
        """The server's truth against the ledger, person by person."""
        counted: Counter[str] = Counter()
        for each in self.people:
            times, (fate, why) = seen.delivered.get(each.name, []), fates.get(each.name, (None, ""))
            counted["missed"] += each.reachable and not times and fate in {None, Fate.WAITING, Fate.DELIVERED}
            counted["uninvited"] += bool(times) and each.outside
            counted["said_refused_but_arrived"] += bool(times) and fate in {Fate.REFUSED, Fate.EXPIRED}
            counted["refused_though_reachable"] += (
                each.reachable and fate is Fate.REFUSED and why != "stopped"
            )
            counted["unsure_arrived"] += fate is Fate.UNSURE and bool(times)
            counted["unsure_not"] += fate is Fate.UNSURE and not times
            counted["lost_429"] += each.name in seen.stung and each.reachable and (
                not times and (fate is not Fate.REFUSED or why != "stopped") and fate is not Fate.UNSURE
            )  # fmt: skip
            counted["after_stop"] += any(at > self.stopped.get(each.name, at) + 1 for at in times)
        return dict(counted)

    def _off(self, preview: Audience, report: Progress) -> dict[str, float]:
        """By door: for which share of its people the preview said something else than what happened.

        Who stopped in the middle, and what nobody knows, is no fault of the preview.
        """
        found = {}
        for door, reached in sorted(preview.reached.items()):
            people = sum(count for (channel, _, _), count in report.counts.items() if channel == door)
            stopped = sum(n for (at, _, why), n in report.counts.items() if (at, why) == (door, "stopped"))
            came = report.of(Fate.DELIVERED, door) + report.of(Fate.UNSURE, door) + stopped
            found[door] = round(abs(reached - came) / people, 4)
        return found


async def opened(url: str) -> Store:
    """The store, as soon as it answers."""
    while True:
        try:
            return await open_store(url, Seals([KEY]))
        except (StoreError, RedisError, OSError):
            await asyncio.sleep(0.05)


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - a file that another process writes
        await asyncio.sleep(0.2)


async def insisted(ask: Any) -> Any:
    """An answer of the store, once it is there again."""
    while True:
        with suppress(RedisError, OSError):
            return await ask()
        await asyncio.sleep(0.1)


def longest(waits: Any) -> float:
    return round(max(waits, default=0.0), 3)


def rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 1)


def missed(figures: dict[str, Any], options: argparse.Namespace) -> list[str]:
    settled = sum(figures[str(fate)] for fate in Fate if fate is not Fate.WAITING)
    good = {
        "everybody who is meant is a recipient": figures["recipients"] == figures["meant"],
        "delivered + refused + unsure + expired = recipients": settled == figures["recipients"],
        "none missed": figures["missed"] == 0,
        "no 429 lost": figures["lost_429"] == 0,
        "nobody is refused who could be reached": figures["refused_though_reachable"] == 0,
        "none said to be refused got it": figures["said_refused_but_arrived"] == 0,
        "none got it who was not meant": figures["uninvited"] == 0,
        "none got it after stopping": figures["after_stop"] == 0,
        f"twice <= {IN_FLIGHT} for each kill": max(figures["twice_per_kill"], default=0) <= IN_FLIGHT,
        "none twice without a kill": figures["twice_without_kill"] == 0,
        "rate >= 95 %": (figures["rate_calm"] or 0) >= 0.95 * options.rate,
        "never too fast": figures["too_fast"] == 0,
        "questions are answered": figures["unanswered"] <= 1,
        f"questions wait <= {ANSWERED} s": figures["question_calm_s"] <= ANSWERED,
        "Zalo refuses nothing": not figures["zalo_refused"],
        "every call is sound": not figures["wrong"],
        "preview within 1 %": all(off <= 0.01 for off in figures["preview_off"].values()),
        "something was killed": bool(figures["kills"]),
    }
    return [name for name, fine in good.items() if not fine]


async def measured(options: argparse.Namespace, folder: Path) -> int:
    failures, found = [], {}
    for seed in range(options.seed, options.seed + options.seeds):
        here = folder / f"seed{seed}"
        here.mkdir()
        (here / "content").symlink_to(folder / "content")
        (here / "data").symlink_to(folder / "data")
        figures = await Run(options, here, random.Random(seed)).measured()
        print(f"seed {seed}:", json.dumps(figures), flush=True)
        found[seed] = figures
        failures += [f"seed {seed}: {name}" for name in missed(figures, options)]
    (folder / "naive").mkdir()
    loops = await naive(folder / "naive", random.Random(options.seed))
    print("naive:", json.dumps(loops), flush=True)
    failures += [] if loops["finished"] else ["the naive loops come to their end"]
    failures += [] if loops["cursor"]["missed"] else ["the moved cursor is caught"]
    failures += [] if loops["retry"]["twice"] else ["the retry is caught"]
    if failures:
        print("missed:", "; ".join(failures))
    print(json.dumps({"seed": options.seed, "quick": options.quick, "runs": found, "naive": loops}))
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="1,000 people, one seed")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seeds", type=int, default=None, help="how many of them, one after another")
    parser.add_argument("--people", type=int, default=None)
    parser.add_argument("--rate", type=int, default=25, help="warnings a second on Telegram")
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs and stores")
    parser.add_argument("--desk", help=argparse.SUPPRESS)  # for the processes this one starts
    options = parser.parse_args()
    if options.desk:
        run_desk(options)
        return 0
    options.seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    options.people = options.people or (1_000 if options.quick else 10_000)
    options.seeds = options.seeds or (1 if options.quick else 5)
    print(f"seed {options.seed}; load before the start {os.getloadavg()[0]:.1f}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="warning-"))
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
