"""Marks put back on words that were typed without them, after the pairs of words that people write.

A model of meaning that learnt from books takes `lam lai can cuoc` for noise; `làm lại căn cước` it knows.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.conversation.text import Token, fold, tokens

_WORD = re.compile(r"\w+")
_MARKED = 1 / 3  # share of words with marks from which on a text is taken for written with marks
_WAYS = 6  # of writing one bare word that are weighed
_SHARE = 0.3  # weight of a word by itself against the pair it makes with the one before
_START = ""  # stands before the first word


@dataclass(frozen=True, slots=True)
class Writing:
    """How often words were written with their marks: alone, and one after the other."""

    words: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]


def counted(texts: Iterable[str]) -> Writing:
    """What is seen in texts written with marks; others teach nothing about them."""
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in texts:
        written = _WORD.findall(unicodedata.normalize("NFC", text.lower()))
        if sum(fold(word) != word for word in written) < _MARKED * len(written):
            continue
        words.update(written)
        words[_START] += 1
        pairs.update(pairwise((_START, *written)))
    return Writing(words, pairs)


class Restorer:
    """Writes messages as they would have been written with all their marks. Pure; never changed."""

    def __init__(self, writing: Writing) -> None:
        self._words, self._pairs = writing.words, writing.pairs
        self._bare: dict[str, list[str]] = defaultdict(list)
        self._typed: dict[str, str] = {}
        for word in sorted(writing.words, key=lambda word: (-writing.words[word], word)):
            self._bare[fold(word)].append(word)
            read = tokens(word)
            if len(read) == 1:
                self._typed.setdefault(read[0].marked, word)

    def restored(self, words: Sequence[Token]) -> str:
        """The likeliest way these words are written, one space apart; what has marks keeps them."""
        best: dict[str, tuple[float, tuple[str, ...]]] = {_START: (0.0, ())}
        for word in words:
            ways = self._ways(word)
            total = sum(self._words.get(way, 0) for way in ways) + 0.1
            best = {way: self._reached(way, best, total) for way in ways}
        return " ".join(max(best.values())[1])

    def _ways(self, word: Token) -> Sequence[str]:
        if word.has_marks:
            return (self._typed.get(word.marked, unicodedata.normalize("NFC", word.marked)),)
        return self._bare.get(word.folded, [word.folded])[:_WAYS]

    def _reached(
        self, way: str, before: Mapping[str, tuple[float, tuple[str, ...]]], total: float
    ) -> tuple[float, tuple[str, ...]]:
        """The likeliest way to this word, and how likely."""
        alone = _SHARE * (self._words.get(way, 0) + 0.1) / total
        return max(
            (
                score + math.log((self._pairs.get((last, way), 0) + alone) / (self._words.get(last, 0) + 1)),
                (*path, way),
            )
            for last, (score, path) in before.items()
        )
