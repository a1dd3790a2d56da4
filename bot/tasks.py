"""What the workers of a process have before them: things lent to it, and tags of the store to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from bot.store.connection import ended
from bot.store.naming import TAGS

Lent = TypeVar("Lent")
Handle = Callable[[Lent | int], Awaitable[None]]  # does one thing that was lent, or looks under a tag


class Tasks(Generic[Lent]):
    """A queue in which a tag waits at most once; what is lent to us is bounded by who lends it."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._waiting: asyncio.Queue[Lent | int | None] = asyncio.Queue()
        self._tags: set[int] = set()
        self.open = False

    def __len__(self) -> int:
        return self._waiting.qsize()

    def add(self, lent: Lent) -> None:
        """Something that is ours to do, also while we close."""
        self._waiting.put_nowait(lent)

    def look(self, tag: int | None) -> None:
        """Something may wait under a tag; None: under any."""
        for each in range(TAGS) if tag is None else (tag,):
            if self.open and each not in self._tags:
                self._tags.add(each)
                self._waiting.put_nowait(each)

    async def work(self, handle: Handle[Lent], *around: Coroutine[Any, Any, None]) -> None:
        """Have workers do what comes until `close`, then what was lent to us while we were closing.

        What is to go on `around` them ends with them.
        """
        self.open = True
        watching = [asyncio.create_task(each) for each in around]
        workers = [asyncio.create_task(self._worker(handle)) for _ in range(self._workers)]
        try:
            await asyncio.gather(*workers)
            for _ in range(self._waiting.qsize()):
                if (task := self._waiting.get_nowait()) is not None:
                    await handle(task)
        finally:
            await ended(*watching, *workers)

    async def _worker(self, handle: Handle[Lent]) -> None:
        while (task := await self._waiting.get()) is not None:
            if isinstance(task, int):
                self._tags.discard(task)
            await handle(task)

    def close(self) -> None:
        """Begin nothing new."""
        self.open = False
        for _ in range(self._workers):
            self._waiting.put_nowait(None)
