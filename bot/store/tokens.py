"""Tokens of platforms: a pair that is replaced as a whole, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.store.connection import Store
from bot.store.scripts import Script, ms


@dataclass(frozen=True, slots=True)
class Pair:
    """What lets us speak for an account. `refresh` can be used once, to get the next pair.

    `access` is empty when only a first refresh token was put in.
    """

    access: str
    refresh: str
    expires: datetime  # of `access`
    made: datetime  # and with it `refresh`


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair and how many came before it."""

    pair: Pair
    generation: int


_PAIR = TypeAdapter(Pair)


class Tokens:
    """Keeps pairs by account, sealed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._replace = Script(store.line, "pair")

    async def newest(self, channel: str, account: str) -> Kept | None:
        """The pair to use, if there is one."""
        found: Any = await self._store.line.ask("HMGET", _key(channel, account), "pair", "generation")
        if found[0] is None:
            return None
        return Kept(_PAIR.validate_json(self._store.seals.open(found[0])), int(found[1]))

    async def replace(self, channel: str, account: str, generation: int, pair: Pair, now: datetime) -> bool:
        """Keep a pair in place of that generation (0: of none); False when a newer one is there already."""
        sealed = self._store.seals.seal(_PAIR.dump_json(pair))
        return bool(await self._replace(keys=[_key(channel, account)], args=[generation, sealed, ms(now)]))


def _key(channel: str, account: str) -> str:
    return f"tb:token:{channel}:{account}"
