"""The officers' day, as an officer types it: the real command line, a real store."""

from __future__ import annotations

import asyncio
import csv
import io
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pexpect
import pytest
from redis import Redis

from bot.domain.appointment import Status
from bot.domain.message import Address
from bot.domain.officer import Hand, Role
from bot.domain.seat import Seat
from bot.services.officers import TERMINAL, Officers
from bot.store.audit import told
from bot.store.naming import person
from tests.cli.town import STATION, TODAY, TOMORROW, TRUCBAN, Officer, Town, town, write
from tests.open_desk import open_desk
from tests.services.test_officers import totp

LAN = ("Nguyễn Thị Lan", "+84912000001")
HOA = ("Trần Văn Hoà", "+84912000002")


def seat(begins: int = 8 * 60, day=TOMORROW, desk: str = "quay_1") -> Seat:
    return Seat(STATION, day, desk, begins, 15)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    write(tmp_path / "content")
    return tmp_path / "content"


@pytest.fixture
def officer(content: Path, tmp_path: Path, valkey: str, monkeypatch: pytest.MonkeyPatch) -> Officer:
    with Redis.from_url(valkey) as client:
        client.flushall()
    made = Officer(content, tmp_path / "data", valkey)
    for name in ("COLUMNS", "NO_COLOR", "TERM"):  # the terminal library asks for these itself
        monkeypatch.setenv(name, made.environment[name])
    return made


@pytest.fixture
async def here(officer: Officer) -> AsyncIterator[Town]:
    async with town(officer.store_url, officer.content) as made:
        yield made


async def says(officer: Officer, *words: str, code: int = 0) -> str:
    return await asyncio.to_thread(officer.says, *words, code=code)


async def gets(officer: Officer, *words: str):
    return await asyncio.to_thread(officer.gets, *words)


class TestTheDay:
    def test_without_anybody_says_so(self, officer: Officer) -> None:
        assert "Chưa có ai hẹn" in officer.says("day")
        assert officer.gets("day", "--day", "mai")["visits"] == []

    async def test_tells_everything_of_everybody_in_order_of_time(self, officer: Officer, here: Town) -> None:
        later = await here.booked(seat(9 * 60), *HOA, chat=False)
        first = await here.booked(seat(8 * 60), *LAN)
        said = await says(officer, "day", "--day", "mai")
        for part in ("8:00", here.code(first), "Nguyễn Thị Lan", "0912 000 001", "đặt qua chat", "chờ đến",
                     "9:00", here.code(later), "CẦN GỌI ĐIỆN", "Cả ngày: 2 lượt"):  # fmt: skip
            assert part in said, part
        assert said.index("8:00") < said.index("9:00")
        told = await gets(officer, "day", f"{TOMORROW}")
        assert [each["code"] for each in told["visits"]] == [here.code(first), here.code(later)]
        assert [each["must_be_called"] for each in told["visits"]] == [False, True]

    async def test_of_sixty_visits_is_readable_on_an_old_screen(self, officer: Officer, here: Town) -> None:
        names = ("Nguyễn Thị Minh Nguyệt", "Lê Văn Ất", "Tôn Nữ Thị Hoàng Phương Thảo Nguyên", "Hồ Sỹ Bé")
        visits = [
            await here.booked(
                seat(7 * 60 + 15 * number), names[number % 4], f"+8491200{number:04}", chat=number % 3 > 0
            )
            for number in range(60)
        ]
        said = await says(officer, "day", "mai")
        lines = said.splitlines()
        assert max(map(len, lines)) <= 80
        rows = [next(line for line in lines if here.code(visit) in line) for visit in visits]
        assert rows == sorted(rows, key=lines.index)
        for number, row in enumerate(rows):
            minute = 7 * 60 + 15 * number
            assert row.startswith(f"{minute // 60}:{minute % 60:02}".rjust(5))
            below = lines[lines.index(row) + 1 : lines.index(row) + 3]
            assert any(f"0912 000 {number:03}" in line for line in below)
        assert len(lines) < 60 * 3 + 10
        assert "60 lượt" in lines[-1]

    async def test_shows_names_as_they_were_written_and_nothing_steers_the_terminal(
        self, officer: Officer, here: Town
    ) -> None:
        code = here.code(await here.booked(seat(), "[bold]Lan[/x]\x1b[31m:+1:", LAN[1]))
        for words in (("day", "mai"), ("find", code), ("move", code, "9h mai")):
            said = await says(officer, *words)
            assert "\x1b" not in said
            assert "[bold]" in said

    async def test_calls_nobody_up_for_a_time_that_is_gone(self, officer: Officer, here: Town) -> None:
        await here.booked(seat(0, TODAY), *HOA, chat=False)
        assert "CẦN GỌI" not in await says(officer, "day")

    async def test_shows_who_waits_in_the_queue(self, officer: Officer) -> None:
        ticket = await gets(officer, "walk-in", "cư trú")
        said = await says(officer, "day")
        assert "Đang chờ gọi: 1 người" in said
        assert said.count(ticket["code"]) == 2

    async def test_leaves_out_what_was_cancelled_until_it_is_asked_for(
        self, officer: Officer, here: Town
    ) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        await says(officer, "cancel", code, "--yes")
        assert code not in await says(officer, "day", "mai")
        assert code in await says(officer, "day", "mai", "--all")


