"""Visits in words, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.channels import terminal
from bot.cli.visits.room import Guest, Room
from bot.content.files import console, say
from bot.conversation.phones import national
from bot.conversation.times.saying import clock, worded
from bot.domain.appointment import Appointment, Status
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket
from bot.services import sheets

Names = Mapping[Ticket, Guest]
_STYLES = {
    Status.ARRIVED: "bold", Status.CALLED: "bold green", Status.SERVED: "dim", Status.MISSED: "red",
    Status.CANCELLED: "dim", Status.DISPLACED: "bold red", Status.HELD: "dim",
}  # fmt: skip


def out() -> Console:
    """The terminal, as other commands use it."""
    return terminal.console(markup=False)


def ticket(visit: Appointment) -> Ticket:
    """What names it."""
    return Ticket(visit.station, visit.number)


def status(visit: Appointment) -> str:
    """How it stands, in a word or two."""
    return str(console()["visits"]["status"][visit.status])


def service(room: Room, visit: Appointment) -> str:
    """What it is for: the very case, where it is known."""
    return sheets.what(room.known, visit)


def name(personal: Guest) -> str:
    """A name as it was written, without what would steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in personal.name)


def hour(moment: datetime | None) -> str:
    """`8:05`, local."""
    return sheets.hour(moment)


def day_of(room: Room, day: date) -> str:
    """A day as it is said today."""
    return worded(room.known, day, room.today)


def seat_of(room: Room, seat: Seat) -> str:
    """A seat: day, time, desk."""
    return say("visits", "seat", time=worded(room.known, seat.day, room.today, seat.begins), desk=seat.desk)


def line(room: Room, visit: Appointment, names: Names) -> str:
    """One visit in one line: code, time or number, what for, who."""
    personal = names.get(ticket(visit))
    parts = [
        room.booking.code(visit),
        say("visits", "number", number=visit.ticket) if visit.ticket else "",
        worded(room.known, visit.seat.day, room.today, visit.seat.begins) if visit.seat else "",
        service(room, visit),
        name(personal) if personal else "",
        national(personal.phone) if personal else "",
        say("visits", "must_call") if personal and personal.call else "",
    ]
    return " · ".join(filter(None, parts))


def as_json(room: Room, visit: Appointment, names: Names) -> dict[str, Any]:
    """One visit for a program; `version` is what `--seen` takes."""
    personal = names.get(ticket(visit))
    return {
        "code": room.booking.code(visit),
        "station": visit.station,
        "day": f"{visit.day}",
        "begins": f"{clock(visit.seat.begins):0>5}" if visit.seat else None,
        "minutes": visit.seat.minutes if visit.seat else None,
        "desk": visit.desk or (visit.seat.desk if visit.seat else None),
        "number": visit.ticket,
        "service": visit.service,
        "matter": str(visit.errand) if visit.errand else None,
        "people": visit.people,
        "priority": visit.priority,
        "status": str(visit.status),
        "version": visit.version,
        "source": str(visit.source),
        "news": str(visit.news) if visit.news else None,
        "name": personal.name if personal else None,
        "phone": personal.phone if personal else None,
        "must_be_called": personal is not None and personal.call is not None,
        "call_because": str(personal.call) if personal and personal.call else None,
    }


def print_json(value: object) -> None:
    """One line for a program."""
    print(json.dumps(value, ensure_ascii=False))


def table(room: Room, title: str, visits: Sequence[Appointment], names: Names) -> Table:
    """Visits as rows of two lines: everything in words, and no wider than an old screen."""
    heads = console()["visits"]["heads"]
    made = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0))
    for name in ("time", "number", "code"):
        made.add_column(heads[name], no_wrap=True, justify="right" if name == "number" else "left")
    for name in ("service", "who"):
        made.add_column(heads[name], overflow="fold", ratio=1)
    made.add_column(heads["status"], overflow="fold", min_width=14)
    for visit in visits:
        made.add_row(*_row(room, visit, names.get(ticket(visit))))
    return made


def _row(room: Room, visit: Appointment, personal: Guest | None) -> list[Text]:
    words = console()["visits"]
    people = say("visits", "people", people=visit.people) if visit.people > 1 else ""
    priority = words["priority"] if visit.priority else ""
    call = (
        say("visits", "must_call_why", why=words["why"][personal.call]) if personal and personal.call else ""
    )
    begins = clock(visit.seat.begins) if visit.seat else hour(visit.at)
    style = _STYLES.get(visit.status, "")
    return [
        Text(begins.rjust(5), style=style),
        Text(f"{visit.ticket or ''}", style=style),
        Text(room.booking.code(visit), style=style),
        Text(_lines(service(room, visit), ", ".join(filter(None, (people, priority)))), style=style),
        Text(_lines(name(personal), national(personal.phone)) if personal else "–", style=style),
        Text(_lines(status(visit), call or words["source"][visit.source]), style=style),
    ]


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))
