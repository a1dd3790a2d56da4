"""The day's list, and one visit found again."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

from rich.console import Console

from bot.cli import codes
from bot.cli.visits import showing
from bot.cli.visits.room import RefusedError, Room, enter
from bot.cli.visits.times import read_day
from bot.config import Settings
from bot.content.files import console, say
from bot.domain.appointment import Appointment, Status

_ASIDE = frozenset({Status.CANCELLED, Status.EXPIRED})  # in the list only when asked for
_ORDER = (
    Status.BOOKED, Status.ARRIVED, Status.CALLED, Status.SERVED, Status.MISSED, Status.DISPLACED, Status.HELD,
    Status.CANCELLED,
)  # fmt: skip


def day(options: Settings, given: argparse.Namespace) -> int:
    """Show everybody of a day, in order of time."""
    return enter(options, given, _day)


def calls(options: Settings, given: argparse.Namespace) -> int:
    """Show who of any day is to be called about what was done to their visit."""
    return enter(options, given, _calls)


def find(options: Settings, given: argparse.Namespace) -> int:
    """Show the visit of a code, or all of a phone."""
    return enter(options, given, _find)


async def _day(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    if rest and given.day:
        raise RefusedError("words_left", words=" ".join(rest))
    asked = given.day or " ".join(rest)
    chosen = read_day(room, asked, past=True) if asked else room.today
    visits = [each for each in await room.reception.day(station.id, chosen) if _there(each, room)]
    listed = [each for each in visits if given.all or each.status not in _ASIDE or each.news]
    names = await room.names(listed)
    shown = [each for each in listed if given.all or each.status not in _ASIDE or _owed(each, names)]
    queue = await room.reception.queue(station.id, chosen)
    if given.json:
        showing.print_json(
            {
                "station": station.id,
                "day": f"{chosen}",
                "visits": [showing.as_json(room, each, names) for each in shown],
                "queue": [room.booking.code(each) for each in queue],
                "counts": {str(status): many for status, many in Counter(v.status for v in visits).items()},
            }
        )
        return codes.OK
    to = showing.out()
    title = say("visits", "title", station=station.name, day=showing.day_of(room, chosen))
    if shown:
        to.print(showing.table(room, title, shown, names))
    else:
        to.print(title)
        to.print(say("visits", "nobody"))
    called = sum(1 for guest in names.values() if guest.call)
    _after(room, visits, queue, called, to)
    if chosen == room.today and (owed := await room.reception.owed_a_call(station.id, room.now)):
        to.print(say("visits", "calls_owed", count=len(owed), station=station.id), soft_wrap=True)
    return codes.OK


async def _calls(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    if rest:
        raise RefusedError("words_left", words=" ".join(rest))
    visits = [each.appointment for each in await room.reception.owed_a_call(station.id, room.now)]
    names = await room.names(visits)
    if given.json:
        showing.print_json([showing.as_json(room, each, names) for each in visits])
        return codes.OK
    to, words = showing.out(), console()["visits"]
    to.print(say("visits", "calls" if visits else "calls_none", station=station.name, count=len(visits)))
    for each in visits:
        done = words["news"][each.news] if each.news else showing.status(each)
        to.print(f"  {done}: {showing.line(room, each, names)}", soft_wrap=True)
    if visits:
        to.print(say("visits", "calls_after"), soft_wrap=True)
    return codes.OK


def _owed(visit: Appointment, names: showing.Names) -> bool:
    """Whether somebody still has to be told by phone that it was cancelled."""
    guest = names.get(showing.ticket(visit))
    return guest is not None and guest.call is not None


def _there(visit: Appointment, room: Room) -> bool:
    """Whether it is anything at all: a hold that ran out is not, swept or not."""
    return visit.status is not Status.HELD or bool(visit.until and visit.until > room.now)


def _after(
    room: Room, visits: Sequence[Appointment], queue: Sequence[Appointment], called: int,
    to: Console,
) -> None:  # fmt: skip
    """Who waits now, who is to be called up, and the whole day in a line."""
    to.print()
    if queue:
        to.print(say("visits", "queue", count=len(queue)))
        for each in queue:
            what = say(
                "visits", "waits", service=showing.service(room, each), time=showing.hour(each.arrived)
            )
            to.print(f"  {each.ticket:>3}  {room.booking.code(each)}  {what}")
        to.print()
    if called:
        to.print(say("visits", "to_call", count=called))
    words, many = console()["visits"]["status"], Counter(each.status for each in visits)
    parts = ", ".join(f"{many[status]} {words[status]}" for status in _ORDER if many[status])
    if parts:
        people = sum(each.people for each in visits if each.status not in _ASIDE)
        to.print(say("visits", "summary", visits=len(visits), people=people, parts=parts))


async def _find(room: Room, given: argparse.Namespace) -> int:
    words = list(given.words)
    found = await room.phoned(words)
    if found is None:
        found = [await room.visit(words)]
    if not found:
        raise RefusedError("no_phone_visits", codes.BAD, phone=" ".join(words))
    names = await room.names(found)
    if given.json:
        showing.print_json([showing.as_json(room, each, names) for each in found])
        return codes.OK
    to = showing.out()
    for each in found:
        to.print(showing.line(room, each, names), soft_wrap=True)
        for detail in _details(room, each):
            to.print(f"    {detail}", soft_wrap=True)
    return codes.OK


def _details(room: Room, visit: Appointment) -> list[str]:
    words = console()["visits"]
    people = say("visits", "people", people=visit.people) if visit.people > 1 else ""
    place = room.name(visit.station)
    parts = (place, people, words["priority"] if visit.priority else "", words["source"][visit.source])
    times = (("arrived_at", visit.arrived), ("called_at", visit.called))
    told = [showing.status(visit), *(say("visits", key, time=showing.hour(at)) for key, at in times if at)]
    return [", ".join(filter(None, parts)), ", ".join(told)]
