"""Whether it is too quiet: nothing is heard at an account at hours at which people used to write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.seat import LOCAL

HOUR = timedelta(hours=1)
HOURS = 3  # full ones without a word
DAYS = 7  # before, of which
MOST = 4  # had as many hours with
MANY = 5  # messages or more
DAY = range(8, 21)  # local hours at which people write
KEPT = timedelta(days=DAYS + 1)


def hour(moment: datetime) -> int:
    """The hour of a moment, counted from 1970."""
    return int(moment.timestamp()) // 3600


def too_quiet(heard: Mapping[int, int], now: datetime) -> bool:
    """`heard`: how many messages in which hour. Whoever writes in this hour ends the silence."""
    last = now.astimezone(LOCAL)
    if last.hour not in DAY or (last - HOURS * HOUR).hour not in DAY:
        return False
    this = hour(now)
    if any(heard.get(this - back, 0) for back in range(HOURS + 1)):
        return False
    usual = [
        sum(heard.get(this - 24 * day - back, 0) for back in range(1, HOURS + 1))
        for day in range(1, DAYS + 1)
    ]
    return sum(count >= MANY for count in usual) >= MOST
