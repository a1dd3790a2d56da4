"""What the bot asked, what can go wrong with it on purpose, and how a whole platform dies and comes back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.doubles.markup import Formatted
from tests.doubles.updates import RefusedError

# What a fault answers, and the one argument it may have with its default.
ANSWERS: dict[str, tuple[int, str]] = {
    "retry_after": (429, "Too Many Requests: retry after {after}"),
    "flood": (429, "Too Many Requests: retry after {after}"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "chat_not_found": (400, "Bad Request: chat not found"),
    "parse": (400, "Bad Request: can't parse entities: unexpected end tag at byte offset 7"),
    "migrate": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "unauthorized": (401, "Unauthorized"),
    "not_found": (404, "Not Found"),
    "server": (500, "Internal Server Error"),
}
_ARGUMENTS: dict[str, tuple[str, float]] = {
    "retry_after": ("after", 1),
    "flood": ("seconds", 1),
    "hang": ("seconds", 60),
    "migrate": ("to", -1001234567890),
}
_WITHOUT_ANSWER = {"html", "reset", "lost", "hang"}


@dataclass
class Call:
    """One request of the bot. `refused` is why it was not sound, `fault` what was done to it on purpose."""

    method: str
    token: str
    fields: dict[str, Any] = field(default_factory=dict)
    refused: str | None = None
    fault: str | None = None
    message: dict[str, Any] | None = None  # what stands in the chat now because of it
    formatted: Formatted = field(default_factory=lambda: Formatted("", []))  # its text as people see it
    at: float = field(default_factory=time.monotonic)


@dataclass
class Fault:
    """One arranged misfortune."""

    kind: str
    method: str
    chat: int | None
    times: int
    argument: float
    since: float = field(default_factory=time.monotonic)

    def meets(self, call: Call) -> bool:
        """Whether this call is hit; a flood hits all chats for its seconds."""
        if self.kind == "flood":
            return "chat_id" in call.fields and self.seconds_left() > 0
        for_chat = self.chat is None or call.fields.get("chat_id") == self.chat
        return self.times > 0 and for_chat and self.method in ("*", call.method)

    def seconds_left(self) -> float:
        return self.since + self.argument - time.monotonic()

    def refusal(self) -> RefusedError:
        code, description = ANSWERS[self.kind]
        after = max(1, math.ceil(self.seconds_left())) if self.kind == "flood" else int(self.argument)
        parameters = {"migrate_to_chat_id": after} if self.kind == "migrate" else {"retry_after": after}
        return RefusedError(
            code, description.format(after=after), **parameters if self.kind in _ARGUMENTS else {}
        )


def argument(kind: str, given: dict[str, float]) -> float:
    """The one argument a fault has, `given` or by default."""
    name, default = _ARGUMENTS.get(kind, ("", 0))
    if kind not in ANSWERS.keys() | _WITHOUT_ANSWER or given.keys() - {name}:
        raise ValueError(f"no fault {kind} with {list(given)}")
    return given.get(name, default)


DEATHS = ("refuses", "broken", "token")


class Life:
    """Whether a platform is alive; what people write to it is handed on all the same.

    It can die in three ways: connections are refused; everything is answered by a gateway's 503; or every
    call is told that the key is not known (`locked`). It comes back at the same port, with all it knew.
    """

    def __init__(self, locked: Callable[[web.Request], web.Response]) -> None:
        self.how = ""
        self.turned_away = 0  # calls while it was broken or locked
        self._locked = locked
        self._site: web.TCPSite | None = None
        self._runner: web.AppRunner

    @property
    def guard(self) -> Any:
        """The middleware of a double that can die."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if self.how not in {"broken", "token"}:
                return await handler(request)
            self.turned_away += 1
            if self.how == "token":
                return self._locked(request)
            page = "<html><h1>503 Service Unavailable</h1></html>"
            return web.Response(status=503, text=page, content_type="text/html")

        return guard

    async def begin(self, runner: web.AppRunner) -> str:
        """Serve on a free port; the address."""
        self._runner = runner
        await self._listen(0)
        self._port: int = runner.addresses[0][1]
        return f"http://127.0.0.1:{self._port}"

    async def die(self, how: str = "refuses") -> None:
        """From now on; also on connections that are open."""
        assert how in DEATHS, how
        await self.revive()
        self.how = how
        if how == "refuses" and self._site and self._runner.server:
            await self._site.stop()
            self._site = None
            for connection in list(self._runner.server.connections):
                if connection.transport:
                    connection.transport.abort()

    async def revive(self) -> None:
        """Alive again; nothing if it is."""
        self.how = ""
        if self._site is None:
            await self._listen(self._port)

    async def _listen(self, port: int) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", port)
        await self._site.start()
