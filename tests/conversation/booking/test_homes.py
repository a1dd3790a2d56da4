"""How a request for a visit at home stands, as those who asked read it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.content.edition import Edition
from bot.conversation.booking.homes import Homes
from bot.conversation.booking.telling import Telling
from bot.domain.booking import Own
from bot.domain.home import HomeStatus, HomeVisit, Plan

TODAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)
MADE = datetime(2026, 11, 22, 2, tzinfo=UTC)


def visit(plan: Plan | None = None, station: str = "mai_phu", number: int = 12) -> HomeVisit:
    status = HomeStatus.PLANNED if plan else HomeStatus.WAITING
    return HomeVisit(station, number, status, 1, "tai_nha", MADE, plan, int(plan is not None))


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "đang chờ Công an xã Mai Phụ hẹn ngày đến nhà"),
        (Plan(THURSDAY, 0, 720), "Công an xã Mai Phụ hẹn đến nhà **thứ 5, 26/11/2026, buổi sáng**"),
        (Plan(THURSDAY, 720, 1110), "buổi chiều"),
        (Plan(THURSDAY), "hẹn đến nhà **thứ 5, 26/11/2026**"),
        (Plan(THURSDAY, 480, 570), "từ 8:00 đến 9:30"),
    ],
)
def test_a_request_says_whether_a_day_is_set(edition: Edition, plan: Plan | None, said: str) -> None:
    homes = Homes(edition.known)
    reply = Telling(edition.known, homes).own(Own((), homes=(visit(plan),)), TODAY)
    assert said in reply.text
    assert "số 12" in reply.text
    assert reply.buttons[0].choice == "b:withdraw:mai_phu:12"


def test_each_of_several_has_a_button_that_says_which(edition: Edition) -> None:
    two = (visit(), visit(number=13))
    reply = Telling(edition.known, Homes(edition.known)).own(Own((), homes=two), TODAY)
    assert [each.label for each in reply.buttons[:2]] == ["Rút tên số 12", "Rút tên số 13"]


def test_at_a_station_that_is_no_more_nothing_is_blank(edition: Edition) -> None:
    text = Homes(edition.known).state(visit(station="khong_con"), TODAY)
    assert "đang chờ trụ sở Công an hẹn ngày" in text
