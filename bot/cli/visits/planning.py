"""Times given away by hand: for somebody on the phone, another one instead, or given back."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta

from bot.cli import codes
from bot.cli.visits import showing
from bot.cli.visits.asking import agreed, reason_of
from bot.cli.visits.marking import many
from bot.cli.visits.room import RefusedError, Room, enter
from bot.cli.visits.times import Time, read_time
from bot.config import Settings
from bot.content.files import say
from bot.conversation.phones import e164, national
from bot.domain.appointment import Appointment, Outcome, Personal, Result, Status
from bot.domain.reminder import WORD, knows
from bot.domain.seat import Seat, today
from bot.domain.ticket import Ticket
from bot.domain.wish import Change, Wish

_AHEAD = 14  # days looked through for a free seat near a time that is taken
_NAME = 80  # characters of a name
_CODE = 4  # words that a code read out may have


def add(options: Settings, given: argparse.Namespace) -> int:
    """Book for somebody on the phone."""
    return enter(options, given, _add)


def move(options: Settings, given: argparse.Namespace) -> int:
    """Give a visit another time."""
    return enter(options, given, _move)


def cancel(options: Settings, given: argparse.Namespace) -> int:
    """Give a time back."""
    return enter(options, given, _cancel)


def told(options: Settings, given: argparse.Namespace) -> int:
    """Note that somebody has been phoned about what was done to their visit."""
    return enter(options, given, _told)


async def _add(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    service, when = room.service(station, rest)
    who = personal(given)
    time = read_time(room, " ".join(when))
    wish = Wish(station.id, service.id, people=many(given), priority=given.priority)
    seats = await _wanted(room, wish, time)
    result = await room.reception.add(
        room.act(), Wish(station.id, service.id, tuple(seats), wish.people, wish.priority), who
    )
    if result.outcome is Outcome.GONE:
        raise await _taken(room, wish, time)
    if not result.done:
        raise _unbooked(room, who.phone, result)
    await _show(room, result, given, "added")
    return codes.OK


async def _move(room: Room, given: argparse.Namespace) -> int:
    ticket, when = _split(room, given.words)
    visit = await room.reception.look(ticket)
    if visit is None:
        raise RefusedError("code_gone", codes.BAD, code=given.words[0])
    if visit.status not in {Status.BOOKED, Status.DISPLACED}:
        raise RefusedError(
            "not_movable", codes.BAD, code=room.booking.code(visit), status=showing.status(visit)
        )
    time = read_time(room, " ".join(when))
    wish = Wish(visit.station, visit.service, people=visit.people, priority=visit.priority)
    seats = await _wanted(room, wish, time)
    change = Change(ticket, tuple(seats), visit.version)
    result = await room.reception.move(room.act(), change, tell=not given.told)
    if result.outcome is Outcome.GONE:
        raise await _taken(room, wish, time)
    if not result.done:
        raise _quicker(room, visit, result)
    await _show(room, result, given, "moved")
    return codes.OK


async def _cancel(room: Room, given: argparse.Namespace) -> int:
    reason = reason_of(given)
    visit = await room.visit(given.words)
    if visit.status not in {Status.BOOKED, Status.DISPLACED, Status.HELD}:
        raise RefusedError(
            "not_cancellable", codes.BAD, code=room.booking.code(visit), status=showing.status(visit)
        )
    if not given.yes:
        names = await room.names([visit])
        question = say("visits", "cancel_ask", visit=showing.line(room, visit, names))
        if not await agreed(question):
            return codes.BAD
    result = await room.reception.cancel(room.act(), showing.ticket(visit), reason, tell=not given.told)
    if not result.done:
        raise _quicker(room, visit, result)
    await _show(room, result, given, "cancelled")
    return codes.OK


async def _told(room: Room, given: argparse.Namespace) -> int:
    visit = await room.visit(given.words)
    code = room.booking.code(visit)
    ahead = visit.status is Status.BOOKED and visit.at - WORD <= room.now < visit.at
    if knows(visit) or not (visit.news or visit.status is Status.DISPLACED or ahead):
        raise RefusedError("nothing_to_tell", codes.BAD, code=code, status=showing.status(visit))
    result = await room.reception.told(room.act(), visit)
    if not result.done:
        raise _quicker(room, visit, result)
    await _show(room, result, given, "told")
    return codes.OK


def _split(room: Room, words: Sequence[str]) -> tuple[Ticket, list[str]]:
    """The code that the words begin with, and the time behind it."""
    if not words:
        raise RefusedError("no_code")
    for length in range(min(len(words), _CODE), 0, -1):
        found = room.booking.tickets(" ".join(words[:length]))
        if found:
            return found[0], list(words[length:])
    raise RefusedError("code_wrong", said=words[0])


def personal(given: argparse.Namespace, place: str = "") -> Personal:
    """Name and phone of somebody on the phone."""
    name = " ".join((given.name or "").split())
    if not name or len(name) > _NAME:
        raise RefusedError("no_name")
    if not given.phone:
        raise RefusedError("no_phone")
    phone = e164(given.phone)
    if phone is None:
        raise RefusedError("phone_wrong", said=given.phone)
    return Personal(name, phone, place=place)


async def _wanted(room: Room, wish: Wish, time: Time) -> list[Seat]:
    """Free seats at the minute that was named, or the first within the hours."""
    days = [
        time.first + timedelta(days=ahead) for ahead in range(min((time.last - time.first).days, _AHEAD) + 1)
    ]
    seats = [seat for day in days for seat in await room.reception.free(wish, day, room.now)]
    if time.at is not None:
        seats = [seat for seat in seats if seat.begins == time.at]
    seats = [seat for seat in seats if time.begins <= seat.begins < time.ends]
    if not seats:
        raise await _taken(room, wish, time)
    return seats


async def _taken(room: Room, wish: Wish, time: Time) -> RefusedError:
    """Nothing is free then; what is, near it."""
    begins = time.begins if time.at is None else time.at
    days = [time.first + timedelta(days=ahead) for ahead in range(_AHEAD)]
    near = await room.overview.nearest(wish, days, begins, room.now)
    if not near:
        return RefusedError("nothing_free", codes.BAD, days=_AHEAD, day=showing.day_of(room, time.first))
    seats = "\n".join(f"  {showing.seat_of(room, seat)}" for seat in near)
    return RefusedError("taken", codes.BAD, seats=seats)


def _unbooked(room: Room, phone: str, result: Result) -> RefusedError:
    """Why somebody cannot be booked for."""
    shown = national(phone)
    if result.outcome is Outcome.LIMIT:
        return RefusedError("limit", codes.BAD, phone=shown, most=room.reception.rules.live)
    if result.outcome is Outcome.COOLING and result.until:
        until = showing.day_of(room, today(result.until))
        return RefusedError("cooling", codes.BAD, phone=shown, until=until)
    return RefusedError("not_booked", codes.BAD, outcome=result.outcome)


def _quicker(room: Room, seen: Appointment, result: Result) -> RefusedError:
    now = result.appointment
    if now is None:
        return RefusedError("code_gone", codes.BAD, code=room.booking.code(seen))
    return RefusedError(
        "quicker", codes.BAD, code=room.booking.code(now), status=showing.status(now), since=""
    )


async def _show(room: Room, result: Result, given: argparse.Namespace, key: str) -> None:
    visit = result.appointment
    assert visit is not None  # noqa: S101 - the act was done
    names = await room.names([visit])
    if given.json:
        showing.print_json(showing.as_json(room, visit, names))
        return
    to = showing.out()
    to.print(say("visits", key), showing.line(room, visit, names), soft_wrap=True)
    if key == "added":
        to.print(say("visits", "read_code", code=room.booking.code(visit)), soft_wrap=True)
    elif visit.news:
        guest = names.get(showing.ticket(visit))
        how = "change_phoned" if guest and guest.call else "change_written"
        to.print(say("visits", how, code=room.booking.code(visit)), soft_wrap=True)
