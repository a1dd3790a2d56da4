"""`POST /hooks/zalo-oa`: Zalo tells us what happened; the signature covers the raw bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from bot.accounts import ZALO_OA, ZaloAccount
from bot.channels import bodies
from bot.channels.platform import Hear
from bot.channels.zalo_oa import reading, signature
from bot.channels.zalo_oa.reading import Event
from bot.domain.message import Address
from bot.errors import where
from bot.metrics import Metrics
from bot.store.contacts import Contacts

PATIENCE = 1.7  # seconds; Zalo waits for two, and gives the webhook up after a few that took longer
OLDEST = timedelta(hours=24)
STILL_THERE = timedelta(minutes=30)  # after an officer wrote; of what was written before we hear too late
_BIGGEST = 512 * 1024  # bytes of an event
_TEMPLATES = "ZNS"  # stands in place of a signature on events of the template product: hints, never acted on

Forget = Callable[[Address], Awaitable[None]]
_log: Any = structlog.get_logger("zalo")


class Hook:
    """The webhook of all accounts; an app of Zalo's has one for all its accounts."""

    def __init__(
        self,
        accounts: Mapping[str, ZaloAccount],
        hear: Hear,
        forget: Forget,
        contacts: Contacts,
        metrics: Metrics,
    ) -> None:
        self._accounts, self._hear, self._forget = accounts, hear, forget
        self._contacts, self._metrics = contacts, metrics

    async def handle(self, request: web.Request) -> web.Response:
        """200 once it is kept, or of no use; 401 to strangers; 503 when it shall come again."""
        named = request.match_info.get("account")
        if named is not None and named not in self._accounts:
            return web.Response(status=404)
        body = None
        with suppress(TimeoutError):
            body = await bodies.read(request, _BIGGEST)
        if body is None:  # what came too slowly comes again, for it was not taken
            return web.Response(status=413)
        header = request.headers.get(signature.HEADER, "")
        event = reading.parsed(body)
        if event is None or header.strip() == _TEMPLATES:
            return self._dropped("unsigned")  # a hint, or the console's trial call: nothing is done about it
        if not header:  # the trial call too; or something before us takes headers away
            self._metrics.alarm("zalo_unsigned", named or "")
            return self._dropped("unsigned")
        accounts = [self._accounts[named]] if named else self._accounts.values()
        apps = {each.app_id for each in accounts}
        found = self._signers(event, header, body, apps)
        if not found:
            self._metrics.alarm("zalo_signature", named or "")
            self._count("forged")
            return web.Response(status=401)
        events = reading.between(event, found)
        if not events:
            return self._dropped("foreign")
        if datetime.now(UTC) - event.at > OLDEST:
            return self._dropped("old")
        return await self._kept(events)

    def _signers(self, event: Event, header: str, body: bytes, apps: set[str]) -> Sequence[str]:
        """The accounts whose key signed this; an app id that is not ours is a stranger's."""
        if event.app and event.app not in apps:
            return []
        return [
            account.id
            for account in self._accounts.values()
            if account.app_id in apps
            and (not event.app or account.app_id == event.app)
            and signature.holds(header, account.app_id, body, event.timestamp, account.secret_key)
        ]

    async def _kept(self, events: Sequence[Event]) -> web.Response:
        try:
            async with asyncio.timeout(PATIENCE):
                for event in events:
                    self._count(await self._taken(event))
        except (
            RedisError,
            OSError,
        ):  # TimeoutError too: whether it was kept is not known, and once is enough
            self._count("away")
            return web.Response(status=503)
        except Exception as error:  # signed, so Zalo's own: it would only come again
            _log.error(
                "event dropped", event=events[0].name[:60], error=type(error).__name__, where=where(error)
            )
            self._count("broke")
        return web.Response()

    async def _taken(self, event: Event) -> str:
        """Do what an event asks for; what it was counted as."""
        now, address = datetime.now(UTC), Address(ZALO_OA, event.oa, event.user)
        if not event.named:
            return "ignored"
        incoming = reading.read(event)
        if incoming:
            if not event.opens_window:
                await self._contacts.back(incoming.address)
                return await self._hear(incoming)
            _, result = await asyncio.gather(
                self._contacts.wrote(incoming.address, min(event.at, now), now), self._hear(incoming)
            )
            return result
        match event.name:
            case "unfollow":
                await self._contacts.gone(address, "left", event.at)
            case reading.WITHDRAWN:
                await self._forget(address)
            case name if name in reading.BY_ACCOUNT:
                if now - event.at > STILL_THERE or not await self._by_officer(event, address, now):
                    return "echo"
                return await self._hear(reading.officer_wrote(event))
            case "user_seen_message" | "user_received_message":
                pass
            case _:
                return "ignored"
        return event.name

    async def _by_officer(self, event: Event, address: Address, now: datetime) -> bool:
        """Whether somebody wrote by hand: the event says so, or it tells of a message that is not ours."""
        if event.by_hand:
            return True
        message = event.message.get("msg_id")
        if event.name != "oa_send_text" or not isinstance(message, str):
            return False
        return not await self._contacts.is_ours(address, message, now)

    def _dropped(self, why: str) -> web.Response:
        self._count(why)
        return web.Response()

    def _count(self, what: str) -> None:
        self._metrics.updates.labels(ZALO_OA, what).inc()
