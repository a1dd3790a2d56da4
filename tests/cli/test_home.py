"""Visits at home as an officer types them: the real command line, a real store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.appointment import Personal
from bot.domain.message import Address
from bot.services.homes import HomeVisits
from bot.store.naming import person
from tests.cli.test_visits import content, gets, here, officer, says
from tests.cli.town import STATION, TOMORROW, Officer, Town

__all__ = ["content", "here", "officer"]
TAM = ("--name", "Cụ Tám", "--phone", "0912 000 010", "--place", "xóm 2, sau chùa")


@pytest.fixture
def asked(here: Town):
    """Somebody asks in the chat, some days ago."""

    async def ask(name: str, number: int, ago: timedelta = timedelta(0)):
        address = Address("telegram", "bot", name)
        personal = Personal(name, f"+849120000{number:02}", address, "thôn Đông, gần chợ")
        who = person(address, here.store.names)
        act = here.act(datetime.now(UTC) - ago)
        outcome, visit = await HomeVisits(here.booking).ask(who, act, STATION, "tai_nha", personal)
        assert outcome == "done"
        return who, visit

    return ask


async def test_nobody_waits(officer: Officer) -> None:
    assert "Không ai đang chờ làm tại nhà" in await says(officer, "home", "list")
    assert await gets(officer, "home", "list") == []


async def test_the_list_tells_who_where_and_since_when_by_turn(officer: Officer, asked) -> None:
    await asked("Hồ Thị Bảy", 7, timedelta(days=3))
    await asked("Lê Văn Tý", 8)
    said = await says(officer, "home", "list", "mai_phu")
    for part in ("Hồ Thị Bảy", "0912 000 007", "thôn Đông, gần chợ", "chờ hẹn ngày", "Đang chờ: 2 người"):
        assert part in said, part
    assert said.index("Bảy") < said.index("Tý")
    told = await gets(officer, "home", "list")
    assert [each["number"] for each in told] == [1, 2]
    assert told[0]["name"] == "Hồ Thị Bảy"


async def test_an_old_request_is_shown_as_one_before_it_goes(officer: Officer, asked) -> None:
    await asked("Hồ Thị Bảy", 7, timedelta(days=160))
    assert "tự xoá sau 19 ngày" in await says(officer, "home", "list")


async def test_a_day_is_set_in_words_and_another_one_after_it(officer: Officer, asked) -> None:
    await asked("Hồ Thị Bảy", 7)
    said = await says(officer, "home", "plan", "1", "sáng mai")
    for part in ("buổi sáng", "Hồ Thị Bảy", "0912 000 007", "thôn Đông", "sẽ được nhắn"):
        assert part in said, part
    told = await gets(officer, "home", "plan", "1", f"{TOMORROW} 13:30-16:00")
    assert (told["day"], told["begins"], told["ends"]) == (f"{TOMORROW}", "13:30", "16:00")
    listed = await says(officer, "home", "list")
    assert "13:30" in listed
    assert "1 đã hẹn" in listed


async def test_a_day_that_is_over_or_unclear_is_refused(officer: Officer, asked) -> None:
    await asked("Hồ Thị Bảy", 7)
    assert "đã qua" in await says(officer, "home", "plan", "1", "hôm qua", code=2)
    assert "chưa rõ đến mấy giờ" in await says(officer, "home", "plan", "1", "8h sáng mai", code=2)
    assert "Chưa ghi lúc nào" in await says(officer, "home", "plan", "1", code=2)


async def test_who_calls_is_written_down_and_told_by_phone(officer: Officer) -> None:
    assert "số 1" in await says(officer, "home", "add", *TAM)
    said = await says(officer, "home", "plan", "mai_phu", "1", "chiều mai")
    assert "GỌI ĐIỆN" in said
    assert "lừa đảo" in said
    listed = await says(officer, "home", "list")
    assert "CẦN GỌI ĐIỆN" in " ".join(listed.split())
    assert "xóm 2, sau chùa" in " ".join(listed.split())
    for missing in (TAM[2:], (*TAM[:2], *TAM[4:]), TAM[:4]):
        await says(officer, "home", "add", *missing, code=2)


async def test_done_dropped_and_back(officer: Officer, asked) -> None:
    await asked("Hồ Thị Bảy", 7)
    assert "home back mai_phu 1" in await says(officer, "home", "done", "1")
    assert await gets(officer, "home", "list") == []
    assert "đã xong" in await says(officer, "home", "list", "--all")
    assert "nay là" not in await says(officer, "home", "back", "1")
    said = await says(officer, "home", "drop", "1")
    assert "không được nhắn gì" in said
    assert "không ghi vậy được" in await says(officer, "home", "done", "1", code=1)


async def test_of_two_officers_one_wins(officer: Officer, asked) -> None:
    await asked("Hồ Thị Bảy", 7)
    (seen,) = await gets(officer, "home", "list")
    await says(officer, "home", "plan", "1", "sáng mai", "--seen", str(seen["version"]))
    said = await says(officer, "home", "plan", "1", "chiều mai", "--seen", str(seen["version"]), code=1)
    assert "nay là «đã hẹn»" in said


async def test_who_withdrew_with_a_day_ahead_is_shown_loudly(officer: Officer, here: Town, asked) -> None:
    who, visit = await asked("Hồ Thị Bảy", 7)
    await says(officer, "home", "plan", "1", "sáng mai")
    await HomeVisits(here.booking).withdraw(who, here.act(), STATION, visit.number)
    assert "ĐÃ RÚT TÊN" in " ".join((await says(officer, "home", "list")).split())


async def test_what_names_no_request_is_explained(officer: Officer) -> None:
    assert "home list" in await says(officer, "home", "done", code=2)
    assert "«abc»" in await says(officer, "home", "done", "abc", code=2)
    assert "không có số 9" in await says(officer, "home", "done", "9", code=1)


async def test_it_has_no_time_at_a_counter(officer: Officer) -> None:
    said = await says(officer, "add", "tai_nha", "8h mai", *TAM[:4], code=2)
    assert "home add" in said
    assert "home add" in await says(officer, "walk-in", "làm thẻ tại nhà", code=2)


async def test_a_station_without_such_a_service_says_how_to_get_one(officer: Officer, content: Path) -> None:
    file = content / "stations.yaml"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "at_home" not in line), "utf-8")
    assert "at_home: true" in await says(officer, "home", "add", *TAM, code=1)
