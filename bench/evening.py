"""A desk for which it is the evening before a working day, and which soon calls a silent platform dead."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import uvloop
from processes import ROOT

from bot import config
from bot.config import Role
from bot.content.shelf import Shelf
from bot.domain.health import Rules
from bot.domain.knowledge import Knowledge
from bot.domain.seat import LOCAL
from bot.house import House
from bot.opening import opened
from bot.services.almanac import Almanac

STATION, SERVICE = "mai_phu", "can_cuoc"
EVENING = time(19, 35)  # all reminders of tomorrow are due
FEW = 40  # seats of tomorrow, at least
SHIFT, DEAD = "BENCH_SHIFT", "BENCH_DEAD"  # seconds: how far the clock is moved; after which it is dead
NEVER = 24, 0  # the hours in which no warning goes out


def shift(known: Knowledge, now: datetime) -> timedelta:
    """From now to the last evening before a day with enough seats."""
    calendar = Almanac(lambda: known)
    for days in count(0):
        today = (now.astimezone(LOCAL) - timedelta(days=days)).date()
        if len(calendar.seats(STATION, SERVICE, today + timedelta(days=1), 1)) >= FEW:
            return evening(today) - now
    raise AssertionError


def evening(day: date) -> datetime:
    """That evening, UTC."""
    return datetime.combine(day, EVENING, LOCAL).astimezone(UTC)


async def desk() -> None:
    """`trucban run`, until SIGTERM."""
    closing = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, closing.set)
    moved = timedelta(seconds=float(os.environ[SHIFT]))
    rules = _rules(timedelta(seconds=float(os.environ[DEAD])))
    settings = config.settings(os.environ, ROOT)

    def clock() -> datetime:
        return datetime.now(UTC) + moved

    async with opened(settings) as (store, server):
        shelf = Shelf(settings.content_dir, settings.data_dir)
        house = House(settings, store, server, shelf, clock, rules)
        house._offices.mailings._quiet = lambda: NEVER
        for dispatch in house._dispatches.values():
            dispatch._clock = clock
        async with house.open(Role.ALL):
            await closing.wait()


def _rules(dead: timedelta) -> Rules:
    """All spans of the rules, shorter in the same proportion."""
    usual = Rules()
    part = dead / usual.dead
    return Rules(
        dead, usual.tries, usual.apart * part, usual.trial * part, usual.believed * part,
        usual.every * part, usual.down_every * part, min(usual.round, dead / 10),
    )  # fmt: skip


def run_desk() -> None:
    uvloop.run(desk())
