"""The whole state in one file, and back; and everything sealed anew after a change of SECRET_KEY.

A backup holds what the store holds: sealed. The keys are never in it. A line for each key, as JSON, gzipped;
by type and not as the server's own dump, so that another version of the server can take it.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from redis.exceptions import WatchError

from bot.errors import StoreError
from bot.store import naming
from bot.store.connection import VERSION, Store
from bot.store.sealing import MARK

FORMAT = 1
# Not brought back: what was being done, what waits to be answered or sent, tokens of platforms (they are
# single use: an old one would lock us out).
SKIPPED = (
    "inbox",
    "queued",
    "ready",
    "lease",
    "leases",
    "fence",
    "delivery",
    "out",
    "sending",
    "owed",
    "held",
    "token",
    "turn",
    "sends",
    "pairing",
)
_SEALED = re.compile(re.escape(MARK) + rb"[0-9A-Za-z_=-]{40,}")
_KIND = re.compile(r"tb:(?:\{[^}]*\}:)?([^:]*)")
_SCAN = 500
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Report:
    """How many keys were taken, and how many left out."""

    taken: int
    left_out: int = 0


async def backup(store: Store, path: Path, now: datetime) -> Report:
    """Write everything to a file that only its owner can read; a half-written one never takes its name.

    Raises:
        StoreError: when the file cannot be written.
    """
    head = {"format": FORMAT, "schema": VERSION, "seal": store.seals.fingerprints[0]}
    try:
        with _private(path) as file:
            file.write(json.dumps({**head, "made": now.isoformat()}) + "\n")
            taken = 0
            async for key in _keys(store):
                line = await _read(store, key)
                if line:
                    file.write(json.dumps(line) + "\n")
                    taken += 1
            file.write(json.dumps({"end": taken}) + "\n")
    except OSError as error:
        raise StoreError("backup_file", file=str(path), error=str(error)) from error
    return Report(taken)


@contextmanager
def _private(path: Path) -> Iterator[TextIO]:
    """A gzipped text file for its owner only; it takes its name when it is whole and on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    try:
        with temporary.open("wb") as raw:
            with gzip.open(raw, "wt", encoding="ascii") as file:
                yield file
            raw.flush()
            os.fsync(raw.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


async def restore(store: Store, path: Path) -> Report:
    """Bring a backup back into an empty store.

    Raises:
        StoreError: the store has data; the file is cut short, newer than we are, or sealed with other keys.
    """
    try:
        lines = _lines(path)
    except (OSError, EOFError, ValueError) as error:
        raise StoreError("backup_bad", file=str(path), error=str(error)) from error
    if lines[0].get("seal") not in store.seals.fingerprints:
        raise StoreError("foreign_key")
    if lines[0].get("schema", VERSION + 1) > VERSION or lines[0].get("format") != FORMAT:
        raise StoreError("newer", version=lines[0].get("schema"), known=VERSION)
    async for key in _keys(store):
        if _kind(key) not in {"schema", "fingerprint", "names", "alive"}:
            raise StoreError("not_empty")
    taken = left_out = 0
    for line in lines[1:-1]:
        if _kind(_bytes(line["key"])) in SKIPPED:
            left_out += 1
        else:
            await _write(store, line)
            taken += 1
    await store.redis.set(naming.FINGERPRINT, str(lines[0]["seal"]))
    await store.redis.set(naming.RESTORED, str(lines[0]["made"]))
    return Report(taken, left_out)


async def rekey(store: Store) -> Report:
    """Seal everything with the newest key, also while others use the store. Can be repeated after a crash."""
    renewed = 0
    async for key in _keys(store):
        renewed += await _renewed(store, key)
    await store.redis.set(naming.FINGERPRINT, store.seals.fingerprints[0])
    return Report(renewed)


async def _renewed(store: Store, key: bytes) -> bool:
    """Reseal one key, unless somebody changes it meanwhile; then again."""

    def renew(value: bytes) -> bytes:
        return _SEALED.sub(lambda found: store.seals.renewed(found[0]), value)

    redis: Any = store.redis
    for _ in range(_TRIES):
        async with redis.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            line = await _read(store, key)
            if line is None or not any(_SEALED.search(_bytes(part)) for part in _parts(line)):
                return False
            pipe.multi()
            _written(pipe, line, renew)
            try:
                await pipe.execute()
            except WatchError:
                continue
            return True
    raise StoreError("busy_key")


def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="ascii") as file:
        lines = [json.loads(line) for line in file]
    if len(lines) < 2 or lines[-1].get("end") != len(lines) - 2:
        raise ValueError("cut short")
    return lines


async def _keys(store: Store) -> AsyncIterator[bytes]:
    seen: set[bytes] = set()
    async for key in store.redis.scan_iter("tb:*", count=_SCAN):
        if key not in seen:  # a scan may name a key twice
            seen.add(key)
            yield key


def _kind(key: bytes) -> str:
    """`tb:{c07}:session:ab…` and `tb:{s:mai_phu}:session` are of kind `session`, `tb:schema` of `schema`."""
    found = _KIND.match(key.decode())
    return found[1] if found else ""


async def _read(store: Store, key: bytes) -> dict[str, Any] | None:
    redis: Any = store.redis
    kind = (await redis.type(key)).decode()
    readers: dict[str, Callable[[], Any]] = {
        "string": lambda: redis.get(key),
        "hash": lambda: redis.hgetall(key),
        "list": lambda: redis.lrange(key, 0, -1),
        "set": lambda: redis.smembers(key),
        "zset": lambda: redis.zrange(key, 0, -1, withscores=True),
    }
    if kind not in readers:
        return None  # gone in the meantime
    value = await readers[kind]()
    if value is None:
        return None
    match kind:
        case "string":
            parts = [_text(value)]
        case "hash":
            parts = [_text(part) for pair in value.items() for part in pair]
        case "zset":
            parts = [part for member, score in value for part in (_text(member), repr(float(score)))]
        case _:
            parts = [_text(part) for part in value]
    return {"key": _text(key), "type": kind, "ttl": await redis.pttl(key), "parts": parts}


async def _write(store: Store, line: dict[str, Any]) -> None:
    redis: Any = store.redis
    async with redis.pipeline(transaction=True) as pipe:
        _written(pipe, line, lambda value: value)
        await pipe.execute()


def _written(pipe: Any, line: dict[str, Any], change: Callable[[bytes], bytes]) -> None:
    key, kind, parts = _bytes(line["key"]), line["type"], line["parts"]
    pipe.delete(key)
    if kind == "zset":
        pairs = zip(parts[::2], parts[1::2], strict=True)
        pipe.zadd(key, {change(_bytes(member)): float(score) for member, score in pairs})
    else:
        values = [change(_bytes(part)) for part in parts]
        match kind:
            case "string":
                pipe.set(key, values[0])
            case "hash":
                pipe.hset(key, mapping=dict(zip(values[::2], values[1::2], strict=True)))
            case "list":
                pipe.rpush(key, *values)
            case _:
                pipe.sadd(key, *values)
    if line["ttl"] > 0:
        pipe.pexpire(key, line["ttl"])


def _parts(line: dict[str, Any]) -> list[str]:
    return list(line["parts"][::2] if line["type"] == "zset" else line["parts"])


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
