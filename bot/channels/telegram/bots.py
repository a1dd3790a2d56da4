"""All Telegram bots of one process, put together."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from telegram import Bot

from bot.accounts import TELEGRAM
from bot.channels.platform import House, called_back, hook, paths
from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.hook import Hook
from bot.channels.telegram.polling import LONG, poll
from bot.channels.telegram.reading import Me
from bot.channels.telegram.receiving import Receiver
from bot.channels.telegram.setup import introduce
from bot.channels.telegram.transport import PATIENCE, Transport
from bot.config import TELEGRAM_API, Role


class Bots:
    """Called by Telegram where it can reach us over https, asking it where not."""

    channel = TELEGRAM

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
