"""The pace of each account of a platform, shared by all workers: places in one line, pauses, slower hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store.connection import Store
from bot.store.scripts import Script, ms, span_ms

BURST = 2  # places that were not used may be caught up on at once
SLOWER, LEAST = 0.8, 0.25  # share of the rate after a flood, each time less; never less than
SLOW_FOR = timedelta(hours=1)


def bucket(channel: str, account: str) -> str:
    """Where the pace of an account is kept; with the warnings, whose claims read it."""
    return f"tb:{{o}}:pace:{channel}:{account}"


class SharedPace:
    """Hands out places. Times are handed in; answers to people need none."""

    def __init__(self, store: Store) -> None:
        lib = ("mailing/pace",)
        self._take = Script(store.line, "mailing/take", before=lib)
        self._flood = Script(store.line, "mailing/flood")

    async def take(self, channel: str, account: str, rate: float, now: datetime) -> timedelta:
        """The next place of an account (`rate`: messages a second): how long to wait for it."""
        wait = await self._take(keys=[bucket(channel, account)], args=[ms(now), rate, BURST])
        return timedelta(milliseconds=int(wait))

    async def flood(self, channel: str, account: str, pause: timedelta, now: datetime) -> bool:
        """A platform refused all of an account: it pauses, and is slower for an hour. False: known."""
        args = [ms(now), span_ms(pause), span_ms(SLOW_FOR), SLOWER, LEAST]
        return bool(await self._flood(keys=[bucket(channel, account)], args=args))
