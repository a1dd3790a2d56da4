"""Telegram and Zalo, as far as there are accounts: what takes in, what sends, what runs beside."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from telegram import Bot

from bot.accounts import TELEGRAM, ZALO_OA
from bot.channels.server import Handler, Hooks
from bot.channels.telegram import hook as telegram_hook
from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.polling import LONG, poll
from bot.channels.telegram.reading import Me
from bot.channels.telegram.receiving import Receiver
from bot.channels.telegram.setup import introduce
from bot.channels.telegram.transport import PATIENCE, Transport
from bot.channels.zalo_oa import hook as zalo_hook
from bot.channels.zalo_oa.door import ZaloDoor
from bot.channels.zalo_oa.oauth import OAuth
from bot.channels.zalo_oa.tokens import Keeper, Spare
from bot.config import Role, Settings
from bot.domain.delivery import Door
from bot.domain.message import Address, Incoming
from bot.errors import SettingsError
from bot.metrics import Metrics
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Hearing, Inbox
from bot.store.records import Records
from bot.store.tokens import Tokens
from bot.store.turns import Turns

_CODE = re.compile(r"[A-Za-z0-9_-]{4,200}\Z")
_PROOF = '<html><head><meta name="zalo-platform-site-verification" content="{code}" /></head></html>\n'
_BIGGEST = 64 * 1024  # bytes of a file of Zalo's

Hear = Callable[[Incoming], Awaitable[Hearing]]
Says = Callable[[str], str]


class Doors:
    """The doors of one process, but for the web page."""

    def __init__(  # noqa: PLR0913, PLR0917 - all of the house that a door needs
        self, settings: Settings, store: Store, inbox: Inbox, hear: Hear, says: Says, metrics: Metrics
    ) -> None:
        self._settings, self._store, self._inbox = settings, store, inbox
        self._hear, self._says, self._metrics = hear, says, metrics
        self._contacts, self._turns = Contacts(store, inbox), Turns(store)
        self._session = aiohttp.ClientSession()
        self._transports: list[Transport] = []
        self._receivers = {a.id: self._receiver(a.id, a.token) for a in settings.accounts.telegram}
        self._keepers = self._token_keepers()
        self.senders: dict[str, Door] = {}
        calls: dict[str, Handler] = {}
        if self._receivers:
            bots = {id_: receiver.bot for id_, receiver in self._receivers.items()}
            self.senders[TELEGRAM] = TelegramDoor(bots, self._contacts, settings.telegram_rate, metrics)
            calls |= _paths("telegram", telegram_hook.Hook(self._receivers, self._secrets(), metrics).handle)
        if self._keepers:
            self.senders[ZALO_OA] = ZaloDoor(
                self._keepers, self._session, settings.zalo_oa_api, self._contacts, says, metrics
            )
            accounts = {account.id: account for account in settings.accounts.zalo_oa}
            took = zalo_hook.Hook(accounts, hear, self._forget, self._contacts, metrics)
            calls |= _paths("zalo-oa", took.handle)
        self.hooks = Hooks(calls, _proofs(settings.accounts.verifiers))

    def running(self, role: Role) -> list[Coroutine[Any, Any, None]]:
        """What goes on while the house is open: introductions, polling, renewing of tokens."""
        found: list[Coroutine[Any, Any, None]] = []
        by_hook = self._settings.public_url is not None
        for account, receiver in self._receivers.items():
            if role is not (Role.WORKER if by_hook else Role.WEB):
                hook = (self._hook_address(account), self._secrets()[account]) if by_hook else None
                found.append(introduce(receiver, hook, self._says, self._metrics))
            if not by_hook and role is not Role.WEB:
                found.append(poll(receiver, self._turns))
        if role is not Role.WEB:
            found += [keeper.keep() for keeper in self._keepers.values()]
        return found

    def state(self) -> dict[str, str]:
        """How each door is, for a watcher."""
        telegram = {
            f"{TELEGRAM}:{id_}": "open" if receiver.me.username else "starting"
            for id_, receiver in self._receivers.items()
        }
        return telegram | {f"{ZALO_OA}:{id_}": keeper.state() for id_, keeper in self._keepers.items()}

    async def close(self) -> None:
        """Let go of all connections."""
        for receiver in self._receivers.values():
            await receiver.close()
        for transport in self._transports:
            await transport.shutdown()
        await self._session.close()

    # -- Telegram

    def _receiver(self, account: str, token: str) -> Receiver:
        sending, asking = Transport(PATIENCE), Transport(LONG + PATIENCE)
        self._transports += [sending, asking]
        address = f"{self._settings.telegram_api}/bot"
        bot = Bot(token, base_url=address, request=sending, get_updates_request=asking)
        return Receiver(bot, Me(account), self._hear, self._contacts, self._metrics)

    def _secrets(self) -> dict[str, str]:
        """What each webhook call must bring; the same in all processes and after a restart."""
        pseudonym = self._store.names.pseudonym
        return {
            a.id: a.secret or pseudonym("telegram hook", a.token) for a in self._settings.accounts.telegram
        }

    def _hook_address(self, account: str) -> str:
        several = len(self._receivers) > 1
        return f"{self._settings.public_url}/hooks/telegram" + (f"/{account}" if several else "")

    # -- Zalo

    def _token_keepers(self) -> Mapping[str, Keeper]:
        oauth = OAuth(self._session, self._settings.zalo_oauth_api)
        tokens, folder = Tokens(self._store), self._settings.data_dir / "tokens"
        return {
            a.id: Keeper(a, tokens, self._turns, oauth, Spare(folder, a.id, self._store.seals), self._metrics)
            for a in self._settings.accounts.zalo_oa
        }

    async def _forget(self, address: Address) -> None:
        """A platform tells us that somebody wants nothing of them kept."""
        who = self._inbox.person(address)
        await Records(self._store).erase(who, datetime.now(UTC), address.channel)


def _paths(name: str, handle: Handler) -> dict[str, Handler]:
    return {f"/hooks/{name}": handle, f"/hooks/{name}/{{account}}": handle}


def _proofs(verifiers: tuple[str, ...]) -> dict[str, str]:
    """Zalo's files by path; each is given as a file, or as the code in its name.

    Raises:
        SettingsError: neither.
    """
    found = {}
    for given in verifiers:
        path = Path(given)
        if path.is_file() and path.name.startswith("zalo_verifier") and path.stat().st_size < _BIGGEST:
            found[f"/{path.name}"] = path.read_text("utf-8", "replace")
        elif _CODE.match(given):
            found[f"/zalo_verifier{given}.html"] = _PROOF.format(code=given)
        else:
            raise SettingsError("ZALO_VERIFIER", "verifier", given)
    return found
