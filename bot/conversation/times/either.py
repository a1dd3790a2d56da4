"""Several days of one month, which only the last of them names: "27 hoặc 28/11"."""

from __future__ import annotations

from datetime import date

from bot.conversation.times.dates import PAPER, date_at
from bot.conversation.times.days import Days, Found
from bot.conversation.times.words import Atoms

_EITHER = 4  # days of one list


def either_at(atoms: Atoms, place: int, today: date) -> Found | None:
    """Days of which the last tells the month of all: "27 hoặc 28/11", "ngày 26, 27 hay 28 tháng 11"."""
    if atoms.told == place > 0 and not atoms.has(place, "ngày", "hôm"):
        return None  # "8h 27 hoặc …" is told apart elsewhere
    at = place + atoms.has(place, "ngày", "hôm")
    said: list[int] = []
    while len(said) < _EITHER and _is_day(atoms, at) and (behind := _or(atoms, at + 1)):
        said.append(atoms[at].number or 0)
        at = behind
    last = date_at(atoms, at, today, sure=True) if said else None
    if last is None or len(last[0].spans) != 1 or not _tells_month(atoms, at, last[1]):
        return None
    until = last[0].spans[0][0]
    if until is None or any(not first < until.day for first in said):
        return None
    days = (until.replace(day=first) for first in said)
    spans = tuple((day, day) for day in (*days, until) if day >= today)
    return Days(spans, last[0].doubts), last[1]


def _is_day(atoms: Atoms, place: int) -> bool:
    atom = atoms[place]
    beside = atoms[place - 1].folded in PAPER or atom.glued or atoms[place - 1].number is not None
    return 1 <= (atom.number or 0) <= 31 and len(atom.folded) < 3 and not beside


def _or(atoms: Atoms, place: int) -> int | None:
    """The place behind "hoặc", "hay", "và", a comma, and "ngày" once more."""
    if not (atoms.sign(place, ",") or atoms.has(place, "hoặc", "hay", "và")):
        return None
    return place + 1 + atoms.has(place + 1, "ngày", "hôm")


def _tells_month(atoms: Atoms, start: int, end: int) -> bool:
    return any(atoms.sign(at, "/-.") or atoms.has(at, "tháng") for at in range(start, end))
