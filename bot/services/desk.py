"""The desk's back office: carries out what a talk asked for."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.domain.booking import Acted, AnyBooking, AskHome, Book, Queue
from bot.domain.handover import AnyHandover, HandedOver, HandOver, Handover, Seek, Sought
from bot.domain.letter import CheckLetter
from bot.domain.message import Address
from bot.domain.pairing import AnyLinking
from bot.domain.step import AnyRequest, AnyResult, DataErased, DataShown, EraseData, Rate, ShowData
from bot.domain.subscription import AnySubscription, Noted, Subscription
from bot.domain.wish import Act
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.services.handover import Calls
from bot.services.letters import Letters
from bot.services.linking import Linking
from bot.services.subscribing import Subscribing
from bot.store.naming import Person
from bot.store.records import Records

BOOKING, HOME = "booking", "home"  # the purposes for which name and phone are kept
OFFICERS = "officers"  # the purpose for which officers read what is written
_AGREED: dict[type[AnyBooking], tuple[str, str]] = {  # what was agreed to with a request: purpose, wording
    Book: (BOOKING, "book_consent"),
    Queue: (BOOKING, "book_consent"),
    AskHome: (HOME, "home_consent"),
}


class Desk:
    """Carries out requests for one citizen at a time."""

    def __init__(  # noqa: PLR0913, PLR0917 - everything that is done for people
        self,
        records: Records,
        booking: Booking,
        appointments: Appointments,
        letters: Letters,
        calls: Calls | None = None,
        subscribing: Subscribing | None = None,
        linking: Linking | None = None,
    ) -> None:
        """`calls` reach officers, `subscribing` gives warnings, `linking` ties doors; without them: none."""
        self._records, self._calls, self._linking = records, calls, linking
        self._booking = booking
        self._appointments = appointments
        self._letters = letters
        self._subscribing = subscribing

    async def handed_over(self, ref: str) -> Handover | None:
        """How the handover of a talk stands; None when it is forgotten."""
        return await self._calls.read(ref) if self._calls else None

    async def carry_out(  # noqa: PLR0913, PLR0917 - who asks, from where, in which words
        self,
        request: AnyRequest,
        who: Person,
        now: datetime,
        address: Address,
        network: str = "",
        words: str = "",
    ) -> AnyResult | None:
        """What became of it; None when there is nothing to tell. Repeating a request repeats its result.

        `network` is as in `Incoming`; `words` are those of the message, for an officer to read.
        """
        if isinstance(request, AnyHandover):
            return await self._called(request, who, address, now, words)
        if isinstance(request, AnySubscription | Noted):
            return await self._warned(request, who, address, now)
        if isinstance(request, AnyLinking):
            return (
                await self._linking.carry_out(request, who, address, now, network) if self._linking else None
            )
        if isinstance(request, AnyBooking):
            booked = await self._appointments.carry_out(request, who, address, now, network)
            agreed = _AGREED.get(type(request))
            if agreed and isinstance(booked, Acted) and booked.result.done:
                await self._records.agree(who, *agreed, now, given=True)
            return booked
        match request:
            case Rate():
                return None  # counted with the turn itself, in the same script
            case ShowData(erasing=erasing):
                return await self._shown(who, now, address, erasing=erasing)
            case CheckLetter():
                return await self._letters.check(who, request, now, network)
            case EraseData():
                return DataErased(await self._erased(request, who, now, address))
            case _:
                assert_never(request)

    async def _warned(
        self, request: AnySubscription | Noted, who: Person, address: Address, now: datetime
    ) -> AnyResult | None:
        """What came of a request about warnings; what is said to a press under one needs no result."""
        if self._subscribing is None:
            return None
        if isinstance(request, Noted):
            await self._subscribing.noted(request, who)
            return None
        return await self._subscribing.carry_out(request, address, now)

    async def _shown(self, who: Person, now: datetime, address: Address, *, erasing: bool) -> DataShown:
        look = self._appointments.own if erasing else self._appointments.everywhere  # erased is what is here
        held, own = await self._records.held(who), await look(who, now)
        warnings = await self._subscribing.held(who) if self._subscribing else Subscription()
        doors = await self._linking.doors(address) if self._linking else ()
        return DataShown(held.last_seen, held.kept_replies, held.consents, own, erasing, warnings, doors)

    async def _erased(self, request: EraseData, who: Person, now: datetime, address: Address) -> int:
        """Erase what was asked for, door by door; how many visits are cancelled."""

        async def one(who: Person, address: Address) -> int:
            cancelled = await self._booking.erase(who, Act(request.id, now))
            if self._calls:
                await self._calls.erase(who, now)
            await self._records.erase(who, now, address.channel)
            if self._subscribing:  # after: what began between would be sent for want of this
                await self._subscribing.erase(who, address)
            return len(cancelled)

        if self._linking is None:
            return await one(who, address)
        erase = self._linking.leaving.erase
        return await erase(request.id, who, address, now, one, everywhere=request.everywhere)

    async def _called(
        self, request: AnyHandover, who: Person, address: Address, now: datetime, words: str
    ) -> AnyResult | None:
        """An officer was asked for; whoever is told what they read, and writes, agrees to it."""
        if self._calls is None:
            return (
                Sought(request.station, request.reason, False, False) if isinstance(request, Seek) else None
            )
        result = await self._calls.carry_out(request, who, address, now, words)
        if isinstance(request, HandOver) and isinstance(result, HandedOver) and result.handover:
            await self._records.agree(who, OFFICERS, "person_ask", now, given=True)
        return result
