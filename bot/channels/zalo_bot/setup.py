"""Learning who we are from the platform, and telling it where to call us."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.accounts import ZALO_BOT
from bot.channels.zalo_bot.api import ApiError, RefusedError
from bot.channels.zalo_bot.codes import BAD_TOKEN
from bot.channels.zalo_bot.receiving import Receiver
from bot.metrics import Metrics

_AGAIN = 2.0  # seconds before it is tried again, doubled up to
_SLOWEST = 300.0
_NAMES = ("account_name", "display_name", "name")  # only the first is documented
_log: Any = structlog.get_logger("zalo bot")


async def introduce(receiver: Receiver, hook: tuple[str, str] | None, metrics: Metrics) -> None:
    """Set everything up, trying until it is done; `hook` is (address, secret), None where we poll."""
    pause = _AGAIN
    while not await _set_up(receiver, hook, metrics):
        await asyncio.sleep(pause)
        pause = min(_SLOWEST, 2 * pause)
    _log.info("set up", account=receiver.account, by="webhook" if hook else "polling")


async def _set_up(receiver: Receiver, hook: tuple[str, str] | None, metrics: Metrics) -> bool:
    """One try; whether nothing is left to be done."""
    outcome = ""
    try:
        me = await receiver.api.call("getMe")
        receiver.names = _names(me)
        if hook:
            address, secret = hook
            outcome = _doubt(await receiver.api.call("setWebhook", url=address, secret_token=secret))
    except ApiError as error:
        code = error.code if isinstance(error, RefusedError) else 0
        if code == BAD_TOKEN:
            metrics.alarm("zalo_bot_token", receiver.account)
        _log.warning("not set up yet", account=receiver.account, error=type(error).__name__, code=code)
        return False
    receiver.ready = True  # an address that was not verified is kept all the same
    metrics.doors.labels(ZALO_BOT, receiver.account).set(1)
    if outcome:
        metrics.alarm("zalo_bot_webhook", receiver.account)
        _log.warning("webhook not verified", account=receiver.account, outcome=outcome)
    return not outcome


def _names(me: Any) -> tuple[str, ...]:
    """What we may be called in a group."""
    found = [me.get(key) for key in _NAMES] if isinstance(me, dict) else []
    return tuple(each for each in found if isinstance(each, str) and each.strip())


def _doubt(result: Any) -> str:
    """Why the platform says it could not reach the address it was given; empty when it says nothing of it."""
    verified = result.get("verification") if isinstance(result, dict) else None
    if not isinstance(verified, dict) or verified.get("ok") is not False:
        return ""
    return str(verified.get("outcome") or "unknown")[:60]
