"""An update of the Bot Platform as a message of ours. Pure; nothing is downloaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.accounts import ZALO_BOT
from bot.conversation.redaction import redact
from bot.conversation.screens import START
from bot.conversation.text import LIMIT
from bot.domain.message import Address, Incoming, Kind

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
_EVENT = re.compile(r"message\.(\w+)\.received\Z")
_START = re.compile(r"/start(?:\s+([a-z0-9_]{1,40}))?\s*\Z")
_LONGEST_ID = 120
_MILLISECONDS = 10**11  # a time above that is no number of seconds
_KINDS = {
    "text": Kind.WORDS, "image": Kind.PHOTO, "photo": Kind.PHOTO, "sticker": Kind.STICKER,
    "voice": Kind.VOICE, "video": Kind.VIDEO, "file": Kind.FILE, "location": Kind.LOCATION,
    "contact": Kind.CONTACT,
}  # fmt: skip
PREFIX = "bot"  # what the name of every bot of the platform begins with


@dataclass(frozen=True, slots=True)
class Update:
    """Something somebody sent. `chat` is where; in a group that is not the one who wrote."""

    kind: str
    chat: str
    id: str
    at: datetime | None
    group: bool
    message: dict[str, Any]

    @property
    def text(self) -> str:
        """What was written, or stands under a picture."""
        return _text(self.message.get("text")) or _text(self.message.get("caption"))


def parsed(data: object) -> Update | None:
    """The update in a document, wrapped in an envelope or bare; None when it is none, or a bot's."""
    if not isinstance(data, dict):
        return None
    if "event_name" not in data:
        data = _part(data, "result")
    event = _EVENT.match(_text(data.get("event_name")))
    message = _part(data, "message")
    chat, sender = _part(message, "chat"), _part(message, "from")
    at, where = _moment(message.get("date")), _text(chat.get("id"))
    own = _text(message.get("message_id")) or (str(at.timestamp()) if at else "")
    if event is None or not own or not _ID.match(where) or sender.get("is_bot") is True:
        return None
    # What is not known to be a talk of two may have listeners.
    kind = _text(chat.get("chat_type")).upper()
    group = kind != "PRIVATE" if kind else where != _text(sender.get("id"))
    return Update(event[1], where, quote(own, safe="")[:_LONGEST_ID], at, group, message)


def talk(update: Update, account: str) -> Address:
    """The talk of a chat."""
    return Address(ZALO_BOT, account, update.chat)


def read(update: Update, account: str, names: Sequence[str]) -> Incoming | None:
    """The message in an update, private data masked; None when it is not for us.

    In a group only what calls a bot (`names`, as far as they are known) or answers one is.
    """
    text = update.text
    if update.group:
        if not (_called(text, names) or _answers(update.message)):
            return None
        text = _without(text, names)
    address = talk(update, account)
    start = _START.match(text)
    if start:
        return Incoming(
            update.id, address, choice=f"{START}:{start[1] or ''}", origin=update.id, public=update.group
        )
    kind = _KINDS.get(update.kind, Kind.OTHER)
    if kind is Kind.WORDS and not text.strip():
        kind = Kind.OTHER
    found = redact(text)
    return Incoming(
        update.id, address, found.text[:LIMIT], withheld=found.withheld, kind=kind, origin=update.id,
        public=update.group,
    )  # fmt: skip


def _called(text: str, names: Sequence[str]) -> bool:
    """Whether somebody calls a bot; of several the platform tells only the one that is meant."""
    words = text.casefold()
    return any(f"@{name.casefold()}" in words for name in (PREFIX, *names))


def _answers(message: dict[str, Any]) -> bool:
    """Whether it answers a message of a bot; under which name the platform says so is not known."""
    answered = _part(message, "reply_to_message") or _part(message, "quote")
    return _part(answered, "from").get("is_bot") is True


def _without(text: str, names: Sequence[str]) -> str:
    """The words without the bot's name, which is no part of the question; of an unknown one its beginning."""
    for name in (*sorted(names, key=len, reverse=True), PREFIX):
        text = re.sub(rf"@{re.escape(name)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text.strip()


def _moment(value: object) -> datetime | None:
    """A time in milliseconds; a number too small for that is taken for seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _part(data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    """A text, or the digits of a number: ids may be either. Half a letter cannot be kept."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**64 else ""
