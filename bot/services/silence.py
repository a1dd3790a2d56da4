"""Listens whether the platforms still hand us what people write. Sending may work all the while."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.domain import silence
from bot.domain.message import Incoming
from bot.metrics import Metrics
from bot.store.health import Account, Health
from bot.store.inbox import Hearing
from bot.store.turns import Turns

_FLUSH = 60.0  # seconds
_LOOKS = 5  # flushes between two looks
_log: Any = structlog.get_logger("silence")

Hear = Callable[[Incoming], Awaitable[Hearing]]


class Silence:
    """Counts what is heard by account and hour; one process of all looks and tells the operator."""

    def __init__(
        self,
        kept: Health,
        accounts: Iterable[Account],
        turns: Turns,
        metrics: Metrics,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._kept, self._accounts, self._turns, self._metrics = kept, tuple(accounts), turns, metrics
        self._clock, self._process = clock, uuid.uuid4().hex[:12]
        self._heard: Counter[tuple[Account, int]] = Counter()

    def beside(self, hear: Hear) -> Hear:
        """The same ear, with a count of what it hears."""

        async def heard(incoming: Incoming) -> Hearing:
            found = await hear(incoming)
            self.note((incoming.address.channel, incoming.address.account))
            return found

        return heard

    def note(self, account: Account) -> None:
        """Something was heard."""
        self._heard[account, silence.hour(self._clock())] += 1

    async def work(self, deaf: Callable[[str, str], Awaitable[bool]] | None) -> None:
        """Say what was heard, for ever; with `deaf`, which asks a platform, look too."""
        number = 0
        while True:
            await asyncio.sleep(_FLUSH)
            number += 1
            try:
                await self.flush()
                if deaf and number % _LOOKS == 0:
                    async with self._turns.taken("silence") as ours:
                        if ours:
                            await self.look(deaf)
            except Exception as error:  # the store away: the next time does it
                _log.warning("not looked", error=type(error).__name__)

    async def flush(self) -> None:
        """The hours of which this process has something new to say."""
        for (account, hour), count in list(self._heard.items()):
            await self._kept.heard(account, hour, self._process, count)
            if hour < silence.hour(self._clock()) - 1:
                del self._heard[account, hour]

    async def look(self, deaf: Callable[[str, str], Awaitable[bool]]) -> None:
        """Once, at all accounts."""
        now = self._clock()
        for account in self._accounts:
            oldest = silence.hour(now - silence.KEPT)
            quiet = silence.too_quiet(await self._kept.hours(account, oldest), now)
            if quiet or await deaf(*account):
                self._metrics.alarm("door_silent", ":".join(account))
