"""Warnings on their way by real doors to doubles of Telegram and Zalo, with a watch that a test sets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.accounts import Accounts, ZaloAccount
from bot.config import Role, Settings
from bot.domain.health import IN_ORDER, Condition, Standing
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Progress
from bot.domain.message import WEBCHAT, Address, Incoming
from bot.domain.warning import Bulletin, Move, State, Topic
from bot.doors import Doors
from bot.metrics import Metrics
from bot.services.mailings import Mailings
from bot.services.officers import Officers
from bot.services.postmen import Postmen
from bot.services.recipients import Recipients
from bot.services.warnings import Bulletins
from bot.services.ways import PersonsWays
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.mailing import Ledger
from bot.store.outbox import Outbox
from bot.store.subscribers import Subscribers
from bot.store.warnings import By, Kept, Warnings
from tests.conftest import NOON, ROOT
from tests.doubles.telegram import TelegramDouble, telegram_double
from tests.doubles.zalo import ZaloDouble, citizen, zalo_double
from tests.open_house import BOT, OA, PUBLIC

STATION, TITLE = "vung_ang", "Giả danh công an gọi video"
TEXT = "Có người mặc sắc phục gọi video đòi chuyển tiền để chứng minh trong sạch. Đó là lừa đảo."
PATIENCE = 20.0
_number = count(1)


class Standings:
    """A watch: how each account stands is what a test says; what it heard can be looked up."""

    def __init__(self) -> None:
        self._conditions: dict[tuple[str, str], Condition] = {}
        self.heard_of: list[tuple[str, bool]] = []

    def stands(self, channel: str, standing: Standing) -> None:
        account = {"telegram": BOT.id, "zalo_oa": OA.id}[channel]
        self._conditions[channel, account] = Condition(standing)

    def condition(self, channel: str, account: str) -> Condition:
        return self._conditions.get((channel, account), IN_ORDER)

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        del account
        self.heard_of.append((channel, took))


class Wires:
    """The services that send warnings, and those they reach."""

    def __init__(
        self, store: Store, doors: Doors, phones: TelegramDouble, zalo: ZaloDouble, known: Knowledge
    ) -> None:
        self.store, self.phones, self.zalo, self.now = store, phones, zalo, NOON
        self.inbox, self.ledger, self.circles = Inbox(store), Ledger(store), Circles(store)
        self.contacts, self.people = Contacts(store, self.inbox), Subscribers(store, self.inbox)
        self.warnings, self.watch, officers = Warnings(store), Standings(), Officers(store)
        ways = PersonsWays(self.circles, self.contacts, lambda: doors.senders, self.watch)
        recipients = Recipients(
            self.ledger, self.people, officers, self.circles, ways, self.inbox.person, lambda: doors.senders,
            self.watch,
        )  # fmt: skip
        postmen = Postmen(
            self.ledger, Outbox(store, self.inbox), recipients, lambda: known,
            lambda: doors.senders, lambda: self.now, Metrics(), self.watch,
        )  # fmt: skip
        bulletins = Bulletins(store, officers, lambda: ())
        self.mailings = Mailings(self.ledger, bulletins, recipients, lambda: known, postmen, lambda: (21, 7))

    # -- people

    async def phone(self, *, wrote: timedelta = timedelta(hours=1)) -> Address:
        """Somebody on Telegram, who wrote so long ago."""
        return await self._known(Address("telegram", BOT.id, str(7_300_000_000 + next(_number))), wrote)

    async def on_zalo(self, *, wrote: timedelta = timedelta(hours=1)) -> Address:
        """Somebody on Zalo."""
        address = Address("zalo_oa", OA.id, citizen(next(_number)))
        self.zalo.interacted(address.user)
        return await self._known(address, wrote)

    async def page(self) -> Address:
        """Somebody's talk on the web."""
        return await self._known(Address(WEBCHAT, "", f"page{next(_number)}"), timedelta(minutes=1))

    async def _known(self, address: Address, wrote: timedelta) -> Address:
        real = datetime.now(UTC)  # by which platforms count
        await self.contacts.wrote(address, real - wrote, real)
        return address

    async def tied(self, *addresses: Address) -> None:
        for other in addresses[1:]:
            assert await self.circles.tie(addresses[0], other, self.now)

    async def subscribed(self, *addresses: Address) -> None:
        for each in addresses:
            await self.people.join(each, (STATION,), (Topic.SCAM,), "subs_consent", self.now)

    def got(self, address: Address) -> int:
        """How many times the warning arrived at a door that rings."""
        if address.channel == "telegram":
            found = [call for call in self.phones.sent if call.fields["chat_id"] == int(address.user)]
            return sum(TITLE in call.formatted.text for call in found)
        return sum(call.user == address.user and TITLE in call.text for call in self.zalo.sent)

    async def shown(self, page: Address) -> int:
        """How many times it stands in a talk on the web."""
        said = await self.inbox.replies.since(self.inbox.person(page), 0, self.now)
        return sum(TITLE in each.reply.text for each in said)

    # -- a warning

    def bulletin(self, **given: Any) -> Bulletin:
        return Bulletin(Topic.SCAM, (STATION,), TITLE, TEXT, self.now + timedelta(hours=3), **given)

    async def begun(self, **given: Any) -> str:
        """Approved, and being sent."""
        id_ = f"tb{next(_number):08x}"
        await self.warnings.draft(By("an", f"{id_} draft", self.now), id_, self.bulletin(**given))
        for who, move in (("an", Move.SUBMIT), ("binh", Move.APPROVE), ("binh", Move.SEND)):
            await self.moved(id_, move, who)
        return id_

    async def moved(self, id_: str, move: Move, who: str = "binh") -> None:
        seen = await self.warnings.read(id_)
        assert seen
        by = By(who, f"{id_} {move} {seen.version}", self.now)
        assert await self.warnings.move(by, id_, seen.version, move) is Kept.DONE

    async def ended(self, id_: str, state: State = State.DONE) -> Progress:
        """Wait until it stands so, with everybody settled."""

        async def over() -> Progress | None:
            case, found = await self.warnings.read(id_), await self.ledger.progress(id_)
            settled = found and found.fixed and found.settled == found.recipients
            return found if case and case.state is state and settled else None

        found: Progress = await until(over)
        assert sum(found.counts.values()) == found.recipients
        return found


