"""The slip of a visit over real HTTP and in Chromium: what it shows, what it never shows, its calendar."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import icalendar
import pytest
import pytest_asyncio
import zxingcpp
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import async_playwright

from bot import config
from bot.config import Role
from bot.content.shelf import Shelf
from bot.domain.appointment import Appointment, Personal
from bot.domain.message import Address
from bot.domain.reminder import Why
from bot.domain.seat import LOCAL, Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Closing, Wish
from bot.house import House
from bot.opening import opened
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.reception import Reception
from bot.services.slips import Slips
from bot.store.connection import Store
from bot.store.naming import person
from tests.channels.test_page import STICKS_OUT, TOO_SMALL
from tests.conftest import ROOT
from tests.phone import ARGUMENTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATION, SERVICE = "mai_phu", "thu_nhan_can_cuoc"
PUBLIC = "https://trucban.example"
NOW = datetime(2026, 11, 30, 12, tzinfo=LOCAL)
TUESDAY = date(2026, 12, 1)
LAN = Personal("Nguyễn Thị Lan", "+84912345678", Address("telegram", "bot", "an"))
PHONE = {"width": 360, "height": 740}


class Town:
    """A house that is open, and what is booked in its store."""

    def __init__(self, store: Store, shelf: Shelf, url: str, web: aiohttp.ClientSession) -> None:
        known = shelf.current.known
        self.booking = Booking(store, Almanac(lambda: known), known.stations)
        self.reception, self.slips = Reception(store, self.booking), Slips(self.booking, store.names, PUBLIC)
        self.url, self.web, self._acts, self._seats = url, web, 0, 0
        self.store = store

    def act(self) -> Act:
        self._acts += 1
        return Act(str(self._acts), NOW)

    async def booked(self, begins: int | None = None, service: str = SERVICE) -> Appointment:
        """A visit on Tuesday, by hand so that no calendar and no limit stands in the way."""
        self._seats += 1
        desk = "quay_1" if begins else f"quay_{10 + self._seats}"
        seat = Seat(STATION, TUESDAY, desk, begins or 10 * 60, 15)
        personal = Personal(LAN.name, f"+84912{self._seats:06}", LAN.address)
        result = await self.reception.add(self.act(), Wish(STATION, service, (seat,)), personal)
        assert result.done
        return result.appointment

    def path(self, appointment: Appointment, ending: str = "") -> str:
        return f"/hen/{self.slips.token(appointment)}{ending}"

    async def get(self, path: str, **headers: str) -> tuple[int, str, aiohttp.ClientResponse]:
        async with self.web.get(f"{self.url}{path}", headers=headers) as answer:
            return answer.status, await answer.text(), answer

    async def entry(self, appointment: Appointment) -> icalendar.Event:
        """The visit as a calendar reads it."""
        status, text, answer = await self.get(self.path(appointment, ".ics"))
        assert (status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        calendar = icalendar.Calendar.from_ical(text)
        assert calendar["METHOD"] == "PUBLISH"
        assert [str(each["TZID"]) for each in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
        (event,) = calendar.walk("VEVENT")
        assert event.errors == []
        return event


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    here = {
        "DATA_DIR": str(tmp_path_factory.mktemp("house")), "CONTENT_DIR": str(ROOT), "PORT": "0",
        "PUBLIC_URL": PUBLIC, "TRUSTED_PROXIES": "127.0.0.1/32",
    }  # fmt: skip
    settings = config.settings(here, ROOT)
    async with opened(settings) as (store, server), aiohttp.ClientSession() as web:
        house = House(settings, store, server, shelf, lambda: NOW)
        async with house.open(Role.ALL):
            yield Town(store, shelf, f"http://127.0.0.1:{house.port}", web)


class TestTheSlip:
    async def test_shows_code_time_place_and_what_to_bring_and_nobodys_name(self, town: Town) -> None:
        booked = await town.booked()
        status, page, answer = await town.get(town.path(booked))
        assert status == 200
        for said in (
            town.booking.code(booked), "thứ 3, 01/12/2026, 10:00", "Công an xã Mai Phụ", "Làm thẻ căn cước",
            "Thẻ cũ", "<svg", ".ics",
        ):  # fmt: skip
            assert said in page
        for secret in ("Lan", "84912", "0912", "telegram"):
            assert secret not in page
        assert "<script" not in page
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")

    async def test_follows_the_visit(self, town: Town) -> None:
        booked = await town.booked()
        ticket = Ticket(STATION, booked.number)
        seat = Seat(STATION, TUESDAY, "quay_99", 15 * 60, 15)
        assert (await town.reception.move(town.act(), Change(ticket, (seat,)))).done
        assert "01/12/2026, 15:00" in (await town.get(town.path(booked)))[1]
        closing = Closing(STATION, "họp", TUESDAY, ("quay_99",), 14 * 60, 16 * 60)
        assert len((await town.reception.close(town.act(), closing)).others) == 1
        _, page, _ = await town.get(town.path(booked))
        assert "không còn vì lịch trụ sở thay đổi" in page
        assert "Mang theo" not in page
        assert (await town.reception.cancel(town.act(), ticket)).done
        assert "Hẹn này đã hủy" in (await town.get(town.path(booked)))[1]

    async def test_of_a_wrong_or_old_address_is_a_friendly_nothing(self, town: Town) -> None:
        booked = await town.booked()
        token = town.slips.token(booked)
        other = await town.booked()
        forged = token[:7] + town.slips.token(other)[7:]
        swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
        key = f"tb:{{s:{STATION}}}:booking:{other.number}"
        old = town.slips.token(other)
        await town.store.redis.delete(key)  # forgotten, 30 days after
        for wrong in (forged, swapped, token[:7], old, "x", "hẹn", "%00", token.lower(), "A" * 3000):
            status, page, answer = await town.get(f"/hen/{wrong}")
            assert status == 404, wrong
            assert "Không thấy phiếu hẹn" in page
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert (await town.get(f"/hen/{wrong}.ics"))[0] == 404

    async def test_of_a_number_drawn_again_for_somebody_else_opens_with_no_old_address(
        self, town: Town
    ) -> None:
        booked = await town.booked()
        token = town.slips.token(booked)
        key = f"tb:{{s:{STATION}}}:booking:{booked.number}"
        text = (await town.store.redis.get(key)).decode()
        later = int(booked.made.timestamp() * 1000) + 1
        await town.store.redis.set(key, text.replace(f'"made":{later - 1}', f'"made":{later}'))
        assert await town.slips.find(token) is None
        assert (await town.get(f"/hen/{token}"))[0] == 404

    async def test_of_a_hold_is_nothing(self, town: Town) -> None:
        seat = town.booking.calendar.seats(STATION, SERVICE, TUESDAY)[0]
        who = person(LAN.address, town.store.names)
        held = await town.booking.hold(who, town.act(), Wish(STATION, SERVICE, (seat,)))
        assert (await town.get(town.path(held.appointment)))[0] == 404

    async def test_is_limited_by_address(self, town: Town) -> None:
        path = town.path(await town.booked())
        seen = [(await town.get(path, **{"X-Forwarded-For": "8.8.4.4"}))[0] for _ in range(160)]
        assert set(seen[:100]) == {200}
        assert seen[-1] == 429
        assert (await town.get(path, **{"X-Forwarded-For": "8.8.8.8"}))[0] == 200

    async def test_has_a_link_only_where_our_address_is_known(self, town: Town) -> None:
        booked = await town.booked()
        assert town.slips.link(booked) == PUBLIC + town.path(booked)
        assert Slips(town.booking, town.store.names, None).link(booked) is None
        assert "." not in town.slips.token(booked)


class TestItsCalendarFile:
    async def test_rings_in_the_evening_and_two_hours_before(self, town: Town) -> None:
        booked = await town.booked()
        event = await town.entry(booked)
        begins = datetime(2026, 12, 1, 10, tzinfo=LOCAL)
        assert event["DTSTART"].dt == begins
        assert str(event["DTSTART"].params["TZID"]) == "Asia/Ho_Chi_Minh"
        assert event["DTEND"].dt - begins == timedelta(minutes=15)
        code = town.booking.code(booked)
        assert str(event["SUMMARY"]) == f"Hẹn: Làm thẻ căn cước ({code})"
        assert str(event["LOCATION"]) == "Công an xã Mai Phụ"
        assert "Thẻ cũ" in str(event["DESCRIPTION"])
        assert str(event["URL"]) == PUBLIC + town.path(booked)
        rings = [begins + each["TRIGGER"].dt for each in event.walk("VALARM")]
        assert rings == [datetime(2026, 11, 30, 19, tzinfo=LOCAL), datetime(2026, 12, 1, 8, tzinfo=LOCAL)]
        assert {str(each["ACTION"]) for each in event.walk("VALARM")} == {"DISPLAY"}

    async def test_replaces_the_one_before_when_the_visit_moves_or_is_cancelled(self, town: Town) -> None:
        booked = await town.booked()
        ticket = Ticket(STATION, booked.number)
        first = await town.entry(booked)
        seat = Seat(STATION, TUESDAY, "quay_98", 14 * 60, 15)
        await town.reception.move(town.act(), Change(ticket, (seat,)))
        moved = await town.entry(booked)
        await town.reception.cancel(town.act(), ticket)
        over = await town.entry(booked)
        assert {str(each["UID"]) for each in (first, moved, over)} == {f"{town.slips.token(booked)}@trucban"}
        assert first["SEQUENCE"] < moved["SEQUENCE"] < over["SEQUENCE"]
        assert [str(each["STATUS"]) for each in (first, moved, over)] == [
            "CONFIRMED",
            "CONFIRMED",
            "CANCELLED",
        ]
        assert moved["DTSTART"].dt == datetime(2026, 12, 1, 14, tzinfo=LOCAL)
        assert over.walk("VALARM") == []
        assert over["DTSTAMP"].dt <= datetime.now(UTC)


async def test_the_open_house_looks_after_its_stations_and_tells_a_talk_on_the_web(
    town: Town,
) -> None:
    async with town.web.ws_connect(f"{town.url}/chat") as socket:
        await socket.send_json({"type": "hello", "token": None})
        token = (await socket.receive_json(timeout=20))["token"]
        seat = Seat(STATION, NOW.date(), "quay_97", 14 * 60, 15)  # today: its reminder is due at noon
        personal = Personal(LAN.name, "+84919999999", Address("webchat", "web", token))
        act = Act("web", NOW - timedelta(hours=5))
        booked = (await town.reception.add(act, Wish(STATION, SERVICE, (seat,)), personal)).appointment
        frame = await socket.receive_json(timeout=60)  # visits are looked through every half minute
        assert (frame["type"], frame["re"], frame["more"]) == ("reply", None, False)
        code = town.booking.code(booked)
        assert code in frame["text"]
        assert [key["choice"].split(":")[1] for key in frame["buttons"]] == ["coming", "move", "cancel"]
        assert frame["links"][0]["url"] == PUBLIC + town.path(booked)
    unreached = await town.reception.unreached(STATION, NOW.date(), NOW)
    assert [(each.appointment.number, each.why) for each in unreached] == [(booked.number, Why.WEB)]


@pytest.mark.parametrize("dark", [False, True])
async def test_on_a_phone_it_needs_no_script_and_its_qr_code_is_the_code(
    town: Town, tmp_path: Path, dark: bool
) -> None:
    booked = await town.booked()
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        context = await browser.new_context(
            viewport=PHONE, java_script_enabled=False, color_scheme="dark" if dark else "light"
        )  # type: ignore[arg-type]
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"{town.url}{town.path(booked)}")
        await page.screenshot(path=tmp_path / "first.png")
        whole = await page.screenshot(full_page=True, path=tmp_path / "slip.png")
        picture = await page.get_by_test_id("qr").screenshot()
        await context.close()
        context = await browser.new_context(viewport={"width": 320, "height": 640})
        page = await context.new_page()
        await page.goto(f"{town.url}{town.path(booked)}")
        assert await page.evaluate(STICKS_OUT) == []
        assert await page.evaluate(TOO_SMALL) == []
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        await browser.close()
    assert complaints == []
    for shot in (picture, whole):
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shot)))
        assert code.text == town.booking.code(booked)
