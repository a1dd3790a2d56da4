"""How full two weeks are, and a table for Excel."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date

from rich.table import Table
from rich.text import Text

from bot.cli import codes
from bot.cli.visits import showing
from bot.cli.visits.room import Guest, RefusedError, Room, enter
from bot.cli.visits.times import read_day
from bot.config import Settings
from bot.content.files import console, say
from bot.conversation.phones import national
from bot.conversation.times.saying import clock
from bot.domain import sheet as sheets
from bot.domain.appointment import Appointment
from bot.domain.seat import CELL
from bot.domain.ticket import Ticket
from bot.errors import SettingsError
from bot.services.overview import Load

_TWO_WEEKS = 14
_BAR = 24  # columns of a full day
_FULL = 0.9  # from here on a day is shown as full
_LONGEST = 366  # days of a table


def load(options: Settings, given: argparse.Namespace) -> int:
    """Show how full two weeks are."""
    return enter(options, given, _load)


def sheet(options: Settings, given: argparse.Namespace) -> int:
    """Write the visits of some days as a table."""
    return enter(options, given, _sheet)


async def _load(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    if rest:
        raise RefusedError("words_left", words=" ".join(rest))
    days = await room.overview.load(station.id, room.today, _TWO_WEEKS)
    if given.json:
        showing.print_json([_as_json(each) for each in days])
        return codes.OK
    heads = console()["visits"]["load_heads"]
    made = Table(
        title=say("visits", "load_title", station=station.name), title_justify="left", title_style="bold",
        box=None, padding=(0, 2, 0, 0),
    )  # fmt: skip
    made.add_column(heads["day"], no_wrap=True)
    for name in ("open", "booked", "visits", "share"):
        made.add_column(heads[name], justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for each in days:
        made.add_row(*_row(room, each))
    to = showing.out()
    to.print(made)
    to.print(say("visits", "load_cells", minutes=CELL), soft_wrap=True)
    return codes.OK


def _as_json(each: Load) -> dict[str, object]:
    share = None if each.share is None else round(100 * each.share, 1)
    return {
        "day": f"{each.day}",
        "open": each.open // CELL,
        "booked": each.booked // CELL,
        "visits": each.visits,
        "share": share,
    }


def _row(room: Room, each: Load) -> list[str | Text]:
    day = f"{room.known.says(f'day_{each.day.weekday()}')} {each.day:%d/%m}"
    counted = [str(each.open // CELL), str(each.booked // CELL), str(each.visits)]
    if each.share is None:
        closed = say("visits", "load_closed_booked" if each.visits else "load_closed")
        return [day, *counted, "–", Text(closed, style="bold red" if each.visits else "dim")]
    filled = min(_BAR, round(_BAR * each.share) or int(each.booked > 0))
    bar = Text("█" * filled, style="red" if each.share >= _FULL else "green")
    bar.append("░" * (_BAR - filled), style="dim")
    return [day, *counted, f"{100 * each.share:.0f}", bar]


async def _sheet(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    if not rest:
        raise RefusedError("no_days")
    first, last = _days(room, rest)
    if not 0 <= (last - first).days <= _LONGEST:
        raise RefusedError("days_turned", first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}", most=_LONGEST)
    visits = await room.reception.days(station.id, first, last)
    names = await room.names(visits) if given.names else {}
    heads = list(console()["visits"]["sheet_heads"])
    if given.names:
        heads += console()["visits"]["sheet_names"]
    data = sheets.written(heads, [_cells(room, each, names, named=given.names) for each in visits])
    if given.file is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return codes.OK
    try:
        given.file.write_bytes(data)
    except OSError as error:
        raise SettingsError("FILE", "unwritable", f"{given.file} ({error.strerror})") from error
    showing.out().print(say("visits", "sheet_written", count=len(visits), file=given.file), soft_wrap=True)
    return codes.OK


def _days(room: Room, words: Sequence[str]) -> tuple[date, date]:
    """The first and the last day: the first way to cut the words in two that gives days."""
    halves = [(words[:at], words[at:]) for at in range(1, len(words))] or [(words, words)]
    for number, (before, behind) in enumerate(halves, 1):
        try:
            first, last = (read_day(room, " ".join(half), past=True) for half in (before, behind))
        except RefusedError:
            if number == len(halves):
                raise
            continue
        return first, last
    raise RefusedError("no_days")


def _cells(room: Room, visit: Appointment, names: Mapping[Ticket, Guest], *, named: bool) -> Sequence[object]:
    words = console()["visits"]
    cells: list[object] = [
        f"{visit.day:%d/%m/%Y}",
        clock(visit.seat.begins) if visit.seat else showing.hour(visit.at),
        visit.seat.minutes if visit.seat else None,
        room.booking.code(visit),
        visit.ticket,
        showing.service(room, visit),
        visit.people,
        words["priority"] if visit.priority else None,
        showing.status(visit),
        words["source"][visit.source],
        visit.desk or (visit.seat.desk if visit.seat else None),
        showing.hour(visit.arrived),
        showing.hour(visit.called),
    ]
    if named:
        personal = names.get(showing.ticket(visit))
        cells += [personal.name, national(personal.phone)] if personal else [None, None]
    return cells
