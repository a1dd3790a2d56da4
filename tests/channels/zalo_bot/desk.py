"""A real desk whose only platform is the Bot Platform's double, here or in a process that can be killed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bot.accounts import ZALO_BOT, Accounts, ZaloBotAccount
from bot.config import Role, Settings
from bot.content.shelf import Shelf
from bot.domain.delivery import Delivery, Lane
from bot.domain.message import Address, Button, Reply
from bot.house import House
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.conftest import ROOT
from tests.doubles.zalo_bot import ZaloBotDouble, citizen
from tests.open_desk import PATIENCE, OpenDesk

TOKEN = "520000001:mau-xyz_mau"  # noqa: S105 - invented
ID = TOKEN.partition(":")[0]
PUBLIC = "https://trucban.example"
LAN, MINH, HOA, TU = (citizen(number) for number in range(1, 5))
QUESTION = "mất căn cước làm lại ở đâu"
BUTTONS = (Button("Sẽ đến", "m"), Button("Đăng ký tạm trú", "a:cu_tru.tam_tru"))


def at(user: str, account: str = ID) -> Address:
    """Where a citizen lives."""
    return Address(ZALO_BOT, account, user)


@dataclass
class Desk:
    """An open desk and the platform it is at."""

    double: ZaloBotDouble
    url: str
    contacts: Contacts
    outbox: Outbox
    session: aiohttp.ClientSession

    async def ask(self, text: str, user: str = LAN, **more: str) -> str:
        """Say something and read what comes."""
        count = len(self.double.sent)
        await self.double.say(user, text, **more)
        await self.double.news(count + 1)
        return self.double.sent[-1].text

    async def remind(
        self, id_: str = "remind:1", user: str = LAN, buttons: tuple[Button, ...] = BUTTONS
    ) -> None:
        """Put out a message that answers nobody."""
        now = datetime.now(UTC)
        reply = Reply(f"Nhắc hẹn {id_}", buttons)
        await self.outbox.put(Delivery(id_, at(user), Lane.REMINDER, (reply,), now, now + timedelta(days=1)))

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of a counter over all label values that are not named."""
        async with self.session.get(f"{self.url}/metrics") as page:
            text = await page.text()
        return sum(
            float(line.rpartition(" ")[2])
            for line in text.splitlines()
            if re.match(rf"trucban_{name}(_total)?\{{", line)
            and labels.items() <= dict(re.findall(r'(\w+)="([^"]*)"', line)).items()
        )

    async def counted(self, name: str, value: float = 1, **labels: str) -> None:
        """Wait until a counter has a value."""
        async with asyncio.timeout(20):
            while await self.metric(name, **labels) < value:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)


@asynccontextmanager
async def open_bot(  # noqa: PLR0913 - what a desk can be given
    store: Store,
    shelf: Shelf,
    folder: Path,
    double: ZaloBotDouble,
    *,
    by_hook: bool = True,
    quota: int = 3000,
) -> AsyncIterator[Desk]:
    """A desk for all bots of a double, set up; closed in good order at the end."""
    settings = Settings(
        ROOT, folder, port=0, redis_url="elsewhere", public_url=PUBLIC if by_hook else None,
        zalo_bot_api=double.url, zalo_bot_quota=quota,
        accounts=Accounts(zalo_bot=tuple(ZaloBotAccount(token=token) for token in double.bots)),
    )  # fmt: skip
    house = House(settings, store, None, shelf)
    async with aiohttp.ClientSession() as session, house.open(Role.ALL):
        url = f"http://127.0.0.1:{house.port}"
        for bot in double.bots.values():
            bot.gateway = url
        inbox = Inbox(store)
        desk = Desk(double, url, Contacts(store, inbox), Outbox(store, inbox), session)
        await desk.counted("door_open", len(double.bots), door=ZALO_BOT)
        yield desk


def bot_process(double: ZaloBotDouble, folder: Path, learnt: Path, **settings: str) -> OpenDesk:
    """A desk in a process of its own; not started yet. With a PORT it is called, else it polls."""
    if "PORT" in settings:
        double.updates.gateway = f"http://127.0.0.1:{settings['PORT']}"
        settings |= {"PUBLIC_URL": PUBLIC}
    return OpenDesk(folder, learnt, ZALO_BOT_TOKEN=TOKEN, ZALO_BOT_API=double.url, **settings)


async def until_called(double: ZaloBotDouble, method: str, times: int = 1) -> None:
    """Wait until the desk has asked for something so often."""
    async with asyncio.timeout(PATIENCE):
        await double.called(method, times)
