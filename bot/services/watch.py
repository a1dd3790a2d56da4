"""Watches the accounts: what is taken of what we send, what a probe finds; one process of all decides.

Every process counts its own sends and has a copy of how the accounts stand. Neither asks the store when
something is sent.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.domain import health
from bot.domain.health import IN_ORDER, Condition, Rules, Standing, State, Tally
from bot.errors import StoreError, where
from bot.metrics import Metrics
from bot.store.health import Account, Health, Read
from bot.store.turns import Turns

TURN = "watch"  # of the process that probes and decides
Probe = Callable[[str, str], Awaitable[str | None]]
Told = Callable[[Account, State, datetime], Awaitable[None]]
_log: Any = structlog.get_logger("watch")


class AccountsWatch:
    """A `Watch` over the `accounts` of a deployment. Tests shorten the `rules` and move the `clock`."""

    def __init__(  # noqa: PLR0913 - what it looks at, and by which rules
        self,
        kept: Health,
        accounts: Iterable[Account],
        probe: Probe,
        turns: Turns,
        metrics: Metrics,
        *,
        rules: Rules | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.told: Told | None = None  # hears of each change that people are to hear of, until it returns
        self._kept, self._accounts, self._probe = kept, tuple(accounts), probe
        self._turns, self._metrics = turns, metrics
        self._rules, self._clock = rules or Rules(), clock
        self._process = uuid.uuid4().hex[:12]
        self._conditions: Mapping[Account, Condition] = {}
        self._sends: dict[Account, deque[Tally]] = {each: deque() for each in self._accounts}
        self._unsaid = False

    # -- on the way of everything that is sent

    def condition(self, channel: str, account: str) -> Condition:
        """How an account stands, as this process knew it a moment ago."""
        return self._conditions.get((channel, account), IN_ORDER)

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        """Count a send; the store hears of it in a moment."""
        sends = self._sends.get((channel, account))
        if sends is None:
            return
        now = self._clock()
        start = datetime.fromtimestamp(now.timestamp() // self._bucket * self._bucket, UTC)
        last = sends.pop() if sends and sends[-1].start == start else Tally(start, 0, 0)
        sends.append(Tally(start, last.tried + 1, last.took + took))
        while now - sends[0].start > self._rules.counted:
            sends.popleft()
        self._unsaid = True

    @property
    def _bucket(self) -> float:
        return self._rules.bucket.total_seconds()

    def standing(self) -> dict[Account, Condition]:
        """All accounts, as this process knew them a moment ago."""
        return {each: self.condition(*each) for each in self._accounts}

    # -- of every process

    async def follow(self) -> None:
        """Tell the store what was counted, learn how the accounts stand; for ever."""
        while True:
            try:
                await self.refresh()
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="watch", error=type(error).__name__)
            await self._pause()

    async def refresh(self) -> None:
        """Once; before anything is sent too.

        Raises:
            RedisError: the store is away; what was known stays.
        """
        if self._unsaid:
            self._unsaid = False
            await self._kept.sent(self._process, self._sends, self._rules.counted)
        self._learn({account: read.state for account, read in (await self._kept.states()).items()})

    def _learn(self, states: Mapping[Account, State]) -> None:
        now = self._clock()
        self._conditions = {
            account: health.condition(state, now, self._rules) for account, state in states.items()
        }
        for channel, account in self._accounts:
            if (channel, account) in states:
                self._metrics.doors.labels(channel, account).set(self.condition(channel, account).open)

    async def _pause(self) -> None:
        await asyncio.sleep(self._rules.round.total_seconds())

    # -- of one process of all

    async def look(self) -> None:
        """Probe, decide and tell, while it is our turn; for ever."""
        while True:
            try:
                async with self._turns.taken(TURN) as ours:
                    while ours and ours.is_set():
                        await self.decide()
                        await self._pause()
            except (RedisError, OSError, StoreError) as error:
                _log.warning("store away", doing="watch", error=type(error).__name__)
            except Exception as error:  # nobody else would notice that a door is dead
                _log.error("broke", doing="watch", error=type(error).__name__, where=where(error))
            await self._pause()

    async def decide(self) -> None:
        """Look at all accounts once."""
        states, now = await self._kept.states(), self._clock()
        reads = {account: states.get(account, Read()) for account in self._accounts}
        asked = [account for account, read in reads.items() if health.due(read.state, now, self._rules)]
        found = await asyncio.gather(*(self._probed(account) for account in asked))
        trouble = dict(zip(asked, found, strict=True))
        sends = await self._kept.tallies(now, self._rules.counted)
        for account, read in reads.items():
            await self._decided(account, read, trouble, sends.get(account, []))
        await self.refresh()

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
        if self.told:
            await self.told(account, after, now)
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
