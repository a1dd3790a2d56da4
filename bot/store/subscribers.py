"""Who is told of what, person by person: what was pressed at each of their doors holds at all of them.

Each door keeps what was pressed there (`subscriptions`), under its own tag; a person has what all of their
doors have together. A press writes at its own door; an end ends at all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from bot.domain.circle import Circle, Member
from bot.domain.message import Address
from bot.domain.subscription import MOST, Changed, Outcome, Subscription, together
from bot.domain.warning import Topic
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.naming import Person
from bot.store.subscriptions import Subscriptions

PASSED = "subs_passed"  # of the proof: agreed to at a door that was left since; before that door's channel


class Subscribers:
    """Reads and changes; times are handed in. Repeating a change changes nothing."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._doors, self._circles, self._person = Subscriptions(store, inbox), Circles(store), inbox.person

    # -- whom a warning is for

    def addressed(
        self, stations: tuple[str, ...], topic: Topic, *, urgent: bool
    ) -> AsyncIterator[list[Address]]:
        """Every door a warning is for, in batches: of one person there may be several."""
        return self._doors.addressed(stations, topic, urgent=urgent)

    async def wanted(
        self, address: Address, stations: tuple[str, ...], topic: Topic, *, urgent: bool
    ) -> bool:
        """Whether the person at an address still is to get a warning, at this moment."""
        held = await self._each(await self._circles.of(address))
        return any(each.wants(stations, topic, urgent=urgent) for each in held)

    async def asking(
        self, circle: Circle, stations: tuple[str, ...], topic: Topic, *, urgent: bool
    ) -> tuple[Member, ...]:
        """At which of their doors somebody asked for a warning."""
        held = zip(circle.members, await self._each(circle), strict=True)
        return tuple(member for member, each in held if each.wants(stations, topic, urgent=urgent))

    # -- what one person has

    async def of(self, address: Address) -> Subscription:
        """What the person at an address is told of; empty when of nothing."""
        return together(await self._each(await self._circles.of(address)))

    async def held(self, who: Person) -> Subscription:
        """As `of`, by the name that the store has for one of their talks."""
        circle = await self._circles.held(who)
        return together(await self._each(circle)) if circle else await self._doors.held(who)

    async def join(
        self, address: Address, stations: tuple[str, ...], topics: tuple[Topic, ...], wording: str,
        now: datetime,
    ) -> Changed:  # fmt: skip
        """These too, written at this door; FULL with a station too many. A consent to `wording`.

        Topics hold for all stations of a person and stations for all topics: what is pressed here is written
        so that it does, also where the others were pressed at another door.
        """
        circle = await self._circles.of(address)
        if not circle.tied:
            return await self._doors.join(address, stations, topics, wording, now)
        each = await self._each(circle)
        before = together(each)
        topics = topics or before.topics
        if all(any(one.wants((s,), t, urgent=False) for one in each) for s in stations for t in topics):
            return Changed(Outcome.SAME if before.live else Outcome.NONE, before)
        if len({*before.stations, *stations}) > MOST:
            return Changed(Outcome.FULL, before)
        where = before.stations if set(topics) - set(before.topics) else ()
        what = before.topics if set(stations) - set(before.stations) else ()
        here = tuple(dict.fromkeys((*where, *stations))), tuple(dict.fromkeys((*what, *topics)))
        done = await self._doors.join(address, *here, wording, now)
        return Changed(done.outcome, together(await self._each(circle)))

    async def leave(
        self, address: Address, stations: tuple[str, ...], topics: tuple[Topic, ...], now: datetime
    ) -> Changed:
        """Without these, at all of their doors; with nothing left it is a stop."""
        return await self._everywhere(
            address, Outcome.SAME, lambda door: self._doors.leave(door, stations, topics, now)
        )

    async def stop(self, address: Address, now: datetime) -> Changed:
        """Nothing any more at any door, from this moment; NONE when nothing was sent anyway."""
        return await self._everywhere(address, Outcome.NONE, lambda door: self._doors.stop(door, now))

    async def undo(self, address: Address, wording: str, now: datetime) -> Changed:
        """What was stopped within a day, as it was at each door; NONE when that is too long ago."""
        before = await self.of(address)
        if before.live:
            return Changed(Outcome.SAME, before)
        return await self._everywhere(
            address, Outcome.NONE, lambda door: self._doors.undo(door, wording, now)
        )

    async def gone(self, address: Address, now: datetime, heir: Address | None) -> Changed:
        """A door was blocked or left: nothing is kept that could be sent there.

        What was pressed there passes to another door of the same person, `heir`; without one it ends. First
        it is written there, then ended here: a crash in between, and the repetition, lose and double nothing.
        """
        left = await self._doors.of(address)
        if heir and left.live:
            words = f"{PASSED}:{address.channel}"
            await self._doors.join(heir, left.stations, left.topics, words, now, most=99)
        return await self._doors.gone(address, now)

    async def _each(self, circle: Circle) -> list[Subscription]:
        return await asyncio.gather(*(self._doors.held(Person(each.who)) for each in circle.members))

    async def _everywhere(
        self, address: Address, none: Outcome, act: Callable[[Address], Awaitable[Changed]]
    ) -> Changed:
        circle = await self._circles.of(address)
        if not circle.tied:
            return await act(address)
        done = await asyncio.gather(*(act(each.address) for each in circle.members))
        changed = any(each.outcome is Outcome.DONE for each in done)
        return Changed(Outcome.DONE if changed else none, together(await self._each(circle)))
