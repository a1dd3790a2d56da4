"""When it is too quiet at a door: never at night, never where nobody used to write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.silence import DAYS, MANY, hour, too_quiet

NOON = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)  # half past twelve in Vietnam


def week(days: int, count: int) -> dict[int, int]:
    """So many messages at eleven on each of the last days."""
    return {hour(NOON - timedelta(days=day, hours=1)): count for day in range(1, days + 1)}


def test_three_hours_without_a_word_where_people_used_to_write_are_too_quiet() -> None:
    assert too_quiet(week(DAYS, MANY), NOON)
    assert too_quiet(week(4, MANY), NOON)


def test_where_few_write_nothing_is_too_quiet() -> None:
    assert not too_quiet({}, NOON)
    assert not too_quiet(week(DAYS, MANY - 1), NOON)
    assert not too_quiet(week(3, 100), NOON)


@given(st.integers(0, 3))
def test_one_word_ends_it(back: int) -> None:
    assert not too_quiet(week(DAYS, 100) | {hour(NOON) - back: 1}, NOON)


@given(st.integers(0, 23))
def test_never_at_night_and_never_early_in_the_morning(ahead: int) -> None:
    now = NOON + timedelta(hours=ahead)
    heard = {hour(now) - back: 50 for back in range(4, 24 * 9)}
    local = (12 + ahead) % 24
    assert too_quiet(heard, now) is (11 <= local <= 20)
