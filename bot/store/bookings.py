"""Appointments of citizens: held, confirmed, moved, given back; and read again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain.appointment import Appointment, News, Personal, Result, Rules, Source
from bot.domain.seat import CELL
from bot.domain.ticket import NUMBERS, Ticket, Tickets
from bot.domain.wish import Act, Asker, Change, Wish
from bot.store.acts import (
    Acts,
    appointment,
    given_bounds,
    given_seats,
    given_talks,
    given_wish,
    pairs,
    station_prefix,
)  # fmt: skip
from bot.store.connection import Store
from bot.store.scripts import ms

_MS = timedelta(milliseconds=1)
_HOUR = timedelta(hours=1) // _MS
FREED = "w"  # what stands in a cell that is kept for those who wait
_DRAWN = 6  # numbers handed in; the first that nobody has is taken
_PERSONAL = TypeAdapter(Personal)


class Bookings:
    """Everything that races is one script; times are handed in. Seats come from above."""

    def __init__(self, store: Store, rules: Rules, tickets: Tickets) -> None:
        self.acts = Acts(store)
        self.rules = rules
        spans = {"remembered": rules.remembered // _MS, "cooling": rules.cooling // _MS}
        self.limits = {"live": rules.live, "misses": rules.misses, **spans}
        self._store, self._tickets = store, tickets

    async def hold(self, act: Act, asker: Asker, wish: Wish, bounds: Mapping[date, int]) -> Result:
        """Keep the first seat that can be had, for `Rules.hold`; or GONE, FULL, OFTEN.

        `bounds`: how many cells of the service may be taken through the chat on a day.
        """
        keys, most = self._counted(asker, f"who:{asker.by}", self.rules.holds, self.rules.holds_network)
        return await self.acts.act(
            "hold", wish.station, act,
            **self.drawn(wish.station), **given_wish(wish, Source.CHAT), bounds=given_bounds(bounds),
            by=asker.by, until=ms(act.now + self.rules.hold), keys=keys, most=most, within=_HOUR,
        )  # fmt: skip

    async def confirm(self, act: Act, asker: Asker, held: Ticket, personal: Personal) -> Result:
        """Book what is held; or EXPIRED, LIMIT, COOLING, NOT_ALLOWED, NOT_FOUND."""
        return await self.acts.act(
            "confirm", held.station, act,
            id=str(held.number), **self._whose(asker), **self.whom(personal), **self.limits,
        )  # fmt: skip

    async def add(self, act: Act, wish: Wish, personal: Personal) -> Result:
        """Hold and confirm in one, by hand; seats kept for those who wait may be taken."""
        return await self.acts.act(
            "add", wish.station, act,
            **self.drawn(wish.station), **given_wish(wish, Source.OFFICER), favoured=True,
            **self.whom(personal), **self.limits,
        )  # fmt: skip

    async def move(
        self, act: Act, asker: Asker, change: Change, bounds: Mapping[date, int], *, tell: bool = False
    ) -> Result:
        """Another seat, the old one free in the same step; or GONE, FULL, NOT_ALLOWED, NOT_FOUND.

        Not allowed: it has begun (officers may), or has changed since `change.version`. With `tell` the
        person is to be told.
        """
        return await self.acts.act(
            "move", change.ticket.station, act,
            id=str(change.ticket.number), seats=given_seats(change.seats), version=change.version,
            bounds=given_bounds(bounds), late=asker.officer, favoured=asker.officer, **self._whose(asker),
            news=News.MOVED if tell else None,
        )  # fmt: skip

    async def cancel(
        self, act: Act, asker: Asker, ticket: Ticket, *, tell: bool = False, reason: str = ""
    ) -> Result:
        """Give back an appointment up to its begin (officers: also later), or let a hold go.

        With `tell` the person is to be told, and why, if there is a `reason`.
        """
        return await self.acts.act(
            "cancel", ticket.station, act,
            id=str(ticket.number), late=asker.officer, **self._whose(asker),
            news=News.CANCELLED if tell else None, reason=reason or None,
        )  # fmt: skip

    async def find(self, act: Act, asker: Asker, ticket: Ticket, phone: str) -> Result:
        """An appointment by number and phone, from another door; wrong tries are counted."""
        keys, most = self._counted(asker, asker.by, self.rules.tries, self.rules.tries_network)
        return await self.acts.act(
            "find", ticket.station, act,
            id=str(ticket.number), owner=self.phone(phone), keys=keys, most=most, within=_HOUR,
            mark=act.request,
        )  # fmt: skip

    async def erase(self, act: Act, station: str, by: str) -> Result:
        """Cancel what a person has ahead (`others`), and forget whose the past visits were."""
        return await self.acts.act("erase", station, act, by=by)

    def phone(self, phone: str) -> str:
        """What a phone (E.164) is found by."""
        return self._store.names.pseudonym("phone", phone)

    def drawn(self, station: str) -> dict[str, list[str]]:
        """Numbers for a new booking. Drawn, not counted: nobody guesses a neighbour's code from their own."""
        ids: list[str] = []
        while len(ids) < _DRAWN:
            number = secrets.randbelow(NUMBERS)
            if self._tickets.fit(Ticket(station, number)):
                ids.append(str(number))
        return {"ids": ids}

    def whom(self, personal: Personal) -> dict[str, str]:
        """A person as they are kept: sealed, and found by a keyed phone."""
        sealed = self._store.seals.seal(_PERSONAL.serializer.to_json(personal)).decode()
        return {"phone": self.phone(personal.phone), "personal": sealed}

    def _counted(self, asker: Asker, own: str, most: int, most_network: int) -> tuple[list[str], list[int]]:
        """By what something is counted within an hour, and how often each may."""
        if not asker.network:
            return [own], [most]
        network = self._store.names.pseudonym("network", asker.network)
        return [own, f"net:{network}"], [most, most_network]

    def _whose(self, asker: Asker) -> dict[str, str]:
        """Whose an appointment must be."""
        if asker.officer:
            return {}
        return {"owner": self.phone(asker.phone)} if asker.phone else {"who": given_talks(asker)}

    async def read(self, station: str, numbers: Iterable[int]) -> list[Appointment]:
        """Appointments as they are now; those that are forgotten are left out."""
        return [appointment(station, fields) for fields in await self._fields(station, numbers)]

    async def personal(self, station: str, numbers: Iterable[int]) -> dict[int, Personal]:
        """Who comes, by number; for officers and for reminders. Erased and forgotten ones are left out."""
        wanted = list(numbers)
        keys = [f"{station_prefix(station)}personal:{number}" for number in wanted]
        found = await self._store.line.ask("MGET", *keys) if keys else ()
        return {
            number: personal
            for number, sealed in zip(wanted, found, strict=True)
            if (personal := self.unsealed(sealed))
        }

    def unsealed(self, sealed: bytes | None) -> Personal | None:
        """What `sealed` closed."""
        return _PERSONAL.validate_json(self._store.seals.open(sealed)) if sealed else None

    async def between(self, station: str, first: datetime, last: datetime) -> list[Appointment]:
        """Every appointment and walk-in that begins in `[first, last)`, in order; ended ones too."""
        key = f"{station_prefix(station)}agenda"
        ids = await self._store.line.ask("ZRANGEBYSCORE", key, ms(first), f"({ms(last)}")
        return await self.read(station, map(int, ids))

    async def phoned(self, station: str, phone: str, since: datetime) -> list[Appointment]:
        """Everything since a time that was made with a phone (E.164), by begin, as long as it is known."""
        ids = await self._store.line.ask(
            "ZRANGEBYSCORE", f"{station_prefix(station)}agenda", ms(since), "+inf"
        )
        key = self.phone(phone)
        return [
            appointment(station, fields)
            for fields in await self._fields(station, map(int, ids))
            if fields.get("phone") == key
        ]

    async def displaced(self, station: str) -> list[Appointment]:
        """Everybody who is owed another time."""
        ids = await self._store.line.ask("ZRANGE", f"{station_prefix(station)}displaced", 0, -1)
        return await self.read(station, map(int, ids))

    async def news(self, station: str) -> list[Appointment]:
        """Everybody who is to be told of something the station did to their appointment."""
        ids = await self._store.line.ask("ZRANGE", f"{station_prefix(station)}news", 0, -1)
        found = await self.read(station, map(int, ids))
        return [each for each in found if each.news]

    async def told(self, act: Act, seen: Appointment, *, phoned: bool = False) -> Result:
        """They know by now what was done to it; NOT_ALLOWED: something else was done since.

        `phoned`: an officer told them, so that nothing of it need be written any more.
        """
        return await self.acts.act(
            "told", seen.station, act, id=str(seen.number), version=seen.version, phoned=phoned or None
        )

    async def of(self, station: str, by: str) -> list[Appointment]:
        """Everything of one talk at a station, by begin; past visits too, until they are forgotten."""
        ids = await self._store.line.ask("ZRANGE", f"{station_prefix(station)}mine:{by}", 0, -1)
        return await self.read(station, map(int, ids))

    async def closures(self, station: str, day: date) -> dict[str, dict[str, Any]]:
        """The closures of a day by name: `desks`, `begins`, `ends`, `reason`."""
        found = pairs(await self._store.line.ask("HGETALL", f"{station_prefix(station)}closed:{day}"))
        return {name: json.loads(span) for name, span in found.items()}

    async def tidy(self, station: str, now: datetime) -> None:
        """End the holds and offers whose time is up, if there are any: nobody waits for the next sweep."""
        if await self._store.line.ask("ZCOUNT", f"{station_prefix(station)}holds", "-inf", ms(now)):
            await self.acts.run("tidy", station, Act("", now))

    async def taken(self, station: str, day: date, *, favoured: bool = False) -> dict[str, frozenset[int]]:
        """The cells of a day that cannot be had, by desk: taken or shut.

        So are those kept for people who wait, unless one is `favoured`: an officer, or one of them.
        """
        cells = pairs(await self._store.line.ask("HGETALL", f"{station_prefix(station)}day:{day}"))
        found: dict[str, set[int]] = {}
        for span in (await self.closures(station, day)).values():
            for desk in span["desks"]:
                found.setdefault(desk, set()).update(range(span["begins"] // CELL, span["ends"] // CELL))
        for name, holder in cells.items():
            desk, _, cell = name.rpartition(":")
            if not (favoured and holder.startswith(FREED)):
                found.setdefault(desk, set()).add(int(cell))
        return {desk: frozenset(cells) for desk, cells in found.items()}

    async def online(self, station: str, day: date) -> dict[str, int]:
        """How many cells of a day are taken through the chat, by service."""
        found = pairs(await self._store.line.ask("HGETALL", f"{station_prefix(station)}online:{day}"))
        return {service: int(cells) for service, cells in found.items()}

    async def counts(self, station: str, day: date) -> dict[tuple[str, str], int]:
        """What became of a day's appointments, by service and event; nobody is in it.

        Events: booked, moved, cancelled, displaced, expired, offered, walk_in, served, missed.
        """
        found = pairs(await self._store.line.ask("HGETALL", f"{station_prefix(station)}stats:{day}"))
        return {(name.split("|")[0], name.split("|")[1]): int(times) for name, times in found.items()}

    async def _fields(self, station: str, numbers: Iterable[int]) -> list[dict[str, Any]]:
        keys = [f"{station_prefix(station)}booking:{number}" for number in numbers]
        found = await self._store.line.ask("MGET", *keys) if keys else ()
        return [json.loads(text) for text in found if text]
