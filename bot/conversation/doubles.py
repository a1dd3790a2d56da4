"""Two questions in one message: its parts, and which of them are questions of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation.deciding import OFFERED
from bot.domain.heard import Guess, Meant, Question
from bot.domain.knowledge import REFUSAL, is_refusal, topic_of

ANSWERED = 2  # questions answered in one reply; more are offered

_SPLIT = re.compile(
    r"[?!;.]{1,20}\s+|\s*[?!;]\s*"
    r"|,\s+(?=(?:rồi|với|còn|mà|thế|và|nhân tiện|tiện thể|cho)\b)"
    r"|\s+(?:với lại|và cho|mà cho|tiện thể|nhân tiện|ngoài ra|đồng thời|và)\s+",
    re.IGNORECASE,
)
_HALF = 3  # words of half a double question
_PARTS = 4  # parts of a message that may be questions of their own; more is a story
_STORY = 45  # words from which a message is a story


@dataclass(frozen=True, slots=True)
class Half:
    """One question of several."""

    text: str
    guess: Guess


def questions(
    text: str, best: Callable[[str], Guess | None], sure: float, vague: tuple[str, ...]
) -> tuple[Half, ...]:
    """The questions of a clean message when there are two at least, each clear by itself; ours first."""
    parts = _parts(text)
    found: list[Half] = []
    for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
        if len(found) + left < ANSWERED:
            return ()
        guess = best(part)
        if (
            guess
            and guess.score >= sure
            and topic_of(guess.intent) != "tro_chuyen"
            and guess.intent not in vague
            and guess.intent not in {half.guess.intent for half in found}
        ):
            found.append(Half(part, guess))
    # Ours first; a scam story told in two sentences, or two refusals, are one matter.
    found.sort(key=lambda half: is_refusal(half.guess.intent))
    if len(found) < ANSWERED:
        return ()
    if all(topic_of(half.guess.intent) in {"lua_dao", REFUSAL} for half in found[:ANSWERED]):
        return ()
    return tuple(found)


def answered(halves: tuple[Half, ...], question: Callable[[Half], Question]) -> Meant:
    """Two answers, each for its own case; what is more than two is offered."""
    first, *others = map(question, halves[:ANSWERED])
    return Meant(
        intent=first.intent,
        path=first.path,
        facets=first.facets,
        others=tuple(others),
        left=tuple(half.guess.intent for half in halves[ANSWERED:]),
        guesses=tuple(half.guess for half in halves[:OFFERED]),
    )


def _parts(text: str) -> list[str]:
    """The parts of a clean message that may be two questions; none when it cannot be more than one."""
    words = text.count(" ") + 1
    if not 2 * _HALF <= words <= _STORY:  # a story is one matter
        return []
    parts = [part for part in _SPLIT.split(text) if part and len(part.split()) >= _HALF]
    return parts if ANSWERED <= len(parts) <= _PARTS else []
