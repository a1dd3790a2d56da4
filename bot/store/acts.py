"""Running the scripts of a station's bookings, and reading what they return.

All keys of a station carry its tag, `{s:<station>}`, so that a script changes them in one step also in a
cluster. A script takes the caller's request id: repeated within 72 hours it returns its first result.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.appointment import MOVES, Appointment, News, Outcome, Result, Source, Status
from bot.domain.errand import errand
from bot.domain.home import HOME_MOVES
from bot.domain.seat import LOCAL, Seat
from bot.domain.wish import Act
from bot.store.connection import Store
from bot.store.scripts import Script, ms

SHARED = ("booking/station", "booking/seats", "booking/waiters")  # what all scripts use, in this order
_HOMES = frozenset({"home_ask", "home_turn", "erase", "sweep"})  # those that know of visits at home too
_Status = TypeVar("_Status", bound=StrEnum)
RESULTS = timedelta(hours=72)  # how long a repeated request gets its first result


def station_prefix(station: str) -> str:
    """What all keys of a station begin with."""
    return f"tb:{{s:{station}}}:"


def _table(name: str, moves: Mapping[_Status, frozenset[_Status]]) -> str:
    """A table of legal moves, as the scripts read it."""
    rows = (
        f"{status} = {{{', '.join(f'{each} = true' for each in sorted(after))}}}"
        for status, after in moves.items()
    )
    return f"local {name} = {{{', '.join(rows)}}}\n"


class Acts:
    """The scripts in `lua/booking`, by name."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._scripts: dict[str, Script] = {}

    async def run(self, name: str, station: str, act: Act, /, **arguments: object) -> dict[str, Any]:
        """What a script returns; the request id may be empty where a repetition does no harm.

        Raises:
            RedisError: the store refuses or is away; nobody knows then whether it was done: ask again with
                the same request.
        """
        script = self._scripts.get(name)
        if script is None:
            before: tuple[str, ...] = SHARED
            heading = _table("MOVES", MOVES)
            if name in _HOMES:
                before, heading = (*before, "booking/homes"), heading + _table("HOME_MOVES", HOME_MOVES)
            script = Script(self.store.line, f"booking/{name}", before=before, heading=heading)
            self._scripts[name] = script
        prefix = station_prefix(station)
        request = f"{name}:{act.request}" if act.request else ""
        given = {key: value for key, value in arguments.items() if value is not None}
        text = await script(keys=[f"{prefix}ids"], args=[prefix, request, ms(act.now), json.dumps(given)])
        found: dict[str, Any] = json.loads(text)
        return found

    async def act(self, name: str, station: str, act: Act, /, **arguments: object) -> Result:
        """As `run`, read as the result of an act.

        Raises:
            RedisError: as `run`.
        """
        found = await self.run(name, station, act, **arguments)
        return Result(
            Outcome(found["outcome"]),
            appointment(station, found["booking"]) if "booking" in found else None,
            tuple(appointment(station, other) for other in found.get("others", ())),
            moment(found.get("until")),
            found.get("waiter"),
        )


def given_seats(seats: Iterable[Seat]) -> list[dict[str, Any]]:
    """Seats as the scripts take them."""
    return [
        {"day": f"{s.day}", "desk": s.desk, "begins": s.begins, "minutes": s.minutes, "at": ms(s.at)}
        for s in seats
    ]


def given_bounds(bounds: Mapping[date, int]) -> dict[str, int] | None:
    """How many cells of a day may be taken through the chat, as the scripts take it; unnamed days: all."""
    return {f"{day}": most for day, most in bounds.items()} or None


def appointment(station: str, fields: Mapping[str, Any]) -> Appointment:
    """A booking as the store has it."""
    day = date.fromisoformat(fields["day"])
    desk, version = fields.get("desk"), int(fields["version"])
    seat = Seat(station, day, desk, int(fields["begins"]), int(fields["minutes"])) if desk else None
    at, made = moment(fields["at"]), moment(fields["made"])
    assert at is not None  # noqa: S101 - every booking has both
    assert made is not None  # noqa: S101
    return Appointment(
        station, int(fields["id"]), Status(fields["status"]), version, fields["service"],
        int(fields["people"]), day, at, seat, Source(fields["source"]), fields["priority"] == "1", made,
        until=moment(fields.get("until")),
        arrived=moment(fields.get("arrived")),
        called=moment(fields.get("called")),
        desk=fields.get("post"),
        ticket=int(fields["ticket"]) if fields.get("ticket") else None,
        offered=fields.get("offered"),
        closure=fields.get("closure") or None,
        errand=errand(fields.get("errand")),
        news=News(fields["news"]) if "news" in fields else None,
        reason=fields.get("reason") or "",
        place=fields.get("place"),
    )  # fmt: skip


def moment(value: Any) -> datetime | None:
    """A time of the scripts."""
    return datetime.fromtimestamp(int(value) / 1000, UTC) if value else None


def day_ends(day: date) -> datetime:
    """The first moment after a local day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), LOCAL)