class TestMarks:
    async def test_go_through_the_day_and_back(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(0, TODAY), *LAN))
        assert "đang chờ gọi" in await says(officer, "arrived", code)
        assert "trucban visits back" in await says(officer, "missed", code)
        assert "đang chờ gọi" in await says(officer, "back", code)
        assert "chờ đến" in await says(officer, "back", code)
        assert "không có gì để lùi" in await says(officer, "back", code, code=1)
        assert "đã xong" in await says(officer, "served", code)
        assert "không lùi lại được" in await says(officer, "back", code, code=1)

    async def test_by_the_number_of_the_queue(self, officer: Officer) -> None:
        first = await gets(officer, "walk-in", "cu_tru")
        assert (await gets(officer, "served", f"{first['number']}"))["code"] == first["code"]

    async def test_of_two_officers_one_is_told_that_somebody_was_quicker(
        self, officer: Officer, here: Town
    ) -> None:
        for begins in (0, 15):
            code = here.code(await here.booked(seat(begins, TODAY), "A", f"+84912000{begins:03}"))
            both = [officer.begins("arrived", code) for _ in range(2)]
            ended = [await asyncio.to_thread(each.communicate, timeout=60) for each in both]
            assert sorted(each.returncode for each in both) == [0, 1]
            error = next(err for each, (_, err) in zip(both, ended, strict=True) if each.returncode)
            assert "Có người khác nhanh hơn" in error
            assert "đang chờ gọi" in error

    async def test_hold_only_for_what_was_seen(self, officer: Officer, here: Town) -> None:
        visit = await here.booked(seat(0, TODAY), *LAN)
        code = here.code(visit)
        await says(officer, "arrived", code)
        await says(officer, "back", code)
        assert "nhanh hơn" in await says(officer, "arrived", code, "--seen", f"{visit.version}", code=1)
        now = (await gets(officer, "find", code))[0]["version"]
        await says(officer, "arrived", code, "--seen", f"{now}")

    async def test_that_cannot_be_say_why_and_what_to_do(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        assert "không phải hôm nay" in await says(officer, "arrived", code, code=1)
        assert "chưa đến giờ" in await says(officer, "missed", code, code=1)
        assert "trucban visits find" in await says(officer, "arrived", "TB-2222223", code=2)
        assert "trucban visits day" in await says(officer, "arrived", "77", code=1)
        assert "Chưa ghi mã" in await says(officer, "arrived", code=2)


class TestTheQueue:
    async def test_gives_numbers_and_an_honest_range(self, officer: Officer) -> None:
        first, second = [await gets(officer, "walk-in", "cư trú") for _ in range(2)]
        assert (first["number"], second["number"]) == (1, 2)
        said = await says(officer, "walk-in", "cu_tru")
        assert "SỐ 3" in said
        assert "phút" in said or "không kịp" in said

    async def test_calls_the_first_and_says_whom(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(0, TODAY), *LAN))
        await says(officer, "arrived", code)
        walked = await gets(officer, "walk-in", "cu_tru")
        said = await says(officer, "next", "--desk", "quay_1")
        assert code in said
        assert "Nguyễn Thị Lan" in said
        assert "Không ai đang chờ" in await says(officer, "next", "--desk", "quay_1")
        assert (await gets(officer, "next"))["code"] == walked["code"]

    def test_names_the_desks_when_there_is_no_such(self, officer: Officer) -> None:
        assert "quay_1, quay_2" in officer.says("next", "--desk", "quay_9", code=2)


