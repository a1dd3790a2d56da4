"""A second opinion on what a message is about, by its meaning rather than its words; asked when in doubt.

A model of language turns a text into a vector; what is learnt here is which vectors belong to which intent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.conversation.features import Floats
from bot.conversation.lexicon import Reading
from bot.conversation.restoring import Restorer
from bot.domain.heard import Guess

Embed = Callable[[str], Floats]  # a text written with its marks -> a vector of length 1
_RIDGE = 1e-5  # what large weights cost
_STEPS = 300  # of the descent; more bring nothing


@dataclass(frozen=True, slots=True)
class Sense:
    """A softmax regression over vectors: `names` in the order of the weights' columns."""

    names: tuple[str, ...]
    mean: Floats  # of all phrases, taken away before anything else: it says nothing
    weights: Floats  # vector + 1 x names; the last row is the bias


@dataclass(frozen=True, slots=True)
class Trust:
    """How our own confidence and the second opinion make one, as log-odds.

    Fitted on tests/questions by `bench/semantic.py`; see docs/figures.md.
    """

    base: float = 0.57
    own: float = 1.1
    other: float = 0.4


TRUST = Trust()


def learn(vectors: Floats, labels: Sequence[str]) -> Sense:
    """Learn from the vectors of phrases (phrases x vector) and the intent of each. Takes half a minute.

    Accelerated gradient descent (Nesterov) on the multinomial logistic loss.
    """
    names = tuple(sorted(set(labels)))
    mean = vectors.mean(axis=0)
    rows = _with_constant(_directions(vectors, mean))
    number = {name: i for i, name in enumerate(names)}
    wanted = np.eye(len(names), dtype=np.float32)[[number[label] for label in labels]]
    steepest = 0.5 * float(np.linalg.norm(rows.T @ rows, 2)) / len(rows) + _RIDGE
    weights = np.zeros((rows.shape[1], len(names)), dtype=np.float32)
    ahead, pace = weights, 1.0
    for _ in range(_STEPS):
        slope = rows.T @ (_shares(rows @ ahead) - wanted) / np.float32(len(rows)) + _RIDGE * ahead
        after = (ahead - slope / steepest).astype(np.float32)
        quicker = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        ahead = after + np.float32((pace - 1) / quicker) * (after - weights)
        weights, pace = after, quicker
    return Sense(names, mean, weights)


def _directions(vectors: Floats, mean: Floats) -> Floats:
    away = vectors - mean
    found: Floats = away / np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1e-6)
    return found


def _with_constant(rows: Floats) -> Floats:
    return np.concatenate((rows, np.ones((len(rows), 1), dtype=np.float32)), axis=1)


def _shares(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: npt.NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
    return found


class SecondOpinion:
    """Says how likely intents are by a message's meaning. Never changed after it is built."""

    def __init__(self, sense: Sense, restorer: Restorer, embed: Embed) -> None:
        self._sense, self._restorer, self._embed = sense, restorer, embed

    def of(self, reading: Reading) -> Mapping[str, float]:
        """The probability of each intent; they add up to 1. Takes some 10 ms."""
        vector = self._embed(self._restorer.restored(reading.words))
        row = _with_constant(_directions(vector[None, :], self._sense.mean))
        shares = _shares(row @ self._sense.weights)[0]
        return dict(zip(self._sense.names, shares.tolist(), strict=True))

    def weighed(self, reading: Reading, guesses: Sequence[Guess]) -> tuple[Guess, ...]:
        """The guesses as sure as both opinions together make them, best first."""
        opinion = self.of(reading)
        weighed = (replace(guess, score=_together(guess.score, opinion[guess.intent])) for guess in guesses)
        return tuple(sorted(weighed, key=lambda guess: -guess.score))


def _together(own: float, other: float) -> float:
    odds = TRUST.base + TRUST.own * _odds(own) + TRUST.other * _odds(other)
    return 1 / (1 + math.exp(-odds))


def _odds(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))
