"""The desk of `bench/blackout.py` as a process, and the platforms around it as the doubles saw them."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from evening import DEAD, HARDLY_A_NIGHT
from processes import ROOT, environment

from bot import config
from bot.content.shelf import Shelf
from bot.domain.health import Standing
from bot.house import House
from bot.store.connection import Store, open_store
from bot.store.sealing import Seals
from tests.open_house import BOT, OA, PUBLIC, ZALO_BOT, OpenHouse

KEY = "b" * 40
PATIENCE = 60.0
NEVER = timedelta(days=365)  # a desk that is blind
OWN = {"telegram": "TELEGRAM_", "zalo_oa": "ZALO_OA_", "zalo_bot": "ZALO_BOT_"}  # settings of each platform


class Surroundings:
    """One store, three platforms, and a desk that can be killed."""

    def __init__(self, folder: Path, url: str, port: int, house: OpenHouse, *, blind: bool) -> None:
        self.folder, self.house, self.blind = folder, house, blind
        self._url, self._port = url, port
        self._desk: asyncio.subprocess.Process | None = None
        self._given = environment(
            folder, REDIS_URL=url, SECRET_KEY=KEY, PORT=port, PUBLIC_URL=PUBLIC,
            TRUSTED_PROXIES="127.0.0.1/32",
            TELEGRAM_TOKEN=BOT.token, TELEGRAM_SECRET=BOT.secret, TELEGRAM_API=house.telegram.url,
            TELEGRAM_RATE=8, ZALO_OA_ID=OA.id, ZALO_OA_APP_ID=OA.app_id, ZALO_OA_APP_SECRET=OA.app_secret,
            ZALO_OA_SECRET_KEY=OA.secret_key, ZALO_OA_REFRESH_TOKEN=house.zalo.refresh_token(OA),
            ZALO_OA_API=house.zalo.url, ZALO_OAUTH_API=house.zalo.url, ZALO_OA_RATE=8,
            ZALO_BOT_TOKEN=ZALO_BOT.token, ZALO_BOT_API=house.zalo_bot.url, ZALO_BOT_QUOTA=0,
            PYTHONPATH=ROOT,
        )  # fmt: skip
        self._settings = config.settings(self._given, ROOT)
        self._shelf = Shelf(self._settings.content_dir, self._settings.data_dir)
        self.store: Store
        self.services: House  # the same services as the desk's; never opened

    def platform(self, channel: str) -> Any:
        """The double of a platform."""
        return {
            "telegram": self.house.telegram, "zalo_oa": self.house.zalo, "zalo_bot": self.house.zalo_bot
        }[channel]  # fmt: skip

    async def start(self, dark: timedelta, without: str = "") -> None:
        """Start the desk, and wait until its doors are open."""
        dark = NEVER if self.blind else dark
        given = self._given | {DEAD: str(dark.total_seconds())}
        left_out = OWN.get(without, "-")
        given = {name: value for name, value in given.items() if not name.startswith(left_out)}
        with (self.folder / "desk.log").open("ab") as log:
            self._desk = await asyncio.create_subprocess_exec(
                sys.executable, "bench/blackout.py", "--desk", cwd=ROOT, env=given, stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        house = self.house
        house.url = house.telegram.updates.gateway = f"http://127.0.0.1:{self._port}"
        house.zalo.webhook, house.zalo_bot.updates.gateway = f"{house.url}/hooks/zalo-oa", house.url
        if not hasattr(self, "store"):
            self.store = house.store = await open_store(self._url, Seals([KEY]))
            self.services = House(self._settings, self.store, None, self._shelf)
            booking = self.services._offices.booking
            booking.rules = replace(booking.rules, quiet=HARDLY_A_NIGHT)
            await booking.follow()
        await until(lambda: self._open(without), 90)

    async def _open(self, without: str) -> bool:
        doors = {
            key: value for key, value in (await self._doors()).items() if not key.startswith(without or "-")
        }
        return len(doors) == (2 if without else 3) and set(doors.values()) == {"open"}

    async def _doors(self) -> dict[str, str]:
        with suppress(aiohttp.ClientError):
            async with self.house.web.get(f"{self.house.url}/readyz") as answer:
                found: dict[str, str] = (await answer.json())["doors"]
                return found
        return {}

    async def standing(self, channel: str) -> Standing:
        """How the account of a platform stands, as the desk says it."""
        states = await self.services._watch.kept.states()
        found = [read.state.standing for (each, _), read in states.items() if each == channel]
        return found[0] if found else Standing.OPEN

    async def kill(self) -> None:
        """With -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """In order."""
        await self._end(signal.SIGTERM)

    async def close(self) -> None:
        """Let go of what the bench itself had open."""
        if hasattr(self, "services"):
            await self.services._doors.close()
            await self.store.close()

    async def _end(self, how: int) -> None:
        if self._desk and self._desk.returncode is None:
            self._desk.send_signal(how)
            await self._desk.wait()

    # -- what the doubles received

    def received(self) -> dict[str, int]:
        """How many messages so far, by platform."""
        return {channel: len(self.platform(channel).sent) for channel in OWN}

    def arrived(self) -> dict[str, dict[str, list[tuple[int, str]]]]:
        """The messages of each person at each platform: (number, text)."""
        found: dict[str, dict[str, list[tuple[int, str]]]] = {channel: defaultdict(list) for channel in OWN}
        for number, call in enumerate(self.house.telegram.sent):
            found["telegram"][str(call.fields["chat_id"])].append((number, call.formatted.text))
        for number, told in enumerate(self.house.zalo.sent):
            found["zalo_oa"][told.user].append((number, told.text))
        for number, said in enumerate(self.house.zalo_bot.sent):
            found["zalo_bot"][said.chat].append((number, said.text))
        return found


async def until(holds: Callable[[], Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Look again and again until something is so; TimeoutError when it is not for too long."""
    async with asyncio.timeout(patience):
        while not await holds():  # noqa: ASYNC110 - it is another process that changes it
            await asyncio.sleep(0.2)
