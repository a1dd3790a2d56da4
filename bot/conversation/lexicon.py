"""Words: from a raw message to a `Reading`, using the word lists of `words.yaml` and the phrases' vocabulary.

In order: clean letters, keyboard residue, glued and misspelt words, shorthand, dialect, courtesy, concepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.conversation import keyboard
from bot.conversation.spelling import Speller
from bot.conversation.text import TONES, Token, clean, fold, tokens
from bot.domain.knowledge import Words

HEAD, TAIL = 36, 28  # words read of a long message: people open or end with their question
_MONEY = re.compile(
    r"\b\d[\d.,]{0,24}\s?(?:k|tr|trieu|ty|ti|cu|chai|ngan|nghin|dong|d|vnd|usd|do)\b|\b\d{1,3}(?:[.,]\d{3}){1,8}\b"
)
_AGE = re.compile(
    r"\b(\d{1,3}|hai|ba|bon|nam|sau|bay|tam|chin|muoi|muoi hai|muoi ba|muoi bon|muoi lam) (?:tuoi|t)\b"
)
_LINK = re.compile(
    r"https?://|www\.|\b[a-z0-9-]{1,63}\.(?:com|vn|net|org|info|top|vip|xyz|cc|life|me|ly|apk|shop|online|site|icu|club)\b"
)
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


Entry = tuple[tuple[Token, ...], str]  # an expression and its meaning


@dataclass(slots=True)
class _Branch:
    """Expressions that begin with the same words: those that end here, and those that go on."""

    next: dict[str, _Branch] = field(default_factory=dict)
    listed: list[Entry] = field(default_factory=list)


class Phrasebook:
    """Expressions of a few words, found in a message with respect for the marks that were typed.

    A listed word matches the same word typed with the same marks, with its tone forgotten, or without any
    marks; a word typed with other marks is another word (`mã` is never `mất`, nor `má`).

    `single` says how far single words are trusted: "any" as above; "exact" only as they are listed;
    "marked" exactly and only from writers who type marks: in "mo khoa o dau" neither `mo` nor `o` is dialect.
    """

    def __init__(self, entries: Mapping[str, str], single: Literal["any", "exact", "marked"] = "any") -> None:
        self._start = _Branch()
        self._meanings = {meaning: tokens(meaning) for meaning in entries.values()}
        for expression, meaning in entries.items():
            words = tuple(tokens(expression))
            if not words:
                continue
            branch = self._start
            for word in words:
                branch = branch.next.setdefault(word.folded, _Branch())
            branch.listed.append((words, meaning))
        self._single = single

    def found(self, words: Sequence[Token]) -> list[str]:
        """Meanings of all expressions in the message, left to right, longest first, not overlapping."""
        return [meaning for _, _, meaning in self._hits(words)]

    def replaced(self, words: Sequence[Token]) -> list[Token]:
        """The message with every expression replaced by the words of its meaning."""
        result: list[Token] = []
        end = 0
        for start, stop, meaning in self._hits(words):
            result.extend(words[end:start])
            result.extend(self._meanings[meaning])
            end = stop
        result.extend(words[end:])
        return result

    def _hits(self, words: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
        folded = [word.folded for word in words]
        first = self._start.next
        starts = [i for i, word in enumerate(folded) if word in first]
        if not starts:
            return
        marks = any(word.has_marks for word in words)
        end, last = 0, len(folded)
        for i in starts:
            if i < end:
                continue
            listed, stop, branch = [], i, first.get(folded[i])
            while branch is not None:
                stop += 1
                if branch.listed:
                    listed.append((stop, branch.listed))
                branch = branch.next.get(folded[stop]) if stop < last else None
            for stop, entries in reversed(listed):
                meaning = self._meaning(words[i:stop], entries, marks=marks)
                if meaning is not None:
                    yield i, stop, meaning
                    end = stop
                    break

    def _meaning(self, typed: Sequence[Token], listed: Sequence[Entry], *, marks: bool) -> str | None:
        """What the typed words mean together; `marks` says whether the writer types marks at all."""
        for expression, meaning in listed:
            if len(typed) == 1 and self._single != "any":
                agreed = typed[0].marked == expression[0].marked and (marks or self._single == "exact")
            else:
                agreed = all(map(_same, typed, expression))
            if agreed:
                return meaning
        return None


def _same(typed: Token, listed: Token) -> bool:
    return not typed.has_marks or typed.marked == listed.marked or typed.marked == listed.marked.rstrip(TONES)


class Lexicon:
    """Reads messages. `counts` says how often each word, without marks, stands in the phrases."""

    def __init__(self, words: Words, counts: Mapping[str, int]) -> None:
        same = {expression: expression for expression in words.keep}
        self._shorthand = Phrasebook({**words.shorthand, **same}, "exact")
        self._dialect = Phrasebook({**words.dialect, **same}, "marked")
        self._courtesy = Phrasebook(dict.fromkeys(words.courtesy, ""))
        self._concepts = Phrasebook(
            {expression: name for name, group in words.concepts.items() for expression in group}
        )
        self.counts = counts
        known = listed(words)
        self._speller = Speller(counts, known)
        self._trusted = known | {word for word, count in counts.items() if count > 2}

    def words(self, text: str) -> list[Token]:
        """The standard words of a message: keyboard, spelling, shorthand and dialect undone."""
        typed = tokens(clean(text))
        if len(typed) > HEAD + TAIL:
            typed = typed[:HEAD] + typed[-TAIL:]
        typed = keyboard.undo(typed, self._trusted)
        return self._dialect.replaced(self._shorthand.replaced(self._speller.mended(typed)))

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

    def without_courtesy(self, words: Sequence[Token]) -> list[Token]:
        """The words without "dạ cho tôi hỏi" and the like; all of them when nothing else was said."""
        kept = self._courtesy.replaced(words)
        return kept or list(words)


def listed(words: Words) -> set[str]:
    """The words, without marks, that the word lists name."""
    same = [*words.shorthand, *words.shorthand.values(), *words.dialect, *words.dialect.values()]
    grouped = [expression for group in words.concepts.values() for expression in group]
    return {token.folded for text in (*same, *grouped, *words.courtesy) for token in tokens(text)}


def counted(words: Words, phrases: Iterable[str]) -> dict[str, int]:
    """How often each word, without marks, stands in the phrases: what is known to be a word."""
    known = listed(words)
    counts: dict[str, int] = {}
    for phrase in phrases:
        found = tokens(clean(phrase))
        if not keyboard.is_residue(found, known):  # its "words" must not pass for words
            for word in found:
                counts[word.folded] = counts.get(word.folded, 0) + 1
    return counts


def _ages(words: Sequence[Token]) -> list[str]:
    """An age group for each age named."""
    if not any(word.folded in ("tuoi", "t") for word in words):
        return []
    found = []
    for match in _AGE.finditer(" ".join(word.folded for word in words)):
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
    if dots and _LINK.search(folded):
        found.append("duong_link")
    return found
