"""Pauses of one account when its platform asks for them. Places in its line: `store.pace`."""

from __future__ import annotations

import asyncio
from datetime import timedelta


class Pace:
    """Until when nothing at all is sent by this process."""

    def __init__(self) -> None:
        self._until = 0.0

    def blocked(self) -> timedelta | None:
        """How long nothing may be sent at all."""
        left = self._until - asyncio.get_running_loop().time()
        return timedelta(seconds=left) if left > 0 else None

    def stop(self, pause: timedelta) -> timedelta:
        """Send nothing for so long from now on."""
        self._until = asyncio.get_running_loop().time() + pause.total_seconds()
        return pause
