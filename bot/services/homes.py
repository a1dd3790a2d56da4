"""Visits at home, as citizens ask for them. Nothing is done twice; request ids are as in `Booking`."""

from __future__ import annotations

from bot.domain.appointment import Personal
from bot.domain.home import HomeVisit
from bot.domain.wish import Act, Asker
from bot.services.booking import NONE, Booking, Talks, own_act
from bot.store.homes import Turned
from bot.store.naming import Person


class HomeVisits:
    """Requests of citizens."""

    def __init__(self, booking: Booking) -> None:
        self._booking, self._homes = booking, booking.homes

    async def ask(self, who: Person, act: Act, station: str, service: str, personal: Personal) -> Turned:
        """Join the list of a station. DONE is on disk. Or LIMIT."""
        return await self._homes.ask(own_act(who, act), who.id, station, service, personal)

    async def withdraw(
        self, who: Person, act: Act, station: str, number: int, *, also: Talks = NONE
    ) -> Turned:
        """Off the list; NOT_FOUND when it is somebody else's, NOT_ALLOWED when it is over."""
        return await self._homes.withdraw(own_act(who, act), Asker(who.id, also), station, number)

    async def mine(self, who: Person) -> list[HomeVisit]:
        """What somebody waits for at home, at every station."""
        found = [each for station in self._booking.stations for each in await self._homes.of(station, who.id)]
        return [each for each in found if each.open]
