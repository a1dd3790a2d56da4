"""Pauses of one account when its platform asks for them. Places in its line: `store.pace`."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta


class Pace:
    """Until when nothing at all is sent by this process."""

    def __init__(self) -> None:
        self._until = 0.0
        self.took: bool | None = None  # what the pause tells of the account; see `Later`

    def blocked(self) -> timedelta | None:
        """How long nothing may be sent at all."""
        left = self._until - asyncio.get_running_loop().time()
        return timedelta(seconds=left) if left > 0 else None

    def stop(self, pause: timedelta, *, took: bool | None = None) -> timedelta:
        """Send nothing for so long from now on. `took` False: the platform takes nothing of this account."""
        self.took = took
        self._until = asyncio.get_running_loop().time() + pause.total_seconds()
        return pause


class Doubling(Pace):
    """For platforms that do not say how long: each pause twice the one before. `first`, `most`: seconds."""

    def __init__(self, first: float, most: float) -> None:
        super().__init__()
        self._first, self._most, self._pause = first, most, first

    def slower(self) -> timedelta:
        """Too many calls: everybody waits, each time for twice as long.

        What was already under way when the wait began is refused too, and makes it no longer.
        """
        if wait := self.blocked():
            return wait
        pause = self._pause * random.uniform(1.0, 1.3)
        self._pause = min(self._most, 2 * self._pause)
        return self.stop(timedelta(seconds=pause))

    def went(self) -> None:
        """Something got through again."""
        self._pause = self._first
