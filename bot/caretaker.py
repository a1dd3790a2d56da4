"""Goes round the inbox: gives back what was abandoned, forgets what is past its time, finds what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.errors import where
from bot.metrics import Metrics
from bot.store.inbox import LEASE, Inbox, Lease, Swept
from bot.store.naming import TAGS

_LOOK, _PARTS = 5.0, 5  # seconds between two looks at a tag, and in how many parts all of them are looked at
_log: Any = structlog.get_logger("inbox")


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what is personal is kept."""

    sessions: timedelta = timedelta(days=30)
    unclear: timedelta = timedelta(days=30)


class Caretaker:
    """Sweeps for one process. `held` are the messages lent to it, by person."""

    def __init__(self, inbox: Inbox, metrics: Metrics, keeping: Keeping, held: Mapping[str, Lease]) -> None:
        self._inbox, self._metrics, self._keeping = inbox, metrics, keeping
        self._held = held
        self._swept: dict[int, Swept] = {}

    async def take_over(self) -> None:
        """Give back at once what dead processes had begun; for a process that is alone with its store."""
        await self._sweep(range(TAGS), datetime.now(UTC) + LEASE)

    async def look(self, ready: Callable[[int], None]) -> None:
        """Tell of tags in which somebody waits, every tag once in `_LOOK` seconds, for ever."""
        while True:
            for first in range(_PARTS):
                with store_may_fail("sweep"):
                    for tag in await self._sweep(range(first, TAGS, _PARTS), datetime.now(UTC)):
                        ready(tag)
                await asyncio.sleep(_LOOK / _PARTS)

    async def _sweep(self, tags: Iterable[int], now: datetime) -> list[int]:
        """The tags of these in which somebody is ready."""
        waiting = []
        for tag in tags:
            found = await self._inbox.sweep(tag, now, self._keeping.sessions, self._keeping.unclear)
            self._metrics.swept.inc(found.given_back)
            self._swept[tag] = found
            if found.ready:
                waiting.append(tag)
        self._metrics.waiting.set(sum(each.waiting for each in self._swept.values()))
        begun = [(now - lease.heard_at).total_seconds() for lease in self._held.values()]
        self._metrics.oldest.set(max(0.0, *begun, *(each.age for each in self._swept.values())))
        return waiting


@contextmanager
def store_may_fail(doing: str, log: Any = _log) -> Iterator[None]:
    """A store that is away for a moment costs a pause, not the process."""
    try:
        yield
    except (RedisError, OSError) as error:
        log.warning("store away", doing=doing, error=type(error).__name__)
    except Exception as error:  # one bad thing to do must not end a worker
        log.error("broke", doing=doing, error=type(error).__name__, where=where(error))
