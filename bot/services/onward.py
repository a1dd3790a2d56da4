"""On to the next door: what does not arrive at one door of a person goes to another, once to each.

A delivery stands in the outbox of the door it was planned for until it is due. Then, and again when it fails
there for good, it goes to the door of the person where it most likely arrives. Where it goes on is written
down before anything is put there (`Outbox.pass_on`), so a crash repeats it and never adds a third door.

A page on the web rings nowhere. It is told besides: at once where it is the only other door, else when
nothing else is left. When no door is open, there may be a last one: a phone, by an approved template.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.delivery import Delivery
from bot.domain.message import WEBCHAT, Address
from bot.domain.ways import Way, Ways
from bot.store.naming import Person
from bot.store.outbox import Outbox


class NextDoors:
    """The `Onward` of a house. `said` hears to whose talk on the web something was said."""

    def __init__(self, outbox: Outbox, ways: Ways, said: Callable[[Person], None] = lambda _: None) -> None:
        self._outbox, self._ways, self._said = outbox, ways, said

    async def begin(self, delivery: Delivery, now: datetime) -> bool | None:
        """Put what is due at a door of the person, when nobody sends at its own: a page, or a lost door.

        Whether that is new; None when no door is open yet.
        """
        ways = await self._ways.of(delivery.address, now)
        to = _open(delivery, ways)[:1] or _last(delivery)
        if to:
            new = await self._outbox.pass_on(delivery, to[0], begin=True)
            if new is not None:  # else it was said on their page, before there was a door
                await self._beside(delivery, ways, now, only=True)
            return bool(new)
        if delivery.address.channel == WEBCHAT and not _ringing(ways):
            return await self._say(delivery, now)
        await self._beside(delivery, ways, now, only=False)
        return None

    async def again(self, delivery: Delivery, now: datetime) -> bool | None:
        """What was put at its own door before: on to another one, if it is kept there and one is open by now.

        False when there is nothing more to do; None when it is still kept: it may be asked again.
        """
        if await self._outbox.passed(delivery) or not await self._outbox.is_held(delivery):
            return False
        ways = await self._ways.of(delivery.address, now)
        others = [each for each in _open(delivery, ways) if each != delivery.address]
        if others:
            await self._outbox.unhold(delivery, others[0])
            return False
        return None

    async def better(self, delivery: Delivery, now: datetime, *, tried: bool) -> bool:
        """Whether it is at another door now, where it more likely arrives; asked before it is sent."""
        if await self._outbox.passed(delivery):
            return True
        ways = await self._ways.of(delivery.address, now)
        if not delivery.trail:
            await self._beside(delivery, ways, now, only=True)
        found = _open(delivery, ways)
        stays = delivery.address in found and (tried or bool(delivery.trail))
        to = found[:1] or _last(delivery)
        return bool(to) and not stays and to[0] != delivery.address and await self._put(delivery, to[0])

    async def beyond(self, delivery: Delivery, now: datetime) -> bool:
        """Whether it is at another door now, having failed at this one for good."""
        if await self._outbox.passed(delivery):
            return True
        ways = await self._ways.of(delivery.address, now)
        others = [each for each in (*_open(delivery, ways), *_last(delivery)) if each != delivery.address]
        if others:
            return await self._put(delivery, others[0])
        await self._beside(delivery, ways, now, only=False)
        return False

    async def _put(self, delivery: Delivery, to: Address) -> bool:
        await self._outbox.pass_on(delivery, to)
        return True  # also when it was forgotten meanwhile: there is nothing to be sent any more

    async def _beside(self, delivery: Delivery, ways: Sequence[Way], now: datetime, *, only: bool) -> None:
        """Say it on the pages of the person too; with `only` if they have but one door that rings."""
        if only and len(_ringing(ways)) > 1:
            return
        for way in ways:
            if way.address.channel == WEBCHAT:
                await self._say(self._outbox.at(delivery, way.address), now)

    async def _say(self, delivery: Delivery, now: datetime) -> bool:
        """All its replies, each once; whether that is new."""
        new = False
        for number, reply in enumerate(delivery.replies):
            id_ = f"{delivery.id}.{number}" if number else delivery.id
            who = await self._outbox.say(replace(delivery, id=id_, replies=(reply,)), now)
            if who:
                self._said(who)
                new = True
        return new


class OwnDoor:
    """The ways of a house where everybody has the one door they wrote at; `doors`: which there are."""

    def __init__(self, doors: Collection[str]) -> None:
        self._doors = doors

    async def of(self, address: Address, now: datetime) -> tuple[Way, ...]:
        """The one door."""
        del now
        return (Way(address, None if address.channel in {WEBCHAT, *self._doors} else "door"),)


def _ringing(ways: Sequence[Way]) -> list[Way]:
    return [way for way in ways if way.address.channel != WEBCHAT]


def _open(delivery: Delivery, ways: Sequence[Way]) -> list[Address]:
    """The doors that ring, where nothing stands in the way, and where it was not yet; the best first."""
    open_ = [way.address for way in _ringing(ways) if way.why is None]
    return [address for address in open_ if address not in delivery.trail]


def _last(delivery: Delivery) -> list[Address]:
    """The address of last resort, if it was not there yet."""
    return [delivery.last] if delivery.last and delivery.last not in delivery.trail else []
