"""Invitations as an officer types them: the real command line, a real store."""

from __future__ import annotations

import asyncio
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.cli import _parser
from bot.config import settings
from bot.domain.letter import CheckLetter, read
from bot.domain.message import Address
from bot.services.letters import Letters
from bot.store.naming import person
from tests.cli.test_visits import content, here, officer
from tests.cli.town import TODAY, TOMORROW, Officer, Town

__all__ = ["content", "here", "officer"]
AT = f"{TOMORROW:%d/%m/%Y} 8:00"


def does(officer: Officer, *words: str, code: int = 0) -> str:
    """Everything a command prints."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        options = _parser().parse_args(["officer", *words])
        module, _, function = options.run.rpartition(".")
        command = getattr(import_module(f"bot.cli.{module}"), function)
        found = command(settings(officer.environment, Path.cwd()), options)
    assert found == code, printed.getvalue()
    return printed.getvalue()


async def says(officer: Officer, *words: str, code: int = 0) -> str:
    return await asyncio.to_thread(does, officer, "letter", *words, code=code)


async def gets(officer: Officer, *words: str) -> Any:
    return json.loads(await says(officer, *words, "--json"))


async def checked(here: Town, code: str, year: int = 1956):
    who = person(Address("telegram", "bot", "an"), here.store.names)
    asked = CheckLetter(here.act().request, read(code) or "", year)
    return await Letters(here.store).check(who, asked, here.act().now)


async def test_a_letter_is_issued_and_a_citizen_can_check_it(officer: Officer, here: Town) -> None:
    issued = await gets(officer, "issue", "mai_phu", AT, "--year", "1956")
    assert issued["at"] == f"{TOMORROW}T08:00:00+07:00"
    found = await checked(here, issued["code"])
    assert found.checked == "found"
    assert (await checked(here, issued["code"], 1957)).checked == "none"
    said = await says(officer, "list", "mai_phu")
    assert issued["code"] in said
    assert "kiểm tra 1 lần" in said
    assert "THỬ SAI 1 LẦN" in said
    assert "1956" not in said


async def test_the_code_is_told_with_what_to_do_with_it(officer: Officer) -> None:
    said = await says(officer, "issue", "mai_phu", AT, "--year", "1956", "--kind", "home")
    assert "Hẹn đến nhà GM-" in said
    assert "không đọc mã qua điện thoại" in said


async def test_nothing_is_issued_says_how(officer: Officer) -> None:
    assert "trucban officer letter issue" in await says(officer, "list")
    assert await gets(officer, "list") == []


async def test_a_cancelled_one_stays_known_as_cancelled(officer: Officer, here: Town) -> None:
    code = (await gets(officer, "issue", "mai_phu", AT, "--year", "1956"))["code"]
    assert "ĐÃ HỦY" in await says(officer, "cancel", code.lower())
    assert (await checked(here, code)).letter.status == "cancelled"
    assert "không đổi như vậy được" in await says(officer, "back", code, code=1)


async def test_used_by_mistake_is_taken_back(officer: Officer, here: Town) -> None:
    code = (await gets(officer, "issue", "mai_phu", AT, "--year", "1956"))["code"]
    assert "ĐÃ DÙNG" in await says(officer, "used", code)
    assert (await gets(officer, "back", code))["status"] == "open"
    assert (await checked(here, code)).letter.status == "open"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["issue", "mai_phu", "mai", "--year", "1956"], "thiếu ngày hoặc giờ"),
        (["issue", "mai_phu", "8 giờ", "--year", "1956"], "thiếu ngày hoặc giờ"),
        (["issue", "mai_phu", "hôm nào rảnh", "--year", "1956"], "chưa rõ là lúc nào"),
        (["issue", "mai_phu", "31/4 8:00", "--year", "1956"], "chưa rõ là lúc nào"),
        (["issue", "o_dau_do", AT, "--year", "1956"], "Không có trụ sở"),
        (["cancel", "TB-1"], "không phải mã giấy mời"),
    ],
)
async def test_what_is_not_clear_is_asked_for(officer: Officer, words: list[str], told: str) -> None:
    assert told in await says(officer, *words, code=2)


async def test_what_cannot_be_is_refused(officer: Officer) -> None:
    far = f"{TODAY + timedelta(days=62):%d/%m/%Y} 8:00"
    assert "phía trước" in await says(officer, "issue", "mai_phu", far, "--year", "1956", code=1)
    assert "Năm sinh phải từ" in await says(officer, "issue", "mai_phu", AT, "--year", "56", code=1)
    assert "Không có giấy nào" in await says(officer, "cancel", "GM-K7M3PX", code=1)


async def test_every_act_stands_in_the_audit(officer: Officer) -> None:
    code = (await gets(officer, "issue", "mai_phu", AT, "--year", "1956"))["code"]
    await says(officer, "cancel", code)
    said = await asyncio.to_thread(does, officer, "audit", "--show", "5")
    assert "cấp giấy mời" in said
    assert "hủy giấy mời" in said
    assert code not in said
    assert "1956" not in said
