"""Letters: one clean, comparable form for whatever a phone sends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TypeVar

LIMIT = 2000  # characters of one message that are read; doors refuse longer ones
WORD_LIMIT = 32  # characters of a word worth remembering: longer ones are none, and fill the memory
TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền sắc ngã hỏi nặng, as combining marks
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Cs", "Co", "Cn"})
_LETTERS = "a-z0-9đăâêôơư"
_WORD = re.compile(f"[{_LETTERS}][{_LETTERS}{TONES}]*")  # a tone without a letter is none
# The look back keeps a long run of blanks from being looked at again from each of them.
_NEW_LINE = re.compile(r"[.,;:]?(?<![ \t])[ \t]*[\r\n]+\s*")
_RUN = re.compile(r"(.)\1\1", re.IGNORECASE)  # a quick look whether the next one has work to do
# "nhaaaaa" but not "cccd" or "www"
_LONG_RUN = re.compile(
    r"([aeiouyàáảãạâăèéẻẽẹêìíỉĩịòóỏõọôơùúủũụưỳýỷỹỵ])\1{2,}|([^\W\d_])\2{3,}", re.IGNORECASE
)


_Made = TypeVar("_Made")


def remembered(most: int) -> Callable[[Callable[[str], _Made]], Callable[[str], _Made]]:
    """Remember what was made of the last `most` words; longer ones are none, and are made anew each time."""

    def decorate(made: Callable[[str], _Made]) -> Callable[[str], _Made]:
        cached = lru_cache(maxsize=most)(made)

        @wraps(made)
        def of(word: str) -> _Made:
            return cached(word) if len(word) <= WORD_LIMIT else made(word)

        return of

    return decorate


@dataclass(frozen=True, slots=True)
class Token:
    """A word in two views: `marked` as typed (tone moved to the end), `folded` without any mark."""

    marked: str
    folded: str
    has_marks: bool  # whether the writer typed marks in this word; only then do they count


class _Letters(dict[int, str]):
    """A translation table that works each character out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = result = self.work_out(chr(code))
        return result

    def work_out(self, char: str) -> str:
        raise NotImplementedError


class _Printable(_Letters):
    """Controls and separators become a space, invisible and private characters nothing."""

    def work_out(self, char: str) -> str:
        kind = unicodedata.category(char)
        return "" if kind in _UNSEEN else " " if kind[0] in "CZ" else char


class _Bare(_Letters):
    """A letter without its marks; a lone mark is nothing."""

    def work_out(self, char: str) -> str:
        parts = unicodedata.normalize("NFD", char.replace("đ", "d"))
        return "".join(part for part in parts if not unicodedata.combining(part))


class _BareEach(_Letters):
    """A letter without its marks and its capital, as long as one letter is left of it."""

    def work_out(self, char: str) -> str:
        bare = fold(char)
        return bare if len(bare) == 1 else char


class _ToneLast(_Letters):
    """A letter, then its tone: one character class covers all words. Other marks are dropped."""

    def work_out(self, char: str) -> str:
        if char in TONES:
            return char
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(c for c in parts if c in TONES)
        shape = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        return shape + tone if _WORD.match(shape) else fold(char) + tone


_PRINTABLE, _BARE, _BARE_EACH, _TONE_LAST = _Printable(), _Bare(), _BareEach(), _ToneLast()


def clean(text: str) -> str:
    """Composed, printable text on one line.

    Undoes full-width and styled letters, drops control, direction and zero-width characters and stacks of
    combining marks, ends lines with a full stop, shortens "nhaaaaa", and cuts at `LIMIT` characters.
    """
    text = text[: LIMIT * 2].strip()
    if "\n" in text or "\r" in text:
        text = _NEW_LINE.sub(". ", text)
    text = unicodedata.normalize("NFKC", text)[:LIMIT].translate(_PRINTABLE)
    if _RUN.search(text):
        text = _LONG_RUN.sub(r"\1\2", text)
    return " ".join(text.split()) if "  " in text else text.strip()


def fold(text: str) -> str:
    """Lower case without any marks: `Đổi thẻ` → `doi the`."""
    return text.lower().translate(_BARE)


def fold_each(text: str) -> str:
    """Folded letter by letter, so that positions agree with the original."""
    return text.translate(_BARE_EACH)


def tokens(text: str) -> list[Token]:
    """The words of a cleaned text, in order; punctuation and foreign scripts fall away."""
    found: list[Token] = []
    for piece in text.split():
        found += _tokens(piece) if len(piece) <= WORD_LIMIT else _tokens.__wrapped__(piece)
    return found


@lru_cache(maxsize=16_384)
def _tokens(piece: str) -> tuple[Token, ...]:
    """The words between two blanks: mostly one, none in ":-)", two in "sáng/chiều"."""
    composed = unicodedata.normalize("NFC", piece.lower())
    return tuple(map(_token, _WORD.findall(composed.translate(_TONE_LAST))))


def _token(word: str) -> Token:
    """The two views of one word whose tone may stand anywhere; `hòa` and `hoà` give the same."""
    tone = next((char for char in word if char in TONES), "")
    letters = "".join(char for char in word if char not in TONES)
    plain = fold(letters)
    return Token(letters + tone, plain, letters + tone != plain)
