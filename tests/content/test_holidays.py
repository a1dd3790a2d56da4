"""The national calendar: what is known of it, and what the state announces otherwise."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest

from bot.content.holidays import FIRST, LAST, HolidaysModel, announced, national
from bot.domain.holiday import Holiday, Holidays
from tests.conftest import ROOT


def announcing(**given: object) -> Holidays:
    return announced(national(), HolidaysModel.model_validate(given))


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2026-01-01", Holiday("new_year")),
        ("2026-02-16", Holiday("tet")),  # as announced: 16-20 February
        ("2026-02-20", Holiday("tet")),
        ("2026-04-26", Holiday("hung_kings")),
        ("2026-04-27", Holiday("hung_kings", substitute=True)),
        ("2026-04-30", Holiday("victory")),
        ("2026-05-01", Holiday("labour")),
        ("2026-08-31", Holiday(worked=date(2026, 8, 22))),
        ("2026-09-01", Holiday("national")),
        ("2026-09-02", Holiday("national")),
        ("2027-02-06", Holiday("tet")),
        ("2028-01-03", Holiday("new_year", substitute=True)),
    ],
)
def test_a_holiday_is_known_by_its_kind(day: str, holiday: Holiday) -> None:
    assert national().off[date.fromisoformat(day)] == holiday


@pytest.mark.parametrize("day", ["2026-02-13", "2026-02-23", "2026-05-04", "2026-08-22", "2026-12-25"])
def test_a_day_that_is_worked_is_none(day: str) -> None:
    assert date.fromisoformat(day) not in national().off


def test_a_swapped_saturday_keeps_the_hours_of_the_day_it_is_worked_for() -> None:
    assert national().weekday(date(2026, 8, 22)) == 0
    assert national().weekday(date(2026, 8, 31)) is None
    assert national().weekday(date(2026, 8, 15)) == 5


@pytest.mark.parametrize("year", range(FIRST, LAST + 1))
def test_every_year_has_its_working_days_off(year: int) -> None:
    """Eleven by the Labour Code and the Day of Culture, weekends given back; sometimes a swapped day."""
    days = [day for day in national().off if day.year == year and day.weekday() < 5]
    assert 12 <= len(days) <= 14
    assert len([day for day in days if national().off[day].kind == "tet"]) == 5


@pytest.mark.parametrize("year", range(FIRST, LAST + 1))
def test_the_days_of_tet_follow_one_another(year: int) -> None:
    days = [day for day, why in national().off.items() if day.year == year and why.kind == "tet"]
    between = [days[0] + timedelta(days=ahead) for ahead in range((days[-1] - days[0]).days + 1)]
    assert all(day in days or day.weekday() > 4 for day in between)


def test_every_kind_of_holiday_is_known_by_name() -> None:
    assert {why.kind for why in national().off.values() if not why.worked} == {
        "new_year", "tet", "hung_kings", "victory", "labour", "national", "culture",
    }  # fmt: skip


class TestAnnounced:
    def test_days_are_added_from_to(self) -> None:
        given = announcing(add=[{"from": date(2027, 2, 11), "until": date(2027, 2, 12), "name": "Tết"}])
        assert given.off[date(2027, 2, 12)] == Holiday(name="Tết")
        assert given.off[date(2027, 2, 10)] == Holiday("tet")

    def test_a_removed_day_is_worked(self) -> None:
        assert announcing(remove=[date(2026, 11, 24)]).weekday(date(2026, 11, 24)) == 1

    def test_a_removed_swap_gives_its_saturday_back(self) -> None:
        assert announcing(remove=[date(2026, 8, 31)]).weekday(date(2026, 8, 22)) == 5

    def test_a_swap_makes_one_day_off_and_the_other_worked(self) -> None:
        given = announcing(work=[{"day": date(2026, 1, 10), "for": date(2026, 1, 2)}])
        assert given.off[date(2026, 1, 2)] == Holiday(worked=date(2026, 1, 10))
        assert given.weekday(date(2026, 1, 10)) == 4

    def test_nothing_announced_changes_nothing(self) -> None:
        assert announcing() == national()


def test_an_open_desk_does_not_load_the_package() -> None:
    """It takes 20 MB; the calendar is kept with the content."""
    loads = "import sys, bot.app, bot.content.edition; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loads], cwd=ROOT, check=False).returncode == 0
