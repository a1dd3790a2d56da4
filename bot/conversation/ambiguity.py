"""Abbreviations with several meanings: the one is taken that keeps the company around it in the phrases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.conversation.spelling import Usage
from bot.conversation.text import Token, tokens

_FIRST = 1.0  # natural logarithm of how much likelier the meaning is that stands first
_Meaning = tuple[Token, ...]


class Abbreviations:
    """`dk` is "đăng ký" before "tạm trú" and "được" after "làm".

    `listed` names the meanings, the likeliest first; `usage` is that of the phrases.
    """

    def __init__(self, listed: Mapping[str, Sequence[str]], usage: Usage) -> None:
        self._meanings: dict[str, tuple[_Meaning, ...]] = {
            word.marked: tuple(tuple(tokens(meaning)) for meaning in meanings)
            for short, meanings in listed.items()
            for word in tokens(short)[:1]
        }
        self._usage = usage

    def resolved(self, words: Sequence[Token]) -> Sequence[Token]:
        """The message with each such abbreviation written out."""
        if not any(word.marked in self._meanings for word in words):
            return words
        result: list[Token] = []
        for place, word in enumerate(words):
            meanings = self._meanings.get(word.marked)
            if meanings is None:
                result.append(word)
                continue
            before = result[-1].folded if result else ""
            after = words[place + 1].folded if place + 1 < len(words) else ""
            fits = [self._fit(meaning, before, after) for meaning in meanings]
            fits[0] += _FIRST
            result.extend(meanings[fits.index(max(fits))])
        return result

    def _fit(self, meaning: _Meaning, before: str, after: str) -> float:
        return self._usage.company(before, meaning[0].folded) + self._usage.company(meaning[-1].folded, after)
