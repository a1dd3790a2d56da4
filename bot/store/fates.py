"""What became of deliveries, for whoever has to do by hand what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.message import Address
from bot.store.connection import Store
from bot.store.naming import person, prefix

HELD = "held"
WAITS = "waits"  # to be sent, or being sent


class Fates:
    """Reads the outbox of any door."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, address: Address, ids: Sequence[str]) -> list[str | None]:
        """What became of each delivery to somebody.

        Its result, `HELD`, `WAITS`, or None when nobody knows of it.
        """
        start = prefix(person(address, self._store.names).tag)
        return [await self._one(f"{start}delivery:{id_}") for id_ in ids]

    async def _one(self, key: str) -> str | None:
        known, result, reason = await self._store.line.ask("HMGET", key, "person", "result", "reason")
        if known is None:
            return None
        return result.decode() if result else HELD if reason else WAITS
