"""Cues: words that say something wherever they stand in a message ("bị gãy", "gọi … rồi")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.lexicon import Lexicon
from bot.conversation.phrasebook import forms
from bot.conversation.text import Token

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
        self._cues: dict[str, list[tuple[int, tuple[Part, ...]]]] = {}  # by each form of the first word
        for key, texts in {**cues, _NOTHING: beside}.items():
            for text in texts:
                parts = tuple(_part(lexicon.words(piece)) for piece in text.split(GAP) if piece.strip())
                for form in parts[0][0] if parts and parts[0] else ():
                    self._cues.setdefault(form, []).append((key, parts))

    def found(self, words: Sequence[Token]) -> tuple[Hit, ...]:
        """What was found, without what is part of something longer."""
        hits = [
            Hit(key, places)
            for start, word in enumerate(words)
            for key, parts in self._cues.get(word.marked, ())
            if (places := _places(parts, words, start))
        ]
        return tuple(
            hit
            for hit in hits
            if hit.key != _NOTHING
            and not any(hit.places & other.places and len(hit.places) < len(other.places) for other in hits)
        )


def _part(words: Sequence[Token]) -> Part:
    return tuple(frozenset(forms(word)) for word in words)


def _places(parts: tuple[Part, ...], words: Sequence[Token], start: int) -> frozenset[int]:
    """The places of all parts, the first of which is to stand at `start`; empty when one does not."""
    if not _stands(parts[0], words, start) or _denied(words, start):
        return frozenset()
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
    if not 0 <= start <= len(words) - len(part):
        return False
    return all(words[start + i].marked in forms for i, forms in enumerate(part))


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
        self._first: dict[str, list[Part]] = {}  # by each form of the first word, the longest first
        self._last: dict[str, list[Part]] = {}
        for part in sorted({part for part in parts if part}, key=len, reverse=True):
            for form in part[0]:
                self._first.setdefault(form, []).append(part)
            for form in part[-1]:
                self._last.setdefault(form, []).append(part)

    def front(self, words: Sequence[Token]) -> int:
        """How many words at the beginning are such phrases."""
        at = 0
        while at < len(words) and (step := self._at(words, at)):
            at += step
        return at

    def back(self, words: Sequence[Token]) -> int:
        """How many words at the end are such phrases."""
        end = len(words)
        while end and (step := self._before(words, end)):
            end -= step
        return len(words) - end

    def places(self, words: Sequence[Token]) -> frozenset[int]:
        """The places of all words that belong to such a phrase."""
        return frozenset(i for at in range(len(words)) for i in range(at, at + self._at(words, at)))

    def _at(self, words: Sequence[Token], at: int) -> int:
        parts = self._first.get(words[at].marked, ())
        return next((len(part) for part in parts if _stands(part, words, at)), 0)

    def _before(self, words: Sequence[Token], end: int) -> int:
        parts = self._last.get(words[end - 1].marked, ())
        return next((len(part) for part in parts if _stands(part, words, end - len(part))), 0)
