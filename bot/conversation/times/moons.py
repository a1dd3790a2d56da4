"""Days of the moon as they are said: asked about, never taken for days of the sun."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.conversation.times import lunar
from bot.conversation.times.dates import behind_day, dated, named_solar
from bot.conversation.times.days import Days, Doubt, Found, Span
from bot.conversation.times.words import Atoms, number


def moon_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """`mùng 3 tết`, `30 tết`, `rằm tháng giêng`, `tháng chạp`, `25 âm`, `mùng 5`."""
    led = place + atoms.has(place, "ngày", "hôm", "bữa")
    if atoms.has(led, "rằm") and (led > place or not atoms[led].bare or atoms.has(led + 1, "tháng")):
        return _full_moon(atoms, led + 1, today)
    if atoms.has(led, "mùng"):
        return _first_ten(atoms, led, today)
    if atoms.has(led, "tháng") and atoms.has(led + 1, "giêng", "chạp"):
        span = lunar.month(lunar.LAST if atoms.has(led + 1, "chạp") else lunar.FIRST, today)
        return Days((_from(span, today),) if span else (), frozenset([Doubt.LUNAR])), led + 2
    return _numbered(atoms, led, today, led=led > place) or _around_tet(atoms, place, today)


def _full_moon(atoms: Atoms, place: int, today: date) -> Found:
    """What stands behind "rằm": a month, by its name or as this or the next one."""
    month, end = _lunar_month(atoms, place)
    if end == place and atoms.has(end, "tháng") and atoms.has(end + 1, "này", "nay", "sau", "tới"):
        coming = lunar.following(15, today) if atoms.has(end + 1, "sau", "tới") else None
        return _readings(Doubt.LUNAR, coming or lunar.coming(15, None, today)), end + 2
    return _moon(15, month, today), _named_lunar(atoms, end) or end


def _numbered(atoms: Atoms, place: int, today: date, *, led: bool) -> Found | None:
    """`30 tết`, `23 tháng chạp`, `25 âm`, `20/11 âm lịch`."""
    found = number(atoms, place, date=led)
    if found is None or not 1 <= found[0] <= 30:
        return None
    day, end = found
    if atoms.has(end, "tết") and day >= 20:
        return _readings(Doubt.LUNAR, lunar.eve(day, today)), end + 1
    month, end = _lunar_month(atoms, end)
    if end > found[1] and atoms.has(end - 1, "giêng", "chạp"):
        return _moon(day, month, today), end
    said = _named_lunar(atoms, end)
    if said is None or (said == end + 1 and end == found[1] and _is_morning(atoms, place, end)):
        return None
    return _moon(day, month, today), said


def _is_morning(atoms: Atoms, place: int, end: int) -> bool:
    """Whether the "am" of "8 am" may be English: no day is said before it, and it is an hour of the day."""
    led = atoms.has(place - 1, "ngày", "hôm", "bữa")
    return not led and atoms[end].folded == "am" and atoms[end].bare and (atoms[place].number or 13) <= 12


def _around_tet(atoms: Atoms, place: int, today: date) -> Found | None:
    """`sau tết`, `ra giêng`, `trước tết`: no day that could be booked, but something to ask from."""
    if atoms.has(place, "tết"):  # "ăn tết xong"
        place -= 1
        after = atoms[place + 2].folded == "xong"
    else:
        after = atoms.has(place, "sau", "qua") or atoms[place].folded == "ra"
    spring = atoms[place].folded == "ra" and atoms.has(place + 1, "giêng")
    if not (spring or atoms.has(place + 1, "tết")):
        return None
    first = lunar.coming(1, lunar.FIRST, today)
    if first is None:
        return None
    if spring or after:
        span = (first + timedelta(5), first + timedelta(19))
        return Days((span,), frozenset([Doubt.LUNAR, Doubt.VAGUE])), place + 2
    if atoms.has(place, "trước"):
        return Days(((today, first - timedelta(1)),), frozenset([Doubt.LUNAR])), place + 2
    return None


def _first_ten(atoms: Atoms, place: int, today: date) -> Found | None:
    """`mùng 5`: of the moon where that is said, else maybe the fifth of a month."""
    found = number(atoms, place + 1, date=True)
    if found is None or not 1 <= found[0] <= 31:
        return None
    day, end = found
    if atoms.has(end, "tết") and named_solar(atoms, end + 1):
        return dated(day, 1, None, today) or Days(), named_solar(atoms, end + 1) or end
    if atoms.has(end, "tết"):
        return _moon(day, lunar.FIRST, today), end + 1
    month, behind = _lunar_month(atoms, end)
    if behind > end and atoms.has(behind - 1, "giêng", "chạp"):
        return _moon(day, month, today), behind
    solar, end = behind_day(atoms, day, end, today)
    said = _named_lunar(atoms, end)
    if said:
        return _moon(day, month, today), said
    tells = named_solar(atoms, end)
    if tells:
        return solar, tells
    next_month = month is None and atoms.has(end - 1, "sau", "tới") and atoms.has(end - 2, "tháng")
    other = _readings(Doubt.LUNAR, lunar.following(day, today)) if next_month else _moon(day, month, today)
    return replace(
        solar, spans=(*solar.spans, *other.spans), doubts=solar.doubts | {Doubt.LUNAR_OR_SOLAR}
    ), end


def _lunar_month(atoms: Atoms, place: int) -> tuple[int | None, int]:
    """The month behind a day of the moon, and where it ends."""
    slash = atoms.sign(place, "/") and atoms[place + 1].number is not None
    if not (slash or atoms.has(place, "tháng")) or atoms.has(place + 1, "sau", "này", "nay"):
        return None, place
    if atoms.has(place + 1, "giêng", "chạp"):
        return (lunar.LAST if atoms.has(place + 1, "chạp") else lunar.FIRST), place + 2
    found = number(atoms, place + 1, date=True)
    return (found[0], found[1]) if found and 1 <= found[0] <= 12 else (None, place)


def _named_lunar(atoms: Atoms, place: int) -> int | None:
    """The place behind "âm", "âm lịch", "(âm)", "lịch ta"."""
    at = place + atoms.sign(place, "(")
    if (
        atoms.has(at, "âm")
        or atoms.row(at, "lịch", "âm")
        or (atoms.row(at, "lịch", "ta") and atoms[at + 1].bare)
    ):
        end = at + 1 + (atoms.has(at, "lịch") or atoms.has(at + 1, "lịch"))
        return end + atoms.sign(end, ")")
    return None


def _moon(day: int, month: int | None, today: date) -> Days:
    if day > 30:
        return Days(doubts=frozenset([Doubt.IMPOSSIBLE]))
    return _readings(Doubt.LUNAR, lunar.coming(day, month, today))


def _readings(doubt: Doubt, *days: date | None) -> Days:
    return Days(tuple((day, day) for day in days if day), frozenset([doubt]))


def _from(span: tuple[date, date], today: date) -> Span:
    return max(span[0], today), span[1]
