"""A platform dies, in every way there is: the whole house notices, and notices when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from bot.domain.health import Rules
from tests.open_house import OpenHouse, open_house

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUICK = Rules(
    dead=timedelta(seconds=1), apart=timedelta(seconds=0.2), believed=timedelta(seconds=15),
    every=timedelta(seconds=0.1), down_every=timedelta(seconds=0.1), round=timedelta(seconds=0.1),
)  # fmt: skip
CHANNELS = ("telegram", "zalo_oa", "zalo_bot")
FOUND = {"refuses": "down: away", "broken": "down: away", "token": "down: token"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(300), open_house(tmp_path_factory.mktemp("house"), shelf, QUICK) as house:
        yield house
    assert house.telegram.wrong == []
    assert house.zalo.wrong == []
    assert house.zalo_bot.wrong == []


def platform(house: OpenHouse, channel: str) -> Any:
    return {"telegram": house.telegram, "zalo_oa": house.zalo, "zalo_bot": house.zalo_bot}[channel]


@pytest.mark.parametrize("how", FOUND)
@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_dead_platform_is_noticed_and_so_is_that_it_is_back(
    channel: str, how: str, house: OpenHouse
) -> None:
    dead = platform(house, channel)
    await dead.life.die(how)
    await house.stands(channel, FOUND[how])
    others = [state for name, state in (await house.doors()).items() if name != channel]
    assert others == ["open", "open"]
    async with house.web.get(f"{house.url}/readyz") as answer:
        assert (await answer.json())["degraded"]
    await dead.life.revive()
    await house.stands(channel, "open")
    async with house.web.get(f"{house.url}/metrics") as answer:
        page = await answer.text()
    assert f'trucban_door_changes_total{{account="{account(house, channel)}",door="{channel}"' in page


def account(house: OpenHouse, channel: str) -> str:
    return dict(house.accounts)[channel]
