"""The hour somebody names: "8 rưỡi", "2g30 chiều", "mười giờ kém mười lăm", "sau 3h", "từ 8h đến 9 rưỡi"."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.times.parts import MIDNIGHT, NOON, PARTS, Bound, Window, bound_at, counted, part_at
from bot.conversation.times.words import Atoms, number

_HOUR = 60
# Lasts so long: "chờ 2 giờ", "trong 24h".
_LASTING = frozenset("trong mat het suot vong them keo lau cach".split())
_LENGTHS = frozenset((24, 48, 72))
_ORDINAL = frozenset("thu so lop cap muc khoan dieu quan phuong to khoi".split())


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as it was said; `late` is the end of a stretch. Whether three is 15:00 may be said elsewhere."""

    hour: int
    minute: int
    bound: Bound | None = None
    late: tuple[int, int] | None = None
    part: str | None = None
    sure: bool = False  # of twenty-four hours

    def window(self, part: str | None) -> Window:
        """When it is, in a part of the day if one was named; a bare one to five is in the afternoon."""
        if self.sure:
            at = self.hour * _HOUR + self.minute
            return Window(at, MIDNIGHT if self.bound else min(MIDNIGHT, at + _HOUR), at)
        at = _of_day(self.hour, self.minute, self.part or part)
        if self.late:
            ends = _of_day(*self.late, self.part or part)
            if ends <= at:  # "11h-1h" ends after noon; what ends before it begins is only a beginning
                ends = ends + NOON if at < ends + NOON <= MIDNIGHT else min(MIDNIGHT, at + _HOUR)
            return Window(at, ends, at)
        # "chiều mai sau 3h" ends with the afternoon, "sau 3h chiều" does not.
        day = PARTS[part] if part and not self.part else Window(0, MIDNIGHT)
        match self.bound:
            case Bound.FROM | Bound.AFTER:
                return Window(at, day.ends if day.ends > at else MIDNIGHT, at)
            case Bound.UNTIL | Bound.BEFORE:
                return Window(day.begins if day.begins < at else 0, at)
            case Bound.ABOUT:
                return Window(max(0, at - _HOUR), min(MIDNIGHT, at + _HOUR), at)
        return Window(at, min(MIDNIGHT, at + _HOUR), at)


def _of_day(hour: int, minute: int, part: str | None) -> int:
    minutes = hour * 60 + minute
    afternoon = (
        (part is None and 1 <= hour <= 5)
        or (part == "trưa" and hour < 4)
        or (part == "chiều" and hour < 12)
        or (part in ("tối", "đêm") and 4 < hour < 12)
    )
    return min(MIDNIGHT - 5, minutes + NOON if afternoon else minutes)


_ALONE = frozenset(
    """
    em e toi tui minh mik mk con chau nhe nha a ak ah len qua den ghe duoc dc co la thi hoac
    mai thu hom ra vao
""".split()
)


def clock_at(atoms: Atoms, place: int) -> tuple[Clock, int] | None:
    """A time of day at a place, what binds it before and ends it behind, and where the words end."""
    plain = _time(atoms, place, told=False) if atoms.has(place, "tám") else None
    if plain:  # without marks "tám" may be "tầm" too
        return plain
    start, bound = place, bound_at(atoms, place)
    while start < place + 3 and (bound_at(atoms, start) or atoms.has(start, "lúc", "vào")):
        bound = bound_at(atoms, start) or bound
        start += 1
    told = atoms.has(start - 1, "lúc", "tầm", "khoảng", "vào") and start > place
    first = _stretch(atoms, start) or _time(atoms, start, told=told)
    if first is None:
        return None
    clock, end = first
    return Clock(clock.hour, clock.minute, bound, clock.late, clock.part), end


