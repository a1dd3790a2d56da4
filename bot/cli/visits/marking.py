"""What became of visitors: here, done, not come; tickets for those who walk in; the next one called."""

from __future__ import annotations

import argparse

from bot.cli import codes
from bot.cli.visits import showing
from bot.cli.visits.room import RefusedError, Room, enter
from bot.config import Settings
from bot.content.files import console, say
from bot.conversation.waits import waited
from bot.domain.appointment import MOVES, Appointment, Outcome, Result, Source, Status
from bot.domain.wish import Wish
from bot.services.reception import BACK

_TO = {"arrived": Status.ARRIVED, "served": Status.SERVED, "missed": Status.MISSED}


def mark(options: Settings, given: argparse.Namespace) -> int:
    """Say what became of a visitor, or take it back."""
    return enter(options, given, _mark)


def walk_in(options: Settings, given: argparse.Namespace) -> int:
    """Give a number to somebody without an appointment."""
    return enter(options, given, _walk_in)


def call(options: Settings, given: argparse.Namespace) -> int:
    """Call the next visitor."""
    return enter(options, given, _call)


async def _mark(room: Room, given: argparse.Namespace) -> int:
    visit = await room.visit(given.words)
    to = BACK.get(visit.status) if given.act == "back" else _TO[given.act]
    if given.seen is not None and given.seen != visit.version:
        raise _quicker(room, visit)
    if to is None:
        key = "nothing_to_undo" if visit.status is Status.BOOKED else "no_way_back"
        raise RefusedError(key, codes.BAD, code=room.booking.code(visit), status=showing.status(visit))
    if to is visit.status:
        raise _quicker(room, visit)
    result = await room.reception.settle(room.act(), visit, to, visit.seat.desk if visit.seat else None)
    if not result.done:
        raise _refused(room, visit, to, result)
    await _show(room, result, given, "marked")
    return codes.OK


async def _show(room: Room, result: Result, given: argparse.Namespace, key: str) -> None:
    """What was done, and how it is taken back."""
    visit = result.appointment
    assert visit is not None  # noqa: S101 - the act was done
    names = await room.names([visit])
    if given.json:
        showing.print_json(showing.as_json(room, visit, names))
        return
    to = showing.out()
    to.print(
        say("visits", key, status=showing.status(visit)), showing.line(room, visit, names), soft_wrap=True
    )
    if BACK.get(visit.status) in MOVES[visit.status] and _can_go_back(visit):
        to.print(say("visits", "undo", code=room.booking.code(visit)), soft_wrap=True)


def _can_go_back(visit: Appointment) -> bool:
    """Walk-ins were never booked."""
    return not (visit.status is Status.ARRIVED and visit.source is Source.WALK_IN)


def _quicker(room: Room, now: Appointment) -> RefusedError:
    code, at = room.booking.code(now), showing.hour(now.called or now.arrived)
    when = say("visits", "since", time=at) if at and now.status in {Status.ARRIVED, Status.CALLED} else ""
    return RefusedError("quicker", codes.BAD, code=code, status=showing.status(now), since=when)


def _refused(room: Room, seen: Appointment, to: Status, result: Result) -> RefusedError:
    """Why a mark was not made: somebody was quicker, too early, or no way from there."""
    code, now = room.booking.code(seen), result.appointment
    if result.outcome is Outcome.NOT_FOUND or now is None:
        return RefusedError("code_gone", codes.BAD, code=code)
    if (now.version, now.status) != (seen.version, seen.status):
        return _quicker(room, now)
    day = showing.day_of(room, seen.day)
    if to is Status.MISSED and seen.status is Status.BOOKED:
        return RefusedError(
            "too_early", codes.BAD, code=code, time=showing.seat_of(room, seen.seat) if seen.seat else day
        )
    if seen.status is Status.BOOKED:
        return RefusedError("other_day", codes.BAD, code=code, day=day)
    if to is Status.BOOKED:
        return RefusedError("walk_in_back", codes.BAD, code=code)
    wanted = console()["visits"]["status"][to]
    return RefusedError("no_way", codes.BAD, code=code, status=showing.status(seen), wanted=wanted)


async def _walk_in(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    service, left = room.service(station, rest)
    if left:
        raise RefusedError("words_left", words=" ".join(left))
    people = many(given)
    wish = Wish(station.id, service.id, people=people, priority=given.priority)
    result = await room.reception.walk_in(room.act(), wish)
    visit = result.appointment
    assert visit is not None  # noqa: S101 - there is always one ticket more
    wait = await room.overview.wait(visit, room.now)
    sentence = waited(room.known, wait)
    if given.json:
        least, most = (wait.least, wait.most) if wait else (None, None)
        told = {"wait": {"least": least, "most": most}, "says": sentence}
        showing.print_json({**showing.as_json(room, visit, {}), **told})
        return codes.OK
    to = showing.out()
    to.print(say("visits", "ticket", number=visit.ticket), style="bold")
    to.print(f"{room.booking.code(visit)} · {service.name}", soft_wrap=True)
    to.print(sentence, soft_wrap=True)
    return codes.OK


def many(given: argparse.Namespace) -> int:
    """How many people come together."""
    people: int = given.people
    if not 1 <= people <= 10:
        raise RefusedError("people_wrong", people=people)
    return people


async def _call(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    if rest:
        raise RefusedError("words_left", words=" ".join(rest))
    desks = room.overview.desks(station.id, room.today) or station.desks
    if given.desk and given.desk not in {*desks, *station.desks}:
        raise RefusedError("which_desk", desk=given.desk, desks=", ".join(desks))
    served = room.overview.served(station.id, room.today, given.desk or "")
    services = served or tuple(sorted(station.served(*([given.desk] if given.desk else station.desks))))
    result = await room.reception.call(room.act(), station.id, services, given.desk or "")
    if result.outcome is Outcome.NOT_FOUND:
        if given.json:
            showing.print_json(None)
        else:
            showing.out().print(say("visits", "nobody_waits"), soft_wrap=True)
        return codes.OK
    await _show(room, result, given, "called")
    return codes.OK
