"""How fast one account may write: places in a line, and pauses when a platform asks for them."""

from __future__ import annotations

import asyncio
from datetime import timedelta


class Pace:
    """`rate`: messages a second to people who did not just write."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate
        self._next = 0.0
        self._until = 0.0

    async def slot(self) -> None:
        """Wait for the next place in the line of those who did not just write."""
        now = asyncio.get_running_loop().time()
        self._next = max(now, self._next) + self._gap
        await asyncio.sleep(self._next - self._gap - now)

    def blocked(self) -> timedelta | None:
        """How long nothing may be sent at all."""
        left = self._until - asyncio.get_running_loop().time()
        return timedelta(seconds=left) if left > 0 else None

    def stop(self, pause: timedelta) -> timedelta:
        """Send nothing for so long from now on."""
        self._until = asyncio.get_running_loop().time() + pause.total_seconds()
        return pause
