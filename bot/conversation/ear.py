"""An ear for scams, learnt from messages that were one and notices that were not.

Signs are what can be told to a citizen; the ear only lends weight to them, or takes some away: it has heard
how swindlers talk where no sign knows the words yet. It hears words, and which groups of expressions follow
one another: "chuyển tiền" and then "mã OTP" are heard in words that no sample has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from bot.conversation.groups import PLAIN, Hits, Sentence

BIAS = ""  # the key of what it thinks of a message without a known word
_RIDGE = 0.5  # of the least squares; larger is more careful
_LEAST = 0.0005  # weights that make no difference are not kept

_NEAR, _NEXT = 10, 7  # words from one group to another that it hears together, and groups looked ahead
_GROUPS = 0.7  # what all that is heard of groups counts beside the words

# What each word, each two words in a row, each two groups that follow one another say: scam > 0 > genuine.
Ear = Mapping[str, float]
# A message that was read, as its sentences and the places of groups in them.
Message = tuple[Sequence[Sentence], Hits]


def learn(scams: Sequence[Message], genuine: Sequence[Message]) -> Ear:
    """Learn from messages that were read: dual ridge over sets of words, pairs and groups."""
    messages = [_pieces(*message) for message in (*scams, *genuine)]
    if not scams or not genuine:
        return {}
    places: dict[str, int] = {}
    for pieces in messages:
        for piece in sorted(pieces):
            places.setdefault(piece, len(places))
    rows = np.zeros((len(messages), len(places)), dtype=np.float32)
    for row, pieces in zip(rows, messages, strict=True):
        row[[places[piece] for piece in pieces]] = list(pieces.values())
    wanted = np.array([1.0] * len(scams) + [-1.0] * len(genuine))
    kernel = (rows @ rows.T).astype(np.float64) + _RIDGE * np.eye(len(messages))
    weights = np.linalg.solve(kernel, wanted - wanted.mean()) @ rows
    kept = {piece: round(float(weights[at]), 4) for piece, at in places.items() if abs(weights[at]) > _LEAST}
    return {**kept, BIAS: round(float(wanted.mean()), 4)}


def heard(ear: Ear, sentences: Sequence[Sentence], hits: Hits) -> float:
    """What it thinks of a message: about 1 for a scam, about -1 for a genuine notice, 0 if it cannot tell."""
    pieces = _pieces(sentences, hits)
    if not pieces or not ear:
        return 0.0
    return ear[BIAS] + sum(ear.get(piece, 0.0) * counts for piece, counts in pieces.items())


def _pieces(sentences: Sequence[Sentence], hits: Hits) -> dict[str, float]:
    """What is heard in a message and how much each counts: the more there is, the less."""
    words: set[str] = set()
    for sentence in sentences:
        folded = [word.folded for word in sentence]
        words.update(folded)
        words.update(f"{one} {other}" for one, other in pairwise(folded))
    groups = _following(hits)
    return dict.fromkeys(words, 1 / math.sqrt(max(1, len(words)))) | dict.fromkeys(
        groups, _GROUPS / math.sqrt(max(1, len(groups)))
    )


def _following(hits: Hits) -> set[str]:
    """Each two groups of which one begins shortly after the other."""
    places: dict[int, set[tuple[int, str]]] = {}
    for name, found in hits.items():
        if not name.startswith(PLAIN):
            for hit in found:
                places.setdefault(hit.sentence, set()).add((hit.start, name))
    following = set()
    for in_sentence in map(sorted, places.values()):
        for at, (start, one) in enumerate(in_sentence):
            for later, other in in_sentence[at + 1 : at + 1 + _NEXT]:
                if 0 < later - start <= _NEAR:
                    following.add(f">{one}>{other}")
    return following
