"""A desk that receives by day and night, and soon calls a silent platform dead; and its content."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
import yaml
from processes import ROOT

from bot import config
from bot.config import Role
from bot.content.shelf import Shelf
from bot.domain.health import Rules
from bot.domain.seat import LOCAL
from bot.house import House
from bot.opening import opened

STATION, SERVICE = "mai_phu", "dinh_danh_muc_2"
OFFICERS = 20  # who receive at the same time
DEAD = "BENCH_DEAD"  # seconds after which a platform is dead
NO_NIGHT, HARDLY_A_NIGHT = (24, 0), (23, 0)  # hours: for warnings; for reminders, which must end on their day
LATEST = 22, 40  # from then on until midnight no visit has a reminder that is due now


def too_late(now: datetime) -> bool:
    """Whether nobody can be reminded of anything just now."""
    local = now.astimezone(LOCAL)
    return (local.hour, local.minute) >= LATEST


def round_the_clock(folder: Path) -> None:
    """Have a station of the content receive people today and tomorrow, also by night."""
    path = folder / "content" / "stations.yaml"
    found = yaml.safe_load(path.read_text("utf-8"))
    today = datetime.now(UTC).astimezone(LOCAL).date()
    found[STATION]["shifts"] = [
        {
            "id": "bench", "from": f"{today} 00:00", "until": f"{today + timedelta(days=2)} 00:00",
            "officers": OFFICERS, "desks": ["quay_1"],
        }
    ]  # fmt: skip
    path.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), "utf-8")


async def desk() -> None:
    """`trucban run`, until SIGTERM."""
    closing = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, closing.set)
    rules = _rules(timedelta(seconds=float(os.environ[DEAD])))
    settings = config.settings(os.environ, ROOT)
    async with opened(settings) as (store, server):
        shelf = Shelf(settings.content_dir, settings.data_dir)
        house = House(settings, store, server, shelf, rules=rules)
        house._offices.mailings._quiet = lambda: NO_NIGHT
        booking = house._offices.booking
        booking.rules = replace(booking.rules, quiet=HARDLY_A_NIGHT)
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
