"""The desks of `bench/warning.py`, and what the bench itself does there: subscribe, approve, ask."""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import secrets
import signal
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import uvloop
from audience import Someone
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from processes import ROOT

from bot import config
from bot.config import Role, Settings
from bot.content.shelf import Shelf
from bot.domain.mailing import Audience, Fate, Progress
from bot.domain.message import Address
from bot.domain.officer import Hand
from bot.domain.officer import Role as Rank
from bot.domain.warning import Bulletin, Case, Move, Topic
from bot.house import House
from bot.opening import opened
from bot.services.officers import TERMINAL, Officers
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.naming import person

STATION, ELSEWHERE, TOPIC = "mai_phu", "thanh_sen", Topic.SCAM
MARK = "Bảy cuộc gọi giả danh trong một tuần"
TEXT = "Kẻ gian tự xưng là cán bộ, bắt chuyển tiền để giữ hộ. Gác máy, gọi lại số của trụ sở mà hỏi."
T = TypeVar("T")
AT_ONCE = 200  # acts of the bench that go on at the same time
NEVER = 24, 0  # the quiet hours of the desks: the bench is run by night too


# -- a process of the desk


async def desk(options: argparse.Namespace) -> None:
    """`trucban web` or `trucban worker`, where it is never night, until SIGTERM."""
    closing = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, closing.set)
    settings = config.settings(os.environ, ROOT)
    async with opened(settings) as (store, server):
        house = House(settings, store, server, Shelf(settings.content_dir, settings.data_dir))
        house._offices.mailings._quiet = lambda: NEVER
        async with house.open(Role(options.desk)):
            await closing.wait()


def run_desk(options: argparse.Namespace) -> None:
    uvloop.run(desk(options))


# -- what the bench does itself


class Bench:
    """One warning, from its people to its report."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._store = store
        house = House(settings, store, None, Shelf(settings.content_dir, settings.data_dir))
        self._offices = house._offices  # the same services as the desk's, never opened
        self._doors = house._doors
        self._contacts = Contacts(store, Inbox(store))
        self.case: Case

    async def close(self) -> None:
        """Let go of the platforms and the store."""
        await self._doors.close()
        await self._store.close()

    async def people(self, people: Iterable[Someone]) -> None:
        """Everybody subscribes, and is known as they should be."""
        now, limit = datetime.now(UTC), asyncio.Semaphore(AT_ONCE)

        async def one(each: Someone) -> None:
            async with limit:
                at = now - timedelta(hours=each.hours)
                await self._contacts.wrote(each.address, at, now)
                if each.gone:
                    await self._contacts.gone(each.address, "blocked")
                stations = (ELSEWHERE if each.outside else STATION,)
                await self._offices.subscriptions.join(each.address, stations, (TOPIC,), "1", now)

        await asyncio.gather(*map(one, people))

    async def approved(self) -> Audience:
        """A warning written by one, approved by another, to be sent; whom it would reach."""
        until = datetime.now(UTC) + timedelta(days=1)
        told = Bulletin(TOPIC, (STATION,), MARK, TEXT, until)
        author, _ = await self._officer(Rank.OFFICER, 1)
        self._chief, self._secret = await self._officer(Rank.COMMANDER, 2)
        drafted = await self._offices.bulletins.draft(self._hand(author), "draft", told)
        self.case = there(drafted.case)
        await self._moved(author, Move.SUBMIT)
        await self._moved(self._chief, Move.APPROVE, self._code(0))
        return await self._offices.mailings.preview(told, datetime.now(UTC))

    async def send(self) -> None:
        """From now on it goes out."""
        await self._moved(self._chief, Move.SEND, self._code(30))

    async def stop(self, address: Address) -> None:
        """Somebody stops all warnings."""
        await self._offices.subscriptions.stop(address, datetime.now(UTC))

    async def progress(self) -> Progress | None:
        return await self._offices.mailings.progress(self.case.id)

    async def fates(self, people: Iterable[Someone]) -> dict[tuple[str, str], tuple[Fate, str]]:
        """What the ledger says of each person who is in it."""
        found: dict[bytes, bytes] = await self._store.redis.hgetall(f"tb:{{o}}:mailing:{self.case.id}:people")
        fates = {}
        for each in people:
            value = found.get(person(each.address, self._store.names).id.encode())
            if value:
                fate, reason, *_ = value.decode().split("|")
                fates[each.name] = Fate(fate), reason
        return fates

    async def on_the_web(self, people: Iterable[Someone]) -> Counter[tuple[str, str]]:
        """How often the warning stands in each talk on the page."""
        inbox, counted = Inbox(self._store), Counter[tuple[str, str]]()
        for each in people:
            said = await inbox.replies.since(inbox.person(each.address), 0, datetime.now(UTC))
            counted[each.name] = sum(MARK in found.reply.text for found in said)
        return counted

    async def _officer(self, rank: Rank, number: int) -> tuple[str, str]:
        officers, now = Officers(self._store), datetime.now(UTC)
        at_home = Hand(TERMINAL, TERMINAL, now)
        code = there(await officers.invite(at_home, f"Cán bộ {number}", rank, ()))
        address = Address("telegram", "bench", f"{number}")
        talk, hand = person(address, self._store.names), Hand("", "telegram", now)
        secret = (await officers.redeem(code, talk, hand)).secret
        done = await officers.confirm(code, totp(secret, now - timedelta(seconds=30)), talk, address, hand)
        return there(done.officer).id, secret

    def _hand(self, who: str) -> Hand:
        return Hand(who, "telegram", datetime.now(UTC))

    def _code(self, later: int) -> str:
        """A TOTP of the chief; each is good for one act."""
        return totp(self._secret, datetime.now(UTC) + timedelta(seconds=later))

    async def _moved(self, who: str, move: Move, code: str = "") -> None:
        found = await self._offices.bulletins.move(
            self._hand(who), secrets.token_hex(4), self.case, move, totp=code
        )
        if not found.done:
            raise SystemExit(f"{move}: {found}")
        self.case = there(found.case)


def there(found: T | None) -> T:
    """What cannot be missing in a bench that works."""
    if found is None:
        raise SystemExit("something was refused that never is")
    return found


def totp(secret: str, at: datetime) -> str:
    made = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303 - as authenticator apps do
    return made.generate(int(at.timestamp())).decode()


def surroundings(url: str, key: str, doors: dict[str, str], rate: int) -> dict[str, Any]:
    """What a desk is told of the storm around it."""
    return {
        "REDIS_URL": url, "SECRET_KEY": key, "PUBLIC_URL": "https://trucban.example",
        "TELEGRAM_TOKEN": doors["token"], "TELEGRAM_SECRET": "bench-secret", "TELEGRAM_RATE": rate,
        "TELEGRAM_API": doors["telegram"], "ZALO_OA_API": doors["zalo"], "ZALO_OAUTH_API": doors["zalo"],
        "ZALO_OA_ID": doors["id"], "ZALO_OA_APP_ID": doors["app_id"],
        "ZALO_OA_APP_SECRET": doors["app_secret"], "ZALO_OA_SECRET_KEY": doors["secret_key"],
        "ZALO_OA_REFRESH_TOKEN": doors["refresh"], "PYTHONPATH": str(ROOT),
    }  # fmt: skip
