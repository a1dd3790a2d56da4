"""A small station on a fresh store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from itertools import count

import pytest
from redis import Redis

from bot.domain.appointment import Appointment, Personal, Rules
from bot.domain.message import Address
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Wish
from bot.services.booking import Booking
from bot.services.reception import Reception
from bot.store.connection import Store, open_store
from bot.store.naming import Person, person
from bot.store.sealing import Seals
from tests.services.station import AN, OPENS, STATION, Small
from tests.store.conftest import KEY

_REQUESTS = count()  # of all towns: their addresses in memory are used again
LAN = Personal("Nguyễn Thị Lan", "+84912000001", AN)


@pytest.fixture
async def store(valkey: str) -> AsyncIterator[Store]:
    """An empty store."""
    with Redis.from_url(valkey) as client:
        client.flushall()
    made = await open_store(valkey, Seals([KEY]))
    yield made
    await made.close()


class Town:
    """A station, and what its people do in a few words."""

    def __init__(self, store: Store, rules: Rules | None = None, **shares: int) -> None:
        self.store = store
        self.calendar = Small(**shares)
        self.booking = Booking(store, self.calendar, [STATION], rules)
        self.reception = Reception(store, self.booking)

    def act(self, now: datetime = OPENS) -> Act:
        return Act(f"act {next(_REQUESTS)}", now)

    def who(self, address: Address = AN) -> Person:
        return person(address, self.store.names)

    async def held(self, seat: Seat, address: Address = AN, now: datetime = OPENS, service: str = "can_cuoc"):
        wish = Wish(STATION, service, (seat,))
        return await self.booking.hold(self.who(address), self.act(now), wish)

    async def confirmed(
        self, held: Appointment, personal: Personal, address: Address = AN, now: datetime = OPENS
    ):
        ticket = Ticket(STATION, held.number)
        return await self.booking.confirm(self.who(address), self.act(now), ticket, personal)

    async def booked(
        self, seat: Seat, personal: Personal = LAN, address: Address = AN, now: datetime = OPENS
    ):
        """A new appointment."""
        held = await self.held(seat, address, now)
        result = await self.confirmed(held.appointment, personal, address, now)
        assert result.done
        return result.appointment

    async def now(self, appointment: Appointment) -> Appointment:
        """As it stands now."""
        return (await self.booking.bookings.read(STATION, [appointment.number]))[0]


@pytest.fixture
def town(store: Store) -> Town:
    """A town without a share for the chat."""
    return Town(store)
