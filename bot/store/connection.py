"""Opening the store: is it durable, is it ours, can we read it?"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as TooSlow

from bot.errors import StoreError
from bot.store import naming
from bot.store.line import Line
from bot.store.sealing import Names, Seals

VERSION = 1  # of what the keys hold; newer is refused, older is migrated
CONNECTIONS = 32
PATIENCE = 5  # seconds for one command
_INSIST = 0.2  # seconds before a cancellation is repeated
_RETRIES = 3  # redis-py asks ten times by itself; each is a repetition the scripts must bear


@dataclass(frozen=True, slots=True)
class Store:
    """An open store and the keys to it."""

    redis: Redis
    line: Line  # for what is asked with every message
    seals: Seals
    names: Names

    async def close(self) -> None:
        """Let go of all connections."""
        await self.line.close()
        await self.redis.aclose()

    async def skew(self) -> float:
        """Seconds our clock is ahead of the store's."""
        seconds, micro = await self.redis.time()
        return datetime.now(UTC).timestamp() - (int(seconds) + int(micro) / 1e6)


def connect(url: str) -> Redis:
    """A client that waits for a free connection instead of failing, and gives up after a few tries."""
    pool: Any = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=PATIENCE,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        health_check_interval=30,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), _RETRIES),
        retry_on_error=[Unreachable, TooSlow],
    )
    return Redis.from_pool(pool)


async def open_store(url: str, seals: Seals, *, allow_volatile: bool = False) -> Store:
    """Connect and check.

    Raises:
        StoreError: unreachable, not durable (and not allowed to be so), written by a newer version, or sealed
            with a key we were not given.
    """
    redis = connect(url)
    try:
        if not allow_volatile:
            await _durable(redis)
        await _readable(redis, seals)
        return Store(redis, Line(url, PATIENCE), seals, await _names(redis, seals))
    except (RedisError, OSError) as error:
        await redis.aclose()
        raise StoreError("unreachable", error=str(error)) from error
    except StoreError:
        await redis.aclose()
        raise


async def ended(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks that use the store until they are gone; redis-py now and then swallows a cancellation."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=_INSIST)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _durable(redis: Redis) -> None:
    """What we answer for must be on disk before we answer (DESIGN §6)."""
    found: dict[str, str] = {}
    for name, wanted in (("appendonly", "yes"), ("appendfsync", "always")):
        try:
            answer: Any = await redis.config_get(name)
        except ResponseError as error:
            raise StoreError("unknown_durability", error=str(error)) from error
        found[name] = _text(answer.get(name) or answer.get(name.encode()) or "")
        if found[name] != wanted:
            raise StoreError("volatile", setting=name, value=found[name] or "?", wanted=wanted)


async def _readable(redis: Redis, seals: Seals) -> None:
    """Refuse a newer layout and an unknown key; a new store gets our mark."""
    await redis.set(naming.SCHEMA, VERSION, nx=True)
    version = int(_text(await redis.get(naming.SCHEMA)))
    if version > VERSION:
        raise StoreError("newer", version=version, known=VERSION)
    await redis.set(naming.FINGERPRINT, seals.fingerprints[0], nx=True)
    if _text(await redis.get(naming.FINGERPRINT)) not in seals.fingerprints:
        raise StoreError("foreign_key")


async def _names(redis: Redis, seals: Seals) -> Names:
    await redis.set(naming.NAMES_KEY, seals.seal(secrets.token_bytes(32)), nx=True)
    sealed: Any = await redis.get(naming.NAMES_KEY)
    return Names(seals.open(sealed))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
