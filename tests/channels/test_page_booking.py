"""A visit booked on the real page in Chromium: held, booked, still there after a reload, moved, cancelled."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.open_desk import OpenDesk, open_desk
from tests.phone import PATIENCE, Lend, Phone, browser, lend

__all__ = ["browser", "lend"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
CODE = re.compile(r"TB-[0-9A-Z]{7}")
NO_LINE = r"WebSocket (connection to|is closed before)|ERR_CONNECTION_REFUSED"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(learnt: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenDesk]:
    """A desk that can be found again at the same address, which it also gives to the slips of visits."""
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    settings = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    async with open_desk(tmp_path_factory.mktemp("booking"), learnt, **settings) as desk:
        yield desk


async def press(phone: Phone, label: str | re.Pattern[str], answers: int = 1) -> str:
    """Press the first button of the last answer that is called so; the text of what comes then.

    By Enter: two taps as quick as ours on one spot count as a trembling finger, which presses once.
    """
    there = await phone.answers.count()
    exact = isinstance(label, str)
    await phone.answers.last.get_by_role("button", name=label, exact=exact).first.press("Enter")
    return await phone.answer(there + answers - 1)


async def to_the_last_look(phone: Phone, name: str, number: str) -> str:
    """Everything up to the last look before it is booked."""
    await phone.ask("đặt lịch cho tôi làm lại thẻ bị gãy ở Mai Phụ")
    await press(phone, re.compile("còn"))
    await press(phone, re.compile("sáng|chiều"), answers=2)
    await press(phone, "Đồng ý")
    return await phone.ask(f"{name} {number}")


async def booked(phone: Phone, name: str, number: str) -> str:
    """A visit; its code."""
    await to_the_last_look(phone, name, number)
    found = CODE.search(await press(phone, "Đặt lịch"))
    assert found
    return found[0]


async def test_books_reloads_moves_and_cancels(lend: Lend, desk: OpenDesk) -> None:
    phone = await (await lend()).open(desk.url)
    look = await to_the_last_look(phone, "Trần Thị Bốn", "0912345678")
    assert "Làm thẻ căn cước, Công an xã Mai Phụ" in look
    done = await press(phone, "Đặt lịch")
    found = CODE.search(done)
    assert found
    assert "Thẻ hỏng" in done
    code, when = found[0], done.split("Đã đặt lịch: ")[1].split(".")[0]
    assert when in look  # what was looked at is what was booked
    await phone.page.reload()
    await phone.connected()
    mine = await phone.ask("lịch hẹn của tôi")
    assert code in mine
    assert when in mine
    await press(phone, "Đổi giờ")
    await press(phone, re.compile("còn"))
    moved = await press(phone, re.compile("chiều|sáng"))
    assert code in moved
    other = moved.split("Đã đổi sang: ")[1].split(".")[0]
    assert other != when
    assert other in await phone.ask("lịch hẹn của tôi")
    assert "Đã hủy lịch" in await press(phone, "Hủy lịch")
    assert "chưa có lịch hẹn nào" in await phone.ask("lịch hẹn của tôi")


async def test_slip_of_a_visit_shows_code_papers_and_calendar(lend: Lend, desk: OpenDesk) -> None:
    phone = await (await lend()).open(desk.url)
    code = await booked(phone, "Lê Văn Sáu", "0987654321")
    address = await phone.answers.last.get_by_role("link").first.get_attribute("href")
    assert address
    slip = (await lend()).page  # somebody else's phone: the address alone opens it
    await slip.goto(address)
    await expect(slip.get_by_test_id("code")).to_have_text(code)
    await expect(slip.get_by_test_id("bring")).to_contain_text("Thẻ hỏng")
    await expect(slip.get_by_test_id("qr")).to_be_visible()
    shown = await slip.locator("body").inner_text()
    assert "Sáu" not in shown
    assert "0987654321" not in shown
    found = await Axe().run(slip)
    assert [
        each["id"] for each in found.response["violations"] if each["impact"] in {"serious", "critical"}
    ] == []
    assert "Đã hủy lịch" in await press(phone, "Hủy lịch")
    await slip.reload()
    await expect(slip.get_by_test_id("state")).to_be_visible()


async def test_visit_is_there_after_the_desk_was_killed(lend: Lend, desk: OpenDesk) -> None:
    phone = await (await lend(allowed=NO_LINE)).open(desk.url)
    code = await booked(phone, "Phan Thị Nở", "0355555551")
    await desk.kill(signal.SIGKILL)
    await desk.start()
    await phone.page.reload()
    await phone.connected()
    assert code in await phone.ask("xem lịch hẹn của tôi")


async def test_another_phone_finds_it_by_code_and_number_and_learns_no_name(
    lend: Lend, desk: OpenDesk
) -> None:
    mine = await (await lend()).open(desk.url)
    code = await booked(mine, "Đặng Thị Gái", "0366666661")
    other = await (await lend()).open(desk.url)
    assert "số điện thoại" in await other.ask(code)
    assert "Không tìm thấy" in await other.ask("0366666662")
    await other.ask(code)
    found = await other.ask("0366666661")
    assert code in found
    assert "Gái" not in found
    assert "Đã hủy lịch" in await press(other, "Hủy lịch")
    await expect(mine.answers.last).to_be_visible(timeout=PATIENCE * 1000)
    assert "chưa có lịch hẹn nào" in await mine.ask("lịch hẹn của tôi")
