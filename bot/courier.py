"""Carries messages: from the doors into the inbox, through a turn, and what came of it out again.

Nothing here decides what to say. Whatever happens to this process, a message that was heard is answered: it
stays in the inbox until `finish`, and a lease that is not renewed is given back.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot import turn
from bot.content.edition import Edition
from bot.domain.delivery import Delivery, Lane
from bot.domain.heard import Urgent
from bot.domain.message import WEBCHAT, Incoming, Moment, Reply
from bot.domain.step import AnyRequest, AnyResult
from bot.errors import where
from bot.metrics import Metrics
from bot.services.desk import Desk
from bot.store import naming
from bot.store.connection import ended
from bot.store.inbox import LEASE, WAITING, Hearing, Inbox, Lease, Outcome

WORKERS = 12  # messages answered side by side
URGENT_ROOM = 50  # further messages of one person that are kept when they cry for help
ANSWER_FOR = timedelta(hours=24)  # an answer that could not be sent for so long is dropped
_TURN = 20.0  # seconds one message may take
_LOOK = 1.0  # seconds between looks at all tags, should a wake-up get lost
_SWEEP = 5.0
_AGAIN = 0.3  # seconds before a store that is away is asked again

_log: Any = structlog.get_logger("turn")


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what is personal is kept."""

    sessions: timedelta = timedelta(days=30)
    unclear: timedelta = timedelta(days=30)


