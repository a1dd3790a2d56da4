"""How the house is, for whoever watches it: fit to serve, and with which content."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.caretaker import store_may_fail
from bot.config import Role
from bot.content import ageing
from bot.content.shelf import Kept, Replaced, Shelf
from bot.conversation.days import VIETNAM
from bot.metrics import Metrics
from bot.services.watch import AccountsWatch
from bot.store.connection import Store
from bot.store.server import Server

SKEW = 2.0  # seconds our clock may differ from the store's
_READY = 3.0  # seconds the store has to answer a watcher
_log: Any = structlog.get_logger("house")


class Vitals:
    """Looks at the parts of one process. `doors` says how each account is."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that is looked at
        self,
        store: Store,
        server: Server | None,
        shelf: Shelf,
        doors: Callable[[Role], Mapping[str, str]],
        metrics: Metrics,
        watch: AccountsWatch,
    ) -> None:
        self._store, self._server, self._shelf = store, server, shelf
        self._doors, self._metrics, self._watch = doors, metrics, watch

    async def ready(self, role: Role) -> tuple[bool, dict[str, Any]]:
        """Fit to serve: the store answers and takes writes, the content is there, the clocks agree."""
        known = self._shelf.current.known
        details: dict[str, Any] = {
            "content": known.digest,
            "content_problems": len(self._shelf.broken),
            "store": False,
            "clock_skew": None,
            "doors": {**self._doors(role), **self._shut()},
            # The page on the web is a door too: so however many others are shut, we serve.
            "degraded": bool(self._watch.shut()),
        }
        try:
            async with asyncio.timeout(_READY):
                details["clock_skew"] = round(await self._store.skew(), 3)
                await self._store.redis.set("tb:alive", datetime.now(UTC).isoformat())
                details["store"] = True
        except (RedisError, OSError):  # a full disk refuses the write
            return False, details
        if self._server:
            self._metrics.store_restarts.set(self._server.restarts)
        return abs(details["clock_skew"]) <= SKEW, details

    def _shut(self) -> dict[str, str]:
        """Why nothing is sent to an account."""
        return {
            f"{channel}:{account}": f"{found.standing}: {found.why}"
            for (channel, account), found in self._watch.shut().items()
        }

    async def follow(self, stations: Callable[[], Awaitable[object]]) -> None:
        """Hear of every edit of the content, for ever; `stations` takes up what it says of them."""
        async for outcome in self._shelf.watch():
            match outcome:
                case Replaced(edition=edition):
                    _log.info("content taken up", digest=edition.known.digest)
                    with store_may_fail("stations", _log):  # the steward does it again
                        await stations()
                case Kept(problems=problems):
                    _log.warning("content kept", problems=[str(problem) for problem in problems][:20])
            self.note_content()

    def note_content(self) -> None:
        """Show the content in use in the figures."""
        known, metrics, now = self._shelf.current.known, self._metrics, datetime.now(UTC)
        metrics.content.clear()
        metrics.content.labels(known.digest).set(1)
        metrics.content_loaded.set(now.timestamp())
        metrics.content_broken.set(len(self._shelf.broken))
        metrics.content_due.set(sum(1 for _ in ageing.ageing(known, now.astimezone(VIETNAM).date())))
