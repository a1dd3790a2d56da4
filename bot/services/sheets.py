"""Visits as a table: what stands in each column, the same wherever it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.content.files import console
from bot.conversation import errands
from bot.conversation.phones import national
from bot.conversation.times.saying import clock
from bot.domain import sheet
from bot.domain.appointment import Appointment
from bot.domain.knowledge import Knowledge
from bot.domain.seat import LOCAL
from bot.domain.ticket import Ticket
from bot.services.booking import Booking

People = Mapping[Ticket, tuple[str, str]]  # name and phone of who comes


def written(
    known: Knowledge, booking: Booking, visits: Sequence[Appointment], people: People | None
) -> bytes:
    """The file; with `people`, two columns more say who came."""
    words = console()["visits"]
    heads = [*words["sheet_heads"], *(words["sheet_names"] if people is not None else ())]
    return sheet.written(heads, [_cells(known, booking, each, people) for each in visits])


def what(known: Knowledge, visit: Appointment) -> str:
    """What a visit is for: the very case, where it is known."""
    case = errands.label(known, visit.errand, visit.day) if visit.errand else ""
    station = known.stations.get(visit.station)
    found = station.service(visit.service) if station else None
    return case or (found.name if found else visit.service)


def hour(moment: datetime | None) -> str:
    """`8:05`, local."""
    return f"{moment.astimezone(LOCAL):%-H:%M}" if moment else ""


def _cells(known: Knowledge, booking: Booking, visit: Appointment, people: People | None) -> Sequence[object]:
    words = console()["visits"]
    cells: list[object] = [
        f"{visit.day:%d/%m/%Y}",
        clock(visit.seat.begins) if visit.seat else hour(visit.at),
        visit.seat.minutes if visit.seat else None,
        booking.code(visit),
        visit.ticket,
        what(known, visit),
        visit.people,
        words["priority"] if visit.priority else None,
        words["status"][visit.status],
        words["source"][visit.source],
        visit.desk or (visit.seat.desk if visit.seat else None),
        hour(visit.arrived),
        hour(visit.called),
    ]
    if people is not None:
        name, phone = people.get(Ticket(visit.station, visit.number), ("", ""))
        cells += [name or None, national(phone) if phone else None]
    return cells
