"""What processes call out to one another: hints where to look, never the thing itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from redis.exceptions import RedisError

from bot.store.connection import Store

_LISTEN = 2.0  # seconds; must stay below the connection's patience
_AGAIN = 0.5  # seconds before a lost connection is tried again


class Signals:
    """Calls of all processes that share a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def listen(self, channel: str) -> AsyncIterator[str | None]:
        """What is called out on a channel, for ever; None whenever something may have been missed before."""
        while True:
            try:
                async with self._store.redis.pubsub() as pubsub:
                    await pubsub.subscribe(channel)
                    yield None
                    while True:
                        message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=_LISTEN)
                        if message:
                            yield message["data"].decode()
            except (RedisError, OSError):
                await asyncio.sleep(_AGAIN)
