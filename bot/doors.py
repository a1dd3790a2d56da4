"""The doors there are accounts for. A platform's code is loaded only then: it is half as big as the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.accounts import Accounts
from bot.channels.platform import Handler, Hear, House, Platform, Says
from bot.channels.server import Hooks
from bot.config import Role, Settings
from bot.domain.delivery import Door
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address
from bot.errors import SettingsError
from bot.metrics import Metrics
from bot.services.leaving import cut
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.mailing import Ledger
from bot.store.pace import SharedPace
from bot.store.records import Records
from bot.store.turns import Turns

_CODE = re.compile(r"[A-Za-z0-9_-]{4,200}\Z")
_PROOF = '<html><head><meta name="zalo-platform-site-verification" content="{code}" /></head></html>\n'
_BIGGEST = 64 * 1024  # bytes of a file of Zalo's


class Doors:
    """The doors of one process, but for the web page."""

    def __init__(  # noqa: PLR0913, PLR0917 - all of the house that a door needs
        self, settings: Settings, store: Store, inbox: Inbox, hear: Hear, says: Says, metrics: Metrics
    ) -> None:
        files = proofs(settings.accounts.verifiers)  # before anything is opened that would have to be closed
        records, circles = Records(store), Circles(store)

        async def forget(address: Address) -> None:
            who, now = inbox.person(address), datetime.now(UTC)
            circle = await circles.of(address)
            if circle.tied:
                others = tuple(each for each in circle.members if each.who != who.id)
                await cut(circles, records, who, others, now)
            await Ledger(store).forget(who, address)
            await records.erase(who, now, address.channel)

        contacts, self._turns = Contacts(store, inbox), Turns(store)
        house = House(settings, store, contacts, self._turns, SharedPace(store), metrics, hear, says, forget)
        self._platforms = [made(house) for made in _wanted(settings.accounts)]
        self.senders: dict[str, Door] = {each.channel: each.door for each in self._platforms}
        calls: dict[str, Handler] = {}
        for each in self._platforms:
            self.senders |= each.beside
            calls |= each.calls
        self.hooks = Hooks(calls, files)

    def running(self, role: Role) -> list[Coroutine[Any, Any, None]]:
        """What goes on while the house is open."""
        return [each for platform in self._platforms for each in platform.running(role)]

    def state(self, role: Role) -> dict[str, str]:
        """How each account is that this process looks after, for a watcher."""
        found: dict[str, str] = {}
        for platform in self._platforms:
            found |= platform.state(role)
        return found

    async def probe(self, channel: str, account: str) -> str | None:
        """What stands in the way of an account, as its platform has it; None: nothing."""
        return await self._platform(channel).probe(account)

    async def deaf(self, channel: str, account: str) -> bool:
        """Whether its platform says that it cannot hand us what people write to an account."""
        return await self._platform(channel).deaf(account)

    def _platform(self, channel: str) -> Platform:
        return next(each for each in self._platforms if each.channel == channel)

    async def take_over(self) -> None:
        """End the turns of dead processes at once; for a process that is alone with its store."""
        await self._turns.take_over()

    async def close(self) -> None:
        """Let go of all connections."""
        for platform in self._platforms:
            await platform.close()


def check(settings: Settings, known: Knowledge) -> None:
    """Whether the accounts fit the content, and Zalo's files are there.

    Raises:
        SettingsError: the first that does not.
    """
    for (_, account), station in settings.accounts.stations.items():
        if station not in known.stations:
            raise SettingsError("ACCOUNTS_FILE", "account_station", account)
    proofs(settings.accounts.verifiers)


def _wanted(accounts: Accounts) -> list[Callable[[House], Platform]]:
    modules = []
    if accounts.telegram:
        modules.append(("bot.channels.telegram.bots", "Bots"))
    if accounts.zalo_oa:
        modules.append(("bot.channels.zalo_oa.accounts", "OfficialAccounts"))
    if accounts.zalo_bot:
        modules.append(("bot.channels.zalo_bot.bots", "Bots"))
    return [getattr(import_module(module), name) for module, name in modules]


def proofs(verifiers: tuple[str, ...]) -> dict[str, str]:
    """Zalo's files by path; each is given as a file, or as the code in its name.

    Raises:
        SettingsError: neither.
    """
    found = {}
    for given in verifiers:
        path = Path(given)
        if _is_file(path) and path.name.startswith("zalo_verifier") and path.stat().st_size < _BIGGEST:
            found[f"/{path.name}"] = path.read_text("utf-8", "replace")
        elif _CODE.match(given):
            found[f"/zalo_verifier{given}.html"] = _PROOF.format(code=given)
        else:
            raise SettingsError("ZALO_VERIFIER", "verifier", given)
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long to be one
        return False
