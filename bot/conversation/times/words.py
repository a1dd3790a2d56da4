"""Words of time: a message as numbers, signs, and the words a time can be told with.

They stand in code like the words around places: each belongs to the grammar that reads it (`mai` is
today + 1, `rưỡi` stands only behind an hour), so a word added to a list without a rule would mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from bot.conversation import keyboard
from bot.conversation.syllable import is_bare
from bot.conversation.text import TONES, WORD_LIMIT, Token, fold, tokens

# Standard word: the other ways it is typed. Marks count where they were typed, as everywhere.
_TYPED = {
    "thứ": "thú thừ", "chủ": "chúa", "nhật": "nhựt", "cn": "", "tuần": "", "tháng": "thg thág",
    "năm": "", "ngày": "", "hôm": "hum hơm bựa", "bữa": "", "buổi": "bủi bui",
    "nay": "", "này": "ni nì", "mai": "", "mơi": "", "mốt": "", "kia": "", "qua": "wa", "nữa": "nứa nựa nx",
    "tới": "", "sau": "", "trước": "trc", "kế": "", "tiếp": "", "rồi": "r", "từ": "", "đến": "đén",
    "đầu": "", "giữa": "", "cuối": "cúi", "sáng": "ság sag", "trưa": "", "chiều": "chìu chjều",
    "tối": "", "đêm": "", "sớm": "", "xế": "", "khuya": "",
    "giờ": "h giò gìơ", "g": "", "tiếng": "", "phút": "p ph", "rưỡi": "rưởi rữi rửi rưởỉ rửơi", "kém": "",
    "lúc": "", "vào": "vô", "khoảng": "", "tầm": "", "cỡ": "", "độ": "", "chừng": "",
    "mùng": "mồng", "rằm": "", "tết": "", "giêng": "", "chạp": "", "âm": "al", "dương": "dl", "lịch": "",
    "ta": "",
    "am": "", "pm": "", "s": "", "c": "ch", "hoặc": "hoac", "hay": "", "và": "", "trong": "",
    "một": "", "hai": "", "ba": "", "bốn": "", "tư": "", "lăm": "nhăm", "sáu": "", "bảy": "bẩy", "tám": "",
    "chín": "", "mười": "", "mươi": "", "hăm": "", "vài": "", "mấy": "", "ngoái": "", "sang": "",
    "trừ": "", "bận": "", "kẹt": "", "chờ": "", "đợi": "",
}  # fmt: skip
# Typed without a blank, or as one sign for two words.
_GLUED = {
    "hnay": "hôm nay", "hqua": "hôm qua", "hwa": "hôm qua", "hni": "hôm nay", "homnay": "hôm nay",
    "homqua": "hôm qua",
    "ngaymai": "ngày mai", "ngmai": "ngày mai", "nmai": "ngày mai", "sangmai": "sáng mai", "smai": "sáng mai",
    "chieumai": "chiều mai", "toimai": "ngày mai", "sangnay": "sáng nay", "snay": "sáng nay",
    "chieunay": "chiều nay", "cnay": "chiều nay", "tuansau": "tuần sau", "tuantoi": "tuần tới",
    "tuannay": "tuần này", "thangsau": "tháng sau", "chunhat": "chủ nhật", "cuoituan": "cuối tuần",
    "dautuan": "đầu tuần", "thuhai": "thứ hai", "thuba": "thứ ba", "thutu": "thứ tư", "thunam": "thứ năm",
    "thusau": "thứ sáu", "thubay": "thứ bảy",
}  # fmt: skip
# Without its tone such a word is a commoner one: "tôi" is nobody's evening.
_TONE_COUNTS = frozenset("tối mốt từ mùng rằm đầu chiều bảy trừ bận kẹt chờ đợi".split())
_NUMBERS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "tám": 8,
            "chín": 9, "mười": 10}  # fmt: skip
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_FIGURE_IN_WORD = re.compile(r"[a-z]\d", re.IGNORECASE)
_VNI = re.compile(r"[a-z]+\d[a-z]*\d?", re.IGNORECASE)
_NONE: frozenset[str] = frozenset()


class Atom(NamedTuple):
    """A word, a number or a sign. `start` and `end` are places in the cleaned text."""

    start: int
    end: int
    folded: str  # the word without marks, the digits, or the sign
    senses: frozenset[str]  # the words of time it may be; several without marks: "sau" is sau or sáu
    number: int | None  # the value of up to four digits
    glued: bool  # nothing stands between it and the atom before
    bare: bool  # typed without marks
    capital: bool = False  # begins with a capital letter


_END = Atom(0, 0, "", _NONE, None, False, True)


_MOST = 500  # atoms read of one message: as many words as the longest has
_MARGIN = 24  # further than any rule looks


class Atoms:
    """A message, atom by atom; outside of it there are only empty ones."""

    def __init__(self, found: Sequence[Atom]) -> None:
        self._length = len(found)
        self._found = [*_NOTHING, *found, *_NOTHING]
        self.marked = any(not atom.bare for atom in found)  # whether the writer types marks
        self.listed = 0  # the place behind a day, to which others may be added
        self.listed_weekday = False  # whether that was a day of the week
        self.told = 0  # the place behind what was understood: a number before it counts nothing behind it

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: int) -> Atom:
        return self._found[place + _MARGIN]

    def has(self, place: int, *words: str) -> bool:
        """Whether the atom at a place can be one of the words."""
        return not self._found[place + _MARGIN].senses.isdisjoint(words)

    def row(self, place: int, *words: str) -> bool:
        """Whether the words stand there, one after the other."""
        return all(word in self[place + i].senses for i, word in enumerate(words))

    def sign(self, place: int, signs: str) -> bool:
        """Whether one of the signs stands at a place."""
        folded = self._found[place + _MARGIN].folded
        return bool(folded) and folded in signs


_NOTHING = [_END] * _MARGIN


def read(text: str) -> Atoms:
    """The atoms of a cleaned text."""
    found: list[Atom] = []
    vni = _FIGURE_IN_WORD.search(text) is not None and _is_vni(text)
    end = -1
    pieces: Iterable[re.Match[str]] = _PIECE.finditer(text) if not vni else _VNI_PIECE.finditer(text)
    for piece in islice(pieces, _MOST):
        start, typed = piece.start(), piece[0]
        glued, end = start == end, piece.end()
        if typed[0].isdecimal():
            number = int(typed) if len(typed) <= 4 else None
            found.append(Atom(start, end, typed, _NONE, number, glued, True))
        elif not typed[0].isalpha():
            found.append(Atom(start, end, typed, _NONE, None, glued, True))
        else:
            for senses, folded, bare in _word(typed) if len(typed) <= WORD_LIMIT else ():
                found.append(Atom(start, end, folded, senses, None, glued, bare, typed[0].isupper()))
                glued = False
    return Atoms(found)


_VNI_PIECE = re.compile(r"[^\W\d_]+\d[^\W_]*|[^\W\d_]+|\d+|[^\w\s]")


def _is_vni(text: str) -> bool:
    """Whether two words or more read as a keyboard that put figures for marks: `sa1ng thu71 3`."""
    count = 0
    for piece in _VNI.finditer(text):
        count += _of_vni(piece[0].lower()) is not None
        if count == 2:
            return True
    return False


def _of_vni(word: str) -> Token | None:
    """A VNI word, if it is one of time; `thu3` is Tuesday, written together."""
    return None if re.fullmatch(r"[a-z]+\d", word) and word[-1] in "2345" else keyboard.vni(word)


@lru_cache(maxsize=4_096)
def _word(typed: str) -> tuple[tuple[frozenset[str], str, bool], ...]:
    """Senses, folded form and bareness of a word; of several for what is written together."""
    low = typed.lower()
    glued = _GLUED.get(fold(low))
    if glued:
        return tuple((frozenset([word]), fold(word), True) for word in glued.split())
    if any(char.isdecimal() for char in low):
        read_as = _of_vni(low)
        if read_as is None:
            return tuple((_SENSES.get(part, _NONE), part, True) for part in re.findall(r"[^\W\d_]+", low))
        found: Token | None = read_as
    else:
        found = next(iter(tokens(low)), None)
        if found and found.marked not in _SENSES and not found.has_marks and not is_bare(found.folded):
            found = keyboard.telex(found.folded) or found
    if found is None:
        return ((_NONE, fold(low), True),)
    return ((_SENSES.get(found.marked, _NONE), found.folded, not found.has_marks),)


def _senses() -> dict[str, frozenset[str]]:
    """The words of time each typed form may be: as listed, a tone or a hat forgotten, without marks."""
    found: dict[str, set[str]] = {}
    for word, typed in _TYPED.items():
        for each in (word, *typed.split()):
            token = tokens(each)[0]
            tone = token.marked[-1] if token.marked[-1] in TONES else ""
            forms = {token.marked}
            if each == word or not token.has_marks:
                forms.add(token.folded)
            if each == word not in _TONE_COUNTS:
                forms.add(token.folded + tone)
            if each == word not in _TONE_COUNTS:
                forms.add(token.marked.rstrip(TONES))
            for form in forms:
                found.setdefault(form, set()).add(word)
    return {form: frozenset(words) for form, words in found.items()}


_SENSES = _senses()


# Behind "mươi" a bare "lam" is "lăm", unless this follows: then it is "làm".
_WORK = frozenset(
    "the can cccd giay ho dinh dang vneid duoc dc viec xong sao gi tam thuong lai thu cho".split()
)


def number(atoms: Atoms, place: int, *, date: bool = False) -> tuple[int, int] | None:
    """A number in figures or words at a place, and where it ends: `hai mươi bảy` is 27, `mười lăm` 15.

    In a `date` two units stand for tens too, and "sau" is six: "ngày hai bảy", "ngay sau thang 12".
    """
    atom = atoms[place]
    if atom.number is not None:
        return atom.number, place + 1
    if not atom.senses:
        return None
    if "mười" in atom.senses or "hăm" in atom.senses:
        unit = _behind_tens(atoms, place + 1)
        tens = 10 if "mười" in atom.senses else 20
        return (tens + unit, place + 2) if unit else (tens, place + 1)
    first = unit_at(atoms, place)
    if not first or "lăm" in atom.senses or (atoms.has(place, "sau", "từ") and (not date or atoms.marked)):
        return None
    if atoms.has(place + 1, "mươi", "mười"):
        unit = _behind_tens(atoms, place + 2)
        return (10 * first + unit, place + 3) if unit else (10 * first, place + 2)
    second = _second_unit(atoms, place + 1, date=date and first < 4) if 1 < first < 6 else None
    return (10 * first + second, place + 2) if second else (first, place + 1)


def _second_unit(atoms: Atoms, place: int, *, date: bool) -> int | None:
    """The unit of `hai bảy`, `hai lăm`, `ba mốt`."""
    clear = not atoms[place].bare
    if date and clear and atoms.has(place, "mốt"):
        return 1
    if atoms.has(place, "năm") or not (date or (clear and atoms.has(place, "lăm"))):
        return None
    return unit_at(atoms, place)


def unit_at(atoms: Atoms, place: int) -> int | None:
    """One to nine in a word."""
    return _unit(atoms[place].senses)


@lru_cache(maxsize=512)
def _unit(senses: frozenset[str]) -> int | None:
    return next((value for word, value in _NUMBERS.items() if word in senses and value < 10), None)


def _behind_tens(atoms: Atoms, place: int) -> int | None:
    """The unit behind "mười" or "mươi": there `mốt` is one, and five is `lăm`."""
    atom = atoms[place]
    if "mốt" in atom.senses:
        return 1
    if "năm" in atom.senses or ("lăm" in atom.senses and atom.bare and atoms[place + 1].folded in _WORK):
        return None
    return unit_at(atoms, place)
