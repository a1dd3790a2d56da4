"""The radar: several people who met one trick within a day are a sign, which officers on duty hear of.

A sign belongs to the station its people named; those of stations that share with it hear of it too, and those
who serve everywhere of people who named none. Everyone is told once a day of each.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.conversation.officer.radar import RadarScreens
from bot.domain.knowledge import Knowledge
from bot.domain.officer import Hand, Officer, Right, refused
from bot.domain.radar import ALIKE, FEW, WINDOW, Sign
from bot.domain.station import sharing
from bot.services.officers import Officers
from bot.services.relay import Relay
from bot.store.audit import Entry
from bot.store.connection import Store
from bot.store.radar import Left, Traces

ROUND = 10.0  # seconds between two looks
_LOOKED = 300  # texts of a station that are compared with each other, the newest
SIGN = "radar"  # what the reasons of deliveries begin with
_log: Any = structlog.get_logger("radar")


class Radar:
    """Finds signs, and tells of them through the `relay`."""

    def __init__(
        self, store: Store, officers: Officers, relay: Relay, known: Callable[[], Knowledge]
    ) -> None:
        self._traces, self._officers, self._relay, self._known = Traces(store), officers, relay, known

    async def work(self, clock: Callable[[], datetime]) -> None:
        """Look for ever."""
        while True:
            try:
                await self.tend(clock())
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="radar", error=type(error).__name__)
            except Exception as error:  # whatever it is, the desk goes on
                _log.error("broke", doing="radar", error=type(error).__name__)
            await asyncio.sleep(ROUND)

    async def signs(self, now: datetime, span: timedelta = WINDOW) -> list[Sign]:
        """What there is to see in the time before now, most people first."""
        left: dict[tuple[str, str], list[Left]] = defaultdict(list)
        for each in await self._traces.since(now - span):
            left[each.station, each.trick].append(each)
        found = [
            sign
            for (station, trick), some in left.items()
            for sign in self._of(station, trick, some)
            if sign.people >= FEW
        ]
        return sorted(found, key=lambda sign: (-sign.people, sign.id))

    async def seen_by(self, officer: Officer, now: datetime, span: timedelta) -> list[Sign]:
        """The signs an officer may see."""
        return [each for each in await self.signs(now, span) if self.views(officer, each, now)]

    def views(self, officer: Officer, sign: Sign, now: datetime, right: Right = Right.FIGURES) -> list[str]:
        """The stations for which an officer sees a sign; one without a name is everywhere."""
        return [
            each
            for each in (sign.station, *sharing(self._known().stations, sign.station))
            if not refused(officer, right, each or None, now)
        ]

    async def skip(self, hand: Hand, officer: Officer, sign: Sign, *, on: bool) -> None:
        """Tell nobody of an officer's stations of a sign for a week, or tell them again."""
        for station in self.views(officer, sign, hand.at):
            act = "radar.skip" if on else "radar.follow"
            await self._officers.audit.note(Entry(hand.who, act, hand.at, hand.door, station, sign.id))
            await self._traces.skip(station, sign.names, on=on)

    async def skipped(self, officer: Officer, sign: Sign, now: datetime) -> bool:
        """Whether an officer's stations are left in peace with it."""
        views = self.views(officer, sign, now)
        return bool(views) and all([await self._traces.skipped(each, sign.names) for each in views])

    async def tend(self, now: datetime) -> None:
        """Tell whoever is on duty of what there is; each of each sign once a day."""
        for sign in await self.signs(now):
            own, at = await self._traces.told(sign.names, now)
            known = self._known()
            heard = set[str]()
            for station in (sign.station, *sharing(known.stations, sign.station)):
                if await self._traces.skipped(station, sign.names):
                    continue
                for officer, addresses in await self._officers.on_duty(station, now):
                    if officer.id in heard or refused(officer, Right.FIGURES, station or None, now):
                        continue
                    heard.add(officer.id)
                    may = bool(self.views(officer, sign, now, Right.DRAFT))
                    reply = RadarScreens(known).told(sign, now, draft=may)
                    for number, address in enumerate(addresses):
                        id_ = f"{SIGN}:{own}:{int(at.timestamp())}:{officer.id}:{number}"
                        reason = f"{SIGN}:{officer.id}"
                        await self._relay.tell(id_, address, reply, now, at + WINDOW, reason)

    async def wanted(self, reason: str, now: datetime) -> bool:
        """Whether whoever is told of a sign is an officer still."""
        return await self._officers.reach(reason.partition(":")[2], now) is not None

    def _of(self, station: str, trick: str, some: Sequence[Left]) -> Iterator[Sign]:
        if trick:
            yield self._sign(station, trick, some, (trick,))
        else:
            yield from self._alike(station, some)

    def _sign(self, station: str, trick: str, some: Sequence[Left], names: Sequence[str]) -> Sign:
        keyed = tuple(self._traces.named(station, name) for name in names)
        people = len({each.mark for each in some})
        return Sign(keyed[0], station, trick, people, min(each.at for each in some), keyed)

    def _alike(self, station: str, some: Sequence[Left]) -> Iterator[Sign]:
        """Texts nearly the same, the most widely spread first; each is in one group of them."""
        left = sorted(some, key=lambda each: each.at, reverse=True)[:_LOOKED]
        while left:
            groups = ([other for other in left if _same(each, other)] for each in left)
            group = max(groups, key=lambda found: len({each.mark for each in found}))
            spread = Counter(number for each in group for number in each.numbers)
            if len({each.mark for each in group}) < FEW:
                return
            yield self._sign(station, "", group, sorted(n for n, many in spread.items() if many >= FEW))
            gone = {id(each) for each in group}
            left = [each for each in left if id(each) not in gone]


def _same(one: Left, other: Left) -> bool:
    return one is other or len(one.numbers & other.numbers) >= ALIKE
