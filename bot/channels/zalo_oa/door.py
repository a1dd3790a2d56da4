"""Sending to Zalo, and what its refusals mean."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import aiohttp
import structlog
from aiohttp import ClientConnectorError, ClientTimeout, ConnectionTimeoutError

from bot.accounts import ZALO_OA
from bot.channels.pace import Doubling
from bot.channels.platform import Says
from bot.channels.zalo_oa.codes import Act, act
from bot.channels.zalo_oa.showing import Shown, show
from bot.channels.zalo_oa.tokens import Keeper
from bot.conversation.days import VIETNAM
from bot.domain.delivery import Delivery, Held, Lane, Later, Outcome
from bot.domain.message import Address, Reply
from bot.metrics import Metrics
from bot.store.contacts import Contacts, Reach
from bot.store.pace import SharedPace

PATH = "/v3.0/oa/message/cs"
_PATIENCE = ClientTimeout(total=35, sock_connect=5)  # Zalo takes up to 20 s when it is loaded
_SLOWER, _SLOWEST = 5.0, 120.0  # seconds the account waits when it was too fast, doubled each time
_MORNING = time(6, 5)
_TOKEN = 4.0  # seconds a token may take; with `_PATIENCE` less than the outbox waits
_WITHOUT = timedelta(seconds=20)  # before a message is tried again that found no token
_LOCKED_OUT = timedelta(minutes=1)  # before it is tried again; the watch keeps all else away meanwhile

_log: Any = structlog.get_logger("zalo")


class ZaloDoor:
    """All Official Accounts of this process. `api` is Zalo's address."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a door needs of the house
        self,
        keepers: Mapping[str, Keeper],
        session: aiohttp.ClientSession,
        api: str,
        contacts: Contacts,
        shared: SharedPace,
        says: Says,
        metrics: Metrics,
        rate: int,
    ) -> None:
        self._keepers, self._session, self._url = keepers, session, f"{api}{PATH}"
        self._contacts, self._says, self._metrics = contacts, says, metrics
        self.rate, self._shared = float(rate), shared
        self._pace = {account: _Pace() for account in keepers}

    def show(self, replies: tuple[Reply, ...]) -> tuple[Shown, ...]:
        """The messages of one answer."""
        return show(replies, self._says("numbered"))

    async def send(self, delivery: Delivery, message: Shown) -> Outcome | Later | Held:
        """Send one message, if the person can be written to now."""
        address = delivery.address
        keeper = self._keepers.get(address.account)
        if keeper is None:
            self._metrics.alarm("zalo_account", address.account)
            return Held("account")
        pace = self._pace[address.account]
        if wait := pace.blocked():
            return Later(wait, took=pace.took)
        if delivery.lane not in {Lane.ANSWER, Lane.WARNING}:  # whoever sends warnings has a place already
            place = await self._shared.take(ZALO_OA, address.account, self.rate, datetime.now(UTC))
            await asyncio.sleep(place.total_seconds())
        access = await soon(keeper.access())
        if access is None:
            return self._without(address.account)
        reach = await self._contacts.spend(address, datetime.now(UTC))
        if not _allowed(reach, delivery.lane):
            await self._contacts.unspent(address, reach)
            return Outcome.REFUSED if reach is Reach.GONE else Held(reach)
        outcome = await self._sent(address, message, access)
        if outcome is Act.REFRESH:
            other = await soon(keeper.refused(access))
            outcome = await self._sent(address, message, other) if other else outcome
        if outcome not in {Outcome.SENT, Outcome.UNSURE}:
            await self._contacts.unspent(address, reach)
        return self._without(address.account) if isinstance(outcome, Act) else outcome

    async def reach(self, address: Address, now: datetime) -> str | None:
        """Why a warning would not be sent to somebody now: gone, or only for money, or not at all."""
        if address.account not in self._keepers:
            return "account"
        found = await self._contacts.look(address, now)
        return None if _allowed(found, Lane.WARNING) else str(found)

    def _without(self, account: str) -> Later:
        """There is no token that Zalo takes."""
        self._metrics.alarm("zalo_no_token", account)
        return Later(_WITHOUT, took=False)

    async def _sent(self, address: Address, message: Shown, access: str) -> Outcome | Later | Held | Act:
        """What became of one call; `Act.REFRESH` when the token is not taken."""
        try:
            async with self._session.post(
                self._url,
                json=message.body(address.user),
                headers={"access_token": access},
                timeout=_PATIENCE,
                allow_redirects=False,
            ) as answer:
                found: Any = json.loads(await answer.read())
        except (ClientConnectorError, ConnectionTimeoutError):
            return Later(took=False)
        except ValueError:  # a gateway's own words: the message did not get through
            return Later(took=False)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Outcome.UNSURE  # it may have arrived; Zalo knows no key against repetition
        if not isinstance(found, dict) or not isinstance(found.get("error"), int):
            return Later(took=False)
        if found["error"] == 0:
            await self._reached(address, found.get("data"))
            self._pace[address.account].went()
            return Outcome.SENT
        return await self._refused(address, found["error"])

    async def _reached(self, address: Address, data: Any) -> None:
        """Remember the message as ours, and what Zalo says is left of the free ones."""
        data = data if isinstance(data, dict) else {}
        quota = data.get("quota")
        free = isinstance(quota, dict) and quota.get("quota_type") == "reply"
        left = str(quota.get("remain")) if free else ""
        number = int(left) if left.isdecimal() else None
        await self._contacts.reached(address, str(data.get("message_id") or ""), number)

    async def _refused(  # noqa: C901, PLR0911 - one line for each thing a code may ask of us
        self, address: Address, code: int
    ) -> Outcome | Later | Held | Act:
        account, found = address.account, act(code)
        if found is not Act.REFRESH:
            _log.warning("refused", account=account, code=code, act=str(found))
        match found:
            case Act.REFRESH:
                return Act.REFRESH
            case Act.SLOWER:
                pause = self._pace[account].slower()
                await self._shared.flood(ZALO_OA, account, pause, datetime.now(UTC))
                return Later(pause, took=True)
            case Act.AGAIN:
                return Later(took=False)
            case Act.QUOTA:
                self._metrics.alarm("zalo_quota", account)
                return Held(str(found))
            case Act.WINDOW:
                return Held(str(found))
            case Act.GONE:
                await self._contacts.gone(address, f"zalo{code}")
                return Outcome.REFUSED
            case Act.MORNING:
                return Later(until_morning(datetime.now(UTC)), took=True)
            case Act.OPERATOR:
                self._metrics.alarm(f"zalo{code}", account)
                return Later(self._pace[account].stop(_LOCKED_OUT, took=False), took=False)
            case Act.MISTAKE:
                self._metrics.alarm(f"zalo{code}", account)
                return Outcome.REFUSED


def _allowed(reach: Reach, lane: Lane) -> bool:
    """Answers are tried whenever they may arrive; nobody is warned at the account's cost."""
    match reach:
        case Reach.FREE:
            return True
        case Reach.GONE:
            return False
        case Reach.PAID:
            return lane in {Lane.ANSWER, Lane.OFFICER}
        case Reach.NEW | Reach.CLOSED:  # we may have forgotten when: Zalo knows
            return lane is Lane.ANSWER


async def soon(token: Awaitable[str | None]) -> str | None:
    """A token, if there is one before long; a renewal goes on by itself."""
    try:
        return await asyncio.wait_for(token, _TOKEN)
    except TimeoutError:
        return None


def until_morning(now: datetime) -> timedelta:
    """How long it is until Zalo takes again what it takes by day only."""
    here = now.astimezone(VIETNAM)
    morning = datetime.combine(here.date(), _MORNING, VIETNAM)
    return (morning if here < morning else morning + timedelta(days=1)) - here


class _Pace(Doubling):
    """How fast one account may go: too many calls in a minute make everybody wait."""

    def __init__(self) -> None:
        super().__init__(_SLOWER, _SLOWEST)
