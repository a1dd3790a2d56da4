"""What is done every night: the append-only file rewritten, so that "deleted" is deleted; a backup."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from redis.exceptions import RedisError, ResponseError

from bot.errors import StoreError
from bot.store import archive
from bot.store.connection import Store

HOUR = 2  # at night in Vietnam
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_LAST = "tb:upkeep"  # the night that was done last, so that one of several processes does it
_LOOK = 300.0
_log: Any = structlog.get_logger("upkeep")


class Upkeep:
    """Nightly work of one store; `folder` takes the backups, `keep` says how many."""

    def __init__(self, store: Store, folder: Path, keep: int) -> None:
        self._store, self._folder, self._keep = store, folder, keep

    async def work(self) -> None:
        """Look every few minutes whether a night's work is due; for ever."""
        while True:
            try:
                await self.night(datetime.now(UTC))
            except (RedisError, OSError, StoreError) as error:
                _log.error("upkeep failed", error=str(error))
            await asyncio.sleep(_LOOK)

    async def night(self, now: datetime) -> bool:
        """Do this night's work, unless somebody has; the first start of a store counts as a night."""
        night = f"{now.astimezone(_ZONE) - timedelta(hours=HOUR):%Y-%m-%d}"
        redis: Any = self._store.redis
        before = await redis.set(_LAST, night, get=True)
        if before is not None and before.decode() >= night:
            return False
        try:
            with suppress(ResponseError):  # one is running already
                await redis.bgrewriteaof()
            await archive.backup(self._store, self._folder / f"trucban-{night}.backup", now)
        except BaseException:
            await redis.set(_LAST, before or "")  # not done, so it is due again
            raise
        for old in sorted(self._folder.glob("trucban-*.backup"))[: -self._keep]:
            old.unlink(missing_ok=True)
        return True
