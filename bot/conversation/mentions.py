"""The words of a message and the names of places among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.placewords import HAMLETS, PAUSE, UNITS, is_frame
from bot.conversation.text import Token, tokens

_PAUSES = re.compile(r"[,;?!():]+|(?<=\w\w\w)\.(?=\s)")
_HAMLET = 3  # words that may name a hamlet


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in the message, from word `start` up to `end`, and what may be meant."""

    start: int
    end: int
    unit: str
    refs: tuple[str, ...]
    doubtful: bool = False  # everyday words: a name only beside one that it fits


Chain = tuple[Mention, ...]


class Words:
    """The words of a message, with p5 and q.3 taken apart and a pause where the writer made one.

    `plain` says that there are no marks at all: who types some types them everywhere, and then xa is far and
    xã is a commune. `mentions` keeps what was looked up already.
    """

    __slots__ = ("_all", "_kinds", "folded", "mentions", "plain")

    def __init__(self, text: str) -> None:
        found: list[Token] = []
        for piece in _PAUSES.split(text):
            if found and found[-1] is not _PAUSE:
                found.append(_PAUSE)
            for token in tokens(piece):
                found += _apart(token)
        self._all = tuple(found[:-1] if found and found[-1] is _PAUSE else found)
        self.folded = tuple(word.folded for word in self._all)
        self.plain = not any(word.has_marks for word in self._all)
        self._kinds = dict(self._units())
        self.mentions: dict[tuple[int, bool], list[Mention]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Token]:
        return iter(self._all)

    def __getitem__(self, place: int) -> Token:
        return self._all[place]

    def part(self, start: int, end: int) -> tuple[Token, ...]:
        """The words from one position up to another."""
        return self._all[start:end]

    def units(self, start: int) -> Sequence[tuple[str, int]]:
        """Words for a kind of place at a position, and where the name after them begins."""
        return self._kinds.get(start, ())

    def beside(self, chain: Chain) -> list[int]:
        """Positions of the words beside the names, without those of a hamlet or a street before them."""
        taken = {place for mention in chain for place in range(mention.start, mention.end)}
        first = min(taken, default=0)
        found: list[int] = []
        skipped = 0
        for place, word in enumerate(self._all):
            if place in taken:
                skipped = 0
            elif word.folded in HAMLETS and place < first:
                skipped = _HAMLET
            elif skipped and not is_frame(word):
                skipped -= 1
            else:
                skipped = 0
                found.append(place)
        return found

    def is_whole(self, chain: Chain) -> bool:
        """Whether nothing but words around a place stands beside the names."""
        return all(is_frame(self._all[place]) for place in self.beside(chain))

    def gaps(self, taken: set[int], *, bare: bool) -> Iterator[tuple[int, int, str]]:
        """Runs of words that may be a name written wrongly: after a kind, or (`bare`) by themselves."""
        free = [place not in taken and word is not _PAUSE for place, word in enumerate(self._all)]
        for start in range(len(self._all)):
            for unit, after in self.units(start) if free[start] else ():
                for end in (after + 2, after + 3, after + 1, after + 4):
                    if end <= len(self._all) and all(free[start:end]):
                        yield after, end, unit
        for start in range(len(self._all)):
            if bare and free[start] and not is_frame(self._all[start]):
                for end in (start + 2, start + 3, start + 1):
                    if end <= len(self._all) and all(free[start:end]):
                        yield start, end, ""
                return

    def _units(self) -> Iterator[tuple[int, list[tuple[str, int]]]]:
        over = 0  # where the last kind of two words ends: the xã of thị xã is none
        for start in range(len(self._all)):
            found = [
                (unit, after)
                for after in (start + 2, start + 1)
                if start >= over
                for unit, forms in _UNITS.get(self.folded[start:after], ())
                if self.plain or tuple(word.marked for word in self._all[start:after]) in forms
            ]
            if found:
                over = max(over, *(after for _, after in found))
                yield start, found


def _apart(token: Token) -> list[Token]:
    letters = token.folded.rstrip("0123456789")
    digits = token.folded[len(letters) :].lstrip("0") or "0" if letters != token.folded else ""
    if digits and letters in UNITS:
        return [Token(letters, letters, False), Token(digits, digits, False)]
    if digits and not letters:
        return [Token(digits, digits, False)]
    if token.folded.startswith("tp") and len(token.folded) > 4:
        return [Token("tp", "tp", False), *tokens(token.marked[2:])]
    return [token]


def folded(words: Iterable[Token]) -> str:
    """The words without marks, one blank apart; pauses are none."""
    return " ".join(word.folded for word in words if word is not _PAUSE)


def _forms() -> dict[tuple[str, ...], list[tuple[str, set[tuple[str, ...]]]]]:
    found: dict[tuple[str, ...], dict[str, set[tuple[str, ...]]]] = {}
    for typed, unit in UNITS.items():
        form = tokens(typed)
        forms = found.setdefault(tuple(word.folded for word in form), {}).setdefault(unit, set())
        forms.add(tuple(word.marked for word in form))
    return {key: list(units.items()) for key, units in found.items()}


_UNITS = _forms()
_PAUSE = Token(PAUSE, PAUSE, False)
