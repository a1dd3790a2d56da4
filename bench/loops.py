"""Two ways of sending a warning that most would write first; `bench/warning.py` must catch both.

    python bench/loops.py cursor|retry STORE API CHATS.json

`cursor`: where it stands is moved as people are read; whoever dies in between has lost those in hand.
`retry`: it is moved once they are sent, and what got no answer is sent again.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
from redis.asyncio import Redis
from redis.exceptions import RedisError

AT_ONCE, GAP = 25, 0.02  # people in hand; seconds between two of them
PATIENCE = aiohttp.ClientTimeout(total=3)
TRIES = 4


class Loop:
    """One naive sender. Where it stands is in the store, so that it goes on after a kill."""

    def __init__(self, kind: str, redis: Redis, session: aiohttp.ClientSession, api: str, text: str) -> None:
        self._kind, self._redis, self._session, self._api, self._text = kind, redis, session, api, text

    async def run(self, chats: list[int]) -> None:
        """Send to everybody."""
        while True:
            begin = await self._begin()
            batch = chats[begin : begin + AT_ONCE]
            if not batch:
                return
            await asyncio.gather(*(self._to(chat, n * GAP) for n, chat in enumerate(batch)))
            if self._kind == "retry":
                await self._redis.set(self._kind, begin + len(batch))

    async def _begin(self) -> int:
        if self._kind == "cursor":
            return int(await self._redis.incrby(self._kind, AT_ONCE)) - AT_ONCE
        return int(await self._redis.get(self._kind) or 0)

    async def _to(self, chat: int, after: float) -> None:
        await asyncio.sleep(after)
        for _ in range(TRIES):
            if await self._sent(chat):
                return

    async def _sent(self, chat: int) -> bool:
        """Whether that was all: done, or refused for good."""
        given = {"chat_id": chat, "text": self._text}
        try:
            async with self._session.post(f"{self._api}/sendMessage", json=given, timeout=PATIENCE) as answer:
                found = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return False
        if answer.status == 429:
            await asyncio.sleep(found["parameters"]["retry_after"])
        return answer.status < 429


async def main(kind: str, store: str, api: str, file: str) -> None:
    """Send, however often the store goes away; then rest until the process is ended."""
    path = Path(file)
    given = json.loads(path.read_text("utf-8"))  # noqa: ASYNC240 - a small file at the start
    async with aiohttp.ClientSession() as session:
        while True:
            redis = Redis.from_url(store)
            try:
                await Loop(kind, redis, session, api, given["text"]).run(given["chats"])
                break
            except (RedisError, OSError):
                await asyncio.sleep(0.05)
            finally:
                await redis.aclose()
    path.with_suffix(".done").touch()
    await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
