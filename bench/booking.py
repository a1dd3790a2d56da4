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
Last, people book at a whole desk, `trucban run`, by the buttons of its page: 5,000 attempts (with --quick
240), the desk and its store killed in between, 200 confirmations a second (`arrivals`).
The last line is the figures as JSON; exit 1 when one is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import uvloop
from arrivals import GOAL_MS as DOORS_MS
from arrivals import doors
from burst import burst, latencies
from crowd import process
from siege import run

GOAL_MS = 50.0


async def measured(options: argparse.Namespace, folder: Path) -> int:
    attempts = options.attempts or (20_000 if options.quick else 100_000)
    for name in ("latency", "service", "naive", "doors"):
        (folder / name).mkdir()
    waited = await latencies(options, folder / "latency")
    ours = await run(options, folder / "service", attempts, 70 if options.quick else 3600, naive=False)
    naive = await run(options, folder / "naive", min(attempts, 8_000), 30, naive=True)
    through = await doors(folder / "doors", options.seed, quick=options.quick)
    good = {
        "no double bookings": ours["double"] == 0,
        "nothing lost": ours["lost"] == 0,
        "somebody was booked, something killed": ours["confirmed"] > 0 and sum(ours["kills"].values()) > 0,
        "as many attempts as there should be": options.quick or ours["attempts"] >= attempts * 0.99,
        "the naive store is caught": naive["double"] > 0,
        f"confirm p95 <= {GOAL_MS:.0f} ms": waited["confirm_p95_ms"] <= GOAL_MS,
        "no double bookings through doors": through["double"] == 0,
        "nothing lost through doors": through["lost"] == through["untold"] == through["unanswered"] == 0,
        "most of who came to the doors were booked": through["booked"] >= through["attempts"] * 0.9,
        "the desk was killed": sum(through["kills"].values()) > 0,
        f"confirm p95 <= {DOORS_MS:.0f} ms through doors": through["confirm_p95_ms"] <= DOORS_MS,
    }
    failures = [name for name, fine in good.items() if not fine]
    if failures:
        print(f"missed: {', '.join(failures)}")
    figures = {"service": ours, "naive": naive, "latency": waited, "doors": through}
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
        # The loop and the rubbish collection of the open desk, as in `bot.cli.desk` and `bot.opening`.
        gc.freeze()
        gc.set_threshold(700, 10, 1_000)
        uvloop.run(burst(options) if options.rounds else process(options))
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
