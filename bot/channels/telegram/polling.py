"""Asking Telegram for updates, where it cannot call us: one process of all, under a turn."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import structlog
from redis.exceptions import RedisError
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.channels.telegram.receiving import WANTED, Receiver
from bot.store.turns import Turns

LONG = 25  # seconds an empty poll is held open
_MOST = 100  # updates at once
_PAUSE = 1.0  # seconds before a failed poll is repeated, doubled up to
_SLOWEST = 30.0
_NOT_OURS = 2.0  # seconds between looks whether it is our turn
_log: Any = structlog.get_logger("telegram")


async def poll(receiver: Receiver, turns: Turns) -> None:
    """Take in updates for ever; one counts as seen by Telegram only when it was kept."""
    # As it is, and not as objects: an update that cannot be read must not hide the others.
    warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")
    while True:
        try:
            async with turns.taken(f"telegram:{receiver.me.id}") as ours:
                if ours:
                    await _polling(receiver, ours)
        except (RedisError, OSError):
            _log.warning("store away", doing="poll")
        await asyncio.sleep(_NOT_OURS)


async def _polling(receiver: Receiver, ours: asyncio.Event) -> None:
    offset: int | None = None
    pause = _PAUSE
    while ours.is_set():
        try:
            updates = await _asked(receiver, offset)
            if not updates:
                offset = None  # all are confirmed, and after a quiet week Telegram counts from anywhere
            for update in updates:
                await receiver.take(update)
                offset = int(update["update_id"]) + 1
            pause = _PAUSE
        except Conflict:
            # A webhook of before us, or another who polls; the first is ours to take away.
            await _without_webhook(receiver)
            await asyncio.sleep(_NOT_OURS)
        except Exception as error:  # whatever it is, polling goes on, and the house stays open
            _log.warning("poll failed", error=type(error).__name__)
            await asyncio.sleep(_wait(error, pause))
            pause = min(_SLOWEST, 2 * pause)


async def _asked(receiver: Receiver, offset: int | None) -> list[dict[str, Any]]:
    """The next updates, as they are."""
    asked: dict[str, Any] = {"timeout": LONG, "limit": _MOST, "allowed_updates": list(WANTED)}
    if offset is not None:
        asked["offset"] = offset
    found: Any = await receiver.bot.do_api_request("getUpdates", api_kwargs=asked)
    return found if isinstance(found, list) else []


async def _without_webhook(receiver: Receiver) -> None:
    try:
        await receiver.bot.delete_webhook()
    except TelegramError as error:
        _log.warning("webhook not taken away", error=type(error).__name__)


def _wait(error: Exception, pause: float) -> float:
    after: Any = error.retry_after if isinstance(error, RetryAfter) else pause
    return float(after.total_seconds() if hasattr(after, "total_seconds") else after)
