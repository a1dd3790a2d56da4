"""What a chat platform is to the house, whichever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.config import Role, Settings
from bot.domain.delivery import Door
from bot.domain.finding import Finding
from bot.domain.message import Address, Incoming
from bot.metrics import Metrics
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Hearing
from bot.store.pace import SharedPace
from bot.store.turns import Turns

PROBE = 10.0  # seconds within which a platform must say who we are
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Hear = Callable[[Incoming], Awaitable[Hearing]]
Says = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class House:
    """What a platform is told of the house it belongs to."""

    settings: Settings
    store: Store
    contacts: Contacts
    turns: Turns
    pace: SharedPace
    metrics: Metrics
    hear: Hear
    says: Says
    forget: Callable[[Address], Awaitable[None]]  # somebody wants nothing of them kept


class Platform(Protocol):
    """All accounts of one platform, in one process."""

    channel: str
    door: Door
    beside: Mapping[str, Door]  # further channels that its accounts can send by
    calls: Mapping[str, Handler]  # where it calls us, by path

    def running(self, role: Role) -> list[Coroutine[Any, Any, None]]:
        """What goes on while the house is open."""
        ...

    def state(self, role: Role) -> dict[str, str]:
        """How each account is, as far as this process looks after it."""
        ...

    async def probe(self, account: str) -> str | None:
        """Ask the platform who we are: None when it says so, else why not (`domain.health`); see `PROBE`."""
        ...

    async def deaf(self, account: str) -> bool:
        """Whether the platform says that it cannot hand us what people write."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...


def paths(name: str, handle: Handler) -> dict[str, Handler]:
    """Where a platform calls: with the account behind it where there are several."""
    return {f"/hooks/{name}": handle, f"/hooks/{name}/{{account}}": handle}


def called_back(public_url: str | None, api: str, official: str) -> bool:
    """Whether a platform calls us: over https, or by any address where it is a server of one's own."""
    public = public_url or ""
    return public.startswith("https://") or (bool(public) and api != official)


def hook(public_url: str | None, name: str, account: str, accounts: int) -> str:
    """The address at which a platform calls us for an account, one of so many."""
    return f"{public_url}/hooks/{name}" + (f"/{account}" if accounts > 1 else "")


def host(address: str) -> str:
    """The machine of an address that is told to people: behind its name others like to put their tokens."""
    return urlsplit(address).hostname or "?"


@dataclass(frozen=True, slots=True)
class Looking:
    """What whoever examines an account is lent. `store` is None where none can be read."""

    settings: Settings
    session: aiohttp.ClientSession
    store: Store | None
    now: datetime


class Examiner(Protocol):
    """`examine` of each platform's `examining`: asks the platform how an account is.

    Changes and sends nothing, and never takes a token that can be used only once.
    """

    async def __call__(self, account: Any, around: Looking) -> list[Finding]:
        """What is to be said of one account, each finding `of` it."""
        ...
