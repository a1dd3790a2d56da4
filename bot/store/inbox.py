"""Messages that wait for an answer, in the order they came, one at a time for each person."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError
from redis.exceptions import RedisError

from bot.domain.delivery import Delivery
from bot.domain.message import Address, Incoming, Reply
from bot.domain.session import VERSION, Session
from bot.errors import StoreError
from bot.store.connection import Store
from bot.store.naming import TAGS, Person, person, prefix
from bot.store.scripts import ms, script

WAITING = 200  # messages of one person that may wait; their writer is asked to slow down
IDS = timedelta(hours=72)  # how long a repeated message is recognised
LEASE = timedelta(seconds=30)
SAID = 50  # replies of a talk on the web that can be asked for again
SAID_FOR = timedelta(hours=24)
_LATEST = 6  # of them are looked at first: an open talk lacks no more
ASIDE = 100  # unreadable messages of a tag that are kept for an operator
_LISTEN = 2.0  # seconds; must stay below the connection's patience
_AGAIN = 0.5  # seconds before a lost connection is tried again
SWEPT = 200  # of each kind, in one sweep of one tag
_log = logging.getLogger(__name__)
_INCOMING = TypeAdapter(tuple[datetime, Incoming])
_SESSION = TypeAdapter(Session)
_REPLY = TypeAdapter(Reply)
_DELIVERY = TypeAdapter(Delivery)


class Hearing(StrEnum):
    """What became of a message."""

    HEARD = "heard"
    AGAIN = "again"  # the same message, kept before
    FULL = "full"  # too many of this person wait already


@dataclass(frozen=True, slots=True)
class Lease:
    """One message of one person, lent to one worker. `fence` rises with every lease."""

    person: Person
    owner: str
    fence: int
    incoming: Incoming
    heard_at: datetime
    session: Session
    fresh: bool  # the talk is new, or its session could not be read; not yet told to its citizen
    more: bool  # others of the same tag wait


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that came of a message."""

    session: Session
    said: tuple[Reply, ...] = ()  # for a talk on the web, kept to be asked for
    deliveries: tuple[Delivery, ...] = ()  # for all other doors
    counts: Mapping[str, int] = field(default_factory=dict)
    unclear: str | None = None  # a question not understood, private data masked


@dataclass(frozen=True, slots=True)
class Said:
    """One reply of a talk on the web. `number` rises; `re` is the message it answers."""

    number: int
    more: bool
    re: str
    reply: Reply


