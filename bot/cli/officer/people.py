"""Officers invited, listed, let go."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import Any

from bot.cli import codes
from bot.cli.officer.room import RefusedError, Room, enter
from bot.config import Settings
from bot.content.files import console, say
from bot.conversation.text import clean
from bot.domain.officer import Officer, Role
from bot.domain.seat import LOCAL
from bot.services.people import LASTS, Outcome, Terms, terms

_LONGEST = 60  # characters of a name
_NEVER = "0"  # no end


def invite(options: Settings, given: argparse.Namespace) -> int:
    """A code that makes whoever sends it an officer, or links another door of one."""
    return enter(options, given, _invite)


def show(options: Settings, given: argparse.Namespace) -> int:
    """Everybody who is an officer, or was."""
    return enter(options, given, _show)


def change(options: Settings, given: argparse.Namespace) -> int:
    """Another role, other stations, another end."""
    return enter(options, given, _change)


def leave(options: Settings, given: argparse.Namespace) -> int:
    """Take every right and every door from an officer."""
    return enter(options, given, _leave)


async def _invite(room: Room, given: argparse.Namespace) -> int:
    if given.again:
        code = await room.officers.invite_again(room.hand, given.again)
        if code is None:
            raise RefusedError("no_officer", codes.BAD, id=given.again)
    else:
        stations = room.stations(given.station)
        if bool(stations) == given.everywhere:
            raise RefusedError("where", stations=", ".join(room.known.stations))
        name = clean(given.name)
        if not 2 <= len(name) <= _LONGEST:
            raise RefusedError("bad_name", limit=_LONGEST)
        until = room.day(given.until) if given.until else None
        code = await room.officers.invite(room.hand, name, Role(given.role), stations, until)
    print(say("officer", "invited", code=code, until=_clock(room.now + LASTS)))
    return codes.OK


async def _show(room: Room, given: argparse.Namespace) -> int:
    everyone = [each for each in await room.officers.everyone() if given.all or each.ended(room.now) is None]
    if given.json:
        print(json.dumps([_as_json(room, each) for each in everyone], ensure_ascii=False))
        return codes.OK
    if not everyone:
        print(say("officer", "nobody"))
    for each in everyone:
        print(_line(room, each))
    return codes.OK


async def _change(room: Room, given: argparse.Namespace) -> int:
    found = next((each for each in await room.officers.everyone() if each.id == given.id), None)
    if found is None:
        raise RefusedError("no_officer", codes.BAD, id=given.id)
    stations = room.stations(given.station)
    if stations and given.everywhere:
        raise RefusedError("where", stations=", ".join(room.known.stations))
    until = found.until
    if given.until:
        until = None if given.until == _NEVER else room.day(given.until)
    to = Terms(
        Role(given.role) if given.role else found.role,
        stations or (() if given.everywhere else found.stations), until,
    )  # fmt: skip
    if to == terms(found):
        raise RefusedError("change_nothing", line=_line(room, found))
    outcome = await room.officers.change(room.hand, found.id, to, sure=given.yes)
    if outcome is Outcome.LAST:
        print(say("officer", "change_last", name=found.name))
        return codes.OK
    if outcome is not Outcome.DONE:
        raise RefusedError("left_already", codes.BAD, id=found.id)
    print(say("officer", "changed", line=_line(room, to.given(found))))
    return codes.OK


async def _leave(room: Room, given: argparse.Namespace) -> int:
    found = next((each for each in await room.officers.everyone() if each.id == given.id), None)
    if found is None:
        raise RefusedError("no_officer", codes.BAD, id=given.id)
    if not given.yes:
        last = await room.officers.is_last(found, None, room.now)
        print(say("officer", "leave_ask", line=_line(room, found), id=found.id))
        if last:
            print(say("officer", "leave_last"))
        return codes.OK
    outcome = await room.officers.leave(room.hand, found.id)
    if outcome is not Outcome.DONE:
        raise RefusedError("left_already", codes.BAD, id=found.id)
    print(say("officer", "left", name=found.name))
    return codes.OK


def _line(room: Room, officer: Officer) -> str:
    words = console()["officer"]
    stations = room.known.stations
    where = ", ".join(stations[each].name if each in stations else each for each in officer.stations)
    over = officer.ended(room.now)
    parts = [
        officer.id,
        officer.name,
        words["roles"][officer.role],
        where or words["everywhere"],
        say("officer", "until", until=_clock(officer.until)) if officer.until else "",
        words["over"][over] if over else words["on_duty"] if officer.duty else "",
        say("officer", "doors", count=len(officer.links)),
    ]
    return " · ".join(filter(None, parts))


def _as_json(room: Room, officer: Officer) -> dict[str, Any]:
    over = officer.ended(room.now)
    return {
        "id": officer.id, "name": officer.name, "role": str(officer.role), "stations": list(officer.stations),
        "since": officer.since.isoformat(), "until": officer.until.isoformat() if officer.until else None,
        "over": str(over) if over else None, "duty": officer.duty, "doors": len(officer.links),
    }  # fmt: skip


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%H:%M %d/%m/%Y}"
