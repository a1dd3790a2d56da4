"""Probes the accounts and decides how they stand: one process of all, whose turn it is.

What was decided and not told yet is told by whoever has the turn next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.domain import health
from bot.domain.health import Standing, State, Tally
from bot.errors import StoreError, where
from bot.metrics import Metrics
from bot.services.watch import AccountsWatch
from bot.store.connection import ended
from bot.store.health import Account, Read
from bot.store.turns import Turns

TURN = "watch"
Probe = Callable[[str, str], Awaitable[str | None]]
Told = Callable[[Account, State, datetime], Awaitable[None]]
_log: Any = structlog.get_logger("watch")


class Lookout:
    """Asks platforms by `probe`; `told` hears of each change that people are to hear of, until it returns."""

    def __init__(  # noqa: PLR0913 - what it looks at, and who hears of it
        self,
        watch: AccountsWatch,
        turns: Turns,
        metrics: Metrics,
        probe: Probe,
        told: Told,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._watch, self._kept, self._rules = watch, watch.kept, watch.rules
        self._turns, self._metrics, self._probe, self._told = turns, metrics, probe, told
        self._clock = clock
        self._noted: dict[Account, int] = {}
        self._begun: datetime | None = None

    async def look(self) -> None:
        """Probe, decide and tell, while it is our turn; for ever."""
        while True:
            with self._may_fail("look"):
                async with self._turns.taken(TURN) as ours:
                    if ours:
                        await self._in_turn(ours)
            await self._pause()

    async def _in_turn(self, ours: asyncio.Event) -> None:
        """Telling many may take long, and must not hold up the probes."""
        self._begun = self._clock()
        telling = asyncio.create_task(self._tells())
        try:
            while ours.is_set():
                await self.decide()
                await self._pause()
        finally:
            await ended(telling)

    async def _tells(self) -> None:
        while True:
            with self._may_fail("tell"):
                await self.tell()
            await self._pause()

    async def _pause(self) -> None:
        await asyncio.sleep(self._rules.round.total_seconds())

    @staticmethod
    @contextmanager
    def _may_fail(doing: str) -> Iterator[None]:
        """A store that is away costs a pause; and nobody else would notice that a door is dead."""
        try:
            yield
        except (RedisError, OSError, StoreError) as error:
            _log.warning("store away", doing=doing, error=type(error).__name__)
        except Exception as error:
            _log.error("broke", doing=doing, error=type(error).__name__, where=where(error))

    async def decide(self) -> None:
        """Look at all accounts once."""
        states, now = await self._kept.states(), self._clock()
        reads = {account: states.get(account, Read()) for account in self._watch.accounts}
        asked = [
            account for account, read in reads.items()
            if health.due(read.state, now, self._rules, self._begun)
        ]  # fmt: skip
        found = await asyncio.gather(*(self._probed(account) for account in asked))
        trouble = dict(zip(asked, found, strict=True))
        sends = await self._kept.tallies(now, self._rules.counted)
        for account, read in reads.items():
            await self._decided(account, read, trouble, sends.get(account, []))
        await self._watch.refresh()

    async def _probed(self, account: Account) -> str | None:
        try:
            return await self._probe(*account)
        except Exception as error:  # a probe that breaks says nothing good
            _log.error("probe broke", account=account[1], error=type(error).__name__, where=where(error))
            return health.AWAY

    async def _decided(
        self, account: Account, read: Read, trouble: Mapping[Account, str | None], sends: list[Tally]
    ) -> None:
        now, before = self._clock(), read.state
        seen = health.probed(before, trouble[account], now) if account in trouble else before
        after = health.judged(seen, sends, now, self._rules)
        if after != before and not await self._kept.change(account, read, after):
            return  # by an operator, in this moment: the next look goes on from there
        if after.number != before.number:
            self._note(account, after)

    async def tell(self) -> None:
        """Whatever people have not heard of yet, also of what an operator did, or a process that died."""
        for account, read in (await self._kept.states()).items():
            if read.state.told != read.state.number and account in self._watch.accounts:
                self._note(account, read.state)
                await self._watch.refresh()  # for word of it may go by this very door
                await self._told(account, read.state, self._clock())
                await self._heard(account, read.state.number)

    async def _heard(self, account: Account, number: int) -> None:
        """Write down that they have."""
        while True:
            newest = await self._kept.state(account)
            after = replace(newest.state, told=number)
            if newest.state.number != number or await self._kept.change(account, newest, after):
                return

    def _note(self, account: Account, state: State) -> None:
        """In figures and log, once."""
        if self._noted.get(account) == state.number:
            return
        self._noted[account] = state.number
        channel, id_ = account
        self._metrics.door_changes.labels(channel, id_, str(state.standing)).inc()
        if state.standing is Standing.DOWN:
            self._metrics.alarm("door_down", f"{channel}:{id_}")
            _log.error("door down", channel=channel, account=id_, why=state.why)
        else:
            _log.warning("door", channel=channel, account=id_, standing=str(state.standing), why=state.why)
