"""The real page in Chromium, as large as a phone, against a real desk."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page

from tests.open_desk import OpenDesk, open_desk
from tests.phone import Lend, Phone, browser, is_state, lend, until

__all__ = ["browser", "lend"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = ((320, 640), (390, 844), (740, 360))
HEAVIEST = 60_000  # bytes of the page with all its files
QUESTION, ANSWER = "mất căn cước làm lại ở đâu", "không phải viết đơn báo mất"
WHOLE = "không cần đơn báo mất"  # of the answer while it is not known what became of the card
NO_LINE = r"WebSocket (connection to|is closed before)"  # what the browser itself says of a line that is away

# A Vietnamese voice for a browser that has none; it reads until it is told to stop, or to finish.
VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => [{ lang: 'en-US' }, { lang: 'vi-VN' }],
  speak: (utterance) => said.push(utterance),
  cancel: () => { said = []; },
} });
"""

STICKS_OUT = """() => [...document.querySelectorAll('body *')].filter((part) => {
  const { left, right, width } = part.getBoundingClientRect();
  return width > 1 && !part.matches('.skip') && (left < 0 || right > innerWidth);
}).map((part) => part.outerHTML.slice(0, 200))"""
TOO_SMALL = """() => [...document.querySelectorAll('button, .choice, nav a, .links a, summary, textarea')]
  .filter((part) => part.offsetParent && part.offsetHeight < 48)
  .map((part) => part.outerHTML.slice(0, 200))"""
UNCOVERED = """(part) => {
  const { left, right, top, bottom } = part.getBoundingClientRect();
  return part.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}"""
VISIBILITY = """(state) => {  // Playwright keeps every page visible
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
  Object.defineProperty(document, 'hidden', { configurable: true, value: state === 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
OUTLINE = """(part) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(part);
  return outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
}"""


def free_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


class Radio:
    """A line to the desk that can go dead without anybody being told, as a phone's does when it sleeps."""

    def __init__(self) -> None:
        self.url = ""
        self._desk = ""
        self._open: set[asyncio.StreamWriter] = set()
        self._dead: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def before(self, desk: str) -> AsyncIterator[Radio]:
        self._desk = desk
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    def fade(self) -> None:
        """What the desk says on the lines that are open now arrives no more; new lines work."""
        self._dead |= self._open

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        desk = await asyncio.open_connection("127.0.0.1", int(self._desk.rpartition(":")[2]))
        await asyncio.gather(self._pump(reader, desk[1]), self._pump(desk[0], writer), return_exceptions=True)
        self._open.discard(writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                if writer not in self._dead:
                    writer.write(data)
                    await writer.drain()
        finally:
            writer.close()


# -- the desk, the browser, a phone for each test


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(learnt: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenDesk]:
    """A desk that can be found again at the same address after a restart."""
    async with open_desk(tmp_path_factory.mktemp("page"), learnt, PORT=str(free_port())) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="module")
async def phone(lend: Lend, desk: OpenDesk) -> Phone:
    """A phone with the page open."""
    return await (await lend()).open(desk.url)


async def turns(desk: OpenDesk) -> float:
    """How many messages the desk has answered."""
    async with aiohttp.ClientSession() as session, session.get(f"{desk.url}/metrics") as page:
        found = re.search(r"^trucban_turn_seconds_count (\S+)", await page.text(), re.MULTILINE)
    assert found
    return float(found[1])


# -- talking


async def test_a_talk_by_button_and_by_enter(phone: Phone) -> None:
    await phone.input.fill(QUESTION)
    await phone.send.tap()
    assert ANSWER in await phone.answer(0)
    assert await phone.input.input_value() == ""
    assert await phone.mine.first.get_attribute("data-state") == "heard"
    assert "35.000 đ" in await phone.ask("còn lệ phí?")
    assert await phone.mine.count() == await phone.answers.count() == 2
    assert await phone.answers.last.evaluate(  # the reader starts at its beginning
        "shown => shown.getBoundingClientRect().top >= document.getElementById('top').offsetHeight"
    )


async def test_marks_are_not_needed_and_shift_enter_is_a_new_line(phone: Phone) -> None:
    await phone.input.press_sequentially("bi mat can cuoc thi")
    await phone.input.press("Shift+Enter")
    await phone.input.press_sequentially("lam lai o dau")
    assert await phone.mine.count() == 0
    await phone.input.press("Enter")
    assert ANSWER in await phone.answer(0)
    assert await phone.mine.first.get_by_test_id("text").inner_text() == "bi mat can cuoc thi\nlam lai o dau"


