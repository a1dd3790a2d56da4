"""Learning from the phrases: a linear support vector machine for each intent, on numpy alone.

Dual coordinate descent for the squared hinge (Hsieh et al. 2008, the method of LIBLINEAR), all intents at
once: each phrase in turn corrects the weights of the intents it is not yet clear about. Two rounds are as
good as thirty here, and nothing of the size phrases x phrases is ever built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.conversation.features import Counts, Floats, Ints, Space, count, space_of
from bot.conversation.lexicon import Reading

PENALTY = 1.0  # what a phrase on the wrong side of its margin costs
_AT_ONCE = 2_000  # messages made vectors of in one go; more would only need more memory
_SEED = 20261121


@dataclass(frozen=True, slots=True)
class Effort:
    """How often all phrases are gone through, and the smallest correction that is made.

    Small corrections cost half the time; more rounds and finer ones bring nothing (docs/figures.md).
    """

    rounds: int
    still: float


FOR_INTENTS = Effort(3, 0.01)
FOR_ALARMS = Effort(3, 0.01)  # a missed cry for help is the dearest mistake, and there are few kinds


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse vectors of all phrases, row after row."""

    starts: Ints
    ids: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Head:
    """A linear decision over the space: `names` in the order of the weights' columns."""

    names: tuple[str, ...]
    weights: Floats  # features x names
    bias: Floats  # names

    def scores(self, ids: Ints, values: Floats) -> Floats:
        """The score of each name; positive means yes."""
        scores: Floats = values.dot(self.weights.take(ids, axis=0))
        scores += self.bias
        return scores


@dataclass(frozen=True, slots=True)
class Lesson:
    """What training leaves behind: everything the matcher needs, as plain arrays."""

    space: Space
    intents: Head
    alarms: Head  # kinds of emergency, and CALM
    rows: Rows  # the phrases of the intents, in the order of the intents: their words and concepts only
    labels: Ints  # the intent of each phrase


Pairs = Sequence[tuple[str, Reading]]
CALM = ""  # the name of no emergency


def learn(phrases: Pairs, alarms: Pairs, calm: Sequence[Reading]) -> Lesson:
    """Fit both heads.

    Args:
        phrases: (intent, phrase), sorted by intent.
        alarms: (kind of emergency, message), sorted by kind.
        calm: messages that are no emergency, however much they look like one.
    """
    documents = [count(reading) for _, reading in phrases]
    loud = [count(reading) for _, reading in alarms]
    quiet = [count(reading) for reading in calm]
    space = space_of([*documents, *loud, *quiet])
    rows = stack(space, documents)
    intents, labels = _numbered([intent for intent, _ in phrases])
    kinds, kind_labels = _numbered([*(kind for kind, _ in alarms), *(CALM for _ in calm)])
    return Lesson(
        space,
        _head(intents, rows, labels, space, FOR_INTENTS),
        _head(kinds, stack(space, [*loud, *quiet]), kind_labels, space, FOR_ALARMS),
        _words_only(rows, *space.meaning),
        labels,
    )


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    distinct = tuple(sorted(set(names)))
    number = {name: i for i, name in enumerate(distinct)}
    return distinct, np.array([number[name] for name in names], dtype=np.int32)


def _head(names: tuple[str, ...], rows: Rows, labels: Ints, space: Space, effort: Effort) -> Head:
    size, marked = space.size, int(space.bounds[1])
    weights = _descend(*_with_bare_copies(rows, labels, marked), (size, len(names)), effort)
    return Head(names, weights[:-1], weights[-1])


def _words_only(rows: Rows, low: int, high: int) -> Rows:
    """The rows cut down to the features from `low` up to `high`: an eighth of the memory to look through."""
    keep = (rows.ids >= low) & (rows.ids < high)
    kept = np.concatenate(([0], np.cumsum(keep)))[rows.starts].astype(np.int32)
    return Rows(kept, rows.ids[keep], rows.values[keep])


def _with_bare_copies(rows: Rows, labels: Ints, marked: int) -> tuple[Rows, Ints]:
    """Every phrase, and again as one types it who leaves out all marks: without its block of marked words.

    Feature ids rise within a row and those below `marked` are the block, so a copy is the row's tail.
    """
    ids, values, copied = [], [], []
    for row, (low, high) in enumerate(pairwise(rows.starts.tolist())):
        cut = low + int(np.searchsorted(rows.ids[low:high], marked))
        for start in (low,) if cut in (low, high) else (low, cut):
            ids.append(rows.ids[start:high])
            values.append(rows.values[start:high])
            copied.append(labels[row])
    starts = np.zeros(len(ids) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in ids], out=starts[1:])
    doubled = Rows(starts, np.concatenate(ids), np.concatenate(values))
    return doubled, np.array(copied, dtype=np.int32)


def stack(space: Space, documents: Sequence[Counts]) -> Rows:
    """The vectors of many messages."""
    parts = [space.vectors(documents[i : i + _AT_ONCE]) for i in range(0, len(documents), _AT_ONCE)]
    ids, values, lengths = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Rows(np.concatenate(([0], np.cumsum(lengths))).astype(np.int32), ids, values)


def _descend(rows: Rows, labels: Ints, shape: tuple[int, int], effort: Effort) -> Floats:
    """Weights (features + 1) x intents; the last row belongs to a constant feature, the bias.

    `shape` is the number of features and of intents.

    The bias starts at "no", so that a phrase has to correct only the few intents it is mistaken for.
    """
    size, classes = shape
    weights = np.zeros((size + 1, classes), dtype=np.float32)
    weights[size] = -1
    flat = weights.reshape(-1)
    duals = np.zeros((len(rows), classes), dtype=np.float32)
    softness = np.float32(1 / (2 * PENALTY))
    parts = [
        (np.append(rows.ids[low:high], size).astype(np.intp), np.append(rows.values[low:high], np.float32(1)))
        for low, high in pairwise(rows.starts.tolist())
    ]
    curvature = [float(values @ values) + softness for _, values in parts]
    order = np.random.default_rng(_SEED)
    active = np.arange(len(parts))
    for _ in range(effort.rounds):
        moved = np.zeros(len(parts), dtype=bool)
        for i in order.permutation(active).tolist():
            (ids, values), dual, own = parts[i], duals[i], labels[i]
            score = values @ weights.take(ids, axis=0)
            score[own] = -score[own]
            # The step to where the dual objective is least along this coordinate, for every intent at once.
            change = np.maximum(dual - (softness * dual - score - 1) / curvature[i], 0) - dual
            wrong = (np.abs(change) > effort.still).nonzero()[0]
            if not len(wrong):
                continue
            moved[i] = True
            dual[wrong] += change[wrong]
            change[own] = -change[own]
            flat[(ids * classes)[:, None] + wrong] -= values[:, None] * change[wrong]
        active = np.flatnonzero(moved)  # a phrase that is clear about every intent is left in peace
    return weights
