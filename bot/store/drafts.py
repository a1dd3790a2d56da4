"""Answers of officers that may become content, and which talk an officer writes into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.store.acts import station_prefix
from bot.store.connection import Store
from bot.store.scripts import ms

MOST = 200  # drafts of a station; the oldest make room
LAST = timedelta(days=90)
_CHOSEN_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Draft:
    """An officer's answer, private numbers masked, without what the citizen wrote."""

    id: str
    station: str
    officer: str
    at: datetime
    text: str


_DRAFT = TypeAdapter(Draft)


class Drafts:
    """Keeps and reads; sealed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, draft: Draft) -> None:
        """Keep a draft; the same one once."""
        redis: Any = self._store.redis
        sealed = self._store.seals.seal(_DRAFT.dump_json(draft))
        texts, order = _keys(draft.station)
        async with redis.pipeline(transaction=True) as pipe:
            pipe.hset(texts, draft.id, sealed)
            pipe.zadd(order, {draft.id: ms(draft.at)})
            pipe.expire(texts, LAST)
            pipe.expire(order, LAST)
            pipe.zrange(order, 0, -MOST - 1)
            old = (await pipe.execute())[-1]
        if old:
            await redis.hdel(texts, *old)
            await redis.zrem(order, *old)

    async def of(self, station: str, now: datetime) -> list[Draft]:
        """The drafts of a station, oldest first; none older than `LAST`."""
        redis: Any = self._store.redis
        texts, order = _keys(station)
        past = await redis.zrangebyscore(order, "-inf", ms(now - LAST))
        if past:
            await redis.hdel(texts, *past)
            await redis.zrem(order, *past)
        ids = await redis.zrange(order, 0, -1)
        found = await redis.hmget(texts, ids) if ids else ()
        return [_DRAFT.validate_json(self._store.seals.open(each)) for each in found if each]

    async def drop(self, draft: Draft) -> None:
        """Forget a draft."""
        redis: Any = self._store.redis
        texts, order = _keys(draft.station)
        await redis.hdel(texts, draft.id)
        await redis.zrem(order, draft.id)

    async def choose(self, officer: str, ref: str) -> None:
        """The talk an officer writes into from now on."""
        redis: Any = self._store.redis
        await redis.set(_chosen(officer), ref, ex=_CHOSEN_FOR)

    async def chosen(self, officer: str) -> str | None:
        """The talk an officer chose last."""
        found: Any = await self._store.line.ask("GET", _chosen(officer))
        return found.decode() if found else None


def _keys(station: str) -> tuple[str, str]:
    prefix = station_prefix(station)
    return f"{prefix}drafts", f"{prefix}drafts-order"


def _chosen(officer: str) -> str:
    return f"tb:{{o}}:talk:{officer}"
