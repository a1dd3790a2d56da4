"""A strict Zalo: its Official Account OpenAPI and OAuth v4 on one local port, and the events of its users.

What the API sheet confirms is accepted; everything else is refused and noted in `wrong`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.doubles import zalo_oauth, zalo_openapi
from tests.doubles.faults import Life
from tests.doubles.zalo_forms import CS, FORMS, TEMPLATE, misfit
from tests.doubles.zalo_oauth import Oa, Tokens
from tests.doubles.zalo_openapi import Body, Call, OpenApi
from tests.doubles.zalo_webhook import PATIENCE, Event, Webhook, citizen, signature

__all__ = [
    "CS",
    "OAUTH",
    "TEMPLATE",
    "Call",
    "Event",
    "Oa",
    "Ways",
    "ZaloDouble",
    "citizen",
    "signature",
    "zalo_double",
]

OAUTH = zalo_oauth.PATH
_FAULTS = {"code", "html", "empty", "moved", "reset", "lost", "hang", "slow"}


@dataclass(frozen=True)
class Ways:
    """How this Zalo behaves where the real one can be one way or the other."""

    now: Callable[[], float] = time.time
    strict_access: bool = False  # a refresh kills the old access token too
    package: int = 0  # messages paid for beyond the free ones
    quota: bool = True  # answers tell the quota
    recipient_id: bool = False  # and call the recipient so
    per_minute: int | None = None  # calls of an account
    echoes: bool = False  # every message sent comes back as an event
    patience: tuple[float, ...] = PATIENCE  # pauses before an event is told again


@dataclass
class _Fault:
    kind: str
    path: str
    user: str | None
    times: float
    args: Body

    def meets(self, call: Call) -> bool:
        return self.times > 0 and self.path == call.path and self.user in {None, call.user}


def _instead(fault: _Fault) -> web.Response:
    """What something before Zalo says, and Zalo hears nothing of it."""
    if fault.kind == "html":
        page = "<html><h1>502 Bad Gateway</h1></html>"
        return web.Response(status=502, text=page, content_type="text/html")
    if fault.kind == "moved":
        return web.Response(status=307, headers={"Location": fault.args["to"]})
    return web.Response()


class ZaloDouble(Webhook):
    """See the module. `url` is both ZALO_OA_API and ZALO_OAUTH_API."""

    def __init__(self, *oas: Oa, **options: Any) -> None:
        ways = Ways(**options)
        self._skipped = 0.0
        super().__init__(oas, lambda: ways.now() + self._skipped, ways.patience)
        self.url = ""
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.returned: dict[str, str] = {}  # the query an admin's browser comes back with after `consent`
        self._echoes = ways.echoes
        self.api = OpenApi(self.now, ways.package, ways.quota, ways.recipient_id, ways.per_minute)
        self._tokens = Tokens(oas, self.now, strict_access=ways.strict_access)
        self._faults: list[_Fault] = []
        self.life = Life(_locked)

    @property
    def sent(self) -> list[Call]:
        """Messages that were delivered, in that order, also those whose answer was lost."""
        return self.api.sent

    @property
    def refreshes(self) -> list[Call]:
        """Every try to refresh: with `error` 0 a new pair was made, even if a `fault` lost the answer."""
        return [call for call in self.calls if call.body.get("grant_type") == "refresh_token"]

    async def news(self, count: int, timeout: float = 10) -> list[Call]:  # noqa: ASYNC109 - tells what it saw
        """Wait until `count` messages were delivered since the beginning; all of them."""
        try:
            async with asyncio.timeout(timeout):
                while len(self.sent) < count:
                    self.api.arrived.clear()
                    await self.api.arrived.wait()
        except TimeoutError:
            seen = f"{len(self.sent)} of {count} messages; {self.calls}; {self.wrong}"
            raise AssertionError(seen) from None
        return self.sent

    def skip(self, seconds: float) -> None:
        """Move the clock forward."""
        self._skipped += seconds

    # Tokens

    def consent(self, oa: Oa, verifier_challenge: str | None = None, state: str = "") -> str:
        """The code of an admin who approved; see also `returned`."""
        code = self._tokens.code(oa, verifier_challenge)
        self.returned = {"code": code, "oa_id": oa.id, "state": state}
        return code

    def refresh_token(self, oa: Oa) -> str:
        return self._tokens.refresh_token(oa)

    def access_token(self, oa: Oa) -> str:
        return self._tokens.access_token(oa)

    def expire_access(self, oa: Oa) -> None:
        """Whatever access tokens the account has: -216 from now on."""
        self._tokens.expire_access(oa)

    # People

    def interacted(self, user: str, oa: Oa | None = None) -> None:
        """Open the window anew; `say` and the like do it by themselves, `post` does not."""
        self.api.windows[(oa or self.oas[0]).id, user].opened(self.now())

    def block(self, user: str, *, blocked: bool = True, oa: Oa | None = None) -> None:
        self.api.windows[(oa or self.oas[0]).id, user].blocked = blocked

    # Faults

    def fault(
        self, kind: str, *, path: str = CS, user: str | None = None, times: float = 1, **args: Any
    ) -> None:
        """Go wrong the next `times` calls of a path (to a user).

        Nothing is done: code (args `code`), html, empty, moved (args `to`), reset. Done at once, but the
        answer never comes, or only after `seconds`: lost, hang. Done and answered after `seconds`: slow.
        """
        assert kind in _FAULTS, kind
        self._faults.append(_Fault(kind, path, user, times, args))

    def heal(self) -> None:
        """Forget every fault that has not come yet."""
        self._faults.clear()

    # The wire

    async def open(self) -> None:
        """Begin to serve on a free port."""
        await self._open()
        self._closing = asyncio.Event()
        app = web.Application(middlewares=[self.life.guard])
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        self.url = await self.life.begin(self._runner)

    async def close(self) -> None:
        """Cut what hangs, and end."""
        self._closing.set()
        await self._runner.cleanup()
        await self._close()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        call = Call(request.method, request.path, request.headers.get("access_token", ""))
        self.calls.append(call)
        oauth, known = (call.method, call.path) == ("POST", OAUTH), (call.method, call.path) in FORMS
        wrong = "no such call"
        if oauth or known:
            wrong = await (_read_form(request, call) if oauth else _read_json(request, call))
        if wrong:
            self.wrong.append(f"{call.method} {call.path}: {wrong}")
        if not (oauth or known):
            return web.Response(status=404)
        fault = next((each for each in self._faults if each.meets(call)), None)

        def done() -> Body:
            secret = request.headers.get("secret_key", "")
            answer = self._granted(call, secret, wrong) if oauth else self._answered(call, wrong)
            call.error = answer.get("error", 0)
            return answer

        if fault is None:
            return web.json_response(done())
        fault.times -= 1
        call.fault = fault.kind
        return await self._faulty(request, call, fault, done)

    async def _faulty(
        self, request: web.Request, call: Call, fault: _Fault, done: Callable[[], Body]
    ) -> web.StreamResponse:
        match fault.kind:
            case "html" | "empty" | "moved":
                return _instead(fault)
            case "code":
                refusal = zalo_oauth.refusal if call.path == OAUTH else zalo_openapi.refusal
                call.error = fault.args["code"]
                return web.json_response(refusal(fault.args["code"], "As the test wanted"))
            case "slow":
                if await self._paused(fault.args["seconds"]):
                    return web.json_response(done())
            case "hang":
                answer = done()
                if await self._paused(fault.args["seconds"]):
                    return web.json_response(answer)
            case "lost":
                done()
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

    def _granted(self, call: Call, secret: str, wrong: str) -> Body:
        if wrong:
            return zalo_oauth.refusal(zalo_oauth.BAD_FORM, wrong)
        return self._tokens.answer(call.body, secret)

    def _answered(self, call: Call, wrong: str) -> Body:
        oa = self._tokens.owner(call.token)
        if oa is None:
            return zalo_openapi.refusal(-124 if call.path == TEMPLATE else -216, "Access token is invalid")
        if self.api.too_fast(oa):
            return zalo_openapi.refusal(-32, "Too many calls")
        if wrong:
            return zalo_openapi.refusal(-201, wrong)
        answer = self.api.answer(oa, call)
        if call.delivered and self._echoes:
            self._begin(self._echo(oa, call))
        return answer

    async def _echo(self, oa: Oa, call: Call) -> None:
        """Tell the webhook what the account itself has said; it may hear it before the answer."""
        message: Body = {"msg_id": call.message_id, "text": call.text}
        if "attachment" in call.body["message"]:
            payload = {"zinstant_id": call.message_id, "text": call.text, "link_url": "", "checksum": ""}
            message["attachments"] = [{"type": "template", "payload": payload}]
        await self.emit("oa_send_text", oa, **self._ends_back(call.user, oa), message=message)


def _locked(request: web.Request) -> web.Response:
    """Neither token is known any more."""
    if request.path == OAUTH:
        return web.json_response(zalo_oauth.refusal(zalo_oauth.BAD_REFRESH, "Invalid refresh token."))
    return web.json_response(zalo_openapi.refusal(-216, "Access token is invalid"))


async def _read_form(request: web.Request, call: Call) -> str:
    """Read the body of an OAuth request into the call; what is wrong with its form, or nothing."""
    call.body = {key: str(value) for key, value in (await request.post()).items()}
    if "secret_key" not in request.headers:
        return "no header secret_key"
    return zalo_oauth.misfit(request.content_type, call.body) or ""


async def _read_json(request: web.Request, call: Call) -> str:
    """The same for the OpenAPI."""
    try:
        raw = await request.text() if call.method == "POST" else request.query.get("data", "{}")
        body = json.loads(raw)
    except ValueError:
        return "not JSON"
    call.body = body if isinstance(body, dict) else {}
    if call.method == "POST" and request.content_type != "application/json":
        return f"content type {request.content_type}"
    if not call.token:
        return "no header access_token"
    return misfit(call.method, call.path, body) or ""


@asynccontextmanager
async def zalo_double(*oas: Oa, **options: Any) -> AsyncIterator[ZaloDouble]:
    """A double that serves; for the options see `Ways`."""
    double = ZaloDouble(*oas, **options)
    await double.open()
    try:
        yield double
    finally:
        await double.close()
