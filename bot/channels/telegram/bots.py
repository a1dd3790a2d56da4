"""All Telegram bots of one process, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, ClassVar

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.accounts import TELEGRAM
from bot.channels.platform import PROBE, House, called_back, hook, paths
from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.hook import Hook
from bot.channels.telegram.polling import LONG, poll
from bot.channels.telegram.reading import Me
from bot.channels.telegram.receiving import Receiver
from bot.channels.telegram.setup import introduce
from bot.channels.telegram.transport import PATIENCE, Transport, called
from bot.config import TELEGRAM_API, Role
from bot.domain.delivery import Door
from bot.domain.health import AWAY, TOKEN

_LATELY = 600.0  # seconds since a call of theirs that failed


class Bots:
    """Called by Telegram where it can reach us over https, asking it where not."""

    channel = TELEGRAM
    beside: ClassVar[dict[str, Door]] = {}

    def __init__(self, house: House) -> None:
        self._house, settings = house, house.settings
        self._accounts = settings.accounts.telegram
        self._transports: list[Transport] = []
        self._receivers = {a.id: self._receiver(a.id, a.token) for a in self._accounts}
        self._secrets = {a.id: a.secret or self._made_up(a.token) for a in self._accounts}
        bots = {id_: receiver.bot for id_, receiver in self._receivers.items()}
        self.door = TelegramDoor(bots, house.contacts, house.pace, settings.telegram_rate, house.metrics)
        self.calls = paths("telegram", Hook(self._receivers, self._secrets, house.metrics).handle)
        self._by_hook = called_back(settings.public_url, settings.telegram_api, TELEGRAM_API)

    def running(self, role: Role) -> list[Coroutine[Any, Any, None]]:
        """Introductions, and polling."""
        if not self._looked_after(role):
            return []
        house, found = self._house, []
        for account, receiver in self._receivers.items():
            where = (self._address(account), self._secrets[account]) if self._by_hook else None
            found.append(introduce(receiver, where, house.says, house.metrics))
            if not self._by_hook:
                found.append(poll(receiver, house.turns))
        return found

    def state(self, role: Role) -> dict[str, str]:
        """`open` once Telegram knows where to call, or we what to ask."""
        if not self._looked_after(role):
            return {}
        return {
            f"{TELEGRAM}:{id_}": "open" if receiver.ready else "starting"
            for id_, receiver in self._receivers.items()
        }

    async def probe(self, account: str) -> str | None:
        """`getMe`. Who answers at all is alive, even when it wants us to wait."""
        try:
            async with asyncio.timeout(PROBE):
                await called(self._receivers[account].bot, "getMe", {})
        except RetryAfter:
            return None
        except InvalidToken as error:  # also of whatever answers 404 in Telegram's place
            return TOKEN if "unauthorized" in str(error).lower() else AWAY
        except (TelegramError, TimeoutError):
            return AWAY
        return None

    async def deaf(self, account: str) -> bool:
        """Whether it has tried in vain of late, and something waits with it."""
        if not self._by_hook:
            return False
        try:
            async with asyncio.timeout(PROBE):
                info = await called(self._receivers[account].bot, "getWebhookInfo", {})
        except (TelegramError, TimeoutError):
            return False
        failed, waiting = info.get("last_error_date", 0), info.get("pending_update_count", 0)
        return bool(waiting) and datetime.now(UTC).timestamp() - failed < _LATELY

    async def close(self) -> None:
        """Let go of all connections."""
        for receiver in self._receivers.values():
            await receiver.close()
        for transport in self._transports:
            await transport.shutdown()

    def _looked_after(self, role: Role) -> bool:
        return role is not (Role.WORKER if self._by_hook else Role.WEB)

    def _receiver(self, account: str, token: str) -> Receiver:
        sending, asking = Transport(PATIENCE), Transport(LONG + PATIENCE)
        self._transports += [sending, asking]
        address = f"{self._house.settings.telegram_api}/bot"
        bot = Bot(token, base_url=address, request=sending, get_updates_request=asking)
        return Receiver(bot, Me(account), self._house.hear, self._house.contacts, self._house.metrics)

    def _made_up(self, token: str) -> str:
        """What each call of a webhook must bring; the same in all processes and after a restart."""
        return self._house.store.names.pseudonym("telegram hook", token)

    def _address(self, account: str) -> str:
        return hook(self._house.settings.public_url, "telegram", account, len(self._receivers))
