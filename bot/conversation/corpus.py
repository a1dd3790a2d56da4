"""The training messages all at once: the features they span, and the vector of each.

`features` says what counts in a message and how much. Here the same is done for thousands of messages in
whole arrays, many times quicker than one by one. A feature met in a message is kept as one number, that of
the message times `span` plus that of the feature, so that sorting brings like to like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from itertools import count as numbers_from

import numpy as np
import numpy.typing as npt

from bot.conversation.features import (
    BITS,
    BLOCKS,
    CODE_OF,
    DAMPED,
    PAIRED,
    RARE,
    SIZES,
    SPAN,
    WEIGHTS,
    Floats,
    Ints,
    Space,
    counted,
    space,
)
from bot.conversation.lexicon import Reading

Longs = npt.NDArray[np.int64]
Lines = tuple[Sequence[str], ...]  # of one message: words as typed, words without marks, concepts
_CODES = 1 << SPAN  # n-gram codes there can be
_AT_ONCE = 2_000  # messages weighted in one go; more would only need more memory


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse vectors, row after row; the ids of a row rise."""

    starts: Ints
    ids: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def cut(self, lows: Ints, highs: Ints) -> Rows:
        """New rows of these pieces of `ids` and `values`: each from one of `lows` up to one of `highs`."""
        lengths = highs - lows
        starts = np.concatenate(([0], np.cumsum(lengths)))
        entries = np.arange(starts[-1]) + np.repeat(lows - starts[:-1], lengths)
        return Rows(starts.astype(np.int32), self.ids[entries], self.values[entries])

    def chosen(self, numbers: Ints) -> Rows:
        """The rows of these numbers, in their order."""
        return self.cut(self.starts[numbers], self.starts[numbers + 1])


@dataclass(frozen=True, slots=True)
class _Met:
    """Features by the message they were met in, each once a message, sorted by message and feature."""

    messages: Longs
    features: Longs
    times: npt.NDArray[np.intp]

    @classmethod
    def of(cls, keys: Longs, span: int) -> _Met:
        """Sorts the occurrences; `keys` is used up."""
        keys, times = counted(keys)
        return cls(*np.divmod(keys, span), times)

    def frequency(self, span: int, weight: Ints) -> Longs:
        """In how many messages each feature below `span` was met."""
        return np.bincount(self.features, weight[self.messages], span).astype(np.int64)


def spanned(readings: Sequence[Reading], weight: Ints) -> tuple[Space, Rows]:
    """The space of these messages, and their vectors in it.

    Pairs and n-grams met in fewer than `RARE` messages are left out. For how rare a feature is, each message
    counts as `weight` says: one that is taught twice counts twice.
    """
    blocks, parts, size = [], [], 0
    for lines, paired in zip(zip(*map(_lines, readings), strict=True), PAIRED, strict=True):
        words, pairs, part = _vocabulary(lines, paired, size, weight)
        blocks.append((words, pairs))
        parts.append(part)
        size += len(words) + len(pairs)
    said = _Met.of(np.concatenate([messages * size + ids for messages, ids in parts]), size)
    grams = _Met.of(_grams(readings), _CODES)
    met = grams.frequency(_CODES, weight)
    codes = np.flatnonzero(met >= RARE)
    often = np.concatenate((said.frequency(size, weight), met[codes]))
    idf = np.log((1 + int(weight.sum())) / (1 + often)).astype(np.float32) + np.float32(1)
    spanning = space(blocks, codes.astype(np.uint32), idf)
    return spanning, _rows(spanning, len(readings), said, grams)


def _lines(reading: Reading) -> Lines:
    return (
        [word.marked if word.has_marks else "" for word in reading.words],
        [word.folded for word in reading.words],
        reading.concepts,
    )


