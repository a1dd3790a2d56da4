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
    parts = re.split(_CUTS[level], text)
    while parts:
        if count := _most(parts, _JOINTS[level], fits):
            yield from filter(None, [_JOINTS[level].join(parts[:count])])
            parts = parts[count:]
        else:  # the first alone is too long; what is left of it goes with the next
            *whole, parts[0] = _cut(parts[0], fits, level + 1)
            yield from whole


def _most(parts: list[str], joint: str, fits: Fits) -> int:
    """How many parts fit together, by halves: trying each in turn takes seconds for a long list."""
    fit, most = 0, len(parts)
    while fit < most:
        tried = (fit + most + 1) // 2
        if fits(joint.join(parts[:tried])):
            fit = tried
        else:
            most = tried - 1
    return fit


def _hacked(text: str, fits: Fits) -> Iterator[str]:
    """A single word that is too long, by halves."""
    if fits(text) or len(text) < 2:
        yield text
        return
    half = len(text) // 2
    yield from _hacked(text[:half], fits)
    yield from _hacked(text[half:], fits)
