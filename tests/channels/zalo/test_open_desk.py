"""The whole desk in a process of its own, at Zalo: a store that is away, and a desk that is killed."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from redis import Redis

from tests.channels.zalo.desk import BA, HOOK, OA, ONG, QUESTION, until
from tests.doubles.zalo import ZaloDouble, zalo_double
from tests.open_desk import OpenDesk


async def a_desk(
    closing: AsyncExitStack, zalo: ZaloDouble, valkey: str, folder: Path, learnt: Path
) -> OpenDesk:
    """A desk that leaves nothing running behind it, whatever becomes of its test."""
    with Redis.from_url(valkey) as client:
        client.flushall()  # other tests left a store with another key there
    desk = OpenDesk(
        folder, learnt, REDIS_URL=valkey, SECRET_KEY="s" * 40, ZALO_OA_ID=OA.id, ZALO_OA_APP_ID=OA.app_id,
        ZALO_OA_APP_SECRET=OA.app_secret, ZALO_OA_SECRET_KEY=OA.secret_key, ZALO_OA_API=zalo.url,
        ZALO_OAUTH_API=zalo.url, ZALO_OA_REFRESH_TOKEN=zalo.refresh_token(OA),
    )  # fmt: skip
    closing.push_async_callback(desk.kill)
    return desk


async def settled(desk: OpenDesk, count: int) -> None:
    """Wait until so many sendings are written down as done."""
    line = f'trucban_sends_total{{door="zalo_oa",result="sent"}} {count:.1f}'
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{desk.url}/metrics") as page:
                if line in await page.text():
                    break
            await asyncio.sleep(0.05)
    with Redis.from_url(desk._settings["REDIS_URL"]) as client:
        await until(lambda: not any(client.zcard(key) for key in client.scan_iter("*sending")))


async def test_a_desk_whose_store_hangs_says_so_in_time_and_answers_when_it_is_told_again(
    tmp_path: Path, learnt: Path, valkey: str
) -> None:
    async with zalo_double(OA, patience=(0.5, 1, 2, 4, 8), echoes=True) as zalo, AsyncExitStack() as closing:
        desk = await a_desk(closing, zalo, valkey, tmp_path, learnt)
        await desk.start()
        zalo.webhook = desk.url + HOOK
        await zalo.say(BA, QUESTION)
        await zalo.news(1, 30)
        await zalo.settled()
        with Redis.from_url(valkey) as other:
            other.client_pause(3_000, all=True)
        begun = time.monotonic()
        await zalo.say(ONG, QUESTION)
        assert zalo.answers[-1].status == 503  # 0 would be: not within Zalo's two seconds
        assert time.monotonic() - begun < 5
        await zalo.news(2, 40)
        await zalo.settled()
        assert zalo.subscribed
        await settled(desk, 2)  # else what was under way would be held for its sender for a minute
        await desk.kill()  # and started again it goes on where it was, with the token it had
        await desk.start()
        zalo.webhook = desk.url + HOOK
        await zalo.say(ONG, "còn lệ phí?")
        assert "phí" in (await zalo.news(3, 40))[2].text
        assert len(zalo.sent) == 3
        assert [call.error for call in zalo.refreshes] == [0]
        assert await desk.kill(15) == 0
        assert not [line for line in desk.log if "Traceback" in line or QUESTION in line]
        assert zalo.wrong == []


async def test_a_desk_that_is_closed_takes_the_answer_of_the_token_office_with_it(
    tmp_path: Path, learnt: Path, valkey: str
) -> None:
    async with zalo_double(OA) as zalo, AsyncExitStack() as closing:
        desk = await a_desk(closing, zalo, valkey, tmp_path, learnt)
        zalo.fault("hang", path="/v4/oa/access_token", seconds=1)
        await desk.start()
        await until(lambda: zalo.refreshes)
        assert await desk.kill(15) == 0
        await desk.start()
        zalo.webhook = desk.url + HOOK
        await zalo.say(BA, QUESTION)
        assert "làm lại" in (await zalo.news(1, 30))[0].text
        assert [call.error for call in zalo.refreshes] == [0]
        assert await desk.kill(15) == 0
        assert zalo.wrong == []
