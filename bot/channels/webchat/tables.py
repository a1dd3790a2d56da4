"""A table an officer asked for: `/bang/<token>`, seen by a GET, given out once by a POST.

Chats fetch addresses to show what is behind them: only a press may use one up. Over a line that others can
read nothing is given out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Protocol

from aiohttp import web
from redis.exceptions import RedisError

from bot.channels.webchat.pages import Pages

_ALONE = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


class Given(Protocol):
    """Gives tables out."""

    root: str | None

    async def look(self, token: str, now: datetime) -> object | None:
        """What an address is good for; None for nothing."""

    async def fetch(self, token: str, now: datetime) -> bytes | None:
        """The table, once."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Serves them."""

    pages: Pages
    given: Given
    clock: Callable[[], datetime]

    async def page(self, request: web.Request) -> web.Response:
        """`GET /bang/<token>`."""
        if not self._safe(request):
            return self._alone("unsafe", 403)
        found = await self._asked(self.given.look, request)
        return self._alone("ready" if found else "nothing", 200 if found else 404)

    async def file(self, request: web.Request) -> web.Response:
        """`POST /bang/<token>`."""
        data = await self._asked(self.given.fetch, request) if self._safe(request) else None
        if not isinstance(data, bytes):
            return self._alone("nothing", 404)
        headers = {**_ALONE, "Content-Disposition": 'attachment; filename="lich-hen.csv"'}
        return web.Response(body=data, content_type="text/csv", charset="utf-8", headers=headers)

    async def _asked(self, ask: Callable[[str, datetime], object], request: web.Request) -> object | None:
        token = request.match_info["token"]
        try:
            found = ask(token, self.clock()) if token.isascii() else None
            return await found if found else None  # type: ignore[misc]
        except (RedisError, OSError):
            raise web.HTTPServiceUnavailable(text=self.pages.words["hen_busy"]) from None

    def _safe(self, request: web.Request) -> bool:
        """Whether only the two ends can read: TLS in front of us, or the same machine."""
        if self.given.root:
            return True
        try:
            return ip_address(request.remote or "").is_loopback and "X-Forwarded-For" not in request.headers
        except ValueError:
            return False

    def _alone(self, state: str, status: int) -> web.Response:
        response = self.pages.rendered("bang.html", status=status, state=state)
        response.headers.update(_ALONE)
        return response
