"""What a Vietnamese keyboard leaves behind when it is switched off: `maats` (Telex), `ma6t1` (VNI)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.conversation.syllable import compose, is_bare, is_marked
from bot.conversation.text import Token, remembered

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VNI_SHAPES = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_TELEX_PAIRS = (
    ("dd", "đ"), ("uwow", "ươ"), ("uow", "ươ"), ("uwo", "ươ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"),
    ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"),
)  # fmt: skip
_VOWELS = frozenset("aeiouy")
_VNI_WORD = re.compile(r"^[a-z](?=.*[a-z])(?=.*[1-9])(?:[a-z]|[1-9](?![1-9]{2})){2,9}$")
_LEAST_TELEX = 4  # one word in so many is a keyboard, fewer are slips
_LEAST_VNI = 2  # one "lop1" is a class, two such words are a keyboard


@remembered(8_192)
def telex(word: str) -> Token | None:
    """The word a Telex typist meant, or None: `maats` → mất, `cawn` → căn."""
    if not word.isascii() or not word.isalpha() or len(word) < 2:
        return None
    for letters, tone in _tone_readings(word):
        shaped = _shaped(letters)
        if (tone or shaped != letters) and is_marked(shaped + tone):
            return compose(shaped, tone)
    for letters, tone in _tone_readings(word):
        if tone and is_bare(letters):  # a forgotten second vowel key: viecj for vieecj
            return compose(letters, tone)
    return None


def _tone_readings(word: str) -> list[tuple[str, str]]:
    """Ways to take one tone key out of the word: behind its vowels first, then none."""
    first_vowel = next((i for i, char in enumerate(word) if char in _VOWELS or char == "w"), len(word))
    readings = [
        (word[:i] + word[i + 1 :], _TELEX_TONES[word[i]])
        for i in range(len(word) - 1, first_vowel, -1)
        if word[i] in _TELEX_TONES
    ]
    return [*readings, (word, "")]


def _shaped(letters: str) -> str:
    for keys, shape in _TELEX_PAIRS:
        if keys in letters:
            letters = letters.replace(keys, shape, 1)
    if letters.endswith("w"):  # the key typed last: canw, duongw
        letters = _late_horn(letters[:-1])
    elif letters.endswith("d") and letters.startswith("d") and len(letters) > 2:
        letters = "đ" + letters[1:-1]
    return letters


def _late_horn(letters: str) -> str:
    if "uo" in letters:
        return letters.replace("uo", "ươ", 1)
    for plain, shape in (("a", "ă"), ("o", "ơ"), ("u", "ư")):
        if plain in letters:
            return letters.replace(plain, shape, 1)
    return letters


@remembered(4_096)
def vni(word: str) -> Token | None:
    """The word a VNI typist meant, or None: `ma6t1` → mất."""
    if not _VNI_WORD.match(word):
        return None
    letters, tone = "", ""
    for char in word:
        if char in _VNI_TONES and letters:
            tone = _VNI_TONES[char]
        elif char in _VNI_SHAPES:
            plain = next((c for c in reversed(letters) if c in _VNI_SHAPES[char]), None)
            if plain is None:
                return None
            at = letters.rindex(plain)
            letters = letters[:at] + _VNI_SHAPES[char][plain] + letters[at + 1 :]
            if char == "7" and "uơ" in letters:
                letters = letters.replace("uơ", "ươ")
        else:
            letters += char
    return compose(letters, tone) if is_marked(letters + tone) else None


def undo(words: Sequence[Token], known: Collection[str]) -> Sequence[Token]:
    """The same words with keyboard residue read as what was meant.

    A word that is a syllable, or that content uses (`known`, folded), is left alone: `app` is no Telex.
    """
    strange = [(place, word) for place, word in enumerate(words) if word.folded not in known]
    if not strange:
        return words
    result = list(words)
    numbered = [vni(word.marked) for _, word in strange]
    trust_vni = len(numbered) - numbered.count(None) >= _LEAST_VNI
    left = [None if word.has_marks or is_bare(word.folded) else telex(word.folded) for _, word in strange]
    trust_telex = (len(left) - left.count(None)) * _LEAST_TELEX >= len(words)
    for (place, word), number, tone in zip(strange, numbered, left, strict=True):
        if trust_vni and number is not None:
            result[place] = number
        elif tone and (trust_telex or telex_ends(word.folded)):
            result[place] = tone
    return result


def telex_ends(word: str) -> bool:
    """Whether a word ends in a key of Telex, as nearly all who type it do: `nhaf`, not `nfha`."""
    return word[-1] in _TELEX_TONES or word[-1] == "w"


def is_residue(words: Sequence[Token], known: Collection[str]) -> bool:
    """Whether a text was typed with the keyboard program off: a third of its words read as Telex or VNI."""
    unread = [w for w in words if not (w.has_marks or w.folded in known or is_bare(w.folded))]
    return 3 * sum(bool(telex(w.folded) or vni(w.marked)) for w in unread) > len(words)
