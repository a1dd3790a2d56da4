"""The audit: every act of an officer, in one chain that shows when something was changed or taken out.

Each entry has a head: a keyed name of the head before it and its own text. Whoever has the store but not our
key cannot make a chain that fits. An entry that changes the roster is kept in one step with the change; any
other is kept before the act, so that there is no act without an entry. The chain is one key, so that a
backup of an open desk has it whole. No citizen's words, name or address
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
        number, head = await self._store.line.ask("HMGET", AUDIT, "n", "head")
        return (int(number), head.decode()) if number else (0, _START)

    async def entries(self) -> AsyncIterator[tuple[int, str, str]]:
        """Number, text and head of every entry, oldest first; those that are missing are left out."""
        last, _ = await self._last()
        for since in range(1, last + 1, _PAGE):
            numbers = range(since, min(since + _PAGE, last + 1))
            page: Any = await self._store.line.ask("HMGET", AUDIT, *numbers)
            for number, line in zip(numbers, page, strict=True):
                if line:
                    head, _, text = line.decode().partition(" ")
                    yield number, text, head

    async def verified(self) -> Verified:
        """Go through the whole chain."""
        head, count = _START, 0
        broken: int | None = None
        async for place, text, own in self.entries():
            count += 1
            fits = place == count and own == self._store.names.pseudonym("audit", head, text)
            if not fits and broken is None:
                broken = count
            head = own
        last, end = await self._last()
        begun: Any = await self._store.line.ask("HEXISTS", ROSTER, "audited")
        if broken is None and (count != last or head != end or (begun and not last)):
            broken = count + 1
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
