"""Warnings on their way: begun, sent by all workers together, ended; who would get one, and how it stands."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import structlog
from redis.exceptions import RedisError

from bot.conversation.warnings import shown
from bot.domain.delivery import Delivery, Door, Lane
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Audience, Line, Progress, line_of
from bot.domain.message import WEBCHAT, Address
from bot.domain.officer import Hand
from bot.domain.reminder import waking
from bot.domain.warning import Bulletin, Case, Move, State
from bot.services.officers import Officers
from bot.services.postmen import Postmen
from bot.services.warnings import Bulletins
from bot.store.mailing import Ledger
from bot.store.naming import Person
from bot.store.subscriptions import Subscriptions

_ROUND = 1.0  # seconds between two looks at what is to be sent
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

    def __init__(  # noqa: PLR0913, PLR0917 - who is written to, by which doors, and what is said
        self,
        ledger: Ledger,
        bulletins: Bulletins,
        subscriptions: Subscriptions,
        officers: Officers,
        known: Callable[[], Knowledge],
        doors: Callable[[], Mapping[str, Door]],
        postmen: Postmen,
        quiet: Callable[[], tuple[int, int]],
    ) -> None:
        self._ledger, self._bulletins, self._subscriptions = ledger, bulletins, subscriptions
        self._officers, self._known, self._doors = officers, known, doors
        self._postmen, self._quiet = postmen, quiet
        self._worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._running: dict[str, asyncio.Task[None]] = {}
        self._drained: set[str] = set()
        self._closing = asyncio.Event()
        self.over: Callable[[Case], Awaitable[None]] | None = None

    # -- beforehand, and how it stands

    async def audience(self, bulletin: Bulletin, now: datetime) -> AsyncIterator[list[Address]]:
        """Whom a warning is for: officers, whoever got what it corrects, or who subscribed."""
        if bulletin.drill:
            yield await self._serving(bulletin.stations, now)
        elif bulletin.corrects:
            async for some in self._ledger.received(bulletin.corrects):
                yield some
        else:
            found = self._subscriptions.addressed(bulletin.stations, bulletin.topic, urgent=bulletin.urgent)
            async for some in found:
                yield some

    async def _serving(self, stations: tuple[str, ...], now: datetime) -> list[Address]:
        """Every officer of these stations, on duty or not."""
        found: list[Address] = []
        for officer in await self._officers.everyone():
            serves = not stations or any(officer.serves(each) for each in stations)
            reach = await self._officers.reach(officer.id, now) if serves else None
            found += reach[1] if reach else ()
        return found

    async def preview(self, bulletin: Bulletin, now: datetime) -> Audience:
        """Whom a warning would reach now, and why it would not reach the others."""
        reached: dict[str, int] = defaultdict(int)
        unreached: dict[tuple[str, str], int] = defaultdict(int)
        seen: set[Address] = set()
        async for some in self.audience(bulletin, now):
            new = [each for each in dict.fromkeys(some) if each not in seen]
            seen.update(new)
            for each, why in zip(new, await asyncio.gather(*(self._why(a, now) for a in new)), strict=True):
                if why:
                    unreached[each.channel, why] += 1
                else:
                    reached[each.channel] += 1
        return Audience(dict(reached), dict(unreached))

    async def _why(self, address: Address, now: datetime) -> str | None:
        if address.channel == WEBCHAT:
            return None
        door = self._doors().get(address.channel)
        return await door.reach(address, now) if door else "door"

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
            lines = await self._ledger.lines(case.id)
            await asyncio.gather(*(self._postmen.walk(case, line, self._worker) for line in lines))
            await self._finished(case, now)
        except (RedisError, OSError) as error:  # the next round goes on
            _log.warning("store away", doing="warning", error=type(error).__name__)
        except Exception as error:  # one bad warning must not stop the others
            _log.error("broke", doing="warning", error=type(error).__name__)

    async def _fix(self, case: Case, now: datetime) -> None:
        """Write down who gets it; the same again after a crash adds nobody twice."""
        async for some in self.audience(case.bulletin, now):
            lines: dict[Line, list[Address]] = defaultdict(list)
            for each in some:
                lines[line_of(each)].append(each)
            for line, addresses in lines.items():
                await self._ledger.fix(case, line, addresses, now)
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
        reason = "cancelled" if case.state is State.CANCELLED else "late"
        left = [
            await self._ledger.drain(case.id, line, self._worker, reason)
            for line in await self._ledger.lines(case.id)
        ]
        if not any(left):
            self._drained.add(case.id)

    async def _passed(self, case: Case, move: Move, now: datetime) -> None:
        result = await self._bulletins.pass_on(f"{case.id}:{case.version}:{move}", case, move, now)
        if result.done and result.case and move in _TELLING and self.over:
            await self.over(result.case)
