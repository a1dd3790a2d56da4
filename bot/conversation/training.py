"""Learning from the phrases: a linear support vector machine for each intent, on numpy alone.

Dual coordinate descent for the squared hinge (Hsieh et al. 2008, the method of LIBLINEAR), all intents at
once: each phrase in turn corrects the weights of the intents it is not yet clear about. Nothing of the size
phrases x phrases is ever built. What is kept is the mean of the last rounds: it lies closer to where endless
rounds would lead, so that an edited phrase moves the answers to others as little as it should.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from bot.conversation.corpus import Rows, spanned
from bot.conversation.features import Floats, Ints, Space
from bot.conversation.lexicon import Reading

PENALTY = 1.0  # what a phrase on the wrong side of its margin costs
_SEED = 20261121
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Effort:
    """How often all phrases are gone through, and how carefully.

    A round for each of `still`: corrections up to that size are not made in it, for first thoughts need no
    polish. The weights are the mean of the last `averaged` rounds. More rounds and smaller corrections take
    longer and bring nothing (docs/figures.md).
    """

    still: tuple[float, ...]
    averaged: int


EFFORT = Effort(still=(0.05, 0.05, 0.02, 0.02, 0.01, 0.01, 0.01, 0.01), averaged=4)
_OURS = 0.63  # of the intents are learnt here while an `Aside` learns the others and the alarms
_NOBODYS = -1  # the label of a row that belongs to no column


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
T = TypeVar("T")


class Aside(Protocol):
    """Somebody to hand a job to. What comes back gives the job's result when it is called, once."""

    def __call__(self, job: Callable[[], T], /) -> Callable[[], T]:
        """Begin the job, if there is anybody to do it beside us."""
        ...


def alone(job: Callable[[], T]) -> Callable[[], T]:
    """An `Aside` for when there is nobody: the job is done when its result is wanted."""
    return job


def learn(phrases: Pairs, alarms: Pairs, calm: Sequence[Reading], aside: Aside = alone) -> Lesson:
    """Fit both heads.

    Args:
        phrases: (intent, phrase), sorted by intent.
        alarms: (kind of emergency, message), sorted by kind.
        calm: messages that are no emergency, however much they look like one; phrases among them are the
            same objects.
        aside: who fits the alarms meanwhile.
    """
    readings = [reading for _, reading in (*phrases, *alarms)]
    number = {id(reading): i for i, reading in enumerate(readings)}
    readings += [reading for reading in calm if id(reading) not in number]
    number = {id(reading): i for i, reading in enumerate(readings)}
    loud = np.arange(len(phrases), len(phrases) + len(alarms))
    taught = np.concatenate((loud, [number[id(reading)] for reading in calm])).astype(np.int32)
    weight = np.zeros(len(readings), dtype=np.int32)
    np.add.at(weight, np.concatenate((np.arange(len(phrases)), taught)), 1)
    space, vectors = spanned(readings, weight)
    kinds, kind_labels = _numbered([*(kind for kind, _ in alarms), *(CALM for _ in calm)])
    rows = vectors.chosen(np.arange(len(phrases), dtype=np.int32))
    intents, labels = _numbered([intent for intent, _ in phrases])
    ours = round(len(intents) * _OURS)

    def others() -> tuple[Floats, Floats]:
        alarmed = _descend(vectors.chosen(taught), kind_labels, (space.size, len(kinds)))
        return alarmed, _descend(rows, labels - ours, (space.size, len(intents) - ours))

    theirs = aside(others)
    first = _descend(rows, labels, (space.size, ours))
    alarmed, last = theirs()
    head = _head(intents, np.concatenate((first, last), axis=1))
    return Lesson(space, head, _head(kinds, alarmed), _words_only(rows, *space.meaning), labels)


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    distinct = tuple(sorted(set(names)))
    number = {name: i for i, name in enumerate(distinct)}
    return distinct, np.array([number[name] for name in names], dtype=np.int32)


def _head(names: tuple[str, ...], weights: Floats) -> Head:
    return Head(names, weights[:-1], weights[-1])


def _words_only(rows: Rows, low: int, high: int) -> Rows:
    """The rows cut down to the features from `low` up to `high`: an eighth of the memory to look through."""
    keep = (rows.ids >= low) & (rows.ids < high)
    kept = np.concatenate(([0], np.cumsum(keep)))[rows.starts].astype(np.int32)
    return Rows(kept, rows.ids[keep], rows.values[keep])


def _descend(rows: Rows, labels: Ints, shape: tuple[int, int], effort: Effort = EFFORT) -> Floats:
    """Weights (features + 1) x intents; the last row belongs to a constant feature, the bias.

    `shape` is the number of features and of intents; a label that is none of these says "no" to all.

    The bias starts at "no", so that a phrase has to correct only the few intents it is mistaken for.
    """
    size, classes = shape
    if not classes:
        return np.zeros((size + 1, 0), dtype=np.float32)
    weights = np.zeros((size + 1, classes), dtype=np.float32)
    weights[size] = -1
    flat = weights.reshape(-1)
    duals = np.zeros((len(rows), classes), dtype=np.float32)
    softness = np.float32(1 / (2 * PENALTY))
    parts = _parts(rows, size, classes)
    curvature = [float(values @ values) + softness for _, _, values in parts]
    held = np.empty((max(len(ids) for ids, _, _ in parts), classes), dtype=np.float32)
    owners = np.where((labels >= 0) & (labels < classes), labels, _NOBODYS).tolist()
    order = np.random.default_rng(_SEED)
    active = np.arange(len(parts))
    total = np.zeros_like(weights)
    for left, still in zip(range(len(effort.still), 0, -1), effort.still, strict=True):
        moved = np.zeros(len(parts), dtype=bool)
        for i in order.permutation(active).tolist():
            (ids, places, values), dual, own = parts[i], duals[i], owners[i]
            score = values @ weights.take(ids, axis=0, out=held[: len(ids)], mode="clip")
            if own != _NOBODYS:
                score[own] = -score[own]
            # The step to where the dual objective is least along this coordinate, for every intent at once.
            change = np.maximum(dual - (softness * dual - score - 1) / curvature[i], 0) - dual
            wrong = (np.abs(change) > still).nonzero()[0]
            if not len(wrong):
                continue
            moved[i] = True
            dual[wrong] += change[wrong]
            if own != _NOBODYS:
                change[own] = -change[own]
            # Clipping spares `take` a look at each index beforehand; one axis is half the work of two.
            corrected = places + wrong[:, None]
            flat[corrected] = flat.take(corrected, mode="clip") - values * change[wrong][:, None]
        active = np.flatnonzero(moved)  # a phrase that is clear about every intent is left in peace
        if left <= effort.averaged:
            total += weights
    total /= np.float32(effort.averaged)
    return total


def _parts(rows: Rows, size: int, classes: int) -> list[tuple[Places, Places, Floats]]:
    """Of each row, the constant feature added: its ids, where their weights begin, its values."""
    ends = rows.starts[1:]
    ids = np.insert(rows.ids, ends, size).astype(np.intp)
    values = np.insert(rows.values, ends, np.float32(1))
    places = ids * classes
    edges = (rows.starts + np.arange(len(rows) + 1)).tolist()
    return [(ids[low:high], places[low:high], values[low:high]) for low, high in pairwise(edges)]
