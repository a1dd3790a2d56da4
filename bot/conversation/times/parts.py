"""Parts of the day, "sáng", "đầu giờ chiều", "s mai"; and words that count or bind what is beside them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.times.words import Atoms, number

NOON, MIDNIGHT = 12 * 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a day in minutes from local midnight, `[begins, ends)`; `at` is the minute that was named."""

    begins: int
    ends: int
    at: int | None = None


class Bound(StrEnum):
    """What stands before a time or a day: from it, until it, after it, before it, about it."""

    FROM = "from"
    UNTIL = "until"
    AFTER = "after"
    BEFORE = "before"
    ABOUT = "about"


# Part of the day, early and late in it. Generous at the ends: what is open is for the calendar to say.
PARTS = {"sáng": Window(0, NOON), "trưa": Window(660, 840), "chiều": Window(NOON, 1110),
          "tối": Window(1080, MIDNIGHT), "đêm": Window(1200, MIDNIGHT)}  # fmt: skip
_EARLY = {
    "sáng": Window(0, 540),
    "trưa": Window(660, 750),
    "chiều": Window(NOON, 900),
    "tối": Window(1080, 1200),
}
_LATE = {
    "sáng": Window(600, NOON),
    "trưa": Window(750, 840),
    "chiều": Window(930, 1110),
    "tối": Window(1200, 1440),
}
_BOUNDS = {
    "từ": Bound.FROM, "đến": Bound.UNTIL, "tới": Bound.UNTIL, "sau": Bound.AFTER, "trước": Bound.BEFORE,
    **dict.fromkeys(("khoảng", "tầm", "cỡ", "chừng", "độ"), Bound.ABOUT),
}  # fmt: skip

_NOT_BEFORE = {  # words that make another thing of the part of the day behind them
    "sáng": frozenset("anh den thap phat soi toa chieu tuoi an bua".split()),
    "chiều": frozenset("nguoc mot hai cung trai theo doi nhieu dao moi 1 2 ho kinh guong gac".split()),
    "trưa": frozenset("nghi an ngu giac".split()),
    "tối": frozenset("tam bong trang troi sap".split()),
    "đêm": frozenset("nua".split()),
}
_NOT_BEHIND = {  # … and in front of them
    "sáng": frozenset("tao suot lap kien to che mat ngoi sua tac gio h".split()),
    "chiều": frozenset("cao dai rong huong sau ngang doc chuong long theo di hau bong 2".split()),
    "trưa": frozenset(),
    "tối": frozenset("da thieu uu cao hau mat nghia tam om den qua thui mu hu".split()),
    "đêm": frozenset(),
}
_SINCE = frozenset("tu hoi ban".split())  # "từ sáng", "hồi trưa": gone
_HABIT = frozenset("nao mo".split())  # "chiều nào cũng", "chiều mô": every one, or a question
# Over to, not in the morning: "doi sang thu 6".
_MOVERS = frozenset("doi chuyen lui hoan qua tu doidoi thay dich".split())
_COUNTED = frozenset("""
    nguoi ng nghin ngan k tr trieu tram ty ti dong d vnd cu chai lan tuoi cai chiec nam thang tuan ngay bua
    tieng phut giay loai km m kg ha phan tieu diem muc % chuc gam lit thung
""".split())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day, maybe the early or the late hours of it."""

    name: str
    early: bool = False
    late: bool = False

    @property
    def window(self) -> Window:
        """Its minutes."""
        return (_EARLY if self.early else _LATE if self.late else PARTS).get(self.name, PARTS[self.name])


def bound_at(atoms: Atoms, place: int) -> Bound | None:
    """What the word at a place makes of the time behind it."""
    return next((bound for word, bound in _BOUNDS.items() if word in atoms[place].senses), None)


def part_at(atoms: Atoms, place: int) -> tuple[Part, int] | None:
    """A part of the day at a place, and where it ends."""
    start, early, late = place, False, False
    if atoms.has(place, "đầu", "cuối") and atoms.has(place + 1, "giờ", "buổi"):
        early, late = atoms.has(place, "đầu"), atoms.has(place, "cuối")
        start = place + 1 + atoms.has(place + 1, "giờ", "buổi")
    elif atoms.has(place, "sớm", "cuối", "đầu", "giữa", "xế") and not (
        atoms.has(place, "xế") and atoms[place].bare
    ):
        early, late = atoms.has(place, "sớm", "đầu"), atoms.has(place, "cuối", "xế")
        start = place + 1
    if atoms.has(start, "buổi"):
        start += 1
    name = _name(atoms, start)
    if name is None:
        return None
    end = start + 1
    if name == "chiều" and atoms.has(end, "tối") and not atoms[end].bare:
        name, end = "tối", end + 1
    if atoms.has(end, "sớm") or (atoms.has(end, "đầu") and atoms.has(end + 1, "giờ")):
        early, end = True, end + (1 if atoms.has(end, "sớm") else 2)
    return Part(name, early, late), end


def _name(atoms: Atoms, place: int) -> str | None:
    atom, before, behind = atoms[place], atoms[place - 1].folded, atoms[place + 1].folded
    name = next((name for name in PARTS if name in atom.senses), None)
    if name is None:
        if atom.senses.isdisjoint(("s", "c")) or not _before_day(atoms, place + 1, wide="s" in atom.senses):
            return None
        return "sáng" if "s" in atom.senses else "chiều"
    if atoms.has(place - 1, "buổi"):
        return name if behind != "tot" else None  # "chúc buổi sáng tốt lành"
    doubled = not atom.bare and atom.senses in (atoms[place - 1].senses, atoms[place + 1].senses)
    if doubled or before in _NOT_BEFORE[name] or behind in _NOT_BEHIND[name] or behind in _HABIT:
        return None
    if atom.bare and name != "trưa" and not _is_meant(atoms, place, name):
        return None
    if before in _SINCE and not _before_day(atoms, place + 1, wide=True):
        return None
    return name


def _is_meant(atoms: Atoms, place: int, name: str) -> bool:
    """Whether a word without marks is a part of the day: "sang" is mostly "over to", "toi" is "tôi"."""
    if name in ("tối", "đêm"):
        return False
    if name == "sáng" and any(atoms[place - back].folded in _MOVERS for back in range(1, 7)):
        return atoms.has(place - 1, "sang") and place > 0
    if _before_day(atoms, place + 1, wide=True) or atoms.has(place + 1, "sớm", "mốt", "mùng", "ngày", "hôm"):
        return True
    led = atoms[place - 1]
    if atoms.has(place - 1, "giờ", "g", "phút"):
        said = number(atoms, place - 2)
        return said is not None and said[0] < 60
    return (
        not led.senses.isdisjoint(("lúc", "vào", "rưỡi", "hoặc", "hay"))
        or led.number is not None
        or (name == "chiều" and led.folded in ("", ",", ".", "em", "e", "toi", "tui"))
    )


def _before_day(atoms: Atoms, place: int, *, wide: bool) -> bool:
    """Whether "s", or "c", stands before a day: `s mai`, `c t6`. A `c mai` may be a lady's name."""
    return (
        atoms.has(place, "nay", "thứ", "cn") or (wide and atoms.has(place, "mai")) or _is_short(atoms, place)
    )


def _is_short(atoms: Atoms, place: int) -> bool:
    return atoms[place].folded == "t" and atoms[place + 1].glued and atoms[place + 1].number in range(2, 8)


def counted(atoms: Atoms, place: int) -> bool:
    """Whether what stands at a place is counted by the number before it: people, money, years."""
    return atoms[place].folded in _COUNTED
