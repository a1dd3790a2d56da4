"""Messages a second to Telegram through python-telegram-bot: its default transport beside ours.

    python bench/transport.py [--quick]

One core sends, the other plays the Bot API; 32 messages are on their way at any time. Rounds alternate, so
that noise of the machine meets both. `called` is how the desk sends: our transport, and nothing made of what
comes back. The last line is the figures as JSON; exit 1 when ours is not three times the default.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from processes import free_port
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.telegram.transport import PATIENCE, Transport, called

SIDE_BY_SIDE = 32
TEXT = "<b>Mất hay hỏng thẻ căn cước:</b> làm lại được ngay, không cần đơn báo mất. " * 6
AT_LEAST = 3.0  # times the default's rate

Send = Callable[[], Awaitable[object]]


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    chat = {"id": 1, "type": "private"}
    return web.json_response({"ok": True, "result": {"message_id": 1, "date": 0, "chat": chat, "text": TEXT}})


def play(port: int, core: int) -> None:
    """The Bot API, on a core of its own."""
    os.sched_setaffinity(0, {core})
    app = web.Application()
    app.router.add_post("/bot1:bench/{method}", _answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


async def rate(send: Send, seconds: float) -> float:
    """Messages a second."""
    until, sent = time.perf_counter() + seconds, 0

    async def sender() -> None:
        nonlocal sent
        while time.perf_counter() < until:
            await send()
            sent += 1

    begin = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(SIDE_BY_SIDE)))
    return sent / (time.perf_counter() - begin)


async def measured(port: int, rounds: int, seconds: float) -> dict[str, float]:
    """Median rates by way of sending."""
    requests: list[BaseRequest] = [HTTPXRequest(connection_pool_size=64), Transport(PATIENCE)]
    for request in requests:
        await request.initialize()
    address = f"http://127.0.0.1:{port}/bot"
    default, ours = (Bot("1:bench", base_url=address, request=request) for request in requests)
    fields = {"chat_id": 1, "text": TEXT, "parse_mode": "HTML"}
    ways: dict[str, Send] = {
        "default": lambda: default.send_message(1, TEXT, parse_mode="HTML"),
        "our transport": lambda: ours.send_message(1, TEXT, parse_mode="HTML"),
        "called": lambda: called(ours, "sendMessage", fields),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, send in ways.items():
            await rate(send, 0.3)
            found[name].append(await rate(send, seconds))
    for request in requests:
        await request.shutdown()
    return {name: statistics.median(rates) for name, rates in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="three rounds of two seconds")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    port = free_port()
    there = multiprocessing.get_context("spawn").Process(target=play, args=(port, cores[0]), daemon=True)
    there.start()
    os.sched_setaffinity(0, {cores[-1]})
    time.sleep(2)
    found = asyncio.run(measured(port, 3 if options.quick else 7, 2.0 if options.quick else 5.0))
    there.terminate()
    ratios = {name: round(each / found["default"], 2) for name, each in found.items()}
    for name, each in found.items():
        print(f"{name:16} {each:7.0f}/s, {ratios[name]:.2f} times the default")
    print(json.dumps({"a_second": {name: round(each) for name, each in found.items()}, "ratio": ratios}))
    return 0 if ratios["called"] >= AT_LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
