"""What became of deliveries, for whoever has to do by hand what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.message import Address
from bot.store.connection import Store
from bot.store.naming import onward, person, prefix
from bot.store.parcels import Parcels

HELD = "held"
WAITS = "waits"  # to be sent, or being sent
MOVED = "moved"  # to another door of the same person


class Fates:
    """Reads the outbox of any door."""

    def __init__(self, store: Store) -> None:
        self._store, self._parcels = store, Parcels(store.seals)

    async def of(self, address: Address, ids: Sequence[str]) -> list[str | None]:
        """What became of each delivery to somebody, at whichever of their doors it was last.

        Its result, `HELD`, `WAITS`, or None when nobody knows of it.
        """
        return [await self._followed(address, id_) for id_ in ids]

    async def _followed(self, address: Address, id_: str) -> str | None:
        """Each delivery was at a door once at most, so this ends."""
        who, fate = person(address, self._store.names), None
        key = f"{prefix(who.tag)}delivery:{id_}"
        while True:
            known, result, reason, to = await self._store.line.ask(
                "HMGET", key, "person", "result", "reason", "onward"
            )
            if known is None:  # the last door does not know it yet, or no more
                return fate
            fate = result.decode() if result else HELD if reason else WAITS
            if to is None:
                return fate
            who = person(self._parcels.addressed(to), self._store.names)
            key = f"{prefix(who.tag)}delivery:{onward(id_, who)}"
