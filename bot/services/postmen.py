"""Those who carry a warning: each takes a recipient of an account, sends, and marks what became of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.conversation.warnings import shown
from bot.domain.delivery import Delivery, Door, Held, Lane, Later, Outcome
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Fate
from bot.domain.message import WEBCHAT
from bot.domain.warning import Case
from bot.errors import where
from bot.metrics import Metrics
from bot.store.mailing import Idle, Ledger, Lent, Line, once_more
from bot.store.naming import Person
from bot.store.outbox import Outbox
from bot.store.subscriptions import Subscriptions

SIDE_BY_SIDE = 20  # recipients of one account that one process sends to at the same time
MOST_TRIES = 8
_SEND = 25.0  # seconds for one message; less than the ledger waits for a silent worker
_MARK = 10.0  # seconds that a mark is tried for while the store is away
_PAGE_RATE = 500.0  # talks on the web a second: what is said there leaves the house by no platform
_SLOWEST = timedelta(minutes=5)
_SOON = timedelta(seconds=5)  # before something is sent once more to whom it may not have reached
_log: Any = structlog.get_logger("postmen")


class Postmen:
    """The carriers of one process. `said` hears to whose talk on the web something was said."""

    def __init__(  # noqa: PLR0913, PLR0917 - by which doors, and what is asked before
        self,
        ledger: Ledger,
        outbox: Outbox,
        subscriptions: Subscriptions,
        known: Callable[[], Knowledge],
        doors: Callable[[], Mapping[str, Door]],
        clock: Callable[[], datetime],
        metrics: Metrics,
        said: Callable[[Person], None] = lambda _: None,
    ) -> None:
        self._ledger, self._outbox, self._subscriptions = ledger, outbox, subscriptions
        self._known, self._doors, self._clock, self._metrics, self._said = known, doors, clock, metrics, said
        self._closed = False

    def close(self) -> None:
        """Take nobody new; who is being sent to is finished."""
        self._closed = True

    async def tell(self, delivery: Delivery, now: datetime) -> bool:
        """A delivery of its own, to a talk at whatever door; False when it was put before."""
        if delivery.address.channel != WEBCHAT:
            return await self._outbox.put(delivery)
        who = await self._outbox.say(delivery, now)
        if who:
            self._said(who)
        return who is not None

    async def walk(self, case: Case, line: Line, worker: str) -> None:
        """Carry a warning to people of one account until there is nobody left to be sent to now."""
        door, busy = self._doors().get(line.channel), set[asyncio.Task[None]]()
        rate = door.rate if door else _PAGE_RATE
        try:
            while not self._closed:
                if len(busy) >= SIDE_BY_SIDE:
                    await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED)
                busy = {task for task in busy if not task.done()}
                found = await self._ledger.claim(case.id, line, worker, rate, self._clock())
                if isinstance(found, Lent):
                    busy.add(asyncio.create_task(self._carry(case, line, found, door)))
                elif found.lost:
                    await self._ledger.every(case.id, line, "lost")
                elif found.over:
                    return
                else:
                    await _pause(found, busy)
        finally:
            if busy:
                await asyncio.wait(busy)

    async def _carry(self, case: Case, line: Line, lent: Lent, door: Door | None) -> None:
        await asyncio.sleep(lent.wait.total_seconds())
        try:
            verdict = await self._sent(case, lent, door)
        except (RedisError, OSError) as error:  # nothing was sent: lent again when we are taken for dead
            _log.warning("store away", doing="carry", error=type(error).__name__)
            return
        except Exception as error:
            _log.error("send failed", door=line.channel, error=type(error).__name__, where=where(error))
            verdict = self._again(lent, None)
        await self._marked(case, line, lent, verdict)

    async def _marked(
        self, case: Case, line: Line, lent: Lent, verdict: tuple[Fate, str] | tuple[Lent, datetime]
    ) -> None:
        """Write down what became of it, also while the store comes back; twice is worse than late."""
        first, second = verdict
        until = asyncio.get_running_loop().time() + _MARK
        while True:
            try:
                if isinstance(first, Lent) and isinstance(second, datetime):
                    await self._ledger.later(case.id, line, replace(first, entry=lent.entry), second)
                    self._metrics.mailed.labels(line.channel, "later").inc()
                elif isinstance(first, Fate):
                    await self._ledger.mark(case.id, line, lent, first, str(second))
                    self._metrics.mailed.labels(line.channel, str(first)).inc()
            except (RedisError, OSError) as error:
                if asyncio.get_running_loop().time() > until:
                    _log.error("not marked", door=line.channel, error=type(error).__name__)
                    return
                await asyncio.sleep(0.2)
            else:
                return

    async def _sent(
        self, case: Case, lent: Lent, door: Door | None
    ) -> tuple[Fate, str] | tuple[Lent, datetime]:
        now, bulletin = self._clock(), case.bulletin
        if case.over(now):
            return Fate.EXPIRED, "late"
        if not (bulletin.drill or bulletin.corrects or await self._wanted(case, lent)):
            return Fate.REFUSED, "stopped"
        reply = shown(self._known(), case.id, bulletin, now)
        until = bulletin.expires or now
        id_ = f"warning:{case.id}:{lent.resent}:{lent.who}"
        delivery = Delivery(id_, lent.address, Lane.WARNING, (reply,), now, until)
        if lent.address.channel == WEBCHAT:
            await self.tell(delivery, now)
            return Fate.DELIVERED, ""
        if door is None:
            return Fate.REFUSED, "door"
        return await self._through(door, delivery, lent, case)

    async def _wanted(self, case: Case, lent: Lent) -> bool:
        """Whether they still want it: who has stopped in the middle of a send gets nothing more."""
        told = case.bulletin
        return await self._subscriptions.wanted(lent.address, told.stations, told.topic, urgent=told.urgent)

    async def _through(
        self, door: Door, delivery: Delivery, lent: Lent, case: Case
    ) -> tuple[Fate, str] | tuple[Lent, datetime]:
        messages = door.show(delivery.replies)
        outcome: Outcome | Later | Held = Outcome.SENT
        for number, message in enumerate(messages[lent.sent :], start=lent.sent):
            try:
                outcome = await asyncio.wait_for(door.send(delivery, message), _SEND)
            except TimeoutError:
                outcome = Outcome.UNSURE
            match outcome:
                case Later(after=after):
                    return self._again(replace(lent, sent=number), after)
                case Held(reason=reason):
                    return Fate.REFUSED, str(reason)
                case Outcome.REFUSED:
                    why = await door.reach(delivery.address, self._clock())
                    return Fate.REFUSED, why or "refused"
        if outcome is not Outcome.UNSURE:
            return Fate.DELIVERED, ""
        if case.bulletin.urgent and not lent.resent:  # danger to life: twice is better than not at all
            return once_more(lent), self._clock() + _SOON
        return Fate.UNSURE, ""

    def _again(self, lent: Lent, after: timedelta | None) -> tuple[Fate, str] | tuple[Lent, datetime]:
        """It certainly did not arrive: later, unless it was tried often enough."""
        if after is None and lent.tries + 1 >= MOST_TRIES:
            return Fate.REFUSED, "gave_up"
        pause = after or min(_SLOWEST, timedelta(seconds=2**lent.tries * random.uniform(0.5, 1)))
        tries = lent.tries + (after is None)
        return replace(lent, tries=tries), self._clock() + pause


async def _pause(found: Idle, busy: set[asyncio.Task[None]]) -> None:
    """Until there may be somebody again, or one of those being sent to is done."""
    wait = max(0.01, min(1.0, found.wait.total_seconds()))
    if busy:
        await asyncio.wait(busy, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
    else:
        await asyncio.sleep(wait)
