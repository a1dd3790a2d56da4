"""What an officer does to a visit, and what the terminal says about telling the citizen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.content.rota import rota
from bot.domain.message import WEBCHAT, Address
from bot.metrics import Metrics
from bot.services.notices import Notices
from bot.steward import Steward
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from tests.cli.test_visits import LAN, content, gets, here, officer, says, seat
from tests.cli.town import STATION, TODAY, Officer, Town

__all__ = ["content", "here", "officer"]


async def changed(town: Town) -> list[str]:
    """What of visits is to be told to somebody, and why it was done."""
    return [f"{each.news} {each.reason}".strip() for each in await town.booking.bookings.news(STATION)]


class TestAMove:
    async def test_says_that_the_citizen_will_be_written_to(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        assert "sẽ được nhắn" in await says(officer, "move", code, "9h mai")
        assert await changed(here) == ["moved"]

    async def test_of_somebody_who_has_no_door_asks_for_a_call_and_takes_word_of_it(
        self, officer: Officer, here: Town
    ) -> None:
        code = here.code(await here.booked(seat(), *LAN, chat=False))
        assert f"trucban visits told {code}" in await says(officer, "move", code, "9h mai")
        assert "biết rồi" in await says(officer, "told", code)
        assert await changed(here) == []
        assert "không có gì phải báo" in await says(officer, "told", code, code=1)

    async def test_while_they_are_on_the_phone_writes_nothing(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        assert "nhắn" not in await says(officer, "move", code, "9h mai", "--told")
        assert await changed(here) == []


class TestACancelling:
    async def test_takes_a_reason_along(self, officer: Officer, here: Town) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        assert "sẽ được nhắn" in await says(officer, "cancel", code, "--yes", "--reason", " mất  điện ")
        assert await changed(here) == ["cancelled mất điện"]

    @pytest.mark.parametrize(
        ("reason", "hint"),
        [("a" * 121, "dài quá 120"), ("gọi 0912 345 678", "đừng ghi số"), ("a\x1b[31m", "ký tự lạ")],
    )
    async def test_refuses_a_reason_that_is_not_for_others_and_does_nothing(
        self, officer: Officer, here: Town, reason: str, hint: str
    ) -> None:
        code = here.code(await here.booked(seat(), *LAN))
        for words in (("cancel", code), ("close", "mai")):
            assert hint in await says(officer, *words, "--yes", "--reason", reason, code=2)
        assert (await gets(officer, "find", code))[0]["status"] == "booked"

    async def test_stays_in_the_day_until_somebody_called_whom_nothing_reaches(
        self, officer: Officer, here: Town
    ) -> None:
        code = here.code(await here.booked(seat(), *LAN, chat=False))
        assert "cần gọi điện" in await says(officer, "cancel", code, "--yes")
        said = await says(officer, "day", "mai")
        assert code in said
        assert "Cần gọi điện: 1 lịch" in said
        await says(officer, "told", code)
        assert code not in await says(officer, "day", "mai")


class TestTheCallsToMake:
    async def test_are_none_when_nothing_was_done(self, officer: Officer, here: Town) -> None:
        await here.booked(seat(), *LAN, chat=False)
        assert "không ai phải gọi điện" in await says(officer, "calls")

    async def test_list_whom_nothing_reaches_about_a_change_of_any_day_until_they_know(
        self, officer: Officer, here: Town
    ) -> None:
        later = seat(day=TODAY + timedelta(days=5))
        moved, gone = [
            here.code(await here.booked(each, "Lan", f"+8491200000{number}", chat=False))
            for number, each in enumerate((seat(), later))
        ]
        lost = here.code(await here.booked(seat(11 * 60), *LAN, door=Address(WEBCHAT, "web", "token")))
        await says(officer, "move", moved, "9h mai")
        await says(officer, "cancel", gone, "--yes")
        await says(officer, "close", "mai", "10:30-12:00", "--reason", "họp", "--yes")
        said = await says(officer, "calls")
        for done, code in (("ĐÃ ĐỔI GIỜ", moved), ("cần hẹn lại", lost), ("ĐÃ HUỶ", gone)):
            assert f"  {done}: {code} · " in said
        assert said.index(moved) < said.index(lost) < said.index(gone)
        assert "cần gọi 3 người" in await says(officer, "day")
        for code in (moved, gone):
            await says(officer, "told", code)
        await says(officer, "move", lost, "14h mai", "--told")
        assert await gets(officer, "calls") == []
        assert "Xem: trucban visits calls" not in await says(officer, "day")


class TestAStationThatIsNoMore:
    @pytest.fixture
    async def moved_house(self, officer: Officer, here: Town) -> str:
        """Somebody had a visit; then the station was taken out of the content, and another one put in."""
        code = here.code(await here.booked(seat(), *LAN))
        known, outbox = rota(officer.content), Outbox(here.store, Inbox(here.store))
        notices = Notices(here.booking, outbox, lambda: known, ())
        steward = Steward(
            here.store, here.booking, here.reception, notices, lambda: known,
            lambda: datetime.now(UTC), Metrics(),
        )  # fmt: skip
        await here.booking.follow()
        await steward.tend(STATION, datetime.now(UTC))
        path = officer.content / "stations.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace("mai_phu:", "thanh_sen:").replace("Mai Phụ", "Thành Sen"), "utf-8")
        known = rota(officer.content)
        await steward.tend(STATION, datetime.now(UTC))
        return code

    async def test_has_its_visits_read_still(self, officer: Officer, moved_house: str) -> None:
        (visit,) = (await gets(officer, "day", "mai_phu", "mai"))["visits"]
        assert (visit["code"], visit["status"], visit["name"]) == (moved_house, "displaced", LAN[0])
        assert "Công an xã Mai Phụ" in await says(officer, "find", moved_house)
        assert moved_house in await says(officer, "find", LAN[1])
        assert "Chưa có ai hẹn" in await says(officer, "day", "mai")  # of the one there is
        assert "trucban visits cancel" not in await says(officer, "cancel", moved_house, "--yes", "--told")


async def test_a_new_time_on_the_web_is_said_to_need_a_call(officer: Officer, here: Town) -> None:
    visit = await here.booked(seat(), *LAN, door=Address(WEBCHAT, "web", "token"))
    assert "cần gọi điện" in await says(officer, "move", here.code(visit), "9h mai")
