"""Warnings on their way: begun, sent by all workers together, ended; who would get one, and how it stands."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Literal

import structlog
from redis.exceptions import RedisError

from bot.conversation.warnings import shown
from bot.domain.delivery import Delivery, Lane
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Audience, Line, Progress, Recipient, line_of
from bot.domain.message import Address
from bot.domain.officer import Hand
from bot.domain.reminder import waking
from bot.domain.warning import Bulletin, Case, Move, State
from bot.services.postmen import Postmen
from bot.services.recipients import Recipients
from bot.services.warnings import Bulletins
from bot.store.mailing import Ledger
from bot.store.naming import Person

_ROUND = 1.0  # seconds between two looks at what is to be sent
_LOOK = 0.5  # seconds between two looks at who came into which line
_TRY_OUT = "try"
_WAITS = frozenset({State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.SENDING, State.STOPPED})
_TELLING = frozenset({Move.FINISH, Move.EXPIRE, Move.HALT})
_CALLED_OFF = frozenset({State.CANCELLED, State.EXPIRED})
Pressed = Literal["read", "right", "wrong"]
_log: Any = structlog.get_logger("mailings")


class Mailings:
    """All warnings of the deployment; any number of processes may work on them.

    `over` is told of a warning that has ended, or that the desk itself called off or halted.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - who is written to, who carries it, and what is said
        self,
        ledger: Ledger,
        bulletins: Bulletins,
        recipients: Recipients,
        known: Callable[[], Knowledge],
        postmen: Postmen,
        quiet: Callable[[], tuple[int, int]],
    ) -> None:
        self._ledger, self._bulletins, self._recipients = ledger, bulletins, recipients
        self._known, self._postmen, self._quiet = known, postmen, quiet
        self._worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._running: dict[str, asyncio.Task[None]] = {}
        self._drained: set[str] = set()
        self._closing = asyncio.Event()
        self.over: Callable[[Case], Awaitable[None]] | None = None

    # -- beforehand, and how it stands

    async def preview(self, bulletin: Bulletin, now: datetime) -> Audience:
        """Whom a warning would reach now, by which doors, and why it would not reach the others."""
        return await self._recipients.preview(bulletin, now)

    async def progress(self, case_id: str) -> Progress | None:
        """How far a warning has come; None before it begins."""
        return await self._ledger.progress(case_id)

    async def try_out(self, hand: Hand, case: Case, address: Address) -> bool:
        """Send a warning to an officer's own talk, as citizens would see it."""
        reply = shown(self._known(), case.id, case.bulletin, hand.at)
        id_ = f"{_TRY_OUT}:{case.id}:{case.version}:{hand.who}:{hand.at.timestamp():.0f}"
        until = case.bulletin.expires or hand.at
        delivery = Delivery(id_, address, Lane.OFFICER, (reply,), hand.at, until)
        return await self._postmen.tell(delivery, hand.at)

    async def noted(self, case_id: str, who: Person, what: Pressed) -> bool:
        """A citizen pressed something under a warning they got: the first time counts."""
        return await self._ledger.noted(case_id, who, what)

    async def forget(self, who: Person, address: Address) -> None:
        """Somebody's data is erased: no ledger keeps where they live, nothing more is sent."""
        await self._ledger.forget(who, address)

    # -- sending

    async def work(self, clock: Callable[[], datetime]) -> None:
        """Go round until `close`; then finish what was begun."""
        while not self._closing.is_set():
            try:
                await self.tend(clock())
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="mailings", error=type(error).__name__)
            try:
                async with asyncio.timeout(_ROUND):
                    await self._closing.wait()
            except TimeoutError:
                pass
        self._postmen.close()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def close(self) -> None:
        """Begin nothing new."""
        self._closing.set()
        self._postmen.close()

    async def tend(self, now: datetime) -> None:
        """Begin, go on with and end what is due."""
        await self._ledger.beat(self._worker)
        if await self._bulletins.kept.restored():
            await self._halt(now)
        self._running = {id_: task for id_, task in self._running.items() if not task.done()}
        for id_, state in (await self._bulletins.kept.standing()).items():
            if id_ in self._drained or id_ in self._running:
                continue
            case = await self._bulletins.kept.read(id_) if state in _WAITS | _CALLED_OFF else None
            if case:
                await self._tended(case, now)

    async def _halt(self, now: datetime) -> None:
        """After a restore nobody knows what went out since the backup: a person goes on with it, or not."""
        kept = self._bulletins.kept
        for id_, state in (await kept.standing()).items():
            case = await kept.read(id_) if state in {State.SENDING, State.SCHEDULED} else None
            if case:
                await self._passed(case, Move.HALT, now)
        await kept.looked()

    async def _tended(self, case: Case, now: datetime) -> None:
        match case.state:
            case State.CANCELLED | State.EXPIRED:
                await self._drain(case)
            case _ if case.over(now):
                await self._passed(case, Move.EXPIRE, now)
            case State.SCHEDULED if case.begins and case.begins <= now:
                await self._passed(case, Move.BEGIN, now)
            case State.SENDING if case.bulletin.urgent or waking(now, self._quiet()) <= now:
                self._running[case.id] = asyncio.create_task(self._send(case, now), name=f"warning {case.id}")

    async def _send(self, case: Case, now: datetime) -> None:
        """Send as much of a warning as can be sent now."""
        try:
            progress = await self._ledger.progress(case.id)
            if progress is None or progress.fixed is None:
                await self._fix(case, now)
            elif progress.ended:  # approved once more for those of whom nobody knows
                for line in await self._ledger.lines(case.id):
                    await self._ledger.every(case.id, line, "again")
                await self._ledger.ended(case.id, None)
            await self._carried(case)
            await self._finished(case, now)
        except (RedisError, OSError) as error:  # the next round goes on
            _log.warning("store away", doing="warning", error=type(error).__name__)
        except Exception as error:  # one bad warning must not stop the others
            _log.error("broke", doing="warning", error=type(error).__name__)

    async def _carried(self, case: Case) -> None:
        """Walk along all lines until nobody is left to be sent to now.

        Meanwhile people may come into others: who failed in one, or whose account is dead.
        """
        walks: dict[Line, asyncio.Task[None]] = {}
        begun = False
        while walks or not begun:
            for line in await self._waiting(case, begun=begun):
                if line not in walks:
                    walk = self._postmen.walk(case, line, self._worker, self._quiet)
                    walks[line] = asyncio.create_task(walk, name=f"{case.id} {line.channel}")
            begun = True
            if walks:
                await asyncio.wait(walks.values(), timeout=_LOOK)
            for line in [line for line, walk in walks.items() if walk.done()]:
                error = walks.pop(line).exception()
                if error:  # the next round goes on
                    _log.warning("walk ended", door=line.channel, error=type(error).__name__)

    async def _waiting(self, case: Case, *, begun: bool) -> list[Line]:
        """The lines in which somebody may stand; while others are walked along, the store may be away."""
        try:
            lines = await self._ledger.lines(case.id)
            if not begun:
                return lines
            counts = await asyncio.gather(*(self._ledger.waiting(case.id, line) for line in lines))
        except (RedisError, OSError):
            if not begun:
                raise
            return []
        return [line for line, count in zip(lines, counts, strict=True) if count]

    async def _fix(self, case: Case, now: datetime) -> None:
        """Write down who gets it; the same again after a crash adds nobody twice."""
        async for some in self._recipients.of(case.bulletin, now):
            lines: dict[Line, list[Recipient]] = defaultdict(list)
            for each in some:
                lines[line_of(each.address)].append(each)
            for line, recipients in lines.items():
                await self._ledger.fix(case, line, recipients, now)
        await self._ledger.fixed(case, now)

    async def _finished(self, case: Case, now: datetime) -> None:
        progress, case_now = await self._ledger.progress(case.id), await self._bulletins.kept.read(case.id)
        if progress is None or progress.fixed is None or progress.settled < progress.recipients:
            return
        if case_now and case_now.state is State.SENDING:
            await self._ledger.ended(case.id, now)
            await self._passed(case_now, Move.FINISH, now)

    async def _drain(self, case: Case) -> None:
        """Nothing goes out any more: whoever waits is settled."""
        left = [
            await self._ledger.drain(case.id, line, self._worker, self._why_not(case, line))
            for line in await self._ledger.lines(case.id)
        ]
        if not any(left):
            self._drained.add(case.id)

    def _why_not(self, case: Case, line: Line) -> str:
        """Why nothing was sent to who still stands in a line at the end."""
        if case.state is State.CANCELLED:
            return "cancelled"
        return "door" if self._recipients.dead(line) else "late"

    async def _passed(self, case: Case, move: Move, now: datetime) -> None:
        result = await self._bulletins.pass_on(f"{case.id}:{case.version}:{move}", case, move, now)
        if result.done and result.case and move in _TELLING and self.over:
            await self.over(result.case)
