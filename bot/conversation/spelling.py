"""Misspelt and glued words, mended against the words the content uses and the company they keep there."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from bot.conversation.syllable import is_bare
from bot.conversation.text import Token, remembered

_MOST = 8  # words mended in one message; a message of nothing but unknown words is not Vietnamese
_LONGEST = 24  # letters of a glued run worth taking apart
_MIXED = re.compile(r"(?=.*[a-z]{2})(?:[a-z]+\d{1,3}|\d{1,3}[a-z]{2,})+[a-z]*")
_PARTS = re.compile(r"[a-z]+|\d+")
_OFTEN = 3  # times a word stands in the phrases from which on it is one
_EVERYDAY = 60  # times a word stands in the phrases from which on it is doubted only in strange company
# Costs and gains are natural logarithms, chosen on tests/questions under noise (bench/calibration.py).
_SLIP = 4.0  # what it costs to read another word than was typed
_FIRST = 1.5  # more when its first letter changes: people rarely miss that one
_COMPANY = 1.0  # what a neighbour it is often seen beside is worth
_COMMON = 0.35  # what it is worth that a word is common
_GLUE = 4.0  # what it costs to take a run apart
_STRANGE = 4.0  # what it costs to keep a word nobody ever used
_SYLLABLE = 2.5  # what that costs when it is at least a syllable: a name, a rare word


@dataclass(frozen=True, slots=True)
class Usage:
    """How often words without marks occur, alone and (more than once) side by side."""

    counts: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Usage:
        """What texts, cut into words, use."""
        counts: dict[str, int] = defaultdict(int)
        pairs: dict[tuple[str, str], int] = defaultdict(int)
        for words in texts:
            for word in words:
                counts[word] += 1
            for pair in pairwise(words):
                pairs[pair] += 1
        return cls(dict(counts), {pair: count for pair, count in pairs.items() if count > 1})

    def company(self, first: str, second: str) -> float:
        """How often two words stand side by side, as a natural logarithm; 0 when they never do."""
        return math.log1p(self.pairs.get((first, second), 0))


class Speller:
    """Knows the words of the content by their usage; `extra` words are known too.

    `short` are abbreviations: those that are no syllable are never a slip, however seldom in the phrases.
    """

    def __init__(self, usage: Usage, extra: Collection[str], short: Collection[str] = ()) -> None:
        counts = usage.counts
        # A run glued together in a phrase or two is no word.
        self._known = frozenset(w for w, n in counts.items() if n >= _OFTEN or is_bare(w)) | frozenset(extra)
        self._usage = usage
        self._short = frozenset(word for word in short if not is_bare(word))
        self._near: dict[str, list[str]] = defaultdict(list)
        for word, count in counts.items():
            if count > 1 and len(word) > 1 and word.isalpha() and word in self._known:
                for hole in _holes(word):
                    self._near[hole].append(word)
        total = sum(counts.values()) + len(counts) + 1
        # A word costs what it surprises; unknown words cannot be pieces of a glued run.
        self._cost = {w: math.log(total / n) for w, n in counts.items() if _is_piece(w, n)}
        self._candidates = remembered(4_096)(self._look_up)
        self._apart = remembered(4_096)(self._pieces)

    def mended(self, words: Sequence[Token]) -> Sequence[Token]:
        """The same words with misspelt ones replaced and glued ones taken apart."""
        folded = [word.folded for word in words]
        doubted = list(self._doubted(folded))
        if not doubted:
            return words
        result = list(words)
        for place in reversed(doubted[:_MOST]):
            found = self._meant(folded, place)
            if found:
                result[place : place + 1] = [Token(w, w, False) for w in found]
        return result

    def _doubted(self, folded: Sequence[str]) -> Iterator[int]:
        """Places of words we do not know, or know but never saw in this company."""
        known, pairs, counts = self._known, self._usage.pairs, self._usage.counts
        for place, word in enumerate(folded):
            if len(word) < 2 or word in self._short or not (word.isalpha() or _MIXED.fullmatch(word)):
                continue
            if word in known and (
                counts.get(word, _EVERYDAY) >= _EVERYDAY
                or (place and (folded[place - 1], word) in pairs)
                or (place + 1 < len(folded) and (word, folded[place + 1]) in pairs)
            ):
                continue
            yield place

    def _meant(self, folded: Sequence[str], place: int) -> tuple[str, ...]:
        """The words most likely meant at a place; none to leave it as it is."""
        word = folded[place]
        if not word.isalpha():
            return self._split(word)
        before = folded[place - 1] if place else ""
        after = folded[place + 1] if place + 1 < len(folded) else ""
        best = self._as_typed(word, before, after)
        chosen: tuple[str, ...] = ()
        for candidate in self._candidates(word):
            score = self._fits(candidate, before, after) - _SLIP - _FIRST * (candidate[0] != word[0])
            if score > best:
                best, chosen = score, (candidate,)
        pieces = () if word in self._known or is_bare(word) else self._apart(word)
        return pieces if pieces and self._fit_together(pieces, before, after) - _GLUE > best else chosen

    def _split(self, run: str) -> tuple[str, ...]:
        """Figures and words written together, "muc2roi": apart, when every word is one we know."""
        parts = tuple(_PARTS.findall(run))
        return parts if all(part.isdecimal() or part in self._known for part in parts) else ()

    def _fit_together(self, pieces: Sequence[str], before: str, after: str) -> float:
        """How well pieces of a glued run fit; as much as one word that fits as they do on average."""
        around = [before, *pieces, after]
        return sum(map(self._fits, pieces, around, around[2:])) / len(pieces)

    def _as_typed(self, word: str, before: str, after: str) -> float:
        if word in self._known:
            return self._fits(word, before, after)
        return -_SYLLABLE if is_bare(word) else -_STRANGE

    def _fits(self, word: str, before: str, after: str) -> float:
        company = self._usage.company(before, word) + self._usage.company(word, after)
        return _COMPANY * company + _COMMON * math.log1p(self._usage.counts.get(word, 0))

    def _look_up(self, word: str) -> tuple[str, ...]:
        """Known words one slip away: a letter too many, missing, wrong, or two turned round."""
        if len(word) > _LONGEST:
            return ()
        found = {near for hole in _holes(word) for near in self._near.get(hole, ())}
        return tuple(sorted(near for near in found if OSA.distance(word, near, score_cutoff=1) == 1))

    def _pieces(self, run: str) -> tuple[str, ...]:
        """The likeliest way to cut a glued run into known words, or nothing."""
        if len(run) > _LONGEST:
            return ()
        best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ())] + [None] * len(run)
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 7), end):
                before, piece = best[start], run[start:end]
                if before is None or piece not in self._cost:
                    continue
                cost = before[0] + self._cost[piece]
                here = best[end]
                if here is None or cost < here[0]:
                    best[end] = (cost, (*before[1], piece))
        found = best[-1]
        return found[1] if found and len(found[1]) > 1 else ()


def _holes(word: str) -> set[str]:
    """The word, and the word with each one of its letters left out: what one slip has in common."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _is_piece(word: str, count: int) -> bool:
    """Whether a word may be cut out of a glued run: a syllable, or a foreign word on everybody's lips."""
    return word.isalpha() and len(word) > 1 and count >= (_OFTEN if is_bare(word) else _EVERYDAY)
