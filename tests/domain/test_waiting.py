"""How long one waits: a range, and never a promise that cannot be kept."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.seat import Seat
from bot.domain.timetable import Opening
from bot.domain.waiting import Hall, Visit, Wait
from tests.domain.test_timetable import MONDAY

CARDS, OTHER = frozenset({"can_cuoc"}), frozenset({"viec_khac"})
MORNING = (Opening("q1", 450, 690, CARDS), Opening("q2", 450, 690, OTHER))
CARD = Visit("can_cuoc", 20)
visits = st.builds(Visit, st.sampled_from(["can_cuoc", "viec_khac"]), st.sampled_from([5, 15, 20, 45]))
halls = st.builds(
    Hall,
    now=st.integers(400, 700),
    opened=st.just(MORNING),
    queue=st.lists(visits, max_size=8).map(tuple),
    booked=st.lists(
        st.builds(
            Seat,
            st.just("thu"),
            st.just(MONDAY),
            st.sampled_from(["q1", "q2"]),
            st.integers(90, 135).map(lambda c: c * 5),
            st.just(15),
        ),
        max_size=4,
    ).map(tuple),
    busy=st.dictionaries(st.sampled_from(["q1", "q2"]), st.integers(450, 600)),
)


def test_an_empty_hall_serves_at_once() -> None:
    assert Hall(480, MORNING).wait(CARD) == Wait(0, 0)


def test_before_it_opens_one_waits_for_that() -> None:
    assert Hall(440, MORNING).wait(CARD) == Wait(10, 10)


def test_those_before_at_the_same_desk_are_waited_for_quick_or_slow() -> None:
    assert Hall(480, MORNING, queue=(CARD, CARD)).wait(CARD) == Wait(25, 60)


def test_those_before_at_another_desk_are_not() -> None:
    assert Hall(480, MORNING, queue=(Visit("viec_khac", 45),)).wait(CARD) == Wait(0, 0)


def test_somebody_at_the_desk_is_waited_for() -> None:
    assert Hall(480, MORNING, busy={"q1": 495}).wait(CARD) == Wait(15, 15)


def test_a_booking_is_waited_for_only_in_the_bad_case() -> None:
    booked = (Seat("thu", MONDAY, "q1", 480, 20),)
    assert Hall(480, MORNING, booked=booked).wait(CARD) == Wait(0, 30)


def test_a_turn_that_may_not_come_today_has_no_most() -> None:
    found = Hall(600, MORNING, queue=(CARD,) * 4).wait(CARD)
    assert found is not None
    assert found.most is None


def test_no_desk_for_it_or_no_time_left_is_no_wait_at_all() -> None:
    assert Hall(480, MORNING).wait(Visit("ho_chieu", 15)) is None
    assert Hall(685, MORNING).wait(CARD) is None
    assert Hall(480, MORNING, queue=(CARD,) * 40).wait(CARD) is None


@settings(max_examples=150, deadline=None)
@given(halls, visits, visits)
def test_one_more_before_never_shortens_it(hall: Hall, visit: Visit, other: Visit) -> None:
    alone, behind = hall.wait(visit), replace(hall, queue=(*hall.queue, other)).wait(visit)
    if behind is not None:
        assert alone is not None
        assert behind.least >= alone.least
        assert behind.most is None or (alone.most is not None and behind.most >= alone.most)


@settings(max_examples=150, deadline=None)
@given(halls, visits)
def test_the_least_is_not_more_than_the_most_and_whole_cells(hall: Hall, visit: Visit) -> None:
    found = hall.wait(visit)
    if found is not None:
        assert found.least >= 0
        assert found.least % 5 == 0
        assert found.most is None or (found.most >= found.least and found.most % 5 == 0)
