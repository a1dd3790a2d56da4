"""Misspelt and glued words, mended against the words the content uses."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.conversation.syllable import is_bare
from bot.conversation.text import Token, remembered

_MOST = 8  # words mended in one message; a message of nothing but unknown words is not Vietnamese
_SHORTEST = 4  # letters of a word worth mending
_LONGEST = 24  # letters of a glued run worth taking apart


class Speller:
    """Knows the words of the content by how often they occur; `extra` words are known too."""

    def __init__(self, counts: Mapping[str, int], extra: Collection[str]) -> None:
        self._known = frozenset(counts) | frozenset(extra)
        self._targets = sorted(
            w for w, n in counts.items() if n > 1 and len(w) >= _SHORTEST - 1 and w.isalpha()
        )
        total = sum(counts.values()) + len(counts) + 1
        # A word costs what it surprises; unknown words cannot be pieces of a glued run.
        self._cost = {w: math.log(total / n) for w, n in counts.items() if n > 2 and _is_piece(w)}
        self._mended = remembered(4_096)(self._look_up)

    def mended(self, words: Sequence[Token]) -> Sequence[Token]:
        """The same words with misspelt ones replaced and glued ones taken apart."""
        if self._known.issuperset([word.folded for word in words]):
            return words
        result: list[Token] = []
        left = _MOST
        for word in words:
            if word.folded in self._known or len(word.folded) < _SHORTEST or not word.folded.isalpha():
                result.append(word)
            elif left:
                left -= 1
                found = self._mended(word.folded)
                result.extend([Token(w, w, False) for w in found] if found else [word])
            else:
                result.append(word)
        return result

    def _look_up(self, folded: str) -> tuple[str, ...]:
        if not is_bare(folded):
            pieces = self._pieces(folded)
            if pieces:
                return pieces
        if is_bare(folded):  # a real syllable that the content happens not to use
            return ()
        near = process.extractOne(folded, self._targets, scorer=OSA.distance, score_cutoff=1)
        return (near[0],) if near else ()

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


def _is_piece(word: str) -> bool:
    return word.isalpha() and len(word) > 1 and is_bare(word)
