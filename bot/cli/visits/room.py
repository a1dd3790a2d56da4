"""What a command of `trucban visits` needs: content, store, and what its words name."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from redis.exceptions import RedisError

from bot import opening
from bot.cli import codes
from bot.config import Settings
from bot.content.files import say
from bot.content.rota import rota
from bot.conversation.phones import e164
from bot.conversation.text import clean, fold
from bot.domain.appointment import Appointment
from bot.domain.knowledge import Knowledge
from bot.domain.reminder import Why
from bot.domain.seat import LOCAL, today
from bot.domain.station import Service, Station
from bot.domain.ticket import Ticket
from bot.domain.wish import Act
from bot.errors import StoreError
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.exports import Exports
from bot.services.officers import Officers
from bot.services.overview import Overview
from bot.services.reception import Reception
from bot.services.rounds import Rounds
from bot.services.standing import glance
from bot.store.connection import Store
from bot.store.editions import Editions

_QUEUE = 3  # digits of a number of the queue; codes are longer
_KNOWN = timedelta(days=60)  # how far back a phone is looked for; names are kept for a shorter time


class RefusedError(Exception):
    """Something cannot be done as it was asked for; `args[0]` says why and what to do instead."""

    def __init__(self, key: str, exit_code: int = codes.USAGE, /, **blanks: object) -> None:
        super().__init__(say("visits", key, **blanks))
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes, and why they are to be called by phone, if they are."""

    name: str
    phone: str
    call: Why | None


@dataclass(frozen=True, slots=True)
class Room:
    """The services at work, at one moment; `gone` are stations whose visits are kept still."""

    known: Knowledge
    booking: Booking
    reception: Reception
    overview: Overview
    rounds: Rounds
    now: datetime
    gone: Mapping[str, Station]
    officers: Officers
    exports: Exports

    @property
    def today(self) -> date:
        """The local day."""
        return today(self.now)

    @property
    def clock(self) -> time:
        """The local time of day."""
        return self.now.astimezone(LOCAL).time()

    def act(self) -> Act:
        """One command: one act, under an id of its own."""
        return Act(secrets.token_hex(8), self.now)

    def name(self, station: str) -> str:
        """What a station is called, or was."""
        found = self.known.stations.get(station) or self.gone.get(station)
        return found.name if found else station

    def station(self, words: Sequence[str]) -> tuple[Station, list[str]]:
        """The station that the words begin with, or the only one; and the other words."""
        stations = self.known.stations
        for many in range(min(len(words), 6), 0, -1):
            said = _key(" ".join(words[:many]))
            for station in (*stations.values(), *self.gone.values()):
                if said in {_key(station.id), _key(station.name), _key(station.commune)} or said == _place(
                    station
                ):
                    return station, list(words[many:])
        if len(stations) == 1:
            return next(iter(stations.values())), list(words)
        raise RefusedError("which_station", stations=", ".join(stations))

    def service(self, station: Station, words: Sequence[str]) -> tuple[Service, list[str]]:
        """The service that the words begin with, by its id or (part of) its name; and the other words."""
        for many in range(len(words), 0, -1):
            said = _key(" ".join(words[:many]))
            exact = [each for each in station.services if said in {_key(each.id), _key(each.name)}]
            part = [each for each in station.services if said in _key(each.name) and not each.at_home]
            for found in (exact, part):
                if len(found) == 1 and found[0].at_home:
                    raise RefusedError("home_only", name=found[0].name)
                if len(found) == 1:
                    return found[0], list(words[many:])
        listed = "\n".join(f"  {each.id:<20} {each.name}" for each in station.services)
        raise RefusedError("which_service" if words else "no_service", said=" ".join(words), services=listed)

    async def visit(self, words: Sequence[str]) -> Appointment:
        """The visit that a code names, or (after the station) a number of today's queue."""
        said = " ".join(words)
        for ticket in self.booking.tickets(said):
            found = await self.reception.look(ticket)
            if found:
                return found
        if self.booking.tickets(said):
            raise RefusedError("code_gone", codes.BAD, code=said)
        if not words:
            raise RefusedError("no_code")
        number = words[-1].lstrip("#")
        if not (number.isdecimal() and len(number) <= _QUEUE):
            raise RefusedError("code_wrong", said=said)
        station, _ = self.station(words[:-1])
        for each in await self.reception.day(station.id, self.today):
            if each.ticket == int(number):
                return each
        raise RefusedError("no_number", codes.BAD, number=number, station=station.id)

    async def phoned(self, words: Sequence[str]) -> list[Appointment] | None:
        """The visits of a phone, at one station or at all; None when the words are no phone."""
        number = e164(" ".join(words))
        if number is None:
            return None
        since = self.now - _KNOWN
        found = [await self.reception.phoned(station, number, since) for station in self.booking.stations]
        return sorted((each for some in found for each in some), key=lambda each: each.at)

    async def names(self, visits: Iterable[Appointment]) -> dict[Ticket, Guest]:
        """Who comes; sealed names and phones are opened here, and nowhere else."""
        by_station: dict[str, list[Appointment]] = {}
        for each in visits:
            by_station.setdefault(each.station, []).append(each)
        found = {}
        for station, some in by_station.items():
            calls = await self.reception.to_call(station, some, self.now)
            for number, personal in (await self.reception.who(station, some)).items():
                found[Ticket(station, number)] = Guest(personal.name, personal.phone, calls.get(number))
        return found


Work = Callable[[Room, argparse.Namespace], Awaitable[int]]


def enter(options: Settings, given: argparse.Namespace, work: Work) -> int:
    """Do some work with everything open; beside a running desk too."""
    known = rota(options.content_dir)

    async def inside() -> int:
        async with opening.beside(options) as store:
            return await work(await _room(known, store), given)

    try:
        return asyncio.run(inside())
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return refused.exit_code
    except RedisError as error:
        raise StoreError("unreachable", error=error) from error


async def _room(known: Knowledge, store: Store) -> Room:
    almanac = Almanac(lambda: known)
    booking = Booking(store, almanac, known.stations)
    await booking.follow()
    now = datetime.now(UTC)
    watch = await glance(store, now)
    reception, editions = Reception(store, booking, watch), Editions(store)
    kept = [await editions.last(each) for each in booking.stations if each not in known.stations]
    gone = {each.station.id: each.station for each in kept if each}
    overview, rounds = Overview(almanac, reception), Rounds(store, booking, watch)
    officers = Officers(store)
    exports = Exports(store, officers, reception, booking, lambda: known, None)
    return Room(known, booking, reception, overview, rounds, now, gone, officers, exports)


def _key(text: str) -> str:
    return " ".join(fold(clean(text)).replace("_", " ").replace(",", " ").split())


def _place(station: Station) -> str:
    """Its commune without "xã", "phường"."""
    return _key(station.commune).partition(" ")[2]
