"""The day at the counter: arrivals, tickets, calls, marks, closures; and what the clock ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.appointment import Appointment, Result, Source, Status
from bot.domain.seat import today
from bot.domain.wish import Act, Closing, Loss, Wish
from bot.store.acts import RESULTS, day_ends, station_prefix
from bot.store.bookings import Bookings
from bot.store.connection import Store
from bot.store.scripts import ms

_STALE = timedelta(days=1)  # an ended hold is known for so long, to say why it cannot be confirmed
_DAYS = timedelta(days=2)  # cells and queues of a day are kept for so long after it
_HOUR = timedelta(hours=1)
_NEWS = timedelta(days=2)  # after the visit nobody is told of it any more; longer than `notices.OWED`
_SWEPT = 500  # of each kind, in one sweep


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: ended holds and offers, forgotten bookings, days of which places became free.

    A day comes with the mark to hand to `Waiting.release` once its list was gone through.
    """

    ended: int
    forgotten: int
    freed: tuple[tuple[date, int], ...]


class Counter:
    """The queue of each station and the officers' acts; times are handed in."""

    def __init__(self, store: Store, bookings: Bookings) -> None:
        self._store, self._bookings, self._acts = store, bookings, bookings.acts

    async def mark(self, act: Act, seen: Appointment, to: Status, desk: str | None = None) -> Result:
        """Say what became of a visitor, if they stand as `seen`; else NOT_ALLOWED and how they stand."""
        return await self._acts.act(
            "mark", seen.station, act,
            id=str(seen.number), status=seen.status, version=seen.version, to=to, desk=desk,
            day=f"{today(act.now)}",
        )  # fmt: skip

    async def walk_in(self, act: Act, wish: Wish) -> Result:
        """A ticket of today's queue."""
        return await self._acts.act(
            "walk_in", wish.station, act,
            **self._bookings.drawn(wish.station),
            service=wish.service, people=wish.people, priority=str(int(wish.priority)),
            source=Source.WALK_IN, online="0", day=f"{today(act.now)}",
        )  # fmt: skip

    async def call(self, act: Act, station: str, services: Sequence[str], desk: str) -> Result:
        """Call the next visitor to a desk that serves these services; NOT_FOUND when nobody waits.

        Due are those whose appointment has come: from its begin, or from their arrival when they were late.
        They go first, in the order of that moment (of the same moment priority people first). After
        `Rules.streak` of them in a row one without an appointment is called, if one waits; of those, priority
        people first, but after `Rules.streak` in a row one of the others. Whoever came too early for an
        appointment is called when nobody else waits.
        """
        return await self._acts.act(
            "call", station, act,
            day=f"{today(act.now)}", services=list(services), streak=self._bookings.rules.streak, desk=desk,
        )  # fmt: skip

    async def queue(self, station: str, day: date) -> list[Appointment]:
        """Who is here and waits, in the order of arrival."""
        ids = await self._store.line.ask("ZRANGE", f"{station_prefix(station)}queue:{day}", 0, -1)
        return await self._bookings.read(station, map(int, ids))

    async def close(self, act: Act, closing: Closing) -> Result:
        """Close desks; `others` are the appointments that it displaced, holds in it end.

        NOT_ALLOWED: a closing of that name is there on that day.
        """
        return await self._acts.act(
            "close", closing.station, act,
            closure=closing.name, day=f"{closing.day}", desks=list(closing.desks), begins=closing.begins,
            ends=closing.ends, reason=closing.reason, at=ms(day_ends(closing.day)),
        )  # fmt: skip

    async def open(self, act: Act, station: str, name: str, day: date) -> Result:
        """Undo a closing; `others` are those who got their old seats back. NOT_FOUND: there is none."""
        return await self._acts.act("open", station, act, closure=name, day=f"{day}")

    async def displace(self, act: Act, station: str, lost: Sequence[Loss], name: str) -> Result:
        """Take the seats of these, if they stand as seen; `others` are owed another time, holds end."""
        hit = [{**_seen(each.visit), **_loss(each)} for each in lost]
        return await self._acts.act("displace", station, act, hit=hit, closure=name)

    async def restore(self, act: Act, station: str, seen: Sequence[Appointment], name: str) -> Result:
        """Undo `displace` for these, if they stand as `seen` and their seats are free: those are `others`."""
        return await self._acts.act("restore", station, act, hit=[*map(_seen, seen)], closure=name)

    async def sweep(self, station: str, now: datetime) -> Swept:
        """End what is over, forget what was kept long enough. As often as one likes, by as many as like."""
        rules = self._bookings.rules
        found = await self._acts.run(
            "sweep", station, Act("", now),
            results=ms(now - RESULTS), persons=ms(now - rules.kept), stale=ms(now - _STALE),
            misses=ms(now - rules.remembered), doers=ms(now - _HOUR), days=ms(now - _DAYS),
            news=ms(now - _NEWS), homes=ms(now - rules.unvisited), most=_SWEPT,
        )  # fmt: skip
        flat = list(found["freed"])
        freed = tuple(
            (date.fromisoformat(day), int(mark)) for day, mark in zip(flat[::2], flat[1::2], strict=True)
        )
        return Swept(int(found["ended"]), int(found["forgotten"]), freed)


def _seen(visit: Appointment) -> dict[str, object]:
    return {"id": str(visit.number), "version": visit.version}


def _loss(loss: Loss) -> dict[str, object]:
    told = {"reason": loss.reason, "place": loss.place}
    return {name: value for name, value in told.items() if value}