async def test_a_topic_then_buttons_of_answers(phone: Phone) -> None:
    topic = phone.page.get_by_test_id("topics").get_by_role("button", name="Thẻ căn cước")
    assert "bác cần việc nào" in await phone.press(topic)
    assert WHOLE in await phone.press(phone.choices.filter(has_text="Làm lại thẻ căn cước bị mất, hỏng"))
    sources = phone.answers.last.get_by_test_id("sources")
    assert "Rà soát" in await sources.inner_text()  # below the buttons, not between question and buttons
    assert await sources.get_by_role("link").count()
    for link in await sources.get_by_role("link").all():
        assert (await link.get_attribute("target"), await link.get_attribute("rel")) == (
            "_blank", "noopener noreferrer",
        )  # fmt: skip
    lost = phone.choices.filter(has_text="Bị mất")
    await lost.dblclick()  # a trembling finger presses once
    assert "Mất thẻ thì" in await phone.answer(2)
    assert await phone.ask("cảm ơn nhé")
    assert [await entry.inner_text() for entry in await phone.mine.get_by_test_id("text").all()] == [
        "Thẻ căn cước", "Làm lại thẻ căn cước bị mất, hỏng", "Bị mất", "cảm ơn nhé",
    ]  # fmt: skip


async def test_a_reload_keeps_the_talk_and_goes_on(phone: Phone) -> None:
    await phone.ask(QUESTION)
    before = await phone.talk()
    frames: list[str] = []
    phone.page.on("websocket", lambda line: line.on("framereceived", lambda frame: frames.append(str(frame))))
    await phone.page.reload()
    assert await phone.talk() == before
    await phone.connected()
    assert "Làm lại thẻ căn cước" in await phone.ask("còn lệ phí?")  # the desk remembers what it was about
    assert (await phone.talk())[:2] == before
    assert [json.loads(frame)["type"] for frame in frames] == ["welcome", "heard", "reply"]  # no old reply


async def test_two_thousand_characters(phone: Phone) -> None:
    text = (QUESTION + ", ") * 100
    counter = phone.page.get_by_test_id("counter")
    await phone.input.fill(text[:1799])
    assert not await counter.is_visible()
    await phone.input.fill(text[:1990])
    assert await counter.inner_text() == "Còn 10 ký tự"
    await phone.input.press("End")
    await phone.page.keyboard.insert_text(text[:100])
    assert len(await phone.input.input_value()) == 2000
    assert "2.000" in await counter.inner_text()
    assert await phone.input.evaluate("box => box.offsetHeight <= innerHeight * .31")
    await phone.input.press("Enter")
    assert await phone.answer(0)
    assert await phone.mine.first.get_attribute("data-state") == "heard"
    assert not await counter.is_visible()


async def test_clearing_asks_first_and_then_forgets(phone: Phone) -> None:
    answers: Iterator[bool] = iter((False, True))
    phone.page.on(
        "dialog", lambda dialog: asyncio.ensure_future(dialog.accept() if next(answers) else dialog.dismiss())
    )
    await phone.ask(QUESTION)
    kept = "JSON.parse(localStorage.getItem('trucban.talk')).token"
    old = await phone.page.evaluate(kept)
    about = phone.page.get_by_test_id("about")
    await about.locator("summary").tap()
    await about.get_by_test_id("clear").tap()
    assert await phone.answers.count() == 1
    await about.get_by_test_id("clear").tap()
    assert await phone.answers.count() == await phone.mine.count() == 0
    assert "Đã xóa trên máy này" in await phone.status.inner_text()

    async def renewed() -> bool:
        return await phone.page.evaluate(kept) not in {None, old}

    await until(renewed)
    assert QUESTION not in await phone.page.evaluate("JSON.stringify(localStorage)")
    assert "Làm lại thẻ căn cước" not in await phone.ask("còn lệ phí?")  # nothing is left to go on with
    await phone.page.reload()
    assert await phone.answers.count() == 1


