"""Words: from a raw message to a `Reading`, using the word lists of `words.yaml` and the phrases' vocabulary.

In order: clean letters, keyboard residue, glued and misspelt words, shorthand, dialect, courtesy, concepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import contains
from typing import Literal

from bot.conversation import keyboard
from bot.conversation.ambiguity import Abbreviations
from bot.conversation.spelling import Speller, Usage
from bot.conversation.text import TONES, Token, clean, fold, tokens
from bot.domain.knowledge import Words

HEAD, TAIL = 36, 28  # words read of a long message: people open or end with their question
_MONEY = re.compile(
    r"\b\d[\d.,]{0,24}\s?(?:k|tr|trieu|ty|ti|cu|chai|ngan|nghin|dong|d|vnd|usd|do)\b|\b\d{1,3}(?:[.,]\d{3}){1,8}\b"
)
_AGE = re.compile(
    r"\b(\d{1,3}|hai|ba|bon|nam|sau|bay|tam|chin|muoi|muoi hai|muoi ba|muoi bon|muoi lam) (?:tuoi|t)\b"
)
_YEARS = frozenset({"tuoi", "t"})  # as _AGE has them
_ENDING = r"\.(?:com|vn|net|org|info|top|vip|xyz|cc|life|me|ly|apk|shop|online|site|icu|club)\b"
_LINK = re.compile(rf"https?://|www\.|\b[a-z0-9-]{{1,63}}{_ENDING}")
_LINK_LIKE = re.compile(rf"://|www\.|{_ENDING}")  # a quick look: most dots end a sentence
_DIGIT = re.compile(r"\d")
_NUMBER_WORDS = {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
                 "muoi hai": 12, "muoi ba": 13, "muoi bon": 14, "muoi lam": 15}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the matcher sees it: its words in order, and the concepts found in it."""

    words: tuple[Token, ...]
    concepts: tuple[str, ...]

    @property
    def folded(self) -> str:
        """The words without marks, one space apart."""
        return " ".join(word.folded for word in self.words)


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
            forms = tuple(_forms(word) for word in words)
            for form in (words[0].marked,) if alone and single != "any" else forms[0]:
                opening = self._openings.setdefault(form, _Opening(start.next[words[0].folded].next))
                if alone and opening.meaning is None:
                    opening.meaning = meaning
            branch.listed.append((forms, meaning))
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
        for forms, meaning in path.pop():
            if all(map(contains, forms, marked)):
                return stop, meaning
        stop -= 1
    return None


def _forms(listed: Token) -> Forms:
    """With all marks, with the tone forgotten, without any; one form of a word that has none."""
    return tuple(dict.fromkeys((listed.marked, listed.marked.rstrip(TONES), listed.folded)))


class Lexicon:
    """Reads messages. `usage` is that of the phrases: which words are known, and beside which."""

    def __init__(self, words: Words, usage: Usage) -> None:
        same = {expression: expression for expression in words.keep}
        self._abbreviations = Abbreviations(words.ambiguous, usage)
        self._shorthand = Phrasebook({**words.shorthand, **same}, "exact")
        self._dialect = Phrasebook({**words.dialect, **same}, "marked")
        # Without its marks a word of the region may be another one: `mo` is "mô" or "mở".
        bare = {fold(word): meaning for word, meaning in words.dialect.items() if " " not in word}
        self._bare_dialect = Abbreviations({word: (word, meaning) for word, meaning in bare.items()}, usage)
        self._courtesy = Phrasebook(dict.fromkeys(words.courtesy, ""))
        self._concepts = Phrasebook(
            {expression: name for name, group in words.concepts.items() for expression in group}
        )
        self.usage = usage
        known = listed(words)
        self._speller = Speller(usage, known)
        self._trusted = known | {word for word, count in usage.counts.items() if count > 2}

    def words(self, text: str) -> Sequence[Token]:
        """The standard words of a message: keyboard, spelling, shorthand and dialect undone."""
        return self.standard(clean(text))

    def standard(self, text: str) -> Sequence[Token]:
        """The standard words of a text that is clean already."""
        typed: Sequence[Token] = tokens(text)
        if len(typed) > HEAD + TAIL:
            typed = [*typed[:HEAD], *typed[-TAIL:]]
        bare = not any(
            word.has_marks for word in typed
        )  # a slip read as a Telex key makes no typist of marks
        words = self._speller.mended(keyboard.undo(typed, self._trusted))
        words = self._shorthand.replaced(self._abbreviations.resolved(words))
        bare = bare and not keyboard.is_residue(typed, self._trusted)
        return self._dialect.replaced(self._bare_dialect.resolved(words) if bare else words, bare=bare)

    def read(self, text: str) -> Reading:
        """Everything the matcher wants to know of a message."""
        return self.reading(self.words(text), text)

    def reading(self, words: Sequence[Token], text: str = "") -> Reading:
        """The reading of words that were already brought to their standard form."""
        kept = self.without_courtesy(words)
        concepts = self._concepts.found(kept)
        concepts.extend(_ages(kept))
        concepts.extend(_figures(text))
        return Reading(tuple(kept), tuple(concepts))

    def without_courtesy(self, words: Sequence[Token]) -> Sequence[Token]:
        """The words without "dạ cho tôi hỏi" and the like; all of them when nothing else was said."""
        return self._courtesy.replaced(words) or words


def listed(words: Words) -> set[str]:
    """The words, without marks, that the word lists name."""
    same = [*words.shorthand, *words.shorthand.values(), *words.dialect, *words.dialect.values()]
    same += [text for short, meanings in words.ambiguous.items() for text in (short, *meanings)]
    grouped = [expression for group in words.concepts.values() for expression in group]
    return {token.folded for text in (*same, *grouped, *words.courtesy) for token in tokens(text)}


def counted(words: Words, phrases: Iterable[str]) -> Usage:
    """The words of the phrases: what is known to be a word, and in which company."""
    known = listed(words)
    typed = (tokens(clean(phrase)) for phrase in phrases)
    # What a keyboard left behind must not pass for words.
    return Usage.of(
        [word.folded for word in found] for found in typed if not keyboard.is_residue(found, known)
    )


def _ages(words: Sequence[Token]) -> list[str]:
    """An age group for each age named."""
    folded = [word.folded for word in words]
    if _YEARS.isdisjoint(folded):
        return []
    found = []
    for match in _AGE.finditer(" ".join(folded)):
        word = match[1]
        age = int(word) if word.isdigit() else _NUMBER_WORDS[word]
        found.append(
            "tuoi_duoi_6" if age < 6 else "tuoi_6_13" if age < 14 else "tuoi_14" if age < 18 else "tuoi_lon"
        )
    return found


def _figures(raw: str) -> list[str]:
    """Concepts that need digits and punctuation: a sum of money, a web address."""
    digits, dots = _DIGIT.search(raw) is not None, "." in raw or "://" in raw
    if not (digits or dots):
        return []
    folded = fold(raw)
    found = ["so_tien"] if digits and _MONEY.search(folded) else []
    if dots and _LINK_LIKE.search(folded) and _LINK.search(folded):
        found.append("duong_link")
    return found
