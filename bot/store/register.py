"""Who a warning is for, person by person: what became of each, what they pressed, what is erased.

A recipient is known by one name, whichever of their doors they are seen from. Of who has several, the ledger
keeps which: a press at any of them is theirs, and what is erased at one takes only that one out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from bot.domain.mailing import Fate, Line, Progress, line_of
from bot.domain.message import Address
from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.scripts import Script

BATCH = 200
CASE, CASES = "tb:{o}:warning:", "tb:{o}:warnings"
ADDRESS = TypeAdapter(Address)
_FIELDS = 9  # of a recipient; yesterday's have seven


class Register:
    """Reads the ledgers of all warnings, and what is pressed or erased. Times are handed in."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._erase = Script(store.line, "mailing/erase", before=("mailing/lib",))

    async def received(self, id_: str) -> AsyncIterator[list[Address]]:
        """Who got a warning, or may have got it, and where: those a correction is for."""
        got = (Fate.DELIVERED, Fate.UNSURE)
        async for rows in self._scan(id_):
            yield [self._address(fields[6]) for _, fields in rows if Fate(fields[0]) in got and fields[6]]

    async def doors(self, id_: str, who: str) -> list[Address]:
        """All doors of a recipient who had several when it began, without those erased since."""
        kept = await self._store.line.ask("HGET", at(id_, "doors"), who)
        return [self._address(sealed) for sealed in _doors(kept).values()]

    async def forget(self, who: Person, address: Address) -> int:
        """A door is erased: no warning is sent there any more, and where it is is not kept.

        Another door of the same person may take over. With how many warnings something was to be done.
        """
        ids: Any = await self._store.line.ask("ZRANGE", CASES, 0, -1)
        return sum(await asyncio.gather(*(self._forgotten(each.decode(), who, address) for each in ids)))

    async def _forgotten(self, id_: str, who: Person, address: Address) -> int:
        ask = self._store.line.ask
        owner = await self._owner(id_, who)
        kept = await ask("HGET", at(id_, "people"), owner)
        if kept is None:
            return 0
        fields = _fields(kept)
        here = bool(fields[6]) and self._address(fields[6]) == address
        doors = _doors(await ask("HGET", at(id_, "doors"), owner))
        spare = next((doors[each] for each in doors if each not in {who.id, *fields[7].split(",")}), "")
        given = {"who": owner, "door": who.id, "seen": fields[6] if here else "", "spare": spare}
        own = [*keys(id_, line_of(address)), at(id_, "doors")]
        return int(await self._erase(keys=own, args=[json.dumps(given)]))

    async def noted(self, id_: str, who: Person, what: str) -> bool:
        """A recipient pressed something below the warning: once each, the first answer counts."""
        ask = self._store.line.ask
        owner = await self._owner(id_, who)
        if not await ask("HEXISTS", at(id_, "people"), owner):
            return False
        kind = "read" if what == "read" else "answer"
        new = await ask("HSETNX", at(id_, "pressed"), f"{kind}|{owner}", what)
        await ask("PEXPIREAT", at(id_, "pressed"), await ask("PEXPIRETIME", at(id_)))
        return bool(new)

    async def _owner(self, id_: str, who: Person) -> str:
        """By which name somebody is a recipient, seen from one of their doors."""
        found = await self._store.line.ask("HGET", at(id_, "doors"), who.id)
        return found.decode() if found else who.id

    async def progress(self, id_: str) -> Progress | None:
        """How far it has come; None when sending has not begun."""
        ask = self._store.line.ask
        found: Any = await ask("HGETALL", at(id_))
        pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
        fields = {name.decode(): int(value) for name, value in pairs}
        if not fields:
            return None
        counts, detours = {}, {}
        for name, count in fields.items():
            kind, *parts = name.split("|", 3)
            if kind == "c" and count:
                counts[parts[0], Fate(parts[1]), parts[2]] = count
            elif kind == "d" and count:
                first, _, why = parts[0].partition(":")
                detours[first, why, parts[1]] = count
        pressed = [each.decode() for each in await ask("HVALS", at(id_, "pressed"))]
        begun, fixed, ended = (
            datetime.fromtimestamp(fields[name] / 1000, UTC) if name in fields else None
            for name in ("begun", "fixed", "ended")
        )
        read, right, wrong = (pressed.count(what) for what in ("read", "right", "wrong"))
        return Progress(
            fields.get("recipients", 0), counts, begun, fixed, ended, fields.get("again", 0),
            fields.get("resent", 0), read, right, wrong, detours,
        )  # fmt: skip

    def _address(self, sealed: str) -> Address:
        """Where somebody lives; of who was erased there is nothing to open."""
        return ADDRESS.validate_json(self._store.seals.open(sealed.encode()))

    async def _scan(self, id_: str) -> AsyncIterator[list[tuple[str, list[str]]]]:
        """All recipients, some at a time.

        Who; fate, reason, parts, tries, resent, channel, address, doors tried, where it was to go at first.
        """
        cursor: Any = b"0"
        while True:
            cursor, found = await self._store.line.ask("HSCAN", at(id_, "people"), cursor, "COUNT", BATCH)
            for start in range(0, len(found), 2 * BATCH):
                some = found[start : start + 2 * BATCH]
                pairs = zip(some[::2], some[1::2], strict=True)
                yield [(who.decode(), _fields(value)) for who, value in pairs]
            if cursor == b"0":
                return


def _fields(value: bytes) -> list[str]:
    fields = value.decode().split("|")
    return fields + [""] * (_FIELDS - len(fields))


def _doors(kept: bytes | None) -> dict[str, str]:
    """Sealed addresses by pseudonym; of who has one door only there are none."""
    pairs = [each.split("|") for each in (kept or b"").decode().split(",") if "|" in each]
    return {each[0]: each[1] for each in pairs}


def at(id_: str, what: str = "") -> str:
    """A key of a warning's ledger."""
    return f"tb:{{o}}:mailing:{id_}{what and ':'}{what}"


def keys(id_: str, line: Line) -> list[str]:
    """The keys that all scripts of an account's line begin with."""
    here = f"{line.channel}:{line.account}"
    return [at(id_), at(id_, "people"), at(id_, f"stream:{here}"), at(id_, f"later:{here}")]
