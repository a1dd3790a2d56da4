"""How full two weeks are, and a table for Excel."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from rich.table import Table
from rich.text import Text

from bot.cli import codes
from bot.cli.visits import showing
from bot.cli.visits.room import RefusedError, Room, enter
from bot.cli.visits.times import read_day
from bot.config import Settings
from bot.content.files import console, say
from bot.domain.officer import Hand
from bot.domain.seat import CELL
from bot.domain.station import Station
from bot.errors import SettingsError
from bot.services.officers import TERMINAL, Outcome
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
    hand = await _hand(room, given, station)
    visits = await room.reception.days(station.id, first, last)
    await room.exports.noted(hand, station.id, first, last, len(visits), named=given.names)
    named = await room.names(visits) if given.names else {}
    people = {ticket: (guest.name, guest.phone) for ticket, guest in named.items()}
    data = room.exports.written(visits, people if given.names else None)
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


async def _hand(room: Room, given: argparse.Namespace, station: Station) -> Hand:
    """Who takes the table: the operator, or an officer who shows a TOTP."""
    if not given.by:
        if given.code:
            raise RefusedError("sheet_by")
        return Hand(TERMINAL, TERMINAL, room.now)
    hand = Hand(given.by, TERMINAL, room.now)
    outcome = await room.exports.may(hand, given.code or "", station.id)
    if outcome is not Outcome.DONE:
        raise RefusedError(f"sheet_{outcome}", codes.BAD, id=given.by, station=station.name)
    return hand


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
