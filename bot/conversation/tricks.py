"""Is this one of the messages we know? Copies at once, with other names, sums and links too."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import pairwise

from rapidfuzz import fuzz

from bot.domain.scam import Trick

SAME = 0.95  # similarity of a copy
ALIKE = 0.7  # similarity worth saying so
_SHORTEST = 8  # words of a text that can be a copy of another
_COMPARED = 4  # known texts compared letter by letter
_KEPT = 4  # hashes of a sketch


class Tricks:
    """The known texts. `reads` gives the words of one as messages are read."""

    def __init__(self, texts: Iterable[tuple[Trick, Sequence[str]]]) -> None:
        self._known = [(trick, " ".join(words)) for trick, words in texts]
        self._sizes: list[int] = []
        self._where: dict[str, list[int]] = {}
        for place, (_, text) in enumerate(self._known):
            pieces = set(_pieces(text.split()))
            self._sizes.append(max(1, len(pieces)))
            for piece in pieces:
                self._where.setdefault(piece, []).append(place)

    def nearest(self, words: Sequence[str]) -> tuple[Trick, float] | None:
        """The known trick most like a message, and how like, from 0 to 1."""
        shared: Counter[int] = Counter()
        for piece in set(_pieces(words)):
            shared.update(self._where.get(piece, ()))
        likely = sorted(shared, key=lambda place: shared[place] / self._sizes[place], reverse=True)[
            :_COMPARED
        ]
        text = " ".join(words)
        found = [(self._likeness(text, self._known[place][1]), place) for place in likely]
        if not found:
            return None
        score, place = max(found)
        return self._known[place][0], score

    def _likeness(self, text: str, known: str) -> float:
        """How like two texts are; a known one within a longer message counts as if it stood alone."""
        if known.count(" ") + 1 < _SHORTEST or len(text) < len(known):
            return fuzz.ratio(text, known) / 100
        return fuzz.partial_ratio(known, text) / 100


def _pieces(words: Sequence[str]) -> Iterable[str]:
    return (f"{first} {second}" for first, second in pairwise(words))


def sketch(words: Sequence[str]) -> tuple[int, ...]:
    """The smallest hashes of three words in a row: two texts that share most of these share most words."""
    if len(words) < _SHORTEST:
        return ()
    pieces = {zlib.crc32(" ".join(words[i : i + 3]).encode()) for i in range(len(words) - 2)}
    return tuple(nsmallest(_KEPT, pieces))
