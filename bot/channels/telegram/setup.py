"""Telling Telegram about ourselves: the webhook, the commands, a word about what the bot is."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.channels.platform import Says
from bot.channels.telegram.reading import COMMANDS, Me
from bot.channels.telegram.receiving import WANTED, Receiver
from bot.metrics import Metrics

_AGAIN = 2.0  # seconds before it is tried again, doubled up to
_SLOWEST = 60.0
_LANGUAGES = ("", "vi")  # both: a phone set to another language sees the first
_CALLS = 40  # of Telegram at a time

_log: Any = structlog.get_logger("telegram")


async def introduce(receiver: Receiver, hook: tuple[str, str] | None, says: Says, metrics: Metrics) -> None:
    """Set everything up, trying until it is done; `hook` is (address, secret), None where we poll."""
    pause = _AGAIN
    while True:
        try:
            me = await receiver.bot.get_me()
            receiver.me = Me(receiver.me.id, me.username or "")
            if hook:
                address, secret = hook
                await receiver.bot.set_webhook(
                    address, secret_token=secret, allowed_updates=WANTED, max_connections=_CALLS
                )
            break
        except TelegramError as error:
            if isinstance(error, InvalidToken):
                metrics.alarm("telegram_token", receiver.me.id)
            _log.warning("not set up yet", account=receiver.me.id, error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(_SLOWEST, 2 * pause)
    receiver.ready = True
    metrics.doors.labels("telegram", receiver.me.id).set(1)
    _log.info("set up", account=receiver.me.id, by="webhook" if hook else "polling")
    await _presented(receiver.bot, says)


async def _presented(bot: Bot, says: Says) -> None:
    """Commands and descriptions; read first, for setting them again is limited. Nothing depends on them."""
    commands = [BotCommand(name, says(f"command_{name}")) for name in COMMANDS]
    about, description = says("door_about"), says("door_description")
    try:
        for language in _LANGUAGES:
            if list(await bot.get_my_commands(language_code=language)) != commands:
                await bot.set_my_commands(commands, language_code=language)
        if (await bot.get_my_short_description()).short_description != about:
            await bot.set_my_short_description(about)
        if (await bot.get_my_description()).description != description:
            await bot.set_my_description(description)
    except TelegramError as error:
        _log.warning("not presented", error=type(error).__name__)
