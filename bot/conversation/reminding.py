"""What citizens are told unasked: reminders, offers of a place, the loss of theirs. Names nobody. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.conversation.errands import bring
from bot.conversation.times.saying import clock, worded
from bot.domain.appointment import Appointment
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Link, Reply
from bot.domain.reminder import Kind
from bot.domain.seat import LOCAL, today
from bot.domain.timetable import place_of


def service(known: Knowledge, appointment: Appointment) -> str:
    """What one comes for, and how many are coming."""
    station = known.stations.get(appointment.station)
    found = station.service(appointment.service) if station else None
    name = found.name if found else known.says("remind_service")
    if appointment.people == 1:
        return name
    return known.says("remind_people", service=name, people=str(appointment.people))


def where(known: Knowledge, appointment: Appointment) -> str:
    """Where one comes to: a village session's place, or the station with its address."""
    station = known.stations.get(appointment.station)
    if station is None:
        return known.says("remind_station")
    place = place_of(station, appointment.seat.desk) if appointment.seat else None
    if place:
        return known.says("remind_village", place=place, station=station.name)
    return f"{station.name}, {station.address}" if station.address else station.name


def when(known: Knowledge, appointment: Appointment, day: date) -> str:
    """The day and the time, as they are said on a day."""
    begins = appointment.at.astimezone(LOCAL)
    return worded(known, begins.date(), day, begins.hour * 60 + begins.minute)


def dated(known: Knowledge, appointment: Appointment) -> str:
    """The day and the time, as they can be read on any day."""
    return when(known, appointment, appointment.day + timedelta(days=1))


def reminder(known: Knowledge, appointment: Appointment, kind: Kind, code: str, url: str | None) -> Reply:
    """The reminder, with the checklist and three things to press."""
    day = appointment.at.astimezone(LOCAL).date() - timedelta(days=kind is Kind.EVE)
    text = "\n\n".join(
        (
            known.says(
                f"remind_{kind}",
                when=when(known, appointment, day),
                service=service(known, appointment),
                where=where(known, appointment),
                code=code,
            ),
            "\n".join(checklist(known, appointment)),
        )
    )
    buttons = (
        Button(known.says("remind_coming"), f"b:coming:{code}"),
        Button(known.says("remind_move"), f"b:move:{code}"),
        Button(known.says("remind_cancel"), f"b:cancel:{code}"),
    )
    return Reply(text, buttons, (Link(known.says("remind_link"), url),) if url else ())


def offer(known: Knowledge, held: Appointment, waiter: str, until: datetime, now: datetime) -> Reply:
    """A place became free: to be taken within minutes, or left to the next."""
    text = known.says(
        "offer_place",
        when=when(known, held, today(now)),
        service=service(known, held),
        where=where(known, held),
        until=_clock(until),
    )
    buttons = (
        Button(known.says("offer_take"), f"b:claim:{held.station}:{waiter}"),
        Button(known.says("offer_leave"), f"b:decline:{held.station}:{waiter}"),
    )
    return Reply(text, buttons)


def displaced(known: Knowledge, appointment: Appointment, code: str, why: str, now: datetime) -> Reply:
    """The seat is gone, and why (" vì …"); another time is one press away, or another station."""
    stands = appointment.station in known.stations
    text = known.says(
        "displaced",
        when=when(known, appointment, today(now)),
        service=service(known, appointment),
        where=where(known, appointment),
        code=code,
        why=why,
    )
    buttons = (
        Button(known.says("displaced_move"), f"b:move:{code}" if stands else "b:new"),
        Button(known.says("remind_cancel"), f"b:cancel:{code}"),
    )
    return Reply(text, buttons)


def checklist(known: Knowledge, appointment: Appointment) -> Iterator[str]:
    """What to bring, in lines."""
    matters = bring(known, appointment)
    if not matters:
        yield known.says("remind_bring_any")
        return
    yield known.says("head_bring") + "\n"
    if len(matters) == 1:
        yield from (f"- {thing}" for thing in matters[0].bring)
    else:
        yield from (f"- *{each.label}:* {'; '.join(each.bring)}" for each in matters)


def _clock(moment: datetime) -> str:
    local = moment.astimezone(LOCAL)
    return clock(local.hour * 60 + local.minute)
