"""Sends what waits in the outboxes: the way out of the house for every door but the web's own sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.domain.delivery import STALE, Delivery, Door, Lane, Later, Outcome
from bot.domain.message import Reply
from bot.errors import where
from bot.metrics import Metrics
from bot.store import naming
from bot.store.connection import ended
from bot.store.outbox import Claim, Outbox
from bot.store.signals import Signals

SENDERS = 8  # deliveries of one door side by side
MOST_TRIES = 12
_LOOK = 1.0  # seconds between looks at all tags
_SEND = 40.0  # seconds one reply may take; below the outbox's claim
_SLOWEST = timedelta(minutes=5)

StillWanted = Callable[[str], Awaitable[bool]]
Says = Callable[[str], str]
_log: Any = structlog.get_logger("dispatch")


class Dispatch:
    """Senders for a set of doors, by the name of their channel."""

    def __init__(
        self, signals: Signals, outbox: Outbox, doors: Mapping[str, Door], says: Says, metrics: Metrics
    ) -> None:
        self._signals, self._outbox, self._doors = signals, outbox, dict(doors)
        self._says, self._metrics = says, metrics
        self._wanted: dict[str, StillWanted] = {}
        self._tags: asyncio.Queue[int] = asyncio.Queue()
        self._queued: set[int] = set()
        self._closing = asyncio.Event()

    def ask_before(self, kind: str, wanted: StillWanted) -> None:
        """Have deliveries whose reason is `<kind>:…` asked about at the moment of sending."""
        self._wanted[kind] = wanted

    async def work(self) -> None:
        """Send until `close`, then finish what was begun."""
        if not self._doors:
            await self._closing.wait()
            return
        watching = [asyncio.create_task(each()) for each in (self._listen, self._look_around)]
        senders = [asyncio.create_task(self._sender()) for _ in range(SENDERS)]
        try:
            await self._closing.wait()
            await asyncio.gather(*senders)
        finally:
            await ended(*watching, *senders)

    def close(self) -> None:
        """Begin nothing new."""
        self._closing.set()
        for _ in range(SENDERS):
            self._tags.put_nowait(-1)

    def _ready(self, tag: int) -> None:
        if tag not in self._queued and not self._closing.is_set():
            self._queued.add(tag)
            self._tags.put_nowait(tag)

    async def _listen(self) -> None:
        async for tag in self._signals.listen(naming.OUT):
            if tag is not None:  # what was missed is found by looking around
                self._ready(int(tag))

    async def _look_around(self) -> None:
        while True:
            try:
                for tag in await self._outbox.due(tuple(self._doors), datetime.now(UTC)):
                    self._ready(tag)
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="look", error=type(error).__name__)
            await asyncio.sleep(_LOOK)

    async def _sender(self) -> None:
        while not self._closing.is_set():
            tag = await self._tags.get()
            self._queued.discard(tag)
            if tag < 0:
                return
            for name, door in self._doors.items():
                try:
                    claim = await self._outbox.claim(tag, name, datetime.now(UTC))
                    if claim:
                        self._ready(tag)  # there may be more, for another sender
                        await self._deliver(door, claim)
                        self._ready(tag)
                except (RedisError, OSError) as error:  # claimed ones come back by themselves
                    _log.warning("store away", doing="send", error=type(error).__name__)
                except Exception as error:  # one bad delivery must not end a sender
                    _log.error("broke", doing="send", error=type(error).__name__, where=where(error))

    async def _deliver(self, door: Door, claim: Claim) -> None:
        delivery, now = claim.delivery, datetime.now(UTC)
        if now >= delivery.expires:
            return await self._over(claim, "expired")
        if delivery.reason and not await self._still_wanted(delivery.reason):
            return await self._over(claim, "unwanted")
        for number, reply in enumerate(self._replies(delivery, now)):
            if number < claim.sent:
                continue
            outcome = await self._sent(door, delivery, reply)
            if isinstance(outcome, Later):
                return await self._again(claim, outcome.after)
            if outcome is not Outcome.SENT:
                return await self._over(claim, outcome)
            await self._outbox.part(claim, number + 1, datetime.now(UTC))
        return await self._over(claim, Outcome.SENT)

    async def _still_wanted(self, reason: str) -> bool:
        wanted = self._wanted.get(reason.partition(":")[0])
        return wanted is None or await wanted(reason)

    def _replies(self, delivery: Delivery, now: datetime) -> tuple[Reply, ...]:
        """The replies, or one apology instead of an answer that comes far too late."""
        if delivery.lane is Lane.ANSWER and now - delivery.not_before > STALE:
            return (Reply(self._says("apology")),)
        return delivery.replies

    async def _sent(self, door: Door, delivery: Delivery, reply: Reply) -> Outcome | Later:
        try:
            return await asyncio.wait_for(door.send(delivery.address, reply), _SEND)
        except TimeoutError:
            return Outcome.UNSURE  # it may have arrived; a second copy would do more harm than none
        except Exception as error:  # a door's bug must not stop the other doors
            _log.error("send failed", door=delivery.address.channel, error=type(error).__name__)
            return Later()

    async def _again(self, claim: Claim, after: timedelta | None) -> None:
        if claim.tries + 1 >= MOST_TRIES:
            return await self._over(claim, "gave_up")
        pause = after or min(_SLOWEST, timedelta(seconds=2**claim.tries * random.uniform(0.5, 1)))
        self._metrics.sends.labels(claim.delivery.address.channel, "later").inc()
        return await self._outbox.later(claim, datetime.now(UTC) + pause)

    async def _over(self, claim: Claim, result: str) -> None:
        self._metrics.sends.labels(claim.delivery.address.channel, result).inc()
        await self._outbox.done(claim, result)
