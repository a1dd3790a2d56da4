"""Check, then insert: the store of `bench/booking.py` that must be caught."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grid import seat_of, written

from bot.domain.appointment import Appointment, Outcome, Personal, Result, Source, Status
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Wish
from bot.store.connection import Store
from bot.store.naming import Person


class Naive:
    """Check, then insert: what most booking pages do. Has what the citizens use of `Booking`."""

    def __init__(self, store: Store) -> None:
        self._redis: Any = store.redis

    async def hold(self, who: Person, act: Act, wish: Wish) -> Result:  # noqa: ARG002
        for seat in wish.seats:
            if await self._free(seat):
                number = await self._redis.incr("naive:number")
                return await self._written(seat, number, Status.HELD)
        return Result(Outcome.GONE)

    async def confirm(self, who: Person, act: Act, held: Ticket, personal: Personal) -> Result:  # noqa: ARG002
        seat = seat_of((await self._redis.get(f"naive:{held.number}")).decode().split(" ")[1])
        return await self._written(seat, held.number, Status.BOOKED)

    async def move(self, who: Person, act: Act, change: Change) -> Result:  # noqa: ARG002
        for seat in change.seats:
            if await self._free(seat):
                await self._give_back(change.ticket.number)
                return await self._written(seat, change.ticket.number, Status.BOOKED)
        return Result(Outcome.GONE)

    async def cancel(self, who: Person, act: Act, ticket: Ticket) -> Result:  # noqa: ARG002
        await self._give_back(ticket.number)
        await self._redis.delete(f"naive:{ticket.number}")
        return Result(Outcome.DONE)

    async def read(self, station: str, numbers: Iterable[int]) -> list[Appointment]:  # noqa: ARG002
        kept = [(number, await self._redis.get(f"naive:{number}")) for number in numbers]
        return [_made(number, seat_of(text.decode().split(" ")[1])) for number, text in kept if text]

    async def _free(self, seat: Seat) -> bool:
        return not any(await self._redis.hmget(f"naive:{seat.day}", _cells(seat)))

    async def _written(self, seat: Seat, number: int, status: Status) -> Result:
        await self._redis.hset(f"naive:{seat.day}", mapping=dict.fromkeys(_cells(seat), number))
        await self._redis.set(f"naive:{number}", f"{status} {written(seat)}")
        return Result(Outcome.DONE, _made(number, seat))

    async def _give_back(self, number: int) -> None:
        text = await self._redis.get(f"naive:{number}")
        if text:
            seat = seat_of(text.decode().split(" ")[1])
            await self._redis.hdel(f"naive:{seat.day}", *_cells(seat))


def _made(number: int, seat: Seat) -> Appointment:
    return Appointment(
        seat.station, number, Status.BOOKED, 1, "can_cuoc", 1, seat.day, seat.at, seat, Source.CHAT,
        priority=False, made=seat.at,
    )  # fmt: skip


def _cells(seat: Seat) -> list[str]:
    return [f"{seat.station}:{seat.desk}:{cell}" for cell in seat.cells]
