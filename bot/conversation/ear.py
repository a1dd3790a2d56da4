"""An ear for scams, learnt from messages that were one and notices that were not.

Signs are what can be told to a citizen; the ear only lends weight to them, or takes some away: it has heard
how swindlers talk where no sign knows the words yet.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from bot.conversation.groups import Sentence

BIAS = ""  # the key of what it thinks of a message without a known word
_RIDGE = 0.5  # of the least squares; larger is more careful
_LEAST = 0.0005  # weights that make no difference are not kept

Ear = Mapping[str, float]  # what each word, and each two words in a row, say: scam > 0 > genuine


def learn(scams: Sequence[Sequence[Sentence]], genuine: Sequence[Sequence[Sentence]]) -> Ear:
    """Learn from messages that were read: dual ridge over sets of words and pairs, each of length 1."""
    messages = [_pieces(sentences) for sentences in (*scams, *genuine)]
    if not scams or not genuine:
        return {}
    places: dict[str, int] = {}
    for pieces in messages:
        for piece in sorted(pieces):
            places.setdefault(piece, len(places))
    rows = np.zeros((len(messages), len(places)), dtype=np.float32)
    for row, pieces in zip(rows, messages, strict=True):
        row[[places[piece] for piece in pieces]] = 1 / math.sqrt(max(1, len(pieces)))
    wanted = np.array([1.0] * len(scams) + [-1.0] * len(genuine))
    kernel = (rows @ rows.T).astype(np.float64) + _RIDGE * np.eye(len(messages))
    weights = np.linalg.solve(kernel, wanted - wanted.mean()) @ rows
    kept = {piece: round(float(weights[at]), 4) for piece, at in places.items() if abs(weights[at]) > _LEAST}
    return {**kept, BIAS: round(float(wanted.mean()), 4)}


def heard(ear: Ear, sentences: Iterable[Sentence]) -> float:
    """What it thinks of a message: about 1 for a scam, about -1 for a genuine notice, 0 if it cannot tell."""
    pieces = _pieces(sentences)
    if not pieces or not ear:
        return 0.0
    return ear[BIAS] + sum(ear.get(piece, 0.0) for piece in pieces) / math.sqrt(len(pieces))


def _pieces(sentences: Iterable[Sentence]) -> set[str]:
    found: set[str] = set()
    for sentence in sentences:
        words = [word.folded for word in sentence]
        found.update(words)
        found.update(f"{one} {other}" for one, other in pairwise(words))
    return found
