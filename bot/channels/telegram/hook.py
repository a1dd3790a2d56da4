"""`POST /hooks/telegram`: Telegram calls us."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping

from aiohttp import web
from redis.exceptions import RedisError

from bot.channels import bodies
from bot.channels.telegram.receiving import Receiver
from bot.metrics import Metrics

HEADER = "X-Telegram-Bot-Api-Secret-Token"
_PATIENCE = 20.0  # seconds; Telegram itself hangs up after a minute
_BIGGEST = 1024 * 1024  # bytes of an update


class Hook:
    """The webhook of all bots; `secrets` are by bot."""

    def __init__(
        self, receivers: Mapping[str, Receiver], secrets: Mapping[str, str], metrics: Metrics
    ) -> None:
        self._receivers, self._secrets, self._metrics = receivers, secrets, metrics

    async def handle(self, request: web.Request) -> web.Response:
        """200 once it is kept, or of no use; 401 to strangers; 503 when it shall come again."""
        account = request.match_info.get("account") or next(iter(self._receivers), "")
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        known = self._secrets.get(account)
        if known is None or not hmac.compare_digest(given, known.encode()):
            self._metrics.alarm("telegram_secret", account if known else "")
            return web.Response(status=401)
        try:
            body = await bodies.read(request, _BIGGEST)
            async with asyncio.timeout(_PATIENCE):
                await self._receivers[account].take(bodies.document(body or b""))
        except (RedisError, OSError):  # TimeoutError too
            return web.Response(status=503)
        return web.Response()
