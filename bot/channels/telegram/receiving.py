"""What one bot takes in, by webhook or by polling: the same way for both."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import structlog
from redis.exceptions import RedisError
from telegram import Bot, ChatMemberUpdated, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from bot.accounts import TELEGRAM
from bot.channels.platform import Hear
from bot.channels.telegram.reading import Me, read, talk
from bot.domain.message import Incoming
from bot.errors import where
from bot.metrics import Metrics
from bot.store.contacts import Contacts

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
_AT_ONCE = 200  # answers to button presses on their way; a spinner that turns for longer is the smaller harm
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_LEFT = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)

_log: Any = structlog.get_logger("telegram")


class Receiver:
    """One bot. `me` learns its name when Telegram has told us."""

    def __init__(self, bot: Bot, me: Me, hear: Hear, contacts: Contacts, metrics: Metrics) -> None:
        self.bot, self.me = bot, me
        self.ready = False  # set up; what comes in is taken all the same
        self._hear, self._contacts, self._metrics = hear, contacts, metrics
        self._pressed: set[asyncio.Task[None]] = set()

    async def take(self, data: object) -> None:
        """Keep what an update says; when this returns it need not be sent again.

        Raises:
            RedisError, OSError: the store is away, or Telegram has not told us our name.
        """
        try:
            await self._taken(data)
        except (RedisError, OSError):
            raise
        except Exception as error:  # Telegram's own: it would only come again, and hold up all others
            _log.error("update dropped", error=type(error).__name__, where=where(error))
            self._count("broke")

    async def _taken(self, data: object) -> None:
        found = self._understood(data)
        if found is None:
            return
        update, incoming = found
        if update.my_chat_member:
            await self._member(update.my_chat_member)
            return
        if incoming is None:
            if self._may_be_for_us(update):
                raise ConnectionError("our name is not known yet")
            self._count("ignored")
        else:
            now = datetime.now(UTC)
            _, result = await asyncio.gather(
                self._contacts.wrote(incoming.address, now, now), self._hear(incoming)
            )
            self._count(result)
        if update.callback_query:
            self._stop_spinner(update.callback_query.id)

    def _understood(self, data: object) -> tuple[Update, Incoming | None] | None:
        """The update and its message; None for what is none, which would only be sent again and again."""
        try:
            update = Update.de_json(data, self.bot) if isinstance(data, dict) else None
            if update is not None and isinstance(update.update_id, int):
                return update, read(update, self.me)
        except Exception as error:  # whatever it trips over: it will trip over it next time too
            _log.warning("update dropped", error=type(error).__name__, where=where(error))
        self._count("unreadable")
        return None

    def _may_be_for_us(self, update: Update) -> bool:
        """Whether a group may have called us by a name that Telegram has not told us yet."""
        chat = update.effective_chat
        return not self.me.username and chat is not None and chat.type in _GROUPS

    async def _member(self, change: ChatMemberUpdated) -> None:
        """Blocked or unblocked. What happens to us in groups needs no answer."""
        if change.chat.type != ChatType.PRIVATE:
            self._count("ignored")
            return
        address = talk(change.chat.id, self.me)
        now = datetime.now(UTC)
        if change.new_chat_member.status in _LEFT:
            await self._contacts.gone(address, "blocked")
            self._count("blocked")
        elif change.old_chat_member.status in _LEFT:
            await self._contacts.wrote(address, now, now)  # with it comes a /start, which is answered
            self._count("unblocked")

    def _stop_spinner(self, query: str) -> None:
        """Tell the button that it was pressed; nothing waits for it, and too late is no harm."""
        if len(self._pressed) < _AT_ONCE:
            task = asyncio.create_task(self._answered(query))
            self._pressed.add(task)
            task.add_done_callback(self._pressed.discard)

    async def _answered(self, query: str) -> None:
        try:
            await self.bot.answer_callback_query(query)
        except TelegramError as error:
            _log.debug("press not answered", error=type(error).__name__)

    async def close(self) -> None:
        """Wait for what is on its way, a moment."""
        if self._pressed:
            await asyncio.wait(self._pressed, timeout=2)

    def _count(self, what: str) -> None:
        self._metrics.updates.labels(TELEGRAM, what).inc()
