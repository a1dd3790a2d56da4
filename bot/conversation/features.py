"""What the matcher counts in a message: words, concepts and letter n-grams, as one sparse vector.

Five blocks, each scaled to its own length and weight, so that a long message does not drown its words in
n-grams: words with marks (only where the writer typed them), words without, concepts, n-grams with spaces,
n-grams without (they survive glued and torn words). Letters fit six bits, so a short n-gram is its
own exact code: no hashing, no collisions, and one table look-up finds them all at once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise

import numpy as np
import numpy.typing as npt

from bot.conversation.lexicon import Reading

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint32]

BLOCKS = ("marked", "folded", "concepts", "grams", "glued")
WEIGHTS = np.array([0.25, 1.0, 0.4, 0.75, 0.45], dtype=np.float32)
RARE = 2  # training messages a pair of words or an n-gram must occur in
SIZES = (2, 3)  # letters in an n-gram; longer ones cost memory and bring nothing (docs/figures.md)
_CONCEPTS = 7  # distinct concepts that are paired
_BITS = 6
_SPAN = _BITS * SIZES[-1]  # bits of the longest n-gram
_GLUED = np.uint32(1 << _SPAN)
_SPACE = 37

_CODE_OF = np.zeros(128, dtype=np.uint32)
for _index in range(26):
    _CODE_OF[ord("a") + _index] = 1 + _index
for _index in range(10):
    _CODE_OF[ord("0") + _index] = 27 + _index
_CODE_OF[ord(" ")] = _SPACE


@dataclass(frozen=True, slots=True)
class Counts:
    """Raw features of one message: word-like ones by block, and codes of its n-grams."""

    words: tuple[tuple[str, ...], ...]
    grams: Codes
    glued: Codes


def count(reading: Reading) -> Counts:
    """The features of a reading, before any weighting."""
    folded = [word.folded for word in reading.words]
    marked = [word.marked if word.has_marks else "" for word in reading.words]
    concepts = reading.concepts
    distinct = sorted(set(concepts))[:_CONCEPTS]
    text = f" {' '.join(folded)} "
    letters = _CODE_OF[np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8)]
    return Counts(
        words=(
            tuple(_with_pairs([word for word in marked if word], marked)),
            tuple(_with_pairs(folded, folded)),
            (*concepts, *(f"{a}+{b}" for a, b in combinations(distinct, 2))),
        ),
        grams=_grams(letters),
        glued=_grams(letters[letters != _SPACE]) | _GLUED,
    )


def _with_pairs(singles: Sequence[str], line: Sequence[str]) -> Iterator[str]:
    yield from singles
    yield from (f"{a} {b}" for a, b in pairwise(line) if a and b)


def _grams(letters: Codes) -> Codes:
    parts = []
    code = letters
    for size in range(2, SIZES[-1] + 1):
        code = (code[:-1] << np.uint32(_BITS)) | letters[size - 1 :]
        if size in SIZES:
            parts.append(code)
    return np.concatenate(parts) if parts else letters


@dataclass(frozen=True, slots=True)
class Space:
    """The features that were seen in training, and how much each says (inverse document frequency).

    Word-like features have the ids of `words`; n-gram `codes` (sorted, glued ones last) follow behind them.
    `bounds` are the first ids of the blocks, and the end.
    """

    words: tuple[dict[str, int], ...]
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
        found = [
            i
            for names, vocabulary in zip(counts.words, self.words, strict=True)
            for name in names
            if (i := vocabulary.get(name)) is not None
        ]
        grams = self._known_codes(np.concatenate((counts.grams, counts.glued)))
        ids, times = _counted(np.concatenate((np.array(found, dtype=np.int32), grams)))
        values = (1 + np.log(times, dtype=np.float32)) * self.idf[ids]
        cuts = np.searchsorted(ids, self.bounds)
        for block, (low, high) in enumerate(pairwise(cuts.tolist())):
            if low < high:
                part = values[low:high]
                part *= WEIGHTS[block] / math.sqrt(float(part @ part))
        return ids, values

    def _known_codes(self, codes: Codes) -> Ints:
        found = self.table[codes]
        return found[found >= 0]


def _counted(ids: Ints) -> tuple[Ints, Ints]:
    """Distinct ids, rising, and how often each occurs; a third of the time of `np.unique`."""
    ids.sort()
    first = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1]))[: len(ids)])
    ends = np.concatenate((first[1:], [len(ids)]))
    return ids[first], (ends - first).astype(np.int32)


def space_of(documents: Sequence[Counts]) -> Space:
    """The space spanned by training messages; pairs and n-grams met only once are left out."""
    frequencies: list[Counter[str]] = [Counter() for _ in documents[0].words]
    for document in documents:
        for seen, names in zip(frequencies, document.words, strict=True):
            seen.update(set(names))
    codes, times = np.unique(
        np.concatenate([part for d in documents for part in (np.unique(d.grams), np.unique(d.glued))]),
        return_counts=True,
    )
    repeated = times >= RARE
    vocabularies: list[dict[str, int]] = []
    often: list[int] = []
    for seen in frequencies:
        kept = [(name, n) for name, n in seen.items() if n >= RARE or " " not in name]
        vocabularies.append({name: len(often) + i for i, (name, _) in enumerate(kept)})
        often.extend(n for _, n in kept)
    return space(
        tuple(vocabularies),
        codes[repeated],
        _idf(np.concatenate((np.array(often), times[repeated])), len(documents)),
    )


def space(words: tuple[dict[str, int], ...], codes: Codes, idf: Floats) -> Space:
    """A space of its parts; where the blocks begin follows from them."""
    sizes = [*map(len, words), int(np.searchsorted(codes, _GLUED))]
    bounds = np.array([0, *accumulate(sizes), len(idf)], dtype=np.int32)
    table = np.full(2 << _SPAN, -1, dtype=np.int32)
    table[codes] = np.arange(bounds[len(words)], len(idf), dtype=np.int32)
    return Space(words, codes, idf, bounds, table)


def _idf(frequency: npt.NDArray[np.int64], documents: int) -> Floats:
    return np.log((1 + documents) / (1 + frequency)).astype(np.float32) + np.float32(1)
