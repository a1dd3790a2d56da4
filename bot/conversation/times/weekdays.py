"""Days of the week as they are typed: "thứ 3", "thu tu", "t5", "cn", "t2-t6"."""

from __future__ import annotations

from datetime import date, timedelta

from bot.conversation.times.days import Days, Found, of
from bot.conversation.times.parts import counted
from bot.conversation.times.words import Atoms, number

_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5}
_NOT_WEEKDAY = frozenset(
    """
    lan con nguoi ben cai dua nam hang dieu khoan tang chiec the sim giai cac moi nhung phat tre kem loai
    may ky hoc mua don
""".split()
)  # "lần thứ hai", "bên thứ ba"; "mỗi thứ 7" is no day to come


def weekday_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """`thứ 3`, `thứ tư`, `t5`, `chủ nhật`, `cn`; lists as `thứ 2, 4`; stretches as `t2-t6`."""
    first = weekday_word(atoms, place)
    if first is None:
        return None
    day, end = first
    if atoms.sign(end, "-–") or (atoms.has(end, "đến", "tới") and not atoms.has(end + 1, "tuần")):
        second = weekday_word(atoms, end + 1) or _bare_weekday(atoms, end + 1)
        if second and second[0] != day:
            return Days(weekday=day, until=second[0]), second[1]
    ahead = (day - today.weekday() - 1) % 7 + 1  # one day to seven: "thứ 3 tới" is never today
    if atoms.has(end, "tới") and not atoms[end].bare and not weekday_word(atoms, end + 1):
        return of(today + timedelta(ahead)), end + 1
    if atoms.has(end, "sau") and _is_next(atoms, end + 1):
        return of(today + timedelta(day - today.weekday() + 7)), end + 1
    return Days(weekday=day), end + (atoms.has(end, "này") and not atoms.has(end, "nay"))


def also_weekday(atoms: Atoms, place: int, _: date) -> Found | None:
    """Another day of a list: the 4 of "thứ 2, 4" and of "thứ 2 hoặc 4"."""
    if atoms.listed != place - 1 or not atoms.listed_weekday:
        return None
    if not (atoms.sign(place - 1, ",") or atoms.has(place - 1, "hoặc", "hay", "và")):
        return None
    found = _bare_weekday(atoms, place)
    behind = atoms[found[1]] if found else None
    if found is None or (behind and behind.glued and behind.folded.isalnum()):
        return None
    return Days(weekday=found[0]), found[1]


def _is_next(atoms: Atoms, place: int) -> bool:
    """Whether a "sau" before this place is "next" and not "after three"."""
    return number(atoms, place) is None and not atoms.has(place, "tuần", "giờ", "khi")


def weekday_word(atoms: Atoms, place: int) -> tuple[int, int] | None:
    """One day of the week (Monday is 0) at a place, and where it ends."""
    if atoms.row(place, "chủ", "nhật"):
        return 6, place + 2
    if atoms.has(place, "cn"):
        return (6, place + 1) if _is_sunday(atoms, place) else None
    short = atoms[place].folded == "t" and atoms[place + 1].glued and atoms[place + 1].number is not None
    if not (short or (atoms.has(place, "thứ") and atoms[place - 1].folded not in _NOT_WEEKDAY)):
        return None
    found = _bare_weekday(atoms, place + 1)
    if found and short and (atoms.sign(found[1], "/") or atoms.has(found[1], "năm")):
        return None  # t3/2026 is March
    return found


def _bare_weekday(atoms: Atoms, place: int) -> tuple[int, int] | None:
    """Two to seven, in a figure or a word, by which nothing is counted."""
    atom, end = atoms[place], place + 1
    if counted(atoms, end) and not atoms.has(end, "ngày", "tuần", "tháng", "năm"):
        return None
    if atom.number is not None:
        follows = atoms.has(end, "giờ", "g", "rưỡi") or (atoms[end].glued and atoms.sign(end, "/.:"))
        if (
            len(atom.folded) == 1
            and 2 <= atom.number <= 7
            and not (follows and atoms[end + 1].number is not None)
        ):
            return atom.number - 2, end
        return None
    if atoms.has(end, "mươi", "mười"):
        return None
    return next(((day, end) for word, day in _WEEKDAYS.items() if word in atom.senses), None)


def _is_sunday(atoms: Atoms, place: int) -> bool:
    """Whether "cn" is Sunday: it stands beside a word of time, at an end, or asks whether they work then."""
    return (
        bool(atoms[place - 1].senses)
        or bool(atoms[place + 1].senses)
        or place in (0, len(atoms) - 1)
        or atoms[place - 2].folded == "t"
        or atoms[place + 1].folded in ("co", "lam", "nghi", "len", "dc", "duoc", "ko", "k")
    )
