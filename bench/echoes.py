"""Two bare echo servers, and ways to ask any: talks over sockets, a Bot API that hands a bot its updates."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from aiohttp import web
from loads import TALKS, Waiting

ECHO = """
import sys
from aiohttp import WSMsgType, web

async def echo(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket

app = web.Application()
app.router.add_get("/chat", echo)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
"""

BOT = """
import sys
from telegram.ext import Application, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

address = f"http://127.0.0.1:{sys.argv[1]}/bot"
app = Application.builder().token("1:bench").base_url(address).build()
app.add_handler(MessageHandler(filters.TEXT, echo))
app.run_polling()
"""


class SocketLine:
    """Many talks over WebSockets; `plain` for the echo, whose answer is the question."""

    def __init__(self, waiting: Waiting, *, plain: bool) -> None:
        self._waiting, self._plain = waiting, plain
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str, waiting: Waiting, *, plain: bool) -> AsyncIterator[SocketLine]:
        line = cls(waiting, plain=plain)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            for _ in range(TALKS):
                await line._connect(session, url)
            try:
                yield line
            finally:
                for task in line._tasks:
                    task.cancel()
                await asyncio.gather(*line._tasks, return_exceptions=True)

    async def _connect(self, session: aiohttp.ClientSession, url: str) -> None:
        socket = await session.ws_connect(url)
        if not self._plain:
            await socket.send_json({"type": "hello", "token": None})
            await socket.receive_json()
        self._sockets.append(socket)
        self._tasks.append(asyncio.create_task(self._hear(socket)))

    async def ask(self, number: int, id_: str, text: str) -> None:
        await self._sockets[number].send_json({"type": "say", "id": id_, "text": text})

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            if self._plain:
                self._waiting.done(frame["id"])
            elif frame["type"] == "reply" and not frame["more"]:
                self._waiting.done(frame["re"])


class BotApi:
    """Plays Telegram's Bot API: hands out updates to `getUpdates`, is told of answers by `sendMessage`."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._updates: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._number = itertools.count(1)
        self.polled = asyncio.Event()

    async def ask(self, number: int, id_: str, text: str) -> None:
        chat = {"id": number + 1, "type": "private"}
        sender = {"id": number + 1, "is_bot": False, "first_name": "B"}
        i = next(self._number)
        message = {"message_id": i, "date": 0, "chat": chat, "from": sender, "text": f"{id_} {text}"}
        self._updates.put_nowait({"update_id": i, "message": message})

    async def handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "getUpdates":
            self.polled.set()
            return web.json_response({"ok": True, "result": await self._pending()})
        if method == "sendMessage":
            given = await request.post()
            self._waiting.done(str(given["text"]).partition(" ")[0])
            chat = {"id": int(str(given["chat_id"])), "type": "private"}
            sent = {"message_id": next(self._number), "date": 0, "chat": chat, "text": given["text"]}
            return web.json_response({"ok": True, "result": sent})
        if method == "getMe":
            me = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
            return web.json_response({"ok": True, "result": me})
        return web.json_response({"ok": True, "result": True})

    async def _pending(self) -> list[dict[str, Any]]:
        """What waits, at most a hundred, as the real one; nothing after a while."""
        with suppress(TimeoutError):
            found = [await asyncio.wait_for(self._updates.get(), 5)]
            while len(found) < 100 and not self._updates.empty():
                found.append(self._updates.get_nowait())
            return found
        return []
