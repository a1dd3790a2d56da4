"""A strict Zalo Bot Platform, over real HTTP: the bot's calls come in, people's messages go out.

What the API sheet confirms is accepted; everything else is refused and noted in `wrong`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.doubles.faults import Life
from tests.doubles.updates import Changes
from tests.doubles.zalo_bot_forms import METHODS, misfit
from tests.doubles.zalo_bot_updates import NAME, Body, Told, Updates, citizen, update

__all__ = ["NAME", "Call", "ZaloBotDouble", "citizen", "zalo_bot_double"]
PATIENCE = 10.0
WORDS = {400: "Bad Request", 401: "Unauthorized", 403: "Internal server error", 404: "Not Found",
         408: "Request timeout", 429: "Quota exceeded"}  # fmt: skip
_FAULTS = {"code", "html", "empty", "moved", "reset", "lost", "hang", "slow"}
_SENDS = {"sendMessage", "sendPhoto", "sendSticker"}


class RefusedError(Exception):
    """A call that is not done; `wrong` when it was not sound."""

    def __init__(self, code: int, wrong: str = "") -> None:
        super().__init__(wrong)
        self.code, self.wrong = code, wrong


@dataclass
class Call:
    """One request of the bot. `code` is the error it came to (0: none), `fault` what was done to it."""

    method: str
    token: str
    fields: Body = field(default_factory=dict)
    code: int | None = None
    fault: str = ""
    at: float = field(default_factory=time.monotonic)

    @property
    def chat(self) -> str:
        return str(self.fields.get("chat_id", ""))

    @property
    def text(self) -> str:
        return str(self.fields.get("text", self.fields.get("caption", "")))


@dataclass
class _Fault:
    kind: str
    method: str
    chat: str | None
    times: float
    args: Body

    def meets(self, call: Call) -> bool:
        return self.times > 0 and self.method in {"*", call.method} and self.chat in {None, call.chat}


def _instead(fault: _Fault) -> web.Response:
    """What something before the platform says, and the platform hears nothing of it."""
    if fault.kind == "html":
        page = "<html><h1>502 Bad Gateway</h1></html>"
        return web.Response(status=502, text=page, content_type="text/html")
    if fault.kind == "moved":
        return web.Response(status=307, headers={"Location": fault.args["to"]})
    return web.Response()


class ZaloBotDouble:
    """See the module; every token it knows is a bot of its own, whose updates are kept apart.

    `monthly`: messages a bot may send; `zeroes`: a success carries `error_code` 0; `wrapped`, `twice`: see
    `Updates`; `everything`: a group's messages are handed on although they do not mention the bot;
    `verifies`: a new webhook is tried at once.
    """

    def __init__(  # noqa: PLR0913 - the ways the real one can be
        self,
        tokens: Collection[str],
        *,
        monthly: int | None = None,
        zeroes: bool = True,
        wrapped: bool | None = None,
        twice: bool = False,
        everything: bool = False,
        verifies: bool = True,
    ) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.sent: list[Call] = []  # messages that reached people, also those whose answer was lost
        self.changes = Changes()
        self.bots = {token: Updates(self.changes, wrapped=wrapped, twice=twice) for token in tokens}
        self.blocked: set[str] = set()
        self.polling = 0  # polls that are held open
        self.skipped = 0.0  # seconds the clock of its messages is ahead
        self._monthly, self._zeroes = monthly, zeroes
        self._everything, self._verifies = everything, verifies
        self._known: set[tuple[str, str]] = set()  # bots and the chats they may write to
        self._count: Counter[str] = Counter()
        self._number = 0
        self._faults: list[_Fault] = []
        self._closing = asyncio.Event()
        self.life = Life(lambda _: _refusal(401))

    @property
    def updates(self) -> Updates:
        """Those of the first bot."""
        return next(iter(self.bots.values()))

    async def news(self, count: int, timeout: float = PATIENCE) -> list[Call]:  # noqa: ASYNC109
        """Wait until at least `count` messages have reached people."""
        if not await self.changes.until(lambda: len(self.sent) >= count, timeout):
            raise AssertionError(f"{len(self.sent)} of {count} messages came; {self.calls}; {self.wrong}")
        return self.sent

    async def called(self, method: str, times: int = 1) -> None:
        """Wait until the bot has asked for something so often."""

        def met() -> bool:
            return sum(call.method == method for call in self.calls) >= times

        assert await self.changes.until(met, 60), [call.method for call in self.calls]

    def fault(
        self,
        kind: str,
        *,
        method: str = "sendMessage",
        chat: str | None = None,
        times: float = 1,
        **args: Any,
    ) -> None:
        """Go wrong the next `times` calls of a method ("*": of any), to a chat.

        Nothing is done: code (args `code`), html, empty, moved (args `to`), reset. Done at once, but the
        answer never comes, or only after `seconds`: lost, hang. Done and answered after `seconds`: slow.
        """
        assert kind in _FAULTS, kind
        self._faults.append(_Fault(kind, method, chat, times, args))

    def heal(self) -> None:
        """Forget every fault that has not come yet."""
        self._faults.clear()

    # The citizen's side

    async def say(self, user: str, text: str, *, group: str = "", token: str = "", **extra: Any) -> Told:
        """Write to the bot; `extra` are more fields of the message."""
        return await self.tell("text", user, group=group, token=token, text=text, **extra)

    async def picture(self, user: str, caption: str = "", *, live: bool = True) -> Told:
        """Send a picture, named as in a live capture or as in the documentation."""
        place = {"photo_url" if live else "photo": "https://photo.example.invalid/p.jpg"}
        return await self.tell("image", user, message_type="CHAT_PHOTO", caption=caption, **place)

    async def tell(self, kind: str, user: str, *, group: str = "", token: str = "", **message: Any) -> Told:
        """Any update of this kind. In a group only what mentions the bot is handed on, or answers it."""
        self._number += 1
        token = token or next(iter(self.bots))
        made = update(kind, user, self._number, time.time() + self.skipped, group, **message)
        self._known.add((token, group or user))
        meant = f"@{NAME}" in str(message.get("text", "")) or "reply_to_message" in message
        if group and not (meant or self._everything):
            return Told(made)
        return await self.bots[token].push(made)

    # The bot's side

    async def start(self) -> None:
        app = web.Application(middlewares=[self.life.guard])
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        self.url = await self.life.begin(self._runner)

    async def stop(self) -> None:
        self._closing.set()
        for each in self.bots.values():
            await each.close()  # whoever polls is let go
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        token, _, method = request.path.removeprefix("/bot").partition("/")
        call = Call(method, token)
        self.calls.append(call)
        await self.changes.tell()
        try:
            await self._read(request, call)
            fault = next((each for each in self._faults if each.meets(call)), None)
            if fault:
                fault.times -= 1
                call.fault = fault.kind
                return await self._faulty(request, call, fault)
            return await self._answer(call)
        except RefusedError as refused:
            if refused.wrong:
                self.wrong.append(f"{call.method}: {refused.wrong}")
            return _no(call, refused.code)
        finally:
            await self.changes.tell()  # of refusals too

    async def _read(self, request: web.Request, call: Call) -> None:
        if call.token not in self.bots:
            raise RefusedError(401)
        if call.method not in METHODS:
            raise RefusedError(400, "no such method")
        if request.method == "POST" and request.content_type == "application/json":
            try:
                given = json.loads(await request.text() or "{}")
            except ValueError:
                raise RefusedError(400, "not JSON") from None
        else:
            given = {**request.query, **(await request.post())}
        if not isinstance(given, dict):
            raise RefusedError(400, "no object")
        call.fields = given
        wrong = misfit(call.method, given)
        if wrong:
            raise RefusedError(400, wrong)

    async def _answer(self, call: Call) -> web.Response:
        result = await self._done(call)
        call.code = 0
        return web.json_response({"ok": True, "result": result} | ({"error_code": 0} if self._zeroes else {}))

    async def _faulty(self, request: web.Request, call: Call, fault: _Fault) -> web.StreamResponse:
        match fault.kind:
            case "html" | "empty" | "moved":
                return _instead(fault)
            case "code":
                raise RefusedError(fault.args["code"])
            case "slow":
                if await self._paused(fault.args["seconds"]):
                    return await self._answer(call)
            case "hang":
                answer = await self._answer(call)
                if await self._paused(fault.args["seconds"]):
                    return answer
            case "lost":
                await self._answer(call)
        if request.transport:  # else the client has gone first
            request.transport.abort()
        return web.Response()

    async def _paused(self, seconds: float) -> bool:
        """Take as long; False if the double closes meanwhile."""
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return True
        return False

    async def _done(self, call: Call) -> Any:
        """Do what is asked; its result."""
        if call.method in _SENDS:
            return self._send(call)
        updates = self.bots[call.token]
        match call.method:
            case "getMe":
                return {
                    "id": call.token.partition(":")[0], "account_name": "bot.mau", "account_type": "BASIC",
                    "can_join_groups": True,
                }  # fmt: skip
            case "getUpdates":
                return await self._next(updates, float(call.fields.get("timeout", 30)))
            case "setWebhook":
                updates.webhook = dict(call.fields)
                verified = {"verification": await updates.verified()} if self._verifies else {}
                return _stamped(call.fields["url"]) | verified
            case "deleteWebhook":
                updates.webhook = {}
                return _stamped("")
            case "getWebhookInfo":
                if not updates.webhook:
                    raise RefusedError(404)
                return _stamped(updates.webhook["url"])
        return {}

    async def _next(self, updates: Updates, seconds: float) -> Body:
        """One update; an empty poll ends with an error."""
        if updates.webhook:
            raise RefusedError(400)
        self.polling += 1
        try:
            found = await updates.next(seconds)
        finally:
            self.polling -= 1
        if found is None:
            raise RefusedError(408)
        return found

    def _send(self, call: Call) -> Body:
        if (call.token, call.chat) not in self._known:
            raise RefusedError(404)
        if call.chat in self.blocked:
            raise RefusedError(403)
        if self._monthly is not None and self._count[call.token] >= self._monthly:
            raise RefusedError(429)
        self._count[call.token] += 1
        self.sent.append(call)
        return {"message_id": f"82599fa32f56{len(self.sent):08x}", "date": round(time.time() * 1000)}


@asynccontextmanager
async def zalo_bot_double(tokens: Collection[str], **options: Any) -> AsyncIterator[ZaloBotDouble]:
    """A double on a free port."""
    double = ZaloBotDouble(tokens, **options)
    await double.start()
    try:
        yield double
    finally:
        await double.stop()


def _no(call: Call, code: int) -> web.Response:
    """A refusal; the HTTP status is the same for all but an empty poll's, as far as is known."""
    call.code = code
    return _refusal(code)


def _refusal(code: int) -> web.Response:
    body = {"ok": False, "description": WORDS.get(code, "Unknown"), "error_code": code}
    return web.json_response(body, status=200 if code == 408 else code)


def _stamped(url: str) -> Body:
    return {"url": url, "updated_at": round(time.time() * 1000)}
