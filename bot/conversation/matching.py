"""Finding the intent of a message: `guesses(text) -> tuple[Guess, ...]`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

import numpy as np

from bot.conversation.features import Floats, Ints, count
from bot.conversation.lexicon import Lexicon, Reading, counted
from bot.conversation.training import Aside, Lesson, alone, learn
from bot.domain.heard import Guess
from bot.domain.knowledge import Knowledge

TOP = 3  # guesses given
# Their phrases are cries for help and questions about them alike, so they teach the alarm neither way.
BORDER = ("an_ninh.khan_cap", "an_ninh.mua_ban_nguoi", "an_ninh.bao_luc_gia_dinh", "lua_dao.da_bi_lua")


@dataclass(frozen=True, slots=True)
class Confidence:
    """How a score becomes a probability: logistic in margin and nearest phrase.

    Fitted on tests/questions by `bench/calibration.py`; see docs/figures.md.
    """

    base: float = -0.7
    margin: float = 4.74
    nearest: float = 2.04

    def of(self, score: float, rival: float, nearest: float) -> float:
        """The probability that a guess with this score is right; `rival` is the best other score."""
        return 1 / (1 + math.exp(-(self.base + self.margin * (score - rival) + self.nearest * nearest)))


CONFIDENCE = Confidence()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model makes of a message: intents, and how loudly which emergency sounds (> 0: yes)."""

    guesses: tuple[Guess, ...]
    alarm: str | None
    loudness: float
    nearest: float = 0.0  # similarity of the closest phrase of the best intents, 1 when verbatim


class Matcher:
    """A trained model and the reader of messages that goes with it. Never changed after it is built."""

    def __init__(self, lexicon: Lexicon, lesson: Lesson) -> None:
        self.lexicon = lexicon
        self.lesson = lesson
        self._phrases = _by_intent(lesson)
        self._meaning = np.array(lesson.space.meaning, dtype=np.int32)
        self._scratch = np.zeros(lesson.space.size, dtype=np.float32)

    def guesses(self, text: str) -> tuple[Guess, ...]:
        """The likeliest intents, best first; scores are probabilities that the guess is right."""
        return self.judge(self.lexicon.read(text)).guesses

    def judge(self, reading: Reading) -> Judgement:
        """Intents and alarm of a message that was read already."""
        lesson = self.lesson
        ids, values = lesson.space.vector(count(reading))
        if not len(ids):
            return Judgement((), None, 0.0)
        scores = lesson.intents.scores(ids, values)
        best = scores.argsort()[: -TOP - 1 : -1]
        order, tops = best.tolist(), scores.take(best).tolist()
        nearest = self._nearest(ids, values, order)
        found = [
            Guess(lesson.intents.names[intent], CONFIDENCE.of(score, tops[int(place == 0)], near))
            for place, (intent, score, near) in enumerate(zip(order, tops, nearest, strict=True))
        ]
        calm, *alarms = lesson.alarms.scores(ids, values).tolist()  # CALM sorts first
        loudest = max(alarms)
        return Judgement(
            tuple(sorted(found, key=_score, reverse=True)),
            lesson.alarms.names[1 + alarms.index(loudest)],
            loudest - calm,
            max(nearest),
        )

    def _nearest(self, ids: Ints, values: Floats, intents: Sequence[int]) -> list[float]:
        """For each intent, the cosine of its most similar phrase, by words and concepts."""
        low, high = ids.searchsorted(self._meaning).tolist()
        if low == high:
            return [0.0] * len(intents)
        ids, values = ids[low:high], values[low:high]
        length = math.sqrt(values.dot(values))
        query = self._scratch
        query[ids] = values
        found = []
        for intent in intents:
            entries, weights, starts = self._phrases[intent]
            shared = query.take(entries)
            shared *= weights
            found.append(float(np.maximum.reduce(np.add.reduceat(shared, starts))) / length)
        query[ids] = 0
        return found


_score = attrgetter("score")


def _by_intent(lesson: Lesson) -> list[tuple[Ints, Floats, Ints]]:
    """The phrases of each intent: their features, the weights of these, and where each phrase starts.

    Each phrase has length 1. None is empty: it has a word, and every word of a phrase is a feature.
    """
    rows = lesson.rows
    lengths = np.sqrt(np.add.reduceat(rows.values**2, rows.starts[:-1]))
    values = rows.values / np.repeat(lengths, np.diff(rows.starts))
    edges = np.searchsorted(lesson.labels, np.arange(len(lesson.intents.names) + 1)).tolist()
    found = []
    for first, last in pairwise(edges):
        low, high = rows.starts[first], rows.starts[last]
        found.append((rows.ids[low:high], values[low:high], (rows.starts[first:last] - low).astype(np.intp)))
    return found


def train(lexicon: Lexicon, known: Knowledge, aside: Aside = alone) -> Matcher:
    """Read all phrases and learn from them; `aside` takes half of the work, if there is anybody."""
    intents = sorted(known.intents.values(), key=lambda intent: intent.id)
    emergencies = sorted(known.emergencies.values(), key=lambda emergency: emergency.kind)
    asked = [(intent.id, text) for intent in intents for text in intent.says]
    cried = [(emergency.kind, text) for emergency in emergencies for text in emergency.says]
    readings = iter(_read(lexicon, [*(text for _, text in (*asked, *cried)), *known.near_misses], aside))
    phrases = [(intent, next(readings)) for intent, _ in asked]
    alarms = [(kind, next(readings)) for kind, _ in cried]
    loud = {emergency.intent for emergency in emergencies} | set(BORDER)
    calm = [*readings, *(reading for intent, reading in phrases if intent not in loud)]
    return Matcher(lexicon, learn(phrases, alarms, calm, aside))


def _read(lexicon: Lexicon, texts: Sequence[str], aside: Aside) -> list[Reading]:
    half = len(texts) // 2
    rest = aside(lambda: list(map(lexicon.read, texts[half:])))
    return [*map(lexicon.read, texts[:half]), *rest()]


def lexicon_of(known: Knowledge) -> Lexicon:
    """The reader of messages for this content."""
    phrases = (
        *(phrase for intent in known.intents.values() for phrase in intent.says),
        *(text for e in known.emergencies.values() for text in e.says),
        *known.near_misses,
    )
    return Lexicon(known.words, counted(known.words, phrases))