async def until(asked: Callable[[], Awaitable[Any]]) -> Any:
    """What is asked for, as soon as there is something."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await asked()):  # noqa: ASYNC110 - the state of a store
            await asyncio.sleep(0.02)
        return found


@asynccontextmanager
async def wires(store: Store, folder: Path, known: Knowledge) -> AsyncIterator[Wires]:
    """Everything open, and closed in good order."""

    async def hear(incoming: Incoming) -> Any:
        raise AssertionError(incoming)

    async with telegram_double([BOT.token]) as phones, zalo_double(OA) as zalo:
        account = ZaloAccount(
            id=OA.id, app_id=OA.app_id, app_secret=OA.app_secret, secret_key=OA.secret_key,
            refresh_token=zalo.refresh_token(OA),
        )  # fmt: skip
        settings = Settings(
            ROOT, folder, port=0, public_url=PUBLIC, accounts=Accounts((BOT,), (account,)),
            telegram_api=phones.url, zalo_oa_api=zalo.url, zalo_oauth_api=zalo.url,
        )  # fmt: skip
        doors = Doors(settings, store, Inbox(store), hear, known.says, Metrics())
        made = Wires(store, doors, phones, zalo, known)
        work = [asyncio.create_task(each) for each in doors.running(Role.WORKER)]
        work.append(asyncio.create_task(made.mailings.work(lambda: made.now)))
        try:
            await until(_has(lambda: bool(zalo.refreshes)))
            yield made
        finally:
            made.mailings.close()
            await work.pop()
            for each in work:
                each.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await doors.close()
        assert (phones.wrong, zalo.wrong) == ([], [])


def _has(holds: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return holds()

    return asked
