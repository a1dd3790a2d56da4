"""What a chat platform is to the house, whichever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from bot.config import Role, Settings
from bot.domain.delivery import Door
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