class Courier:
    """The way of a message through this process."""

    def __init__(
        self, inbox: Inbox, desk: Desk, current: Callable[[], Edition], metrics: Metrics, keeping: Keeping
    ) -> None:
        self._inbox = inbox
        self._desk = desk
        self._current = current
        self._metrics = metrics
        self._keeping = keeping
        self._owner = uuid.uuid4().hex
        self._tags: asyncio.Queue[int] = asyncio.Queue()
        self._queued: set[int] = set()
        self._closing = asyncio.Event()

    # -- in

    async def hear(self, incoming: Incoming) -> Hearing:
        """Keep a message for the workers; HEARD means it will be answered."""
        now = datetime.now(UTC)
        result = await self._inbox.hear(incoming, now)
        if result is Hearing.FULL and self._cries(incoming):
            result = await self._inbox.hear(incoming, now, WAITING + URGENT_ROOM)
        self._metrics.heard.labels(incoming.address.channel, result).inc()
        return result

    def _cries(self, incoming: Incoming) -> bool:
        return isinstance(self._current().understanding.understand(incoming.text), Urgent)

    # -- through

    async def take_over(self) -> None:
        """Give back at once what dead processes had begun; for a process that is alone with its store."""
        now = datetime.now(UTC) + LEASE
        for tag in range(naming.TAGS):
            await self._inbox.sweep(tag, now, self._keeping.sessions, self._keeping.unclear)

    async def work(self) -> None:
        """Answer messages until `close`; then finish what was begun."""
        watching = [asyncio.create_task(each()) for each in (self._listen, self._look_around, self._sweep)]
        workers = [asyncio.create_task(self._worker()) for _ in range(WORKERS)]
        try:
            await self._closing.wait()
            await asyncio.gather(*workers)
        finally:
            await ended(*watching, *workers)

    def close(self) -> None:
        """Begin nothing new."""
        self._closing.set()
        for _ in range(WORKERS):
            self._tags.put_nowait(-1)

    def _ready(self, tag: int) -> None:
        if tag not in self._queued and not self._closing.is_set():
            self._queued.add(tag)
            self._tags.put_nowait(tag)

    async def _worker(self) -> None:
        while not self._closing.is_set():
            tag = await self._tags.get()
            self._queued.discard(tag)
            if tag < 0:
                return
            with _store_may_fail("lease"):
                lease = await self._inbox.lease(tag, self._owner, datetime.now(UTC))
                if lease:
                    if lease.more:
                        self._ready(tag)  # for another worker
                    await self._answer(lease)  # calls out the tag if its person has said more

    async def _answer(self, lease: Lease) -> None:
        renewing = asyncio.create_task(self._renew(lease))
        try:
            outcome, taken = await self._taken(lease)
            done = await self._finish(lease, outcome)
        finally:
            await ended(renewing)
        now = datetime.now(UTC)
        door = lease.incoming.address.channel
        waited = (now - lease.heard_at).total_seconds()
        if done:
            self._metrics.turns.labels(door, taken[0]).inc()
            self._metrics.turn_seconds.observe(max(0.0, waited))
        else:
            self._metrics.lost.inc()
        _log.info(
            "turn", door=door, outcome=taken[0], intent=taken[1], ms=round(waited * 1000, 1), kept=done,
            replies=len(outcome.said) or sum(len(d.replies) for d in outcome.deliveries),
        )  # fmt: skip

    async def _finish(self, lease: Lease, outcome: Outcome) -> bool:
        """Keep what came of a message; a store that is away is waited for as long as the lease may last."""
        until = asyncio.get_running_loop().time() + LEASE.total_seconds()
        while True:
            try:
                return await self._inbox.finish(lease, outcome, datetime.now(UTC))
            except (RedisError, OSError):
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(_AGAIN)

    async def _taken(self, lease: Lease) -> tuple[Outcome, tuple[str, str | None]]:
        """What comes of a message; an apology when we break on it, so that it does not come back for ever."""
        incoming, edition = lease.incoming, self._current()
        at = Moment(datetime.now(UTC), incoming.id)

        async def act(request: AnyRequest) -> AnyResult | None:
            return await self._desk.carry_out(request, lease.person, at.now)

        try:
            taken = await asyncio.wait_for(turn.take(edition, lease.session, incoming, at, act), _TURN)
        except RedisError:
            raise  # the store is away: the message stays where it is
        except Exception as error:  # whatever it is, its writer must hear something
            self._metrics.failed.inc()
            _log.error("turn failed", error=type(error).__name__, where=where(error))
            sorry = Reply(edition.known.says("apology"))
            return self._outcome(lease, turn.failed(lease.session, sorry), at), ("failed", None)
        return self._outcome(lease, taken, at), (taken.outcome, taken.intent)

    def _outcome(self, lease: Lease, taken: turn.Turn, at: Moment) -> Outcome:
        address = lease.incoming.address
        outcome = Outcome(taken.session, counts=taken.counts, unclear=taken.unclear)
        if not taken.replies:
            return outcome
        if address.channel == WEBCHAT:  # kept to be asked for, not sent
            return replace(outcome, said=taken.replies)
        answer = Delivery(
            f"answer:{lease.person.id}:{lease.incoming.id}", address, Lane.ANSWER, taken.replies,
            at.now, at.now + ANSWER_FOR,
        )  # fmt: skip
        return replace(outcome, deliveries=(answer,))

    async def _renew(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            with _store_may_fail("renew"):
                await self._inbox.renew(lease, datetime.now(UTC))

    # -- around

    async def _listen(self) -> None:
        """Wake up at once when a message is heard, here or in another process."""
        async for tag in self._inbox.listen(naming.WAKE):
            self._ready(int(tag))

    async def _look_around(self) -> None:
        """Find what no wake-up told of."""
        while True:
            with _store_may_fail("look"):
                for tag in await self._inbox.ready():
                    self._ready(tag)
            await asyncio.sleep(_LOOK)

    async def _sweep(self) -> None:
        while True:
            with _store_may_fail("sweep"):
                now = datetime.now(UTC)
                for tag in range(naming.TAGS):
                    given_back = await self._inbox.sweep(
                        tag, now, self._keeping.sessions, self._keeping.unclear
                    )
                    self._metrics.swept.inc(given_back)
                self._metrics.waiting.set(await self._inbox.waiting())
            await asyncio.sleep(_SWEEP)


@contextmanager
def _store_may_fail(doing: str) -> Iterator[None]:
    """A store that is away for a moment costs a pause, not the process."""
    try:
        yield
    except (RedisError, OSError) as error:
        _log.warning("store away", doing=doing, error=type(error).__name__)
    except Exception as error:  # one bad message must not end a worker
        _log.error("broke", doing=doing, error=type(error).__name__, where=where(error))