def _stretch(atoms: Atoms, place: int) -> tuple[Clock, int] | None:
    """`8-9h`, `8h đến 9 rưỡi`, `từ 8 tới 10 giờ`."""
    first = _time(atoms, place, told=False) or _bare_hour(atoms, place)
    if first is None:
        return None
    clock, end = first
    joined = atoms.sign(end, "-–—~→") or atoms.has(end, "đến", "tới")
    if not joined:
        return None
    second = _time(atoms, end + 1, told=_time(atoms, place, told=False) is not None, joined=True)
    if second is None:
        return None
    late, end = second
    return Clock(clock.hour, clock.minute, None, (late.hour, late.minute), late.part or clock.part), end


def _bare_hour(atoms: Atoms, place: int) -> tuple[Clock, int] | None:
    found = number(atoms, place)
    return (
        (Clock(found[0], 0), found[1]) if found and found[0] <= 23 and not _is_chained(atoms, place) else None
    )


def _is_chained(atoms: Atoms, place: int) -> bool:
    """Whether a number goes on to the left: a part of `5/12`, `0912.345`, `a12`."""
    return atoms[place].glued and (
        atoms.sign(place - 1, "/.-+") and atoms[place - 2].number is not None and atoms[place - 1].glued
    )


def _time(atoms: Atoms, place: int, *, told: bool, joined: bool = False) -> tuple[Clock, int] | None:
    """One time; `told` says that a word before it makes a bare number an hour: `lúc 8`.

    `joined` says that it ends a stretch, so that a sign may stand right before it.
    """
    found = number(atoms, place)
    if found is None or found[0] > 24 or (not joined and _is_chained(atoms, place)):
        return None
    hour, end = found
    if (
        atoms.sign(end, ":.")
        and atoms[end].glued
        and atoms[end + 1].glued
        and len(atoms[end + 1].folded) == 2
    ):
        if atoms.sign(end, ".") and part_at(atoms, end + 2) is None:
            return None  # "8.30" may be a day of August
        return _whole(atoms, place, hour, atoms[end + 1].number or 0, end + 2)
    if atoms.has(end, "rưỡi", "kém") or _is_hour(atoms, place, end, hour):
        return _with_minutes(atoms, place, hour, end + (not atoms.has(end, "rưỡi", "kém")))
    if atoms.has(end, "am", "pm") and hour <= 12 and (atoms[end].glued or atoms.has(end, "pm")):
        return _whole(atoms, place, hour, 0, end)
    if told and hour <= 23 and atoms[place].number is not None and _stands_alone(atoms, end):
        part = part_at(atoms, end)
        return (Clock(hour, 0, part=part[0].name), part[1]) if part else (Clock(hour, 0), end)
    return None


def _is_hour(atoms: Atoms, place: int, end: int, hour: int) -> bool:
    """Whether "giờ" or a short form stands behind a number: no "2 giờ đồng hồ", no "4g" of phones."""
    if atoms.has(end, "giờ"):
        if atoms[place].folded == "bay" and atoms[place].bare and not _is_told(atoms, end + 1):
            return False  # "bay gio" is "bây giờ"
        if atoms.has(place, "năm") and number(atoms, place - 1):
            return False  # "hai năm giờ bị phạt"
        return not (hour in _LENGTHS or _is_waited(atoms, place - 1, hour) or _lasts(atoms, end + 1))
    return atoms.has(end, "g") and (
        (atoms[end + 1].glued and atoms[end + 1].number is not None)
        or (
            hour > 5
            and (bound_at(atoms, place - 1) is not None or atoms.has(place - 1, "lúc", "vào", "sáng", "mai"))
        )
        or part_at(atoms, end + 1) is not None
    )


def _is_told(atoms: Atoms, place: int) -> bool:
    """Whether what stands behind "bay gio" makes it seven o'clock: "bay gio sang mai", "bay gio ruoi"."""
    part = part_at(atoms, place)
    return atoms.has(place, "rưỡi", "kém") or (part is not None and atoms.has(part[1], "mai", "nay", "thứ"))


def _is_waited(atoms: Atoms, place: int, hour: int) -> bool:
    """Whether the word before a number says how long: "chờ 2 giờ"; "cho 9h" without marks is "for nine"."""
    place -= atoms[place].folded in ("hon", "gan")  # "chờ hơn 2 giờ"
    if atoms.has(place, "chờ", "đợi"):
        return not atoms[place].bare or (hour < 7 and not atoms.marked)
    return atoms[place].folded in _LASTING


