"""The whole desk in a process of its own, at Zalo: a store that is away, and a desk that is killed."""

from __future__ import annotations

import time
from pathlib import Path

from redis import Redis

from tests.channels.zalo.desk import BA, HOOK, OA, ONG, QUESTION, until
from tests.doubles.zalo import ZaloDouble, zalo_double
from tests.open_desk import OpenDesk


def a_desk(zalo: ZaloDouble, valkey: str, folder: Path, learnt: Path) -> OpenDesk:
    with Redis.from_url(valkey) as client:
        client.flushall()  # other tests left a store with another key there
    return OpenDesk(
        folder, learnt, REDIS_URL=valkey, SECRET_KEY="s" * 40, ZALO_OA_ID=OA.id, ZALO_OA_APP_ID=OA.app_id,
        ZALO_OA_APP_SECRET=OA.app_secret, ZALO_OA_SECRET_KEY=OA.secret_key, ZALO_OA_API=zalo.url,
        ZALO_OAUTH_API=zalo.url, ZALO_OA_REFRESH_TOKEN=zalo.refresh_token(OA),
    )  # fmt: skip


async def test_a_desk_whose_store_hangs_says_so_in_time_and_answers_when_it_is_told_again(
    tmp_path: Path, learnt: Path, valkey: str
) -> None:
    async with zalo_double(OA, patience=(0.5, 1, 2, 4, 8), echoes=True) as zalo:
        desk = a_desk(zalo, valkey, tmp_path, learnt)
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
    async with zalo_double(OA) as zalo:
        desk = a_desk(zalo, valkey, tmp_path, learnt)
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
