"""The audit: every act of an officer, in one chain that shows when something was changed or taken out.

Each entry has a head: a keyed name of the head before it and its own text. Whoever has the store but not our
key cannot make a chain that fits. An entry that changes the roster is kept in one step with the change; any
other is kept before the act, so that there is no act without an entry. No citizen's words, name or address
are in it: a case is named by its id.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.errors import StoreError
from bot.store.connection import Store
from bot.store.scripts import Script

ROSTER, AUDIT = "tb:{o}:roster", "tb:{o}:audit"
_START = "0" * 32  # what the first entry follows
_PAGE = 500  # entries read at once
_ATTEMPTS = 50  # to be the next one, of many who write at once


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what, when, through which door. `subject` is the id of a case, an officer, a warning."""

    who: str
    act: str
    at: datetime
    door: str
    station: str = ""
    subject: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole chain found: how many entries, the last head, the first that does not fit."""

    entries: int
    head: str
    broken: int | None


Swap = Mapping[str, tuple[bytes | None, bytes | None]]  # name: what was read, what it becomes


class Audit:
    """Writes and reads the chain."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._note = Script(store.line, "officer/note")

    async def note(self, entry: Entry, swap: Swap | None = None) -> bool:
        """Keep an entry, and change the roster with it; False when the roster is not as it was read.

        Raises:
            StoreError: too many others wrote at the same time.
            RedisError: the store refuses or is away.
        """
        changes = [
            part or b"" for name, (old, new) in (swap or {}).items() for part in (name.encode(), old, new)
        ]
        for _ in range(_ATTEMPTS):
            number, head = await self._last()
            text = _written(number + 1, entry)
            own = self._store.names.pseudonym("audit", head, text)
            before = "" if head == _START else head
            done = await self._note(keys=[ROSTER, AUDIT], args=[before, text, own, number + 1, *changes])
            if done:
                return bool(done == 1)
        raise StoreError("audit_busy")

    async def _last(self) -> tuple[int, str]:
        found: Any = await self._store.line.ask("XREVRANGE", AUDIT, "+", "-", "COUNT", 1)
        if not found:
            return 0, _START
        id_, fields = found[0]
        return int(id_.split(b"-")[0]), _fields(fields)["head"]

    async def entries(self) -> AsyncIterator[tuple[int, str, str]]:
        """Number, text and head of every entry, oldest first."""
        since = "-"
        while True:
            page: Any = await self._store.line.ask("XRANGE", AUDIT, since, "+", "COUNT", _PAGE)
            for id_, fields in page:
                found = _fields(fields)
                yield int(id_.split(b"-")[0]), found["entry"], found["head"]
            if len(page) < _PAGE:
                return
            since = f"({page[-1][0].decode()}"

    async def verified(self) -> Verified:
        """Go through the whole chain."""
        head, number, count = _START, 0, 0
        broken: int | None = None
        async for place, text, own in self.entries():
            number += 1
            count += 1
            fits = place == number and own == self._store.names.pseudonym("audit", head, text)
            if not fits and broken is None:
                broken = number
            head, number = own, place
        kept: Any = await self._store.line.ask("HGET", ROSTER, "head")
        last = kept.decode() if kept else _START
        if broken is None and last != head:  # the end was cut off
            broken = number + 1
        return Verified(count, head, broken)


def told(text: str) -> dict[str, Any]:
    """An entry as it was written."""
    found: dict[str, Any] = json.loads(text)
    return found


def _written(number: int, entry: Entry) -> str:
    told = {
        "n": number, "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds"), "who": entry.who,
        "act": entry.act, "door": entry.door, "station": entry.station, "subject": entry.subject,
        **({"more": dict(entry.more)} if entry.more else {}),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _fields(found: Any) -> dict[str, str]:
    pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
    return {name.decode(): value.decode() for name, value in pairs}
