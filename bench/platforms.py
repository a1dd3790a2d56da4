"""Telegram and Zalo as played for a benchmark: they take everything, and tell who got an answer.

A citizen of theirs writes with `ask`, which posts to the desk's webhook; the answer that comes to the same
citizen next counts as the answer to it.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiohttp
from aiohttp import web

TOKEN = "1:bench"  # noqa: S105 - nobody's
SECRET = "bench-secret"  # noqa: S105
OA = {"id": "8880000000000000001", "app_id": "1230000000000000001", "app_secret": "app", "secret_key": "oa"}


class Waiting(Protocol):
    """Whoever wants to know of answers."""

    def done(self, id_: str) -> None: ...


class Platform:
    """What both have in common: an address to send to, and a webhook of the desk to call."""

    def __init__(self, waiting: Waiting, session: aiohttp.ClientSession, hook: str) -> None:
        self._waiting, self._session, self._hook = waiting, session, hook
        self._asked: defaultdict[str, deque[str]] = defaultdict(deque)
        self._number = itertools.count(time.time_ns() // 1_000_000)  # ids of an earlier run are known
        self._posts: set[asyncio.Task[None]] = set()
        self.refused = 0

    async def ask(self, number: int, id_: str, text: str) -> None:
        """A citizen writes; the call of the webhook goes on by itself, as a platform's would."""
        user = str(10_000_000_000 + number)
        self._asked[user].append(id_)
        body, headers = self.event(user, text)
        task = asyncio.create_task(self._post(body, headers))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    def event(self, user: str, text: str) -> tuple[bytes, dict[str, str]]:
        raise NotImplementedError

    def told(self, user: str) -> None:
        """An answer came to somebody."""
        if self._asked[user]:
            self._waiting.done(self._asked[user].popleft())

    async def _post(self, body: bytes, headers: dict[str, str]) -> None:
        async with self._session.post(self._hook, data=body, headers=headers) as answer:
            self.refused += answer.status != 200


class Telegram(Platform):
    """The Bot API."""

    def event(self, user: str, text: str) -> tuple[bytes, dict[str, str]]:
        i = next(self._number)
        sender = {"id": int(user), "is_bot": False, "first_name": "B"}
        chat = {"id": int(user), "type": "private", "first_name": "B"}
        message = {"message_id": i, "date": int(time.time()), "chat": chat, "from": sender, "text": text}
        body = json.dumps({"update_id": i, "message": message}).encode()
        return body, {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}

    async def handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        result: Any = True
        if method == "sendMessage":
            given = await request.json()
            user = str(given["chat_id"])
            self.told(user)
            chat = {"id": int(user), "type": "private"}
            result = {"message_id": next(self._number), "date": 0, "chat": chat, "text": str(given["text"])}
        elif method == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
        elif method == "getMyCommands":
            result = []
        elif method.startswith("getMy"):
            result = {"description": "", "short_description": ""}
        return web.json_response({"ok": True, "result": result})


class Zalo(Platform):
    """The Official Account API and its token office."""

    def event(self, user: str, text: str) -> tuple[bytes, dict[str, str]]:
        at = str(int(time.time() * 1000))
        body = json.dumps({
            "app_id": OA["app_id"], "event_name": "user_send_text", "timestamp": at, "sender": {"id": user},
            "recipient": {"id": OA["id"]}, "message": {"text": text, "msg_id": f"{next(self._number):020x}"},
        }).encode()  # fmt: skip
        mac = hashlib.sha256(OA["app_id"].encode() + body + at.encode() + OA["secret_key"].encode())
        return body, {"X-ZEvent-Signature": f"mac={mac.hexdigest()}", "Content-Type": "application/json"}

    async def send(self, request: web.Request) -> web.Response:
        user = (await request.json())["recipient"]["user_id"]
        self.told(user)
        quota = {"quota_type": "reply", "remain": "7", "total": "8"}
        data = {"message_id": f"{next(self._number):020x}", "user_id": user, "quota": quota}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    async def token(self, _: web.Request) -> web.Response:
        return web.json_response({"access_token": "a", "refresh_token": "r", "expires_in": "90000"})


@asynccontextmanager
async def platforms(waiting: Waiting, port: int, desk: str) -> AsyncIterator[tuple[Telegram, Zalo]]:
    """Both on a port, calling the desk at an address."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=40)) as session:
        telegram = Telegram(waiting, session, f"{desk}/hooks/telegram")
        zalo = Zalo(waiting, session, f"{desk}/hooks/zalo-oa")
        app = web.Application()
        app.router.add_route("*", f"/bot{TOKEN}/{{method}}", telegram.handle)
        app.router.add_post("/v3.0/oa/message/cs", zalo.send)
        app.router.add_post("/v4/oa/access_token", zalo.token)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield telegram, zalo
        finally:
            await runner.cleanup()


def settings(address: str) -> dict[str, str]:
    """What makes a desk talk to them."""
    return {
        "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET, "TELEGRAM_API": address, "ZALO_OA_ID": OA["id"],
        "ZALO_OA_APP_ID": OA["app_id"], "ZALO_OA_APP_SECRET": OA["app_secret"],
        "ZALO_OA_SECRET_KEY": OA["secret_key"], "ZALO_OA_REFRESH_TOKEN": "first", "ZALO_OA_API": address,
        "ZALO_OAUTH_API": address,
    }  # fmt: skip
