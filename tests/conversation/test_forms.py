"""What a visit says in the fields of a template: short, on any day, of nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.content.loading import knowledge
from bot.conversation.forms import LIMITS, visit
from bot.domain.appointment import Appointment, News, Source, Status
from bot.domain.delivery import CANCELLED, REMINDER
from bot.domain.knowledge import Knowledge
from bot.domain.seat import Seat
from tests.conftest import ROOT

DAY = date(2026, 12, 1)
SEAT = Seat("mai_phu", DAY, "quay_1", 8 * 60, 15)
BOOKED = Appointment(
    "mai_phu", 7, Status.BOOKED, 1, "thu_nhan_can_cuoc", 1, DAY, SEAT.at, SEAT, Source.CHAT, False,
    datetime(2026, 11, 20, tzinfo=UTC),
)  # fmt: skip
CODE = "TB-26P35E4"


@pytest.fixture(scope="module")
def content() -> Knowledge:
    return knowledge(ROOT)


def test_says_the_visit_with_a_day_that_reads_the_same_whenever_it_comes(content: Knowledge) -> None:
    form = visit(content, BOOKED, CODE)
    assert form.kind == REMINDER
    fields = dict(form.fields)
    assert fields.keys() == LIMITS.keys()
    assert (fields["code"], fields["day"], fields["time"]) == (CODE, "thứ 3, 01/12/2026", "8:00")
    assert fields["service"] == "Làm thẻ căn cước"
    assert "Mai Phụ" in fields["station"]


@pytest.mark.parametrize(
    ("status", "news", "kind"),
    [
        (Status.BOOKED, News.MOVED, REMINDER),
        (Status.BOOKED, News.RESTORED, REMINDER),
        (Status.CANCELLED, News.CANCELLED, CANCELLED),
        (Status.DISPLACED, None, CANCELLED),
    ],
)
def test_of_a_visit_that_is_off_is_another_template(
    content: Knowledge, status: Status, news: News | None, kind: str
) -> None:
    assert visit(content, replace(BOOKED, status=status, news=news), CODE).kind == kind


def test_no_field_of_any_service_of_any_station_is_too_long_or_empty(content: Knowledge) -> None:
    for id_, station in content.stations.items():
        long = replace(station, address="Thôn Đông, cạnh nhà văn hoá, " * 9)
        known = replace(content, stations={**content.stations, id_: long})
        for service in station.services:
            form = visit(known, replace(BOOKED, station=id_, service=service.id, people=9), CODE)
            assert all(0 < len(text) <= LIMITS[name] for name, text in form.fields)
    assert dict(form.fields)["station"].endswith("…")
