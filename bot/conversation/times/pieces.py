"""What a message says of time, piece by piece, in one walk from left to right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from bot.conversation.times.clocks import Clock, clock_at
from bot.conversation.times.dates import also_date, date_at
from bot.conversation.times.days import Days, Found, of
from bot.conversation.times.either import either_at
from bot.conversation.times.moons import moon_at
from bot.conversation.times.nearby import ahead_at, near_at
from bot.conversation.times.parts import Bound, Part, bound_at, part_at
from bot.conversation.times.stretches import stretch_at
from bot.conversation.times.weekdays import also_weekday, weekday_at
from bot.conversation.times.words import Atom, Atoms, number

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
        for start, end, said in _at(atoms, place, today, now):
            yield Piece(start, end, said)
            found, place, atoms.told = found + 1, end - 1, end
            if isinstance(said, Days) and said.bound is None:
                atoms.listed = end
                atoms.listed_weekday = said.weekday is not None
        place += 1


def _at(atoms: Atoms, place: int, today: date, now: time) -> list[tuple[int, int, Said]]:
    """What is said at a place: one thing, or two of a time reckoned from now."""
    begins = _begins(atoms[place])
    if "soon" in begins and (soon := _soonest(atoms, place)):
        return [(place - (atoms[place].folded == "gan"), soon, Soon())]
    if "later" in begins and (later := _later(atoms, place, now)):
        return [(place, later[1], of(today)), (later[1] - 1, later[1], later[0])]
    if "days" in begins and (days := _bounded(atoms, place, today)):
        return [(place, days[1], days[0])]
    if "clock" in begins and (clock := clock_at(atoms, place)):
        return [(place, clock[1], clock[0])]
    if "part" in begins and (part := part_at(atoms, place)):
        return [(place, part[1], part[0])]
    return []


_NUMBERS = "một hai ba bốn năm sáu bảy tám chín mười hăm"
_BOUNDS = "từ sau trước đến tới khoảng tầm cỡ chừng độ"
# What may begin a thing said: the words, without marks where they are no words of time. "0" is any figure.
_BEGINNINGS = {
    "near": "hôm bữa ngày nay này qua mai mơi mốt",
    "weekday": "thứ chủ cn t",
    "listed": f"tư 0 {_NUMBERS}",
    "moon": f"ngày hôm bữa rằm mùng tháng tết sau qua trước ra 0 {_NUMBERS}",
    "ahead": f"vài mấy 0 {_NUMBERS}",
    "dated": f"ngày hôm bữa 0 {_NUMBERS}",
    "stretch": "đầu giữa cuối tuần tháng sang năm t",
    "days": f"""từ sau trước hôm bữa ngày nay này qua mai mơi mốt thứ chủ cn t rằm mùng tháng tết ra vài
        mấy đầu giữa cuối tuần sang năm tư 0 {_NUMBERS}""",
    "clock": f"lúc vào {_BOUNDS} 0 {_NUMBERS}",
    "part": "đầu cuối sớm giữa xế buổi sáng trưa chiều tối đêm s c",
    "soon": "cang sớm gan ngày hôm bữa lúc giờ buổi",
    "later": f"lat ti chut xiu nua 0 {_NUMBERS}",
}
_KINDS = {kind: frozenset(words.split()) for kind, words in _BEGINNINGS.items()}
_BARE = frozenset("t ra cang gan lat ti chut xiu nua".split())


def _begins(atom: Atom) -> frozenset[str]:
    """The kinds of things an atom may begin."""
    if atom.number is not None:
        return _kinds(_NO_SENSES, "0")
    folded = atom.folded if atom.folded in _BARE else ""
    return _kinds(atom.senses, folded) if folded or atom.senses else _NO_SENSES


@lru_cache(maxsize=1_024)
def _kinds(senses: frozenset[str], folded: str) -> frozenset[str]:
    words = senses | {folded}
    return frozenset(kind for kind, begins in _KINDS.items() if not begins.isdisjoint(words))


_NO_SENSES: frozenset[str] = frozenset()


def days_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """The days named at a place, and where the words end."""
    begins = _begins(atoms[place])
    for kind, rule in _RULES:
        found = rule(atoms, place, today) if kind in begins else None
        if found:
            return found
    return None


_RULES: tuple[tuple[str, Callable[[Atoms, int, date], Found | None]], ...] = (
    ("near", near_at),
    ("weekday", weekday_at),
    ("listed", also_weekday),
    ("listed", also_date),
    ("moon", moon_at),
    ("ahead", ahead_at),
    ("dated", date_at),
    ("stretch", stretch_at),
)


def _bounded(atoms: Atoms, place: int, today: date) -> Found | None:
    """Days with what stands before them, and stretches: `sau thứ 4`, `từ mai đến thứ 6`, `5-7/12`."""
    either = either_at(atoms, place, today)
    if either:
        return either
    found = days_at(atoms, place, today)
    bound = None
    if found is None:
        bound = bound_at(atoms, place)
        if bound is Bound.FROM and (stretch := _short_stretch(atoms, place + 1, today)):
            return stretch
        if bound in (Bound.FROM, Bound.AFTER, Bound.BEFORE):
            found = days_at(atoms, place + 1, today)
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
    if atoms.has(place, "sớm") and atoms.has(place + 4, "hay") and atoms[place + 3].folded == "nao":
        return place + 7  # "sớm được ngày nào hay ngày đó"
    if atoms.has(place, "ngày", "hôm", "bữa", "lúc", "giờ", "buổi") and atoms[place + 1].folded in (
        "nao",
        "mo",
    ):
        fine = any(atoms[place + at].folded in ("duoc", "dc", "ok", "oke", "xong") for at in (3, 4))
        return place + 4 if atoms[place + 2].folded in ("cung", "cx", "cug") and fine else None
    return None


_COMES = frozenset("ngay viec lich gio suat hen cho luc".split())


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
