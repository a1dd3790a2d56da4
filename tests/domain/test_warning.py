"""What is wrong with a warning before anybody is told it, and which moves there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.warning import LASTS, MOVES, Bulletin, Fault, Move, State, Topic, Whose, faults, is_official

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GOOD = Bulletin(
    Topic.SCAM,
    ("mai_phu",),
    "Giả danh công an gọi cập nhật VNeID",
    "Có người tự xưng công an gọi điện, bảo cài ứng dụng để cập nhật VNeID. Bác gác máy, không cài gì.",
    NOW + timedelta(days=1),
)


def test_a_plain_warning_has_no_fault() -> None:
    assert faults(GOOD, NOW, ("gov.vn",)) == ()
    assert faults(replace(GOOD, link="https://bocongan.gov.vn/tin?id=1"), NOW, ("gov.vn",)) == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": "Tin"}, Fault.TITLE),
        ({"title": "Giả danh\ncông an"}, Fault.TITLE),
        ({"text": "Cẩn thận."}, Fault.TEXT),
        ({"text": "dài quá " * 200}, Fault.TEXT),
        ({"text": GOOD.text + "\u202e"}, Fault.LETTERS),
        ({"title": "CẢNH BÁO KHẨN CẤP TOÀN XÃ"}, Fault.SHOUTING),
        ({"text": GOOD.text + " Chia sẻ ngay!!!"}, Fault.SHOUTING),
        ({"expires": None}, Fault.NO_EXPIRY),
        ({"expires": NOW}, Fault.PAST),
        ({"expires": NOW + LASTS + timedelta(seconds=1)}, Fault.LONG),
        ({"link": "https://vneid-gov.com"}, Fault.LINK),
        ({"picture": "https://vneid-gov.com/a.jpg"}, Fault.PICTURE),
        ({"text": GOOD.text + " Xem vneid-gov.com nhé"}, Fault.LINK_INSIDE),
        ({"stations": tuple(f"s{n}" for n in range(51))}, Fault.STATIONS),
    ],
)
def test_each_fault_of_a_draft_is_named(change: dict[str, object], fault: Fault) -> None:
    assert faults(replace(GOOD, **change), NOW, ("gov.vn",)) == (fault,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "link",
    [
        "http://bocongan.gov.vn", "https://bocongan.gov.vn@evil.com", "https://evil.com/bocongan.gov.vn",
        "https://bocongangov.vn", "https://a.gov.vn:8443/", "https://a.gov.vn.evil.com", "https://a.gov.vn\\@b.c",
        "https://a.gov.vn .evil.com", "https://bộ.gov.vn", "javascript:alert(1)//a.gov.vn", "https://.gov.vn",
        "https://[::1]/", "https://a.gov.vn/" + "x" * 200, "a.gov.vn", "https://a.gov.vn:/",
    ],
)  # fmt: skip
def test_a_link_that_may_lead_elsewhere_is_none_of_the_states(link: str) -> None:
    assert not is_official(link, ("gov.vn",))


def test_what_is_over_stays_over_and_people_are_told_only_what_another_approved() -> None:
    for move, step in MOVES.items():
        again = {State.DONE} if move is Move.REPEAT else set()  # to those of whom nobody knows
        assert step.after & {State.DONE, State.EXPIRED, State.CANCELLED} == again
    into = {state: [step for step in MOVES.values() if step.to is state] for state in State}
    assert [step.whose for step in into[State.APPROVED]] == [Whose.OTHER]
    early = {State.DRAFT, State.SUBMITTED}
    assert not any(step.after & early for step in (*into[State.SENDING], *into[State.SCHEDULED]))
