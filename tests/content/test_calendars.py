"""A calendar of a station that cannot be meant, and what an officer is told about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.content import calendars
from bot.content.edition import Edition
from bot.content.files import load
from bot.content.hints import hints
from bot.content.holidays import announced, national
from bot.content.stations import StationFile, built
from bot.conversation import opening_hours
from bot.domain.knowledge import Knowledge
from bot.services.almanac import Almanac

TODAY = date(2026, 11, 22)
STATION = """\
thu:
  name: Công an xã Thử
  commune: xã Thử
  province: Hà Tĩnh
  hours:
    - {days: [t2, t3, t4, t5, t6], spans: ["07:30-11:30", "13:30-17:00"]}
    - {days: [t7], spans: ["07:30-11:30"], services: [cu_tru]}
  services:
    - {id: can_cuoc, name: Căn cước, minutes: 15, desks: [q1], checklist: [can_cuoc.cap_lai]}
    - {id: cu_tru, name: Cư trú, minutes: 20, desks: [q2]}
"""


def read(edition: Edition, folder: Path, text: str) -> tuple[Knowledge, list[str]]:
    """What the content knows with this stations.yaml, and what is wrong with that."""
    path = folder / "stations.yaml"
    path.write_text(text, "utf-8")
    document = load(path, "stations.yaml")
    assert not document.problems
    file = StationFile.model_validate(document.data)
    known = replace(edition.known, stations=built(file), holidays=announced(national(), file.holidays))
    return known, [str(problem) for problem in calendars.problems(known, document)]


DAY = "day: 2026-12-06"
TWO = "officers: 2, desks: [q1]"
ENDS = "until: 2026-11-29 17:00"


@pytest.mark.parametrize(
    ("section", "entries", "says"),
    [
        ("closures", ["from: 2026-12-02, until: 2026-12-01, reason: họp"], "đứng sau ngày kết thúc"),
        ("closures", ['from: 2026-12-01, until: 2026-12-01, reason: " "'], "ghi lý do nghỉ"),
        ("closures", ["from: 2026-12-01, until: 2026-12-01, reason: họp, desks: [q9]"], "tên «q9»"),
        ("specials", [DAY + ', spans: ["11:30-07:30"]'], "giờ mở phải trước giờ đóng"),
        ("specials", [DAY + ', spans: ["07:32-11:30"]'], "chia hết cho 5"),
        ("specials", [DAY + ', spans: ["07:30-11:30", "11:00-12:00"]'], "chồng lên nhau"),
        (
            "specials",
            [DAY + ', spans: ["07:30-11:30"]', DAY + ', spans: ["11:00-12:00"], desks: [q2]'],
            "07:30-11:30 và 11:00-12:00 chồng lên nhau",
        ),
        ("specials", [DAY + ', spans: ["07:30-11:30"], services: [ho_chieu]'], "dịch vụ «ho_chieu»"),
        ("shifts", [f"id: tc, from: 2026-11-30 17:00, {ENDS}, {TWO}"], "đứng sau ngày kết thúc"),
        ("shifts", [f"id: tc, from: 2026-11-27 17:03, {ENDS}, {TWO}"], "chia hết cho 5"),
        ("shifts", [f"id: tc, from: 2026-11-27 17:00, {ENDS}, officers: 2, desks: [q3]"], "tên «q3»"),
        (
            "villages",
            [f'id: ld, {DAY}, place: thôn, spans: ["08:00-11:00"], services: [cu_tru]'] * 2,
            "«ld» đã dùng",
        ),
    ],
)
def test_nonsense_is_told_with_its_line(
    edition: Edition, tmp_path: Path, section: str, entries: list[str], says: str
) -> None:
    more = f"  {section}:" + "".join(f"\n    - {{{entry}}}" for entry in entries)
    _, found = read(edition, tmp_path, STATION + more + "\n")
    last = (STATION + more).count("\n") + 1
    assert len(found) == 1
    assert says in found[0]
    assert found[0].startswith(f"stations.yaml:{last}:")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("minutes: 15", "minutes: 12", "minutes phải chia hết cho 5"),
        ("minutes: 15", "minutes: 240, days_ahead: 7", ""),
        ("[can_cuoc.cap_lai]", "[can_cuoc.cap_moi_toanh]", "«can_cuoc.cap_moi_toanh»"),
        ("id: cu_tru, name", "id: can_cuoc, name", "«can_cuoc» đã dùng"),
        (
            'spans: ["07:30-11:30", "13:30-17:00"]}',
            'spans: ["07:30-11:30"], desks: [q2]}',
            "không quầy nào mở",
        ),
        ('spans: ["07:30-11:30", "13:30-17:00"]}', 'spans: ["07:30-07:40"]}', "không buổi nào mở lâu thế"),
        ("days: [t7]", "days: [t6]", ""),
    ],
)
def test_what_a_service_needs_is_looked_at(
    edition: Edition, tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in STATION
    _, found = read(edition, tmp_path, STATION.replace(old, new, 1))
    assert any(says in each for each in found) if says else not found


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("add: [{from: 2027-02-05, until: 2027-02-01, name: Tết}]", "đứng sau ngày kết thúc"),
        ("work: [{day: 2027-02-13, for: 2027-02-13}]", "làm bù (work)"),
        ("work: [{day: 2027-02-12, for: 2027-02-13}]", "13/02/2027"),
    ],
)
def test_an_announcement_that_cannot_be_is_told(
    edition: Edition, tmp_path: Path, given: str, says: str
) -> None:
    _, found = read(edition, tmp_path, f"holidays:\n  {given}\n{STATION}")
    assert len(found) == 1
    assert says in found[0]


class TestHints:
    def keys(self, known: Knowledge, today: date = TODAY) -> list[str]:
        return [hint.key for hint in hints(known, today)]

    def test_a_shift_in_the_past_is_no_mistake(self, edition: Edition, tmp_path: Path) -> None:
        shift = (
            "  shifts:\n    - {id: tc, from: 2026-11-13 17:00, until: 2026-11-15 17:00, officers: 2,"
            ' desks: [q1], spans: ["07:30-11:30"]}\n'
        )
        known, found = read(edition, tmp_path, STATION + shift)
        assert not found
        assert "past" in self.keys(known)
        assert "past" not in self.keys(known, date(2026, 11, 15))

    def test_a_shift_through_the_night_is_asked_about(self, edition: Edition, tmp_path: Path) -> None:
        shift = f"  shifts:\n    - {{id: tc, from: 2026-11-27 17:00, {ENDS}, {TWO}}}\n"
        assert "night" in self.keys(read(edition, tmp_path, STATION + shift)[0])
        hours = shift.replace("desks: [q1]", 'desks: [q1], spans: ["07:30-17:00"]')
        assert "night" not in self.keys(read(edition, tmp_path, STATION + hours)[0])

    def test_an_opening_that_a_closure_takes_back_is_pointed_at(
        self, edition: Edition, tmp_path: Path
    ) -> None:
        both = (
            '  specials:\n    - {day: 2026-12-06, spans: ["07:30-11:30"]}\n'
            "  closures:\n    - {from: 2026-12-05, until: 2026-12-06, reason: bão}\n"
        )
        assert "taken_back" in self.keys(read(edition, tmp_path, STATION + both)[0])

    def test_tet_as_it_was_worked_out_is_to_be_compared_until_something_is_announced(
        self, edition: Edition, tmp_path: Path
    ) -> None:
        soon = date(2027, 1, 10)
        assert self.keys(read(edition, tmp_path, STATION)[0], soon) == ["worked_out"]
        given = "holidays:\n  add: [{from: 2027-02-04, until: 2027-02-10, name: Tết Nguyên đán}]\n"
        assert self.keys(read(edition, tmp_path, given + STATION)[0], soon) == []

    def test_a_saturday_that_stays_open_beside_tet_is_asked_about(
        self, edition: Edition, tmp_path: Path
    ) -> None:
        # Tết 2026 ended on Friday 20 February.
        known, _ = read(edition, tmp_path, STATION)
        found = [hint.blanks["day"] for hint in hints(known, date(2026, 2, 1)) if hint.key == "bridge"]
        assert found == ["21/02/2026"]

    def test_a_calendar_about_to_end_says_so(self, edition: Edition) -> None:
        assert "calendar_ends" in self.keys(edition.known, date(2039, 3, 1))
        assert "calendar_ends" not in self.keys(edition.known)


@pytest.mark.parametrize(
    ("service", "says"),
    [
        ("{id: x, name: X}", "thiếu minutes hoặc desks"),
        ("{id: x, name: X, minutes: 15}", "thiếu minutes hoặc desks"),
        ("{id: x, name: X, at_home: true, desks: [q1]}", "không có minutes, desks"),
        ("{id: x, name: X, at_home: true, minutes: 15}", "không có minutes, desks"),
    ],
)
def test_a_service_has_desks_or_is_at_home(edition: Edition, tmp_path: Path, service: str, says: str) -> None:
    _, problems = read(edition, tmp_path, f"{STATION}    - {service}\n")
    assert len(problems) == 1
    assert says in problems[0]


def test_officers_who_come_keep_no_hours_and_give_no_seats(edition: Edition, tmp_path: Path) -> None:
    text = f"{STATION}    - {{id: nha, name: Tại nhà, at_home: true, checklist: [can_cuoc.cap_lai]}}\n"
    known, problems = read(edition, tmp_path, text)
    assert problems == []
    week = [date(2026, 11, 23 + ahead) for ahead in range(7)]
    assert not any(Almanac(lambda: known).seats("thu", "nha", day) for day in week)
    monday = opening_hours.state(known, known.stations["thu"], date(2026, 11, 23))
    assert "Tại nhà" not in monday
    village = 'villages: [{id: v, day: 2026-12-05, place: thôn, spans: ["08:00-11:00"], services: [nha]}]'
    _, problems = read(edition, tmp_path, f"{text}  {village}\n")
    assert len(problems) == 1
    assert "không mở theo giờ" in problems[0]
