"""The store: reachable, durable, with room, and sealed with our key."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.config import Settings
from bot.content.files import say
from bot.domain.finding import Finding, broken, fine, look
from bot.errors import StoreError
from bot.store import server
from bot.store.connection import VERSION, Store
from bot.store.looking import Looked, borrowed
from bot.store.looking import look as look_at
from bot.store.sealing import Seals, found_keys

_FULL = 0.8  # of the memory a server may take


@dataclass(frozen=True, slots=True)
class Held:
    """The store as it was found; `url` is None where none is open, `error` says why one cannot be used."""

    url: str | None = None
    looked: Looked | None = None
    seals: Seals | None = None
    ours: bool = False  # one of our own, in DATA_DIR
    error: StoreError | None = None

    async def borrowed(self) -> Store | None:
        """The store, to be read; None when there is none that we can open."""
        if self.url is None or self.seals is None or self.looked is None:
            return None
        return await borrowed(self.url, self.seals)


async def held(settings: Settings) -> Held:
    """Find the store of these settings, without starting one."""
    ours = settings.redis_url is None
    try:
        url = settings.redis_url or await asyncio.to_thread(server.running, settings.data_dir)
        seals = _seals(settings)
        if url is None:
            return Held(ours=ours, seals=seals)
        looked = await look_at(url, datetime.now(UTC).timestamp())
        return Held(url, looked, seals, ours)
    except StoreError as error:
        return Held(ours=ours, error=error)


def _seals(settings: Settings) -> Seals | None:
    """The keys there are."""
    keys = settings.secret_keys or found_keys(settings.data_dir)
    return Seals(keys) if keys else None


def judged(found: Held, *, key_missing: bool = False, volatile: bool = False) -> list[Finding]:
    """What is wrong with the store. `volatile`: an operator accepts that it may lose something."""
    if found.error is not None:
        return [broken("store_error", reason=say("store", found.error.reason, **found.error.blanks))]
    if found.looked is None:
        return [look("store_closed")]
    looked = found.looked
    said = [*_durable(looked, volatile=volatile), *_roomy(looked)]
    if not key_missing:
        said += _ours(looked, found.seals)
    return said or [fine("store", version=looked.version, used=looked.used >> 20)]


def _durable(looked: Looked, *, volatile: bool) -> list[Finding]:
    said = []
    for name, wanted in (("appendonly", "yes"), ("appendfsync", "always")):
        value = looked.settings.get(name)
        if value is None:
            said.append(look("store_untold", name=name))
        elif value != wanted:
            kind = look if volatile else broken
            said.append(kind("store_volatile", name=name, value=value, wanted=wanted))
    if not looked.written:
        said.append(broken("store_unwritten"))
    if not looked.rewritten:
        said.append(look("store_unrewritten"))
    if looked.replicas and looked.settings.get("min-replicas-to-write", "0") == "0":
        said.append(look("store_replicas", count=looked.replicas))
    return said


def _roomy(looked: Looked) -> list[Finding]:
    policy, most = looked.settings.get("maxmemory-policy"), int(looked.settings.get("maxmemory", "0"))
    said = []
    if policy not in {None, "noeviction"}:
        said.append(broken("store_evicts", policy=policy))
    if most and looked.used > most * _FULL:
        said.append(look("store_memory", used=looked.used >> 20, most=most >> 20))
    return said


def _ours(looked: Looked, seals: Seals | None) -> list[Finding]:
    if looked.schema is not None and looked.schema > VERSION:
        return [broken("store_newer", version=looked.schema, known=VERSION)]
    if looked.fingerprint is None:
        return [look("store_empty")]
    if seals is None:
        return [broken("no_key")]
    if looked.fingerprint not in seals.fingerprints:
        return [broken("foreign_key")]
    if looked.fingerprint != seals.fingerprints[0]:
        return [look("old_key")]
    return []
