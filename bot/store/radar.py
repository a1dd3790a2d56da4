"""What the radar is given: who (a keyed name, another for every trick) met what at which station, and when.

A person counts once in 24 hours for one trick, and once for texts alike; what was left is gone after a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.radar import WEEK, WINDOW, Trace
from bot.store.connection import Store
from bot.store.naming import TAGS, Person, prefix
from bot.store.scripts import ms, span_ms
from bot.store.sealing import Names

MOST = 2_000  # traces of one tag; what is new beyond that is not counted
_TRICK, _TEXT = "t", "x"
_DIGITS = 16  # hexadecimal digits of a keyed name
_TOLD, _SKIPPED = "tb:{o}:radar:told:", "tb:{o}:radar:skipped:"


@dataclass(frozen=True, slots=True)
class Left:
    """One trace as it is kept: whose (`mark`), of which trick, or with which keyed numbers of a text."""

    at: datetime
    station: str
    trick: str
    numbers: frozenset[str]
    mark: str


def key(tag: int) -> str:
    """Where the traces of a tag are kept."""
    return f"{prefix(tag)}radar"


def packed(trace: Trace | None, who: Person, names: Names) -> list[str | int]:
    """A trace for `finish`: entry (empty: none), time, how many are kept, how long, when one counts anew."""
    entry = ""
    if trace and trace.trick:
        mark = names.pseudonym("met", who.id, trace.station, trace.trick)[:_DIGITS]
        entry = f"{trace.station}|{_TRICK}|{trace.trick}|{mark}"
    elif trace:
        numbers = ",".join(names.pseudonym("sketch", str(each))[:_DIGITS] for each in trace.sketch)
        mark = names.pseudonym("met", who.id, trace.station)[:_DIGITS]
        entry = f"{trace.station}|{_TEXT}|{numbers}|{mark}"
    return [entry, ms(trace.at) if trace else 0, MOST, span_ms(WEEK), span_ms(WINDOW)]


class Traces:
    """Reads what was left, and remembers what officers were told of it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def since(self, begin: datetime) -> list[Left]:
        """All traces from a moment on, over all citizens."""
        redis: Any = self._store.redis
        async with redis.pipeline(transaction=False) as pipe:
            for tag in range(TAGS):
                pipe.zrangebyscore(key(tag), ms(begin), "+inf", withscores=True)
            return [_left(entry.decode(), at) for found in await pipe.execute() for entry, at in found]

    def named(self, *parts: str) -> str:
        """A short keyed name for a sign."""
        return self._store.names.pseudonym("sign", *parts)[:10]

    async def told(self, names: tuple[str, ...], now: datetime) -> tuple[str, datetime]:
        """Under which of its names officers are told of a sign, and since when; the same for 24 hours."""
        redis: Any = self._store.redis
        found = await redis.mget([_TOLD + name for name in names])
        earlier = sorted(
            (int(at), own) for at, _, own in (each.decode().partition("|") for each in found if each)
        )
        at, own = earlier[0] if earlier else (ms(now), names[0])
        for name in names:  # under whichever of them it is seen next, it is the same sign
            left, told = max(1, at + span_ms(WINDOW) - ms(now)), f"{at}|{own}"
            if not await redis.set(_TOLD + name, told, nx=True, px=left) and name == own and not earlier:
                return await self.told(names, now)  # another process told of it in this moment
        return own, datetime.fromtimestamp(at / 1000, UTC)

    async def skip(self, station: str, names: tuple[str, ...], *, on: bool, span: timedelta = WEEK) -> None:
        """Leave a station in peace with a sign, or no more."""
        redis: Any = self._store.redis
        for name in names:
            if on:
                await redis.set(f"{_SKIPPED}{station}|{name}", 1, px=span_ms(span))
            else:
                await redis.unlink(f"{_SKIPPED}{station}|{name}")

    async def skipped(self, station: str, names: tuple[str, ...]) -> bool:
        """Whether a station is left in peace with it."""
        redis: Any = self._store.redis
        return any(await redis.mget([f"{_SKIPPED}{station}|{name}" for name in names]))


def _left(entry: str, at: float) -> Left:
    station, kind, what, mark = entry.split("|")
    numbers = frozenset(what.split(",")) if kind == _TEXT else frozenset[str]()
    trick = what if kind == _TRICK else ""
    return Left(datetime.fromtimestamp(at / 1000, UTC), station, trick, numbers, mark)