async def test_a_poster_greets_for_its_station_once(lend: Lend, desk: OpenDesk) -> None:
    before = await turns(desk)
    phone = await (await lend()).open(f"{desk.url}/?start=mai_phu")
    for _ in range(2):
        assert "Công an xã Mai Phụ" in await phone.page.get_by_test_id("station").inner_text()
        assert "Công an xã Mai Phụ xin chào" in await phone.page.get_by_test_id("greeting").inner_text()
        assert await phone.ask("cảm ơn nhé")
        assert (await phone.page.locator("body").inner_text()).count("xin chào bác") == 1
        await phone.page.reload()
        await phone.connected()
    assert await phone.mine.count() == await phone.answers.count() == 2
    assert await turns(desk) == before + 3  # the station was told once, to the same talk
    stranger = await (await lend()).open(f"{desk.url}/?start=%3Cscript%3E")
    assert "của Công an xã, phường" in await stranger.page.get_by_test_id("station").inner_text()


async def test_answers_are_read_aloud(lend: Lend, desk: OpenDesk) -> None:
    phone = await (await lend(before=VOICE)).open(desk.url)
    await phone.ask(QUESTION)
    button = phone.answers.last.get_by_test_id("aloud")
    assert await button.inner_text() == "Đọc to"
    await button.tap()
    said = await phone.page.evaluate("said.map(({ text, lang, voice }) => [text, lang, voice.lang])")
    assert {(lang, voice) for _, lang, voice in said} == {("vi-VN", "vi-VN")}
    read = " ".join(text for text, *_ in said)
    assert ANSWER in read
    assert "Căn cứ" not in read  # nobody listens to numbers of decrees
    assert await button.inner_text() == "Dừng đọc"
    await button.tap()
    assert await phone.page.evaluate("said.length") == 0
    await button.tap()
    await phone.page.evaluate("said.at(-1).onend()")
    assert await button.inner_text() == "Đọc to"
    without = await (await lend()).open(desk.url)
    assert not await without.page.get_by_test_id("aloud").first.is_visible()


# -- lines that break


async def stop_timers(page: Page) -> float:
    """Let no timer of a page fire from now on; its time, in seconds."""
    now = float(await page.evaluate("Date.now() / 1000")) + 1
    await page.clock.pause_at(now)
    return now


async def test_offline_keeps_a_message_and_sends_it_once(lend: Lend, desk: OpenDesk) -> None:
    phone = await lend(allowed=NO_LINE)
    await phone.page.clock.install()
    await phone.open(desk.url)
    assert ANSWER in await phone.ask(QUESTION)
    await phone.page.context.set_offline(True)
    await is_state(phone.status, "offline")
    assert "mất mạng" in await phone.status.inner_text()
    entry = await phone.say("quên mật khẩu vneid")
    await is_state(entry, "unsent")
    assert await entry.get_by_test_id("retry").is_visible()
    before = await turns(desk)
    await stop_timers(phone.page)  # the line itself, not the next attempt, tells that it is back
    await phone.page.context.set_offline(False)
    await is_state(entry, "heard")
    assert "Quên mật khẩu" in await phone.answer(1)
    assert await phone.ask("cảm ơn nhé")  # answers come in order: a second one would have been there by now
    assert await phone.mine.count() == await phone.answers.count() == 3
    assert await turns(desk) == before + 2


async def test_a_message_written_offline_survives_the_page(lend: Lend, desk: OpenDesk) -> None:
    phone = await (await lend(allowed=NO_LINE)).open(desk.url)
    await phone.page.context.set_offline(True)
    await is_state(await phone.say(QUESTION), "unsent")
    context = phone.page.context
    await phone.page.close()
    await context.set_offline(False)
    again = await Phone(await context.new_page()).open(desk.url)
    assert ANSWER in await again.answer(0)
    assert await again.mine.first.get_attribute("data-state") == "heard"


@pytest.mark.parametrize("asleep", [True, False], ids=["asleep", "awake"])
async def test_a_line_that_died_silently(lend: Lend, desk: OpenDesk, asleep: bool) -> None:
    async with Radio().before(desk.url) as radio:
        phone = await lend(allowed=NO_LINE)
        await phone.page.clock.install()
        await phone.open(radio.url)
        assert ANSWER in await phone.ask(QUESTION)
        radio.fade()
        before = await turns(desk)
        entry = await phone.say("quên mật khẩu vneid")  # the desk hears it, and its answer is lost on the way

        async def answered() -> bool:
            return await turns(desk) > before

        await until(answered)
        assert await entry.get_attribute("data-state") == "sending"
        if asleep:  # only the waking itself can tell the page to dial again
            now = await stop_timers(phone.page)
            await phone.page.evaluate(VISIBILITY, "hidden")
            await phone.page.clock.set_system_time(now + 600)
            await phone.page.evaluate(VISIBILITY, "visible")
        else:
            await phone.page.clock.fast_forward(11_000)
        await is_state(entry, "heard")
        assert "Quên mật khẩu" in await phone.answer(1)
        assert await phone.ask("cảm ơn nhé")
        assert await phone.mine.count() == await phone.answers.count() == 3
        assert await turns(desk) == before + 2


