"""A doubtful message as it is judged: tricks of writing undone, links, numbers, sums read as one word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.callers import numbers
from bot.conversation.groups import Found, Hits, Sentence
from bot.conversation.lexicon import HEAD, TAIL, Lexicon
from bot.conversation.links import Kind, Link, Links, mended
from bot.conversation.redaction import MASK
from bot.conversation.signs import Signs
from bot.conversation.syllable import is_bare
from bot.conversation.text import clean, fold_each, tokens

MONEY, PERCENT, SOON, MASKED = "q0money", "q0percent", "q0soon", "q0masked"
_AT_ONCE = HEAD + TAIL  # words the lexicon reads at once
_LONGEST = 40  # words of a sentence; what has no full stop is cut here
_END = re.compile(r"(?<=[.!?;\n])\s+|\s+[•*–-]\s+|\n")
_SUMS = re.compile(
    r"(?<![\w.])(?P<money>\d[\d.,]{0,16}\s?(?:-|den|toi|~)?\s?(?:\d[\d.,]{0,16}\s?)?"
    r"(?:k|tr|trieu|ty|ti|cu|ngan|nghin|dong|d|vnd|usdt|usd|do|\$)(?!\w)|\d{1,3}(?:tr|cu|trieu|ty)\s?\d{1,3}(?!\w)|\d{1,3}(?:[.,]\d{3}){1,4}(?![\w.,]\d)|\$\s?\d[\d.,]{0,12})"
    r"|(?<![\w.])(?P<percent>\d[\d.,]{0,6}\s?(?:%|phan tram))"
    r"|(?<![\w.])(?P<soon>\d{1,3}\s?(?:h|gio|tieng|phut|p|')(?![\w]))"
)
# "c h u y ể n", "O.T.P", "z-a-l-o": letters one by one.
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_](?P<gap>[ ._*\-|]))(?:[^\W\d_](?P=gap)){1,14}[^\W\d_](?![^\W_])")
_LEET = re.compile(r"(?<![^\W_@$])[^\W\d_]{0,20}[0134@$][^\W_]{0,20}(?:[@$][^\W_]{0,20})?")
_LOOKS_LIKE = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "@": "a", "$": "s"})
_KNOWN = frozenset("otp link app zalo bank sms pass telegram viettel vietcombank agribank".split())
_PLACEHOLDER = "q0"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A message in two views, sentence by sentence: as typed, and with spelling and shorthand undone."""

    typed: Sequence[Sentence]
    standard: Sequence[Sentence]
    links: Sequence[Link]
    hits: tuple[Hits, ...]  # where groups of words stand, in each view

    @property
    def groups(self) -> frozenset[str]:
        """The groups of words that stand in it."""
        return frozenset().union(*self.hits)

    @property
    def length(self) -> int:
        """How many words it has."""
        return sum(map(len, self.typed))

    def count(self, group: str) -> int:
        """How many different places a group stands at, in the view that shows most."""
        return max(len({(hit.sentence, hit.start) for hit in hits.get(group, ())}) for hits in self.hits)

    @property
    def words(self) -> list[str]:
        """The standard words without marks; links, numbers and sums left out, for they change every time."""
        return [
            word.folded
            for sentence in self.standard
            for word in sentence
            if not word.folded.startswith(_PLACEHOLDER) and not word.folded.isdigit()
        ]


class Reader:
    """Makes exhibits of messages."""

    def __init__(self, lexicon: Lexicon, links: Links, signs: Signs, twins: dict[int, str]) -> None:
        self._lexicon, self._links, self._signs, self._twins = lexicon, links, signs, twins

    def read(self, text: str) -> Exhibit:
        """The exhibit of a message."""
        text = mended(clean(text))
        links = self._links.found(text)
        typed = [tokens(part) for part in _sentences(self._plain(text, links))]
        standard = [self._standard(sentence) for sentence in typed]
        first = Found(typed, self._signs.hits(typed))
        return Exhibit(typed, standard, links, (first.hits, self._signs.hits(standard, first)))

    def _plain(self, text: str, links: Sequence[Link]) -> str:
        text = _replaced(text, [(link.start, link.stop, _word(link)) for link in links])
        if not text.isascii():
            text = text.translate(self._twins)
        text = _replaced(text, list(numbers(text)))
        sums = _SUMS.finditer(fold_each(text.lower()))
        text = _replaced(text, [(m.start(), m.end(), _sum(m)) for m in sums])
        text = text.replace(MASK, f" {MASKED} ")
        text = _SPACED.sub(lambda m: m[0].replace(m["gap"], ""), text)
        return _LEET.sub(lambda m: _unleeted(m[0]), text)

    def _standard(self, words: Sentence) -> Sentence:
        """The standard form of words, however many."""
        if len(words) <= _AT_ONCE:
            return self._lexicon.standard(" ".join(word.marked for word in words))
        return [
            word
            for start in range(0, len(words), _AT_ONCE)
            for word in self._standard(words[start : start + _AT_ONCE])
        ]


def _word(link: Link) -> str:
    return f"{link.kind} {Kind.PACKAGE}" if link.package and link.kind is not Kind.PACKAGE else str(link.kind)


def _sum(match: re.Match[str]) -> str:
    return MONEY if match["money"] else PERCENT if match["percent"] else SOON


def _replaced(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """The text with spans replaced by words."""
    parts, end = [], 0
    for start, stop, word in sorted(spans):
        if start >= end:
            parts += [text[end:start], f" {word} "]
            end = stop
    return "".join([*parts, text[end:]])


def _sentences(text: str) -> list[str]:
    """The sentences of a text; none is longer than `_LONGEST` words."""
    found = []
    for sentence in _END.split(text):
        words = sentence.split()
        found += [" ".join(words[i : i + _LONGEST]) for i in range(0, len(words), _LONGEST)]
    return found


def _unleeted(word: str) -> str:
    """`m4t kh@u` as it is meant; what is no word then stays."""
    if word.startswith(_PLACEHOLDER) or not any(char.isalpha() for char in word):
        return word
    meant = word.lower().translate(_LOOKS_LIKE)
    folded = fold_each(meant)
    return meant if len(meant) > 2 and (is_bare(folded) or folded in _KNOWN) else word