def _vocabulary(
    lines: Sequence[Sequence[str]], paired: Callable[[Sequence[int]], list[int]], first: int, weight: Ints
) -> tuple[list[str], list[int], tuple[Longs, Longs]]:
    """Words and pairs of a block in the order of their ids, which begin with `first`; where they are met."""
    numbers = defaultdict(numbers_from(first).__next__)
    numbers[""] = -1
    by_line = [list(map(numbers.__getitem__, line)) for line in lines]
    del numbers[""]
    messages, ids = _flat(by_line)
    beside, codes = _flat([paired(line) for line in by_line])
    messages, ids = messages[ids >= 0], ids[ids >= 0]
    beside, codes = beside[codes >= 0], codes[codes >= 0]
    distinct, at, of = np.unique(codes, return_index=True, return_inverse=True)
    span = max(1, len(distinct))
    frequent = np.flatnonzero(
        _Met.of(beside * span + of, span).frequency(span, weight)[: len(distinct)] >= RARE
    )
    frequent = frequent[np.argsort(at[frequent])]  # as the words, in the order they are first met in
    pair_ids = np.full(span, -1, dtype=np.int64)
    pair_ids[frequent] = first + len(numbers) + np.arange(len(frequent))
    known = pair_ids[of] >= 0
    everywhere = np.concatenate((messages, beside[known])), np.concatenate((ids, pair_ids[of][known]))
    return list(numbers), distinct[frequent].tolist(), everywhere


def _flat(lists: Sequence[Sequence[int]]) -> tuple[Longs, Longs]:
    """The number of the list, and the item, of each item of many lists."""
    lengths = list(map(len, lists))
    items = np.fromiter(chain.from_iterable(lists), dtype=np.int64, count=sum(lengths))
    return np.repeat(np.arange(len(lists), dtype=np.int64), lengths), items


def _grams(readings: Sequence[Reading]) -> Longs:
    """Every occurrence of an n-gram, as message times `_CODES` plus code."""
    texts = [f" {reading.folded} " for reading in readings]
    letters = CODE_OF[np.frombuffer("".join(texts).encode("ascii", "replace"), dtype=np.uint8)]
    messages = np.repeat(np.arange(len(texts), dtype=np.int64), list(map(len, texts)))
    parts, code = [], letters
    for size in range(2, SIZES[-1] + 1):
        code = (code[:-1] << np.uint32(BITS)) | letters[size - 1 :]
        whole = messages[size - 1 :] == messages[: 1 - size]
        if size in SIZES:
            parts.append(messages[: 1 - size][whole] * _CODES + code[whole])
    return np.concatenate(parts)


def _rows(spanning: Space, messages: int, said: _Met, grams: _Met) -> Rows:
    """Vectors of the features met, as `Space.vector` makes them."""
    ids = spanning.table[grams.features]
    known = ids >= 0
    rows = np.concatenate((said.messages, grams.messages[known]))
    ids = np.concatenate((said.features, ids[known]))
    order = np.argsort(rows * spanning.size + ids, kind="stable")  # quick: two sorted halves
    rows, ids = rows[order], ids[order].astype(np.int32)
    times = np.concatenate((said.times, grams.times[known]))[order]
    starts = rows.searchsorted(np.arange(messages + 1)).astype(np.int32)
    values = np.empty(len(ids), dtype=np.float32)
    for first in range(0, messages, _AT_ONCE):
        low, high = starts[first], starts[min(first + _AT_ONCE, messages)]
        part = slice(low, high)
        values[part] = _weighted(spanning, rows[part] - first, ids[part], times[part])
    return Rows(starts, ids, values)


def _weighted(spanning: Space, rows: Longs, ids: Ints, times: npt.NDArray[np.intp]) -> Floats:
    values = DAMPED[times] * spanning.idf[ids]
    blocks = np.searchsorted(spanning.bounds, ids, side="right") - 1
    group = rows * len(BLOCKS) + blocks
    squares = np.bincount(group, weights=values * values)
    values *= (WEIGHTS[blocks] / np.sqrt(squares[group])).astype(np.float32)
    return values
