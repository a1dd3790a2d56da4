"""What a message says of time, piece by piece, in one walk from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time

from bot.conversation.times.clocks import Clock, clock_at
from bot.conversation.times.dates import date_at
from bot.conversation.times.days import Days, Found, of
from bot.conversation.times.moons import moon_at
from bot.conversation.times.nearby import ahead_at, near_at
from bot.conversation.times.parts import Bound, Part, bound_at, part_at
from bot.conversation.times.stretches import stretch_at
from bot.conversation.times.weekdays import also_weekday, weekday_at
from bot.conversation.times.words import Atoms, number

MOST = 16  # pieces read of one message; nobody names more times than that


@dataclass(frozen=True, slots=True)
class Soon:
    """Whatever comes first: "càng sớm càng tốt"."""


Said = Days | Clock | Part | Soon


@dataclass(frozen=True, slots=True)
class Piece:
    """Something said of time, and the atoms it was said with, `[start, end)`."""

    start: int
    end: int
    said: Said


def pieces(atoms: Atoms, today: date, now: time) -> Iterator[Piece]:
    """The pieces of a message. Every rule looks a few atoms ahead: the walk is as long as the message."""
    place, found = 0, 0
    while place < len(atoms) and found < MOST:
        atom = atoms[place]
        if atom.number is None and not atom.senses and atom.folded not in _OPENING:
            place += 1
            continue
        for start, end, said in _at(atoms, place, today, now):
            yield Piece(start, end, said)
            found, place, atoms.told = found + 1, end - 1, end
            if isinstance(said, Days) and said.weekday is not None:
                atoms.listed = end
        place += 1


_OPENING = frozenset("t ra cang gan lat ti chut xiu nua som".split())  # "t5", "ra tết", "càng sớm càng tốt"


def _at(atoms: Atoms, place: int, today: date, now: time) -> list[tuple[int, int, Said]]:
    soon = _soonest(atoms, place)
    if soon:
        return [(place - (atoms[place].folded == "gan"), soon, Soon())]
    later = _later(atoms, place, now)
    if later:
        return [(place, later[1], of(today)), (later[1] - 1, later[1], later[0])]
    days = _bounded(atoms, place, today)
    if days:
        return [(place, days[1], days[0])]
    clock = clock_at(atoms, place)
    if clock:
        return [(place, clock[1], clock[0])]
    part = part_at(atoms, place)
    return [(place, part[1], part[0])] if part else []


def days_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """The days named at a place, and where the words end."""
    for rule in (near_at, weekday_at, also_weekday_at, moon_at, ahead_at, date_at, stretch_at):
        found = rule(atoms, place, today)
        if found:
            return found
    return None


def also_weekday_at(atoms: Atoms, place: int, _: date) -> Found | None:
    """A further day of a list."""
    return also_weekday(atoms, place)


def _bounded(atoms: Atoms, place: int, today: date) -> Found | None:
    """Days with what stands before them, and stretches: `sau thứ 4`, `từ mai đến thứ 6`, `5-7/12`."""
    found = days_at(atoms, place, today)
    bound = None
    if found is None:
        bound = bound_at(atoms, place)
        if bound in (Bound.FROM, Bound.AFTER, Bound.BEFORE):
            found = _short_stretch(atoms, place + 1, today) or days_at(atoms, place + 1, today)
        else:
            found, bound = _short_stretch(atoms, place, today), None
    if found is None:
        return None
    days, end = found
    if bound in (Bound.FROM, None) and (atoms.has(end, "đến", "tới") or atoms.sign(end, "-–→")):
        until = days_at(atoms, end + 1, today)
        joined = _until(days, until[0], today) if until else None
        if until and joined:
            return joined, until[1]
    # "từ thứ 2 đến thứ 6" has both its ends already.
    return (replace(days, bound=bound) if bound and days.until is None else days), end


def _short_stretch(atoms: Atoms, place: int, today: date) -> Found | None:
    """`5-7/12`, `5 đến 7 tháng 12`: the first day without its month."""
    first = number(atoms, place)
    if first is None or not 1 <= first[0] <= 31 or atoms[place].glued:
        return None
    end = first[1]
    if not (atoms.sign(end, "-–") or atoms.has(end, "đến", "tới")):
        return None
    second = date_at(atoms, end + 1, today, sure=True)
    if second is None or len(second[0].spans) != 1 or second[0].spans[0][0] is None:
        return None
    last = second[0].spans[0][0]
    if first[0] >= last.day:
        return None
    return Days(((last.replace(day=first[0]), last),), second[0].doubts), second[1]


def _until(first: Days, last: Days, today: date) -> Days | None:
    """From the one to the other, when both are single and in order."""
    begins, ends = _only(first, today), _only(last, today)
    if begins is None or ends is None or begins >= ends:
        return None
    return Days(((begins, ends),), first.doubts | last.doubts)


def _only(days: Days, today: date) -> date | None:
    if days.weekday is not None and days.until is None:
        return date.fromordinal(today.toordinal() + (days.weekday - today.weekday()) % 7)
    return days.spans[0][0] if len(days.spans) == 1 and days.spans[0][0] == days.spans[0][1] else None


def _soonest(atoms: Atoms, place: int) -> int | None:
    """The place behind "càng sớm càng tốt", "sớm nhất có thể", "ngày nào cũng được"."""
    if atoms[place].folded == "cang" and atoms.has(place + 1, "sớm"):
        return place + (4 if atoms[place + 2].folded == "cang" else 2)
    if atoms[place + 1].folded == "nhat" and (
        atoms.has(place, "sớm") or (atoms[place].folded == "gan" and atoms[place - 1].folded in _COMES)
    ):
        return place + (4 if atoms[place + 2].folded == "co" and atoms[place + 3].folded == "the" else 2)
    if atoms.has(place, "ngày", "hôm", "bữa", "lúc", "giờ", "buổi") and atoms[place + 1].folded in (
        "nao",
        "mo",
    ):
        fine = any(atoms[place + at].folded in ("duoc", "dc", "ok", "oke", "xong") for at in (3, 4))
        return place + 4 if atoms[place + 2].folded in ("cung", "cx", "cug") and fine else None
    return None


_COMES = frozenset("ngay lich gio suat hen cho luc".split())


def _later(atoms: Atoms, place: int, now: time) -> tuple[Clock, int] | None:
    """`2 tiếng nữa`, `30 phút nữa`, `lát nữa`, reckoned from now; None past midnight."""
    if atoms[place].folded in ("lat", "ti", "chut", "xiu") and atoms.has(place + 1, "nữa"):
        minutes, end = 15, place + 2
    elif (
        atoms[place].folded == "nua" and atoms.has(place + 1, "tiếng", "giờ") and atoms.has(place + 2, "nữa")
    ):
        minutes, end = 30, place + 3
    else:
        found = number(atoms, place)
        if (
            found is None
            or not atoms.has(found[1] + 1, "nữa")
            or not atoms.has(found[1], "tiếng", "giờ", "phút")
        ):
            return None
        minutes, end = found[0] * (1 if atoms.has(found[1], "phút") else 60), found[1] + 2
    at = now.hour * 60 + now.minute + minutes
    if at >= 24 * 60:
        return None
    return Clock(at // 60, at % 60, Bound.FROM if minutes == 15 else None, sure=True), end
