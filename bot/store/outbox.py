"""What waits to be sent, by door and lane: lent to one sender at a time, in order for each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain.delivery import Delivery, Lane
from bot.store.connection import Store
from bot.store.inbox import IDS, Inbox
from bot.store.naming import TAGS, Person, prefix
from bot.store.scripts import Script, ms

CLAIM = timedelta(seconds=60)  # a sender that is silent for so long is taken for dead
_LOOK = 50  # due deliveries of one lane that are looked through for a person who is free
_DELIVERY = TypeAdapter(Delivery)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery lent to one sender. `sent` replies of it are out already; `tries` counts earlier claims."""

    delivery: Delivery
    person: Person
    sent: int
    tries: int


class Outbox:
    """Puts, lends, settles. Times are handed in."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store, self._inbox = store, inbox
        self._put, self._claim, self._settle = (
            Script(store.line, name) for name in ("put", "claim", "settle")
        )

    async def put(self, delivery: Delivery) -> bool:
        """Queue a delivery; False when its id was queued before, whatever became of it."""
        who = self._inbox.person(delivery.address)
        sealed = self._store.seals.seal(_DELIVERY.dump_json(delivery))
        answer = await self._put(
            keys=self._keys(who, delivery)[:2],
            args=[sealed, who.id, ms(delivery.expires), ms(delivery.not_before), delivery.id, who.tag],
        )
        return bool(answer)

    async def claim(self, tag: int, door: str, now: datetime) -> Claim | None:
        """The most urgent due delivery of a door, or None."""
        start = prefix(tag)
        answer: Any = await self._claim(
            keys=[f"{start}sending"], args=[start, door, ms(now), ms(now + CLAIM), _LOOK, *Lane]
        )
        if not answer:
            return None
        _, _, person, sealed, sent, tries = answer
        delivery = _DELIVERY.validate_json(self._store.seals.open(sealed))
        return Claim(delivery, Person(person.decode()), int(sent), int(tries))

    async def part(self, claim: Claim, sent: int, now: datetime) -> None:
        """So many replies are out; after a crash only the others are sent."""
        await self._settled(claim, "part", sent, ms(now + CLAIM))

    async def later(self, claim: Claim, when: datetime) -> None:
        """Try again, not before `when`."""
        await self._settled(claim, "later", ms(when))

    async def done(self, claim: Claim, result: str) -> None:
        """It is over: sent, refused, expired, …; the id is remembered."""
        await self._settled(claim, "done", result)

    async def _settled(self, claim: Claim, what: str, value: str | int, until: int = 0) -> None:
        kept = round(IDS.total_seconds() * 1000)
        await self._settle(
            keys=self._keys(claim.person, claim.delivery),
            args=[what, claim.delivery.id, claim.person.id, value, kept, until],
        )

    def _keys(self, who: Person, delivery: Delivery) -> list[str]:
        start = prefix(who.tag)
        return [
            f"{start}delivery:{delivery.id}",
            f"{start}out:{delivery.address.channel}:{delivery.lane}",
            f"{start}sending",
        ]

    async def due(self, doors: tuple[str, ...], now: datetime) -> list[int]:
        """The tags in which something is due at one of these doors."""
        async with self._store.redis.pipeline(transaction=False) as pipe:
            for tag in range(TAGS):
                for door in doors:
                    for lane in Lane:
                        pipe.zcount(f"{prefix(tag)}out:{door}:{lane}", "-inf", ms(now))
            counts = await pipe.execute()
        each = len(doors) * len(Lane)
        return [tag for tag in range(TAGS) if any(counts[tag * each : (tag + 1) * each])]
