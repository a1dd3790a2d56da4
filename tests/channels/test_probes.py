"""What the platforms say when they are asked who we are, and what it means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.accounts import Accounts, ZaloAccount
from bot.config import Settings
from bot.domain.message import Incoming
from bot.doors import Doors
from bot.metrics import Metrics
from bot.store.connection import Store
from bot.store.inbox import Hearing, Inbox
from tests.conftest import ROOT
from tests.doubles.telegram import TelegramDouble, telegram_double
from tests.doubles.zalo import OAUTH, ZaloDouble, zalo_double
from tests.doubles.zalo_bot import ZaloBotDouble, zalo_bot_double
from tests.open_house import BOT, OA, PUBLIC, ZALO_BOT
from tests.store.conftest import store

__all__ = ["store"]
pytestmark = pytest.mark.filterwarnings("ignore:.*`retry_after` will be of type:DeprecationWarning")
GETOA = "/v2.0/oa/getoa"


class Platforms:
    """The doors of a process that is not open, and what is behind them."""

    def __init__(self, telegram: TelegramDouble, zalo: ZaloDouble, bot: ZaloBotDouble, doors: Doors) -> None:
        self.telegram, self.zalo, self.bot, self.doors = telegram, zalo, bot, doors

    async def probe(self, channel: str) -> str | None:
        """What stands in the way at the one account of a channel."""
        accounts = {"telegram": BOT.id, "zalo_oa": OA.id, "zalo_bot": ZALO_BOT.id}
        return await self.doors.probe(channel, accounts[channel])


@asynccontextmanager
async def opened(store: Store, folder: Path, **options: Any) -> AsyncIterator[Platforms]:
    async def hear(_: Incoming) -> Hearing:
        raise AssertionError("nobody says anything")

    async with (
        telegram_double([BOT.token]) as telegram,
        zalo_double(OA, **options) as zalo,
        zalo_bot_double([ZALO_BOT.token]) as bot,
    ):
        oa = ZaloAccount(
            id=OA.id, app_id=OA.app_id, app_secret=OA.app_secret, secret_key=OA.secret_key,
            refresh_token=zalo.refresh_token(OA),
        )  # fmt: skip
        settings = Settings(
            ROOT, folder, public_url=PUBLIC, accounts=Accounts((BOT,), (oa,), zalo_bot=(ZALO_BOT,)),
            telegram_api=telegram.url, zalo_oa_api=zalo.url, zalo_oauth_api=zalo.url, zalo_bot_api=bot.url,
        )  # fmt: skip
        doors = Doors(settings, store, Inbox(store), hear, lambda key: key, Metrics())
        try:
            yield Platforms(telegram, zalo, bot, doors)
        finally:
            await doors.close()
        assert telegram.wrong == zalo.wrong == bot.wrong == []


@pytest.fixture
async def platforms(store: Store, tmp_path: Path) -> AsyncIterator[Platforms]:
    async with opened(store, tmp_path) as found:
        yield found


@pytest.mark.parametrize("channel", ["telegram", "zalo_oa", "zalo_bot"])
async def test_one_that_says_who_we_are_is_fine(channel: str, platforms: Platforms) -> None:
    assert await platforms.probe(channel) is None


async def test_a_404_of_whatever_stands_in_telegrams_place_is_no_lost_key(platforms: Platforms) -> None:
    for kind in ("not_found", "html"):
        platforms.telegram.fault(kind, method="getMe")
        assert await platforms.probe("telegram") == "away"
    platforms.telegram.fault("unauthorized", method="getMe")
    assert await platforms.probe("telegram") == "token"


async def test_who_wants_us_to_wait_is_alive(platforms: Platforms) -> None:
    platforms.telegram.fault("retry_after", method="getMe", after=30)
    platforms.bot.fault("code", method="getMe", code=429)
    platforms.zalo.fault("code", path=GETOA, code=-32)
    assert [await platforms.probe(each) for each in ("telegram", "zalo_bot", "zalo_oa")] == [None] * 3


@pytest.mark.parametrize(("code", "found"), [(-200, "away"), (-221, "refused"), (-100, None)])
async def test_codes_of_zalo_mean_what_they_mean_when_sending(
    code: int, found: str | None, platforms: Platforms
) -> None:
    platforms.zalo.fault("code", path=GETOA, code=code)
    assert await platforms.probe("zalo_oa") == found


async def test_a_token_of_zalo_that_ended_is_renewed_first(platforms: Platforms) -> None:
    assert await platforms.probe("zalo_oa") is None
    platforms.zalo.expire_access(OA)
    assert await platforms.probe("zalo_oa") is None
    assert len(platforms.zalo.refreshes) == 2


async def test_a_token_office_out_of_reach_is_no_lost_key(
    platforms: Platforms,
) -> None:
    assert await platforms.probe("zalo_oa") is None
    platforms.zalo.expire_access(OA)
    platforms.zalo.fault("html", path=OAUTH)
    assert await platforms.probe("zalo_oa") == "away"


async def test_a_refresh_token_that_is_used_up_is_a_lost_key(platforms: Platforms) -> None:
    assert await platforms.probe("zalo_oa") is None
    platforms.zalo.expire_access(OA)
    platforms.zalo.fault("code", path=OAUTH, code=-118)
    assert await platforms.probe("zalo_oa") == "token"


async def test_telegram_says_when_it_cannot_hand_us_what_people_write(platforms: Platforms) -> None:
    (bot, secret) = platforms.telegram, "x" * 10
    assert not await platforms.doors.deaf("telegram", BOT.id)
    bot.updates.gateway = "http://127.0.0.1:1"  # nobody is there
    await bot.updates.set_webhook({"url": f"{PUBLIC}/hooks/telegram", "secret_token": secret})
    bot.chats.add(7001, {"text": "có ai không"})
    await bot.updates.push({"update_id": 1, "message": bot.chats.messages[7001, 41]})
    assert await platforms.doors.deaf("telegram", BOT.id)
    assert not await platforms.doors.deaf("zalo_oa", OA.id)