async def test_the_page_returns_to_a_killed_desk(lend: Lend, desk: OpenDesk) -> None:
    phone = await lend(allowed=NO_LINE)
    await phone.page.clock.install()
    await phone.open(desk.url)
    said = [await phone.say(text) for text in (QUESTION, "còn lệ phí?", "quên mật khẩu vneid")]
    await is_state(said[-1], "heard")
    await desk.kill()
    try:
        await is_state(phone.status, "reconnecting")
        assert "Đang nối lại" in await phone.status.inner_text()
        late = await phone.say("mấy giờ làm việc")
        await is_state(late, "unsent")
    finally:
        await desk.start()
    await phone.page.clock.fast_forward(60_000)  # instead of waiting for the pause between two attempts
    await is_state(late, "heard")
    assert "Quên mật khẩu" in await phone.answer(2)
    assert await phone.answer(3)
    assert await phone.ask("cảm ơn nhé")
    assert await phone.mine.count() == await phone.answers.count() == 5


# -- without script


async def test_a_form_and_links_do_without_script(lend: Lend, desk: OpenDesk) -> None:
    phone = await lend(java_script_enabled=False)
    page, answer = phone.page, phone.answers.first
    await page.goto(desk.url)
    await phone.input.fill(QUESTION)
    await followed(phone.send)
    assert page.url.startswith(f"{desk.url}/hoi?q=")
    assert ANSWER in await answer.inner_text()
    assert await phone.input.input_value() == QUESTION
    await followed(answer.get_by_role("link", name="Trường hợp khác"))
    assert WHOLE in await answer.inner_text()
    await followed(answer.get_by_role("link", name="Bị mất"))
    assert "Mất thẻ thì" in await answer.inner_text()
    await followed(page.get_by_role("link", name="Sang trang trò chuyện"))
    await followed(page.get_by_test_id("topics").get_by_role("button", name="Thẻ căn cước"))
    assert "Thẻ căn cước: bác cần việc nào" in await answer.inner_text()
    await followed(answer.get_by_role("link", name="Làm lại thẻ căn cước bị mất, hỏng"))
    assert page.url == f"{desk.url}/hoi/can_cuoc.cap_lai"
    assert await page.title() == "Làm lại thẻ căn cước bị mất, hỏng – Trực Ban"
    assert WHOLE in await answer.inner_text()
    assert "Rà soát" in await answer.get_by_test_id("sources").inner_text()
    assert not await answer.get_by_test_id("aloud").is_visible()


async def test_a_page_that_is_not_there(lend: Lend, desk: OpenDesk) -> None:
    phone = await lend(java_script_enabled=False, allowed="404")
    answer = await phone.page.goto(f"{desk.url}/hoi/khong.co")
    assert answer
    assert answer.status == 404
    assert "Bác viết câu hỏi" in await phone.page.locator("body").inner_text()


async def followed(link: Locator) -> None:
    async with link.page.expect_navigation():
        await link.tap()


# -- for every eye and every hand


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(lend: Lend, desk: OpenDesk, scheme: str) -> None:
    phone = await lend(color_scheme=scheme, reduced_motion="reduce", before=VOICE)
    await phone.open(desk.url)
    await phone.page.get_by_test_id("about").locator("summary").tap()
    found = await serious(phone.page)
    await phone.ask(QUESTION)
    await phone.ask("còn lệ phí?")
    found += await serious(phone.page)
    await phone.page.goto(f"{desk.url}/hoi?q={quote(QUESTION)}")
    found += await serious(phone.page)
    assert found == []


