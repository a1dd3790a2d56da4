"""Telegram for tests, strict, over real HTTP: the bot's calls come in, people's messages go out.

One double is one bot; every token it accepts is that bot's.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.doubles.chats import Chats, bot, chat_of, person
from tests.doubles.faults import ANSWERS, Call, Fault, Life, argument
from tests.doubles.fields import METHODS, UnsoundError, checked_request, received
from tests.doubles.markup import formatted
from tests.doubles.updates import Changes, RefusedError, Update, Updates

Fields = dict[str, Any]
PATIENCE = 10.0
_LARGEST = 64 * 2**20  # bytes of a request; what is too large is for the checks to say


class TelegramDouble:
    """Telegram on the wire. Tests end with `assert double.wrong == []`."""

    def __init__(self, tokens: Collection[str] | None = None) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.chats = Chats()
        self.queries: set[str] = set()  # callback queries that can still be answered
        self.settings: dict[tuple[str, str, str], Any] = {}  # by what is set, scope, language
        self.changes = Changes()
        self.updates = Updates(self.changes)
        self.answers = self.updates.answers
        self.redeliver = self.updates.redeliver
        self.push = self.updates.push
        self.life = Life(lambda _: _no(RefusedError(401, "Unauthorized")))
        self._tokens = tokens
        self._faults: list[Fault] = []
        self._sent: list[Call] = []
        self.last_update = 700000000
        self._methods = {
            "answerCallbackQuery": self._answer_query,
            "setWebhook": self.updates.set_webhook, "deleteWebhook": self.updates.delete_webhook,
            "getWebhookInfo": self.updates.webhook_info, "getUpdates": self.updates.get_updates,
        }  # fmt: skip

    async def start(self) -> None:
        app = web.Application(client_max_size=_LARGEST, middlewares=[self.life.guard])
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        self.url = await self.life.begin(self._runner)

    async def stop(self) -> None:
        await self.updates.close()  # whoever hangs or polls is let go
        await self._runner.cleanup()

    # What a test asks and arranges.

    @property
    def sent(self) -> list[Call]:
        """Messages that reached people, also those whose answer was lost."""
        return list(self._sent)

    async def news(self, count: int, timeout: float = PATIENCE) -> list[Call]:  # noqa: ASYNC109
        """Wait until at least `count` messages have reached people."""
        if not await self.changes.until(lambda: len(self._sent) >= count, timeout):
            raise AssertionError(f"{len(self._sent)} of {count} messages came; wrong: {self.wrong}")
        return self.sent

    def fault(
        self,
        kind: str,
        *,
        method: str = "sendMessage",
        chat: int | None = None,
        times: int = 1,
        **args: float,
    ) -> None:
        """Have the next `times` sound calls of a method ("*": of any) go wrong."""
        self._faults.append(Fault(kind, method, chat, times, argument(kind, args)))

    def allow(self, token: str) -> None:
        """Know one more token."""
        self._tokens = [*(self._tokens or ()), token]

    def calm(self) -> None:
        """No more faults."""
        self._faults.clear()

    # The citizen's side: each makes an update and returns its number.

    async def say(self, user: int, text: str = "", **extra: Any) -> int:
        """Write a private message; `extra` are more fields of it, like `contact` or another `chat`."""
        command = re.match(r"/[A-Za-z0-9_]{1,32}(@\w+)?(?!\S)", text)
        entities = [{"type": "bot_command", "offset": 0, "length": command.end()}] if command else []
        said = {**({"text": text} if text else {}), **({"entities": entities} if entities else {}), **extra}
        return await self.update({"message": self.chats.add(user, {"from": person(user), **said})})

    async def press(self, user: int, data: str, message_id: int | None = None) -> int:
        """Press a button of a message, by default the newest with it; an unknown one is inaccessible."""
        query = {
            "id": f"21474836500{self.last_update + 1}",
            "from": person(user),
            "chat_instance": "-12345",
            "data": data,
        }
        if message_id is None:
            message_id = self.chats.newest_with(user, data)
        if message_id is not None:
            unknown = {"message_id": message_id, "date": 0, "chat": chat_of(user)}
            query["message"] = self.chats.messages.get((user, message_id), unknown)
        return await self.update({"callback_query": query})

    async def edit(self, user: int, message_id: int, text: str) -> int:
        """Change the text of an own message."""
        message = {**self.chats.messages[user, message_id], "text": text, "edit_date": int(time.time())}
        self.chats.messages[user, message_id] = message
        return await self.update({"edited_message": message})

    async def update(self, body: Update) -> int:
        """Any update, also one that Telegram would not make; with a webhook, returns when it was taken."""
        self.last_update += 1
        number = self.last_update
        if "callback_query" in body:
            self.queries.add(body["callback_query"]["id"])
        await self.push({"update_id": number, **json.loads(json.dumps(body))})
        return number

    # The bot's side.

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        call = Call(request.match_info["method"], request.match_info["token"])
        self.calls.append(call)
        try:
            self._admit(call)
            call.fields = await received(request)
            as_json = request.content_type == "application/json"
            call.fields = checked_request(call.method, call.fields, as_json=as_json)
            call.formatted = formatted(call.method, call.fields)
            return await self._answer(call, request)
        except UnsoundError as wrong:
            call.refused = str(wrong)
            self.wrong.append(f"{call.method}: {wrong}")
            return _no(RefusedError(400, f"Bad Request: {wrong}"))
        except RefusedError as refused:
            return _no(refused)
        finally:
            await self.changes.tell()  # of refusals too

    def _admit(self, call: Call) -> None:
        if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", call.token):
            raise RefusedError(404, "Not Found")
        if self._tokens is not None and call.token not in self._tokens:
            raise RefusedError(401, "Unauthorized")
        if call.method not in METHODS:
            call.refused = "no such method"
            self.wrong.append(f"{call.method}: no such method")
            raise RefusedError(404, "Not Found")

    async def _answer(self, call: Call, request: web.Request) -> web.StreamResponse:
        fault = next((each for each in self._faults if each.meets(call)), None)
        if fault:
            call.fault = fault.kind
            fault.times -= 1
            if fault.kind in ANSWERS:
                raise fault.refusal()
            if fault.kind == "html":
                return web.Response(
                    status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html"
                )
            if fault.kind == "reset":
                return _cut(request)
        result = await self._done(call)
        await self.changes.tell()
        if fault and fault.kind == "lost":
            return _cut(request)
        if fault and fault.kind == "hang":
            await self.changes.until(lambda: self.updates.closing, fault.argument)
        return web.json_response({"ok": True, "result": result})

    async def _done(self, call: Call) -> Any:
        """Do what is asked; its result."""
        if call.method in ("sendMessage", "sendPhoto"):
            call.message = self.chats.send(call)
            self._sent.append(call)
            return call.message
        if call.method in ("editMessageText", "editMessageReplyMarkup"):
            call.message = self.chats.edit(call)
            return call.message
        if call.method == "getMe":
            return {
                **bot(call.token), "can_join_groups": True, "can_read_all_group_messages": False,
                "supports_inline_queries": False, "can_connect_to_business": False, "has_main_web_app": False,
            }  # fmt: skip
        setting = re.fullmatch("(set|get|delete)My(Commands|Name|Description|ShortDescription)", call.method)
        if setting:
            return self._setting(setting[1], setting[2], call.fields)
        method = self._methods.get(call.method)
        return await method(call.fields) if method else True

    async def _answer_query(self, fields: Fields) -> bool:
        if fields["callback_query_id"] not in self.queries:
            why = "query is too old and response timeout expired or query ID is invalid"
            raise RefusedError(400, f"Bad Request: {why}")
        return True

    def _setting(self, verb: str, what: str, fields: Fields) -> Any:
        """Commands and descriptions, each for a scope and a language."""
        name = re.sub("(?<!^)([A-Z])", r"_\1", what).lower()
        key = (name, json.dumps(fields.get("scope", {"type": "default"})), fields.get("language_code", ""))
        if verb == "get":
            return self.settings.get(key, []) if name == "commands" else {name: self.settings.get(key, "")}
        self.settings[key] = fields.get(name, [] if name == "commands" else "")
        return True


@asynccontextmanager
async def telegram_double(tokens: Collection[str] | None = None) -> AsyncIterator[TelegramDouble]:
    """A double on a free port; `tokens` are the only ones it knows, any well-formed one without."""
    double = TelegramDouble(tokens)
    await double.start()
    try:
        yield double
    finally:
        await double.stop()


def _no(refused: RefusedError) -> web.Response:
    body = {"ok": False, "error_code": refused.code, "description": refused.description}
    more = {"parameters": refused.parameters} if refused.parameters else {}
    return web.json_response({**body, **more}, status=refused.code)


def _cut(request: web.Request) -> web.Response:
    """Break the connection; what is returned goes nowhere."""
    if request.transport:
        request.transport.abort()
    return web.Response()
