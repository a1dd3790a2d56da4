"""Weeks, months and years: "đầu tuần sau", "cuối tháng", "tháng 12", "sang năm"."""

from __future__ import annotations

from datetime import date, timedelta

from bot.conversation.times.days import ONE, Days, Doubt, Found, month_start
from bot.conversation.times.parts import counted
from bot.conversation.times.words import Atoms, number

_OF_WEEK = {"đầu": (0, 1), "giữa": (2, 3), "cuối": (5, 6)}  # Monday is 0
_OF_MONTH = {"đầu": (1, 10), "giữa": (11, 20), "cuối": (21, 31)}
_OFTEN = frozenset("hang moi may nhieu vai cac suot ca nua".split())  # "hàng tuần" is no week to come
_THEN = frozenset("moi tinh len em e toi tui ma minh sao chung".split())  # "cuối tháng rồi mới …" is no past
_BORN = frozenset("sinh sn tu hoi ho han cap".split())  # "sinh tháng 5", "từ tháng 8"


def stretch_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """A week, month or year at a place, whole or by its beginning, middle or end."""
    part = next((word for word in _OF_WEEK if word in atoms[place].senses), None)
    at = place + (part is not None)
    before = atoms[place - 1]
    if before.folded in _OFTEN or (atoms.told != place and number(atoms, place - 1)):
        return None
    if atoms.has(at, "tuần"):
        return _week(atoms, at + 1, part, today)
    if _is_short(atoms, at):
        return _month(atoms, at + 1, part, today)
    if atoms.has(at, "tháng"):
        return None if before.folded in _BORN else _month(atoms, at + 1, part, today)
    return _year(atoms, at, part, today)


def _is_short(atoms: Atoms, place: int) -> bool:
    """Whether `t12` or `t3/2027` stands there; `t3` is a Tuesday."""
    month = atoms[place + 1].number
    if atoms[place].folded != "t" or not atoms[place + 1].glued or month is None:
        return False
    return 8 <= month <= 12 or (atoms.sign(place + 2, "/") and len(atoms[place + 3].folded) == 4)


def _which(atoms: Atoms, place: int) -> tuple[int, int] | None:
    """How many weeks or months ahead `này`, `sau`, `tới`, `sau nữa`, `trước` are, and where the words end."""
    if atoms.has(place, "này", "nay"):
        return 0, place + 1
    if atoms.has(place, "sau", "tới", "kế", "tiếp"):
        if (
            number(atoms, place + 1)
            and atoms.has(place, "sau")
            and atoms.has(place + 2, "giờ")
            and not atoms.has(place - 1, "tuần", "tháng")
        ):
            return None
        end = place + 1 + (atoms.has(place, "kế") and atoms.has(place + 1, "tiếp"))
        end += atoms[end].folded == "theo"
        again = atoms.has(end, "nữa") or (atoms[end].folded == "nua" and not atoms.has(end, "giờ"))
        return (2, end + 1) if again else (1, end)
    if atoms.has(place, "trước", "qua") or (
        atoms[place].folded == "roi" and atoms[place + 1].folded not in _THEN
    ):
        return -1, place + 1
    if atoms[place].folded == "vua":
        return -1, place + 1 + atoms.has(place + 1, "rồi", "qua")
    return None


def _week(atoms: Atoms, place: int, part: str | None, today: date) -> Found | None:
    which = _which(atoms, place) or _passing(atoms, place, part)
    if which is None and part is None:
        return None
    ahead, end = which or (0, place)
    monday = today + timedelta(7 * ahead - today.weekday())
    first, last = _OF_WEEK[part] if part else (0, 6)
    if which is None and today.weekday() >= max(last, 1) and not (part == "cuối" and today.weekday() == 5):
        monday += timedelta(7)  # "đầu tuần" on a Wednesday is the next one
    return _stretch(monday + timedelta(first), monday + timedelta(last), today, whole=part is None), end


def _passing(atoms: Atoms, place: int, part: str | None) -> tuple[int, int] | None:
    """`qua tuần`, `qua tháng`: the next one; `place` is behind the two words."""
    return (1, place) if part is None and atoms.has(place - 2, "qua") and not atoms[place].number else None


def _month(atoms: Atoms, place: int, part: str | None, today: date) -> Found | None:
    which = _which(atoms, place) or _passing(atoms, place, part)
    if which:
        return _of_month(month_start(today, which[0]), part, today), which[1]
    found = number(atoms, place, date=True)
    if found and 1 <= found[0] <= 12 and (atoms.has(found[1], "năm") or not counted(atoms, found[1])):
        month, end = found
        year, end = _year_behind(atoms, end, today)
        if year is None:
            year = today.year + (month < today.month)
        if not today.year <= year <= today.year + 2:
            return None
        return _of_month(date(year, month, 1), part, today), end
    if part is None:
        return None
    over = part != "cuối" and today.day > _OF_MONTH[part][1]
    return _of_month(month_start(today, int(over)), part, today), place


def _year_behind(atoms: Atoms, place: int, today: date) -> tuple[int | None, int]:
    if (atoms.has(place, "năm") or atoms.sign(place, "/")) and len(atoms[place + 1].folded) == 4:
        return atoms[place + 1].number, place + 2
    if atoms.row(place, "năm", "sau") or atoms.row(place, "năm", "tới"):
        return today.year + 1, place + 2
    if atoms.row(place, "năm", "nay"):
        return today.year, place + 2
    if atoms.row(place, "năm", "ngoái") or atoms.row(place, "năm", "trước"):
        return today.year - 1, place + 2
    return None, place


def _of_month(first: date, part: str | None, today: date) -> Days:
    following = month_start(first, 1)
    begins, ends = _OF_MONTH[part] if part else (1, 31)
    last = min(first + timedelta(ends - 1), following - ONE)
    return _stretch(first + timedelta(begins - 1), last, today, whole=True)


def _year(atoms: Atoms, place: int, part: str | None, today: date) -> Found | None:
    """`sang năm`, `năm sau`, `cuối năm`, `đầu năm 2027`."""
    if atoms.row(place, "sang", "năm") and number(atoms, place + 2) is None and part is None:
        return _of_year(today.year + 1, part, today), place + 2
    if not atoms.has(place, "năm"):
        return None
    if atoms.has(place + 1, "sau", "tới") and (part or not atoms.has(place - 1, "thứ", "ngày")):
        return _of_year(today.year + 1, part, today), place + 2
    if part is None:
        return None
    if atoms.has(place + 1, "nay", "này"):
        return _of_year(today.year, part, today), place + 2
    year = atoms[place + 1].number
    if year in (today.year, today.year + 1):
        return _of_year(year, part, today), place + 2
    return (_of_year(today.year, part, today), place + 1) if part == "cuối" and year is None else None


def _of_year(year: int, part: str | None, today: date) -> Days:
    begins, ends = {"đầu": (1, 3), "giữa": (5, 8), "cuối": (11, 12)}.get(part or "", (1, 12))
    last = month_start(date(year, ends, 1), 1) - ONE
    return _stretch(date(year, begins, 1), last, today, whole=True)


def _stretch(first: date, last: date, today: date, *, whole: bool) -> Days:
    doubts = frozenset([Doubt.PAST]) if last < today else frozenset()
    return Days(((first, last),), doubts, whole=whole)
