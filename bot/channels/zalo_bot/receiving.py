"""What one bot takes in, by webhook or by polling: the same way for both."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.accounts import ZALO_BOT
from bot.channels.platform import House
from bot.channels.zalo_bot.api import Api
from bot.channels.zalo_bot.reading import parsed, read
from bot.domain.message import Incoming
from bot.errors import where
from bot.store.inbox import Inbox
from bot.store.lettered import Lettered

OLDEST = timedelta(hours=24)
_KEPT = 200  # updates that wait here for a store that is away
_AGAIN = 1.0  # seconds between tries to keep one
_TRIES = 300
_log: Any = structlog.get_logger("zalo bot")


class Receiver:
    """One bot. `names` are known when the platform has told us."""

    def __init__(self, account: str, api: Api, house: House) -> None:
        self.account, self.api = account, api
        self.names: tuple[str, ...] = ()
        self.ready = False  # set up; what comes in is taken all the same
        self._hear, self._contacts, self._metrics = house.hear, house.contacts, house.metrics
        self._person, self._lettered = Inbox(house.store).person, Lettered(house.store)
        self._waiting: set[asyncio.Task[None]] = set()

    async def take(self, data: object) -> str:
        """Keep what an update says, and say what it was counted as; then it need not come again.

        Raises:
            RedisError, OSError: the store is away.
        """
        try:
            what = await self._taken(data)
        except (RedisError, OSError):
            raise
        except Exception as error:  # the platform's own, or a bug: it would break us next time too
            _log.error("update dropped", error=type(error).__name__, where=where(error))
            what = "broke"
        self._metrics.updates.labels(ZALO_BOT, what).inc()
        return what

    async def keep(self, data: object) -> str:
        """Take an update that will not come again, however long the store is away."""
        while True:
            try:
                return await self.take(data)
            except (RedisError, OSError):
                await asyncio.sleep(_AGAIN)

    def keep_later(self, data: object) -> None:
        """Go on trying to take one; whether the platform tells us again is not known, and twice is once."""
        if len(self._waiting) < _KEPT:
            task = asyncio.create_task(self._kept(data))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)

    async def close(self) -> None:
        """Give up what still waits."""
        for task in self._waiting:
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    async def _kept(self, data: object) -> None:
        async with asyncio.timeout(_AGAIN * _TRIES):
            await asyncio.sleep(_AGAIN)
            await self.keep(data)

    async def _taken(self, data: object) -> str:
        update, now = parsed(data), datetime.now(UTC)
        if update is None:
            return "unreadable"
        if update.at and now - update.at > OLDEST:  # polls have been seen to give old ones again
            return "old"
        incoming = read(update, self.account, self.names)
        if incoming is None:
            return "ignored"
        if not incoming.public:
            incoming = await self._chosen(incoming)
        wrote = self._contacts.wrote(incoming.address, min(update.at or now, now), now)
        _, result = await asyncio.gather(wrote, self._hear(incoming))
        return result

    async def _chosen(self, incoming: Incoming) -> Incoming:
        """The message, as a press if it is the code of a line in a message that answered nobody."""
        choice = await self._lettered.choice(self._person(incoming.address), incoming.text)
        return replace(incoming, choice=choice, text="") if choice else incoming
