"""Replies as Telegram messages: its HTML, long ones split, buttons that carry our choices. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.channels import markup
from bot.channels.pieces import pieces
from bot.conversation.screens import CHOICE_LIMIT
from bot.domain.message import Button, Link, Reply

TEXT = 4096  # UTF-16 units after parsing; the HTML is never shorter, so measuring it is on the safe side
CAPTION = 1024
_SHORT = 12  # letters of a label that leave room for a second button in its row
_MOST = 100  # buttons of a message
_ADDRESS = re.compile(r"[a-z0-9]\.[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """A button: `data` comes back when it is pressed, or `url` is opened."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One Telegram message. `plain` is sent instead when Telegram does not take the HTML."""

    html: str
    plain: str
    rows: tuple[tuple[Key, ...], ...] = ()
    picture: str | None = None

    @property
    def has_address(self) -> bool:
        """Whether Telegram would show a preview of something."""
        return bool(_ADDRESS.search(self.plain))


def show(replies: tuple[Reply, ...]) -> tuple[Shown, ...]:
    """The messages of one answer, in order; buttons stand under the last part of their reply."""
    return tuple(shown for reply in replies for shown in _shown(reply))


def _shown(reply: Reply) -> list[Shown]:
    text = "\n\n".join(
        [reply.text, *(f"{link.label}: {_number(link)}" for link in reply.links if _number(link))]
    )
    parts = pieces(text, _fits)
    made = [Shown(markup.telegram(part), markup.spaced(part)) for part in parts]
    if reply.picture:
        if made and _units(made[0].html) <= CAPTION:
            made[0] = Shown(made[0].html, made[0].plain, picture=reply.picture)
        else:
            made.insert(0, Shown("", "", picture=reply.picture))
    if not made:
        return []
    last = made[-1]
    return [*made[:-1], Shown(last.html, last.plain, _rows(reply), last.picture)]


def _rows(reply: Reply) -> tuple[tuple[Key, ...], ...]:
    """One button to a row, two where both are short: thumbs are thick and eyes are old."""
    keys = [Key(link.label, url=link.url) for link in reply.links if link.url.startswith("https://")]
    keys += [Key(button.label, data=button.choice) for button in reply.buttons if _carried(button)]
    rows: list[tuple[Key, ...]] = []
    for key in keys[:_MOST]:
        if rows and len(rows[-1]) == 1 and max(len(rows[-1][0].label), len(key.label)) <= _SHORT:
            rows[-1] = (*rows[-1], key)
        else:
            rows.append((key,))
    return tuple(rows)


def _carried(button: Button) -> bool:
    return 0 < len(button.choice.encode()) <= CHOICE_LIMIT


def _number(link: Link) -> str:
    """A telephone number, which no button of Telegram can call."""
    return link.url.removeprefix("tel:") if link.url.startswith("tel:") else ""


def _fits(text: str) -> bool:
    return _units(markup.telegram(text)) <= TEXT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
