"""Tables of visits that leave the desk: who may take one, by what, and what the audit keeps of it.

In a chat an officer gets an address that is good once, for ten minutes, and only while the talk it was given
in is still theirs. Nothing of the table is kept: it is made when it is fetched, and nobody's name is in it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.appointment import Appointment
from bot.domain.knowledge import Knowledge
from bot.domain.officer import Hand, Right, refused
from bot.services import sheets
from bot.services.booking import Booking
from bot.services.officers import Officers, Outcome
from bot.services.reception import Reception
from bot.store.audit import Entry
from bot.store.connection import Store
from bot.store.naming import Person

LASTS = timedelta(minutes=10)  # an address
_KEY = "tb:{o}:export:"


@dataclass(frozen=True, slots=True)
class Table:
    """What somebody may fetch."""

    talk: str
    who: str
    door: str
    station: str
    first: date
    last: date
    until: datetime


class Exports:
    """Gives tables out. `public_url` is where the web page stands; only over https is one sent to a chat."""

    def __init__(  # noqa: PLR0913, PLR0917 - what tables are made of
        self, store: Store, officers: Officers, reception: Reception, booking: Booking,
        known: Callable[[], Knowledge], public_url: str | None,
    ) -> None:  # fmt: skip
        self._store, self._officers, self._known = store, officers, known
        self._reception, self._booking = reception, booking
        safe = public_url is not None and public_url.startswith("https://")
        self.root = public_url.rstrip("/") if public_url and safe else None

    async def may(self, hand: Hand, totp: str, station: str) -> Outcome:
        """Whether somebody may take a table of a station, with a new TOTP."""
        if not await self._stands(hand.who, station, hand.at):
            return Outcome.REFUSED
        return await self._officers.fresh(hand, totp)

    async def noted(  # noqa: PLR0913 - what is kept of it
        self, hand: Hand, station: str, first: date, last: date, rows: int, *, named: bool = False
    ) -> None:
        """The act, before the table is given out; `named`: with those who came."""
        more = {"first": f"{first}", "last": f"{last}", "rows": str(rows), "names": str(int(named))}
        await self._officers.audit.note(
            Entry(hand.who, "visit.export", hand.at, hand.door, station, more=more)
        )

    async def offer(self, hand: Hand, talk: Person, station: str, first: date, last: date) -> str:
        """What stands in the address of a table, for whoever was let (`may`)."""
        token = secrets.token_urlsafe(18)
        kept = {
            "talk": talk.id, "who": hand.who, "door": hand.door, "station": station, "first": f"{first}",
            "last": f"{last}", "until": (hand.at + LASTS).isoformat(),
        }  # fmt: skip
        sealed = self._store.seals.seal(json.dumps(kept).encode())
        redis: Any = self._store.redis
        await redis.set(self._named(token), sealed, ex=LASTS)
        return token

    async def look(self, token: str, now: datetime) -> Table | None:
        """What an address is good for now; None for one that was used, is too old, or no longer theirs."""
        found = await self._store.line.ask("GET", self._named(token))
        return await self._read(found, now)

    async def fetch(self, token: str, now: datetime) -> bytes | None:
        """The table, once."""
        table = await self._read(await self._store.line.ask("GETDEL", self._named(token)), now)
        if table is None:
            return None
        visits = await self._reception.days(table.station, table.first, table.last)
        hand = Hand(table.who, table.door, now)
        await self.noted(hand, table.station, table.first, table.last, len(visits))
        return self.written(visits)

    def written(self, visits: Sequence[Appointment], people: sheets.People | None = None) -> bytes:
        """A table as a file."""
        return sheets.written(self._known(), self._booking, visits, people)

    async def _read(self, found: bytes | None, now: datetime) -> Table | None:
        if not found:
            return None
        kept = json.loads(self._store.seals.open(found))
        table = Table(
            kept["talk"], kept["who"], kept["door"], kept["station"], date.fromisoformat(kept["first"]),
            date.fromisoformat(kept["last"]), datetime.fromisoformat(kept["until"]),
        )  # fmt: skip
        own = await self._officers.of(Person(table.talk), now)
        theirs = own is not None and own.id == table.who and now < table.until
        return table if theirs and await self._stands(table.who, table.station, now) else None

    async def _stands(self, who: str, station: str, now: datetime) -> bool:
        found = await self._officers.reach(who, now)
        return found is not None and refused(found[0], Right.EXPORT, station, now) is None

    def _named(self, token: str) -> str:
        return _KEY + self._store.names.pseudonym("export", token)
