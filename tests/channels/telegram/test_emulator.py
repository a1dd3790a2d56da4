"""Another's idea of Telegram: an independent emulator, which takes fewer fields than ours."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from lo_bot_api_emulator import LoBotApiEmulator

from bot.content.shelf import Shelf
from tests.channels.telegram.desk import LAN, QUESTION, TOKEN, free_port
from tests.doubles.chats import chat_of, person
from tests.open_desk import PATIENCE, OpenDesk
from tests.open_house import desk_here


class Emulator:
    """The emulator on a free port; it keeps no texts itself, so what it takes and refuses is noted here."""

    def __init__(self) -> None:
        self.url, self.away = "", False
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[tuple[str, int]] = []
        self._emulator = LoBotApiEmulator(allow_insecure_loopback_webhooks=True)
        self._changed = asyncio.Condition()
        self._messages = 40

    async def start(self) -> None:
        app = self._emulator.app()
        app.middlewares.append(self._noted)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    @web.middleware
    async def _noted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        method = request.match_info.get("method", "")
        fields = await request.json() if method.startswith("send") else {}
        if self.away and method == "sendMessage":
            refused = {"ok": False, "error_code": 500, "description": "Internal Server Error"}
            answer: web.StreamResponse = web.json_response(refused, status=500)
        else:
            answer = await handler(request)
        if answer.status == 200:
            self.taken.append((method, fields))
        else:
            self.refused.append((method, answer.status))
        async with self._changed:
            self._changed.notify_all()
        return answer

    async def until(self, method: str, times: int = 1) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: [name for name, _ in self.taken].count(method) >= times)

    async def refusing(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.refused.count(("sendMessage", 500)) >= times)

    def sent(self) -> list[dict[str, Any]]:
        return [fields for method, fields in self.taken if method == "sendMessage"]

    async def say(self, user: int, text: str) -> None:
        self._messages += 1
        said = {"message_id": self._messages, "date": 1764000000, "text": text}
        message = {**said, "chat": chat_of(user), "from": person(user)}
        await self._emulator.enqueue_update({"message": message}, token=TOKEN)

    async def press(self, user: int, data: str) -> None:
        query = {"id": "77", "from": person(user), "chat_instance": "-1", "data": data}
        query["message"] = {"message_id": 3, "date": 0, "chat": chat_of(user)}
        await self._emulator.enqueue_update({"callback_query": query}, token=TOKEN)

    async def deliver(self) -> None:
        await self._emulator.deliver_updates(token=TOKEN)


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    one = Emulator()
    await one.start()
    yield one
    await one.stop()


def settings(emulator: Emulator, *, by_hook: bool) -> dict[str, str]:
    given = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API": emulator.url}
    if by_hook:
        port = str(free_port())
        given |= {"PORT": port, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    return given


@pytest.mark.parametrize("by_hook", [True, False])
async def test_a_citizen_of_the_emulator_gets_formatted_answers_whatever_it_refuses(
    by_hook: bool, tmp_path: Path, shelf: Shelf, emulator: Emulator
) -> None:
    async with desk_here(tmp_path, shelf, **settings(emulator, by_hook=by_hook)):
        if by_hook:
            await emulator.until("setWebhook")
        await emulator.say(LAN, QUESTION)
        await emulator.until("sendMessage")
        await emulator.press(LAN, "a:can_cuoc.cap_lai:0")
        await emulator.until("sendMessage", 2)
        await emulator.until("answerCallbackQuery")
    assert [each["parse_mode"] for each in emulator.sent()] == ["HTML", "HTML"]
    assert "<b>" in emulator.sent()[0]["text"]
    assert "làm lại" in emulator.sent()[0]["text"]
    assert ("sendMessage", 400) in emulator.refused  # it knows no link_preview_options
    assert {method for method, _ in emulator.refused} <= {
        "sendMessage",
        "getMyShortDescription",
        "getUpdates",
    }


@pytest.mark.parametrize("by_hook", [True, False])
async def test_a_desk_killed_before_it_could_answer_does_so_when_it_is_back(
    by_hook: bool, tmp_path: Path, learnt: Path, emulator: Emulator
) -> None:
    desk = OpenDesk(tmp_path, learnt, **settings(emulator, by_hook=by_hook))
    await desk.start()
    if by_hook:
        await emulator.until("setWebhook")
    emulator.away = True
    users = [LAN + number for number in range(5)]
    for user in users:
        await emulator.say(user, QUESTION)
    await emulator.refusing(3)
    await desk.kill()
    late = LAN + 5
    await emulator.say(late, QUESTION)  # nobody is there
    emulator.away = False
    await desk.start()
    if by_hook:
        await emulator.until("setWebhook", 2)
        await emulator.deliver()
    await emulator.until("sendMessage", 6)
    await desk.kill(signal.SIGTERM)
    assert sorted(int(each["chat_id"]) for each in emulator.sent()) == [*users, late]
