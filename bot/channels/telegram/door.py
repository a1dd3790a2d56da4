"""Sending to Telegram, and what its refusals mean."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.accounts import TELEGRAM
from bot.channels.pace import Pace
from bot.channels.telegram.showing import Key, Shown, show
from bot.channels.telegram.transport import called
from bot.domain.delivery import Delivery, Held, Lane, Later, Outcome
from bot.domain.message import Address, Reply
from bot.metrics import Metrics
from bot.store.contacts import Contacts
from bot.store.pace import SharedPace

_FLOOD = 3  # chats refused one after the other for being too fast mean that all of the bot must wait
_FLOOD_IN = 5.0  # seconds within which they are
_LOCKED_OUT = timedelta(seconds=30)  # before a refused token is tried again; by then the watch knows
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "peer_id_invalid", "user not found")
_log: Any = structlog.get_logger("telegram")


class TelegramDoor:
    """All bots of this process. `rate`: messages a second to people who did not just write."""

    def __init__(
        self, bots: Mapping[str, Bot], contacts: Contacts, shared: SharedPace, rate: int, metrics: Metrics
    ) -> None:
        self._bots, self._contacts, self._metrics = bots, contacts, metrics
        self.rate, self._shared = float(rate), shared
        self._pace = {account: _Pace() for account in bots}

    def show(self, replies: tuple[Reply, ...]) -> tuple[Shown, ...]:
        """The messages of one answer."""
        return show(replies)

    async def send(self, delivery: Delivery, message: Shown) -> Outcome | Later | Held:
        """Send one message; retried by the outbox only when it certainly did not arrive."""
        address = delivery.address
        bot = self._bots.get(address.account)
        if bot is None:
            self._metrics.alarm("telegram_account", address.account)
            return Held("account")
        pace = self._pace[address.account]
        if wait := pace.blocked():
            return Later(wait)
        if delivery.lane is not Lane.ANSWER:
            if await self._contacts.why_gone(address):
                return Outcome.REFUSED
            if delivery.lane is not Lane.WARNING:  # whoever sends those has a place already
                await self._place(address.account)
        try:
            await _send(bot, int(address.user), message)
        except TelegramError as error:
            return await self._refused(delivery, message, error)
        pace.went()
        return Outcome.SENT

    async def reach(self, address: Address, now: datetime) -> str | None:
        """Why somebody cannot be written to, as far as is known; the time is no matter here."""
        del now
        return await self._contacts.why_gone(address) if address.account in self._bots else "account"

    async def _place(self, account: str) -> None:
        now = datetime.now(UTC)
        wait = await self._shared.take(TELEGRAM, account, self.rate, now)
        await asyncio.sleep(wait.total_seconds())

    async def _too_fast(self, address: Address, after: timedelta) -> Later:
        """One chat waits; with several at once it is the account, and every worker hears of it."""
        wait, all_of_it = self._pace[address.account].refused(address.user, after)
        if all_of_it:
            await self._shared.flood(TELEGRAM, address.account, wait, datetime.now(UTC))
        return Later(wait, took=True)

    async def _refused(self, delivery: Delivery, message: Shown, error: TelegramError) -> Outcome | Later:
        address = delivery.address
        match error:
            case RetryAfter():
                return await self._too_fast(address, _span(error))
            case Forbidden():
                await self._contacts.gone(address, "blocked")
                return Outcome.REFUSED
            case InvalidToken():
                self._metrics.alarm("telegram_token", address.account)
                return Later(_LOCKED_OUT, took=False)
            case BadRequest() if any(words in error.message.lower() for words in _GONE):
                await self._contacts.gone(address, "unknown")
                return Outcome.REFUSED
            case BadRequest() | ChatMigrated():
                _log.error("refused", why=error.message[:80])
                self._metrics.alarm("telegram_refused", address.account)
                # Of a picture that cannot be had, the words that follow can still be sent.
                return Outcome.REFUSED if message.plain else Outcome.UNSURE
            case TimedOut():
                return Outcome.UNSURE  # it may have arrived; a second copy would do more harm than none
            case NetworkError():
                return Later(took=False)
            case _:
                _log.error("refused", why=type(error).__name__)
                return Later(took=True)


async def _send(bot: Bot, chat: int, message: Shown) -> None:
    """Send; plainer when Telegram does not take it so, or to where a group has moved."""
    plainer = _plainer(message)
    for number, (shown, preview) in enumerate(plainer, start=1):
        try:
            await _sent(bot, chat, shown, preview=preview)
        except ChatMigrated as moved:
            await _sent(bot, moved.new_chat_id, shown, preview=preview)
            return
        except BadRequest as error:
            if number == len(plainer) or any(words in error.message.lower() for words in _GONE):
                raise
        else:
            return


def _plainer(message: Shown) -> list[tuple[Shown, bool]]:
    """The message, whether links may be previewed; then what is sent instead, plainer each time."""
    bare = replace(message, picture=None)
    forms = [bare, replace(bare, html="")] if bare.plain else []
    previews = [False, True] if message.has_address else [True]
    pictured = [(message, True)] if message.picture else []
    return pictured + [(form, preview) for form in forms for preview in previews]


async def _sent(bot: Bot, chat: int, message: Shown, *, preview: bool) -> None:
    text, formed = (message.html, True) if message.html else (message.plain, False)
    fields: dict[str, Any] = {"chat_id": chat}
    if formed:
        fields["parse_mode"] = ParseMode.HTML
    if message.rows:
        fields["reply_markup"] = {"inline_keyboard": [[_key(key) for key in row] for row in message.rows]}
    if message.picture:
        fields |= {"photo": message.picture} | ({"caption": text} if text else {})
    else:
        fields["text"] = text
        if not preview:
            fields["link_preview_options"] = {"is_disabled": True}
    await called(bot, "sendPhoto" if message.picture else "sendMessage", fields)


def _key(key: Key) -> dict[str, str]:
    return {"text": key.label} | ({"url": key.url} if key.url else {"callback_data": key.data or ""})


def _span(error: RetryAfter) -> timedelta:
    """Seconds, or a time span where python-telegram-bot is set to give one."""
    after: Any = error.retry_after
    return after if isinstance(after, timedelta) else timedelta(seconds=float(after))


class _Pace(Pace):
    """How fast one bot may go."""

    def __init__(self) -> None:
        super().__init__()
        self._floods: deque[tuple[float, str]] = deque(maxlen=50)

    def went(self) -> None:
        """Something got through: it was not all of the account."""
        self._floods.clear()

    def refused(self, chat: str, after: timedelta) -> tuple[timedelta, bool]:
        """How long to wait, a little more than asked; whether all of the account was too fast."""
        now = asyncio.get_running_loop().time()
        self._floods.append((now, chat))
        chats = {chat for at, chat in self._floods if now - at < _FLOOD_IN}
        all_of_it = len(chats) >= _FLOOD
        if all_of_it:
            self._until = max(self._until, now + after.total_seconds())
        return after + timedelta(seconds=random.uniform(0.1, 0.5)), all_of_it