class Inbox:
    """Hears, lends, takes back. Times are handed in, so that tests can move the clock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.names = store.names
        self._hear, self._lease, self._renew, self._finish, self._sweep, self._drop = (
            script(store.redis, name) for name in ("hear", "lease", "renew", "finish", "sweep", "drop")
        )

    def person(self, address: Address) -> Person:
        """Who lives at an address."""
        return person(address, self._store.names)

    async def hear(self, incoming: Incoming, now: datetime, most: int = WAITING) -> Hearing:
        """Keep a message; when this returns HEARD it is on disk."""
        who = self.person(incoming.address)
        entry = self._store.seals.seal(_INCOMING.dump_json((now, incoming)))
        start = prefix(who.tag)
        answer = await self._hear(
            keys=[f"{start}ids", who.key("inbox"), f"{start}queued", f"{start}ready"],
            args=[who.id, incoming.id, entry, ms(now), most, who.tag],
        )
        return Hearing(answer.decode())

    async def lease(self, tag: int, owner: str, now: datetime) -> Lease | None:
        """The next message of a tag, or None when nobody waits there."""
        start = prefix(tag)
        while True:
            answer: Any = await self._lease(
                keys=[f"{start}ready", f"{start}leases", f"{start}fence"],
                args=[start, owner, ms(now), ms(now + LEASE)],
            )
            if not answer:
                return None
            if len(answer) == 1:  # nothing waits there any more
                continue
            try:
                return self._read(answer, owner)
            except (StoreError, ValidationError, ValueError) as error:
                _log.error("message put aside: %s", type(error).__name__)
                await self._put_aside(Person(answer[0].decode()), owner, int(answer[1]))

    async def _put_aside(self, who: Person, owner: str, fence: int) -> None:
        """A message nobody can read must not stop its writer's next one, nor the workers."""
        start = prefix(who.tag)
        await self._drop(
            keys=[
                who.key("lease"), f"{start}leases", who.key("inbox"), f"{start}queued", f"{start}ready",
                f"{start}dead",
            ],
            args=[who.id, owner, fence, who.tag, ASIDE],
        )  # fmt: skip

    def _read(self, answer: Sequence[Any], owner: str) -> Lease:
        who, fence, entry, others, sealed_session = answer
        _, _, sealed = entry.partition(b"|")
        heard_at, incoming = _INCOMING.validate_json(self._store.seals.open(sealed))
        session = self._session(sealed_session) if sealed_session else None
        return Lease(
            Person(who.decode()), owner, int(fence), incoming, heard_at,
            session or Session(), session is None, bool(others),
        )  # fmt: skip

    def _session(self, sealed: bytes) -> Session | None:
        """The session, or None when another version of us wrote it."""
        try:
            session = _SESSION.validate_json(self._store.seals.open(sealed))
        except (ValidationError, StoreError):
            return None
        return session if session.version == VERSION else None

    async def renew(self, lease: Lease, now: datetime) -> bool:
        """Keep a lease for longer; False when it is somebody else's by now."""
        keys = [lease.person.key("lease"), f"{prefix(lease.person.tag)}leases"]
        args: list[str | int] = [lease.person.id, lease.owner, lease.fence, ms(now + LEASE)]
        return bool(await self._renew(keys=keys, args=args))

    async def finish(self, lease: Lease, outcome: Outcome, now: datetime) -> bool:
        """Make everything that came of a message true at once; False when the lease was lost."""
        who, seals, start = lease.person, self._store.seals, prefix(lease.person.tag)
        day = f"{now:%Y-%m-%d}"
        own = [who.key(kind) for kind in ("inbox", "session", "said")]
        unclear = seals.seal(outcome.unclear.encode()) if outcome.unclear else b""
        answer = await self._finish(
            keys=[
                who.key("lease"), f"{start}leases", own[0], f"{start}queued", f"{start}ready", own[1],
                f"{start}seen", own[2], f"{start}counts:{day}", f"{start}unclear",
            ],
            args=[
                who.id, lease.owner, lease.fence, lease.incoming.id, ms(now),
                seals.seal(_SESSION.dump_json(outcome.session)), who.tag, json.dumps(dict(outcome.counts)),
                unclear, _ms_of(SAID_FOR), SAID, start,
                json.dumps([self._packed(delivery) for delivery in outcome.deliveries]),
                *(seals.seal(_REPLY.dump_json(reply)) for reply in outcome.said),
            ],
        )  # fmt: skip
        return bool(answer == b"done")

    def _packed(self, delivery: Delivery) -> dict[str, Any]:
        return {
            "id": delivery.id,
            "door": delivery.address.channel,
            "lane": str(delivery.lane),
            "not_before": ms(delivery.not_before),
            "expires": ms(delivery.expires),
            "payload": self._store.seals.seal(_DELIVERY.dump_json(delivery)).decode(),
        }

    async def said(self, who: Person, after: int, now: datetime) -> list[Said]:
        """The replies of a talk on the web behind a number, oldest first; none older than `SAID_FOR`."""
        since = max(after, ms(now - SAID_FOR))
        found = []
        redis: Any = self._store.redis
        entries = await redis.lrange(who.key("said"), -_LATEST, -1)
        if len(entries) == _LATEST and int(entries[0].partition(b"|")[0]) > since:
            entries = await redis.lrange(who.key("said"), 0, -1)
        for entry in entries:
            number, more, re, sealed = entry.split(b"|", 3)
            if int(number) <= since:
                continue
            try:
                reply = _REPLY.validate_json(self._store.seals.open(sealed))
            except (StoreError, ValidationError) as error:  # a talk goes on without it
                _log.error("reply left out: %s", type(error).__name__)
                continue
            found.append(Said(int(number), more == b"1", re.decode(), reply))
        return found

    async def sweep(self, tag: int, now: datetime, keep: timedelta, keep_unclear: timedelta) -> int:
        """Give abandoned messages back and forget what is past its time; how many were given back."""
        start = prefix(tag)
        answer: Any = await self._sweep(
            keys=[f"{start}{kind}" for kind in ("leases", "ready", "ids", "seen", "unclear")],
            args=[start, ms(now), ms(now - IDS), ms(now - keep), SWEPT, ms(now - keep_unclear), tag],
        )
        return int(answer[0])

    async def ready(self) -> list[int]:
        """The tags in which somebody is ready to be leased."""
        async with self._store.redis.pipeline(transaction=False) as pipe:
            for tag in range(TAGS):
                pipe.llen(f"{prefix(tag)}ready")
            return [tag for tag, length in enumerate(await pipe.execute()) if length]

    async def listen(self, channel: str) -> AsyncIterator[str]:
        """What is called out on a channel, for ever; what is called while the store is away is missed."""
        while True:
            try:
                async with self._store.redis.pubsub() as pubsub:
                    await pubsub.subscribe(channel)
                    while True:
                        message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=_LISTEN)
                        if message:
                            yield message["data"].decode()
            except (RedisError, OSError):
                await asyncio.sleep(_AGAIN)

    async def waiting(self) -> int:
        """People whose messages wait or are being answered."""
        async with self._store.redis.pipeline(transaction=False) as pipe:
            for tag in range(TAGS):
                pipe.scard(f"{prefix(tag)}queued")
            return sum(await pipe.execute())


def _ms_of(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
