"""A whole house in this process: its store, its web server, and strict doubles of the platforms around it.

Unlike `open_desk` it lets a test move the time of the talks, and it opens at once: what was learnt lies on a
shelf that all tests of a process share.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

import aiohttp

from bot import config
from bot.accounts import Accounts, TelegramAccount, Templates, ZaloAccount, ZaloBotAccount
from bot.config import Role, Settings
from bot.content.shelf import Shelf
from bot.domain.health import Rules
from bot.domain.knowledge import Knowledge
from bot.house import House
from bot.opening import opened
from bot.store.connection import Store
from tests.conftest import NOON, ROOT
from tests.doubles.telegram import TelegramDouble, telegram_double
from tests.doubles.zalo import Oa, ZaloDouble, zalo_double
from tests.doubles.zalo_bot import ZaloBotDouble, zalo_bot_double
from tests.open_desk import PATIENCE

PUBLIC = "https://trucban.example"
BOT = TelegramAccount(token="4200000001:AAdummy-dummy_dummy", secret="dummy-telegram-secret")  # noqa: S106
OA = Oa("8880001112223334445", "1234567890123456789", "appSecretExample", "oaSecretKeyExample01")

ZALO_BOT = ZaloBotAccount(token="520000001:mau-xyz_mau")  # noqa: S106 - invented


class OpenHouse:
    """A house whose doors are all open. `now` is the time in its talks."""

    def __init__(
        self, telegram: TelegramDouble, zalo: ZaloDouble, zalo_bot: ZaloBotDouble, web: aiohttp.ClientSession
    ) -> None:
        self.telegram, self.zalo, self.zalo_bot, self.web = telegram, zalo, zalo_bot, web
        self.now: datetime = NOON
        self.url = ""
        self.store: Store
        self.known: Knowledge
        self.settings: Settings
        self.answers: Counter[str] = Counter()  # waited for so far, by door

    async def ready(self) -> None:
        """Wait until the doors are set up."""
        for platform in (self.telegram, self.zalo_bot):
            webhook = platform.updates
            assert await platform.changes.until(lambda webhook=webhook: bool(webhook.webhook), PATIENCE)
        while True:
            async with self.web.get(f"{self.url}/readyz") as answer:
                if set((await answer.json())["doors"].values()) == {"open"}:
                    return

    @property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """(channel, account) of each of its doors."""
        return ("telegram", BOT.id), ("zalo_oa", OA.id), ("zalo_bot", ZALO_BOT.id)

    async def doors(self) -> dict[str, str]:
        """How the accounts stand, by channel, as a watcher is told."""
        async with self.web.get(f"{self.url}/readyz") as answer:
            assert answer.status == 200
            found = (await answer.json())["doors"]
        return {name.partition(":")[0]: state for name, state in found.items()}

    async def stands(self, channel: str, state: str) -> None:
        """Wait until an account stands like this."""
        async with asyncio.timeout(PATIENCE):
            while (await self.doors())[channel] != state:
                pass

    async def delivered(self, door: str, count: int) -> None:
        """Wait until `count` answers have left by a door since it was opened, each with all its messages."""
        while await self._delivered(door) < count:
            pass

    async def _delivered(self, door: str) -> int:
        async with self.web.get(f"{self.url}/metrics") as answer:
            page = await answer.text()
        counted = re.findall(
            rf'^trucban_sends_total{{door="{door}",result="(\w+)"}} (\S+)', page, re.MULTILINE
        )
        assert {result for result, _ in counted} <= {"sent"}, counted
        return sum(round(float(number)) for _, number in counted)


@asynccontextmanager
async def open_house(
    folder: Path, shelf: Shelf, rules: Rules | None = None, zns: Templates | None = None
) -> AsyncIterator[OpenHouse]:
    """A house in `folder`, closed in good order at the end.

    `rules`: how soon a door counts as dead; `zns`: templates that its Official Account has.
    """
    async with (
        telegram_double([BOT.token]) as telegram,
        zalo_double(OA) as zalo,
        zalo_bot_double([ZALO_BOT.token], verifies=False) as zalo_bot,
        aiohttp.ClientSession() as web,
    ):
        house = OpenHouse(telegram, zalo, zalo_bot, web)
        settings = house.settings = _settings(folder, house, zns or Templates())
        async with opened(settings) as (store, server):
            house.store = store
            kept = House(settings, store, server, shelf, lambda: house.now, rules)
            async with kept.open(Role.ALL):
                house.store, house.known = store, shelf.current.known
                house.url = telegram.updates.gateway = f"http://127.0.0.1:{kept.port}"
                zalo.webhook, zalo_bot.updates.gateway = f"{house.url}/hooks/zalo-oa", house.url
                await house.ready()
                yield house


@dataclass
class DeskHere:
    """A desk open in this process."""

    url: str


@asynccontextmanager
async def desk_here(folder: Path, shelf: Shelf, **given: str) -> AsyncIterator[DeskHere]:
    """A desk with settings as an operator gives them; `folder` is its DATA_DIR. Closed in good order."""
    here = {"DATA_DIR": str(folder), "CONTENT_DIR": str(ROOT), "PORT": "0"}
    settings = config.settings({**here, **given}, ROOT)
    async with opened(settings) as (store, server):
        house = House(settings, store, server, shelf)
        async with house.open(Role.ALL):
            yield DeskHere(f"http://127.0.0.1:{house.port}")


def _settings(folder: Path, house: OpenHouse, zns: Templates) -> Settings:
    telegram, zalo = house.telegram, house.zalo
    oa = ZaloAccount(
        id=OA.id, app_id=OA.app_id, app_secret=OA.app_secret, secret_key=OA.secret_key,
        refresh_token=zalo.refresh_token(OA), zns=zns,
    )  # fmt: skip
    return Settings(
        content_dir=ROOT,
        data_dir=folder,
        port=0,
        public_url=PUBLIC,
        trusted_proxies=(ip_network("127.0.0.1/32"),),
        accounts=Accounts((BOT,), (oa,), zalo_bot=(ZALO_BOT,)),
        telegram_api=telegram.url,
        zalo_oa_api=zalo.url,
        zalo_oauth_api=zalo.url,
        zalo_zns_api=zalo.url,
        zalo_bot_api=house.zalo_bot.url,
        zalo_bot_quota=0,
    )
