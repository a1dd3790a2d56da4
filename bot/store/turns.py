"""Whose turn it is: work that only one process of all may do (poll a bot, renew a token)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from redis.exceptions import RedisError

from bot.store.connection import Store, ended
from bot.store.scripts import Script, span_ms

HELD = timedelta(seconds=15)  # a process that is silent for so long has lost its turn


class Turns:
    """Turns of all processes that share a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keep = Script(store.line, "keep")

    async def take_over(self) -> None:
        """End the turns of dead processes at once; for a process that is alone with its store."""
        async for key in self._store.redis.scan_iter("tb:turn:*"):
            await self._store.redis.delete(key)

    @asynccontextmanager
    async def taken(self, name: str) -> AsyncIterator[asyncio.Event | None]:
        """Our turn, which lasts while the event is set; None when it is another's.

        Raises:
            RedisError: the store is away.
        """
        owner = uuid.uuid4().hex  # another part of this process is somebody else too
        if not await self._kept(name, owner):
            yield None
            return
        ours = asyncio.Event()
        ours.set()
        keeping = asyncio.create_task(self._keeping(name, owner, ours))
        try:
            yield ours
        finally:
            await ended(keeping)
            with suppress(RedisError, OSError):
                await self._keep(keys=[f"tb:turn:{name}"], args=[owner, 0])

    async def _kept(self, name: str, owner: str) -> bool:
        return bool(await self._keep(keys=[f"tb:turn:{name}"], args=[owner, span_ms(HELD)]))

    async def _keeping(self, name: str, owner: str, ours: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        kept = loop.time()
        while ours.is_set():
            await asyncio.sleep(HELD.total_seconds() / 3)
            asked = loop.time()
            with suppress(RedisError, OSError):
                if await self._kept(name, owner):
                    kept = asked
                else:
                    ours.clear()
            if loop.time() - kept > HELD.total_seconds():  # a store that is away for us may serve others
                ours.clear()
