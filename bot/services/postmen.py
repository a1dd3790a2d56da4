"""Those who carry a warning: each takes a recipient of an account, sends, and marks what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.conversation.warnings import shown
from bot.domain.delivery import Delivery, Door, Held, Lane, Later, Outcome, took
from bot.domain.health import Watch
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Fate, Idle, Lent, Line, line_of, once_more
from bot.domain.message import WEBCHAT
from bot.domain.reminder import waking
from bot.domain.warning import Case
from bot.errors import where
from bot.metrics import Metrics
from bot.services.recipients import Recipients
from bot.services.verdict import SOON, Moved, PutOff, Settled, Verdict, patience, put_off
from bot.store.mailing import Ledger
from bot.store.naming import Person
from bot.store.outbox import Outbox

SIDE_BY_SIDE = 20  # recipients of one account that one process sends to at the same time
_SEND = 25.0  # seconds for one message; less than the ledger waits for a silent worker
_MARK = 10.0  # seconds that a mark is tried for while the store is away
_PAGE_RATE = 500.0  # talks on the web a second: what is said there leaves the house by no platform
_log: Any = structlog.get_logger("postmen")


class Postmen:
    """The carriers of one process. `said` hears to whose talk on the web something was said."""

    def __init__(  # noqa: PLR0913, PLR0917 - by which doors, and what is asked before
        self,
        ledger: Ledger,
        outbox: Outbox,
        recipients: Recipients,
        known: Callable[[], Knowledge],
        doors: Callable[[], Mapping[str, Door]],
        clock: Callable[[], datetime],
        metrics: Metrics,
        watch: Watch,
        said: Callable[[Person], None] = lambda _: None,
    ) -> None:
        self._ledger, self._outbox, self._recipients = ledger, outbox, recipients
        self._known, self._doors, self._clock, self._metrics = known, doors, clock, metrics
        self._watch, self._said, self._closed = watch, said, False

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

    async def walk(self, case: Case, line: Line, worker: str, quiet: Callable[[], tuple[int, int]]) -> None:
        """Carry a warning to people of one account until there is nobody left to be sent to now.

        While the account is dead nothing is tried: who has another door goes there, the others wait.
        """
        door, busy = self._doors().get(line.channel), set[asyncio.Task[None]]()
        rate, dead = door.rate if door else _PAGE_RATE, None
        try:
            while not self._closed and (case.bulletin.urgent or self._awake(quiet())):
                if len(busy) >= SIDE_BY_SIDE:
                    await asyncio.wait(busy, return_when=asyncio.FIRST_COMPLETED)
                busy = {task for task in busy if not task.done()}
                before, dead = dead, self._recipients.dead(line)
                if dead != before:
                    await self._ledger.recall(case.id, line, _real())
                found = await self._ledger.claim(
                    case.id, line, worker, _PAGE_RATE if dead else rate, self._clock(), _real()
                )
                if isinstance(found, Lent):
                    busy.add(asyncio.create_task(self._carry(case, line, found, door, dead)))
                elif found.lost:
                    await self._ledger.every(case.id, line, "lost")
                elif found.over:
                    return
                else:
                    await _pause(found, busy)
        finally:
            if busy:
                await asyncio.wait(busy)

    def _awake(self, quiet: tuple[int, int]) -> bool:
        now = self._clock()
        return waking(now, quiet) <= now

    async def _carry(self, case: Case, line: Line, lent: Lent, door: Door | None, dead: str | None) -> None:
        await asyncio.sleep(lent.wait.total_seconds())
        try:
            if line_of(lent.address) != line:  # the door they stood here for was erased meanwhile
                verdict: Verdict = Moved(lent.address, "erased", failed=False)
            elif dead:
                verdict = await self._around(case, line, lent, dead)
            else:
                verdict = await self._sent(case, lent, door)
                died = self._recipients.dead(line)
                if died and isinstance(verdict, PutOff) and verdict.lent.resent == lent.resent:
                    verdict = await self._around(case, line, verdict.lent, died)
        except (RedisError, OSError) as error:  # nothing was sent: lent again when we are taken for dead
            _log.warning("store away", doing="carry", error=type(error).__name__)
            return
        except Exception as error:
            _log.error("send failed", door=line.channel, error=type(error).__name__, where=where(error))
            verdict = put_off(lent, Later(), _real()) or Settled(Fate.REFUSED, "gave_up")
        await self._marked(case, line, lent, verdict)

    async def _marked(self, case: Case, line: Line, lent: Lent, verdict: Verdict) -> None:
        """Write down what became of it, also while the store comes back; twice is worse than late."""
        until = asyncio.get_running_loop().time() + _MARK
        while True:
            try:
                match verdict:
                    case Settled(fate=fate, reason=reason):
                        await self._ledger.mark(case.id, line, lent, fate, reason)
                        counted = str(fate)
                    case Moved(to=to, why=why, failed=failed):
                        await self._ledger.move(case.id, line, lent, to, why, failed=failed)
                        counted = "moved"
                    case PutOff(lent=as_it_is, when=when):
                        await self._ledger.later(case.id, line, as_it_is, when)
                        counted = "later"
            except (RedisError, OSError) as error:
                if asyncio.get_running_loop().time() > until:
                    _log.error("not marked", door=line.channel, error=type(error).__name__)
                    return
                await asyncio.sleep(0.2)
            else:
                self._metrics.mailed.labels(line.channel, counted).inc()
                return

    async def _around(self, case: Case, line: Line, lent: Lent, dead: str) -> Verdict:
        """Nothing can be sent by this account now: by another, or when it is back. No try is counted.

        Of whom a part arrived here already gets the rest here too.
        """
        if not (lent.sent or case.bulletin.drill):
            other = await self._recipients.other(lent, self._clock(), open_only=True)
            if other:
                return Moved(other, dead, failed=False)
        return PutOff(lent, _real() + patience(await self._ledger.waiting(case.id, line)))

    async def _sent(self, case: Case, lent: Lent, door: Door | None) -> Verdict:
        now, bulletin = self._clock(), case.bulletin
        if case.over(now):
            return Settled(Fate.EXPIRED, "late")
        asked = bulletin.drill or bulletin.corrects
        if not asked and not await self._recipients.wants(bulletin, lent.address):
            untied = None if lent.sent else await self._recipients.untied(case, lent)
            return Moved(untied, "untied", failed=True) if untied else Settled(Fate.REFUSED, "stopped")
        reply = shown(self._known(), case.id, bulletin, now)
        until = bulletin.expires or now
        id_ = f"warning:{case.id}:{lent.resent}:{lent.who}"
        delivery = Delivery(id_, lent.address, Lane.WARNING, (reply,), now, until)
        if lent.address.channel == WEBCHAT:
            await self.tell(delivery, now)
            return Settled(Fate.DELIVERED)
        if door is None:
            return await self._failed(case, lent, "door")
        return await self._through(door, delivery, lent, case)

    async def _through(self, door: Door, delivery: Delivery, lent: Lent, case: Case) -> Verdict:
        messages = door.show(delivery.replies)
        outcome: Outcome | Later | Held = Outcome.SENT
        for number, message in enumerate(messages[lent.sent :], start=lent.sent):
            at = replace(lent, sent=number)
            outcome = await self._through_it(door, delivery, message)
            match outcome:
                case Later():
                    later = put_off(at, outcome, _real())
                    return later or await self._failed(case, at, "gave_up")
                case Held(reason=reason):
                    return await self._failed(case, at, str(reason))
                case Outcome.REFUSED:
                    why = await door.reach(delivery.address, self._clock())
                    return await self._failed(case, at, why or "refused")
        if outcome is not Outcome.UNSURE:
            return Settled(Fate.DELIVERED)
        if case.bulletin.urgent and not lent.resent:  # danger to life: twice is better than not at all
            return PutOff(once_more(lent), _real() + SOON)
        return Settled(Fate.UNSURE)

    async def _through_it(self, door: Door, delivery: Delivery, message: Any) -> Outcome | Later | Held:
        try:
            outcome = await asyncio.wait_for(door.send(delivery, message), _SEND)
        except TimeoutError:
            outcome = Outcome.UNSURE
        alive = took(outcome)
        if alive is not None:
            self._watch.heard(delivery.address.channel, delivery.address.account, took=alive)
        return outcome

    async def _failed(self, case: Case, lent: Lent, why: str) -> Verdict:
        """It is over at this door: on to the next of the same person, unless a part of it arrived here.

        A drill stays in the talks that officers have named as theirs.
        """
        if not (lent.sent or case.bulletin.drill):
            other = await self._recipients.other(lent, self._clock(), open_only=False)
            if other:
                return Moved(other, why, failed=True)
        return Settled(Fate.REFUSED, why)


def _real() -> datetime:
    """The time by which accounts are paced; `clock` is that of the talks."""
    return datetime.now(UTC)


async def _pause(found: Idle, busy: set[asyncio.Task[None]]) -> None:
    """Until there may be somebody again, or one of those being sent to is done."""
    wait = max(0.01, min(1.0, found.wait.total_seconds()))
    if busy:
        await asyncio.wait(busy, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
    else:
        await asyncio.sleep(wait)
