"""A few taps before a seat is spent, on the content as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.content.edition import Edition
from bot.conversation import errands
from bot.conversation.booking.precheck import Precheck
from bot.domain.draft import Draft
from bot.domain.errand import Errand, errand
from bot.domain.knowledge import Knowledge
from bot.domain.message import Reply

TODAY = date(2026, 11, 21)
STATION = "mai_phu"


@pytest.fixture
def known(edition: Edition) -> Knowledge:
    return edition.known


def step(known: Knowledge, draft: Draft) -> tuple[Draft, Reply | None]:
    station = known.stations[STATION]
    service = station.service(draft.service or "")
    assert service
    return Precheck(known).next(replace(draft, station=STATION), station, service, TODAY)


def pressed(known: Knowledge, service: str, *labels: str) -> tuple[Draft, Reply | None]:
    """Press these labels one after the other; what is asked then."""
    draft, asked = step(known, Draft("1", service=service))
    for label in labels:
        assert asked, f"nothing left to ask before {label}"
        chosen = {button.label: button.choice for button in asked.buttons}[label]
        draft = replace(draft, errand=errand(chosen.removeprefix("b:for:")))
        draft, asked = step(known, draft)
    return draft, asked


def test_case_sends_to_the_right_desk(known: Knowledge) -> None:
    draft, asked = pressed(known, "dinh_danh_muc_2", "Đăng ký mức 2", "Chưa có thẻ")
    assert asked is None
    assert draft.checked
    assert draft.service == "thu_nhan_can_cuoc"


def test_what_can_be_done_at_home_is_said_before_a_seat_is_spent(known: Knowledge) -> None:
    draft, asked = pressed(known, "cu_tru", "Tạm trú", "Gia hạn")
    assert not draft.checked
    assert asked
    assert "VNeID" in asked.text
    assert {button.choice for button in asked.buttons} >= {"b:anyway", "a:cu_tru.tam_tru:1"}


def test_case_nobody_has_to_come_for_is_told_so(known: Knowledge) -> None:
    _, asked = pressed(known, "thu_nhan_can_cuoc", "Trẻ dưới 14 tuổi", "Dưới 6 tuổi")
    assert asked
    assert "cháu không phải đến" in asked.text


def test_service_with_one_matter_asks_for_its_case_at_once(known: Knowledge) -> None:
    _, asked = step(known, Draft("1", service="nop_vu_khi"))
    assert asked
    assert "Nộp súng, vũ khí" in [button.label for button in asked.buttons]


def test_service_without_matters_asks_nothing(known: Knowledge) -> None:
    draft, asked = step(known, Draft("1", service="viec_khac"))
    assert asked is None
    assert draft.checked


def test_service_that_the_station_does_not_have_leads_to_those_that_do(known: Knowledge) -> None:
    station = known.stations[STATION]
    without = replace(station, services=tuple(s for s in station.services if s.id != "thu_nhan_can_cuoc"))
    draft = Draft(
        "1", station=STATION, service="dinh_danh_muc_2", errand=Errand("dinh_danh.dang_ky_muc_2", (2,))
    )
    service = without.service("dinh_danh_muc_2")
    assert service
    _, asked = Precheck(known).next(draft, without, service, TODAY)
    assert asked
    assert "b:station:vung_ang" in [button.choice for button in asked.buttons]


def test_told_once_with_papers_and_fee_of_the_case(known: Knowledge) -> None:
    draft, _ = pressed(known, "thu_nhan_can_cuoc", "Trẻ dưới 14 tuổi", "Từ 6 đến dưới 14")
    draft = replace(draft, station=STATION)
    told = Precheck(known).told(draft, TODAY)
    assert "Trẻ dưới 14 tuổi: Từ 6 đến dưới 14" in told
    assert "giấy khai sinh" in told
    assert "0 đ" in told
    assert Precheck(known).told(replace(draft, told=True), TODAY) == ""


def test_every_case_of_every_service_comes_to_an_end_with_its_buttons(known: Knowledge) -> None:
    """Nobody is left without a way on, and no choice is longer than a button of Telegram carries."""
    ends = 0
    for service in known.stations[STATION].services:
        waiting = [Draft("1", service=service.id)]
        while waiting:
            draft, asked = step(known, waiting.pop())
            if asked is None:
                ends += 1
                continue
            choices = [button.choice for button in asked.buttons]
            assert "b:no" in choices
            assert all(len(choice.encode()) <= 64 for choice in choices)
            further = [choice for choice in choices if choice.startswith("b:for:")]
            assert further or "b:anyway" in choices or any(c.startswith("b:station:") for c in choices)
            waiting += [replace(draft, errand=errand(c.removeprefix("b:for:"))) for c in further]
            ends += not further
    assert ends > 60


@pytest.mark.parametrize("written", ["", "x", "a.b:", "a.b:1.", "A.b", "a.b:1:2", "a.b:-1"])
def test_what_is_no_errand_is_none(written: str) -> None:
    assert errand(written) is None


def test_errand_is_read_as_it_was_written(known: Knowledge) -> None:
    for wanted in (Errand("can_cuoc.cap_lai"), Errand("can_cuoc.cap_lai", (0, 1))):
        assert errand(str(wanted)) == wanted
    assert errands.label(known, Errand("can_cuoc.cap_lai", (9, 9)), TODAY) == "Mất, hỏng thẻ"
    assert errands.label(known, Errand("khong.co"), TODAY) == ""
