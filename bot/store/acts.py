"""Running the scripts of a station's bookings, and reading what they return.

All keys of a station carry its tag, `{s:<station>}`, so that a script changes them in one step also in a
cluster. A script takes the caller's request id: repeated within 72 hours it returns its first result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from pydantic_core import from_json, to_json

from bot.domain.appointment import MOVES, Appointment, News, Outcome, Result, Source, Status
from bot.domain.errand import errand
from bot.domain.home import HOME_MOVES
from bot.domain.seat import LOCAL, Seat
from bot.domain.wish import Act, Asker, Wish
from bot.store.connection import Store
from bot.store.scripts import Script, ms

SHARED = ("station", "limits", "seats", "waiters")  # what scripts use, in this order
_AT_HOME = ("home_ask", "home_turn", "erase", "sweep")  # those that know of visits at home too
# What hundreds ask for at once builds no function that it never calls.
_USES = {"confirm": SHARED[:2]} | dict.fromkeys(_AT_HOME, (*SHARED, "homes"))
_STATUS = {f"{status}": status for status in Status}
_SOURCE = {f"{source}": source for source in Source}
_Status = TypeVar("_Status", bound=StrEnum)
RESULTS = timedelta(hours=72)  # how long a repeated request gets its first result


def station_prefix(station: str) -> str:
    """What all keys of a station begin with."""
    return f"tb:{{s:{station}}}:"


def lua_table(name: str, moves: Mapping[_Status, frozenset[_Status]]) -> str:
    """Legal moves, as the scripts read them: one text, because a table would be built anew at each run."""
    legal = " ".join(f"{status}>{each}" for status, after in moves.items() for each in sorted(after))
    return f"local {name} = ' {legal} '\n"


_HEADING = lua_table("MOVES", MOVES) + lua_table("HOME_MOVES", HOME_MOVES)


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
            before = [f"booking/{each}" for each in _USES.get(name, SHARED)]
            script = Script(self.store.line, f"booking/{name}", before=before, heading=_HEADING)
            self._scripts[name] = script
        prefix = station_prefix(station)
        request = f"{name}:{act.request}" if act.request else ""
        given = {key: value for key, value in arguments.items() if value is not None}
        text = await script(keys=[f"{prefix}ids"], args=[prefix, request, ms(act.now), to_json(given)])
        found: dict[str, Any] = from_json(text)
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


def given_wish(wish: Wish, source: Source) -> dict[str, Any]:
    """What is to be booked, as the scripts take it."""
    return {
        "service": wish.service,
        "seats": given_seats(wish.seats),
        "people": wish.people,
        "errand": str(wish.errand) if wish.errand else None,
        "source": source,
        "priority": str(int(wish.priority)),
        "online": str(int(source is Source.CHAT and not wish.priority)),
    }


def pairs(flat: Any) -> dict[str, str]:
    """A hash as the server answers it: names and values in turn, or pairs already."""
    found = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
    return {name.decode(): value.decode() for name, value in found}


def given_talks(asker: Asker) -> str:
    """The talks of one person, as the scripts look for one of them."""
    return f" {' '.join((asker.by, *asker.also))} "


def given_bounds(bounds: Mapping[date, int]) -> dict[str, int] | None:
    """How many cells of a day may be taken through the chat, as the scripts take it; unnamed days: all."""
    return {f"{day}": most for day, most in bounds.items()} or None


def appointment(station: str, fields: Mapping[str, Any]) -> Appointment:
    """A booking as the store has it."""
    has = fields.get
    day = date.fromisoformat(fields["day"])
    desk, ticket = has("desk"), has("ticket")
    seat = Seat(station, day, desk, int(fields["begins"]), int(fields["minutes"])) if desk else None
    return Appointment(
        station, int(fields["id"]), _STATUS[fields["status"]], int(fields["version"]), fields["service"],
        int(fields["people"]), day, _time(fields["at"]), seat, _SOURCE[fields["source"]],
        fields["priority"] == "1", _time(fields["made"]),
        moment(has("until")),
        moment(has("arrived")),
        moment(has("called")),
        has("post"),
        int(ticket) if ticket else None,
        has("offered"),
        has("closure") or None,
        errand(has("errand")),
        News(fields["news"]) if "news" in fields else None,
        has("reason") or "",
        has("place"),
        moment(has("phoned")),
    )  # fmt: skip


def _time(value: Any) -> datetime:
    return datetime.fromtimestamp(int(value) / 1000, UTC)


def moment(value: Any) -> datetime | None:
    """A time of the scripts."""
    return _time(value) if value else None


def day_ends(day: date) -> datetime:
    """The first moment after a local day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), LOCAL)
