"""A phone for tests: the real page in Chromium, as the one who holds it sees it.

A console error, a script error or a breach of the content security policy fails the test in which it happens.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 390, "height": 844}
PATIENCE = 20.0  # seconds; waited for in full only by a test that fails


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """Wait; `wait_for_function` would evaluate a string, which the page forbids."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - asked over the wire, nobody would set an event
            await asyncio.sleep(0.02)


async def is_state(part: Locator, state: str) -> None:
    """Wait until a part of the page is in a state, or in one of `this|that`."""
    await expect(part).to_have_attribute("data-state", re.compile(f"^({state})$"), timeout=PATIENCE * 1000)


class Phone:
    """The page, as the one who holds the phone sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.mine = page.locator("[data-kind=mine]")
        self.answers = page.locator("[data-kind=answer]")
        self.input = page.get_by_test_id("input")
        self.send = page.get_by_test_id("send")
        self.status = page.get_by_test_id("status")
        self.choices = self.answers.last.get_by_test_id("choices").get_by_role("button")

    async def open(self, address: str) -> Phone:
        await self.page.goto(address)
        await self.connected()
        return self

    async def connected(self) -> None:
        await is_state(self.status, "ready|connected")

    async def say(self, text: str) -> Locator:
        """Type and press Enter; what was said, as the page shows it."""
        there = await self.mine.count()
        await self.input.fill(text)
        await self.input.press("Enter")
        return self.mine.nth(there)

    async def answer(self, number: int) -> str:
        """The text of an answer, once it is there; they count from 0."""
        return await self.answers.nth(number).get_by_test_id("text").inner_text()

    async def ask(self, text: str) -> str:
        there = await self.answers.count()
        await self.say(text)
        return await self.answer(there)

    async def press(self, choice: Locator) -> str:
        there = await self.answers.count()
        await choice.tap()
        return await self.answer(there)

    async def talk(self) -> list[str]:
        return await self.page.locator("[data-kind] [data-testid=text]").all_inner_texts()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("no Chromium on PATH: apt-get install -y chromium fonts-noto-core")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        await browser.close()


Lend = Callable[..., Awaitable[Phone]]


@pytest_asyncio.fixture(loop_scope="module")
async def lend(browser: Browser) -> AsyncIterator[Lend]:
    """A new phone. `allowed` are the complaints of the browser that the test itself provokes."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def lend(*, allowed: str | None = None, before: str | None = None, **given: Any) -> Phone:
        context = await browser.new_context(
            **{"viewport": PHONE, "is_mobile": True, "has_touch": True, "locale": "vi-VN", **given}
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        if before:
            await context.add_init_script(before)
        page = await context.new_page()

        def complain(text: str) -> None:
            if not (allowed and re.search(allowed, text)):
                complaints.append(text)

        page.on("console", lambda m: complain(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complain(str(error)))
        return Phone(page)

    yield lend
    for context in contexts:
        await context.close()
    assert complaints == []
