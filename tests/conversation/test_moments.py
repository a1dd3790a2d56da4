"""Moments as officers type them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.conversation.officer.moments import moment
from bot.domain.seat import LOCAL

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=LOCAL)  # Saturday


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("18:00 25/11", datetime(2026, 11, 25, 18, 0, tzinfo=LOCAL)),
        ("18h mai", datetime(2026, 11, 22, 18, 0, tzinfo=LOCAL)),
        ("18h", datetime(2026, 11, 21, 18, 0, tzinfo=LOCAL)),
        ("25/11", datetime(2026, 11, 25, 23, 59, tzinfo=LOCAL)),
        ("hết ngày 25/11", datetime(2026, 11, 25, 23, 59, tzinfo=LOCAL)),
        ("hết hôm nay", datetime(2026, 11, 21, 23, 59, tzinfo=LOCAL)),
        ("3 ngày", NOON + timedelta(days=3)), ("trong 3 ngay", NOON + timedelta(days=3)),
        ("6 tiếng nữa", NOON + timedelta(hours=6)), ("30 phút", NOON + timedelta(minutes=30)),
        ("mấy hôm nữa", None), ("cuối tuần", None), ("chiều mai", None), ("", None),
    ],
)  # fmt: skip
def test_when_a_warning_ends(said: str, at: datetime | None) -> None:
    assert moment(said, NOON, ends=True) == at


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("7 giờ", datetime(2026, 11, 22, 7, 0, tzinfo=LOCAL)),  # of the clock: seven in the morning
        ("7h sáng mai", datetime(2026, 11, 22, 7, 0, tzinfo=LOCAL)),
        ("2 giờ nữa", NOON + timedelta(hours=2)),
        ("25/11", None),  # no hour
    ],
)
def test_when_one_is_sent(said: str, at: datetime | None) -> None:
    assert moment(said, NOON, ends=False) == at
