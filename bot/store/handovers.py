"""Handovers of a station's talks to officers: who waits, who took, and the lines that are relayed.

All keys of a station carry its tag. Words and addresses are sealed; everything of a handover is gone 24 hours
after its end. A repeated request gets its first result for 72 hours.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter

from bot.domain.handover import (
    HANDOVER_MOVES,
    LINES,
    LIVE,
    OPENINGS,
    QUIET,
    Handover,
    Line,
    Outcome,
    Reason,
    Stage,
    What,
)
from bot.domain.message import Address, Kind
from bot.domain.seat import today
from bot.domain.wish import Act
from bot.store.acts import station_prefix
from bot.store.connection import Store
from bot.store.naming import Person, person
from bot.store.scripts import Script, ms, span_ms

WITHIN = (1, 5, 15, 60)  # minutes in which an officer came, as counted
RINGS = 30  # alerts of a station in ten minutes that officers are told of; further ones are listed only
MANY = 500  # handovers of a station looked at in one sweep
_ADDRESS = TypeAdapter(Address)
_LEGAL = " ".join(f"{stage}>{each}" for stage, after in HANDOVER_MOVES.items() for each in sorted(after))
_HEADING = f"local HANDOVER_MOVES = ' {_LEGAL} '\n"

Turned = tuple[Outcome, Handover | None]  # what came of an act, and how it stands after it


@dataclass(frozen=True, slots=True)
class Swept:
    """A station as a sweep left it: what is live, and what has lines that are not relayed."""

    live: tuple[Handover, ...]
    owed: tuple[Handover, ...]


class Handovers:
    """The handovers of all stations; times are handed in. Everything that races is one script."""

    def __init__(self, store: Store) -> None:
        self._store = store
        names = ("open", "turn", "say", "relayed", "sweep", "erase")
        self._scripts = {
            name: Script(store.line, f"handover/{name}", before=("handover/case",), heading=_HEADING)
            for name in names
        }

    async def open(  # noqa: PLR0913, PLR0917 - who wants what, until when
        self,
        act: Act,
        who: Person,
        address: Address,
        station: str,
        reason: Reason,
        lapses: datetime,
        words: str | None = None,
        kind: str = "",
    ) -> Turned:
        """An officer is wanted; ALREADY when one was. FULL, OFTEN."""
        return await self._turned(
            "open", station, act,
            id=secrets.token_hex(5), by=who.id, to=self._sealed(address), reason=reason, kind=kind,
            words=None if words is None else self._words(words, Kind.WORDS), lapses=ms(lapses),
            most=2 * LIVE if reason is Reason.URGENT else LIVE, openings=OPENINGS, lines=LINES, rings=RINGS,
            day=f"{today(act.now)}",
        )  # fmt: skip

    async def take(self, act: Act, station: str, id_: str, officer: str, post: Address | None) -> Turned:
        """An officer comes; `post` is where they read. NOT_ALLOWED: somebody was quicker, or it is over."""
        return await self._turned(
            "turn", station, act,
            id=id_, to=Stage.TAKEN, what=What.TAKEN, officer=officer,
            post=self._sealed(post) if post else None, buckets=WITHIN, day=f"{today(act.now)}",
        )  # fmt: skip

    async def give_back(self, act: Act, station: str, id_: str, officer: str, lapses: datetime) -> Turned:
        """It waits for another officer."""
        return await self._turned(
            "turn", station, act, id=id_, to=Stage.OPEN, what=What.BACK, officer=officer, lapses=ms(lapses)
        )

    async def close(self, act: Act, station: str, id_: str, officer: str) -> Turned:
        """The officer in the talk ends it."""
        return await self._turned(
            "turn", station, act,
            id=id_, to=Stage.ENDED, what=What.CLOSED, officer=officer, day=f"{today(act.now)}",
        )  # fmt: skip

    async def hang_up(self, act: Act, station: str, id_: str, who: Person) -> Turned:
        """The citizen ends it, also before anybody came."""
        return await self._turned(
            "turn", station, act,
            id=id_, to=Stage.ENDED, what=What.HUNG_UP, by=who.id, day=f"{today(act.now)}",
        )  # fmt: skip

    async def write(  # noqa: PLR0913, PLR0917 - who writes where
        self, act: Act, station: str, id_: str, who: Person, words: str, beside: Kind = Kind.WORDS
    ) -> Turned:
        """Words of the citizen; NOT_ALLOWED when no officer reads them, FULL."""
        return await self._turned(
            "say", station, act,
            id=id_, what=What.CITIZEN, by=who.id, words=self._words(words, beside), lines=LINES,
        )  # fmt: skip

    async def say(self, act: Act, station: str, id_: str, officer: str, words: str) -> Turned:
        """Words of the officer in the talk."""
        return await self._turned(
            "say", station, act,
            id=id_, what=What.OFFICER, officer=officer, words=self._words(words, Kind.WORDS), lines=LINES,
        )  # fmt: skip

    async def relayed(self, seen: Handover, number: int, now: datetime) -> None:
        """Lines up to a number are in the outboxes."""
        await self._run("relayed", seen.station, Act("", now), id=seen.id, number=number)

    async def sweep(self, station: str, now: datetime) -> Swept:
        """End what is quiet, let lapse what nobody took, forget what ended a day ago."""
        found = await self._run(
            "sweep", station, Act("", now), quiet=span_ms(QUIET), many=MANY, day=f"{today(now)}"
        )
        live, owed = (tuple(_handover(station, each) for each in found.get(k, ())) for k in ("live", "owed"))
        return Swept(live, owed)

    async def erase(self, station: str, who: Person, now: datetime) -> bool:
        """Forget what a talk handed over, with every line."""
        found = await self._run("erase", station, Act("", now), by=who.id)
        return Outcome(found["outcome"]) is Outcome.DONE

    async def read(self, station: str, id_: str) -> Handover | None:
        """One handover as it is now; None when there is none, or it is forgotten."""
        fields = await self._fields(station, id_)
        return _handover(station, fields) if fields else None

    async def addresses(self, station: str, id_: str) -> tuple[Address | None, Address | None]:
        """Where the citizen and the officer in the talk are written to."""
        fields = await self._fields(station, id_) or {}
        citizen, officer = (fields.get(name) for name in ("to", "post"))
        return self._opened(citizen), self._opened(officer)

    async def lines(self, station: str, id_: str, after: int = 0) -> list[Line]:
        """The lines behind a number, oldest first."""
        found: Any = await self._store.line.ask(
            "LRANGE", f"{station_prefix(station)}handover-lines:{id_}", after, -1
        )
        return [self._line(entry) for entry in found]

    async def live(self, station: str) -> list[Handover]:
        """What waits or is under way, by who has waited longest."""
        prefix = station_prefix(station)
        ids: Any = await self._store.line.ask("ZRANGE", f"{prefix}handovers", 0, MANY - 1)
        found = [await self.read(station, id_.decode()) for id_ in ids]
        return [each for each in found if each]

    async def counts(self, station: str, day: date) -> Counter[str]:
        """What was counted on a local day, by name.

        `opened|<reason>`, `taken`, `waited` (seconds), `within|<minutes>`, `ended|<how>`.
        """
        found: Any = await self._store.line.ask("HGETALL", f"{station_prefix(station)}handover-counts:{day}")
        pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
        return Counter({name.decode(): int(value) for name, value in pairs})

    def who(self, address: Address) -> Person:
        """Whose talk an address is."""
        return person(address, self._store.names)

    async def _fields(self, station: str, id_: str) -> dict[str, Any] | None:
        text = await self._store.line.ask("GET", f"{station_prefix(station)}handover:{id_}")
        found: dict[str, Any] | None = json.loads(text) if text else None
        return found

    async def _turned(self, name: str, station: str, act: Act, **arguments: object) -> Turned:
        found = await self._run(name, station, act, **arguments)
        known = found.get("handover")
        return Outcome(found["outcome"]), _handover(station, known) if known else None

    async def _run(self, name: str, station: str, act: Act, **arguments: object) -> dict[str, Any]:
        prefix = station_prefix(station)
        request = f"{arguments.get('what', name)}:{act.request}" if act.request else ""
        given = {key: value for key, value in arguments.items() if value is not None}
        text = await self._scripts[name](
            keys=[f"{prefix}handovers"], args=[prefix, request, ms(act.now), json.dumps(given)]
        )
        found: dict[str, Any] = json.loads(text)
        return found

    def _line(self, entry: bytes) -> Line:
        number, what, at, rest = entry.decode().split("|", 3)
        kind, text, beside = What(what), rest, Kind.WORDS
        if kind in {What.CITIZEN, What.OFFICER}:
            told = json.loads(self._store.seals.open(rest.encode()))
            text, beside = told["text"], Kind(told["beside"])
        return Line(int(number), kind, _moment(at), text, beside)

    def _words(self, text: str, beside: Kind) -> str:
        return self._store.seals.seal(json.dumps({"text": text, "beside": beside}).encode()).decode()

    def _sealed(self, address: Address) -> str:
        return self._store.seals.seal(_ADDRESS.dump_json(address)).decode()

    def _opened(self, sealed: str | None) -> Address | None:
        return _ADDRESS.validate_json(self._store.seals.open(sealed.encode())) if sealed else None


def waited(counts: Sequence[Counter[str]]) -> tuple[int, int]:
    """How many were taken over some days, and the seconds they waited together."""
    return sum(each["taken"] for each in counts), sum(each["waited"] for each in counts)


def _handover(station: str, fields: Mapping[str, Any]) -> Handover:
    return Handover(
        station, fields["id"], Stage(fields["stage"]), int(fields["version"]), Reason(fields["reason"]),
        _moment(fields["made"]), _moment(fields["asked"]), _moment(fields["last"]), _moment(fields["lapses"]),
        fields.get("kind", ""), int(fields["round"]), bool(fields.get("silent")), fields.get("officer", ""),
        int(fields["since"]), int(fields["lines"]), int(fields["relayed"]),
        _moment(fields["ended"]) if fields.get("ended") else None,
    )  # fmt: skip


def _moment(value: Any) -> datetime:
    return datetime.fromtimestamp(int(value) / 1000, UTC)
