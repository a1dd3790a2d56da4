"""Days told by how far off they are: "mai", "ngày kia", "chiều ni", "3 ngày nữa", "bữa mốt"."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from bot.conversation.times.days import ONE, Days, Doubt, Found, of
from bot.conversation.times.parts import counted
from bot.conversation.times.words import Atoms, number


def near_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """`hôm nay`, `ngày mai`, `bữa mốt`, `ngày kia`, `hôm qua`; `nay` and `qua` behind a part of the day."""
    led = atoms.has(place, "hôm", "ngày", "bữa")
    if atoms[place - 1].folded in _MANY or (led and atoms.told != place and number(atoms, place - 1)):
        return None  # "ba bữa nay", "mấy bữa nay"
    at = place + led
    partly = not led and atoms.has(place - 1, "sáng", "trưa", "chiều", "tối", "đêm", "s", "c", "buổi")
    return _past_or_now(atoms, at, today, led=led, partly=partly) or _soon(
        atoms, at, today, led=led, partly=partly
    )


def _past_or_now(atoms: Atoms, at: int, today: date, *, led: bool, partly: bool) -> Found | None:
    """`nay`, `qua`, `kia` behind "hôm", "bữa" (`led`) or a part of the day (`partly`)."""
    day = atoms.has(at - 1, "ngày") and led
    if atoms.has(at, "nay", "này") and ((led and not day) or partly):
        return of(today), at + 1
    if atoms.has(at, "qua") and ((led and not day) or (partly and atoms.marked)):
        return of(today - ONE, Doubt.PAST), at + 1
    if led and atoms.has(at, "kia"):
        return (of(today + 2 * ONE) if day else of(today - 2 * ONE, Doubt.PAST)), at + 1
    return None


def _soon(atoms: Atoms, at: int, today: date, *, led: bool, partly: bool) -> Found | None:
    """`mai`, `mơi`, `mốt`, also behind "ngày", "bữa" or a part of the day."""
    if atoms.has(at, "mai"):
        if atoms.has(at + 1, "mốt", "kia") and not atoms.has(at + 2, "mươi"):
            return Days(((today + ONE, today + 3 * ONE),), frozenset([Doubt.VAGUE])), at + 2
        return (of(today + ONE), at + 1) if _is_tomorrow(atoms, at, led=led or partly) else None
    if atoms.has(at, "mơi") and (led or partly) and not atoms[at].bare:
        return of(today + ONE), at + 1
    if atoms.has(at, "mốt") and _is_day_after(atoms, at, led=led, partly=partly):
        vague = () if (led and atoms.has(at - 1, "ngày")) or partly else (Doubt.VAGUE,)
        return of(today + 2 * ONE, *vague), at + 1
    return None


_MANY = frozenset("may nhieu suot".split())
_NAMED_BEFORE = frozenset(
    """
    o xa phuong huyen thon xom tai quan hoang cay hoa thi ten thanh ngoc tuyet quynh bach hong sao van xuan
    khoan ca khuyen co chi ba mu me c nguyen tran le pham hoang bui dang
""".split()
)  # "chị Mai", "xã Mai Phụ"; "o" is a lady too
_NAMED_BEHIND = frozenset(
    """
    phu tang moi mia vang hoa hung lan dich chau thuy linh trang huong thi van quynh son hac thuc lien loan
""".split()
)
_SURE_NAMES = frozenset("phu tang mia thuy hac thuc".split())
_GOES_ON = frozenset(
    """
    len qua den di toi tui em e minh mik mk con chau luc sang chieu khoang tam vao cho co duoc dc ra ghe ve
""".split()
)


def _is_tomorrow(atoms: Atoms, at: int, *, led: bool) -> bool:
    """Whether "mai" is tomorrow and nobody's name."""
    behind = atoms[at + 1].folded
    if led:
        return True
    if behind in _NAMED_BEHIND and (behind in _SURE_NAMES or atoms[at].capital or atoms[at + 1].capital):
        return False
    before = atoms[at - 1].folded
    if before in _NAMED_BEFORE:
        return before in ("me", "con", "co", "chi", "ba") and behind in _GOES_ON and not atoms[at].capital
    return True


def _is_day_after(atoms: Atoms, at: int, *, led: bool, partly: bool) -> bool:
    if atoms.has(at + 1, "tháng") or atoms.sign(at + 1, "/") or counted(atoms, at + 1):
        return False
    if led:
        return True
    if number(atoms, at - 1) or atoms.has(at - 1, "mươi", "mai") or atoms[at - 1].folded in ("dung", "hop"):
        return False  # "hai mươi mốt", "đúng mốt"
    return not atoms[at].bare and (partly or atoms.marked)


def ahead_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """`3 ngày nữa`, `hai tuần nữa`, `vài bữa nữa`."""
    vague = atoms.has(place, "vài", "mấy") and not atoms.has(place + 1, "mươi")
    found = (3, place + 1) if vague else number(atoms, place)
    if found is None or not atoms.has(found[1] + 1, "nữa"):
        return None
    many, unit = found
    if many > 366 or (atoms[unit + 1].folded != "nua" and atoms[unit + 1].bare):
        return None
    if atoms.has(unit, "ngày", "hôm", "bữa"):
        return _in(today, many, vague=vague), unit + 2
    if atoms.has(unit, "tuần"):
        return _in(today, 7 * many, vague=vague), unit + 2
    if atoms.has(unit, "tháng") and many <= 24:
        year, month = divmod(today.month - 1 + many, 12)
        last = monthrange(today.year + year, month + 1)[1]
        return of(date(today.year + year, month + 1, min(today.day, last))), unit + 2
    return None


def _in(today: date, many: int, *, vague: bool) -> Days:
    if vague:
        return Days(((today + timedelta(many - 1), today + timedelta(many + 2)),), frozenset([Doubt.VAGUE]))
    return of(today + timedelta(many))
