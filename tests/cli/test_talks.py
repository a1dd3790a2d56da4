"""Talks held on the terminal in an officer's name: the real command line, a real store."""

from __future__ import annotations

import asyncio
import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.cli import _parser
from bot.config import settings
from bot.domain.handover import Reason
from bot.domain.officer import Hand
from bot.services.officers import TERMINAL
from bot.store.connection import Store
from tests.conftest import ROOT
from tests.services.duty import AN, HOA, STATION, Duty
from tests.store.conftest import KEY, store

__all__ = ["store"]


class Terminal:
    """Types `trucban officer …`."""

    def __init__(self, url: str, data: Path) -> None:
        self._environment = {
            **os.environ, "CONTENT_DIR": str(ROOT), "DATA_DIR": str(data), "REDIS_URL": url,
            "SECRET_KEY": KEY,
        }  # fmt: skip

    async def says(self, *words: str, code: int = 0) -> str:
        """Everything a command prints."""
        printed = io.StringIO()

        def run() -> int:
            options = _parser().parse_args(["officer", *words])
            module, _, function = options.run.rpartition(".")
            command = getattr(import_module(f"bot.cli.{module}"), function)
            found: int = command(settings(self._environment, Path.cwd()), options)
            return found

        with redirect_stdout(printed), redirect_stderr(printed):
            found = await asyncio.to_thread(run)
        assert found == code, printed.getvalue()
        return printed.getvalue()

    async def gets(self, *words: str) -> Any:
        return json.loads(await self.says(*words, "--json"))


@pytest.fixture
def terminal(valkey: str, tmp_path: Path) -> Terminal:
    return Terminal(valkey, tmp_path)


@pytest.fixture
def duty(store: Store) -> Duty:
    found = Duty(store)
    found.now = datetime.now(UTC)
    return found


async def test_a_whole_talk(terminal: Terminal, duty: Duty) -> None:
    await duty.officer("Lan")
    assert "Không có ai chờ" in await terminal.says("talks", "list")
    seen = await duty.opened("thẻ của tôi xong chưa")
    name = seen.id[:4].upper()
    listed = await terminal.says("talks", "list")
    assert f"{name} · đang chờ · Công an xã Mai Phụ · xin gặp cán bộ" in listed
    assert "thẻ của tôi" not in listed
    taken = await terminal.says("talks", "take", name)
    assert "Dân: thẻ của tôi xong chưa" in taken
    assert "Đã gửi" in await terminal.says("talks", "say", name, "xong rồi,", "mai bác ra")
    await duty.writes(seen.ref, "cảm ơn \x1b[31mcháu")
    await duty.tend()  # the open desk relays what was said on the terminal
    assert [each for each in await duty.sent(AN) if "mai bác ra" in each]
    read = await terminal.says("talks", "read", name)
    assert "Cán bộ: xong rồi, mai bác ra" in read
    assert "\x1b" not in read
    assert "Đã lưu" in await terminal.says("talks", "draft", name)
    assert "Đã kết thúc" in await terminal.says("talks", "end", name)
    drafts = await terminal.gets("drafts")
    assert [each["text"] for each in drafts] == ["xong rồi, mai bác ra"]
    assert "Lan" in await terminal.says("drafts")
    assert "Đã bỏ" in await terminal.says("drafts", "--drop", drafts[0]["id"])
    assert "Chưa có câu trả lời nào" in await terminal.says("drafts")
    assert "1 người cần gặp cán bộ, 1 người được nhận" in await terminal.says("talks", "list")
    audit = await terminal.says("audit", "--show", "9")
    assert "nhận nói chuyện với dân" in audit
    assert "nhắn cho dân" in audit
    assert "còn nguyên" in audit or "nguyên" in audit


async def test_refusals_say_what_to_do(terminal: Terminal, duty: Duty) -> None:
    seen = await duty.opened()
    name = seen.id[:4]
    assert "--as" in await terminal.says("talks", "list", code=1)
    lan, minh = await duty.officer("Lan"), await duty.officer("Minh", duty=False)
    assert "talks list" in await terminal.says("talks", "take", "ZZZZ", code=1)
    assert "Chưa ghi nhận ai" in await terminal.says("talks", "take", code=2)
    assert "Chưa nhận người này" in await terminal.says("talks", "say", name, "chào", code=1)
    await terminal.says("talks", "take", name, "--as", minh.id)
    assert "cán bộ khác" in await terminal.says("talks", "take", name, "--as", lan.id, code=1)
    assert "Chưa ghi lời nhắn" in await terminal.says("talks", "say", name, "--as", minh.id, code=2)
    await duty.officers.leave(Hand(TERMINAL, TERMINAL, duty.now), minh.id)
    assert "officer list" in await terminal.says("talks", "read", name, "--as", minh.id, code=1)


async def test_two_at_two_terminals_give_back_and_take(terminal: Terminal, duty: Duty) -> None:
    lan, minh = await duty.officer("Lan"), await duty.officer("Minh")
    seen, other = await duty.opened(), await duty.opened("", HOA, Reason.GUIDE)
    name = seen.id[:4].upper()
    await terminal.says("talks", "take", seen.ref, "--as", lan.id)
    told = await terminal.gets("talks", "list", "--as", lan.id)
    assert {each["ref"]: each["stage"] for each in told} == {seen.ref: "taken", other.ref: "open"}
    assert "Đã trả lại" in await terminal.says("talks", "back", name, "--as", lan.id)
    await duty.tend()
    assert await duty.sent(duty.post(minh))
    taken = await terminal.gets("talks", "take", name, "--as", minh.id)
    assert (taken["officer"], taken["station"]) == (minh.id, STATION)
