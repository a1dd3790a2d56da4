"""How the accounts stand, as one process knows it, and what it has sent of late; a `Lookout` decides.

Neither asks the store when something is sent.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.domain import health
from bot.domain.health import IN_ORDER, Condition, Rules, State, Tally
from bot.metrics import Metrics
from bot.store.health import Account, Health

_log: Any = structlog.get_logger("watch")


class AccountsWatch:
    """A `Watch` over the `accounts` of a deployment. Tests shorten the `rules` and move the `clock`."""

    def __init__(
        self,
        kept: Health,
        accounts: Iterable[Account],
        metrics: Metrics,
        *,
        rules: Rules | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.kept, self.accounts, self._metrics = kept, tuple(accounts), metrics
        self.rules, self._clock = rules or Rules(), clock
        self._process = uuid.uuid4().hex[:12]
        self._conditions: Mapping[Account, Condition] = {}
        self._sends: dict[Account, deque[Tally]] = {each: deque() for each in self.accounts}
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
        while now - sends[0].start > self.rules.counted:
            sends.popleft()
        self._unsaid = True

    @property
    def _bucket(self) -> float:
        return self.rules.bucket.total_seconds()

    def shut(self) -> dict[Account, Condition]:
        """The accounts that are not open, as this process knew them a moment ago."""
        found = {each: self.condition(*each) for each in self.accounts}
        return {account: condition for account, condition in found.items() if not condition.open}

    # -- of every process

    async def follow(self) -> None:
        """Tell the store what was counted, learn how the accounts stand; for ever."""
        while True:
            try:
                await self.refresh()
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="watch", error=type(error).__name__)
            await asyncio.sleep(self.rules.round.total_seconds())

    async def refresh(self) -> None:
        """Once; before anything is sent too.

        Raises:
            RedisError: the store is away; what was known stays.
        """
        if self._unsaid:
            self._unsaid = False
            try:
                await self.kept.sent(self._process, self._sends, self.rules.counted)
            except BaseException:
                self._unsaid = True
                raise
        self._learn({account: read.state for account, read in (await self.kept.states()).items()})

    def _learn(self, states: Mapping[Account, State]) -> None:
        now = self._clock()
        self._conditions = {
            account: health.condition(state, now, self.rules) for account, state in states.items()
        }
        for channel, account in self.accounts:
            if (channel, account) in states:
                self._metrics.doors.labels(channel, account).set(self.condition(channel, account).open)
