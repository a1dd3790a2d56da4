"""Is somebody in danger now? How loudly the model hears an emergency, weighed against what speaks of calm.

A question *about* fire safety is not a fire: words that set a matter in the past, in a supposition or in the
law ("năm ngoái", "nếu", "mức phạt") lower the alarm, and so does a confident guess of an everyday intent.
The weights are a logistic regression on tests/questions/urgent*.yaml (bench/calibration.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.conversation.lexicon import Reading
from bot.conversation.matching import BORDER, Judgement


@dataclass(frozen=True, slots=True)
class Weights:
    """What moves the alarm, on the scale of the model's own loudness."""

    near_topic: float = 0.4  # the best guess is an intent that people in danger write about
    other_topic: float = 0.4  # taken off at full confidence in any other intent
    calm: float = 0.65  # taken off for each group of calming words
    threshold: float = 0.2


def alarm(judged: Judgement, reading: Reading, calm: Collection[str], weights: Weights) -> str | None:
    """The kind of emergency a message is, or None. `calm` names the groups of calming words."""
    if judged.alarm is None or not judged.guesses:
        return None
    best = judged.guesses[0]
    loudness = judged.loudness
    loudness += weights.near_topic if best.intent in BORDER else -weights.other_topic * best.score
    loudness -= weights.calm * len(set(reading.concepts).intersection(calm))
    return judged.alarm if loudness > weights.threshold else None
