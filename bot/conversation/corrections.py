"""Corrections: "không phải, ý tôi là …", "nhầm rồi, …", "ý em là làm cho con cơ"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.cues import Cues, Phrases
from bot.conversation.lexicon import Lexicon
from bot.conversation.text import Token, fold
from bot.domain.heard import Guess
from bot.domain.knowledge import Words

_PAUSE = re.compile(r"[,.;:!?…–—-]+\s+|[,;]")  # behind a "no" that stands alone
_TURN = re.compile(
    r"[,.;:!?…–—]+\s*|\s-\s|\s(?:mà là|ma la|phải là|phai la|mà|ma)\s"
)  # "không phải X mà là Y"
_NO = 6  # words of a "no" at most
_FRONT = 9  # words of a "no" and what leads on from it ("không phải đâu, ý tôi muốn hỏi")
_LEAST_LEFT = 0.25  # what a guess that was ruled out leaves to the others, at least


@dataclass(frozen=True, slots=True)
class Turn:
    """A correction as it was typed: what was refused by name, and what may be meant, likeliest first."""

    refused: str
    meant: tuple[str, ...]


class Corrections:
    """Takes a correction off the front of a message."""

    def __init__(self, words: Words, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        given = words.corrections
        self._no = Phrases(lexicon, given.get("no", ()))
        self._mean = Phrases(lexicon, given.get("mean", ()))
        self._behind = Phrases(lexicon, (*given.get("mean", ()), *given.get("ask", ())))
        self._leading = Phrases(lexicon, (phrase for group in given.values() for phrase in group))
        self._somewhere = Cues(lexicon, {0: (*given.get("mean", ()), *given.get("ask", ()))})

    def rest(self, text: str) -> str | None:
        """What is meant instead; empty when nothing but "no" was said, None when nothing is corrected."""
        head, tail = _cut(text)
        words = self._lexicon.words(head)
        if not words:
            return None
        refused = self._no.front(words)
        if refused and refused >= len(words):
            return self._stripped(self._lexicon.words(tail))
        whole = self._lexicon.words(text)
        meant = self._mean.front(whole)
        if meant:
            return _text(whole[meant:])
        if not self._no.front(whole) and not _begins_with_no(whole):
            return None
        hits = self._somewhere.found(whole)
        if hits:  # "không phải mất thẻ, ý tôi là đổi thẻ": what stands before it was refused
            return _text(whole[max(max(hit.places) for hit in hits) + 1 :])
        front = self._no.front(whole)
        return _text(whole[front:]) if front > 2 else None

    def turn(self, text: str) -> Turn | None:
        """What is not meant and what may be, just as it was typed; None when nothing is corrected."""
        typed = text.split()
        front = self._front(typed)
        if not front:
            return None
        rest = " ".join(typed[front:])
        first, *others = (part.strip() for part in _TURN.split(rest))
        denies = fold(typed[front - 1]) == "phai"  # "không phải X": X is what is not meant
        meant = dict.fromkeys((*(() if denies else (rest, first)), *reversed(others)))
        return Turn(first if denies else "", tuple(filter(None, meant)))

    def _front(self, typed: Sequence[str]) -> int:
        """How many words, as typed, only say no and lead on to what is meant."""
        if not self._leading.front(self._lexicon.words(" ".join(typed[: _FRONT + 1]))):
            return 0
        for many in range(min(_FRONT, len(typed)), 0, -1):
            words = self._lexicon.words(" ".join(typed[:many]))
            if words and self._leading.front(words) == len(words):
                return many
        return 0

    def _stripped(self, words: Sequence[Token]) -> str:
        return _text(words[self._behind.front(words) :])


def without(guesses: tuple[Guess, ...], intent: str) -> tuple[Guess, ...]:
    """The guesses when one of them is ruled out: the others are worth what they are of what is left."""
    out = next((guess.score for guess in guesses if guess.intent == intent), 0.0)
    left = max(1 - out, _LEAST_LEFT)
    return tuple(
        Guess(guess.intent, min(1.0, guess.score / left)) for guess in guesses if guess.intent != intent
    )


def _cut(text: str) -> tuple[str, str]:
    pause = _PAUSE.search(text)
    if pause is None or len(text[: pause.start()].split()) > _NO:
        return text, ""
    return text[: pause.start()], text[pause.end() :]


def _begins_with_no(words: Sequence[Token]) -> bool:
    return words[0].folded in {"khong", "nham", "sai"}


def _text(words: Sequence[Token]) -> str:
    return " ".join(word.marked for word in words)
