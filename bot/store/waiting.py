"""The waiting list: whoever waits for a day is offered what becomes free, one after the other.

While somebody waits for a day, what is freed of it is kept for the list: nobody else can take it through the
chat until the list has been gone through (`Swept.freed`, then `offer` to each of `waiters`, then `release`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.appointment import Personal, Result, Source
from bot.domain.errand import errand
from bot.domain.seat import Seat
from bot.domain.wish import Act, Asker, Desire, Waiter
from bot.store.acts import day_ends, given_bounds, given_seats, given_talks, moment, station_prefix
from bot.store.bookings import Bookings
from bot.store.connection import Store
from bot.store.scripts import ms


class Waiting:
    """The lists of all stations; times are handed in."""

    def __init__(self, store: Store, bookings: Bookings) -> None:
        self._store, self._bookings, self._acts = store, bookings, bookings.acts

    async def wait(self, act: Act, by: str, desire: Desire, personal: Personal) -> Result:
        """Join the list (`waiter` names the entry); or LIMIT, COOLING, NOT_FOUND (no such `instead`)."""
        rules = self._bookings.rules
        return await self._acts.act(
            "wait", desire.station, act,
            id=secrets.token_hex(6), service=desire.service, people=desire.people,
            priority=str(int(desire.priority)), days=",".join(str(day) for day in sorted(desire.days)),
            **{"from": desire.begins, "to": desire.ends}, ends=ms(day_ends(max(desire.days))), by=by,
            offers=rules.offers, waits=rules.waits, **self._bookings.whom(personal), **self._bookings.limits,
            instead=None if desire.instead is None else str(desire.instead),
            errand=str(desire.errand) if desire.errand else None,
        )  # fmt: skip

    async def offer(
        self, now: datetime, waiter: Waiter, seats: Sequence[Seat], bounds: Mapping[date, int]
    ) -> Result:
        """Hold the first of these seats that is free for somebody who waits; or GONE, FULL, NOT_ALLOWED."""
        wanted = waiter.desire
        return await self._acts.act(
            "offer", wanted.station, Act(secrets.token_hex(8), now),  # only our own repetitions matter
            **self._bookings.drawn(wanted.station),
            waiter=waiter.id, seats=given_seats(seats), bounds=given_bounds(bounds),
            source=Source.CHAT, online=str(int(not wanted.priority)), priority=str(int(wanted.priority)),
            service=wanted.service, people=wanted.people,
            errand=str(wanted.errand) if wanted.errand else None,
            until=ms(now + self._bookings.rules.offer),
        )  # fmt: skip

    async def claim(self, act: Act, asker: Asker, station: str, waiter: str) -> Result:
        """Accept an offer. `others` holds the appointment that was given back for it."""
        who = given_talks(asker)
        return await self._acts.act("claim", station, act, waiter=waiter, who=who, **self._bookings.limits)

    async def leave(self, act: Act, asker: Asker, station: str, waiter: str, *, stay: bool = False) -> Result:
        """Leave the list; with `stay`, only decline what is offered and wait behind the others."""
        who = given_talks(asker)
        return await self._acts.act("leave", station, act, waiter=waiter, who=who, stay=stay)

    async def release(self, station: str, day: date, mark: int, now: datetime) -> None:
        """The list of a day has been gone through since `mark`: what is left is everybody's."""
        await self._acts.run("release", station, Act("", now), day=f"{day}", mark=mark)

    async def waiters(self, station: str, day: date) -> list[Waiter]:
        """Who waits for a day, in order; those with an offer in hand are not among them."""
        key = f"{station_prefix(station)}waiters:{day}"
        return await self._read(station, await self._store.line.ask("ZRANGE", key, 0, -1))

    async def offered(self, station: str) -> list[Waiter]:
        """Everybody with an offer in hand; to tell them of it, as often as one likes."""
        key = f"{station_prefix(station)}offers"
        return await self._read(station, await self._store.line.ask("ZRANGE", key, 0, -1))

    async def of(self, station: str, by: str) -> list[Waiter]:
        """What one talk waits for, or waited for."""
        key = f"{station_prefix(station)}mine-waits:{by}"
        return await self._read(station, await self._store.line.ask("ZRANGE", key, 0, -1))

    async def talk(self, station: str, waiter: str) -> str | None:
        """In which talk somebody joined the list; None when they are forgotten."""
        return next((found.by for found in await self._read(station, [waiter.encode()])), None)

    async def personal(self, station: str, waiter: str) -> Personal | None:
        """Who waits, and where to write to them."""
        text = await self._store.line.ask("GET", f"{station_prefix(station)}waiter:{waiter}")
        return self._bookings.unsealed(json.loads(text)["personal"].encode()) if text else None

    async def _read(self, station: str, ids: list[bytes]) -> list[Waiter]:
        keys = [f"{station_prefix(station)}waiter:{id_.decode()}" for id_ in ids]
        found = await self._store.line.ask("MGET", *keys) if keys else ()
        return [_waiter(station, json.loads(text)) for text in found if text]


def _waiter(station: str, fields: Mapping[str, Any]) -> Waiter:
    desire = Desire(
        station, fields["service"], tuple(date.fromisoformat(day) for day in fields["days"].split(",")),
        int(fields["people"]), fields["priority"] == "1", int(fields["from"]), int(fields["to"]),
        int(fields["instead"]) if "instead" in fields else None, errand(fields.get("errand")),
    )  # fmt: skip
    waiter = Waiter(fields["id"], desire, fields["status"], fields["who"])
    if waiter.status != "offered":
        return waiter
    return replace(waiter, offer=int(fields["booking"]), until=moment(fields["until"]))
