"""Replies as Telegram messages: its HTML, long ones split, buttons that carry our choices. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from bot.channels import markup
from bot.channels.pieces import pieces
from bot.conversation.screens import CHOICE_LIMIT
from bot.domain.message import Button, Link, Reply

TEXT = 4096  # UTF-16 units after parsing; the HTML is never shorter, so measuring it is on the safe side
CAPTION = 1024
KEPT = 1_024  # replies that need not be set again; most are said to many
_SHORT = 12  # letters of a label that leave room for a second button in its row
_MOST = 100  # buttons of a message
_NO_TEXT = r"<a .*?</a>|<[^>]*>|&\w+;"  # where no link can begin
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
        return bool(_ADDRESS.search(self.html))


def show(replies: tuple[Reply, ...]) -> tuple[Shown, ...]:
    """The messages of one answer, in order; buttons stand under the last part of their reply."""
    return tuple(shown for reply in replies for shown in _shown(reply))


@lru_cache(maxsize=KEPT)
def _shown(reply: Reply) -> tuple[Shown, ...]:
    numbers = [f"{link.label}: {link.url.removeprefix('tel:')}" for link in reply.links if _is_number(link)]
    parts = pieces("\n\n".join([reply.text, *numbers]), _fits)
    links = [link for link in reply.links if link.url.startswith("https://")]
    made = [Shown(_linked(markup.telegram(part), links), markup.spaced(part)) for part in parts]
    if reply.picture:
        if made and _units(made[0].html) <= CAPTION:
            made[0] = replace(made[0], picture=reply.picture)
        else:
            made.insert(0, Shown("", "", picture=reply.picture))
    if made:
        named = any(escape(link.url) in each.html for each in made for link in links)
        made[-1] = replace(made[-1], rows=_rows(reply.buttons, [] if named else links))
    return tuple(made)


def _linked(html: str, links: list[Link]) -> str:
    """The text with the names of its sources as links; as buttons they would stand in everybody's way."""
    wanted = {escape(link.label, quote=False): escape(link.url) for link in links}
    if not wanted:
        return html
    names = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))

    def link(found: re.Match[str]) -> str:
        address = wanted.pop(found[0], None)  # once each
        return f'<a href="{address}">{found[0]}</a>' if address else found[0]

    return re.sub(rf"{_NO_TEXT}|(?<!\w)(?:{names})(?!\w)", link, html)


def _rows(buttons: tuple[Button, ...], links: list[Link]) -> tuple[tuple[Key, ...], ...]:
    """One button to a row, two where both are short: thumbs are thick and eyes are old."""
    keys = [Key(button.label, data=button.choice) for button in buttons if _carried(button)]
    keys += [Key(link.label, url=link.url) for link in links]
    rows: list[tuple[Key, ...]] = []
    for key in keys[:_MOST]:
        if rows and len(rows[-1]) == 1 and max(len(rows[-1][0].label), len(key.label)) <= _SHORT:
            rows[-1] = (*rows[-1], key)
        else:
            rows.append((key,))
    return tuple(rows)


def _carried(button: Button) -> bool:
    return 0 < len(button.choice.encode()) <= CHOICE_LIMIT


def _is_number(link: Link) -> bool:
    """A telephone number, which no button of Telegram can call."""
    return link.url.startswith("tel:")


def _fits(text: str) -> bool:
    return _units(markup.telegram(text)) <= TEXT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
