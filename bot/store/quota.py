"""How many messages an account has sent this month, where its platform lets it send only so many."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation.days import VIETNAM
from bot.store.connection import Store

_KEPT = timedelta(days=62)


class Quota:
    """Counts by account and month of Vietnam's calendar; times are handed in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def spend(self, channel: str, account: str, now: datetime) -> int:
        """One more was sent; how many it were this month."""
        key = _key(channel, account, now)
        number = int(await self._store.line.ask("INCR", key))
        if number == 1:
            await self._store.line.ask("EXPIRE", key, int(_KEPT.total_seconds()))
        return number

    async def spent(self, channel: str, account: str, now: datetime) -> int:
        """How many were sent this month."""
        return int(await self._store.line.ask("GET", _key(channel, account, now)) or 0)


def _key(channel: str, account: str, now: datetime) -> str:
    return f"tb:quota:{channel}:{account}:{now.astimezone(VIETNAM):%Y-%m}"
