"""Whom a warning is for, as people: each once, by the door where it most likely arrives, or by another.

Who has tied nothing costs one short question to the store; only of who has, all doors are looked at.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from bot.domain.delivery import Door
from bot.domain.health import DOWN, SHUT, Watch
from bot.domain.mailing import Audience, Lent, Line, Recipient, line_of
from bot.domain.message import WEBCHAT, Address
from bot.domain.warning import Bulletin, Case
from bot.domain.ways import Way, Ways
from bot.services.officers import Officers
from bot.store.circles import Circles
from bot.store.mailing import Ledger
from bot.store.naming import Person
from bot.store.subscribers import Subscribers

_HOPED = (DOWN, SHUT)  # what may pass before a warning is over


class Recipients:
    """Finds them. `person` names who lives at an address; `doors` are those there are."""

    def __init__(  # noqa: PLR0913, PLR0917 - who asked for what, by which doors, and how these are
        self,
        ledger: Ledger,
        subscribers: Subscribers,
        officers: Officers,
        circles: Circles,
        ways: Ways,
        person: Callable[[Address], Person],
        doors: Callable[[], Mapping[str, Door]],
        watch: Watch,
    ) -> None:
        self._ledger, self._subscribers, self._officers = ledger, subscribers, officers
        self._circles, self._ways, self._person = circles, ways, person
        self._doors, self._watch = doors, watch

    async def of(self, bulletin: Bulletin, now: datetime) -> AsyncIterator[list[Recipient]]:
        """Whom a warning is for, some at a time. Who has several doors may come once for each."""
        async for some in self._meant(bulletin, now):
            people = {each: self._person(each) for each in some}
            noted = frozenset() if bulletin.drill else await self._circles.noted(list(people.values()))
            alone = [Recipient(who.id, each) for each, who in people.items() if who.id not in noted]
            several = [each for each, who in people.items() if who.id in noted]
            yield [*alone, *await asyncio.gather(*(self._tied(each, bulletin, now) for each in several))]

    async def _meant(self, bulletin: Bulletin, now: datetime) -> AsyncIterator[list[Address]]:
        """The doors it is for: of officers, of whoever got what it corrects, or of who subscribed."""
        if bulletin.drill:
            yield await self._serving(bulletin.stations, now)
        elif bulletin.corrects:
            async for some in self._ledger.received(bulletin.corrects):
                yield some
        else:
            topic, urgent = bulletin.topic, bulletin.urgent
            async for some in self._subscribers.addressed(bulletin.stations, topic, urgent=urgent):
                yield some

    async def _serving(self, stations: tuple[str, ...], now: datetime) -> list[Address]:
        """Every officer of these stations, on duty or not."""
        found: list[Address] = []
        for officer in await self._officers.everyone():
            serves = not stations or any(officer.serves(each) for each in stations)
            reach = await self._officers.reach(officer.id, now) if serves else None
            found += reach[1] if reach else ()
        return found

    async def _tied(self, address: Address, bulletin: Bulletin, now: datetime) -> Recipient:
        """Somebody with several doors: the first that is open, or else one that may open again.

        A correction goes by the door where the first warning was got, if that is open.
        """
        circle = await self._circles.of(address)
        ways = await self._ways.of(address, now)
        why = {way.address: self._obstacle(way) for way in ways}
        if bulletin.corrects:
            asked = [address]
            ways = tuple(sorted(ways, key=lambda way: way.address != address))
        else:
            topic, urgent = bulletin.topic, bulletin.urgent
            at = await self._subscribers.asking(circle, bulletin.stations, topic, urgent=urgent)
            asked = [member.address for member in at] or [address]
        open_ = [way.address for way in ways if why[way.address] is None]
        hoped = [way.address for way in ways if why[way.address] in _HOPED]
        best = next(iter([*open_, *hoped, *asked]))
        first = None if best in asked else (asked[0].channel, why[asked[0]] or "")
        doors = tuple((member.who, member.address) for member in circle.members) if circle.tied else ()
        return Recipient(circle.id, best, doors, first, why[best])

    # -- beforehand

    async def preview(self, bulletin: Bulletin, now: datetime) -> Audience:
        """Whom a warning would reach now, by which doors, and why it would not reach the others."""
        reached, unreached = Counter[str](), Counter[tuple[str, str]]()
        detours, seen = Counter[tuple[str, str, str]](), set[str]()
        async for some in self.of(bulletin, now):
            new = list({each.who: each for each in some if each.who not in seen}.values())
            seen.update(each.who for each in new)
            for each, why in zip(new, await asyncio.gather(*(self._why(e, now) for e in new)), strict=True):
                channel = each.address.channel
                if why:
                    unreached[each.first[0] if each.first else channel, why] += 1
                    continue
                reached[channel] += 1
                if each.first:
                    detours[*each.first, channel] += 1
        return Audience(dict(reached), dict(unreached), dict(detours))

    async def _why(self, recipient: Recipient, now: datetime) -> str | None:
        address = recipient.address
        if recipient.doors or address.channel == WEBCHAT:
            return recipient.why
        if dead := self.dead(line_of(address)):
            return dead
        door = self._doors().get(address.channel)
        return await door.reach(address, now) if door else "door"

    # -- on the way

    def dead(self, line: Line) -> str | None:
        """Why nothing at all can be sent by an account now; None when it can."""
        if line.channel == WEBCHAT:
            return None
        return self._watch.condition(line.channel, line.account).obstacle

    async def other(self, lent: Lent, now: datetime, *, open_only: bool) -> Address | None:
        """By which other door a person may be reached, where it did not fail yet: an open one first.

        Else, unless `open_only`, one that may open again before the warning is over.
        """
        found = [
            (self._obstacle(way), way.address)
            for way in await self._ways.of(lent.address, now)
            if way.address != lent.address and self._person(way.address).id not in lent.tried
        ]
        hoped = () if open_only else _HOPED
        for wanted in ((None,), hoped):
            for why, address in found:
                if why in wanted:
                    return address
        return None

    async def wants(self, bulletin: Bulletin, address: Address) -> bool:
        """Whether the person who lives at an address wants it at this moment."""
        return await self._subscribers.wanted(
            address, bulletin.stations, bulletin.topic, urgent=bulletin.urgent
        )

    async def untied(self, case: Case, lent: Lent) -> Address | None:
        """A door where it is wanted still, when it is no more at this one: they were tied when it began."""
        for address in await self._ledger.doors(case.id, lent.who):
            tried = address == lent.address or self._person(address).id in lent.tried
            if not tried and await self.wants(case.bulletin, address):
                return address
        return None

    def _obstacle(self, way: Way) -> str | None:
        return self.dead(line_of(way.address)) or way.why
