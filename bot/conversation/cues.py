"""Cues: words that say something wherever they stand in a message ("bị gãy", "gọi … rồi")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.lexicon import Lexicon
from bot.conversation.text import TONES, Token

GAP = "…"  # in a cue: up to `_WIDEST` words of any kind
_WIDEST = 4
_NOTHING = -1  # the key of what is beside the point
_NOT = frozenset({"khong", "chua", "chang"})  # in front of a cue: it is not so
_BETWEEN = frozenset({"bi", "phai", "he"})  # may stand between them

Part = tuple[frozenset[str], ...]  # words in a row, each with the forms in which it may be typed


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue that was found: what it stands for and the places of its words."""

    key: int
    places: frozenset[int]


class Cues:
    """Finds cues in words that were brought to their standard form, however they were typed.

    A cue's word matches with the same marks, with its tone forgotten, or without any mark. What stands behind
    a "không" is not found, and a cue that shares words with a longer one says nothing of its own. `beside`
    are expressions that only look like cues ("mất bao lâu").
    """

    def __init__(
        self, lexicon: Lexicon, cues: Mapping[int, Iterable[str]], beside: Iterable[str] = ()
    ) -> None:
        self._cues = [
            (key, parts)
            for key, texts in {**cues, _NOTHING: beside}.items()
            for text in texts
            if (parts := tuple(_part(lexicon.words(piece)) for piece in text.split(GAP) if piece.strip()))
        ]

    def found(self, words: Sequence[Token]) -> tuple[Hit, ...]:
        """What was found, without what is part of something longer."""
        hits = [Hit(key, places) for key, parts in self._cues for places in _all(parts, words)]
        return tuple(
            hit
            for hit in hits
            if hit.key != _NOTHING
            and not any(hit.places & other.places and len(hit.places) < len(other.places) for other in hits)
        )


def _part(words: Sequence[Token]) -> Part:
    return tuple(frozenset({w.marked, w.marked.rstrip(TONES), w.folded}) for w in words)


def _all(parts: tuple[Part, ...], words: Sequence[Token]) -> Iterable[frozenset[int]]:
    first = parts[0]
    for start in range(len(words) - len(first) + 1):
        if _stands(first, words, start) and not _denied(words, start):
            places = _rest(parts, words, start)
            if places:
                yield places


def _rest(parts: tuple[Part, ...], words: Sequence[Token], start: int) -> frozenset[int]:
    """The places of all parts, the first of which stands at `start`; empty when one is missing."""
    places = set(range(start, start + len(parts[0])))
    end = start + len(parts[0])
    for part in parts[1:]:
        last = min(end + _WIDEST, len(words) - len(part))
        at = next((i for i in range(end, last + 1) if _stands(part, words, i)), None)
        if at is None:
            return frozenset()
        places.update(range(at, at + len(part)))
        end = at + len(part)
    return frozenset(places)


def _stands(part: Part, words: Sequence[Token], start: int) -> bool:
    return all(
        word.marked in forms for word, forms in zip(words[start : start + len(part)], part, strict=True)
    )


def _denied(words: Sequence[Token], start: int) -> bool:
    """Whether a "không" stands in front ("không bị mất") that is not part of the cue."""
    before = [word.folded for word in words[max(0, start - 2) : start]]
    while before and before[-1] in _BETWEEN:
        before.pop()
    return bool(before) and before[-1] in _NOT


class Phrases:
    """Phrases that a message may begin or end with."""

    def __init__(self, lexicon: Lexicon, texts: Iterable[str]) -> None:
        parts = (_part(lexicon.words(text)) for text in texts)
        self._parts = sorted({part for part in parts if part}, key=len, reverse=True)

    def front(self, words: Sequence[Token]) -> int:
        """How many words at the beginning are such phrases."""
        at = 0
        while (step := self._at(words, at)) is not None:
            at += step
        return at

    def back(self, words: Sequence[Token]) -> int:
        """How many words at the end are such phrases."""
        end = len(words)
        while True:
            step = next((len(p) for p in self._parts if len(p) <= end and _stands(p, words, end - len(p))), 0)
            if not step:
                return len(words) - end
            end -= step

    def places(self, words: Sequence[Token]) -> frozenset[int]:
        """The places of all words that belong to such a phrase."""
        found: set[int] = set()
        for at in range(len(words)):
            found.update(range(at, at + (self._at(words, at) or 0)))
        return frozenset(found)

    def _at(self, words: Sequence[Token], at: int) -> int | None:
        fitting = (part for part in self._parts if len(part) <= len(words) - at)
        return next((len(part) for part in fitting if _stands(part, words, at)), None)
