"""Words: from a raw message to a `Reading`, using the word lists of `words.yaml` and the phrases' vocabulary.

In order: clean letters, keyboard residue, glued and misspelt words, shorthand, dialect, courtesy, concepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.conversation import keyboard
from bot.conversation.ambiguity import Abbreviations
from bot.conversation.phrasebook import Phrasebook
from bot.conversation.spelling import Speller, Usage
from bot.conversation.text import Token, clean, fold, tokens
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
        short = [expression for expression in (*words.shorthand, *words.ambiguous) if " " not in expression]
        self._speller = Speller(usage, known, [word.folded for text in short for word in tokens(text)])
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
