"""The calendar of a station: days written down one by one, and what holds on all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.files import load
from bot.content.holidays import HolidaysModel, announced, national
from bot.content.stations import StationFile, built
from bot.conversation.days import VIETNAM
from bot.domain.holiday import ORDINARY, Holidays
from bot.domain.seat import Seat
from bot.domain.seating import changed, days, fits, packed, places, quota
from bot.domain.station import Closure, Service, Shift, Special, Station, Village
from bot.domain.timetable import DAY, Opening, away, free, hours, offered, openings, place_of, seats
from tests.conftest import ROOT
from tests.domain import calendars as some

TABLE: dict[str, Any] = load(ROOT / "tests" / "data" / "days.yaml", "days.yaml").data
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MONDAY = date(2026, 11, 23)


def station(**more: Any) -> Station:
    file = {"thu": TABLE["station"] | more}
    return built(StationFile.model_validate(file))["thu"]


def minutes(shift: Shift, day: date) -> set[int]:
    """The minutes of a day that lie in a shift, counted one by one."""
    midnight = datetime.combine(day, datetime.min.time())
    return {
        minute
        for minute in range(DAY)
        if shift.begins <= midnight + timedelta(minutes=minute) < shift.ends
        and any(begins <= minute < ends for begins, ends in shift.spans or ((0, DAY),))
    }


def covered(opened: tuple[Opening, ...], desk: str) -> set[int]:
    return {minute for each in opened if each.desk == desk for minute in range(each.begins, each.ends)}


def told(opening: Opening, of: Station) -> str:
    """An opening as the table writes it."""
    begins, ends = (f"{at // 60:02}:{at % 60:02}" for at in (opening.begins, opening.ends))
    place = f"@{opening.place}" if opening.place else ""
    shift = next((each for each in of.shifts if opening.desk in each.seats), None)
    all_ = of.served(*(shift.desks if shift else (opening.desk,)))
    services = "" if opening.services == all_ else " " + " ".join(sorted(opening.services))
    return f"{opening.desk}{place} {begins}-{ends}{services}"


@pytest.mark.parametrize("row", TABLE["days"], ids=lambda row: row["about"])
def test_a_day_is_open_as_written(row: dict[str, Any]) -> None:
    here = station(**row.get("with", {}))
    holidays = announced(national(), HolidaysModel.model_validate(row.get("holidays", {})))
    assert [told(each, here) for each in openings(here, row["day"], holidays)] == row["open"]


class TestOpenings:
    @quick
    @given(some.stations, some.days, some.calendars)
    def test_are_sorted_apart_and_inside_the_day(self, here: Station, day: date, holidays: Holidays) -> None:
        opened = openings(here, day, holidays)
        assert all(0 <= each.begins < each.ends <= DAY for each in opened)
        assert all(each.begins % 5 == each.ends % 5 == 0 for each in opened)
        for first, second in pairwise(opened):
            assert first.desk != second.desk or first.ends <= second.begins
        assert [desk for desk, _ in groupby(opened, key=lambda each: each.desk)] == list(
            dict.fromkeys(each.desk for each in opened)
        )

    @quick
    @given(some.stations, some.days, some.closures())
    def test_a_closed_time_has_none(self, here: Station, day: date, closure: Closure) -> None:
        closed = replace(here, closures=(*here.closures, closure))
        opened = openings(closed, day, national())
        if closure.first <= day <= closure.last:
            for each in opened:
                if each.desk in closure.desks or (not closure.desks and each.place is None):
                    for begins, ends in closure.spans or ((0, DAY),):
                        assert each.ends <= begins or ends <= each.begins

    @quick
    @given(some.services, some.any_day)
    def test_lunch_is_never_open_and_a_holiday_not_at_all(
        self, services: tuple[Service, ...], day: date
    ) -> None:
        here = replace(station(), hours=some.EVERY_DAY, services=services)
        opened = openings(here, day, national())
        assert all(each.ends <= some.LUNCH[0] or each.begins >= some.LUNCH[1] for each in opened)
        assert bool(opened) == (day not in national().off)

    @quick
    @given(some.shifts())
    def test_of_a_shift_are_exactly_its_time(self, shift: Shift) -> None:
        here = station(closures=[])
        here = replace(here, shifts=(replace(shift, desks=("q1",)),))
        day = shift.begins.date() - timedelta(days=1)
        while day <= shift.ends.date() + timedelta(days=1):
            opened = openings(here, day, national())
            for desk in shift.seats:
                assert covered(opened, desk) == minutes(shift, day)
            day += timedelta(days=1)

    @quick
    @given(some.stations, some.days, some.calendars)
    def test_together_are_the_hours_of_the_station(
        self, here: Station, day: date, holidays: Holidays
    ) -> None:
        opened = [each for each in openings(here, day, holidays) if each.place is None]
        open_ = {minute for each in opened for minute in range(each.begins, each.ends)}
        assert {m for begins, ends in hours(here, day, holidays) for m in range(begins, ends)} == open_
        for each in offered(here, day, holidays):
            at = [one for one in opened if one.begins <= each.begins < one.ends]
            assert each.services == frozenset().union(*(one.services for one in at))

    def test_a_closure_takes_the_cells_it_touches(self) -> None:
        closed = replace(station(), closures=(Closure(MONDAY, MONDAY, "họp", ((482, 483),), ("q1",)),))
        assert [each.begins for each in openings(closed, MONDAY) if each.desk == "q1"] == [450, 485, 810]

    def test_hours_without_services_are_hours_all_the_same(self) -> None:
        here = replace(station(), services=(), hours=some.EVERY_DAY)
        assert hours(here, MONDAY) == ((450, 690), (810, 1020))
        assert seats(here, "can_cuoc", MONDAY) == ()


class TestSeats:
    @quick
    @given(some.stations, some.days, st.integers(1, 3))
    def test_lie_in_time_their_desk_is_open_for_them(self, here: Station, day: date, people: int) -> None:
        for service in here.services:
            found = seats(here, service.id, day, people, national())
            assert list(found) == sorted(found, key=lambda seat: seat.begins)
            opened = [each for each in openings(here, day, national()) if service.id in each.services]
            for seat in (*found, *away(here, service.id, day, people)):
                assert seat.minutes == -(-service.minutes // 5) * 5 * people
                assert {*range(seat.begins, seat.ends)} <= covered(tuple(opened), seat.desk)
            assert all(fits(here, service.id, seat, national()) for seat in found[:3])
            assert all(place_of(here, seat.desk) is None for seat in found)

    @quick
    @given(some.stations, some.days, some.closures())
    def test_a_closure_only_takes_away(self, here: Station, day: date, closure: Closure) -> None:
        closed = replace(here, closures=(*here.closures, closure))
        for service in some.SERVICES:
            assert {*seats(closed, service, day, 1, national())} <= {
                *seats(here, service, day, 1, national())
            }
            assert {*away(closed, service, day)} <= {*away(here, service, day)}

    @quick
    @given(some.stations, some.days, some.shifts("them"), some.specials)
    def test_a_shift_and_a_special_opening_only_add(
        self, here: Station, day: date, shift: Shift, special: Special
    ) -> None:
        more = replace(here, shifts=(*here.shifts, shift), specials=(*here.specials, special))
        for service in some.SERVICES:
            assert {*seats(here, service, day, 1, national())} <= {*seats(more, service, day, 1, national())}

    def test_more_services_for_part_of_the_time_cut_no_seat_in_two(self) -> None:
        saturday = date(2026, 11, 28)  # q2 serves only cu_tru
        special = Special(saturday, ((480, 600),), services=("viec_khac",))
        more = replace(station(), specials=(special,))
        assert len(openings(more, saturday)) > len(openings(station(), saturday))
        assert seats(more, "cu_tru", saturday) == seats(station(), "cu_tru", saturday)

    def test_the_first_desk_of_a_service_comes_first(self) -> None:
        first, second = seats(station(), "viec_khac", MONDAY)[:2]
        assert (first.desk, second.desk) == ("q1", "q2")
        assert first.begins == second.begins == 450

    def test_people_who_come_together_have_one_long_seat(self) -> None:
        assert {each.minutes for each in seats(station(), "cu_tru", MONDAY, 3)} == {60}
        assert seats(station(), "cu_tru", MONDAY, 13) == ()

    def test_an_unknown_service_has_none(self) -> None:
        assert seats(station(), "ho_chieu", MONDAY) == ()

    def test_of_a_village_session_are_given_apart(self) -> None:
        village = Village("ld", "thôn Đông", MONDAY, ((480, 540),), ("can_cuoc",))
        here = replace(station(), villages=(village,))
        assert seats(here, "can_cuoc", MONDAY) == seats(station(), "can_cuoc", MONDAY)
        assert {each.desk for each in away(here, "can_cuoc", MONDAY)} == {"ld_1"}
        assert places(here, "can_cuoc", MONDAY) == ("thôn Đông",)
        assert places(here, "cu_tru", MONDAY) == ()

    @pytest.mark.parametrize(
        "day", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31)]
    )
    def test_begin_seven_hours_earlier_in_utc_the_whole_year(self, day: date) -> None:
        seat = Seat("thu", day, "q1", 450, 15)
        assert seat.at == datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC)
        assert seat.at.astimezone(VIETNAM).date() == day


class TestFree:
    def test_a_taken_cell_takes_every_seat_over_it(self) -> None:
        all_ = seats(station(), "can_cuoc", MONDAY)
        left = free(all_, {"q1": frozenset({8 * 12})})  # 8:00-8:05
        assert {each.begins for each in all_} - {each.begins for each in left} == {470, 475, 480}

    def test_another_desk_is_untouched_and_what_has_begun_is_gone(self) -> None:
        all_ = seats(station(), "can_cuoc", MONDAY)
        assert free(all_, {"q2": frozenset(range(288))}) == all_
        assert min(each.begins for each in free(all_, {}, since=600)) == 600

    @quick
    @given(some.stations, some.days, st.sets(st.integers(0, 287), max_size=40))
    def test_packed_they_follow_one_another_and_begin_where_the_free_time_does(
        self, here: Station, day: date, taken: set[int]
    ) -> None:
        for service in some.SERVICES:
            left = free(seats(here, service, day), {"q1": frozenset(taken)})
            kept = packed(left)
            assert {*kept} <= {*left}
            by_desk: dict[str, list[Seat]] = {}
            for seat in kept:
                by_desk.setdefault(seat.desk, []).append(seat)
            assert all(
                first.ends <= second.begins
                for listed in by_desk.values()
                for first, second in pairwise(listed)
            )
            assert {seat.desk for seat in left} == {*by_desk}
            assert all(
                any(seat.begins < one.ends and one.begins < seat.ends for one in by_desk[seat.desk])
                for seat in left
            )


class TestQuota:
    def test_is_a_share_of_the_open_cells(self) -> None:
        # Two desks, 7 h 30 min each: 2 * 90 cells, half of them through the chat.
        assert quota(station(), "viec_khac", MONDAY) == 90

    @quick
    @given(some.stations, some.days)
    def test_is_never_more_than_there_is_and_at_least_one_visit(self, here: Station, day: date) -> None:
        for service in here.services:
            found = quota(here, service.id, day, national())
            open_ = sum(
                (each.ends - each.begins) // 5
                for each in openings(here, day, national())
                if service.id in each.services
            )
            if service.online_share == 1:
                assert found is None
            elif service.online_share == 0:
                assert found == 0
            else:
                assert found is not None
                assert min(open_, service.minutes // 5) <= found <= open_

    def test_days_that_can_be_booked_begin_today(self) -> None:
        service = Service("a", "a", 15, ("q1",), days_ahead=2)
        assert days(service, date(2028, 2, 28)) == (date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1))


class TestChanged:
    def booked(self, here: Station, service: str = "can_cuoc", day: date = MONDAY) -> list[tuple[str, Seat]]:
        return [(service, seat) for seat in packed((*seats(here, service, day), *away(here, service, day)))]

    @quick
    @given(some.stations, some.days)
    def test_nothing_is_lost_when_nothing_changes(self, here: Station, day: date) -> None:
        for service in some.SERVICES:
            assert changed(here, here, self.booked(here, service, day)) == ()

    def test_a_closed_morning_loses_the_morning(self) -> None:
        closed = station(
            closures=[{"from": MONDAY, "until": MONDAY, "reason": "họp", "spans": ["07:30-11:30"]}]
        )
        lost = changed(station(), closed, self.booked(station()))
        assert [seat.begins for _, seat in lost] == list(range(450, 690, 15))

    def test_a_desk_that_no_longer_serves_it_loses_all(self) -> None:
        before = station()
        services = tuple(replace(each, desks=("q2",)) for each in before.services)
        booked = self.booked(before)
        assert changed(before, replace(before, services=services), booked) == tuple(booked)

    def test_an_officer_less_loses_the_last_desk_of_the_shift(self) -> None:
        at = datetime.fromisoformat
        shift = Shift("tc", at("2026-11-28 08:00"), at("2026-11-28 09:00"), 2, ("q1",))
        before = replace(station(), shifts=(shift,))
        after = replace(station(), shifts=(replace(shift, officers=1),))
        lost = changed(before, after, self.booked(before, day=date(2026, 11, 28)))
        assert {seat.desk for _, seat in lost} == {"tc_2"}

    def test_a_village_session_that_moves_elsewhere_loses_all(self) -> None:
        village = Village("ld", "thôn Đông", date(2026, 11, 29), ((480, 540),), ("can_cuoc",))
        before = replace(station(), villages=(village,))
        after = replace(station(), villages=(replace(village, place="thôn Tây"),))
        booked = self.booked(before, day=village.day)
        assert changed(before, after, booked) == tuple(booked)

    def test_a_holiday_announced_later_loses_its_day(self) -> None:
        given = HolidaysModel.model_validate(
            {"add": [{"from": MONDAY, "until": MONDAY, "name": "Quốc tang"}]}
        )
        booked = self.booked(station())
        assert changed(station(), station(), booked, ORDINARY, announced(ORDINARY, given)) == tuple(booked)

    def test_longer_visits_and_hours_keep_what_is_booked(self) -> None:
        before = station()
        services = tuple(replace(each, minutes=45) for each in before.services)
        assert changed(before, replace(before, services=services), self.booked(before)) == ()

    def test_a_visit_put_in_by_hand_after_hours_is_not_listed(self) -> None:
        late = ("can_cuoc", Seat("thu", MONDAY, "q1", 1200, 15))
        closed = station(closures=[{"from": MONDAY, "until": MONDAY, "reason": "họp"}])
        assert changed(station(), closed, [late]) == ()
