"""Replies for platforms with few buttons or none: few messages, what can be chosen as numbered lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.channels import markup
from bot.channels.pieces import Fits, pieces
from bot.domain.message import Reply


def packed(texts: Sequence[str], fits: Fits) -> Iterator[str]:
    """As few messages as the texts fit in, in order; a text that is too long is cut at a pause."""
    held = ""
    for part in (piece for text in texts for piece in pieces(text, fits)):
        joined = f"{held}\n\n{part}" if held else part
        if fits(joined):
            held = joined
            continue
        yield held
        held = part
    if held:
        yield held


def listed(replies: Sequence[Reply], words: str) -> list[str]:
    """Each text with its own buttons under it after `words`; the numbers go on from one to the next.

    So they are counted as the session counts what is on offer.
    """
    texts, number = [], 0
    for reply in replies:
        lines = []
        for button in reply.buttons:
            number += 1
            lines.append(f"{number}. {button.label}")
        texts.append(markup.spaced(reply.text))
        if lines:
            texts.append("\n".join([words, *lines]))
    return texts
