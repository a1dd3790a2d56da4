"""A citizen's own list: which appointments are theirs, on their own tag. An index, and never the truth.

It is written after a seat was held, so a crash in between leaves one out; `write` mends it from what the
stations know.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.ticket import Ticket
from bot.store.connection import Store
from bot.store.naming import Person


class Visits:
    """The list of each citizen."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, who: Person, ticket: Ticket) -> None:
        """One appointment more."""
        await self._store.line.ask("SADD", who.key("visits"), _entry(ticket))

    async def of(self, who: Person) -> list[Ticket]:
        """What the list says, in no order."""
        found = await self._store.line.ask("SMEMBERS", who.key("visits"))
        pairs = [entry.decode().rpartition(":") for entry in found]
        return [Ticket(station, int(number)) for station, _, number in pairs]

    async def drop(self, who: Person, tickets: Iterable[Ticket]) -> None:
        """These are over."""
        await self._store.line.ask("SREM", who.key("visits"), *map(_entry, tickets))

    async def write(self, who: Person, tickets: Iterable[Ticket]) -> None:
        """Make the list this one."""
        redis: Any = self._store.redis
        entries = [_entry(ticket) for ticket in tickets]
        async with redis.pipeline(transaction=True) as pipe:
            pipe.delete(who.key("visits"))
            if entries:
                pipe.sadd(who.key("visits"), *entries)
            await pipe.execute()


def _entry(ticket: Ticket) -> str:
    return f"{ticket.station}:{ticket.number}"
