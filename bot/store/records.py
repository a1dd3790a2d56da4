"""What is held about people beside their talk: consents, questions not understood, counts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.delivery import Lane
from bot.store.connection import Store
from bot.store.naming import TAGS, Person, prefix
from bot.store.scripts import Script

PROOF = timedelta(days=730)  # 24 months: how long proof of consent and of erasure is kept
ERASURE = "erasure"
_WAITING = 10_000  # deliveries of a lane that are looked through for those of somebody to be forgotten
_UNCLEAR = 500  # questions given to an officer at once


@dataclass(frozen=True, slots=True)
class Held:
    """What the store has about one citizen."""

    last_seen: datetime | None
    kept_replies: int
    consents: tuple[tuple[str, date], ...]


class Records:
    """Reads and erases by person; times are handed in."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._forget = Script(store.line, "forget")

    async def held(self, who: Person) -> Held:
        """Everything about a citizen that can be shown to them."""
        redis: Any = self._store.redis
        seen = await redis.zscore(f"{prefix(who.tag)}seen", who.id)
        replies = await redis.llen(who.key("said"))
        agreed: dict[str, date] = {}
        for line in await redis.lrange(who.key("consent"), 0, -1):
            kept = json.loads(self._store.seals.open(line))
            if kept["purpose"] == ERASURE:  # a proof, but no consent
                continue
            if kept["given"]:
                agreed[kept["purpose"]] = datetime.fromisoformat(kept["at"]).date()
            else:
                agreed.pop(kept["purpose"], None)
        last = datetime.fromtimestamp(seen / 1000, UTC) if seen else None
        return Held(last, replies, tuple(sorted(agreed.items())))

    async def erase(self, who: Person, now: datetime, door: str) -> None:
        """Forget a citizen: session, replies, deliveries, what they are told of, consents. Not the proofs."""
        start = prefix(who.tag)
        own = [who.key(kind) for kind in ("session", "said", "contact", "held")]
        await self._forget(
            keys=[
                *own,
                f"{start}seen",
                f"{start}owed",
                f"{start}subscribers",
                who.key("stopped"),
                who.key("lettered"),
            ],
            args=[who.id, start, _WAITING - 1, *(f"{door}:{lane}" for lane in Lane)],
        )
        for purpose, _ in (await self.held(who)).consents:
            await self.agree(who, purpose, "-", now, given=False)
        await self.agree(who, ERASURE, "-", now, given=True)

    async def agree(self, who: Person, purpose: str, wording: str, now: datetime, *, given: bool) -> None:
        """Keep the proof of a press: who (a pseudonym), for what, under which words, when."""
        redis: Any = self._store.redis
        key = who.key("consent")
        async with redis.pipeline(transaction=True) as pipe:
            pipe.rpush(key, self._store.seals.seal(proof(purpose, wording, now, given=given)))
            pipe.expire(key, PROOF)
            await pipe.execute()

    async def unclear(self) -> list[tuple[datetime, str]]:
        """Questions that were not understood, newest first, private data masked, nobody's name on them."""
        redis: Any = self._store.redis
        async with redis.pipeline(transaction=False) as pipe:
            for tag in range(TAGS):
                pipe.zrange(f"{prefix(tag)}unclear", 0, _UNCLEAR - 1, desc=True, withscores=True)
            found = [entry for entries in await pipe.execute() for entry in entries]
        found.sort(key=lambda entry: -entry[1])
        return [
            (datetime.fromtimestamp(score / 1000, UTC), self._store.seals.open(sealed).decode())
            for sealed, score in found[:_UNCLEAR]
        ]

    async def counts(self, day: date) -> Counter[str]:
        """What was counted on a day (UTC), over all citizens."""
        redis: Any = self._store.redis
        async with redis.pipeline(transaction=False) as pipe:
            for tag in range(TAGS):
                pipe.hgetall(f"{prefix(tag)}counts:{day:%Y-%m-%d}")
            total: Counter[str] = Counter()
            for fields in await pipe.execute():
                total.update({name.decode(): int(times) for name, times in fields.items()})
        return total


def proof(purpose: str, wording: str, now: datetime, *, given: bool) -> bytes:
    """The proof of a press, before it is sealed."""
    kept = {"purpose": purpose, "wording": wording, "at": now.isoformat(), "given": given}
    return json.dumps(kept).encode()
