"""A booking that was confirmed is there after anything: kill -9 of the store, other processes, a backup."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from bot.domain.appointment import Status
from bot.domain.ticket import Ticket
from bot.domain.wish import Desire, Wish
from bot.store import archive
from bot.store.connection import Store, open_store
from bot.store.sealing import Seals
from bot.store.server import Server
from tests.conftest import ROOT
from tests.services.conftest import LAN, Town
from tests.services.station import DAYS, OPENS, STATION, Small
from tests.store.conftest import KEY

SEATS = Small().seats(STATION, "can_cuoc", DAYS[1])[::3]  # side by side
NEW = "n" * 40

RACER = """
import asyncio, json, sys
from bot.domain.message import Address
from bot.domain.wish import Act, Wish
from bot.store.connection import open_store
from bot.store.sealing import Seals
from tests.services.conftest import Town
from tests.services.station import DAYS, OPENS, STATION, Small

async def main(url, key, name):
    store = await open_store(url, Seals([key]))
    town = Town(store)
    seats = Small().seats(STATION, "can_cuoc", DAYS[1])
    print("ready", flush=True)
    sys.stdin.readline()
    async def one(n):
        who = town.who(Address("telegram", "bot", f"{name}.{n}"))
        act = Act(f"{name}.{n}", OPENS)
        result = await town.booking.hold(who, act, Wish(STATION, "can_cuoc", (seats[n % len(seats)],)))
        return result.appointment and [result.appointment.number, *result.appointment.seat.cells]
    got = await asyncio.gather(*(one(n) for n in range(200)))
    print(json.dumps([each for each in got if each]))
    await store.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_four_processes_that_want_the_same_seats_get_each_once(store: Store, valkey: str) -> None:
    surroundings = dict(os.environ, PYTHONPATH=str(ROOT))
    racers = [
        subprocess.Popen(  # noqa: ASYNC220 - they are read one after the other
            [sys.executable, "-c", RACER, valkey, KEY, f"p{number}"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=surroundings, cwd=ROOT,
        )
        for number in range(4)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    got = [each for racer in racers for each in json.loads(racer.communicate(timeout=60)[0])]
    cells = [cell for _, *each in got for cell in each]
    assert len(cells) == len(set(cells))
    assert len({number for number, *_ in got}) == len(got) >= 3
    town = Town(store)
    taken = await town.booking.bookings.taken(STATION, DAYS[1])
    assert taken == {"quay_1": frozenset(cells)}


async def test_who_was_told_confirmed_finds_the_visit_after_kill_9_of_the_store(tmp_path: Path) -> None:
    server = Server(tmp_path)
    await server.start()
    store = await open_store(server.url, Seals([KEY]))
    town = Town(store)
    told: dict[int, object] = {}
    pid = server.pid

    async def people() -> None:
        with suppress(RedisError, OSError):
            for number, day in enumerate(DAYS * 1000):
                personal = type(LAN)("?", f"+849{number:08}")
                wish = Wish(STATION, "can_cuoc", Small().seats(STATION, "can_cuoc", day))
                held = await town.booking.hold(
                    town.who(), town.act(OPENS + number * timedelta(hours=1)), wish
                )
                if not held.done:
                    return
                confirmed = await town.confirmed(held.appointment, personal)
                told[confirmed.appointment.number] = confirmed.appointment.seat

    async def killer() -> None:
        while len(told) < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
        os.kill(pid, 9)

    await asyncio.gather(people(), killer())
    while server.pid in {None, pid}:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    again = await open_store(server.url, Seals([KEY]))
    found = {each.number: each for each in await Town(again).booking.bookings.read(STATION, told)}
    assert len(told) >= 3
    assert {number: each.seat for number, each in found.items()} == told
    assert {each.status for each in found.values()} == {Status.BOOKED}
    await store.close()
    await again.close()
    await server.stop()


async def test_a_backup_brings_bookings_waiting_lists_and_counts_back(store: Store, tmp_path: Path) -> None:
    town = Town(store)
    booked = await town.booked(SEATS[0])
    desire = Desire(STATION, "can_cuoc", (DAYS[1],))
    await town.booking.wait(town.who(), town.act(), desire, LAN)
    act, ticket = town.act(), Ticket(STATION, booked.number)
    moved = await town.booking.cancel(town.who(), act, ticket)
    again = await town.booked(SEATS[1])
    await archive.backup(store, tmp_path / "b", OPENS)
    raw = (tmp_path / "b").read_bytes()
    assert b"Lan" not in raw
    await store.redis.flushall()
    fresh = await open_store(_url(store), store.seals)
    await archive.restore(fresh, tmp_path / "b")
    await fresh.close()
    back = Town(await open_store(_url(store), store.seals))  # with the names of the backup
    assert await back.booking.mine(back.who(), OPENS) == [again]
    assert await back.reception.who(STATION, [again]) == {again.number: LAN}
    assert await back.booking.cancel(back.who(), act, ticket) == moved  # asked again after all
    assert [each.desire for each in await back.booking.waits(back.who(), STATION)] == [desire]
    assert (await back.held(SEATS[1])).outcome == "gone"
    assert (await back.reception.counts(STATION, DAYS[1]))["can_cuoc", "booked"] == 2
    await back.store.close()


async def test_bookings_and_waiting_entries_are_sealed_anew(store: Store) -> None:
    town = Town(store)
    booked = await town.booked(SEATS[0])
    joined = await town.booking.wait(town.who(), town.act(), Desire(STATION, "can_cuoc", (DAYS[1],)), LAN)
    both = await open_store(_url(store), Seals([NEW, KEY]))
    await archive.rekey(both)
    await both.close()
    new = await open_store(_url(store), Seals([NEW]))
    fresh = Town(new)
    assert await fresh.reception.who(STATION, [booked]) == {booked.number: LAN}
    assert await fresh.booking.waiting.personal(STATION, joined.waiter) == LAN
    assert await fresh.booking.mine(fresh.who(), OPENS) == [booked]
    await new.close()


@pytest.mark.parametrize("station", ["held", "inbox", "a:b"])
async def test_a_station_may_be_called_what_a_kind_of_key_is_called(
    store: Store, tmp_path: Path, station: str
) -> None:
    await store.redis.set(f"tb:{{s:{station}}}:booking:1", "{}")
    await archive.backup(store, tmp_path / "b", OPENS)
    await store.redis.flushall()
    fresh = await open_store(_url(store), store.seals)
    assert (await archive.restore(fresh, tmp_path / "b")).left_out == 0
    assert await fresh.redis.exists(f"tb:{{s:{station}}}:booking:1")
    await fresh.close()


def _url(store: Store) -> str:
    return f"unix://{store.redis.connection_pool.connection_kwargs['path']}"
