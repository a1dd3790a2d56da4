"""How the desk says a day and a time, and that it understands itself."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.content.edition import Edition
from bot.conversation.times.saying import worded
from bot.conversation.times.wishes import when

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "begins", "said"),
    [
        (date(2026, 12, 1), None, "thứ 3, 01/12/2026"),
        (date(2026, 12, 1), 13 * 60 + 30, "thứ 3, 01/12/2026, 13:30"),
        (date(2026, 11, 23), 7 * 60 + 45, "sáng mai, thứ 2 23/11, 7:45"),
        (date(2026, 11, 23), 15 * 60, "chiều mai, thứ 2 23/11, 15:00"),
        (date(2026, 11, 23), None, "ngày mai, thứ 2 23/11"),
        (date(2026, 11, 22), None, "hôm nay, chủ nhật 22/11"),
        (date(2026, 11, 22), 11 * 60 + 30, "trưa nay, chủ nhật 22/11, 11:30"),
        (date(2026, 11, 22), 19 * 60, "tối nay, chủ nhật 22/11, 19:00"),
        (date(2026, 11, 21), None, "thứ 7, 21/11/2026"),
    ],
)
def test_days_are_said_as_people_say_them(edition: Edition, day: date, begins: int | None, said: str) -> None:
    assert worded(edition.known, day, SUNDAY, begins) == said


def test_what_the_desk_says_it_understands_when_it_is_said_back(edition: Edition) -> None:
    for ahead in range(1, 100):
        day = SUNDAY + timedelta(ahead)
        for begins in (None, 450, 690, 810, 1000):
            wish = when(worded(edition.known, day, SUNDAY, begins), SUNDAY, time(7))
            assert wish is not None
            assert [choice.first for choice in wish.choices] == [day]
            assert wish.doubts == ()
            assert begins is None or (wish.choices[0].hours and wish.choices[0].hours.at == begins)
