"""When people are reminded: never at night, never of what they have just done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.appointment import Appointment, Source, Status
from bot.domain.reminder import AT_LEAST, Kind, reminders, waking
from bot.domain.seat import LOCAL

QUIET = (21, 7)
DAY = date(2026, 11, 24)
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


def visit(hour: int, minute: int = 0, made: datetime = LONG_AGO, number: int = 0) -> Appointment:
    at = datetime(2026, 11, 24, hour, minute, tzinfo=LOCAL)
    return Appointment(
        "mai_phu", number, Status.BOOKED, 2, "cu_tru", 1, DAY, at, None, Source.CHAT, False, made
    )


def times(appointment: Appointment) -> dict[str, str]:
    return {each.kind: f"{each.since.astimezone(LOCAL):%d %H:%M}" for each in reminders(appointment, QUIET)}


@pytest.mark.parametrize(
    ("at", "soon"),
    [
        ((14, 0), "24 12:00"),
        ((9, 0), "24 07:00"),
        ((7, 45), "24 07:00"),  # two hours before is night
        ((7, 30), "24 07:00"),
        ((7, 20), None),  # the evening's has to do
        ((2, 0), None),
        ((22, 0), "24 20:00"),
        ((23, 30), "24 20:00"),  # a support shift goes on at night
    ],
)
def test_the_evening_before_and_two_hours_before_but_not_at_night(
    at: tuple[int, int], soon: str | None
) -> None:
    assert times(visit(*at)) == {Kind.EVE: "23 18:00"} | ({Kind.SOON: soon} if soon else {})


def test_who_has_just_booked_is_not_reminded_of_it() -> None:
    made = datetime(2026, 11, 23, 17, 30, tzinfo=LOCAL)
    assert times(visit(9, made=made)) == {Kind.SOON: "24 07:00"}
    assert times(visit(9, made=datetime(2026, 11, 24, 7, 10, tzinfo=LOCAL))) == {}


def test_the_evenings_messages_are_spread_and_end_before_the_night() -> None:
    evening = [reminders(visit(9, number=number), QUIET)[0] for number in range(1000)]
    since = {each.since.astimezone(LOCAL).hour for each in evening}
    assert since == {18, 19}
    assert {each.until.astimezone(LOCAL).hour for each in evening} == {21}


@given(
    st.integers(0, 24 * 12 - 1), st.integers(0, 10**6), st.integers(0, 10 * 24 * 60),
)  # fmt: skip
def test_no_reminder_can_be_sent_at_night_or_after_the_visit_began(cell: int, number: int, ago: int) -> None:
    at = datetime(2026, 11, 24, tzinfo=LOCAL) + timedelta(minutes=5 * cell)
    made = at - timedelta(minutes=ago)
    found = reminders(visit(at.hour, at.minute, made, number), QUIET)
    for each in found:
        since, last = (moment.astimezone(LOCAL) for moment in (each.since, each.until - timedelta(seconds=1)))
        assert made < each.since < each.until <= at
        assert 7 <= since.hour < 21
        assert 7 <= last.hour < 21
        assert since.date() == last.date()
        assert at - each.since >= AT_LEAST


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001 - made local below
def test_what_comes_up_at_night_waits_for_the_morning(local: datetime) -> None:
    moment = local.replace(tzinfo=LOCAL)
    woken = waking(moment, QUIET).astimezone(LOCAL)
    assert 7 <= woken.hour < 21
    assert timedelta(0) <= woken - moment <= timedelta(hours=10)
    assert (woken == moment) == (7 <= moment.hour < 21)