def _lasts(atoms: Atoms, place: int) -> bool:
    return (
        (atoms[place].folded in ("dong", "lien") and not atoms[place].glued)
        or (atoms.sign(place, "/") and atoms[place].glued)
        or (atoms.has(place, "trước", "nữa") and atoms[place].folded != "nua")
    )


def _with_minutes(atoms: Atoms, place: int, hour: int, end: int) -> tuple[Clock, int] | None:
    if atoms.has(end, "rưỡi") or (atoms[end].folded == "r" and not atoms.has(end + 1, "mà")):
        return _whole(atoms, place, hour, 30, end + 1)
    if atoms.has(end, "kém"):
        return _less(atoms, hour, end)
    after = end + 1 if atoms.sign(end, ":.") and atoms[end].glued and atoms[end + 1].glued else end
    found = number(atoms, after)
    if found and found[0] < 60 and _are_minutes(atoms, after, found[1]):
        end = found[1] + (1 if atoms.has(found[1], "phút") else 0)
        return _whole(atoms, place, hour, found[0], end)
    return _whole(atoms, place, hour, 0, end)


def _are_minutes(atoms: Atoms, place: int, end: int) -> bool:
    """Whether a number behind an hour belongs to it: `8h30`, `8 giờ 15`, but `8h 25/12`, `8h 2 người`."""
    if atoms.has(end, "phút"):
        return True
    if atoms[place].number is not None:
        if len(atoms[place].folded) != 2:
            return False
        if atoms[place].glued:
            return True
    elif not atoms.has(place, "mười") and not atoms.has(place + 1, "mươi", "mười", "lăm"):
        return False
    return not (
        (atoms.sign(end, "/.-") and atoms[end].glued and atoms[end + 1].number is not None)
        or atoms.has(end, "tháng", "giờ", "tết", "âm")
        or counted(atoms, end)
    )


def _less(atoms: Atoms, hour: int, end: int) -> tuple[Clock, int] | None:
    """`8h kém 15` is 7:45."""
    found = number(atoms, end + 1)
    if found is None or not 0 < found[0] < 60 or not 1 <= hour <= 24:
        return None
    end = found[1] + (1 if atoms.has(found[1], "phút") else 0)
    # The hour said decides whether it is in the afternoon: one less a quarter is 12:45.
    part = part_at(atoms, end)
    said = _of_day(hour, 0, part[0].name if part else None) - found[0]
    name = part[0].name if part else "sáng" if said < 6 * _HOUR else None
    return Clock(said // 60, said % 60, part=name), part[1] if part else end


def _whole(atoms: Atoms, place: int, hour: int, minute: int, end: int) -> tuple[Clock, int] | None:
    """A time, with the part of the day behind it: `3h chiều`, `8h s`."""
    if hour > 24 or minute > 59 or (atoms[place - 1].folded in _ORDINAL and atoms.has(end - 1, "rưỡi")):
        return None
    if atoms.has(end - 1, "rưỡi") and counted(atoms, end):
        return None
    part = part_at(atoms, end)
    if part and part[0].name in ("sáng", "trưa", "chiều", "tối", "đêm"):
        return Clock(hour % 24, minute, part=part[0].name), part[1]
    if atoms.has(end, "am", "pm"):
        return Clock(hour % 24, minute, part="sáng" if atoms.has(end, "am") else "chiều"), end + 1
    if atoms.has(end, "s") and not atoms[end].glued and not atoms[end + 1].glued:
        return Clock(hour % 24, minute, part="sáng"), end + 1
    return Clock(hour % 24, minute), end


def _stands_alone(atoms: Atoms, end: int) -> bool:
    """Whether a bare number has an end: nothing is counted by it, and no date goes on."""
    behind = atoms[end]
    if not (behind.folded in _ALONE or not behind.folded.isalnum() or part_at(atoms, end)):
        return False
    return not (atoms[end].glued and atoms.sign(end, "/.-:") and atoms[end + 1].number is not None)
