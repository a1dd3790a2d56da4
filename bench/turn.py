"""A turn over the socket: how soon an answer is out, how many a second, how much memory, how quick the start.

    python bench/turn.py [--quick] [--telegram PYTHON]

`trucban run` with its embedded store is pinned to one core, Python and store together; whoever asks runs on
the other. Two loads: *open*, 200 messages a second at a constant rate, where an answer's time counts from the
moment its message was due, so that a stalled server is not spared; and *closed*, where a fixed number of
talks ask again as soon as they are answered. The same way, on the same core: a bare aiohttp echo socket, and
a bare python-telegram-bot echo bot with its default transport against a Bot API played by us (the time is
from an update being due to its `sendMessage`). PYTHON is an interpreter with python-telegram-bot, by default
this one; without it that row says so. The last line is the figures as JSON; exit 1 when one is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp
import yaml
from aiohttp import web
from echoes import BOT, ECHO, BotApi, SocketLine
from loads import RATE, SIDE_BY_SIDE, TALKS, Load, Waiting, loaded, stolen
from pinning import megabytes, outcomes, pinned, start_time
from platforms import platforms
from platforms import settings as platform_settings
from processes import command, content, embedded_store, environment, free_port, serving

ROOT = Path(__file__).resolve().parent.parent
REST = 3.0  # seconds before memory at rest is read


async def desk(
    folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]
) -> tuple[Load, dict[str, float], dict[str, int]]:
    """(load, memory in MB, turns by outcome) of `trucban run` on one core, its log at INFO as in real use."""
    port, waiting = free_port(), Waiting()
    surroundings = environment(folder, PORT=port, LOG_LEVEL="INFO")
    with pinned(command("run"), surroundings, core, folder / "desk.log") as pid:
        await serving(port)
        await asyncio.sleep(REST)
        memory = {"rest": megabytes(pid)}
        async with SocketLine.to(f"http://127.0.0.1:{port}/chat", waiting, plain=False) as line:
            store = embedded_store(folder)
            pids = {"python": pid} | ({"store": store} if store else {})
            load = await loaded(line, waiting, texts, seconds, pids)
        memory |= {"after": megabytes(pid), "most": megabytes(pid, "VmHWM")}
        if store:
            memory["store_after"] = megabytes(store)
        return load, memory, await outcomes(port)


async def through_doors(
    folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]
) -> tuple[Load, Load, dict[str, float]]:
    """(Telegram, Zalo, memory in MB): webhook in, answer out by HTTP, `trucban run` on one core."""
    port, there, waiting = free_port(), free_port(), Waiting()
    desk_at, theirs = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{there}"
    surroundings = environment(
        folder, PORT=port, LOG_LEVEL="INFO", PUBLIC_URL=desk_at, **platform_settings(theirs)
    )
    async with platforms(waiting, there, desk_at) as (telegram_there, zalo_there):
        with pinned(command("run"), surroundings, core, folder / "doors.log") as pid:
            await serving(port)
            await asyncio.sleep(REST)
            memory = {"rest": megabytes(pid)}
            store = embedded_store(folder)
            pids = {"python": pid} | ({"store": store} if store else {})
            found = [
                await loaded(line, waiting, texts, seconds, pids) for line in (telegram_there, zalo_there)
            ]
            memory["after"] = megabytes(pid)
        if telegram_there.refused or zalo_there.refused:
            raise SystemExit(f"webhook calls refused: {telegram_there.refused}, {zalo_there.refused}")
    return found[0], found[1], memory


async def echo(folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]) -> Load:
    port, waiting = free_port(), Waiting()
    argv = [sys.executable, "-c", ECHO, str(port)]
    with pinned(argv, dict(os.environ), core, folder / "echo.log") as pid:
        async with aiohttp.ClientSession() as session:
            for _ in range(500):
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{port}/"):
                        break
                await asyncio.sleep(0.02)
        async with SocketLine.to(f"http://127.0.0.1:{port}/chat", waiting, plain=True) as line:
            return await loaded(line, waiting, texts, seconds, {"python": pid})


async def telegram(
    python: str, folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]
) -> Load | None:
    """The echo bot of python-telegram-bot; None when that is not installed."""
    look = [python, "-c", "import telegram.ext, httpx"]
    if subprocess.run(look, check=False, capture_output=True).returncode:  # noqa: ASYNC221, S603
        return None
    port, waiting = free_port(), Waiting()
    api = BotApi(waiting)
    app = web.Application()
    app.router.add_route("*", "/bot1:bench/{method}", api.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        argv = [python, "-c", BOT, str(port)]
        with pinned(argv, dict(os.environ), core, folder / "telegram.log") as pid:
            await asyncio.wait_for(api.polled.wait(), 30)
            return await loaded(api, waiting, texts, seconds, {"python": pid})
    finally:
        await runner.cleanup()


# -- all of it


def questions() -> list[str]:
    """The project's own test questions, in one order."""
    files = [
        f for f in sorted((ROOT / "tests" / "questions").glob("*.yaml")) if not f.stem.startswith("urgent")
    ]
    texts = [row["text"] for f in files for row in yaml.safe_load(f.read_text("utf-8"))]
    random.Random(1).shuffle(texts)
    return texts


