"""Sends what waits in the outbox of one door: the way out of the house for all but the web's own sockets."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.caretaker import store_may_fail
from bot.domain.delivery import STALE, Delivery, Door, Held, Lane, Later, Onward, Outcome, took
from bot.domain.health import Standing, Trusting, Watch
from bot.domain.message import Reply
from bot.errors import where
from bot.metrics import Metrics
from bot.store import naming
from bot.store.fates import MOVED
from bot.store.outbox import Claim, Outbox
from bot.store.signals import Signals
from bot.tasks import Tasks

SENDERS = 16  # deliveries of one door side by side
AHEAD = 256  # deliveries lent to us that may wait for a sender; see the courier
MOST_TRIES = 12
_LOOK = 1.0  # seconds between looks at all tags
_SEND = 40.0  # seconds one message may take; below the outbox's claim
_SLOWEST = timedelta(minutes=5)
_SHUT = timedelta(seconds=20)  # until it is looked again whether an account can be sent to
_SHUT_TALK = timedelta(seconds=5)  # the same, when somebody waits for an answer

StillWanted = Callable[[str], Awaitable[bool]]
Says = Callable[[str], str]
_log: Any = structlog.get_logger("dispatch")


class Dispatch:
    """The senders of one door; a door that hangs holds up no other. Tests move the `clock`."""

    def __init__(  # noqa: PLR0913 - the door and all it is sent by
        self,
        channel: str,
        door: Door,
        outbox: Outbox,
        says: Says,
        metrics: Metrics,
        *,
        watch: Watch | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock, self._watch = clock, watch or Trusting()
        self._channel, self._door, self._outbox = channel, door, outbox
        self._says, self._metrics = says, metrics
        self._wanted: dict[str, StillWanted] = {}
        self._onward: dict[str, Onward] = {}
        self._tasks: Tasks[Claim] = Tasks(SENDERS)

    def ask_before(self, kind: str, wanted: StillWanted) -> None:
        """Have deliveries whose reason is `<kind>:…` asked about at the moment of sending."""
        self._wanted[kind] = wanted

    def go_on(self, kind: str, onward: Onward) -> None:
        """Have deliveries whose reason is `<kind>:…` go on to another door if they fail at this one."""
        self._onward[kind] = onward

    async def take_over(self) -> None:
        """Send at once what dead processes had begun to send; for a process that is alone with its store."""
        await self._outbox.take_over()

    async def work(self, signals: Signals | None) -> None:
        """Send until `close`, then finish what was begun; `signals` when other processes fill the outbox."""
        around = [self._look_around()]
        if signals:
            around.append(self._listen(signals))
        await self._tasks.work(self._handled, *around)

    def close(self) -> None:
        """Begin nothing new; what was lent to us is still sent."""
        self._tasks.close()

    # -- for the courier of the same process

    def free(self) -> bool:
        """Whether a delivery can be lent to us at once."""
        return self._tasks.open and len(self._tasks) < AHEAD

    def begin(self, claim: Claim) -> None:
        """Send what was lent to us."""
        self._tasks.add(claim)

    def look(self, tag: int) -> None:
        """Something was put into the outbox under a tag."""
        self._tasks.look(tag)

    async def _listen(self, signals: Signals) -> None:
        async for tag in signals.listen(naming.OUT):
            if tag is not None:  # what was missed is found by looking around
                self._tasks.look(int(tag))

    async def _look_around(self) -> None:
        while True:
            try:
                for tag in await self._outbox.due(self._channel, self._clock()):
                    self._tasks.look(tag)
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="look", error=type(error).__name__)
            await asyncio.sleep(_LOOK)

    # -- sending

    async def _handled(self, task: Claim | int) -> None:
        with store_may_fail("send", _log):  # claimed ones come back by themselves
            claim = await self._claimed(task) if isinstance(task, int) else task
            if claim:
                await self._deliver(claim)

    async def _claimed(self, tag: int) -> Claim | None:
        if not self._tasks.open:
            return None
        claim = await self._outbox.claim(tag, self._channel, self._clock())
        if claim:
            self._tasks.look(tag)  # there may be more, for another sender
        return claim

    async def _deliver(self, claim: Claim) -> None:
        delivery, now = claim.delivery, self._clock()
        if now >= delivery.expires:
            return await self._over(claim, "expired")
        if not await self._still_wanted(delivery):
            return await self._over(claim, "unwanted")
        onward = None if claim.sent else self._onward.get(_kind(delivery))  # what is half told stays here
        if onward and await onward.better(delivery, now, tried=claim.tries > 0):
            return await self._over(claim, MOVED)
        if self._shut(delivery):
            pause = _SHUT_TALK if delivery.lane in {Lane.ANSWER, Lane.OFFICER} else _SHUT
            return await self._outbox.later(claim, now + pause, tried=False)
        messages = self._door.show(self._replies(delivery, now))
        for number, message in enumerate(messages[claim.sent :], start=claim.sent + 1):
            outcome = await self._sent(delivery, message)
            match outcome:
                case Later(after=after):
                    return await self._again(claim, after, onward)
                case Held() | Outcome.REFUSED:
                    return await self._failed(claim, outcome, onward)
            if number < len(messages):
                onward = None
                await self._outbox.part(claim, number, self._clock())
            elif outcome is Outcome.UNSURE:
                return await self._over(claim, outcome)
        return await self._over(claim, Outcome.SENT)

    async def _still_wanted(self, delivery: Delivery) -> bool:
        wanted = self._wanted.get(_kind(delivery))
        return wanted is None or await wanted(delivery.reason or "")

    def _shut(self, delivery: Delivery) -> bool:
        """Whether nothing is tried at an account now; who writes to a closed one still gets an answer."""
        standing = self._watch.condition(self._channel, delivery.address.account).standing
        return standing is Standing.DOWN or (standing is Standing.CLOSED and delivery.lane is not Lane.ANSWER)

    def _replies(self, delivery: Delivery, now: datetime) -> tuple[Reply, ...]:
        """The replies, or one apology instead of an answer that comes far too late."""
        if delivery.lane is Lane.ANSWER and now - delivery.not_before > STALE:
            return (Reply(self._says("apology")),)
        return delivery.replies

    async def _sent(self, delivery: Delivery, message: Any) -> Outcome | Later | Held:
        """What became of one message; the watch over the account hears of it."""
        outcome = await self._tried(delivery, message)
        alive = took(outcome)
        if alive is not None:
            self._watch.heard(self._channel, delivery.address.account, took=alive)
        return outcome

    async def _tried(self, delivery: Delivery, message: Any) -> Outcome | Later | Held:
        try:
            return await asyncio.wait_for(self._door.send(delivery, message), _SEND)
        except TimeoutError:
            return Outcome.UNSURE  # it may have arrived; a second copy would do more harm than none
        except (RedisError, OSError):
            raise
        except Exception as error:  # a door's bug must not stop its other deliveries
            _log.error("send failed", door=self._channel, error=type(error).__name__, where=where(error))
            return Later()

    async def _failed(self, claim: Claim, outcome: Held | str, onward: Onward | None) -> None:
        """It failed here for good, or until they write: on to another door, or over."""
        if onward and await onward.beyond(claim.delivery, self._clock()):
            return await self._over(claim, MOVED)
        if isinstance(outcome, Held):
            self._count("held")
            return await self._outbox.hold(claim, outcome.reason)
        return await self._over(claim, outcome)

    async def _again(self, claim: Claim, after: timedelta | None, onward: Onward | None) -> None:
        # An answer is tried until it expires: an outage of half an hour makes an apology of it, not nothing.
        if after is None and claim.tries + 1 >= MOST_TRIES and claim.delivery.lane is not Lane.ANSWER:
            return await self._failed(claim, "gave_up", onward)
        pause = after or min(
            _SLOWEST, timedelta(seconds=2 ** min(claim.tries, MOST_TRIES) * random.uniform(0.5, 1))
        )
        self._count("later")
        return await self._outbox.later(claim, self._clock() + pause, tried=after is None)

    async def _over(self, claim: Claim, result: str) -> None:
        self._count(result)
        if await self._outbox.done(claim, result):
            self._tasks.look(claim.person.tag)

    def _count(self, result: str) -> None:
        self._metrics.sends.labels(self._channel, result).inc()


def _kind(delivery: Delivery) -> str:
    """What it is about: what its reason begins with."""
    return (delivery.reason or "").partition(":")[0]
