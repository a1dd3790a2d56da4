"""Servers on one core, how soon they answer after a start, what they need, what they say of themselves."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
from processes import ROOT, command, environment, free_port


@contextmanager
def pinned(
    argv: Sequence[str], surroundings: Mapping[str, str], core: int | None, log: Path
) -> Iterator[int]:
    """A process on one core, with every child it has; yields its id."""
    before = os.sched_getaffinity(0)
    with log.open("ab") as out:
        if core is not None:
            os.sched_setaffinity(0, {core})
        try:
            process = subprocess.Popen(argv, cwd=ROOT, env=surroundings, stdout=out, stderr=out)  # noqa: S603
        finally:
            os.sched_setaffinity(0, before)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def first_answer(port: int, begin: float) -> float:
    """Seconds from `begin` to the first answer of a server that may still be starting."""
    async with aiohttp.ClientSession() as session:
        while time.perf_counter() - begin < 120:
            with suppress(aiohttp.ClientError):
                async with session.ws_connect(f"http://127.0.0.1:{port}/chat") as socket:
                    await socket.send_json({"type": "hello", "token": None})
                    await socket.send_json({"type": "say", "id": "1", "text": "mất căn cước phải làm sao"})
                    async for message in socket:
                        if json.loads(message.data)["type"] == "reply":
                            return time.perf_counter() - begin
            await asyncio.sleep(0.01)
    raise SystemExit("the desk does not answer")


async def start_time(folder: Path) -> float:
    """Seconds from starting `trucban run` to its first answer; both cores."""
    port = free_port()
    begin = time.perf_counter()
    with pinned(command("run"), environment(folder, PORT=port), None, folder / "starts.log"):
        return await first_answer(port, begin)


def megabytes(pid: int, row: str = "VmRSS") -> float:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(f"{row}:"))


async def outcomes(port: int) -> dict[str, int]:
    """Turns of a desk by outcome."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        rows = [
            line for line in (await answer.text()).splitlines() if line.startswith("trucban_turns_total{")
        ]
    return {row.split('outcome="')[1].split('"')[0]: int(float(row.split()[-1])) for row in rows}
