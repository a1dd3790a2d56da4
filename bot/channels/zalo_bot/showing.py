"""Replies as a Zalo bot's messages: plain, few (they are counted), lines instead of buttons. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.channels import markup
from bot.channels.listing import listed, packed
from bot.domain.message import Reply

TEXT = 2000  # letters of a text or of the words under a picture; emoji are taken for two
LINKS = 1  # of the sources: the text names them all
KEPT = 1_024  # answers that need not be set again; most are said to many
_ROOM = 60  # letters that codes instead of numbers may add


@dataclass(frozen=True, slots=True)
class Shown:
    """One message; with a picture the text stands under it."""

    text: str
    picture: str | None = None

    def call(self, chat: str) -> tuple[str, dict[str, Any]]:
        """The method it is sent by, and its fields. No `parse_mode`: Vietnamese with a `*` stays as it is."""
        if self.picture:
            return "sendPhoto", {"chat_id": chat, "photo": self.picture, "caption": self.text}
        return "sendMessage", {"chat_id": chat, "text": self.text}


@lru_cache(maxsize=KEPT)
def show(replies: tuple[Reply, ...], numbered: str) -> tuple[Shown, ...]:
    """The messages of one answer: replies joined as long as they fit, buttons as lines after `numbered`."""
    links = [link for reply in replies for link in reply.links]
    texts = listed(replies, markup.plain(numbered))
    texts += [f"{each.label}: {each.url.removeprefix('tel:')}" for each in links if _is_number(each.url)]
    texts += [f"{each.label}: {each.url}" for each in links if not _is_number(each.url)][:LINKS]
    made = [Shown(text) for text in packed(texts, _fits)]
    pictures = [reply.picture for reply in replies if reply.picture]
    if pictures and replies[0].picture and made:  # its words go under it: two messages would be counted
        made[0] = replace(made[0], picture=pictures.pop(0))
    return (*(Shown("", picture) for picture in pictures), *made)


def lettered(message: Shown, labels: Sequence[str], letter: str, words: tuple[str, str]) -> Shown:
    """The message with a letter before each number of its list; `words` stand above it, before and after."""
    before, after = words
    text = message.text.replace(markup.plain(before), markup.plain(after))
    for number, label in enumerate(labels, start=1):
        text = text.replace(f"\n{number}. {label}", f"\n{letter}{number}. {label}")
    return replace(message, text=text)


def _is_number(url: str) -> bool:
    return url.startswith("tel:")


def _fits(text: str) -> bool:
    return len(text.encode("utf-16-le")) // 2 <= TEXT - _ROOM
