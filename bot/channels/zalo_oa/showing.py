"""Replies as Zalo messages: plain text, few messages (only eight are free), few buttons. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.channels import markup
from bot.channels.listing import listed, packed
from bot.domain.message import Button, Link, Reply

TEXT = 2000  # characters
BUTTONS = 5  # of one message; more become numbered lines
FEW = 4  # buttons an old hand finds its way among
LINKS = 1  # of the sources, if there is room: the text names them all
TITLE = 100
KEPT = 1_024  # answers that need not be set again; most are said to many
_WHOLE = re.compile(r"84\d{8,10}\Z")


@dataclass(frozen=True, slots=True)
class Shown:
    """One consultation message."""

    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    picture: str | None = None

    def body(self, user: str) -> dict[str, Any]:
        """As it goes over the wire (zalo-api 1.3)."""
        message: dict[str, Any] = {"text": self.text} if self.text else {}
        if self.picture:
            element = {"media_type": "image", "url": self.picture}
            payload: dict[str, Any] = {"template_type": "media", "elements": [element]}
            message["attachment"] = {"type": "template", "payload": payload}
        elif self.buttons or self.links:
            keys = [*map(_pressed, self.buttons), *map(_opened, self.links)]
            message["attachment"] = {"type": "template", "payload": {"buttons": keys}}
        return {"recipient": {"user_id": user}, "message": message}


@lru_cache(maxsize=KEPT)
def show(replies: tuple[Reply, ...], numbered: str) -> tuple[Shown, ...]:
    """The messages of one answer: replies are joined as long as they fit.

    More buttons than fit become lines under their reply, after the words `numbered`; they are counted through
    all replies, as the session counts what is on offer.
    """
    buttons = [button for reply in replies for button in reply.buttons]
    as_lines = len(buttons) > BUTTONS
    room = LINKS if as_lines or len(buttons) < FEW else 0
    links = [link for reply in replies for link in reply.links]
    texts = listed(replies, markup.plain(numbered)) if as_lines else [markup.spaced(r.text) for r in replies]
    texts += [f"{link.label}: {link.url.removeprefix('tel:')}" for link in links if not _openable(link)]
    links = [link for link in links if _openable(link)][:room]
    made = [Shown("", picture=reply.picture) for reply in replies if reply.picture]
    made += [Shown(text) for text in packed(texts, _fits)]
    if not made:
        return ()
    if made[-1].picture and (links or buttons):
        made.append(Shown(markup.plain(numbered)))
    last = Shown(made[-1].text, () if as_lines else tuple(buttons), tuple(links), made[-1].picture)
    return (*made[:-1], last)


def _fits(text: str) -> bool:
    return len(text) <= TEXT


def _pressed(button: Button) -> dict[str, Any]:
    """A press comes back as if typed: the label makes it readable, the choice works weeks later too."""
    payload = f"{button.label} [{button.choice}]"
    return {"title": button.label[:TITLE], "type": "oa.query.hide", "payload": payload}


def _openable(link: Link) -> bool:
    """Zalo's button takes a whole number with its country, so not 113."""
    return not link.url.startswith("tel:") or _WHOLE.match(_abroad(link)) is not None


def _abroad(link: Link) -> str:
    """The number of a `tel:` as it is dialled with the country's code, without a plus."""
    number = "".join(char for char in link.url if char.isdigit())
    return f"84{number[1:]}" if number.startswith("0") else number


def _opened(link: Link) -> dict[str, Any]:
    if link.url.startswith("tel:"):
        return {
            "title": link.label[:TITLE],
            "type": "oa.open.phone",
            "payload": {"phone_code": _abroad(link)},
        }
    return {"title": link.label[:TITLE], "type": "oa.open.url", "payload": {"url": link.url}}
