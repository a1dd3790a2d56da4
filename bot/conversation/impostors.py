"""Hosts that pretend to be somebody's: a name of the state or of a brand where it has no business."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from bot.conversation.syllable import is_bare
from bot.conversation.text import fold
from bot.domain.scam import Brand, Webs

_FULL_NAME = 5  # letters from which a name inside a longer word is no chance
_NEAR = 5, 9  # letters of a name from which one wrong letter, two wrong letters, are still that name
_PIECE = re.compile(r"[^a-z]+")
_DIGITS = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"})
_PAIRS = (("rn", "m"), ("vv", "w"))


class Impostors:
    """Knows names that others use. `trusted` are the domains of those who are known."""

    def __init__(self, webs: Webs, brands: Iterable[Brand], trusted: Iterable[str]) -> None:
        self._state = {"gov", *(ending.partition(".")[0] for ending in webs.official)}
        self._names = sorted({word for brand in brands for word in brand.words}, key=len, reverse=True)
        self._real = {label for domain in trusted for label in domain.split(".")}
        self._twins = str.maketrans(dict(webs.twins))

    def named(self, login: str) -> bool:
        """Whether what stands before the @ of an address names somebody, or the state."""
        return any(name in login.lower() for name in (*self._names, "gov.vn"))

    def imitates(self, name: str, domain: str) -> bool:
        """Whether a foreign host carries a name that is not its own, or letters that only look like Latin."""
        drawn = name.translate(self._twins)
        ending = domain.partition(".")[2]
        left = name[: len(name) - len(ending)].rstrip(".")
        if _is_mixed(name):
            return True
        for label in left.split("."):
            skeleton = fold(label.translate(self._twins))
            pieces = [piece for piece in _PIECE.split(skeleton) if piece]
            if self._state.intersection(pieces) or any(
                p.startswith("gov") or p.endswith(("govvn", "gov")) for p in pieces
            ):
                return True
            if any(self._carries(word) for word in _readings(skeleton, pieces)):
                return True
        return drawn != name and any(word in fold(drawn) for word in self._names if len(word) >= _FULL_NAME)

    def _carries(self, word: str) -> bool:
        """Whether a piece of a label is a brand's name, holds it, or is nearly it."""
        for name in self._names:
            if name == word:
                return True
            if len(name) >= _FULL_NAME:
                if name in word:
                    return True
                most = sum(len(name) >= least for least in _NEAR)
                near = word[0] == name[0] and abs(len(name) - len(word)) <= most
                if near and word not in self._real and OSA.distance(name, word, score_cutoff=most) <= most:
                    return True
            elif (
                len(word) > len(name) and (word.startswith(name) or word.endswith(name)) and not is_bare(name)
            ):
                return True
        return False


def _readings(skeleton: str, pieces: list[str]) -> Iterable[str]:
    """The words a label may be read as: piece by piece, joined, digits as letters, pairs as one letter."""
    joined = skeleton.replace("-", "").replace("_", "")
    drawn = joined.translate(_DIGITS)
    found = dict.fromkeys([*pieces, joined, drawn, *drawn.replace("-", " ").split()])
    for pair, letter in _PAIRS:
        found |= dict.fromkeys(word.replace(pair, letter) for word in tuple(found) if pair in word)
    found |= dict.fromkeys(p.translate(_DIGITS) for p in skeleton.split("-"))
    return [word for word in found if word]


def _is_mixed(name: str) -> bool:
    """Whether one label is written in two scripts, one of them Latin."""
    return any(
        any(c.isascii() and c.isalpha() for c in label) and any(_is_foreign(c) for c in label)
        for label in name.split(".")
    )


def _is_foreign(char: str) -> bool:
    """A letter that is not Latin."""
    return ord(char) > 0x024F and char.isalpha() and not 0x1E00 <= ord(char) <= 0x1EFF
