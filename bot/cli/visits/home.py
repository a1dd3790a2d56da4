"""Visits at home: who waits for one, a day set, done. A number names a request within its station."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.cli import codes
from bot.cli.visits import showing
from bot.cli.visits.planning import personal
from bot.cli.visits.room import RefusedError, Room, enter
from bot.cli.visits.times import read_span
from bot.config import Settings
from bot.content.files import console, say
from bot.conversation.booking.homes import planned
from bot.conversation.phones import national
from bot.conversation.times.saying import clock
from bot.domain.home import HomeStatus, HomeVisit, Plan
from bot.domain.reminder import Why
from bot.domain.seat import today
from bot.domain.station import Station
from bot.services.rounds import Wanted
from bot.store.homes import Turned

_PLACE = 120  # characters of a place
_OLD = 30  # days before an open request is forgotten from which on that is said
_TO = {"done": HomeStatus.SERVED, "drop": HomeStatus.DROPPED}


def listed(options: Settings, given: argparse.Namespace) -> int:
    """Show who waits, by turn."""
    return enter(options, given, _listed)


def plan(options: Settings, given: argparse.Namespace) -> int:
    """Set a day."""
    return enter(options, given, _plan)


def mark(options: Settings, given: argparse.Namespace) -> int:
    """Say that it is done, or not needed, or take that back."""
    return enter(options, given, _mark)


def add(options: Settings, given: argparse.Namespace) -> int:
    """Write down somebody who calls."""
    return enter(options, given, _add)


async def _listed(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    if rest:
        raise RefusedError("words_left", words=" ".join(rest))
    found = await room.rounds.listed(station.id, room.now, every=given.all)
    if given.json:
        showing.print_json([_as_json(each) for each in found])
        return codes.OK
    to = showing.out()
    to.print(_table(room, say("visits", "home_title", station=station.name), found))
    waiting = sum(each.visit.status is HomeStatus.WAITING for each in found)
    ahead = sum(each.visit.status is HomeStatus.PLANNED for each in found)
    if not waiting + ahead:
        to.print(say("visits", "home_nobody"), soft_wrap=True)
        return codes.OK
    to.print()
    to.print(
        say("visits", "home_summary", count=waiting + ahead, waiting=waiting, planned=ahead), soft_wrap=True
    )
    if waiting:
        to.print(say("visits", "home_next", station=station.id), soft_wrap=True)
    return codes.OK


def _table(room: Room, title: str, found: Sequence[Wanted]) -> Table:
    heads = console()["visits"]["home_heads"]
    made = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0))
    made.add_column(heads["number"], no_wrap=True, justify="right")
    for name in ("who", "place", "status"):
        made.add_column(heads[name], overflow="fold", ratio=1)
    for each in found:
        who = each.personal
        named = f"{_plain(who.name)}\n{national(who.phone)}" if who else say("visits", "home_erased")
        style = "" if each.visit.open else "dim"
        cells = (f"{each.visit.number}", named, _plain(who.place) if who else "–", _state(room, each))
        made.add_row(*(Text(cell, style=style) for cell in cells))
    return made


def _state(room: Room, each: Wanted) -> str:
    """How it stands, in lines; loud where somebody has to do something."""
    visit, words = each.visit, console()["visits"]
    said = str(words["home_status"][visit.status])
    lines = [said, say("visits", "home_asked", day=f"{today(visit.made):%d/%m/%Y}")]
    if visit.plan:
        lines[0] = say("visits", "home_plan_said", when=planned(room.known, visit.plan, room.today))
        if not visit.open:
            lines.insert(0, said)
    if visit.status is HomeStatus.PLANNED and visit.plan and visit.plan.until < room.now:
        lines.insert(0, say("visits", "home_late"))
    elif each.call:
        lines.append(say("visits", "must_call_why", why=words["why"][each.call]))
    if visit.status is HomeStatus.LEFT and visit.plan and visit.plan.day >= room.today:
        lines[0] = say("visits", "home_in_vain")
    days = (each.forgotten - room.now).days
    if visit.open and days <= _OLD:
        lines.append(say("visits", "home_old", days=max(0, days)))
    return "\n".join(lines)


async def _plan(room: Room, given: argparse.Namespace) -> int:
    _, seen, when = await _seen(room, given)
    span = read_span(room, " ".join(when))
    made = Plan(span.first, span.begins, span.ends)
    visit = _done(await room.rounds.plan(room.act(), seen.visit, made), seen.visit)
    now = await _again(room, visit)
    if given.json:
        showing.print_json(_as_json(now))
        return codes.OK
    to = showing.out()
    to.print(say("visits", "home_planned", when=planned(room.known, made, room.today)), soft_wrap=True)
    to.print(f"  {_line(now)}", soft_wrap=True)
    told = now.call in {None, Why.UNSENT}  # not told yet: a moment ago nobody knew the day
    why = "" if now.call is None else console()["visits"]["why"][now.call]
    to.print(
        say("visits", "home_written") if told else say("visits", "home_must_call", why=why), soft_wrap=True
    )
    to.print(say("visits", "home_plan_undo"), soft_wrap=True)
    return codes.OK


async def _mark(room: Room, given: argparse.Namespace) -> int:
    station, seen, rest = await _seen(room, given)
    if rest:
        raise RefusedError("words_left", words=" ".join(rest))
    if given.act == "back":
        turned = await room.rounds.back(room.act(), seen.visit)
    else:
        turned = await room.rounds.mark(room.act(), seen.visit, _TO[given.act])
    visit = _done(turned, seen.visit)
    now = await _again(room, visit)
    if given.json:
        showing.print_json(_as_json(now))
        return codes.OK
    to = showing.out()
    status = console()["visits"]["home_status"][visit.status]
    to.print(say("visits", "home_marked", status=status), _line(now), soft_wrap=True)
    if given.act != "back":
        to.print(say("visits", "home_undo", station=station.id, number=visit.number), soft_wrap=True)
    if given.act == "drop":
        to.print(say("visits", "home_drop_silent"), soft_wrap=True)
    return codes.OK


async def _add(room: Room, given: argparse.Namespace) -> int:
    station, rest = room.station(given.words)
    if rest:
        raise RefusedError("words_left", words=" ".join(rest))
    service = next((each for each in station.services if each.at_home), None)
    if service is None:
        raise RefusedError("home_no_service", codes.BAD, station=station.name)
    place = " ".join((given.place or "").split())
    if not place or len(place) > _PLACE:
        raise RefusedError("home_no_place")
    who = personal(given, place)
    _, visit = await room.rounds.write_down(room.act(), station.id, service.id, who)
    assert visit is not None  # noqa: S101 - officers have no limit
    now = await _again(room, visit)
    if given.json:
        showing.print_json(_as_json(now))
        return codes.OK
    showing.out().print(say("visits", "home_added"), _line(now), soft_wrap=True)
    return codes.OK


async def _seen(room: Room, given: argparse.Namespace) -> tuple[Station, Wanted, list[str]]:
    """The request that a number names, behind the station or alone; and the words behind it."""
    station, rest = room.station(given.words)
    if not rest:
        raise RefusedError("home_no_number", station=station.id)
    number = rest[0].lstrip("#")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise RefusedError("home_wrong_number", said=rest[0], station=station.id)
    found = await room.rounds.look(station.id, int(number), room.now)
    if found is None:
        raise RefusedError("home_gone", codes.BAD, number=number, station=station.id)
    if given.seen is not None and given.seen != found.visit.version:
        raise _refused("home_quicker", found.visit)
    return station, found, rest[1:]


def _done(turned: Turned, seen: HomeVisit) -> HomeVisit:
    """The request after an act; or why it was not done."""
    outcome, visit = turned
    if visit is None:
        raise RefusedError("home_gone", codes.BAD, number=seen.number, station=seen.station)
    if outcome != "done":
        raise _refused("home_no_way" if visit.version == seen.version else "home_quicker", visit)
    return visit


def _refused(key: str, visit: HomeVisit) -> RefusedError:
    status = console()["visits"]["home_status"][visit.status]
    return RefusedError(key, codes.BAD, number=visit.number, status=status, station=visit.station)


async def _again(room: Room, visit: HomeVisit) -> Wanted:
    """As it stands now, with whom it is for."""
    found = await room.rounds.look(visit.station, visit.number, room.now)
    return found or Wanted(visit, None, None, room.now)


def _line(each: Wanted) -> str:
    """One request in one line."""
    who = each.personal
    parts = [say("visits", "number", number=each.visit.number)]
    parts += [_plain(who.name), national(who.phone), _plain(who.place)] if who else []
    return " · ".join(filter(None, parts))


def _plain(text: str) -> str:
    """As it was written, without what would steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _as_json(each: Wanted) -> dict[str, Any]:
    """One request for a program; `version` is what `--seen` takes."""
    visit, who = each.visit, each.personal
    return {
        "number": visit.number,
        "station": visit.station,
        "status": str(visit.status),
        "version": visit.version,
        "asked": f"{today(visit.made)}",
        "day": f"{visit.plan.day}" if visit.plan else None,
        "begins": f"{clock(visit.plan.begins):0>5}" if visit.plan else None,
        "ends": f"{clock(visit.plan.ends):0>5}" if visit.plan else None,
        "name": who.name if who else None,
        "phone": who.phone if who else None,
        "place": who.place if who else None,
        "must_be_called": each.call is not None,
        "call_because": str(each.call) if each.call else None,
        "forgotten": f"{today(each.forgotten)}",
    }
