"""How soon the page can be read on a cheap phone, and how much it loads.

    python bench/page.py [--quick]

Chromium at phone size with a cold cache, slowed as DevTools does it: a processor four times slower,
1.6 Mbit/s down, 0.75 up, 150 ms for each request (making a connection is not slowed). *Readable* is the
browser's first contentful paint. Besides: until the talk's socket is ready, until a question typed then is
answered on the page, and a second visit. In turn with it, the alternative: an otherwise empty HTML page of
one sentence; it is what line, browser and this machine take for themselves. The last line is the figures as
JSON; exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright, expect
from processes import command, content, environment, free_port, learn, serving

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SLOWER = 4
LINE = {
    "offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8,
}  # fmt: skip
QUESTION = "mất căn cước làm lại ở đâu"
EMPTY = (
    '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Trang trống</title><p>Trực ban Công an xã, phường xin chào bác.</p></html>"
)
READABLE = 1_000  # ms
HEAVIEST = 60_000  # bytes
PAINTED = "performance.getEntriesByName('first-contentful-paint').map((paint) => paint.startTime)[0] || null"
PATIENCE = 60.0


@dataclass
class Visit:
    """What one opening of the page took, in ms and bytes."""

    readable: float
    ready: float = 0
    answered: float = 0
    again: float = 0
    loaded: float = 0


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[str]:
    """A running desk's address."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *command("run"), cwd=ROOT, env=environment(folder, PORT=port),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await serving(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def empty() -> AsyncIterator[str]:
    """The address of the page with next to nothing on it."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=EMPTY, content_type="text/html")

    site = web.Application()
    site.router.add_get("/", answer)
    runner = web.AppRunner(site)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def phone(browser: Browser) -> AsyncIterator[tuple[BrowserContext, Page, CDPSession]]:
    """A slow phone on a slow line that has never been here."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    try:
        page = await context.new_page()
        await page.goto("about:blank")
        yield context, page, await slowed(context, page)
    finally:
        await context.close()


async def slowed(context: BrowserContext, page: Page) -> CDPSession:
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", LINE)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return devtools


async def painted(page: Page) -> float:
    """When the first text or picture stood on the screen, in ms from the start of loading."""
    async with asyncio.timeout(PATIENCE):
        while (at := await page.evaluate(PAINTED)) is None:  # noqa: ASYNC110 - the browser sets no event here
            await asyncio.sleep(0.02)
    return float(at)


async def visit(browser: Browser, address: str) -> Visit:
    """The page: first visit, a question, second visit."""
    async with phone(browser) as (context, page, devtools):
        weights: list[float] = []
        devtools.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
        await page.goto(address)
        now = "performance.now()"
        status = page.get_by_test_id("status")
        await expect(status).to_have_attribute("data-state", "ready", timeout=PATIENCE * 1000)
        ready = await page.evaluate(now)
        seen = Visit(await painted(page), ready, loaded=sum(weights))
        asked = await page.evaluate(now)
        await page.get_by_test_id("input").fill(QUESTION)
        await page.get_by_test_id("input").press("Enter")
        await page.locator("[data-kind=answer]").wait_for(timeout=PATIENCE * 1000)
        seen.answered = await page.evaluate(now) - asked
        second = await context.new_page()
        await slowed(context, second)
        await second.goto(address)
        seen.again = await painted(second)
        return seen


async def visit_empty(browser: Browser, address: str) -> float:
    async with phone(browser) as (_, page, _):
        await page.goto(address)
        return await painted(page)


async def measured(options: argparse.Namespace, folder: Path) -> int:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("no Chromium on PATH: apt-get install -y chromium fonts-noto-core")
    visits: list[Visit] = []
    bare: list[float] = []
    async with desk(folder) as ours, empty() as theirs, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        await visit(browser, ours)  # the browser's own first page is not ours
        for _ in range(7 if options.quick else 25):
            visits.append(await visit(browser, ours))
            bare.append(await visit_empty(browser, theirs))
        await browser.close()
    readable = sorted(one.readable for one in visits)
    median = statistics.median(readable)
    figures = {
        "readable_ms": round(median),
        "slowest_ms": round(readable[-1]),
        "empty_ms": round(statistics.median(bare)),
        "to_empty": round(median / statistics.median(bare), 2),
        "ready_ms": round(statistics.median(one.ready for one in visits)),
        "answered_ms": round(statistics.median(one.answered for one in visits)),
        "again_ms": round(statistics.median(one.again for one in visits)),
        "bytes": round(max(one.loaded for one in visits)),
        "loads": len(visits),
    }
    print(
        f"readable after {figures['readable_ms']} ms (slowest of {len(visits)}: {figures['slowest_ms']}),"
        f" an empty page after {figures['empty_ms']} ms: {figures['to_empty']} times as long"
    )
    print(
        f"ready to talk after {figures['ready_ms']} ms, a question answered in {figures['answered_ms']} ms,"
        f" second visit readable after {figures['again_ms']} ms; {figures['bytes']} bytes"
    )
    goals = {"readable_ms <= 1000": median <= READABLE, "bytes <= 60000": figures["bytes"] <= HEAVIEST}
    missed = [name for name, reached in goals.items() if not reached]
    if missed:
        print(f"missed: {', '.join(missed)}")
    print(json.dumps(figures))
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="7 loads instead of 25")
    options = parser.parse_args()
    print(f"load before the start {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="page-") as name:
        folder = Path(name)
        content(folder)
        learn(folder)
        return asyncio.run(measured(options, folder))


if __name__ == "__main__":
    sys.exit(main())
