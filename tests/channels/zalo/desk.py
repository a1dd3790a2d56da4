"""A desk with Zalo's door in this process, and what a test asks of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.accounts import ZALO_OA, Accounts, Templates, ZaloAccount
from bot.config import Role, Settings
from bot.content.shelf import Shelf
from bot.domain.message import Address
from bot.house import House
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.conftest import ROOT
from tests.doubles.zalo import Oa, ZaloDouble, citizen, zalo_double

OA = Oa("8880001112223334445", "1234567890123456789", "appSecretExample", "oaSecretKeyExample01")
BA, ONG = citizen(1), citizen(2)
QUESTION = "mất căn cước làm lại ở đâu"
HOOK = "/hooks/zalo-oa"


def account(oa: Oa, refresh: str | None = None, zns: Templates | None = None) -> ZaloAccount:
    """An account as an operator would set it up."""
    return ZaloAccount(
        id=oa.id, app_id=oa.app_id, app_secret=oa.app_secret, secret_key=oa.secret_key, refresh_token=refresh,
        zns=zns or Templates(),
    )  # fmt: skip


def at(user: str, oa: Oa = OA) -> Address:
    """Where a citizen lives."""
    return Address(ZALO_OA, oa.id, user)


async def until(true: Callable[[], Any], what: str = "") -> None:
    """Wait for something that will come."""
    try:
        async with asyncio.timeout(20):
            while not true():  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(what or "it never came") from None


@dataclass
class Desk:
    """An open desk and the Zalo it is at."""

    zalo: ZaloDouble
    url: str
    contacts: Contacts
    outbox: Outbox
    session: aiohttp.ClientSession

    async def ask(self, text: str, user: str = BA, oa: Oa | None = None) -> str:
        """Say something and read what comes."""
        count = len(self.zalo.sent)
        await self.zalo.say(user, text, oa=oa)
        await self.zalo.news(count + 1)
        return self.zalo.sent[-1].text

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of a counter over all label values that are not named."""
        async with self.session.get(f"{self.url}/metrics") as page:
            found = 0.0
            for line in (await page.text()).splitlines():
                if line.startswith(f"trucban_{name}_total{{"):
                    own = dict(re.findall(r'(\w+)="([^"]*)"', line))
                    if labels.items() <= own.items():
                        found += float(line.rpartition(" ")[2])
            return found

    async def counted(self, name: str, value: float = 1, **labels: str) -> None:
        """Wait until a counter has a value."""
        async with asyncio.timeout(20):
            while await self.metric(name, **labels) < value:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@asynccontextmanager
async def open_zalo(
    store: Store,
    shelf: Shelf,
    folder: Path,
    *oas: Oa,
    verifiers: tuple[str, ...] = (),
    zns: Templates | None = None,
    **options: Any,
) -> AsyncIterator[Desk]:
    """A desk for these accounts (one, if none is named) and their templates; options are the double's."""
    oas = oas or (OA,)
    async with zalo_double(*oas, **options) as zalo, aiohttp.ClientSession() as session:
        accounts = tuple(account(oa, zalo.refresh_token(oa), zns) for oa in oas)
        settings = Settings(
            ROOT, folder, port=0, redis_url="elsewhere", zalo_oa_api=zalo.url, zalo_oauth_api=zalo.url,
            zalo_zns_api=zalo.url, accounts=Accounts(zalo_oa=accounts, verifiers=verifiers),
        )  # fmt: skip
        house = House(settings, store, None, shelf)
        async with house.open(Role.ALL):
            found = re.search(r"http://[\d.:]+", house.address(Role.ALL))
            assert found
            zalo.webhook = found[0] + HOOK
            inbox = Inbox(store)
            desk = Desk(zalo, found[0], Contacts(store, inbox), Outbox(store, inbox), session)
            await until(lambda: len(zalo.refreshes) >= len(oas), "no token")
            yield desk
            await zalo.settled()
