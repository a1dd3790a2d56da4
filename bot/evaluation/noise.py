"""Seeded spelling noise: the ways a sentence is mistyped on a cheap phone, made by a program.

Written apart from the code that undoes it and kept simple; real messages are worse in other ways, so these
figures are an upper bound.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.evaluation.figures import Row

LEAST = 100  # rows of each style
_KEYS = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_SHAPES = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_SHORT = {
    "không": "k", "được": "dc", "gì": "j", "rồi": "r", "với": "vs", "làm": "lm", "như thế nào": "ntn",
    "thế nào": "tn",
    "bao nhiêu": "bn", "điện thoại": "đt", "số điện thoại": "sdt", "mật khẩu": "mk", "mới": "ms",
    "cũng": "cx",
    "tài khoản": "tk", "chuyển khoản": "ck", "căn cước công dân": "cccd", "căn cước": "cc", "phải": "p",
    "nữa": "nx",
    "người": "ng", "vậy": "z", "giờ": "h", "đăng ký": "đk", "công an": "ca", "mình": "mk", "biết": "bít",
}  # fmt: skip
_DIALECT = {
    "đâu": "mô", "sao": "răng", "không": "nỏ", "làm": "mần", "gì": "chi", "vậy": "rứa", "tôi": "tui",
    "giờ": "chừ",
    "này": "ni", "kia": "tê", "thấy": "chộ", "cái": "cấy", "nó": "hấn",
}  # fmt: skip


def no_marks(text: str, _chance: random.Random) -> str:
    """Everything typed without marks."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def teencode(text: str, chance: random.Random) -> str:
    """Common words shortened, most of the time."""
    return _swapped(text, _SHORT, chance, 0.85)


def dialect(text: str, chance: random.Random) -> str:
    """Nghệ Tĩnh words, most of the time."""
    return _swapped(text, _DIALECT, chance, 0.85)


def typo(text: str, chance: random.Random) -> str:
    """One letter in a quarter of the words doubled, dropped or swapped with its neighbour."""
    return " ".join(_slip(word, chance) if chance.random() < 0.25 else word for word in text.split())


def telex(text: str, _chance: random.Random) -> str:
    """Typed in Telex with the keyboard program off."""
    return " ".join(_keys(word) for word in text.split())


def no_space(text: str, chance: random.Random) -> str:
    """Three spaces in ten forgotten."""
    words = text.split(" ")
    return "".join(word + ("" if chance.random() < 0.3 else " ") for word in words).strip()


def mixed(text: str, chance: random.Random) -> str:
    """Teencode, typos and no marks at once."""
    return no_marks(typo(teencode(text, chance), chance), chance)


NOISES: dict[str, Callable[[str, random.Random], str]] = {
    "noise:no_marks": no_marks,
    "noise:teencode": teencode,
    "noise:dialect": dialect,
    "noise:typo": typo,
    "noise:telex": telex,
    "noise:no_space": no_space,
    "noise:mixed": mixed,
}


def noisy(rows: Iterable[Row], seed: int = 2026) -> Iterator[Row]:
    """Every row in every style; few rows are repeated with other dice until a style has `LEAST`."""
    given = list(rows)
    inside = max(1, sum(not row.out for row in given))
    for style, spoil in NOISES.items():
        chance = random.Random(f"{seed} {style}")
        for _ in range(-(-LEAST // inside)):
            for row in given:
                yield replace(row, text=spoil(row.text.lower(), chance), style=style)


def _swapped(text: str, table: dict[str, str], chance: random.Random, often: float) -> str:
    padded = f" {text} "
    for word in sorted(table, key=len, reverse=True):
        if f" {word} " in padded and chance.random() < often:
            padded = padded.replace(f" {word} ", f" {table[word]} ")
    return padded.strip()


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < 3:
        return word
    at = chance.randrange(len(word) - 1)
    return chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        ]
    )


def _keys(word: str) -> str:
    letters, tone = [], ""
    for char in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", char)
        mark = next((part for part in parts if part in _KEYS), "")
        base = unicodedata.normalize("NFC", parts.replace(mark, "")) if mark else char
        tone = _KEYS.get(mark, tone)
        letters.append(_SHAPES.get(base, base))
    return "".join(letters) + tone
