"""The web server all doors share: routes, safe headers, and what a watcher may ask."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger
from aiohttp.typedefs import Middleware

from bot.channels.platform import Handler
from bot.channels.webchat.pages import Assets, Pages
from bot.channels.webchat.slips import SlipPages
from bot.channels.webchat.socket import Sockets
from bot.channels.webchat.tables import Tables
from bot.errors import where
from bot.metrics import FORMAT, Metrics

BODY_LIMIT = 64 * 1024  # bytes of a request
_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Watch:
    """What a watcher may ask: `ready` gives (fit, details) for /readyz."""

    ready: Callable[[], Awaitable[tuple[bool, dict[str, Any]]]]
    metrics: Metrics
    token: str | None


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where platforms call us, by path; and pages, by path, that show them that this address is ours."""

    calls: Mapping[str, Handler]
    proofs: Mapping[str, str]


def build(  # noqa: PLR0913, PLR0917 - all there is to serve
    pages: Pages,
    assets: Assets,
    sockets: Sockets | None,
    hooks: Hooks,
    watch: Watch,
    public_url: str | None,
    slips: SlipPages | None = None,
    tables: Tables | None = None,
) -> web.Application:
    """The application: pages, socket, hooks, probes."""
    server_logger.addFilter(_WORDLESS)
    site = web.Application(client_max_size=BODY_LIMIT, middlewares=[_guarded(public_url)])
    site.router.add_get("/", pages.chat)
    site.router.add_get("/hoi", pages.asked)
    site.router.add_get("/hoi/{intent}", pages.answer)
    site.router.add_get("/static/{name}", assets.handle)
    if slips:
        site.router.add_get("/hen/{token}.ics", slips.calendar)
        site.router.add_get("/hen/{token}", slips.page)
    if tables:
        site.router.add_get("/bang/{token}", tables.page)
        site.router.add_post("/bang/{token}", tables.file)
    if sockets:
        site.router.add_get("/chat", sockets.handle)
    for path, call in hooks.calls.items():
        site.router.add_post(path, call)
    for path, proof in hooks.proofs.items():
        site.router.add_get(path, _proof(proof))
    site.router.add_get("/healthz", _alive(pages))
    site.router.add_get("/readyz", _ready(watch))
    site.router.add_get("/metrics", _metrics(watch))
    return site


class _Wordless(logging.Filter):
    """What the web server complains of, in one line: its own words quote the request, so a question too."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return True
        if isinstance(error, HttpProcessingError):  # no fault of ours; anybody can cause them
            record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = "request failed: %s at %s", (type(error).__name__, where(error))
        record.exc_info = record.exc_text = None
        return server_logger.isEnabledFor(record.levelno)


_WORDLESS = _Wordless()


def _guarded(public_url: str | None) -> Middleware:
    """Safe headers on everything; a plain sentence instead of a traceback."""
    headers = {**_HEADERS, "Content-Security-Policy": policy(public_url)}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update(headers)
            raise
        if not response.prepared:
            response.headers.update(headers)
        return response

    return guard


def policy(public_url: str | None) -> str:
    """What the page may load: only ours. Safari before 15.4 takes no socket for "self"; ours is named."""
    if public_url is None:
        return _POLICY
    address = urlsplit(public_url)
    scheme = "wss" if address.scheme == "https" else "ws"
    return f"{_POLICY}; connect-src 'self' {scheme}://{address.netloc}"


def _alive(pages: Pages) -> Handler:
    """Alive; with `?client` also whether a proxy's word for where it comes from is believed."""

    async def handle(request: web.Request) -> web.Response:
        seen = {"client": pages.visitors.sees(request)} if "client" in request.query else {}
        return web.json_response({"alive": True, **seen})

    return handle


def _ready(watch: Watch) -> Handler:
    async def handle(_: web.Request) -> web.Response:
        fit, details = await watch.ready()
        return web.json_response({"ready": fit, **details}, status=200 if fit else 503)

    return handle


def _metrics(watch: Watch) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if watch.token and not hmac.compare_digest(_bytes(given), _bytes(watch.token)):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=watch.metrics.page(), headers={"Content-Type": FORMAT})

    return handle


def _proof(content: str) -> Handler:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(text=content, content_type="text/html")

    return handle


def _bytes(header: str) -> bytes:
    """A header as it was sent, which may be no UTF-8."""
    return header.encode("utf-8", "surrogateescape")