class TestByHand:
    def test_a_time_in_words_or_figures(self, officer: Officer) -> None:
        lan = officer.gets("add", "căn", "cước", "8h30", "mai", "--name", LAN[0], "--phone", "0912.000.001")
        assert (lan["day"], lan["begins"], lan["phone"]) == (f"{TOMORROW}", "08:30", LAN[1])
        hoa = officer.gets("add", "cu_tru", f"{TOMORROW} 14:00", "--name", HOA[0], "--phone", "+84 912000002")
        assert (hoa["begins"], hoa["desk"], hoa["must_be_called"]) == ("14:00", "quay_2", True)

    async def test_when_it_is_taken_shows_what_is_free_nearby(self, officer: Officer, here: Town) -> None:
        await here.booked(seat(8 * 60), *LAN)
        said = await says(
            officer, "add", "can_cuoc", "8h", "mai", "--name", "A", "--phone", "0912000003", code=1
        )
        assert "gần nhất" in said
        assert "7:45" in said
        assert "8:15" in said
        assert "8:00" not in said

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (("add", "can_cuoc", "8h mai", "--phone", "0912000003"), "--name"),
            (("add", "can_cuoc", "8h mai", "--name", "A"), "--phone"),
            (("add", "can_cuoc", "8h mai", "--name", "A", "--phone", "1900 1234"), "đủ 10 số"),
            (("add", "can_cuoc", "--name", "A", "--phone", "0912000003"), "sáng mai"),
            (("add", "can_cuoc", "8h", "--name", "A", "--phone", "0912000003"), "chưa có ngày"),
            (("add", "can_cuoc", "30/2", "--name", "A", "--phone", "0912000003"), "không có ngày ấy"),
            (("add", "can_cuoc", "hôm qua", "--name", "A", "--phone", "0912000003"), "đã qua"),
            (("add", "can_cuoc", "mùng 5", "--name", "A", "--phone", "0912000003"), "nhiều cách"),
            (("add", "bay_len_trang", "mai", "--name", "A", "--phone", "0912000003"), "can_cuoc"),
            (("add",), "can_cuoc"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(
        self, officer: Officer, words: tuple[str, ...], hint: str
    ) -> None:
        assert hint in officer.says(*words, code=2)

    def test_a_third_time_for_a_phone_is_refused_with_a_way_on(self, officer: Officer) -> None:
        for hour in (8, 9):
            officer.says("add", "can_cuoc", f"{hour}h mai", "--name", "A", "--phone", "0912000003")
        said = officer.says("add", "can_cuoc", "10h mai", "--name", "A", "--phone", "0912000003", code=1)
        assert "trucban visits find" in said

    async def test_is_moved_and_cancelled(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        assert (await gets(officer, "move", code, "chiều mai"))["begins"] == "12:00"
        assert "Đã huỷ" in await says(officer, "cancel", code, "--yes")
        assert "trucban visits add" in await says(officer, "move", code, "sáng mai", code=1)
        assert "không huỷ được" in await says(officer, "cancel", code, "--yes", code=1)

    async def test_is_found_by_code_and_by_phone(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        for words in ((code,), (code.lower().replace("-", " "),), ("0912", "000", "001"), ("+84912000001",)):
            assert [each["code"] for each in await gets(officer, "find", *words)] == [code]
        assert "số khác" in await says(officer, "find", "0988123456", code=1)


class TestClosing:
    async def test_shows_whom_it_hits_and_asks(self, officer: Officer, here: Town) -> None:
        by_chat = here.code(await here.booked(seat(8 * 60), *LAN))
        by_hand = here.code(await here.booked(seat(9 * 60), *HOA, chat=False))
        spared = here.code(await here.booked(seat(14 * 60), "C", "+84912000009"))

        def ask(answer: str) -> tuple[str, int | None]:
            words = ["visits", "close", "mai", "7:30-11:30", "--reason", "cán bộ đi tập huấn"]
            talk = pexpect.spawn(
                TRUCBAN, words, env=officer.environment, encoding="utf-8", timeout=60, dimensions=(60, 200)
            )  # type: ignore[arg-type]
            talk.expect("Đụng đến 2 lịch hẹn")
            talk.expect("Gõ c rồi Enter")
            before = talk.before or ""
            assert by_chat in before
            assert spared not in before
            talk.sendline(answer)
            talk.expect(pexpect.EOF)
            talk.close()
            return talk.before or "", talk.exitstatus

        said, code = await asyncio.to_thread(ask, "")
        assert (code, "không có gì thay đổi" in said) == (1, True)
        assert await here.reception.displaced(STATION) == []
        said, code = await asyncio.to_thread(ask, "c")
        assert code == 0
        assert "1 người sẽ được nhắn" in said
        assert said.index(by_chat) < said.index("cần gọi điện hẹn lại") < said.index(by_hand)
        assert "0912 000 002" in said
        owed = await here.reception.displaced(STATION)
        assert {here.code(each) for each in owed} == {by_chat, by_hand}
        closing = (await here.reception.closures(STATION, TOMORROW))[0]
        assert closing.reason == "cán bộ đi tập huấn"
        assert {each.closure for each in owed} == {closing.name}

    async def test_for_programs_does_not_ask_and_is_undone(self, officer: Officer, here: Town) -> None:
        visit = await here.booked(seat(8 * 60), *LAN)
        told = await gets(officer, "close", "sáng mai", "--desk", "quay_1", "--reason", "mất điện", "--yes")
        assert [each["code"] for each in told["displaced"]] == [here.code(visit)]
        full = ("add", "can_cuoc", "8h mai", "--name", "A", "--phone", "0912000003")
        assert "gần nhất" in await says(officer, *full, code=1)
        back = await gets(officer, "reopen", "mai")
        assert [each["code"] for each in back["restored"]] == [here.code(visit)]
        assert (await here.reception.day(STATION, TOMORROW))[0].status is Status.BOOKED
        assert "không có lần đóng nào" in await says(officer, "reopen", "mai", code=1)

    async def test_of_several_the_one_to_undo_is_asked_for(self, officer: Officer) -> None:
        for span in ("7:00-9:00", "9:00-11:00"):
            await says(officer, "close", "mai", span, "--reason", "họp", "--yes")
        said = await says(officer, "reopen", "mai", code=1)
        assert said.count("--name") == 2
        assert "9:00-11:00" in await says(officer, "reopen", "mai", "9:00-10:00")

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (("mai", "7:30-11:30"), "--reason"),
            (("mai", "11:30-7:30", "--reason", "x"), "ngược"),
            (("--reason", "x"), "Chưa ghi lúc nào"),
            (("8h mai", "--reason", "x"), "đến mấy giờ"),
            (("tuần sau", "--reason", "x"), "một ngày"),
            (("mai", "--desk", "quay_9", "--reason", "x"), "quay_1"),
        ],
    )
    def test_what_is_missing_is_named(self, officer: Officer, words: tuple[str, ...], hint: str) -> None:
        assert hint in officer.says("close", *words, code=2)


class TestFigures:
    async def test_of_two_weeks_count_what_is_open_and_booked(self, officer: Officer, here: Town) -> None:
        await here.booked(seat(), *LAN)
        days = await gets(officer, "load")
        assert len(days) == 14
        assert days[1] == {"day": f"{TOMORROW}", "open": 576, "booked": 3, "visits": 1, "share": 0.5}
        await says(officer, "close", "mai", "0:00-12:00", "--desk", "quay_2", "--reason", "họp", "--yes")
        assert (await gets(officer, "load"))[1]["open"] == 576 - 144
        said = await says(officer, "load")
        assert max(map(len, said.splitlines())) <= 80
        assert said.count("░") >= 13 * 24

    async def test_as_a_table_are_read_back_and_run_no_formula(self, officer: Officer, here: Town) -> None:
        evil = "=cmd|' /C calc'!A0"
        await here.booked(seat(8 * 60), evil, "+84912000001")
        await here.booked(seat(9 * 60), "Nguyễn Thị Lan", "+821012345678")

        def table(*options: str) -> list[dict[str, str]]:
            words = ["csv", f"{TODAY}", f"{TOMORROW}", *options]
            done = subprocess.run(
                [TRUCBAN, "visits", *words], env=officer.environment, capture_output=True, check=True
            )
            assert done.stdout.startswith(b"\xef\xbb\xbf")
            return list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"))))

        rows = await asyncio.to_thread(table)
        assert [row["Giờ"] for row in rows] == ["8:00", "9:00"]
        assert not any("Họ tên" in row or evil in row.values() for row in rows)
        named = await asyncio.to_thread(table, "--names")
        assert [row["Họ tên"] for row in named] == [f"'{evil}", "Nguyễn Thị Lan"]
        assert named[1]["Điện thoại"] == "'+82 10-1234-5678"
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in named for cell in row.values())

    async def test_are_taken_by_an_officer_with_six_digits_and_every_time_is_in_the_audit(
        self, officer: Officer, here: Town, tmp_path: Path
    ) -> None:
        await here.booked(seat(), *LAN)
        people, now = Officers(here.store), datetime.now(UTC)
        ids = {}
        for role in (Role.COMMANDER, Role.OFFICER):
            address = Address("telegram", "bot", role)
            talk, hand = person(address, here.store.names), Hand("", "telegram", now)
            code = await people.invite(Hand(TERMINAL, TERMINAL, now), "An", role, ("mai_phu",))
            shown = await people.redeem(code or "", talk, hand)
            early = now - timedelta(seconds=30)  # so that a code of now is good still
            done = await people.confirm(code or "", totp(shown.secret, early), talk, address, hand)
            assert done.officer
            ids[role] = done.officer.id, shown.secret
        (chief, secret), (other, theirs) = ids.values()
        words = ("csv", "hôm nay", "mai", "--file", f"{tmp_path / 'b.csv'}", "--by")
        assert "mã 6 số chưa đúng" in (await says(officer, *words, chief, "--code", "000000", code=1)).lower()
        taken = await says(officer, *words, chief, "--code", totp(secret, datetime.now(UTC)))
        assert "1 dòng" in taken
        assert "không được lấy bảng" in await says(
            officer, *words, other, "--code", totp(theirs, datetime.now(UTC)), code=1
        )
        await says(officer, *words[:-1])
        entries = [told(text) async for _, text, _ in people.audit.entries()]
        kept = [(each["who"], each["more"]["rows"]) for each in entries if each["act"] == "visit.export"]
        assert kept == [(chief, "1"), (TERMINAL, "1")]

    async def test_as_a_file(self, officer: Officer, here: Town, tmp_path: Path) -> None:
        await here.booked(seat(), *LAN)
        file = tmp_path / "bảng.csv"
        assert "1 dòng" in await says(officer, "csv", "hôm qua", "mai", "--file", f"{file}")
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        assert "ngày đầu phải trước" in await says(officer, "csv", "mai", "hôm qua", code=2)
        assert "trucban visits csv" in await says(officer, "csv", code=2)


async def test_it_runs_beside_an_open_desk(tmp_path: Path, learnt: Path) -> None:
    async with open_desk(tmp_path / "desk", learnt) as desk:
        officer = Officer(Path(__file__).parents[2], desk.folder, "")
        environment = {k: v for k, v in officer.environment.items() if k not in {"REDIS_URL", "SECRET_KEY"}}

        def run(*words: str) -> tuple[int, str]:
            done = subprocess.run(
                [TRUCBAN, "visits", *words], env=environment, capture_output=True, text=True, check=False
            )
            return done.returncode, done.stdout + done.stderr

        code, said = await asyncio.to_thread(run, "walk-in", "mai", "phu", "cư", "trú")
        assert (code, "SỐ 1" in said) == (0, True), said
        code, said = await asyncio.to_thread(run, "day", "thanh_sen")
        assert (code, "Chưa có ai" in said) == (0, True), said
        code, said = await asyncio.to_thread(run, "day")
        assert (code, "mai_phu, thanh_sen, vung_ang" in said) == (2, True), said
