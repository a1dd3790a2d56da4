"""Stations that come and go while the desk is open: what can be booked, and what codes mean."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from bot.content.rota import rota
from bot.domain.knowledge import Knowledge
from bot.domain.ticket import Ticket, Tickets, drawn
from bot.domain.wish import Act, Wish
from bot.services.almanac import Almanac, Open
from bot.services.booking import Booking
from bot.store.connection import Store
from bot.store.naming import person
from tests.conftest import ROOT
from tests.services.station import AN, OPENS, TODAY


class Province:
    """The content, edited; and a process that books from it."""

    def __init__(self, store: Store, known: Knowledge) -> None:
        self.store, self.known, self._requests = store, known, count()
        self.booking = self.process()

    def process(self) -> Booking:
        return Booking(self.store, Almanac(lambda: self.known), Open(lambda: self.known))

    def has(self, *ids: str) -> None:
        """From now on these stations, all like one of ours."""
        like = rota(ROOT).stations["mai_phu"]
        self.known = replace(self.known, stations={id_: replace(like, id=id_) for id_ in ids})

    async def held(self, station: str) -> Ticket:
        seats = self.booking.calendar.seats(station, "thu_nhan_can_cuoc", TODAY)
        who, act = person(AN, self.store.names), Act(f"{next(self._requests)}", OPENS)
        result = await self.booking.hold(who, act, Wish(station, "thu_nhan_can_cuoc", seats))
        assert result.appointment
        return Ticket(station, result.appointment.number)


@pytest.fixture
def province(store: Store) -> Province:
    return Province(store, rota(ROOT))


def rivals() -> tuple[str, str, str]:
    """Three stations that would all like the same two characters; sorted."""
    by_part: dict[str, list[str]] = {}
    for number in range(10_000):
        name = f"xa_{number:04}"
        found = by_part.setdefault(next(drawn(name)), [])
        found.append(name)
        if len(found) == 3:
            return found[0], found[1], found[2]
    raise AssertionError


async def test_a_station_that_was_added_can_be_booked_without_a_restart(province: Province) -> None:
    province.has("mai_phu")
    await province.booking.follow()
    province.has("mai_phu", "ky_anh")
    early = province.booking.code(await province.held("ky_anh"))  # before anybody has looked
    await province.booking.follow()
    assert province.booking.stations == ("ky_anh", "mai_phu")
    assert early == province.booking.code(province.booking.tickets(early)[0])
    assert [
        each.station for each in await province.booking.mine(person(AN, province.store.names), OPENS)
    ] == ["ky_anh"]


async def test_codes_mean_the_same_whoever_comes_and_goes_and_after_a_restart(province: Province) -> None:
    first, second, third = rivals()
    province.has(second)
    await province.booking.follow()
    code = province.booking.code(Ticket(second, 7))
    for ids in ((first, second), (first, second, third), (third, first), (third,), (second, third)):
        province.has(*ids)
        for process in (province.booking, province.process()):
            await process.follow()
            assert process.code(Ticket(second, 7)) == code
            assert process.tickets(code)[0] == Ticket(second, 7)
            codes = {process.code(Ticket(each, 7)) for each in (second, *ids)}
            assert len(codes) == len({second, *ids})


async def test_two_processes_that_see_them_in_another_order_agree(province: Province, store: Store) -> None:
    first, second, third = rivals()
    other = Province(store, province.known)
    province.has(third, first)
    other.has(second, third)
    for each in (other, province, other):
        await each.booking.follow()
    province.has(first, second, third)
    other.has(first, second, third)
    for each in (province, other):
        await each.booking.follow()
    for station in (first, second, third):
        ticket = Ticket(station, 11)
        assert province.booking.code(ticket) == other.booking.code(ticket)


async def test_of_a_station_that_went_everything_can_still_be_asked(province: Province) -> None:
    province.has("mai_phu", "ky_anh")
    await province.booking.follow()
    ticket = await province.held("ky_anh")
    code = province.booking.code(ticket)
    province.has("mai_phu")
    await province.booking.follow()
    who = person(AN, province.store.names)
    for booking in (province.booking, province.process()):
        await booking.follow()
        assert booking.tickets(code) == (ticket,)
        assert [booking.code(each) for each in await booking.mine(who, OPENS)] == [code]
        assert await booking.waits(who, "ky_anh") == []
        wish = Wish("ky_anh", "thu_nhan_can_cuoc")
        assert await booking.free(wish, TODAY, OPENS) == ()
    assert (await province.booking.cancel(who, Act("c", OPENS), ticket)).done


def test_a_typed_code_is_written_as_it_was_given_out_whoever_shares_its_letters() -> None:
    first, second, _ = rivals()
    code = Tickets([second]).code(Ticket(second, 7))
    assert Tickets([first, second]).written(code.lower().replace("tb-", "tb ")) == code
    assert Tickets([first, second]).written("TB-2222223") is None
