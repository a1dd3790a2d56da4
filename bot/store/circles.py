"""The doors of people who use several: a list for each such person, and at each door whose list it is on.

A door belongs to the person whose list its own note names: one list, one note, each under its own tag. The
list is written first, so that a crash in between leaves two doors untied, and never half a tie.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain.circle import MOST, Circle, Member
from bot.domain.message import Address
from bot.store.connection import Store
from bot.store.naming import Person, person
from bot.store.scripts import Script, span_ms

KEPT = timedelta(days=730)  # after it was last asked for
_SCAN = 500  # keys looked at in one step
_MEMBER = TypeAdapter(Member)


class Circles:
    """Reads and changes. Times are handed in; repeating a change changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store, self._tie = store, Script(store.line, "circle/tie")

    async def of(self, address: Address) -> Circle:
        """All doors of the person who lives at an address; without ties the address alone."""
        who = self._person(address)
        found = await self.held(who)
        return found or Circle(who.id, (Member(who.id, address),))

    async def held(self, who: Person) -> Circle | None:
        """As `of`, by the name that the store has for a talk; None without ties."""
        id_ = await self._of(who.id)
        if id_ is None:
            return None
        kept: Any = await self._store.line.ask("HVALS", _list(id_))
        members = [_MEMBER.validate_json(self._store.seals.open(each)) for each in kept]
        owners = await asyncio.gather(*(self._of(member.who) for member in members))
        own = [member for member, owner in zip(members, owners, strict=True) if owner == id_]
        if len(own) < 2 or who.id not in {member.who for member in own}:
            return None
        for key in (_list(id_), *(_note(member.who) for member in own)):
            await self._store.line.ask("PEXPIRE", key, span_ms(KEPT))
        return Circle(id_, tuple(sorted(own, key=_age)))

    async def noted(self, people: Sequence[Person]) -> frozenset[str]:
        """Who of these talks may be tied to another, by pseudonym; asked for all of a tag at once."""
        tags: dict[int, list[str]] = defaultdict(list)
        for each in people:
            tags[each.tag].append(each.id)
        asked = (self._store.line.ask("MGET", *map(_note, some)) for some in tags.values())
        found: list[list[bytes | None]] = await asyncio.gather(*asked)
        every = zip(tags.values(), found, strict=True)
        return frozenset(who for some, ids in every for who, id_ in zip(some, ids, strict=True) if id_)

    async def tie(self, first: Address, other: Address, now: datetime) -> bool:
        """Another door of the person who lives at `first`; False when they have five already.

        If it was somebody's before, it is theirs no more.
        """
        one, two = self._person(first), self._person(other)
        before = await self.held(one)
        id_ = before.id if before else secrets.token_hex(16)
        if await self._of(two.id) not in {None, id_}:
            await self.untie(two)
        sealed = [
            part
            for who, address in ((one, first), (two, other))
            for part in (
                who.id,
                self._store.seals.seal(_MEMBER.dump_json(Member(who.id, address, now))).decode(),
            )
        ]
        if not await self._tie(keys=[_list(id_)], args=[MOST, span_ms(KEPT), *sealed]):
            return False
        for who in (one, two):
            await self._store.line.ask("SET", _note(who.id), id_, "PX", span_ms(KEPT))
        return True

    async def untie(self, who: Person) -> None:
        """A door belongs to nobody else any more; of two that were tied, both are alone."""
        id_ = await self._of(who.id)
        if id_ is None:
            return
        await self._store.line.ask("DEL", _note(who.id))
        await self._store.line.ask("HDEL", _list(id_), who.id)
        left: Any = await self._store.line.ask("HKEYS", _list(id_))
        if len(left) == 1:
            await self._store.line.ask("DEL", _note(left[0].decode()))
            await self._store.line.ask("DEL", _list(id_))

    async def everybody(self) -> AsyncIterator[Circle]:
        """Each person with several doors, once; for what is done rarely."""
        async for key in self._store.redis.scan_iter(match="tb:{c*}:circle:*", count=_SCAN):
            found = await self._by_list(key.decode().rpartition(":")[2])
            if found:
                yield found

    async def _by_list(self, id_: str) -> Circle | None:
        """The person whose list this is, seen from one of their doors."""
        listed: Any = await self._store.line.ask("HKEYS", _list(id_))
        for who in listed:
            found = await self.held(Person(who.decode()))
            if found and found.id == id_:
                return found
        return None

    def _person(self, address: Address) -> Person:
        return person(address, self._store.names)

    async def _of(self, who: str) -> str | None:
        found = await self._store.line.ask("GET", _note(who))
        return found.decode() if found else None


def _age(member: Member) -> tuple[float, str]:
    return member.since.timestamp() if member.since else 0.0, member.who


def _list(id_: str) -> str:
    return Person(id_).key("circle")


def _note(who: str) -> str:
    return Person(who).key("circle_of")
