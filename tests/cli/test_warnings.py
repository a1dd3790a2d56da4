"""Warnings as officers type them: the real command line, a real store, the codes of now."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.domain.message import Address
from bot.domain.officer import Hand, Role
from bot.services.authenticator import STEP
from bot.services.officers import TERMINAL, Officers
from bot.store.naming import person
from tests.cli.test_letters import does
from tests.cli.test_visits import content, here, officer
from tests.cli.town import Officer, Town
from tests.services.test_officers import totp

__all__ = ["content", "here", "officer"]
TITLE = "Có kẻ giả danh công an xã gọi điện"
TEXT = "Có người tự xưng công an xã gọi điện bảo cập nhật VNeID. Gác máy, không đọc mã OTP cho ai."
_COMMAND = 12  # seconds one command may take on a busy machine
_talks = count(1)


class Person:
    """An officer of the roster with the codes of their phone, each used once."""

    def __init__(self, id_: str, secret: str) -> None:
        self.id, self._secret, self._used = id_, secret, 0

    def signs(self) -> tuple[str, ...]:
        now = time.time()
        late = STEP - now % STEP < _COMMAND  # the oldest code that is good now may be none any more by then
        self._used = max(self._used + 1, int(now) // STEP - (not late))
        time.sleep(max(0, (self._used - 1) * STEP - now))  # as people wait for their next code
        at = datetime.fromtimestamp(self._used * STEP, UTC)
        return "--by", self.id, "--code", totp(self._secret, at)


class Desk:
    """The command line, and who may be named on it."""

    def __init__(self, officer: Officer, here: Town) -> None:
        self._officer, self._here = officer, here

    async def hires(self, role: Role, *stations: str) -> Person:
        officers, now = Officers(self._here.store), datetime.now(UTC) - timedelta(minutes=10)
        address = Address("telegram", "1", f"cli{next(_talks)}")
        talk, hand = person(address, self._here.store.names), Hand("", "telegram", now)
        code = await officers.invite(Hand(TERMINAL, TERMINAL, now), "Lê Văn Tám", role, stations)
        assert code
        secret = (await officers.redeem(code, talk, hand)).secret
        found = await officers.confirm(code, totp(secret, now), talk, address, hand)
        assert found.officer
        return Person(found.officer.id, secret)

    async def says(self, *words: str, code: int = 0) -> str:
        return await asyncio.to_thread(does, self._officer, "warning", *words, code=code)

    async def gets(self, *words: str) -> Any:
        return json.loads(await self.says(*words, "--json"))

    async def drafted(self, who: Person, *more: str) -> Any:
        words = ("--topic", "lua_dao", "--station", "mai_phu", "--title", TITLE, "--text", TEXT)
        return await self.gets("draft", *words, *more, *who.signs())


@pytest.fixture
async def desk(officer: Officer, here: Town) -> Desk:
    return Desk(officer, here)


async def test_one_officer_writes_another_approves_and_sends(desk: Desk) -> None:
    lan, chief = await desk.hires(Role.OFFICER, "mai_phu"), await desk.hires(Role.COMMANDER, "mai_phu")
    case = await desk.drafted(lan, "--until", "3 ngày")
    assert (case["state"], case["author"]) == ("draft", lan.id)
    assert "Đã trình" in await desk.says("submit", case["id"], *lan.signs())
    assert f"{case['id']} · chờ duyệt" in await desk.says("list")
    shown = await desk.says("show", case["id"])
    assert "Cảnh báo của Công an xã Mai Phụ" in shown
    assert "[Đã hiểu]" in shown
    assert "Bắt đầu gửi" in await desk.says("approve", case["id"], "--send", *chief.signs())
    found = await desk.gets("show", case["id"])
    assert (found["state"], found["approved_by"]) == ("sending", chief.id)
    assert "Đã dừng" in await desk.says("stop", case["id"], *chief.signs())
    assert "Chưa gửi" in await desk.says("report", case["id"])


async def test_nobody_writes_or_approves_without_a_name_and_a_code(desk: Desk) -> None:
    chief = await desk.hires(Role.COMMANDER, "mai_phu")
    words = ("--topic", "lua_dao", "--station", "mai_phu", "--title", TITLE, "--text", TEXT)
    assert "--by" in await desk.says("draft", *words, code=2)
    assert "Mã 6 số" in await desk.says("draft", *words, "--by", chief.id, "--code", "000000", code=1)
    assert "mã" in await desk.says("draft", *words, "--by", "cbnobody", "--code", "000000", code=1)
    case = await desk.drafted(chief, "--until", "3 ngày")
    await desk.says("submit", case["id"], *chief.signs())
    assert "người khác phải duyệt" in await desk.says("approve", case["id"], *chief.signs(), code=1)
    assert (await desk.gets("show", case["id"]))["state"] == "submitted"


async def test_what_is_wrong_is_told_with_how_to_mend_it(desk: Desk) -> None:
    lan = await desk.hires(Role.OFFICER, "mai_phu")
    case = await desk.drafted(lan)
    told = await desk.says("submit", case["id"], *lan.signs(), code=1)
    assert "Chưa có lúc hết hiệu lực" in told
    assert "tối đa" in told or "warning edit" in told
    assert "7 ngày" in await desk.says("edit", case["id"], "--until", "30 ngày", *lan.signs(), code=2)
    other = await desk.hires(Role.OFFICER, "mai_phu")
    assert "không được" in await desk.says("withdraw", case["id"], *other.signs(), code=1)
    assert "tbnothing" in await desk.says("show", "tbnothing", code=1)


async def test_a_returned_one_says_why(desk: Desk) -> None:
    lan, chief = await desk.hires(Role.OFFICER, "mai_phu"), await desk.hires(Role.COMMANDER, "mai_phu")
    case = await desk.drafted(lan, "--until", "3 ngày")
    await desk.says("submit", case["id"], *lan.signs())
    await desk.says("return", case["id"], "--reason", "Ghi rõ xã nào", *chief.signs())
    assert "Ghi rõ xã nào" in await desk.says("show", case["id"])