async def measured(options: argparse.Namespace, folder: Path) -> int:
    texts, host = questions(), stolen()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("two cores are needed: one for the server, one for whoever asks")
    first = await start_time(folder)
    warm = [await start_time(folder) for _ in range(3)]
    print(f"first start to first answer {first:.1f} s, warm {[round(w, 2) for w in warm]} s", flush=True)
    os.sched_setaffinity(0, {cores[0]})
    print(f"server and store on core {cores[-1]}, asked from core {cores[0]}; {TALKS} talks")
    seconds = (10.0, 6.0) if options.quick else (60.0, 20.0)
    ours, memory, turns = await desk(folder, cores[-1], texts, seconds)
    show("trucban run, store included", ours)
    print(f"{'':28} turns {turns}; MB { ({k: round(v) for k, v in memory.items()}) }", flush=True)
    by_telegram, by_zalo, doors_memory = await through_doors(folder, cores[-1], texts, seconds)
    show("  by Telegram's webhook", by_telegram)
    show("  by Zalo's webhook", by_zalo)
    print(f"{'':28} MB with both doors { ({k: round(v) for k, v in doors_memory.items()}) }", flush=True)
    bare = await echo(folder, cores[-1], texts, seconds)
    show("aiohttp WebSocket echo", bare)
    bot = await telegram(options.telegram, folder, cores[-1], texts, seconds)
    if bot:
        show("python-telegram-bot echo", bot)
    else:
        print("python-telegram-bot: not installed, not measured (--telegram PYTHON)")
    figures = {
        "p50_ms": round(ours.p50, 1),
        "p95_ms": round(ours.p95, 1),
        "p99_ms": round(ours.p99, 1),
        "turns_a_second": round(ours.rate),
        "processor_ms": {name: round(ms, 2) for name, ms in ours.cost.items()},
        "echo_a_second": round(bare.rate),
        "telegram_a_second": round(bot.rate) if bot else None,
        "to_echo": round(ours.rate / bare.rate, 2),
        "to_telegram": round(ours.rate / bot.rate, 2) if bot else None,
        "by_telegram": {"p95_ms": round(by_telegram.p95, 1), "a_second": round(by_telegram.rate)},
        "by_zalo": {"p95_ms": round(by_zalo.p95, 1), "a_second": round(by_zalo.rate)},
        "by_telegram_to_telegram": round(by_telegram.rate / bot.rate, 2) if bot else None,
        "rss_rest_mb": round(memory["rest"]),
        "rss_doors_mb": round(doors_memory["rest"]),
        "rss_after_mb": round(memory["after"]),
        "warm_s": round(sorted(warm)[1], 2),
        "first_s": round(first, 1),
        "missing": ours.missing + by_telegram.missing + by_zalo.missing,
        "slowed": turns.get("slowed", 0),
        "failed": turns.get("failed", 0),
    }
    missed = [
        name
        for name, good in {
            "p95_ms <= 15": ours.p95 <= 15,
            "turns_a_second >= 500": ours.rate >= 500,
            "to_telegram >= 1": bot is None or ours.rate >= bot.rate,
            "by_telegram p95_ms <= 15": by_telegram.p95 <= 15,
            "by_zalo p95_ms <= 15": by_zalo.p95 <= 15,
            "by_telegram_to_telegram >= 1": bot is None or by_telegram.rate >= bot.rate,
            "rss_rest_mb <= 180": memory["rest"] <= 180,
            "rss_doors_mb <= 180": doors_memory["rest"] <= 180,
            "warm_s <= 2": figures["warm_s"] <= 2,
            "first_s <= 8": first <= 8,
            "every answer whole": not (figures["missing"] or figures["slowed"] or figures["failed"]),
        }.items()
        if not good
    ]
    taken, ticks = (now - then for now, then in zip(stolen(), host, strict=True))
    print(f"the host kept {100 * taken / ticks:.1f} % of this machine's time for others")
    if missed:
        print(f"missed: {', '.join(missed)}")
    print(json.dumps(figures))
    return 1 if missed else 0


def show(name: str, load: Load) -> None:
    print(
        f"{name:28} at {RATE}/s: p50 {load.p50:.1f} p95 {load.p95:.1f} p99 {load.p99:.1f}"
        f" most {load.worst:.0f} ms, missing {load.missing};"
        f" at most {load.rate:.0f}/s with {SIDE_BY_SIDE} side by side,"
        f" processor ms a turn: { ({name: round(ms, 2) for name, ms in load.cost.items()}) }",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="10 s of open load and 6 s of closed load each")
    parser.add_argument("--telegram", default=sys.executable, help="a Python with python-telegram-bot")
    options = parser.parse_args()
    print(f"load of the machine before the start {os.getloadavg()[0]:.1f}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="turn-"))
    try:
        content(folder)
        return asyncio.run(measured(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
