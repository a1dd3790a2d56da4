"""Carries messages: from the doors into the inbox, through a turn, and what came of it out again.

Nothing here decides what to say. Whatever happens to this process, a message that was heard is answered: it
stays in the inbox until `finish`, and a lease that is not renewed is given back.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.caretaker import Caretaker, Keeping, store_may_fail
from bot.clerk import Clerk
from bot.domain.message import Incoming
from bot.metrics import Metrics
from bot.store import naming
from bot.store.inbox import LEASE, WAITING, Hearing, Inbox, Lease
from bot.store.naming import Person
from bot.store.outbox import CLAIM, Claim, Sender
from bot.store.outcome import Finished, Outcome
from bot.store.replies import Saying
from bot.store.signals import Signals
from bot.tasks import Tasks

WORKERS = 12  # messages answered side by side
URGENT_ROOM = 50  # further messages of one person that are kept when they cry for help
# Messages lent to us that may wait for a worker: a second's work. Further ones stay in the inbox, where each
# costs more; with room for fewer, a short pause would grow into a long queue.
AHEAD = 256
_AGAIN = 0.3  # seconds before a store that is away is asked again

Told = Callable[[Person, Saying | None], None]  # what was said to a talk on the web; None: look for yourself
_log: Any = structlog.get_logger("turn")


class Courier:
    """The way of a message through this process."""

    def __init__(self, inbox: Inbox, clerk: Clerk, metrics: Metrics, keeping: Keeping) -> None:
        self._inbox = inbox
        self._clerk = clerk
        self._metrics = metrics
        self._told: Told = _nobody
        self._senders: Mapping[str, Sender] = {}
        self._owner = uuid.uuid4().hex
        self._tasks: Tasks[Lease] = Tasks(WORKERS)
        self._held: dict[str, Lease] = {}  # by person
        self._caretaker = Caretaker(inbox, metrics, keeping, self._held)

    # -- in

    async def hear(self, incoming: Incoming) -> Hearing:
        """Keep a message for the workers; HEARD means it will be answered."""
        result = await self._taken_in(incoming, WAITING)
        if result is Hearing.FULL and self._clerk.is_cry(incoming):
            result = await self._taken_in(incoming, WAITING + URGENT_ROOM)
        self._metrics.heard.labels(incoming.address.channel, result).inc()
        return result

    async def _taken_in(self, incoming: Incoming, most: int) -> Hearing:
        """Keep it, and begin with it at once when there is room for it here."""
        owner = self._owner if self._tasks.open and len(self._tasks) < AHEAD else ""
        result, lease = await self._inbox.hear_and_lease(incoming, datetime.now(UTC), most, owner)
        if lease:
            self._begin(lease)
        return result

    # -- through

    async def take_over(self) -> None:
        """Give back at once what dead processes had begun; for a process that is alone with its store."""
        await self._caretaker.take_over()

    async def work(self, told: Told, senders: Mapping[str, Sender], signals: Signals | None) -> None:
        """Answer messages until `close`; then finish what was begun.

        `told` shows what was said to a talk that is open here, `senders` (by channel) take answers at once;
        `signals` when other processes hear messages.
        """
        self._told, self._senders = told, senders
        around = [self._caretaker.look(self._tasks.look), self._renew()]
        if signals:
            around.append(self._listen(signals))
        await self._tasks.work(self._handled, *around)

    def close(self) -> None:
        """Begin nothing new; what was lent to us is still answered."""
        self._tasks.close()

    def _begin(self, lease: Lease) -> None:
        held = self._held.get(lease.person.id)
        if held is None or held.fence != lease.fence:
            self._held[lease.person.id] = lease
            self._tasks.add(lease)

    async def _handled(self, task: Lease | int) -> None:
        with store_may_fail("answer"):
            lease = await self._leased(task) if isinstance(task, int) else task
            if lease:
                await self._answer(lease)

    async def _leased(self, tag: int) -> Lease | None:
        if not self._tasks.open:
            return None
        lease = await self._inbox.lease(tag, self._owner, datetime.now(UTC))
        if lease:
            self._held[lease.person.id] = lease
            if lease.more:
                self._tasks.look(tag)  # for another worker
        return lease

    async def _answer(self, lease: Lease) -> None:
        try:
            outcome, taken = await self._clerk.answered(lease)
            done = await self._finish(lease, outcome)
        finally:
            if self._held.get(lease.person.id) is lease:
                del self._held[lease.person.id]
        now = datetime.now(UTC)
        door = lease.incoming.address.channel
        waited = (now - lease.heard_at).total_seconds()
        # Without `done` another worker was first, or the store's word that it is done was lost on the way.
        self._told(lease.person, done.saying if done else None)
        if done is None:
            self._metrics.lost.inc()
        else:
            self._metrics.turns.labels(door, taken[0]).inc()
            self._metrics.turn_seconds.observe(max(0.0, waited))
            if done.more:
                self._tasks.look(lease.person.tag)
            self._send(lease.person, outcome, done)
        _log.info(
            "turn", door=door, outcome=taken[0], intent=taken[1], ms=round(waited * 1000, 1),
            kept=done is not None,
            replies=len(outcome.said) or sum(len(each.replies) for each in outcome.deliveries),
        )  # fmt: skip

    def _send(self, who: Person, outcome: Outcome, done: Finished) -> None:
        for delivery in outcome.deliveries:
            sender = self._senders.get(delivery.address.channel)
            if sender and done.lent:
                sender.begin(Claim(delivery, who, sent=0, tries=0))
            elif sender:
                sender.look(who.tag)

    async def _finish(self, lease: Lease, outcome: Outcome) -> Finished | None:
        """Keep what came of a message; a store that is away is waited for as long as the lease may last."""
        sender = self._senders.get(lease.incoming.address.channel)
        lend = sender is not None and sender.free()
        until = asyncio.get_running_loop().time() + LEASE.total_seconds()
        while True:
            try:
                now = datetime.now(UTC)
                return await self._inbox.finish(lease, outcome, now, now + CLAIM if lend else None)
            except (RedisError, OSError):
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(_AGAIN)

    # -- around

    async def _renew(self) -> None:
        """Keep what takes long for longer."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            now = datetime.now(UTC)
            with store_may_fail("renew"):
                await asyncio.gather(*(self._inbox.renew(lease, now) for lease in self._held.values()))

    async def _listen(self, signals: Signals) -> None:
        """Wake up at once when another process heard something."""
        async for tag in signals.listen(naming.WAKE):
            self._tasks.look(None if tag is None else int(tag))


def _nobody(_: Person, __: Saying | None) -> None:
    """Nobody is shown anything before `work`."""
