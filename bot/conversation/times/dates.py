"""Dates as they are written: "5/12", "ngày 5", "05-12-2026", "5 tháng 12 năm 2026"."""

from __future__ import annotations

from datetime import date

from bot.conversation.times.days import Days, Doubt, Found, day_of, month_start, of
from bot.conversation.times.parts import counted
from bot.conversation.times.weekdays import weekday_word
from bot.conversation.times.words import Atoms, number

_SOON = 183  # days ahead in which a date without a year is surely meant
_OWNED = frozenset("sinh sn ns het han hieu cap mat chet cuoi hon luc".split())  # dates of other things
PAPER = frozenset(
    "so nd tt qd cv luat dieu khoan dinh tu muc ngo ngach hem kiet nha duong lo thua diem to".split()
)
_HALVES = frozenset([(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (24, 7), (24, 24)])


def date_at(atoms: Atoms, place: int, today: date, *, sure: bool = False) -> Found | None:
    """`ngày 5`, `5/12`, `05-12-2026`, `5 tháng 12 năm 2026`, `ngày 5 tháng sau`, `25 âm`."""
    led = atoms.has(place, "ngày", "hôm", "bữa") or _is_of_part(atoms, place)
    at = place + atoms.has(place, "ngày", "hôm", "bữa")
    if atoms[at].number is None and not led and not _spells_month(atoms, at):
        return None
    found = number(atoms, at, date=True)
    if found and led and 31 < found[0] < 100 and _stands(atoms, found[1]):
        return Days(doubts=frozenset([Doubt.IMPOSSIBLE])), found[1]
    if (
        found is None
        or not 1 <= found[0] <= 31
        or (atoms[at].number is not None and len(atoms[at].folded) > 2)
    ):
        return None
    day, end = found
    if atoms[at].glued and not (led or sure) and atoms[at - 1].folded not in ("", ",", "(", ";", ":"):
        return None
    if {atoms[place - back].folded for back in (1, 2)} & _OWNED:
        return None
    sure = (
        sure
        or led
        or atoms.has(place - 1, "sáng", "chiều", "trưa", "thứ", "nhật", "cn", "từ", "đến", "qua")
        or _behind_weekday(atoms, place)
    )
    solar = _numeric(atoms, at, today, sure=sure) or _worded(atoms, day, end, today, led=led)
    if solar is None:
        return None
    days, end = solar
    if end == found[1] and not led:
        return None
    return days, named_solar(atoms, end) or end


def _is_of_part(atoms: Atoms, place: int) -> bool:
    """Whether a bare number is a day since a part of one stands before it: "sáng 27"."""
    after_part = atoms.told == place > 0 and atoms.has(place - 1, "sáng", "trưa", "chiều")
    return after_part and 12 < (atoms[place].number or 0) < 32 and not atoms.has(place + 1, "giờ", "g")


def also_date(atoms: Atoms, place: int, today: date) -> Found | None:
    """Another day of a list: the 28 of "ngày 27, 28" and of "ngày 27 hoặc 28"."""
    if atoms.listed != place - 1 or atoms.listed_weekday or not 1 <= (atoms[place].number or 0) <= 31:
        return None
    if not (atoms.sign(place - 1, ",") or atoms.has(place - 1, "hoặc", "hay", "và")):
        return None
    end, behind = place + 1, atoms[place + 1]
    if not _stands(atoms, end) or not (behind.folded in _ENDS or not behind.folded.isalnum()):
        return None
    return _of_month(atoms[place].number or 0, today), end


_ENDS = frozenset("deu cung duoc dc nhe nha a ak em e toi tui gi hoac hay va ok luc sang chieu".split())


def _stands(atoms: Atoms, end: int) -> bool:
    return not (counted(atoms, end) or atoms[end].number is not None or atoms[end].glued)


def _behind_weekday(atoms: Atoms, place: int) -> bool:
    return weekday_word(atoms, place - 2) is not None or (
        atoms.sign(place - 1, ",(") and weekday_word(atoms, place - 3) is not None
    )


def _spells_month(atoms: Atoms, place: int) -> bool:
    """Whether a number in words goes on as a date: "hai mươi tháng mười hai"."""
    if not atoms[place].senses:
        return False
    found = number(atoms, place, date=True)
    return bool(found and atoms.has(found[1], "tháng"))


def _numeric(atoms: Atoms, place: int, today: date, *, sure: bool) -> Found | None:
    """Figures joined by `/`, `-` or `.`; the last two only with a year or where a date is expected."""
    chain, end = [atoms[place]], place + 1
    mark = atoms[end].folded
    while atoms.sign(end, "/.-") and atoms[end + 1].number is not None and len(chain) < 4:
        if (mark != "/" and not (atoms[end].glued and atoms[end + 1].glued)) or atoms[end].folded != mark:
            break
        chain.append(atoms[end + 1])
        end += 2
    if len(chain) not in (2, 3) or _goes_on(atoms, end, mark):
        return None
    day, month = chain[0].number or 0, chain[1].number or 0
    year = _year_of(chain[2].folded) if len(chain) == 3 else None
    if len(chain[1].folded) > 2 or (len(chain) == 3 and year is None):
        return None
    if len(chain) == 2 and not sure:
        paper = atoms[place - 1].folded in PAPER
        if mark != "/" or paper or (day, month) in _HALVES or counted(atoms, end) or month > 12:
            return None
    if len(chain) == 2 and counted(atoms, end) and mark != "/":
        return None
    days = dated(day, month, year, today)
    return (days, end) if days else None


def _goes_on(atoms: Atoms, end: int, mark: str) -> bool:
    """Whether the chain of figures is longer than a date, or letters follow: `17/2024/TT`, `5/12B`."""
    follows = atoms[end]
    if not follows.glued:
        return False
    return (follows.folded == mark and atoms[end + 1].glued) or follows.folded.isalnum()


def _year_of(figures: str) -> int | None:
    if len(figures) == 4:
        return int(figures)
    return 2000 + int(figures) if len(figures) == 2 and 20 <= int(figures) <= 60 else None


def _worded(atoms: Atoms, day: int, end: int, today: date, *, led: bool) -> Found | None:
    if led:
        if (counted(atoms, end) and not atoms.has(end, "tháng")) or (atoms.has(end, "giờ", "tiếng")):
            return None
        return behind_day(atoms, day, end, today)
    if not atoms.has(end, "tháng"):
        return None
    found = number(atoms, end + 1, date=True)
    if (
        found is None
        or not 1 <= found[0] <= 12
        or (counted(atoms, found[1]) and not atoms.has(found[1], "năm"))
    ):
        return None
    return behind_day(atoms, day, end, today)


def behind_day(atoms: Atoms, day: int, end: int, today: date) -> Found:
    """A day of the month with what stands behind it: `/12`, `tháng 12 năm 2026`, `tháng sau`, nothing."""
    if atoms.sign(end, "/") and atoms[end + 1].number is not None:
        found = _numeric(atoms, end - 1, today, sure=True) if atoms[end - 1].number is not None else None
        if found:
            return found
        month = atoms[end + 1].number or 0
        return dated(day, month, None, today) or Days(), end + 2
    if atoms.has(end, "tháng"):
        if atoms.has(end + 1, "sau", "tới") and atoms[end + 2].number is None:
            first = month_start(today, 1)
            return dated(day, first.month, first.year, today) or Days(), end + 2
        if atoms.has(end + 1, "trước", "rồi"):
            last = month_start(today, -1)
            return dated(day, last.month, last.year, today) or Days(), end + 2
        if atoms.has(end + 1, "này", "nay"):
            return dated(day, today.month, today.year, today) or Days(), end + 2
        named = number(atoms, end + 1, date=True)
        if named and 1 <= named[0] <= 12:
            year, end = _year_behind(atoms, named[1], today)
            return dated(day, named[0], year, today) or Days(), end
    return _of_month(day, today), end


def _year_behind(atoms: Atoms, place: int, today: date) -> tuple[int | None, int]:
    """The year behind a month: `năm 2026`, `/2026`, `năm sau`, `năm nay`."""
    if (atoms.has(place, "năm") or atoms.sign(place, "/,")) and len(atoms[place + 1].folded) == 4:
        year = atoms[place + 1].number
        return (year, place + 2) if year and year > 1900 else (None, place)
    if atoms.has(place, "năm") and atoms.has(place + 1, "sau", "tới"):
        return today.year + 1, place + 2
    if atoms.has(place, "năm") and atoms.has(place + 1, "nay"):
        return today.year, place + 2
    return None, place


def dated(day: int, month: int, year: int | None, today: date) -> Days | None:
    """A date by the sun, next year's where this year's is gone; None where the year is nobody's visit."""
    if year is not None:
        if not today.year - 1 <= year <= today.year + 2:
            return None
        found = day_of(year, month, day)
        if found is None:
            return Days(doubts=frozenset([Doubt.IMPOSSIBLE]))
        return of(found, *([Doubt.PAST] if found < today else []))
    here, next_one = day_of(today.year, month, day), day_of(today.year + 1, month, day)
    if here and here >= today:
        return of(here)
    if next_one is None:
        return Days(doubts=frozenset([Doubt.IMPOSSIBLE if here is None else Doubt.PAST]))
    if (next_one - today).days <= _SOON:
        return of(next_one)
    return of(next_one, Doubt.PAST if here else Doubt.IMPOSSIBLE)


def _of_month(day: int, today: date) -> Days:
    """`ngày 5`: of this month, or of the next that has it."""
    for ahead in range(3):
        first = month_start(today, ahead)
        found = day_of(first.year, first.month, day)
        if found and found >= today:
            return of(found)
    return Days(doubts=frozenset([Doubt.IMPOSSIBLE]))


def named_solar(atoms: Atoms, place: int) -> int | None:
    """The place behind "dương", "dương lịch", "(dương)"."""
    at = place + atoms.sign(place, "(")
    if atoms.row(at, "dương", "lịch") or (
        atoms.has(at, "dương") and (not atoms[at].bare or atoms[at].folded == "dl")
    ):
        end = at + 1 + atoms.has(at + 1, "lịch")
        return end + atoms.sign(end, ")")
    return None
