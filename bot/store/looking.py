"""A look at a store that changes nothing in it: how it is run, whose it is, and a way to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError, ResponseError

from bot.errors import StoreError
from bot.store import naming
from bot.store.connection import PATIENCE, Store, connect
from bot.store.line import Line
from bot.store.sealing import Names, Seals

_ASKED = ("appendonly", "appendfsync", "maxmemory-policy", "maxmemory", "min-replicas-to-write")


@dataclass(frozen=True, slots=True)
class Looked:
    """How a store's server is run. A setting it does not tell is missing from `settings`.

    `written` and `rewritten` say whether the last write to the append-only file and the last rewriting of it
    went well; `used` is memory in bytes. `schema` and `fingerprint` are None in an empty store.
    """

    version: str
    settings: dict[str, str]
    written: bool
    rewritten: bool
    replicas: int
    used: int
    skew: float
    schema: int | None
    fingerprint: str | None


async def look(url: str, ours: float) -> Looked:
    """Ask the server; `ours` is what our clock says, in seconds since 1970.

    Raises:
        StoreError: unreachable.
    """
    redis: Any = connect(url)
    try:
        info = await redis.info()
        seconds, micro = await redis.time()
        schema, fingerprint = await redis.mget(naming.SCHEMA, naming.FINGERPRINT)
        return Looked(
            version=str(info.get("valkey_version") or info.get("redis_version", "?")),
            settings=await _settings(redis),
            written=info.get("aof_last_write_status", "ok") == "ok",
            rewritten=info.get("aof_last_bgrewrite_status", "ok") == "ok",
            replicas=int(info.get("connected_slaves", 0)),
            used=int(info.get("used_memory", 0)),
            skew=ours - (int(seconds) + int(micro) / 1e6),
            schema=None if schema is None else int(schema),
            fingerprint=None if fingerprint is None else fingerprint.decode(),
        )
    except (RedisError, OSError) as error:
        raise StoreError("unreachable", error=type(error).__name__) from None
    finally:
        await redis.aclose()


async def _settings(redis: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        for name in _ASKED:
            answer = await redis.config_get(name)
            found |= {_text(key): _text(value) for key, value in answer.items()}
    except ResponseError:  # some who run a server for others do not tell
        return found
    return found


async def borrowed(url: str, seals: Seals) -> Store | None:
    """An open store to read from; None when it is empty or sealed with other keys. Close it afterwards.

    Raises:
        StoreError, RedisError, OSError: not reachable, or not to be opened.
    """
    redis: Any = connect(url)
    try:
        fingerprint, named = await redis.mget(naming.FINGERPRINT, naming.NAMES_KEY)
        if fingerprint is None or named is None or fingerprint.decode() not in seals.fingerprints:
            await redis.aclose()
            return None
        return Store(redis, Line(url, PATIENCE), seals, Names(seals.open(named)))
    except (RedisError, OSError, StoreError):
        await redis.aclose()
        raise


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
