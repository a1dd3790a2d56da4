"""Expressions of a few words, found in a message with respect for the marks that were typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import contains
from typing import Literal

from bot.conversation.text import TONES, Token, tokens

Forms = tuple[str, ...]  # the ways one listed word may be typed
Entry = tuple[tuple[Forms, ...], str]  # an expression and its meaning


@dataclass(slots=True)
class _Branch:
    """Expressions that begin with the same words: those that end here, and those that go on."""

    next: dict[str, _Branch] = field(default_factory=dict)
    listed: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Opening:
    """What a word means alone, and how expressions go on that begin with it."""

    next: dict[str, _Branch]
    meaning: str | None = None


class Phrasebook:
    """Expressions of a few words, found in a message with respect for the marks that were typed.

    A listed word matches the same word typed with the same marks, with its tone forgotten, or without any
    marks; a word typed with other marks is another word (`mã` is never `mất`, nor `má`).

    `single` says how far single words are trusted: "any" as above; "exact" only as they are listed;
    "marked" exactly and only from writers who type marks: in "mo khoa o dau" neither `mo` nor `o` is dialect.
    """

    def __init__(self, entries: Mapping[str, str], single: Literal["any", "exact", "marked"] = "any") -> None:
        start = _Branch()
        self._openings: dict[str, _Opening] = {}  # by each form in which a first word may be typed
        self._meanings = {meaning: tokens(meaning) for meaning in entries.values()}
        for expression, meaning in entries.items():
            words = tokens(expression)
            if not words:
                continue
            branch = start
            for word in words:
                branch = branch.next.setdefault(word.folded, _Branch())
            alone = len(words) == 1
            typed = tuple(forms(word) for word in words)
            for form in (words[0].marked,) if alone and single != "any" else typed[0]:
                opening = self._openings.setdefault(form, _Opening(start.next[words[0].folded].next))
                if alone and opening.meaning is None:
                    opening.meaning = meaning
            branch.listed.append((typed, meaning))
        self._wary = single == "marked"

    def found(self, words: Sequence[Token]) -> list[str]:
        """Meanings of all expressions in the message, left to right, longest first, not overlapping."""
        return [meaning for _, _, meaning in self._hits(words)]

    def replaced(self, words: Sequence[Token], *, bare: bool = False) -> Sequence[Token]:
        """The message with every expression replaced by the words of its meaning.

        `bare` says that it was typed without marks.
        """
        hits = self._hits(words, bare=bare)
        if not hits:
            return words
        result: list[Token] = []
        end = 0
        for start, stop, meaning in hits:
            result.extend(words[end:start])
            result.extend(self._meanings[meaning])
            end = stop
        result.extend(words[end:])
        return result

    def _hits(self, words: Sequence[Token], *, bare: bool = False) -> list[tuple[int, int, str]]:
        openings, last, end = self._openings, len(words), 0
        hits = []
        for i, word in enumerate(words):
            opening = openings.get(word.marked)
            if opening is None or i < end:
                continue
            branch = opening.next.get(words[i + 1].folded) if i + 1 < last else None
            longer = _longest(words, i, branch) if branch is not None else None
            if longer is not None:
                end, meaning = longer
                hits.append((i, end, meaning))
            elif opening.meaning is not None and not (self._wary and bare):
                end = i + 1
                hits.append((i, end, opening.meaning))
        return hits


def _longest(words: Sequence[Token], start: int, branch: _Branch) -> tuple[int, str] | None:
    """End and meaning of the longest expression of two words or more; `branch` is behind the second."""
    stop, last = start + 2, len(words)
    path = [branch.listed]
    while stop < last and (longer := branch.next.get(words[stop].folded)) is not None:
        branch = longer
        path.append(branch.listed)
        stop += 1
    marked = [word.marked for word in words[start:stop]]
    while path:
        for typed, meaning in path.pop():
            if all(map(contains, typed, marked)):
                return stop, meaning
        stop -= 1
    return None


def forms(listed: Token) -> Forms:
    """The ways a listed word may be typed: with all marks, with the tone forgotten, without any."""
    return tuple(dict.fromkeys((listed.marked, listed.marked.rstrip(TONES), listed.folded)))
