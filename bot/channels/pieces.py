"""Long texts cut where a reader pauses: between paragraphs, else lines, else sentences, else words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Fits = Callable[[str], bool]
_CUTS = (r"\n{2,}", r"\n", r"(?<=[.!?…:;])\s+", r"\s+")  # from the best place to the last resort
_JOINTS = ("\n\n", "\n", " ", " ")


def pieces(text: str, fits: Fits) -> list[str]:
    """The text in as few pieces as fit, in order; nothing is lost but the space at the cuts."""
    return list(_cut(text.strip(), fits, 0))


def _cut(text: str, fits: Fits, level: int) -> Iterator[str]:
    if fits(text):
        if text:
            yield text
        return
    if level == len(_CUTS):
        yield from _hacked(text, fits)
        return
    held = ""
    for part in re.split(_CUTS[level], text):
        joined = f"{held}{_JOINTS[level]}{part}" if held else part
        if fits(joined):
            held = joined
            continue
        if held:
            yield held
        *whole, held = [""] if not part else list(_cut(part, fits, level + 1))
        yield from whole
    if held:
        yield held


def _hacked(text: str, fits: Fits) -> Iterator[str]:
    """A single word that is too long, by halves."""
    if fits(text) or len(text) < 2:
        yield text
        return
    half = len(text) // 2
    yield from _hacked(text[:half], fits)
    yield from _hacked(text[half:], fits)