async def serious(page: Page) -> list[str]:
    results = await Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{page.url} {finding['id']}: {node['html']}"
        for finding in results.response["violations"]
        if finding["impact"] in {"serious", "critical"}
        for node in finding["nodes"]
    ]


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_nothing_sticks_out(lend: Lend, desk: OpenDesk, width: int, height: int) -> None:
    phone = await lend(viewport={"width": width, "height": height}, before=VOICE)
    await phone.open(desk.url)
    await fits(phone)
    await phone.say("VNeID/" + "x" * 300 + " http://" + "y" * 300)  # nothing in it to break a line at
    await phone.answer(0)
    await phone.press(phone.page.get_by_test_id("topics").get_by_role("button", name="Thẻ căn cước"))
    await phone.ask("có người gọi xưng công an bảo chuyển tiền")
    await phone.page.get_by_test_id("about").locator("summary").tap()
    await fits(phone)
    await phone.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await fits(phone)
    await phone.page.goto(f"{desk.url}/hoi?q={quote(QUESTION)}")
    await fits(phone)


async def fits(phone: Phone) -> None:
    """Nothing beside the screen; emergency numbers and input on it; what one presses large enough for it."""
    assert await phone.page.evaluate(STICKS_OUT) == []
    assert await phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await phone.page.evaluate(TOO_SMALL) == []
    for part in (phone.page.get_by_test_id("emergency"), phone.input, phone.send):
        box = await part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= await phone.page.evaluate("innerHeight")
        assert await part.evaluate(UNCOVERED)  # and nothing lies over it


async def test_the_keyboard_alone_is_enough(lend: Lend, desk: OpenDesk) -> None:
    phone = await lend(is_mobile=False, has_touch=False)
    await phone.open(desk.url)
    page, keyboard = phone.page, phone.page.keyboard
    await keyboard.press("Tab")
    assert "skip" in str(await page.evaluate("document.activeElement.className"))
    await keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "ask"
    await keyboard.type(QUESTION)
    await tab_to(page, "[data-testid=send]", 1)
    await keyboard.press("Enter")
    assert ANSWER in await phone.answer(0)
    await tab_to(page, "[data-kind=answer] [data-choice]", 8, "Shift+Tab")
    await keyboard.press("Enter")
    assert await phone.answer(1)


async def test_tab_goes_through_the_page_from_top_to_bottom(lend: Lend, desk: OpenDesk) -> None:
    phone = await lend(is_mobile=False, has_touch=False)
    await phone.open(desk.url)
    for part, within in (("nav a", 2), ("#topics button", 5), ("summary", 9), ("#ask", 2)):
        await tab_to(phone.page, part, within)
    await phone.page.keyboard.type("cảm ơn nhé")
    await phone.page.keyboard.press("Enter")
    assert await phone.answer(0)
    assert await phone.page.evaluate("document.activeElement.id") == "ask"  # and one can go on typing


async def tab_to(page: Page, wanted: str, within: int, key: str = "Tab") -> None:
    """Press Tab until something has the focus; all on the way must show that it has it, uncovered."""
    for _ in range(within):
        await page.keyboard.press(key)
        focused = page.locator(":focus")
        ring = await focused.evaluate(OUTLINE)
        assert ring >= 3, await focused.evaluate("part => part.outerHTML")
        assert await focused.evaluate(UNCOVERED), await focused.evaluate("part => part.outerHTML")
        if await focused.evaluate("(part, wanted) => part.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted}: not within {within} presses of Tab")


# -- for every line


async def test_the_page_is_light(lend: Lend, desk: OpenDesk) -> None:
    phone = await lend()
    devtools = await phone.page.context.new_cdp_session(phone.page)
    addresses: dict[str, str] = {}
    weights: dict[str, float] = {}
    devtools.on(
        "Network.requestWillBeSent", lambda e: addresses.update({e["requestId"]: e["request"]["url"]})
    )
    devtools.on("Network.loadingFinished", lambda e: weights.update({e["requestId"]: e["encodedDataLength"]}))
    await devtools.send("Network.enable")
    await phone.open(desk.url)
    await phone.ask(QUESTION)
    assert {address.split("/")[2] for address in addresses.values()} == {desk.url.split("/")[2]}
    loaded = {addresses[id_]: weight for id_, weight in weights.items()}
    for link in await phone.page.locator("link[href]").all():  # what this browser did not care to load
        address = desk.url + str(await link.get_attribute("href"))
        if address not in loaded:
            async with aiohttp.ClientSession() as session, session.get(address) as answer:
                loaded[address] = 500 + int(answer.headers["Content-Length"])
    assert len(loaded) >= 5
    assert sum(loaded.values()) <= HEAVIEST, loaded
