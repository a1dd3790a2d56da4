"""A visit moved or cancelled in words, once it is known which there are: what is looked at then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.content.edition import Edition
from bot.conversation.booking.talk import Bookings
from bot.domain.appointment import Appointment, Outcome, Result, Source, Status
from bot.domain.booking import Acted, Find, LookDays, LookTimes, Mine, Own, Times
from bot.domain.draft import CANCEL, MOVE, When
from bot.domain.heard import Changes, Gave, Wants
from bot.domain.message import Moment
from bot.domain.seat import LOCAL, Seat
from bot.domain.session import Session
from bot.domain.step import Step

AT = Moment(datetime(2026, 11, 22, 5, tzinfo=UTC), "m1")
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
CODE, OTHER = "TB-26TF2TF", "TB-644RX46"


def visit(day: date, hour: int, minute: int = 0, station: str = "mai_phu") -> Appointment:
    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)
    seat = Seat(station, day, "quay_3", hour * 60 + minute, 20)
    return Appointment(
        station, 1, Status.BOOKED, 2, "dang_ky_xe", 1, day, at, seat, Source.CHAT, False, AT.now
    )  # fmt: skip


ONE = Own(((CODE, visit(FRIDAY, 9)),))
TWO = Own(((CODE, visit(FRIDAY, 9)), (OTHER, visit(date(2026, 11, 26), 14, 10, "vung_ang"))))


@pytest.fixture(scope="module")
def bookings(edition: Edition) -> Bookings:
    return Bookings(edition.known)


def changed(bookings: Bookings, own: Own, **wish: Any) -> Step:
    """The step after the desk told which visits there are."""
    heard = Changes(intent="dat_lich.doi", **{"seeks": MOVE, **wish})
    step = bookings.changed(Session(), heard, AT)
    assert isinstance(step.request, Mine)
    return bookings.told(step.session, own, AT)


@pytest.mark.parametrize(
    ("later", "day", "begins", "ends"),
    [
        ((0, 60), FRIDAY, 9 * 60 + 15, 11 * 60 + 15),
        ((0, 30), FRIDAY, 9 * 60 + 1, 10 * 60 + 45),  # never the old time again
        ((0, -30), FRIDAY, 7 * 60 + 45, 9 * 60),
        ((3, 0), date(2026, 11, 30), 8 * 60 + 15, 10 * 60 + 15),
        ((-1, 0), date(2026, 11, 26), 8 * 60 + 15, 10 * 60 + 15),
        ((1, 60), SATURDAY, 9 * 60 + 15, 11 * 60 + 15),
    ],
)
def test_a_visit_is_put_off_from_its_own_time(
    later: tuple[int, int], day: date, begins: int, ends: int, bookings: Bookings
) -> None:
    step = changed(bookings, ONE, later=later)
    assert isinstance(step.request, LookTimes)
    assert (step.request.day, step.request.begins, step.request.ends) == (day, begins, ends)
    assert "27/11/2026, 9:00" in step.replies[0].text
    assert step.session.draft
    assert step.session.draft.moves == CODE


def test_an_hour_alone_is_of_the_day_the_visit_is(bookings: Bookings) -> None:
    step = changed(bookings, ONE, when=When((), 795, 915))
    assert isinstance(step.request, LookTimes)
    assert (step.request.day, step.request.begins) == (FRIDAY, 795)


def test_the_day_of_the_visit_itself_is_no_wish(bookings: Bookings) -> None:
    step = changed(bookings, ONE, when=When((FRIDAY.isoformat(),)))
    assert isinstance(step.request, LookDays)


def test_a_visit_cannot_be_put_back_before_today(bookings: Bookings) -> None:
    step = changed(bookings, ONE, later=(-7, 0))
    assert isinstance(step.request, LookDays)
    assert len(step.replies) == 2


def test_a_closed_day_leads_to_the_days_behind_it(bookings: Bookings) -> None:
    step = changed(bookings, ONE, later=(1, 0))
    step = bookings.told(step.session, Times(SATURDAY, (), opens=False), AT)
    assert isinstance(step.request, LookDays)
    assert step.request.since == SATURDAY
    assert step.replies[0].text.startswith("**Thứ 7, 28/11/2026")


def test_of_several_one_is_asked_and_the_wish_is_kept(bookings: Bookings) -> None:
    step = changed(bookings, TWO, later=(0, 60))
    assert step.request is None
    assert [button.choice for button in step.replies[0].buttons[:2]] == [f"b:move:{CODE}", f"b:move:{OTHER}"]
    step = bookings.chosen(step.session, f"move:{OTHER}", AT)
    step = bookings.told(step.session, TWO, AT)
    assert isinstance(step.request, LookTimes)
    assert (step.request.day, step.request.begins) == (date(2026, 11, 26), 14 * 60 + 25)


def test_what_is_not_understood_asks_again_which_of_several(bookings: Bookings) -> None:
    step = changed(bookings, TWO, later=(0, 60))
    again = bookings.unclear(step.session, AT)
    assert again
    assert isinstance(again.request, Mine)
    again = bookings.told(again.session, TWO, AT)
    assert again.replies[-1].buttons[0].choice == f"b:move:{CODE}"


def test_which_of_several_may_be_told_by_its_day(bookings: Bookings) -> None:
    step = changed(bookings, TWO, later=(0, 60))
    heard = Wants(intent="dat_lich.dat", when=When(("2026-11-26",)), goes_on=True)
    step = bookings.told(bookings.wanted(step.session, heard, AT).session, TWO, AT)
    assert isinstance(step.request, LookTimes)
    assert step.request.day == date(2026, 11, 26)


def test_the_day_of_a_visit_tells_which_is_meant(bookings: Bookings) -> None:
    step = changed(bookings, TWO, seeks=CANCEL, of=("2026-11-26",))
    assert [button.choice for button in step.replies[0].buttons[:2]] == [
        f"b:move:{OTHER}",
        f"b:cancel:{OTHER}",
    ]


def test_of_several_one_is_asked_before_it_is_cancelled(bookings: Bookings) -> None:
    step = changed(bookings, TWO, seeks=CANCEL)
    assert [button.choice for button in step.replies[0].buttons[:2]] == [f"b:show:{CODE}", f"b:show:{OTHER}"]


def test_who_has_no_visit_is_told_what_to_do(bookings: Bookings) -> None:
    step = changed(bookings, Own(()))
    assert "VNeID" in step.replies[0].text
    assert step.session.draft is None


def test_a_visit_booked_elsewhere_asks_for_the_phone_and_keeps_the_wish(bookings: Bookings) -> None:
    heard = Changes(intent="dat_lich.doi", seeks=MOVE, code=CODE, later=(0, 60))
    step = bookings.changed(Session(), heard, AT)
    step = bookings.told(step.session, Own(()), AT)
    assert step.session.draft
    assert step.session.draft.asks == "phone"
    step = bookings.gave(step.session, Gave(phone="+84912345678"), AT)
    assert isinstance(step.request, Find)
    found = Result(Outcome.DONE, visit(FRIDAY, 9))
    step = bookings.told(step.session, Acted(step.request, found, step.request.code), AT)
    assert isinstance(step.request, LookTimes)
    assert step.request.begins == 9 * 60 + 15
    assert step.session.draft
    assert step.session.draft.phone == "+84912345678"


def test_a_doubtful_day_is_asked_about_with_what_it_may_be(bookings: Bookings) -> None:
    when = When(("2026-12-05", "2026-12-13"), doubt="lunar_or_solar")
    step = changed(bookings, ONE, when=when)
    assert [button.choice for button in step.replies[-1].buttons[:1]] == ["b:day:2026-12-05"]
    assert "13/12/2026 (mùng 5 tháng 11 âm)" in step.replies[-1].text
    later = bookings.chosen(step.session, "day:2026-12-05", AT)
    assert isinstance(later.request, LookTimes)
    assert later.session.draft
    assert later.session.draft.moves == CODE


def test_both_readings_are_buttons_where_both_can_be_booked(bookings: Bookings) -> None:
    at = Moment(AT.now + timedelta(days=10), "m2")
    heard = Changes(
        intent="dat_lich.doi",
        seeks=MOVE,
        when=When(("2026-12-05", "2026-12-13"), doubt="lunar_or_solar"),
    )
    step = bookings.changed(Session(), heard, at)
    own = Own(((CODE, visit(date(2026, 12, 4), 9)),))
    step = bookings.told(step.session, own, at)
    labels = [button.label for button in step.replies[-1].buttons]
    assert labels[:2] == ["thứ 7, 05/12/2026 (dương)", "chủ nhật, 13/12/2026 (mùng 5 tháng 11 âm)"]
