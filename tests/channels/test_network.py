"""Where a talk on the web comes from counts when it holds seats: behind proxies of ours, and keyed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot import config
from bot.config import Role
from bot.content.shelf import Shelf
from bot.domain.seat import LOCAL
from bot.house import House
from bot.opening import opened
from bot.store.acts import station_prefix
from bot.store.connection import Store
from tests.conftest import ROOT
from tests.open_desk import Citizen

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOW = datetime(2026, 11, 30, 12, tzinfo=LOCAL)
VILLAGE = "113.160.1.7"


class Door:
    """A house behind a proxy of ours, and its store."""

    def __init__(self, store: Store, folder: Path, url: str, web: aiohttp.ClientSession) -> None:
        self.store, self.folder, self.url, self.web = store, folder, url, web

    async def holds(self, forwarded: str) -> None:
        """Somebody new comes from there and takes a seat; name and phone are not given yet."""
        somebody = Citizen(self.web)
        await somebody.connect(self.url, {"X-Forwarded-For": forwarded})
        asked = await somebody.send("đặt lịch làm căn cước cho tôi sáng thứ 4 tuần sau ở Mai Phụ")
        choices = {key["label"]: key["choice"] for key in (await somebody.answered(asked))[0]["buttons"]}
        (times,) = await somebody.answered(await somebody.send(choice=choices["Chưa rõ, việc khác"]))
        seat = next(key["choice"] for key in times["buttons"] if key["choice"].startswith("b:seat:"))
        held = await somebody.answered(await somebody.send(choice=seat))
        assert "đang giữ cho bác" in held[0]["text"]
        await somebody.socket.close()

    async def counted(self) -> list[int]:
        """How many holds each network has made within the hour."""
        pattern = f"{station_prefix('mai_phu')}grabs:net:*".replace("[", "\\[")
        keys = sorted([key async for key in self.store.redis.scan_iter(pattern)])
        return sorted([await self.store.redis.zcard(key) for key in keys])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    here = {
        "DATA_DIR": str(tmp_path_factory.mktemp("house")), "CONTENT_DIR": str(ROOT), "PORT": "0",
        "TRUSTED_PROXIES": "127.0.0.1/32",
    }  # fmt: skip
    settings = config.settings(here, ROOT)
    async with opened(settings) as (store, server), aiohttp.ClientSession() as web:
        house = House(settings, store, server, shelf, lambda: NOW)
        async with house.open(Role.ALL):
            yield Door(store, settings.data_dir, f"http://127.0.0.1:{house.port}", web)


@pytest_asyncio.fixture(loop_scope="module")
async def empty(door: Door) -> Door:
    """Nobody has held anything yet."""
    keys = [key async for key in door.store.redis.scan_iter("*grabs:net:*")]
    for key in keys:
        await door.store.redis.delete(key)
    return door


async def test_two_talks_of_one_address_are_counted_together_and_another_apart(empty: Door) -> None:
    for place in (VILLAGE, VILLAGE, "113.160.1.8"):
        await empty.holds(place)
    assert await empty.counted() == [1, 2]


async def test_of_ipv6_a_household_is_one(empty: Door) -> None:
    for place in ("2402:800:6100:1::5", "2402:800:6100:1:abcd::9", "2402:800:6100:2::5"):
        await empty.holds(place)
    assert await empty.counted() == [1, 2]


async def test_what_a_visitor_says_of_itself_is_not_believed(empty: Door) -> None:
    for place in ("8.8.4.4, 113.160.1.9", "9.9.9.9, 113.160.1.9"):
        await empty.holds(place)
    assert await empty.counted() == [2]


async def test_whom_a_proxy_does_not_name_is_not_counted_by_network(empty: Door) -> None:
    await empty.holds("192.168.1.4")
    assert await empty.counted() == []


async def test_no_address_is_written_anywhere(empty: Door, capfd: pytest.CaptureFixture[str]) -> None:
    await empty.holds(VILLAGE)
    written = capfd.readouterr()
    assert VILLAGE not in written.out + written.err
    kept = b"".join(path.read_bytes() for path in (empty.folder / "store").rglob("*.aof"))
    assert b"grabs:net:" in kept
    assert VILLAGE.encode() not in kept
    (name,) = [key async for key in empty.store.redis.scan_iter("*grabs:net:*")]
    assert re.fullmatch(r"[0-9a-f]{32}", name.decode().rpartition(":")[2])
