"""Is somebody in danger now? How loudly the model hears an emergency, weighed against what speaks of calm.

A question *about* fire safety is not a fire: words that set a matter in the past, in a supposition or in the
law ("năm ngoái", "nếu", "mức phạt") lower the alarm, and so does a sure guess of another matter: long calm
stories hold many words that frightened people use, too. A best guess that people in danger write about
raises it.
The weights were chosen on tests/questions/urgent.yaml (bench/calibration.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.conversation.lexicon import Reading
from bot.conversation.matching import BORDER, Judgement
from bot.domain.knowledge import topic_of


@dataclass(frozen=True, slots=True)
class Weights:
    """What moves the alarm, on the scale of the model's own loudness."""

    near_topic: float = 0.2  # the best guess is an intent that people in danger write about
    named_scam: float = 0.1  # taken off when it is one trick for certain: its own answer says stop
    small_talk: float = 0.3  # taken off when it is courtesy or another office's matter for certain
    paperwork: float = 0.5  # taken off when it is any other matter for certain, but for security
    calm: float = 0.3  # taken off for each group of calming words
    threshold: float = -0.2


def alarm(judged: Judgement, reading: Reading, calm: Collection[str], weights: Weights) -> str | None:
    """The kind of emergency a message is, or None. `calm` names the groups of calming words."""
    if judged.alarm is None or not judged.guesses:
        return None
    best = judged.guesses[0]
    loudness = judged.loudness - weights.calm * len(set(reading.concepts).intersection(calm))
    loudness += weights.near_topic if best.intent in BORDER else -_hush(best.intent, weights) * best.score
    return judged.alarm if loudness > weights.threshold else None


def _hush(intent: str, weights: Weights) -> float:
    """How much a sure guess of a matter speaks against an emergency."""
    match topic_of(intent):
        case "an_ninh":
            return 0.0
        case "lua_dao":
            return weights.named_scam
        case "tro_chuyen" | "oos":
            return weights.small_talk
    return weights.paperwork
