"""A platform that dies, and comes back at the same address with all it knew."""

from __future__ import annotations

import aiohttp
import pytest

from tests.doubles.telegram import telegram_double
from tests.doubles.zalo import Oa, zalo_double
from tests.doubles.zalo_bot import zalo_bot_double

TOKEN = "42:abc"  # noqa: S105 - invented
OA = Oa("8880001112223334445", "1234567890123456789", "appSecretExample", "oaSecretKeyExample01")


async def test_connections_are_refused_also_those_that_were_open() -> None:
    async with telegram_double([TOKEN]) as telegram, aiohttp.ClientSession() as web:
        address = f"{telegram.url}/bot{TOKEN}/getMe"
        async with web.get(address) as answer:
            assert answer.status == 200
        await telegram.life.die("refuses")
        for _ in range(2):
            with pytest.raises(aiohttp.ClientConnectionError):
                await web.get(address)
        await telegram.life.revive()
        async with web.get(address) as answer:
            assert (await answer.json())["result"]["id"] == 42


async def test_a_gateway_answers_for_a_platform_that_is_broken() -> None:
    async with zalo_bot_double([TOKEN]) as bot, aiohttp.ClientSession() as web:
        await bot.life.die("broken")
        async with web.post(f"{bot.url}/bot{TOKEN}/getMe") as answer:
            assert (answer.status, answer.content_type) == (503, "text/html")
        assert (bot.life.turned_away, bot.calls) == (1, [])
        await bot.life.revive()
        async with web.post(f"{bot.url}/bot{TOKEN}/getMe") as answer:
            assert (await answer.json())["ok"]


async def test_every_platform_says_in_its_own_way_that_a_key_is_lost() -> None:
    async with (
        telegram_double([TOKEN]) as telegram,
        zalo_bot_double([TOKEN]) as bot,
        zalo_double(OA) as zalo,
        aiohttp.ClientSession() as web,
    ):
        token = zalo.access_token(OA)
        for platform in (telegram, bot, zalo):
            await platform.life.die("token")
        async with web.post(f"{telegram.url}/bot{TOKEN}/getMe") as answer:
            assert (answer.status, (await answer.json())["error_code"]) == (401, 401)
        async with web.post(f"{bot.url}/bot{TOKEN}/getMe") as answer:
            assert (await answer.json())["error_code"] == 401
        who = f"{zalo.url}/v2.0/oa/getoa"
        async with web.get(who, headers={"access_token": token}) as answer:
            assert (await answer.json())["error"] == -216
        await zalo.life.revive()
        async with web.get(who, headers={"access_token": token}) as answer:
            assert (await answer.json())["data"]["oa_id"] == OA.id
        assert zalo.wrong == []
