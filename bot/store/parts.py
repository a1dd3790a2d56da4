"""Which two characters of a code name which station: given once and for ever, also when a station is gone."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.ticket import drawn
from bot.store.connection import Store

_KEY = "tb:parts"  # part -> station; of the whole store, outside any tag


class Parts:
    """The register of all stations there ever were."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def given(self) -> dict[str, str]:
        """The part of every station."""
        flat = await self._store.line.ask("HGETALL", _KEY)
        pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
        return {station.decode(): part.decode() for part, station in pairs}

    async def give(self, stations: Iterable[str]) -> dict[str, str]:
        """As `given`, after every one of these has a part; of two that want one, the first gets it."""
        known = await self.given()
        new = sorted(set(stations) - known.keys())
        for station in new:
            for part in drawn(station):
                taken = not await self._store.line.ask("HSETNX", _KEY, part, station)
                if not taken or await self._store.line.ask("HGET", _KEY, part) == station.encode():
                    break
        return await self.given() if new else known
