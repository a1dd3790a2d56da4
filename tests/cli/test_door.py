"""Doors as an operator sees, closes and opens them: the real command line, a real store, a desk beside it."""

from __future__ import annotations

import asyncio
import io
import json
import signal
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path

import aiohttp
import pytest
from redis import Redis

from bot.cli import _parser
from bot.config import settings
from tests.conftest import ROOT
from tests.doubles.telegram import telegram_double
from tests.open_desk import OpenDesk
from tests.store.conftest import KEY

TELEGRAM, ZALO_BOT = "telegram:42", "zalo_bot:52"


class Operator:
    """Who types; `environment` is what the settings are read from."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def says(self, *words: str, code: int = 0) -> str:
        """Everything a command prints."""
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            options = _parser().parse_args(words)
            module, _, function = options.run.rpartition(".")
            command = getattr(import_module(f"bot.cli.{module}"), function)
            found = command(settings(self.environment, Path.cwd()), options)
        assert found == code, printed.getvalue()
        return printed.getvalue()

    def door(self, *words: str, code: int = 0) -> str:
        return self.says("door", *words, code=code)


@pytest.fixture
def operator(valkey: str, tmp_path: Path) -> Operator:
    with Redis.from_url(valkey) as client:
        client.flushall()
    return Operator({
        "CONTENT_DIR": str(ROOT), "DATA_DIR": str(tmp_path), "REDIS_URL": valkey, "SECRET_KEY": KEY,
        "TELEGRAM_TOKEN": "42:abc", "ZALO_BOT_TOKEN": "52:xyz",
    })  # fmt: skip


def test_lists_all_doors(operator: Operator) -> None:
    assert operator.door("list").splitlines() == [f"{TELEGRAM} · mở", f"{ZALO_BOT} · mở"]
    assert [each["standing"] for each in json.loads(operator.door("list", "--json"))] == ["open", "open"]


def test_closes_one_and_opens_it_again_and_both_are_in_the_audit(operator: Operator) -> None:
    assert "Đã đóng telegram:42" in operator.door("close", "telegram", "--reason", "đổi  máy\nchủ")
    line = operator.door("list").splitlines()[0]
    assert "đóng bằng tay" in line
    assert "lý do: đổi máy chủ" in line
    assert "đã đóng rồi" in operator.door("close", TELEGRAM, "--reason", "x", code=2)
    assert "Đã mở telegram:42" in operator.door("open", TELEGRAM)
    assert "đang mở" in operator.door("open", TELEGRAM, code=2)
    shown = operator.says("officer", "audit", "--show", "9")
    assert shown.index("đóng một cửa · telegram:42") < shown.index("mở lại một cửa · telegram:42")


def test_the_last_door_that_rings_is_closed_only_by_who_is_sure(operator: Operator) -> None:
    operator.door("close", "telegram", "--reason", "x")
    assert "Chưa đóng" in operator.door("close", "zalo_bot", "--reason", "x")
    assert operator.door("list").splitlines()[1] == f"{ZALO_BOT} · mở"
    assert "Đã đóng" in operator.door("close", "zalo_bot", "--reason", "x", "--yes")


def test_says_what_is_wrong_with_what_was_asked(operator: Operator) -> None:
    assert f"{TELEGRAM}, {ZALO_BOT}" in operator.door("close", "zalo", "--reason", "x", code=2)
    assert "để trống" in operator.door("close", "telegram", "--reason", " ", code=2)
    long = operator.door("close", "telegram", "--reason", "x", "--notice", "y" * 201, code=2)
    assert "--notice dài 201 ký tự" in long
    del operator.environment["TELEGRAM_TOKEN"], operator.environment["ZALO_BOT_TOKEN"]
    assert "Chưa có cửa nào" in operator.door("list")
    assert "Chưa có cửa nào" in operator.door("close", "telegram", "--reason", "x", code=2)


async def test_a_running_desk_follows_and_one_that_is_killed_finds_it_closed(
    tmp_path: Path, learnt: Path
) -> None:
    async with telegram_double(["42:abc"]) as telegram, aiohttp.ClientSession() as web:
        given = {"TELEGRAM_TOKEN": "42:abc", "TELEGRAM_API": telegram.url}
        desk = OpenDesk(tmp_path / "desk", learnt, **given)
        operator = Operator({"CONTENT_DIR": str(ROOT), "DATA_DIR": str(tmp_path / "desk"), **given})
        await desk.start()
        await stands(web, desk, "open")
        await asyncio.to_thread(operator.door, "close", "telegram", "--reason", "đổi máy chủ", "--yes")
        await stands(web, desk, "closed: hand")
        await desk.kill(signal.SIGKILL)
        await desk.start()
        await stands(web, desk, "closed: hand")
        await telegram.say(7001, "mất căn cước làm lại ở đâu")
        (call,) = await telegram.news(1)
        assert "đang tạm đóng" in call.formatted.text
        await asyncio.to_thread(operator.door, "open", "telegram")
        await stands(web, desk, "open")
        await desk.kill(signal.SIGTERM)


async def stands(web: aiohttp.ClientSession, desk: OpenDesk, state: str) -> None:
    """Wait until a desk says so of its door."""
    found = ""
    async with asyncio.timeout(30):
        while found != state:
            async with web.get(f"{desk.url}/readyz") as answer:
                found = (await answer.json())["doors"].get(TELEGRAM, "")
            await asyncio.sleep(0.1)
