"""Is somebody in danger now? How loudly the model hears an emergency, weighed against what speaks of calm.

A question *about* fire safety is not a fire: words that set a matter in the past, in a supposition or in the
law ("năm ngoái", "nếu", "mức phạt") lower the alarm; a best guess that people in danger write about raises it.
The weights were chosen on tests/questions/urgent.yaml (bench/calibration.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.conversation.lexicon import Reading
from bot.conversation.matching import BORDER, Judgement
from bot.domain.knowledge import topic_of

SCAMS = ("money", "clicked")  # kinds whose neighbours are the fraud answers


@dataclass(frozen=True, slots=True)
class Weights:
    """What moves the alarm, on the scale of the model's own loudness."""

    near_topic: float = 0.6  # the best guess is an intent that people in danger write about
    calm: float = 0.3  # taken off for each group of calming words
    named_scam: float = 0.2  # taken off a scam alarm at full confidence in one trick: its own answer says stop
    threshold: float = 0.15


def alarm(judged: Judgement, reading: Reading, calm: Collection[str], weights: Weights) -> str | None:
    """The kind of emergency a message is, or None. `calm` names the groups of calming words."""
    if judged.alarm is None or not judged.guesses:
        return None
    best = judged.guesses[0]
    loudness = judged.loudness
    if best.intent in BORDER:
        loudness += weights.near_topic
    elif judged.alarm in SCAMS and topic_of(best.intent) == "lua_dao":
        loudness -= weights.named_scam * best.score
    loudness -= weights.calm * len(set(reading.concepts).intersection(calm))
    return judged.alarm if loudness > weights.threshold else None
