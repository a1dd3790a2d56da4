"""Sending as a Zalo bot, and what the platform's refusals mean."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.accounts import ZALO_BOT
from bot.channels.pace import Doubling
from bot.channels.platform import House
from bot.channels.zalo_bot.api import Api, AwayError, RefusedError, UnansweredError
from bot.channels.zalo_bot.codes import Act, act
from bot.channels.zalo_bot.showing import Shown, lettered, show
from bot.conversation.relaying import of_talk
from bot.domain.delivery import Delivery, Held, Lane, Later, Outcome
from bot.domain.message import Address, Reply
from bot.store.inbox import Inbox
from bot.store.lettered import Lettered
from bot.store.quota import Quota

RATE = 5.0  # messages a second to people who did not just write; the platform publishes no figure
RESERVE = 0.2  # of a month's messages only answers and officers have
_SLOWER, _SLOWEST = (
    5.0,
    600.0,
)  # seconds a bot waits when it was refused for being too fast, doubled each time
_LOCKED_OUT = timedelta(seconds=30)  # before a refused token is tried again; by then the watch knows
_DOUBTS = 3  # refusals that may be the platform's trouble, of one talk in a row, mean that it is over
_TALKS = 1_000  # of which such refusals are counted
_URGENT = {Lane.ANSWER, Lane.OFFICER}
_log: Any = structlog.get_logger("zalo bot")


class ZaloBotDoor:
    """All Zalo bots of this process."""

    def __init__(self, apis: Mapping[str, Api], house: House) -> None:
        self.rate = RATE
        self._apis, self._limit = apis, house.settings.zalo_bot_quota
        self._contacts, self._shared, self._says = house.contacts, house.pace, house.says
        self._metrics, self._person = house.metrics, Inbox(house.store).person
        self._quota, self._lettered = Quota(house.store), Lettered(house.store)
        self._pace = {account: Doubling(_SLOWER, _SLOWEST) for account in apis}
        self._doubted: Counter[Address] = Counter()

    def show(self, replies: tuple[Reply, ...]) -> tuple[Shown, ...]:
        """The messages of one answer."""
        return show(replies, self._says("numbered"))

    async def send(self, delivery: Delivery, message: Shown) -> Outcome | Later | Held:
        """Send one message; retried by the outbox only when it certainly did not arrive."""
        address = delivery.address
        api = self._apis.get(address.account)
        if api is None:
            self._metrics.alarm("zalo_bot_account", address.account)
            return Held("account")
        pace = self._pace[address.account]
        if wait := pace.blocked():
            return Later(wait, took=pace.took)
        if delivery.lane is not Lane.ANSWER:
            if await self._contacts.why_gone(address):
                return Outcome.REFUSED
            if delivery.lane not in _URGENT and await self._scarce(address.account):
                return Held("quota")
            if delivery.lane is not Lane.WARNING:  # whoever sends those has a place already
                place = await self._shared.take(ZALO_BOT, address.account, self.rate, datetime.now(UTC))
                await asyncio.sleep(place.total_seconds())
        return await self._sent(api, address, await self._lettered_for(delivery, message))

    async def reach(self, address: Address, now: datetime) -> str | None:
        """Why a warning would not be sent to somebody now: gone, or too few messages are left this month."""
        del now
        if address.account not in self._apis:
            return "account"
        return await self._contacts.why_gone(address) or (
            "quota" if await self._scarce(address.account) else None
        )

    async def _scarce(self, account: str) -> bool:
        """Whether what is left of the month is for answers."""
        if not self._limit:
            return False
        return await self._quota.spent(ZALO_BOT, account, datetime.now(UTC)) >= self._limit * (1 - RESERVE)

    async def _lettered_for(self, delivery: Delivery, message: Shown) -> Shown:
        """The message, with codes where a number that is typed would not mean it.

        Numbers mean what answered last; in a talk of an officer they are for the citizen.
        """
        buttons = [button for reply in delivery.replies for button in reply.buttons]
        choices = [button.choice for button in buttons]
        if not choices or (delivery.lane is Lane.ANSWER and not of_talk(choices)):
            return message
        letter = await self._lettered.letter(self._person(delivery.address), choices, datetime.now(UTC))
        words = self._says("numbered"), self._says("lettered")
        return lettered(message, [button.label for button in buttons], letter, words)

    async def _sent(self, api: Api, address: Address, message: Shown) -> Outcome | Later:
        method, fields = message.call(address.user)
        try:
            await api.call(method, **fields)
        except AwayError:
            return Later(took=False)
        except UnansweredError:
            await self._spent(address.account)
            return Outcome.UNSURE  # it may have arrived; a second copy would do more harm than none
        except RefusedError as error:
            return await self._refused(api, address, message, error.code)
        self._pace[address.account].went()
        self._doubted.pop(address, None)
        await self._spent(address.account)
        return Outcome.SENT

    async def _spent(self, account: str) -> None:
        """Count a message; the operator hears of it when only the reserve is left, and when nothing is."""
        number = await self._quota.spend(ZALO_BOT, account, datetime.now(UTC))
        if self._limit and number >= self._limit * (1 - RESERVE):
            self._metrics.alarm("zalo_bot_quota", account)

    async def _refused(self, api: Api, address: Address, message: Shown, code: int) -> Outcome | Later:
        account, found = address.account, act(code)
        _log.warning("refused", account=account, code=code, act=str(found))
        match found:
            case Act.TOKEN:
                self._metrics.alarm("zalo_bot_token", account)
                return Later(self._pace[account].stop(_LOCKED_OUT, took=False), took=False)
            case Act.SLOWER:
                self._metrics.alarm("zalo_bot_quota", account)
                pause = self._pace[account].slower()
                await self._shared.flood(ZALO_BOT, account, pause, datetime.now(UTC))
                return Later(pause, took=True)
            case Act.MAYBE:
                return await self._doubtful(address)
            case Act.GONE:
                await self._contacts.gone(address, "unknown")
                return Outcome.REFUSED
            case Act.UNSURE:
                return Outcome.UNSURE
            case Act.AGAIN:
                return Later(took=False)
            case Act.MISTAKE:
                if (
                    message.picture and message.text
                ):  # a picture that cannot be had: the words can still be sent
                    return await self._sent(api, address, replace(message, picture=None))
                self._metrics.alarm("zalo_bot_refused", account)
                # Of a picture by itself, the words that follow can still be sent.
                return Outcome.UNSURE if message.picture else Outcome.REFUSED

    async def _doubtful(self, address: Address) -> Outcome | Later:
        if len(self._doubted) >= _TALKS:
            self._doubted.clear()
        self._doubted[address] += 1
        if self._doubted[address] < _DOUBTS:
            return Later(took=True)
        del self._doubted[address]
        await self._contacts.gone(address, "forbidden")
        return Outcome.REFUSED
