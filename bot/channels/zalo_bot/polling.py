"""Asking the platform for updates, where it cannot call us: one process of all, under a turn.

`getUpdates` gives one update at a time and knows no acknowledgement: what it gave is ours alone, so it is
held here until it is kept. The answer to an empty poll is an error (408).
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.accounts import ZALO_BOT
from bot.channels.zalo_bot.api import PATIENCE, ApiError, RefusedError
from bot.channels.zalo_bot.codes import BAD_TOKEN, NOTHING, QUOTA
from bot.channels.zalo_bot.receiving import Receiver
from bot.metrics import Metrics
from bot.store.inbox import Hearing
from bot.store.turns import Turns

LONG = 25  # seconds an empty poll is held open
_LEAST = 1.0  # seconds between two polls that brought nothing new, however soon they end
_PAUSE, _SLOWEST = 1.0, 60.0  # seconds before a failed poll is repeated, doubled each time
_NOT_OURS = 2.0  # seconds between looks whether it is our turn
_NEW = {Hearing.HEARD, Hearing.FULL}
_log: Any = structlog.get_logger("zalo bot")


async def poll(receiver: Receiver, turns: Turns, metrics: Metrics) -> None:
    """Take in updates for ever."""
    while True:
        try:
            async with turns.taken(f"{ZALO_BOT}:{receiver.account}") as ours:
                if ours:
                    await _without_webhook(receiver)
                    await _polling(receiver, ours, metrics)
        except (RedisError, OSError):
            _log.warning("store away", doing="poll")
        await asyncio.sleep(_NOT_OURS)


async def _polling(receiver: Receiver, ours: asyncio.Event, metrics: Metrics) -> None:
    pause = _PAUSE
    while ours.is_set():
        begun = asyncio.get_running_loop().time()
        try:
            news = await _taken(receiver)
            pause = _PAUSE
        except ApiError as error:
            code = error.code if isinstance(error, RefusedError) else 0
            _log.warning("poll failed", account=receiver.account, error=type(error).__name__, code=code)
            if code == BAD_TOKEN:
                metrics.alarm("zalo_bot_token", receiver.account)
            elif code and code != QUOTA:  # a webhook of before us may stand in the way
                await _without_webhook(receiver)
            await asyncio.sleep(pause)
            pause = min(_SLOWEST, 2 * pause)
            continue
        if not news:
            passed = asyncio.get_running_loop().time() - begun
            await asyncio.sleep(max(0.0, _LEAST - passed))


async def _taken(receiver: Receiver) -> bool:
    """Ask once and keep what comes; whether there was anything new.

    Raises:
        ApiError: the poll failed.
    """
    try:
        found = await receiver.api.call("getUpdates", LONG + PATIENCE, timeout=LONG)
    except RefusedError as error:
        if error.code == NOTHING:
            return False
        raise
    updates = found if isinstance(found, list) else [found]
    return any([await receiver.keep(each) in _NEW for each in updates if each])


async def _without_webhook(receiver: Receiver) -> None:
    """A webhook and polling exclude each other."""
    try:
        await receiver.api.call("deleteWebhook")
    except ApiError as error:
        _log.warning("webhook not taken away", account=receiver.account, error=type(error).__name__)
