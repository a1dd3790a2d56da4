"""Places in the talk: what is taken for one, what is said, what becomes of the session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.content import places
from bot.content.edition import Edition
from bot.conversation import coming
from bot.conversation.dialogue import Dialogue
from bot.conversation.whereabouts import ADDRESS, HOURS
from bot.domain.heard import Chose, Elsewhere, Handed, Meant, Named, Urgent
from bot.domain.message import Kind, Moment
from bot.domain.session import Session
from bot.domain.station import Closure

AT = Moment(datetime(2026, 11, 22, 5, tzinfo=UTC), "m1")


def after(edition: Edition, *messages: str, session: Session | None = None) -> Session:
    session = session or Session()
    for text in messages:
        heard = edition.understanding.understand(text, session)
        session = edition.dialogue.step(session, heard, AT).session
    return session


@pytest.mark.parametrize(
    "text", ["xã Phù Lưu", "mai phụ", "tui o thach my loc ha", "xã Mai Phụ công an ở đâu"]
)
def test_a_place_is_an_address(edition: Edition, text: str) -> None:
    heard = edition.understanding.understand(text)
    assert isinstance(heard, Named)
    assert heard.intent == ADDRESS


def test_what_is_asked_about_a_place_stays_the_question(edition: Edition) -> None:
    heard = edition.understanding.understand("công an xã Toàn Lưu mấy giờ mở cửa")
    assert isinstance(heard, Named)
    assert heard.intent == HOURS


@pytest.mark.parametrize(
    "text",
    [
        "đăng ký tạm trú ở phường Thành Sen cần giấy tờ gì",
        "an ninh",
        "hợp đồng",
        "mất căn cước ở xã Mai Phụ làm lại thế nào",
    ],
)
def test_another_question_keeps_its_answer(edition: Edition, text: str) -> None:
    assert not isinstance(edition.understanding.understand(text), Named)


def test_a_cry_for_help_that_names_a_place_is_a_cry_for_help(edition: Edition) -> None:
    assert isinstance(edition.understanding.understand("cháy nhà ở xã Mai Phụ cứu với"), Urgent)


def test_the_first_station_found_becomes_that_of_the_talk_and_stays_until_another_is_chosen(
    edition: Edition,
) -> None:
    session = after(edition, "xã Mai Phụ")
    assert session.station == "mai_phu"
    session = after(edition, "phường Thành Sen", session=session)
    assert session.station == "mai_phu"
    session = edition.dialogue.step(session, Chose(choice="p:s:thanh_sen"), AT).session
    assert session.station == "thanh_sen"


def test_only_references_are_remembered_and_for_one_message(edition: Edition) -> None:
    session = after(edition, "xã Tân Tiến")
    assert session.places
    assert all(ref[0] in "codkt" and " " not in ref for ref in session.places)
    assert after(edition, "mất căn cước", session=session).places == ()


def test_an_old_button_of_a_place_that_is_no_more_says_so(edition: Edition) -> None:
    stale = edition.known.says("stale")
    for choice in ("p:c99999", "p:s:nowhere", "p:dhuyen_la-dau", "p:", "p:x", "p:g:no.such"):
        step = edition.dialogue.step(Session(), Chose(choice=choice), AT)
        assert step.replies[0].text == stale, choice


def test_every_button_fits_the_smallest_door() -> None:
    gazetteer = places.gazetteer()
    refs = [*gazetteer.districts, *gazetteer.was, *(f"t{code}" for code in gazetteer.provinces)]
    assert max(len(f"p:{ref}") for ref in refs) <= 64
    assert all(f"p:{ref}".isascii() for ref in refs)


def test_a_shared_location_offers_the_nearest_and_decides_nothing(edition: Edition) -> None:
    heard = Handed(kind=Kind.LOCATION, spot=(18.461, 105.849))
    step = edition.dialogue.step(Session(), heard, AT)
    labels = [button.label for button in step.replies[0].buttons]
    assert labels[0] == "Xã Lộc Hà"
    assert set(labels[1:]) == {"Xã Hồng Lộc", "Xã Mai Phụ", "Nơi khác"}
    assert step.session.station is None
    assert "18.46" not in f"{step}"


def test_a_location_far_from_every_commune_asks_for_the_name(edition: Edition) -> None:
    step = edition.dialogue.step(Session(), Handed(kind=Kind.LOCATION, spot=(40.0, 10.0)), AT)
    assert step.replies[0].text == edition.known.says("handed_location")
    assert isinstance(edition.understanding.understand("nghèn", step.session), Named)


def test_a_general_answer_asks_for_the_commune_and_a_station_answers_for_itself(edition: Edition) -> None:
    heard = Meant(intent=HOURS)
    general = edition.dialogue.step(Session(), heard, AT)
    assert general.replies[0].text.endswith(edition.known.says("place_ask"))
    own = edition.dialogue.step(Session(station="mai_phu"), heard, AT)
    assert "thứ 2 – thứ 6: 7:30–11:30, 13:30–17:00; thứ 7: 7:30–11:30" in own.replies[0].text
    assert edition.known.says("station_demo") in own.replies[0].text


def test_closures_of_the_next_two_weeks_are_named(edition: Edition) -> None:
    known = edition.known
    closed = (
        Closure(date(2026, 12, 1), date(2026, 12, 1), "tập huấn"),
        Closure(date(2026, 12, 4), date(2026, 12, 5), "chuyển trụ sở"),
        Closure(date(2027, 1, 1), date(2027, 1, 1), "Tết Dương lịch"),
        Closure(date(2026, 11, 2), date(2026, 11, 3), "đã qua"),
    )
    station = replace(
        known.stations["mai_phu"], closures=closed, phone="0239 000 000", address="thôn Mai Lâm"
    )
    known = replace(known, stations={"mai_phu": station})
    day = date(2026, 11, 22)
    assert coming.closures(known, station, day) == (
        "24/11/2026 (Ngày Văn hoá Việt Nam); 01/12/2026 (tập huấn); 04/12/2026 đến 05/12/2026 (chuyển trụ sở)"
    )
    step = Dialogue(known, places.gazetteer()).step(Session(), Chose(choice="p:s:mai_phu"), AT)
    assert "thôn Mai Lâm" in step.replies[0].text
    assert "0239 000 000" in step.replies[0].text
    assert "01/12/2026 (tập huấn)" in step.replies[0].text


def test_another_commune_of_the_same_name_lends_no_station(edition: Edition) -> None:
    step = edition.dialogue.step(Session(), Named(places=("c19222",), intent=ADDRESS), AT)
    assert step.session.station is None


def test_a_lost_answer_is_told_what_to_type_and_thanks_are_not(edition: Edition) -> None:
    asked = Session(places=("?",))
    lost = edition.understanding.understand("hoa sen xanh", asked)
    assert isinstance(lost, Named)
    assert not lost.places
    assert not isinstance(edition.understanding.understand("cảm ơn nhé", asked), Named | Elsewhere)
