"""The lunar calendar: days that are known from elsewhere, and what holds of every day of the table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.times import lunar


@pytest.mark.parametrize(
    ("today", "tet"),
    [  # as public holidays have them; in 2030 Tết is a day before the Chinese new year
        (date(2026, 11, 22), date(2027, 2, 6)),
        (date(2027, 3, 1), date(2028, 1, 26)),
        (date(2028, 3, 1), date(2029, 2, 13)),
        (date(2029, 3, 1), date(2030, 2, 2)),
        (date(2030, 3, 1), date(2031, 1, 23)),
        (date(2034, 3, 1), date(2035, 2, 8)),
        (date(2039, 3, 1), date(2040, 2, 12)),
    ],
)
def test_tet_is_on_its_day_and_its_eve_the_day_before(today: date, tet: date) -> None:
    assert lunar.coming(1, lunar.FIRST, today) == tet
    assert lunar.eve(30, today) == tet - timedelta(1)


def test_the_mid_autumn_and_the_hung_kings_feasts() -> None:
    assert lunar.coming(15, 8, date(2026, 6, 1)) == date(2026, 9, 25)
    assert lunar.coming(10, 3, date(2027, 1, 1)) == date(2027, 4, 16)


def test_a_month_said_twice_counts_the_first_time_until_it_is_gone() -> None:
    assert lunar.coming(1, 5, date(2028, 5, 1)) == date(2028, 5, 24)
    assert lunar.coming(1, 5, date(2028, 6, 1)) == date(2028, 6, 23)


@given(st.dates(date(2026, 2, 17), date(2039, 1, 1)), st.integers(1, 29))
def test_each_day_of_the_moon_comes_within_a_month_and_two_days(today: date, day: int) -> None:
    found = lunar.coming(day, None, today)
    assert found is not None
    assert 0 <= (found - today).days <= 30


@given(st.dates(date(2026, 2, 17), date(2039, 1, 1)), st.integers(1, 29), st.integers(1, 12))
def test_each_date_of_the_moon_comes_within_thirteen_months(today: date, day: int, month: int) -> None:
    found = lunar.coming(day, month, today)
    assert found is not None
    assert 0 <= (found - today).days <= 384


def test_beyond_the_table_nothing_is_made_up() -> None:
    assert lunar.coming(5, 12, date(2045, 1, 1)) is None
    assert lunar.coming(5, 12, date(2020, 1, 1)) is None
    assert lunar.eve(30, date(2045, 1, 1)) is None
    assert lunar.month(1, date(2045, 1, 1)) is None
    assert lunar.following(1, date(2045, 1, 1)) is None


@given(st.dates(date(2026, 2, 17), date(2040, 12, 31)))
def test_a_day_of_the_sun_is_the_day_of_the_moon_that_leads_back_to_it(day: date) -> None:
    found = lunar.moon(day)
    assert found
    first = lunar.coming(*found, day)
    assert first is not None
    assert first >= day
    assert first == day or (first - day).days > 29  # of a month said twice, or the year after


def test_outside_the_table_there_is_no_moon() -> None:
    assert lunar.moon(date(2020, 1, 1)) is None
    assert lunar.moon(date(2026, 11, 23)) == (15, 10)
