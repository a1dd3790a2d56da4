"""A Telegram update as a message of ours. Pure; nothing is downloaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import index

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType, MessageEntityType

from bot.accounts import TELEGRAM
from bot.conversation.redaction import redact
from bot.conversation.screens import BACK, HELP, MENU, START, answer_choice
from bot.conversation.text import LIMIT
from bot.domain.message import Address, Incoming, Kind
from bot.domain.place import Spot, spot

COMMANDS = {
    "start": f"{START}:",
    "danhmuc": MENU,
    "quaylai": BACK,
    "trogiup": HELP,
    "gapcanbo": answer_choice("tro_chuyen.gap_can_bo"),
    "dulieu": "d:",
}
_ALIASES = {"help": HELP, "menu": MENU}
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?\Z", re.DOTALL)
_STATION = re.compile(r"[a-z0-9_]{1,40}\Z")
_KINDS = {
    "photo": Kind.PHOTO, "video": Kind.VIDEO, "video_note": Kind.VIDEO, "animation": Kind.VIDEO,
    "voice": Kind.VOICE, "audio": Kind.VOICE, "document": Kind.FILE, "sticker": Kind.STICKER,
    "venue": Kind.LOCATION, "location": Kind.LOCATION, "contact": Kind.CONTACT, "poll": Kind.OTHER,
    "dice": Kind.OTHER, "story": Kind.OTHER, "paid_media": Kind.OTHER, "checklist": Kind.OTHER,
    "game": Kind.OTHER,
}  # fmt: skip
_CHOICE = 64  # bytes


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself; the name is empty until Telegram has told us."""

    id: str
    username: str = ""


def read(update: Update, me: Me) -> Incoming | None:
    """The message in an update, private data masked; None when there is nothing to answer.

    In a group only what is addressed to the bot is one: its name, a reply to it, a command with its name.
    """
    id_ = str(update.update_id)
    if update.callback_query:
        return _pressed(update.callback_query, id_, me)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    public = message.chat.type != ChatType.PRIVATE
    if message.chat.type == ChatType.CHANNEL or (public and not _addressed(message, me)):
        return None
    kind = _kind(message)
    # Half a character, which JSON can carry, could not be kept.
    text = (message.text or message.caption or "").encode("utf-8", "replace").decode()
    # A place that moves is an edit every few seconds; without words there is nothing new to answer.
    if kind is None or (update.edited_message and not text):
        return None
    if public:
        if _is_for_another(text, me):
            return None
        text = _without_name(text, me)
    address = talk(message.chat.id, me)
    origin, edited = str(message.message_id), update.edited_message is not None
    choice = _command(text)
    if choice is not None:
        return Incoming(id_, address, choice=choice, origin=origin, edited=edited, public=public)
    found = redact(text)
    return Incoming(
        id_, address, found.text[:LIMIT], withheld=found.withheld, kind=kind, origin=origin, edited=edited,
        public=public, spot=_spot(message), forwarded=message.forward_origin is not None,
    )  # fmt: skip


def _spot(message: Message) -> Spot | None:
    """Where a shared location lies, to about 100 m."""
    place = message.location
    return spot(place.latitude, place.longitude) if place else None


def _pressed(query: CallbackQuery, id_: str, me: Me) -> Incoming | None:
    """A button of a message that may be old, or gone; the talk knows what it means now."""
    choice = query.data
    if not choice or len(choice.encode()) > _CHOICE or query.from_user.is_bot:
        return None
    chat = query.message.chat if query.message else None
    public = chat is not None and chat.type != ChatType.PRIVATE
    address = talk(chat.id if chat else query.from_user.id, me)
    return Incoming(id_, address, choice=choice, public=public)


def talk(chat: object, me: Me) -> Address:
    """The talk of a chat.

    Raises:
        TypeError: an id that is no number, which nothing could be sent to.
    """
    return Address(TELEGRAM, me.id, str(int(index(chat))))  # type: ignore[arg-type]  # that is the question


def _command(text: str) -> str | None:
    """The choice a command stands for; `/start <station>` is how a poster's link arrives."""
    found = _COMMAND.match(text)
    if found is None:
        return None
    name, rest = found[1].lower(), (found[3] or "").strip()
    if name == "start" and _STATION.match(rest):
        return f"{START}:{rest}"
    return COMMANDS.get(name) or _ALIASES.get(name)


def _kind(message: Message) -> Kind | None:
    """What it is beside its words; None for Telegram's own notices (somebody joined, a title changed)."""
    found = next((kind for name, kind in _KINDS.items() if getattr(message, name, None)), None)
    if found is None and message.text is None:
        return None
    return found or Kind.WORDS


def _addressed(message: Message, me: Me) -> bool:
    answered = message.reply_to_message
    if answered and answered.from_user and str(answered.from_user.id) == me.id:
        return True
    if not me.username:
        return False
    name = f"@{me.username}".lower()
    named = {**message.parse_entities(), **message.parse_caption_entities()}
    return any(
        (entity.type == MessageEntityType.MENTION and words.lower() == name)
        or (entity.type == MessageEntityType.BOT_COMMAND and words.lower().endswith(name))
        or (entity.type == MessageEntityType.TEXT_MENTION and entity.user and str(entity.user.id) == me.id)
        for entity, words in named.items()
    )


def _is_for_another(text: str, me: Me) -> bool:
    """Whether it is a command that names another bot, though it may reply to us."""
    found = _COMMAND.match(text)
    return bool(found and found[2] and found[2].lower() != me.username.lower())


def _without_name(text: str, me: Me) -> str:
    """The words without the name of the bot, which is no part of the question."""
    if text.startswith("/") or not me.username:
        return text
    return re.sub(rf"@{re.escape(me.username)}\b", " ", text, flags=re.IGNORECASE).strip()
