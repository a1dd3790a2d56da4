"""Requests for a visit at home: a list at each station, in the order in which people asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.domain.appointment import Outcome, Personal
from bot.domain.home import MIDNIGHT, HomeStatus, HomeVisit, Plan
from bot.domain.wish import Act, Asker
from bot.store.acts import given_talks, moment, station_prefix
from bot.store.bookings import Bookings
from bot.store.connection import Store

Turned = tuple[Outcome, HomeVisit | None]  # what came of an act, and how the request stands after it


class Homes:
    """The lists of all stations; times are handed in. Everything that races is one script."""

    def __init__(self, store: Store, bookings: Bookings) -> None:
        self._store, self._bookings, self._acts = store, bookings, bookings.acts

    async def ask(self, act: Act, by: str | None, station: str, service: str, personal: Personal) -> Turned:
        """Join the list; or LIMIT. `by` is the pseudonym of a talk, None when an officer writes it down."""
        most = self._bookings.rules.homes if by else 0
        return await self._act(
            "home_ask", station, act, service=service, by=by, homes=most, **self._bookings.whom(personal)
        )

    async def withdraw(self, act: Act, asker: Asker, station: str, number: int) -> Turned:
        """Off the list, by those who asked; NOT_FOUND when it is not theirs, NOT_ALLOWED when it is over."""
        who = given_talks(asker)
        return await self._act("home_turn", station, act, number=number, who=who, to=HomeStatus.LEFT)

    async def turn(self, act: Act, seen: HomeVisit, to: HomeStatus, plan: Plan | None = None) -> Turned:
        """What officers made of it, if it stands as `seen`; else NOT_ALLOWED and how it stands."""
        day = {"day": f"{plan.day}", "from": plan.begins, "till": plan.ends} if plan else {}
        return await self._act(
            "home_turn", seen.station, act, number=seen.number, version=seen.version, to=to, **day
        )

    async def _act(self, name: str, station: str, act: Act, **arguments: object) -> Turned:
        found = await self._acts.run(name, station, act, **arguments)
        return Outcome(found["outcome"]), _visit(station, found["home"]) if "home" in found else None

    async def open(self, station: str) -> list[HomeVisit]:
        """Who waits for the officers, in the order in which they asked."""
        return await self._listed(station, "homes")

    async def over(self, station: str) -> list[HomeVisit]:
        """What is over and not forgotten yet, the oldest first."""
        return await self._listed(station, "homes-over")

    async def of(self, station: str, by: str) -> list[HomeVisit]:
        """What one talk asked for, until it is forgotten."""
        return await self._listed(station, f"mine-homes:{by}")

    async def read(self, station: str, number: int) -> HomeVisit | None:
        """One request as it is now; None when there is none, or it was forgotten."""
        return next(iter(await self._read(station, [str(number)])), None)

    async def personal(self, station: str, number: int) -> Personal | None:
        """Who it is for, where they live, and where to write to; None when that was erased."""
        text = await self._store.line.ask("GET", f"{station_prefix(station)}home:{number}")
        sealed = json.loads(text).get("personal") if text else None
        return self._bookings.unsealed(sealed.encode()) if sealed else None

    async def _listed(self, station: str, name: str) -> list[HomeVisit]:
        ids = await self._store.line.ask("ZRANGE", f"{station_prefix(station)}{name}", 0, -1)
        return await self._read(station, [id_.decode() for id_ in ids])

    async def _read(self, station: str, numbers: list[str]) -> list[HomeVisit]:
        keys = [f"{station_prefix(station)}home:{number}" for number in numbers]
        found = await self._store.line.ask("MGET", *keys) if keys else ()
        return [_visit(station, json.loads(text)) for text in found if text]


def _visit(station: str, fields: Mapping[str, Any]) -> HomeVisit:
    plan = None
    if fields.get("day"):
        day = date.fromisoformat(fields["day"])
        plan = Plan(day, int(fields.get("from", 0)), int(fields.get("till", MIDNIGHT)))
    made: datetime | None = moment(fields["made"])
    assert made is not None  # noqa: S101 - every request has it
    return HomeVisit(
        station, int(fields["number"]), HomeStatus(fields["status"]), int(fields["version"]),
        fields["service"], made, plan, int(fields["plans"]), moment(fields.get("ended")),
    )  # fmt: skip
