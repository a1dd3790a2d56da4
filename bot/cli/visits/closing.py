"""Closing a part of a day, and opening it again: whom it hits is shown before, and listed afterwards."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from datetime import date

from bot.cli import codes
from bot.cli.visits import showing
from bot.cli.visits.asking import agreed, reason_of
from bot.cli.visits.room import RefusedError, Room, enter
from bot.cli.visits.times import MIDNIGHT, read_span
from bot.config import Settings
from bot.content.files import say
from bot.conversation.times.saying import clock
from bot.domain.appointment import Appointment
from bot.domain.station import Station
from bot.domain.wish import Closing


def close(options: Settings, given: argparse.Namespace) -> int:
    """Close desks for a time; everybody hit is owed another one."""
    return enter(options, given, _close)


def reopen(options: Settings, given: argparse.Namespace) -> int:
    """Undo a closing; whoever has no other time yet gets the old one back."""
    return enter(options, given, _reopen)


async def _close(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    span = read_span(room, " ".join(rest))
    reason = reason_of(given)
    if not reason:
        raise RefusedError("no_reason")
    desks = _desks(room, station, given.desk, span.first)
    closing = Closing(station.id, secrets.token_hex(2), span.first, desks, span.begins, span.ends, reason)
    hit = await room.reception.hit(closing, room.now)
    if not given.yes:
        names = await room.names(hit)
        told = [say("visits", "closes", **_words(room, closing)), say("visits", "hits", count=len(hit))]
        told += [f"  {showing.line(room, each, names)}" for each in hit]
        if not await agreed("\n".join([*told, say("visits", "close_ask")])):
            return codes.BAD
    result = await room.reception.close(room.act(), closing)
    if not result.done:
        raise RefusedError("close_again", codes.BAD)
    await _show(room, closing, result.others, given)
    return codes.OK


def _desks(room: Room, station: Station, wanted: Sequence[str] | None, day: date) -> tuple[str, ...]:
    """The desks to close: those named, or all of the station on that day."""
    opened = room.overview.desks(station.id, day)
    every = tuple(dict.fromkeys((*opened, *station.desks)))
    if not wanted:
        return every
    away = tuple(desk for village in station.villages for desk in village.seats)
    for desk in wanted:
        if desk not in {*every, *away}:
            raise RefusedError("which_desk", desk=desk, desks=", ".join((*every, *away)))
    return tuple(dict.fromkeys(wanted))


def _words(room: Room, closing: Closing) -> dict[str, str]:
    """A closing in words."""
    whole = closing.begins == 0 and closing.ends >= MIDNIGHT
    span = say("visits", "all_day") if whole else f"{clock(closing.begins)}-{clock(closing.ends)}"
    return {
        "name": closing.name,
        "station": room.name(closing.station),
        "day": showing.day_of(room, closing.day),
        "span": span,
        "desks": ", ".join(closing.desks),
        "reason": closing.reason or "–",
    }


async def _show(room: Room, closing: Closing, hit: Sequence[Appointment], given: argparse.Namespace) -> None:
    names = await room.names(hit)
    if given.json:
        displaced = [showing.as_json(room, each, names) for each in hit]
        showing.print_json({"name": closing.name, "day": f"{closing.day}", "displaced": displaced})
        return
    to = showing.out()
    to.print(say("visits", "closed", **_words(room, closing)), soft_wrap=True)
    if not hit:
        to.print(say("visits", "hit_nobody"), soft_wrap=True)
        return
    by_phone = [each for each in hit if (guest := names.get(showing.ticket(each))) and guest.call]
    written = [each for each in hit if each not in by_phone]
    for key, some in (("will_be_written", written), ("must_be_phoned", by_phone)):
        if some:
            to.print(say("visits", key, count=len(some)), soft_wrap=True)
            for each in some:
                to.print(f"  {showing.line(room, each, names)}", soft_wrap=True)
    to.print(
        say("visits", "close_undo", station=closing.station, day=f"{closing.day}", name=closing.name),
        soft_wrap=True,
    )


async def _reopen(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    span = read_span(room, " ".join(rest))
    found = [
        each
        for each in await room.reception.closures(station.id, span.first)
        if given.name in {None, each.name} and each.begins < span.ends and span.begins < each.ends
    ]
    if not found:
        raise RefusedError(
            "not_closed", codes.BAD, day=showing.day_of(room, span.first), station=station.name
        )
    if len(found) > 1:
        listed = "\n".join(f"  {say('visits', 'closing', **_words(room, each))}" for each in found)
        raise RefusedError("which_closing", codes.BAD, closings=listed)
    closing = found[0]
    result = await room.reception.open(room.act(), station.id, closing.name, closing.day)
    if not result.done:
        raise RefusedError(
            "not_closed", codes.BAD, day=showing.day_of(room, span.first), station=station.name
        )
    names = await room.names(result.others)
    left = [each for each in await room.reception.displaced(station.id) if each.closure == closing.name]
    if given.json:
        back = [showing.as_json(room, each, names) for each in result.others]
        showing.print_json({"name": closing.name, "day": f"{closing.day}", "restored": back})
        return codes.OK
    to = showing.out()
    to.print(say("visits", "reopened", **_words(room, closing)), soft_wrap=True)
    to.print(say("visits", "restored", count=len(result.others)), soft_wrap=True)
    for each in result.others:
        to.print(f"  {showing.line(room, each, names)}", soft_wrap=True)
    if left:
        to.print(say("visits", "still_owed", count=len(left)), soft_wrap=True)
    return codes.OK
