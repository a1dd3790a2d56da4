"""What waits to be sent, by door and lane: lent to one sender at a time, in order for each person."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.delivery import Delivery, Lane
from bot.domain.message import Address
from bot.store.connection import Store
from bot.store.inbox import IDS, Inbox
from bot.store.naming import TAGS, Person, onward, prefix
from bot.store.parcels import Parcels
from bot.store.replies import KEPT, KEPT_FOR
from bot.store.scripts import Script, ms, span_ms

CLAIM = timedelta(seconds=60)  # a sender that is silent for so long is taken for dead
_TOLD = timedelta(days=31)  # for so long the same thing is not said to a talk on the web again
_LOOK = 200  # due deliveries of one lane that are looked through for a person who is free


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery lent to one sender. `sent` messages of it are out already; `tries` counts earlier claims."""

    delivery: Delivery
    person: Person
    sent: int
    tries: int


class Sender(Protocol):
    """Who sends the answers of one door in this process."""

    def free(self) -> bool:
        """Whether a delivery can be lent to them at once."""
        ...

    def begin(self, claim: Claim) -> None:
        """Send what was lent to them."""
        ...

    def look(self, tag: int) -> None:
        """Something waits in their outbox under a tag."""
        ...


class Outbox:
    """Puts, lends, settles. Times are handed in."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store, self._inbox, self._parcels = store, inbox, Parcels(store.seals)
        self._put, self._claim, self._settle, self._say, self._pass_on, self._unhold = (
            Script(store.line, name) for name in ("put", "claim", "settle", "say", "pass_on", "unhold")
        )
        self._senders: Mapping[str, Sender] = {}

    def tell(self, senders: Mapping[str, Sender]) -> None:
        """Senders of this process, by door, hear at once of what is put; those of others by a signal."""
        self._senders = senders

    async def put(self, delivery: Delivery) -> bool:
        """Queue a delivery; False when its id was queued before, whatever became of it."""
        who = self._inbox.person(delivery.address)
        sealed = self._parcels.sealed(delivery)
        answer = await self._put(
            keys=[*self._keys(who, delivery)[:2], f"{prefix(who.tag)}owed"],
            args=[sealed, who.id, ms(delivery.expires), ms(delivery.not_before), delivery.id, who.tag],
        )
        sender = self._senders.get(delivery.address.channel)
        if answer and sender:
            sender.look(who.tag)
        return bool(answer)

    async def pass_on(self, delivery: Delivery, to: Address, *, begin: bool = False) -> bool | None:
        """Queue a delivery at another door of the same person, once; whether that is new.

        Where it goes is written down first: after a crash it goes on to the same door, whatever was open
        meanwhile. None: it is over or forgotten. `begin`: nobody sends at its own door; it never was there.
        """
        who = self._inbox.person(delivery.address)
        found = await self._pass_on(
            keys=[f"{prefix(who.tag)}delivery:{delivery.id}"],
            args=[who.id, self._parcels.address(to), int(begin), span_ms(IDS), ms(delivery.expires)],
        )
        return await self._passed(delivery, found) if found else None

    async def passed(self, delivery: Delivery) -> bool:
        """Whether it was begun to go on to another door; then it is there now."""
        who = self._inbox.person(delivery.address)
        found = await self._store.line.ask("HGET", f"{prefix(who.tag)}delivery:{delivery.id}", "onward")
        if found:
            await self._passed(delivery, found)
        return bool(found)

    async def is_held(self, delivery: Delivery) -> bool:
        """Whether it is kept at its door until they write there."""
        held = self._inbox.person(delivery.address).key("held")
        return await self._store.line.ask("ZSCORE", held, _entry(delivery)) is not None

    async def unhold(self, delivery: Delivery, to: Address) -> bool:
        """Have what is kept at its door go on to another one; False when they have just written there."""
        who = self._inbox.person(delivery.address)
        found = await self._unhold(
            keys=[f"{prefix(who.tag)}delivery:{delivery.id}", who.key("held")],
            args=[_entry(delivery), self._parcels.address(to), span_ms(IDS), ms(delivery.expires)],
        )
        if found:
            await self._passed(delivery, found)
        return bool(found)

    async def _passed(self, delivery: Delivery, sealed: bytes) -> bool:
        to = self._parcels.addressed(sealed)
        return await self.put(self.at(replace(delivery, trail=(*delivery.trail, delivery.address)), to))

    def at(self, delivery: Delivery, door: Address) -> Delivery:
        """The same for another door of the person, under the id that it has there."""
        return replace(delivery, id=onward(delivery.id, self._inbox.person(door)), address=door)

    async def say(self, delivery: Delivery, now: datetime) -> Person | None:
        """Show a delivery of one reply to a talk on the web, where it is open or opened again within a day.

        Whose talk it is; None when it was said before.
        """
        who = self._inbox.person(delivery.address)
        (reply,) = delivery.replies
        new = await self._say(
            keys=[f"{prefix(who.tag)}delivery:{delivery.id}", who.key("said")],
            args=[
                who.id,
                ms(now),
                self._inbox.replies.sealed(reply),
                span_ms(KEPT_FOR),
                KEPT,
                span_ms(_TOLD),
            ],
        )
        return who if new else None

    async def claim(self, tag: int, door: str, now: datetime) -> Claim | None:
        """The most urgent due delivery of a door, or None."""
        start = prefix(tag)
        answer: Any = await self._claim(
            keys=[f"{start}sending"], args=[start, door, ms(now), ms(now + CLAIM), _LOOK, *Lane]
        )
        if not answer:
            return None
        _, _, person, sealed, sent, tries = answer
        return Claim(self._parcels.opened(sealed), Person(person.decode()), int(sent), int(tries))

    async def take_over(self) -> None:
        """Send at once what is lent or put off; for a process that is alone with its store."""
        await self._store.redis.delete(*(f"{prefix(tag)}sending" for tag in range(TAGS)))

    async def part(self, claim: Claim, sent: int, now: datetime) -> None:
        """So many messages are out; after a crash only the others are sent."""
        await self._settled(claim, "part", sent, ms(now + CLAIM))

    async def later(self, claim: Claim, when: datetime, *, tried: bool = True) -> None:
        """Try again at `when`; until then nothing else goes to this person either, so that order is kept.

        What was not `tried`, because its door had to wait, counts as no try.
        """
        await self._settled(claim, "later", int(tried), ms(when))

    async def hold(self, claim: Claim, reason: str) -> None:
        """Keep it, and why, until this person writes again (`Contacts.wrote`) or it expires."""
        await self._settled(claim, "hold", reason)

    async def done(self, claim: Claim, result: str) -> bool:
        """It is over: sent, refused, expired, …; the id is remembered. Whether the person is owed more."""
        return await self._settled(claim, "done", result) > 0

    async def _settled(self, claim: Claim, what: str, value: str | int, until: int = 0) -> int:
        left: int = await self._settle(
            keys=self._keys(claim.person, claim.delivery),
            args=[what, claim.delivery.id, claim.person.id, value, span_ms(IDS), until, claim.delivery.lane],
        )
        return left

    def _keys(self, who: Person, delivery: Delivery) -> list[str]:
        start = prefix(who.tag)
        return [
            f"{start}delivery:{delivery.id}",
            f"{start}out:{delivery.address.channel}:{delivery.lane}",
            f"{start}sending",
            f"{start}owed",
            who.key("held"),
        ]

    async def due(self, door: str, now: datetime) -> list[int]:
        """The tags in which something is due at a door."""
        ask = self._store.line.ask
        owed = await asyncio.gather(*(ask("HLEN", f"{prefix(tag)}owed") for tag in range(TAGS)))
        some = [(tag, lane) for tag in range(TAGS) if owed[tag] for lane in Lane]
        counts = await asyncio.gather(
            *(ask("ZCOUNT", f"{prefix(tag)}out:{door}:{lane}", "-inf", ms(now)) for tag, lane in some)
        )
        return sorted({tag for (tag, _), count in zip(some, counts, strict=True) if count})


def _entry(delivery: Delivery) -> str:
    """How what is kept stands in the list of its person."""
    return f"{delivery.lane}|{delivery.id}"
