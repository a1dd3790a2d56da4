"""What is said about hours: on ordinary days, holidays, special days, and of the two weeks to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.content.edition import Edition
from bot.conversation import coming, days_off, opening_hours
from bot.conversation.whereabouts import ADDRESS, HOURS, WEEKEND
from bot.domain.heard import Meant
from bot.domain.holiday import KINDS
from bot.domain.message import Moment
from bot.domain.session import Session
from bot.domain.station import Closure, Shift, Special, Station, Village

MONDAY, CULTURE, SATURDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 28)
moment = datetime.fromisoformat


def at(day: date) -> Moment:
    """Nine in the morning of a day in Vietnam."""
    return Moment(datetime(day.year, day.month, day.day, 2, tzinfo=UTC), "m1")


def mai_phu(edition: Edition, **more: Any) -> Station:
    return replace(edition.known.stations["mai_phu"], **more)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (MONDAY, "mở 7:30–11:30, 13:30–17:00"),
        (CULTURE, "nghỉ (Ngày Văn hoá Việt Nam)"),
        (SATURDAY, "mở 7:30–11:30 (chỉ Cư trú)"),
        (date(2026, 11, 29), "nghỉ"),
        (date(2026, 8, 22), "mở 7:30–11:30, 13:30–17:00"),
        (date(2026, 8, 31), "nghỉ (nghỉ hoán đổi, làm bù ngày 22/08/2026)"),
        (date(2026, 9, 2), "nghỉ (Quốc khánh 02/9)"),
        (date(2028, 1, 3), "nghỉ (nghỉ bù Tết Dương lịch)"),
        (date(2027, 2, 8), "nghỉ (Tết Nguyên đán)"),
    ],
)
def test_a_day_is_told_as_it_is(edition: Edition, day: date, state: str) -> None:
    assert opening_hours.state(edition.known, mai_phu(edition), day) == state


def test_hours_for_some_services_are_told_with_them(edition: Edition) -> None:
    evening = Special(MONDAY, ((1050, 1200),), services=("thu_nhan_can_cuoc",))
    station = mai_phu(edition, specials=(evening,))
    assert opening_hours.state(edition.known, station, MONDAY) == (
        "mở 7:30–11:30, 13:30–17:00; 17:30–20:00 (chỉ Làm thẻ căn cước)"
    )


def test_a_broken_desk_is_told_by_what_cannot_be_done(edition: Edition) -> None:
    broken = Closure(MONDAY, MONDAY, "hỏng máy", desks=("quay_1",))
    station = mai_phu(edition, closures=(broken,))
    assert opening_hours.state(edition.known, station, MONDAY) == (
        "mở 7:30–11:30, 13:30–17:00 (không nhận Làm thẻ căn cước)"
    )
    assert "23/11/2026 (hỏng máy; không nhận Làm thẻ căn cước)" in coming.closures(
        edition.known, station, MONDAY
    )
    spare = replace(station, closures=(replace(broken, desks=("quay_9",)),))
    assert "hỏng máy" not in coming.closures(edition.known, spare, MONDAY)


def test_a_closed_day_says_when_it_opens_again(edition: Edition) -> None:
    told = opening_hours.today(edition.known, mai_phu(edition), CULTURE)
    assert told.splitlines() == [
        "**Hôm nay, thứ 3 24/11/2026:** nghỉ (Ngày Văn hoá Việt Nam)",
        "**Mở lại:** thứ 4 25/11/2026, 7:30–11:30, 13:30–17:00",
    ]


def test_a_station_without_hours_says_nothing_about_today(edition: Edition) -> None:
    station = mai_phu(edition, hours=())
    assert opening_hours.today(edition.known, station, MONDAY) == ""
    assert list(opening_hours.weekend(edition.known, station, MONDAY)) == []


def test_the_weekend_and_the_next_holiday_are_told(edition: Edition) -> None:
    assert list(opening_hours.weekend(edition.known, mai_phu(edition), date(2027, 1, 28))) == [
        "**Thứ 7 30/01/2027:** mở 7:30–11:30 (chỉ Cư trú)",
        "**Chủ nhật 31/01/2027:** nghỉ",
        "**Nghỉ lễ gần nhất:** 04/02/2027 đến 10/02/2027 (Tết Nguyên đán)",
    ]


def test_a_holiday_that_is_opened_specially_is_told_as_open(edition: Edition) -> None:
    station = mai_phu(edition, specials=(Special(CULTURE, ((480, 660),)),))
    assert "**thứ 3 24/11/2026:** mở 8:00–11:00" in opening_hours.weekend(edition.known, station, MONDAY)


def test_what_is_open_besides_is_named_for_two_weeks(edition: Edition) -> None:
    station = mai_phu(
        edition,
        specials=(Special(date(2026, 12, 1), ((1050, 1200),), services=("thu_nhan_can_cuoc",)),),
        shifts=(Shift("tc", moment("2026-11-27 17:00"), moment("2026-11-29 17:00"), 2, ("quay_1",)),),
        villages=(
            Village("a", "nhà văn hoá thôn Đông", date(2026, 12, 2), ((480, 660),), ("cu_tru",)),
            Village("b", "nhà văn hoá thôn Tây", date(2026, 12, 20), ((480, 660),), ("cu_tru",)),
        ),
    )
    assert coming.openings(edition.known, station, MONDAY) == (
        "từ 17:00 thứ 6 27/11/2026 đến 17:00 chủ nhật 29/11/2026: "
        "thêm 2 cán bộ nhận Làm thẻ căn cước, Định danh mức 2; "
        "thứ 3 01/12/2026: 17:30–20:00 (chỉ Làm thẻ căn cước); "
        "thứ 4 02/12/2026 tại nhà văn hoá thôn Đông: 8:00–11:00, nhận Cư trú"
    )
    assert coming.openings(edition.known, mai_phu(edition), date(2026, 8, 17)) == (
        "thứ 7 22/08/2026: 7:30–11:30, 13:30–17:00 (làm bù)"
    )


def test_part_of_a_day_closed_is_told_with_its_hours(edition: Edition) -> None:
    part = Closure(MONDAY, MONDAY + timedelta(days=1), "tập huấn", ((450, 600),))
    told = coming.closures(edition.known, mai_phu(edition, closures=(part,)), MONDAY)
    assert "23/11/2026 đến 24/11/2026, 7:30–10:00 (tập huấn)" in told


@pytest.mark.parametrize("intent", [HOURS, WEEKEND])
def test_on_a_holiday_the_first_thing_said_is_that_it_is_closed(edition: Edition, intent: str) -> None:
    step = edition.dialogue.step(Session(station="mai_phu"), Meant(intent=intent), at(CULTURE))
    name, first = step.replies[0].text.split("\n\n", 1)
    assert "Mai Phụ" in name
    assert first.startswith("- **Hôm nay, thứ 3 24/11/2026:** nghỉ (Ngày Văn hoá Việt Nam)")


def test_whoever_asks_for_the_address_on_a_holiday_hears_that_it_is_closed(edition: Edition) -> None:
    step = edition.dialogue.step(Session(station="mai_phu"), Meant(intent=ADDRESS), at(CULTURE))
    assert "nghỉ (Ngày Văn hoá Việt Nam)" in step.replies[0].text


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (CULTURE, "Hôm nay 24/11/2026 là ngày nghỉ: Ngày Văn hoá Việt Nam."),
        (date(2027, 1, 30), "04/02/2027 đến 10/02/2027 (Tết Nguyên đán)"),
    ],
)
def test_a_holiday_is_told_although_the_station_is_not_known(edition: Edition, day: date, says: str) -> None:
    step = edition.dialogue.step(Session(), Meant(intent=WEEKEND), at(day))
    text = step.replies[0].text
    assert says in text
    assert text.startswith("**Hôm nay") == (day == CULTURE)
    assert text.endswith(edition.known.says("place_ask"))


def test_without_a_holiday_near_nothing_is_said_of_holidays(edition: Edition) -> None:
    assert days_off.country(edition.known, date(2026, 7, 1)) == ("", "")


def test_every_holiday_has_a_name(edition: Edition) -> None:
    assert {days_off.reason(edition.known, why) for why in edition.known.holidays.off.values()}
    assert all(f"holiday_{kind}" in edition.known.texts for kind in KINDS)
