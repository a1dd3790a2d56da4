"""How long one waits, as it is told."""

from __future__ import annotations

import pytest

from bot.content.rota import rota
from bot.conversation.waits import waited
from bot.domain.waiting import Wait
from tests.conftest import ROOT

KNOWN = rota(ROOT)


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (Wait(0, 5), "Đến lượt bác ngay."),
        (Wait(0, 25), "Bác chờ nhiều nhất khoảng 25 phút."),
        (Wait(15, 40), "Bác chờ khoảng 15 phút đến 40 phút."),
        (Wait(60, 75), "Bác chờ khoảng 1 giờ đến 1 giờ 15 phút."),
        (Wait(95, 200), "Bác chờ khoảng 1 giờ 30 phút đến 3 giờ 30 phút."),
    ],
)
def test_it_is_a_range_and_rough_when_it_is_long(wait: Wait, said: str) -> None:
    assert waited(KNOWN, wait) == said


@pytest.mark.parametrize("wait", [Wait(30, None), Wait(0, None), None])
def test_it_says_when_the_turn_may_not_come(wait: Wait | None) -> None:
    assert "không kịp" in waited(KNOWN, wait)
