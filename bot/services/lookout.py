"""Probes the accounts and decides how they stand: one process of all, whose turn it is.

Nothing is remembered here. What was decided and not told yet is told by whoever has the turn next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
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

    async def look(self) -> None:
        """Probe, decide and tell, while it is our turn; for ever."""
        while True:
            try:
                async with self._turns.taken(TURN) as ours:
                    while ours and ours.is_set():
                        await self.decide()
                        await asyncio.sleep(self._watch.rules.round.total_seconds())
            except (RedisError, OSError, StoreError) as error:
                _log.warning("store away", doing="watch", error=type(error).__name__)
            except Exception as error:  # nobody else would notice that a door is dead
                _log.error("broke", doing="watch", error=type(error).__name__, where=where(error))
            await asyncio.sleep(self._watch.rules.round.total_seconds())

    async def decide(self) -> None:
        """Look at all accounts once."""
        states, now = await self._kept.states(), self._clock()
        reads = {account: states.get(account, Read()) for account in self._watch.accounts}
        asked = [account for account, read in reads.items() if health.due(read.state, now, self._rules)]
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
        if after.told == after.number:
            return
        self._noted(account, after)
        await self._watch.refresh()  # for word of it may go by this very door
        await self._told(account, after, now)
        newest = await self._kept.state(account)
        if newest.state.number == after.number:
            await self._kept.change(account, newest, replace(newest.state, told=after.number))

    def _noted(self, account: Account, state: State) -> None:
        channel, id_ = account
        self._metrics.door_changes.labels(channel, id_, str(state.standing)).inc()
        if state.standing is Standing.DOWN:
            self._metrics.alarm("door_down", f"{channel}:{id_}")
            _log.error("door down", channel=channel, account=id_, why=state.why)
        else:
            _log.warning("door", channel=channel, account=id_, standing=str(state.standing), why=state.why)
