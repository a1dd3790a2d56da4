"""By which doors a person can be reached: of those that are open to them, the one they last wrote at first.

A page on the web shows what was said when it is opened again, but rings nowhere: it comes after all open
doors that ring, and before those that are not open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.domain.delivery import Door
from bot.domain.health import Watch
from bot.domain.message import WEBCHAT, Address
from bot.domain.ways import Way
from bot.store.circles import Circles
from bot.store.contacts import Contacts

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class PersonsWays:
    """Asks the doors, their watch, and who wrote when."""

    def __init__(
        self, circles: Circles, contacts: Contacts, doors: Callable[[], Mapping[str, Door]], watch: Watch
    ) -> None:
        self._circles, self._contacts, self._doors, self._watch = circles, contacts, doors, watch

    async def of(self, address: Address, now: datetime) -> tuple[Way, ...]:
        """All doors of the person who lives at an address, those that are open to them first."""
        circle = await self._circles.of(address)
        ways = await asyncio.gather(*(self._way(member.address, now) for member in circle.members))
        return tuple(way for _, way in sorted(ways, key=lambda found: found[0]))

    async def _way(self, address: Address, now: datetime) -> tuple[tuple[bool, bool, float, str], Way]:
        why, last = await self._why(address, now), await self._contacts.last(address)
        order = (bool(why), address.channel == WEBCHAT, -(last or _LONG_AGO).timestamp(), address.channel)
        return order, Way(address, why)

    async def _why(self, address: Address, now: datetime) -> str | None:
        if address.channel == WEBCHAT:
            return None
        door = self._doors().get(address.channel)
        if door is None:
            return "door"
        condition = self._watch.condition(address.channel, address.account)
        return condition.obstacle or await door.reach(address, now)
