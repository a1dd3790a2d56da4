"""What the matcher counts in a message: words, concepts and letter n-grams, as one sparse vector.

Four blocks, each scaled to its own length and weight, so that a long message does not drown its words in
n-grams: words with marks (only where the writer typed them), words without, concepts, n-grams. Letters fit
six bits, so a short n-gram is its own exact code: no hashing, no collisions, and one table look-up finds
them all at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, repeat
from itertools import count as count_from
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from bot.conversation.lexicon import Reading
from bot.conversation.text import LIMIT

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint32]
_Id = TypeVar("_Id", np.int32, np.int64)

BLOCKS = ("marked", "folded", "concepts", "grams")
WEIGHTS = np.array([0.25, 1.0, 0.4, 0.85], dtype=np.float32)
RARE = 5  # training messages a pair of words or an n-gram must occur in
SIZES = (2, 3)  # letters in an n-gram; longer ones cost memory and bring nothing (docs/figures.md)
_CONCEPTS = 7  # distinct concepts that are paired
BITS = 6
SPAN = BITS * SIZES[-1]  # bits of the longest n-gram
_SHIFT = np.uint32(BITS)
BLANK = 37

# What a feature met so many times in one message counts for.
DAMPED = (1 + np.log(np.maximum(np.arange(LIMIT * 2), 1))).astype(np.float32)

_HALF = 24  # bits of a word's number in the code of a pair
CODE_OF = np.zeros(128, dtype=np.uint32)
for _index in range(26):
    CODE_OF[ord("a") + _index] = 1 + _index
for _index in range(10):
    CODE_OF[ord("0") + _index] = 27 + _index
CODE_OF[ord(" ")] = BLANK


@dataclass(frozen=True, slots=True)
class Counts:
    """What one message holds, before any weighting."""

    lines: tuple[Sequence[str], ...]  # words as typed ("" where without marks), words without marks, concepts
    grams: Codes


def count(reading: Reading) -> Counts:
    """The features of a reading, before any weighting."""
    folded = [word.folded for word in reading.words]
    return Counts(
        ([word.marked if word.has_marks else "" for word in reading.words], folded, reading.concepts),
        _grams(f" {' '.join(folded)} "),
    )


def _grams(text: str) -> Codes:
    """The pairs and triples of letters."""
    letters = CODE_OF.take(np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8))
    pairs = (letters[:-1] << _SHIFT) | letters[1:]
    return np.concatenate((pairs, (pairs[:-1] << _SHIFT) | letters[2:]))


def _neighbours(ids: Sequence[int]) -> list[int]:
    """A code for each two words next to each other; a negative one where a word is unknown."""
    return [(a << _HALF) | b for a, b in pairwise(ids)]


def _together(ids: Sequence[int]) -> list[int]:
    """A code for each two concepts in the same message."""
    return [(a << _HALF) | b for a, b in combinations(sorted(set(ids))[:_CONCEPTS], 2)]


PAIRED = (_neighbours, _neighbours, _together)
_UNKNOWN = repeat(-1)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a block and, by a code of their two ids, the pairs of them; both with their ids."""

    words: dict[str, int]
    pairs: dict[int, int]


@dataclass(frozen=True, slots=True)
class Space:
    """The features that were seen in training, and how much each says (inverse document frequency).

    Blocks follow one another, in each the words and then their pairs; n-gram `codes` (sorted) follow behind
    them. `bounds` are the first ids of the blocks, and the end.
    """

    blocks: tuple[Vocabulary, ...]
    codes: Codes
    idf: Floats
    bounds: Ints
    table: Ints  # the id of every possible n-gram code, or -1

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self.idf)

    @property
    def meaning(self) -> tuple[int, int]:
        """First id, and the one behind the last, of words without marks and of concepts."""
        return int(self.bounds[1]), int(self.bounds[3])

    def vector(self, counts: Counts) -> tuple[Ints, Floats]:
        """Ids (rising) and weights of the known features of a message."""
        ids, times = counted(self._found(counts))
        values = DAMPED.take(times)
        values *= self.idf.take(ids)
        cuts = ids.searchsorted(self.bounds)
        squares = np.empty(len(values) + 1, dtype=np.float32)
        squares[-1] = 1  # stands in for a block without features, which has nothing to scale
        np.multiply(values, values, out=squares[:-1])
        scales = WEIGHTS / np.sqrt(np.add.reduceat(squares, cuts)[:-1])
        values *= scales.repeat(cuts[1:] - cuts[:-1])
        return ids, values

    def _found(self, counts: Counts) -> Ints:
        """The id of each occurrence of a feature, -1 for an unknown one, in no order."""
        found: list[int] = []
        for known, line, paired in zip(self.blocks, counts.lines, PAIRED, strict=True):
            if any(line):  # nobody who leaves out all marks has typed a word with marks
                ids = list(map(known.words.get, line, _UNKNOWN))
                found += ids
                found += map(known.pairs.get, paired(ids), _UNKNOWN)
        return np.concatenate((np.fromiter(found, np.int32, len(found)), self.table.take(counts.grams)))


def counted(ids: npt.NDArray[_Id]) -> tuple[npt.NDArray[_Id], npt.NDArray[np.intp]]:
    """Distinct known ids, rising, and how often each occurs; a third of the time of `np.unique`."""
    ids.sort()
    differs = np.empty(len(ids) + 1, dtype=bool)
    differs[0] = differs[-1] = True
    np.not_equal(ids[1:], ids[:-1], out=differs[1:-1])
    edges = differs.nonzero()[0]
    if len(ids) and ids[0] < 0:  # -1 is an unknown feature
        edges = edges[1:]
    return ids.take(edges[:-1]), edges[1:] - edges[:-1]


def space(blocks: Iterable[tuple[Sequence[str], Sequence[int]]], codes: Codes, idf: Floats) -> Space:
    """A space of its parts: the words and pairs of each block, in the order of their ids, and the n-grams."""
    vocabularies = []
    bounds = [0]
    for words, pairs in blocks:
        ids = count_from(bounds[-1])
        vocabularies.append(
            Vocabulary(dict(zip(words, ids, strict=False)), dict(zip(pairs, ids, strict=False)))
        )
        bounds.append(bounds[-1] + len(words) + len(pairs))
    table = np.full(1 << SPAN, -1, dtype=np.int32)
    table[codes] = np.arange(bounds[-1], len(idf), dtype=np.int32)
    bounds.append(len(idf))
    return Space(tuple(vocabularies), codes, idf, np.array(bounds, dtype=np.int32), table)
