"""A platform goes dark in the middle of everything: what arrives elsewhere, late, never, too late?

    python bench/blackout.py [--quick] [--seed N] [--blind]

One desk (a process of its own, at a station that never closes) and the strict doubles of Telegram, the
Official Account and the Zalo bot, driven together. For each platform in turn: a warning is on
its way, reminders of visits are due, citizens talk with officers; then it dies in one of three ways
(connections refused, a gateway's 503, its key unknown). Some people have tied a second door, some have only
the dead one, some never had it. In the dark a second warning begins and expires, and one visit is cancelled.
Then the platform comes back. For each (with --quick for the last one) the desk is killed with -9 in the dark
and started with the other doors only, where reminders and a warning go out once more.

Told by what the doubles received:

* elsewhere: told at their other door while their first was dark
* late: told at their own door after it came back, still in time
* phoned: of the visitors whom nothing reached in the dark, those on the officers' phone list then
* unsure: in flight when it died; the desk says itself that it does not know
* lost: meant, and neither told, nor on the list, nor said to be unsure, refused or expired
* twice: told at two doors, or twice at one
* stale: told after it was over (expired, cancelled), or at the first door after another had told it

`--blind` runs the same with a desk that takes no platform for dead, to show that the harness sees it.
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
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from evening import round_the_clock, run_desk, too_late
from processes import content, free_port, learn, own_store
from scenes import DARK, Blackout, Surroundings

from tests.doubles.telegram import telegram_double
from tests.doubles.zalo import zalo_double
from tests.doubles.zalo_bot import zalo_bot_double
from tests.open_house import BOT, OA, ZALO_BOT, OpenHouse

DEATHS = {"telegram": "refuses", "zalo_oa": "broken", "zalo_bot": "token"}
IN_FLIGHT = 24  # recipients of one account that are out at the same time


async def measured(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The figures of each platform's blackout."""
    store, url = own_store(folder)
    figures: dict[str, Any] = {}
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.end)
        telegram = await stack.enter_async_context(telegram_double([BOT.token]))
        zalo = await stack.enter_async_context(zalo_double(OA))
        zalo_bot = await stack.enter_async_context(zalo_bot_double([ZALO_BOT.token], verifies=False))
        web = await stack.enter_async_context(aiohttp.ClientSession())
        house = OpenHouse(telegram, zalo, zalo_bot, web)
        around = Surroundings(folder, url, free_port(), house, blind=options.blind)
        stack.push_async_callback(around.close)
        rng = random.Random(options.seed)
        for channel in options.only or DEATHS:
            last, how = channel == list(DEATHS)[-1], DEATHS[channel]
            scene = Blackout(around, channel, how, rng, restarts=last or not options.quick)
            begun = time.monotonic()
            figures[channel] = await scene.played() | {"seconds": round(time.monotonic() - begun)}
            print(f"{channel} ({how}): {json.dumps(figures[channel])}", flush=True)
        figures["refused_by_doubles"] = len(telegram.wrong) + len(zalo.wrong) + len(zalo_bot.wrong)
    return figures


def missed(figures: dict[str, Any]) -> list[str]:
    """What is not as it has to be."""
    good = {"every call of the desk was sound": figures["refused_by_doubles"] == 0}
    for channel in DEATHS.keys() & figures.keys():
        found = figures[channel]
        good |= {
            f"{channel} lost": found["lost"] == 0,
            f"{channel} stale": found["stale"] == 0,
            f"{channel} twice": found["twice"] == 0,
            f"{channel} elsewhere": all(found["elsewhere"].values()),
            f"{channel} unsure": found["unsure"] <= IN_FLIGHT,
            f"{channel} was noticed within {DARK.total_seconds() * 3:.0f} s": found["noticed_s"]
            <= DARK.total_seconds() * 3,
        }
    return [name for name, fine in good.items() if not fine]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one restart with the other doors only")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", nargs="+", choices=DEATHS, help="these platforms")
    parser.add_argument("--blind", action="store_true", help="a desk that takes no platform for dead")
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs and store")
    parser.add_argument("--desk", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.desk:
        run_desk()
        return 0
    if too_late(datetime.now(UTC)):
        print("the last hour of the day in Vietnam: nobody is reminded of anything; come back after midnight")
        return 2
    if options.seed is None:
        options.seed = secrets.randbelow(1_000_000)
    print(f"seed {options.seed}; load before the start {os.getloadavg()[0]:.1f}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="blackout-"))
    try:
        content(folder)
        round_the_clock(folder)
        learn(folder)
        figures = asyncio.run(measured(options, folder))
    finally:
        if options.keep:
            print(f"kept {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    failures = missed(figures)
    if failures:
        print(f"missed: {', '.join(failures)}")
    print(json.dumps({"seed": options.seed, "quick": options.quick, "blind": options.blind, **figures}))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
