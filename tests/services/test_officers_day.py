"""What officers' acts come to beyond a single mark, and what they see of a station's time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.content.rota import rota
from bot.domain.appointment import Appointment, Outcome, Status
from bot.domain.holiday import ORDINARY
from bot.domain.knowledge import Knowledge
from bot.domain.seat import Seat
from bot.domain.station import Hours, Service, Station
from bot.domain.wish import Closing, Wish
from bot.services.almanac import Almanac
from bot.services.overview import Overview
from tests.conftest import ROOT
from tests.services.conftest import LAN, Town
from tests.services.station import BEGINS, DAYS, ENDS, OPENS, SERVICES, STATION, TODAY

MINUTE = timedelta(minutes=1)
AT_EIGHT = OPENS + 30 * MINUTE


def seat(begins: int = BEGINS, day: date = TODAY) -> Seat:
    return Seat(STATION, day, "quay_1", begins, 15)


@pytest.fixture(scope="module")
def known() -> Knowledge:
    """The small station of the other tests, as content."""
    services = tuple(Service(id_, id_, minutes, desks) for id_, (minutes, desks) in SERVICES.items())
    hours = (Hours(tuple(range(7)), ((BEGINS, ENDS),)),)
    small = Station(STATION, "Mai Phụ", "xã Mai Phụ", "Hà Tĩnh", hours=hours, services=services)
    return replace(rota(ROOT), stations={STATION: small}, holidays=ORDINARY)


@pytest.fixture
def overview(town: Town, known: Knowledge) -> Overview:
    return Overview(Almanac(lambda: known), town.reception)


async def tickets(town: Town, service: str, priorities: Iterable[bool]) -> list[Appointment]:
    found = []
    for priority in priorities:
        wish = Wish(STATION, service, priority=priority)
        result = await town.reception.walk_in(town.act(AT_EIGHT), wish)
        assert result.appointment
        found.append(result.appointment)
    return found


class TestSettling:
    async def test_makes_the_marks_between(self, town: Town) -> None:
        booked = await town.booked(seat())
        result = await town.reception.settle(town.act(AT_EIGHT), booked, Status.SERVED, "quay_1")
        assert result.appointment
        assert (result.appointment.status, result.appointment.desk) == (Status.SERVED, "quay_1")
        assert result.appointment.ticket == 1

    async def test_repeated_under_its_id_gives_the_first_result(self, town: Town) -> None:
        booked, act = await town.booked(seat()), town.act(AT_EIGHT)
        results = [await town.reception.settle(act, booked, Status.SERVED) for _ in range(3)]
        assert len({result.appointment for result in results}) == 1

    async def test_of_many_at_once_one_wins(self, town: Town) -> None:
        booked = await town.booked(seat())
        marks = [Status.SERVED, Status.ARRIVED, Status.MISSED] * 5
        results = await asyncio.gather(
            *(town.reception.settle(town.act(AT_EIGHT), booked, to) for to in marks)
        )
        assert [result.outcome for result in results].count(Outcome.DONE) == 1
        assert {result.outcome for result in results} == {Outcome.DONE, Outcome.NOT_ALLOWED}


class TestAClosing:
    async def test_hits_whom_it_was_said_to_hit(self, town: Town) -> None:
        booked = await town.booked(seat())
        for begins, ends, hits in ((BEGINS + 10, ENDS, True), (BEGINS + 15, ENDS, False), (0, BEGINS, False)):
            closing = Closing(STATION, f"{begins}", TODAY, ("quay_1",), begins, ends, "họp")
            said = await town.reception.hit(closing, OPENS)
            done = await town.reception.close(town.act(), closing)
            assert [each.number for each in said] == [each.number for each in done.others]
            assert ([each.number for each in said] == [booked.number]) is hits
            assert closing in await town.reception.closures(STATION, TODAY)
            await town.reception.open(town.act(), STATION, closing.name, TODAY)

    async def test_does_not_hit_who_is_here(self, town: Town) -> None:
        booked = await town.booked(seat())
        await town.reception.settle(town.act(), booked, Status.ARRIVED)
        closing = Closing(STATION, "a", TODAY, ("quay_1",), 0, 24 * 60)
        assert await town.reception.hit(closing, OPENS) == []


class TestAPhone:
    async def test_finds_all_that_was_booked_with_it_and_nothing_else(self, town: Town) -> None:
        first, second = await town.booked(seat()), await town.booked(seat(BEGINS + 15, DAYS[1]))
        found = await town.reception.phoned(STATION, LAN.phone, OPENS - timedelta(days=1))
        assert [each.number for each in found] == [first.number, second.number]
        assert await town.reception.phoned(STATION, "+84988000000", OPENS) == []
        assert [
            each.number for each in await town.reception.phoned(STATION, LAN.phone, AT_EIGHT + MINUTE)
        ] == [second.number]


class TestTheWait:
    async def test_grows_with_the_queue(self, town: Town, overview: Overview) -> None:
        first, second, third = await tickets(town, "can_cuoc", [False] * 3)
        waits = [await overview.wait(each, AT_EIGHT) for each in (first, second, third)]
        assert all(waits)
        assert [wait.most for wait in waits if wait] == [
            0,
            25,
            None,
        ]  # the third does not fit, if all are slow
        assert [wait.least for wait in waits if wait] == [0, 10, 20]

    async def test_of_priority_people_is_shorter(self, town: Town, overview: Overview) -> None:
        *_, last, favoured = await tickets(town, "can_cuoc", [False, False, True])
        ordinary, short = await overview.wait(last, AT_EIGHT), await overview.wait(favoured, AT_EIGHT)
        assert ordinary
        assert short
        assert (short.least, short.most) == (0, 0)
        assert ordinary.least > 0

    async def test_counts_who_sits_at_the_desk_and_who_is_still_to_come(
        self, town: Town, overview: Overview
    ) -> None:
        await town.booked(seat(BEGINS + 15))
        first, second = await tickets(town, "can_cuoc", [False, False])
        called = await town.reception.call(town.act(AT_EIGHT), STATION, ["can_cuoc"], "quay_1")
        assert called.appointment
        assert called.appointment.number == first.number
        wait = await overview.wait(second, AT_EIGHT)
        assert wait
        assert wait.least == 15
        assert wait.most is not None
        assert wait.most > 30

    async def test_is_unknown_when_the_day_does_not_reach(self, town: Town, overview: Overview) -> None:
        queue = await tickets(town, "can_cuoc", [False] * 8)
        assert await overview.wait(queue[7], AT_EIGHT) is None
        closing = Closing(STATION, "a", TODAY, ("quay_1",), 0, 24 * 60)
        await town.reception.close(town.act(), closing)
        assert await overview.wait(queue[0], AT_EIGHT) is None


class TestTheLoad:
    async def test_counts_cells_open_and_taken(self, town: Town, overview: Overview) -> None:
        await town.booked(seat())
        closing = Closing(STATION, "a", DAYS[1], ("quay_2",), BEGINS, BEGINS + 30)
        await town.reception.close(town.act(), closing)
        first, second, third = await overview.load(STATION, TODAY, 3)
        assert (first.open, first.booked, first.visits, first.share) == (120, 15, 1, 0.125)
        assert (second.open, second.booked) == (90, 0)
        assert third.day == DAYS[2]

    async def test_has_no_share_where_nothing_is_open(self, overview: Overview, town: Town) -> None:
        whole = Closing(STATION, "a", TODAY, ("quay_1", "quay_2"), 0, 24 * 60)
        await town.reception.close(town.act(), whole)
        assert (await overview.load(STATION, TODAY, 1))[0].share is None
