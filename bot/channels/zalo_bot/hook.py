"""`POST /hooks/zalo-bot`: the platform calls us; a secret of ours in a header shows that it is it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping

from aiohttp import web
from redis.exceptions import RedisError

from bot.accounts import ZALO_BOT
from bot.channels import bodies
from bot.channels.zalo_bot.receiving import Receiver
from bot.metrics import Metrics

HEADER = "X-Bot-Api-Secret-Token"
_PATIENCE = 4.0  # seconds; how long the platform waits is not known
_BIGGEST = 512 * 1024  # bytes of an update


class Hook:
    """The webhook of all bots; `secrets` are by bot."""

    def __init__(
        self, receivers: Mapping[str, Receiver], secrets: Mapping[str, str], metrics: Metrics
    ) -> None:
        self._receivers, self._secrets, self._metrics = receivers, secrets, metrics

    async def handle(self, request: web.Request) -> web.Response:
        """200 once it is kept, or of no use; 401 to strangers; 503 when it may come again."""
        account = request.match_info.get("account") or next(iter(self._receivers), "")
        known = self._secrets.get(account)
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if known is None or not hmac.compare_digest(given, known.encode()):
            return await self._stranger(request, account if known else "")
        try:
            body = await bodies.read(request, _BIGGEST)
        except TimeoutError:
            return web.Response(status=503)
        if not body:  # the platform's trial of a new address has none
            self._metrics.updates.labels(ZALO_BOT, "empty").inc()
            return web.Response()
        update = bodies.document(body)
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._receivers[account].take(update)
        except (
            RedisError,
            OSError,
        ):  # TimeoutError too: whether it was kept is not known, and once is enough
            self._metrics.updates.labels(ZALO_BOT, "away").inc()
            self._receivers[account].keep_later(update)
            return web.Response(status=503)
        return web.Response()

    async def _stranger(self, request: web.Request, account: str) -> web.Response:
        """The trial of a new address may bring no secret; without a body there is nothing to believe."""
        if account and HEADER not in request.headers and request.content_length == 0:
            self._metrics.updates.labels(ZALO_BOT, "empty").inc()
            return web.Response()
        self._metrics.alarm("zalo_bot_secret", account)
        return web.Response(status=401)
