"""Messages that wait for an answer, in the order they came, one at a time for each person."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.message import Address, Incoming
from bot.domain.session import Session
from bot.errors import StoreError
from bot.store import radar, waves
from bot.store.connection import Store
from bot.store.naming import Person, person, prefix
from bot.store.outcome import Finished, Outcome
from bot.store.parcels import Parcels
from bot.store.replies import KEPT, KEPT_FOR, Replies, saying
from bot.store.scripts import Script, ms, span_ms
from bot.store.sessions import Sessions

WAITING = 200  # messages of one person that may wait; their writer is asked to slow down
IDS = timedelta(hours=72)  # how long a repeated message is recognised
LEASE = timedelta(seconds=30)
PEOPLE = 2_000  # that are known again without working out who they are
ASIDE = 100  # unreadable messages of a tag that are kept for an operator
COUNTED = timedelta(days=730)  # how long the counts of a day are kept; nothing in them is personal
SWEPT = 200  # of each kind, in one sweep of one tag
_log = logging.getLogger(__name__)
_INCOMING = TypeAdapter(tuple[datetime, Incoming])


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
    outdated: bool  # there was a session that we cannot read: the talk starts anew, and must be told so
    more: bool  # others of the same tag wait


@dataclass(frozen=True, slots=True)
class Swept:
    """One tag as a sweep left it."""

    given_back: int  # messages whose worker was silent for too long
    ready: int  # people who can be leased
    waiting: int  # people whose messages wait or are being answered
    age: float  # seconds since the first one's message was heard


class Inbox:
    """Hears, lends, takes back. Times are handed in, so that tests can move the clock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.names = store.names
        self.replies = Replies(store)
        self._sessions, self._parcels = Sessions(store.seals), Parcels(store.seals)
        self.person = lru_cache(maxsize=PEOPLE)(self._person)
        self._hear, self._lease, self._renew, self._finish, self._sweep, self._drop = (
            Script(store.line, name) for name in ("hear", "lease", "renew", "finish", "sweep", "drop")
        )

    def _person(self, address: Address) -> Person:
        """Who lives at an address."""
        return person(address, self._store.names)

    async def hear(self, incoming: Incoming, now: datetime, most: int = WAITING) -> Hearing:
        """Keep a message; when this returns HEARD it is on disk."""
        result, _ = await self.hear_and_lease(incoming, now, most, "")
        return result

    async def hear_and_lease(
        self, incoming: Incoming, now: datetime, most: int, owner: str
    ) -> tuple[Hearing, Lease | None]:
        """As `hear`; lent at once to an `owner` who is free to answer, if nothing else of its writer waits.

        With AGAIN comes the lease the owner has already: the store's first reply may have been lost.
        """
        who = self.person(incoming.address)
        entry = self._store.seals.seal(_INCOMING.dump_json((now, incoming)))
        start = prefix(who.tag)
        answer = await self._hear(
            keys=[
                f"{start}ids", who.key("inbox"), f"{start}queued", f"{start}ready", who.key("lease"),
                f"{start}leases", f"{start}fence", who.key("session"),
            ],
            args=[who.id, incoming.id, entry, ms(now), most, who.tag, owner, ms(now + LEASE)],
        )  # fmt: skip
        result = Hearing(answer[0].decode())
        if len(answer) == 1:
            return result, None
        return result, Lease(
            who, owner, int(answer[1]), incoming, now, *self._sessions.opened(answer[2]), more=False
        )  # fmt: skip

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
        return Lease(
            Person(who.decode()), owner, int(fence), incoming, heard_at,
            *self._sessions.opened(sealed_session), more=bool(others),
        )  # fmt: skip

    async def renew(self, lease: Lease, now: datetime) -> bool:
        """Keep a lease for longer; False when it is somebody else's by now."""
        keys = [lease.person.key("lease"), f"{prefix(lease.person.tag)}leases"]
        args: list[str | int] = [lease.person.id, lease.owner, lease.fence, ms(now + LEASE)]
        return bool(await self._renew(keys=keys, args=args))

    async def finish(
        self, lease: Lease, outcome: Outcome, now: datetime, send_until: datetime | None = None
    ) -> Finished | None:
        """Make everything that came of a message true at once; None when the lease was lost.

        With `send_until` the delivery is lent to the asker for that long, if nothing else of the person waits
        to be sent.
        """
        who, seals, start = lease.person, self._store.seals, prefix(lease.person.tag)
        day = f"{now:%Y-%m-%d}"
        own = [who.key(kind) for kind in ("inbox", "session", "said")]
        unclear = seals.seal(outcome.unclear.encode()) if outcome.unclear else b""
        counts: list[str | int] = [part for pair in outcome.counts.items() for part in pair]
        deliveries = [self._parcels.labelled(delivery) for delivery in outcome.deliveries]
        session = self._sessions.sealed(outcome.session)
        answer = await self._finish(
            keys=[
                who.key("lease"), f"{start}leases", own[0], f"{start}queued", f"{start}ready", own[1],
                f"{start}seen", own[2], f"{start}counts:{day}", f"{start}unclear", f"{start}owed",
                f"{start}sending", waves.key(who.tag, now), radar.key(who.tag),
            ],
            args=[
                who.id, lease.owner, lease.fence, lease.incoming.id, ms(now),
                session, who.tag, unclear, span_ms(KEPT_FOR), KEPT,
                start, json.dumps(deliveries) if deliveries else "", span_ms(COUNTED),
                ms(send_until) if send_until else 0, len(outcome.counts),
                waves.packed(outcome.sighting, who, now, self.names), waves.MOST, span_ms(waves.KEPT),
                *radar.packed(outcome.trace, who, self.names),
                *counts, *map(self.replies.sealed, outcome.said),
            ],
        )  # fmt: skip
        if answer[0] != b"done":
            return None
        _, before, first, more, lent = answer
        return Finished(saying(before, first, lease.incoming.id, outcome.said), bool(more), bool(lent))

    async def sweep(self, tag: int, now: datetime, keep: timedelta, keep_unclear: timedelta) -> Swept:
        """Give abandoned messages back, forget what is past its time, and see what is left to do."""
        start = prefix(tag)
        given_back, ready, waiting, oldest = await self._sweep(
            keys=[f"{start}{kind}" for kind in ("leases", "ready", "ids", "seen", "unclear", "queued")],
            args=[start, ms(now), ms(now - IDS), ms(now - keep), SWEPT, ms(now - keep_unclear), tag],
        )
        return Swept(given_back, ready, waiting, max(0.0, (ms(now) - oldest) / 1000) if oldest else 0.0)
