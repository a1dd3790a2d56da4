"""What the workers of a process have before them: things lent to it, and tags of the store to look at."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from bot.store.naming import TAGS

Lent = TypeVar("Lent")


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

    async def next(self) -> Lent | int | None:
        """The next thing to do; None when a worker shall go home."""
        task = await self._waiting.get()
        if isinstance(task, int):
            self._tags.discard(task)
        return task

    def left(self) -> list[Lent | int | None]:
        """What is still there when all workers have gone."""
        return [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]

    def close(self) -> None:
        """Begin nothing new."""
        self.open = False
        for _ in range(self._workers):
            self._waiting.put_nowait(None)
