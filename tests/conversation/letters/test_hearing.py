"""A letter's code and a year of birth, as people type them; and everything that is neither."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.edition import Edition
from bot.conversation.letters.years import year_of_birth
from bot.conversation.redaction import redact
from bot.domain.heard import Checks, Doubted, Meant, Urgent
from bot.domain.letter import drawn
from bot.domain.message import Moment
from bot.domain.session import Session
from bot.domain.step import Step
from tests.conftest import NOON

DAY = date(2026, 11, 22)
WAITS_FOR_CODE, WAITS_FOR_YEAR = (
    Session(letter="?"),
    Session(letter="K7M3PX", offers=("l:stop",), labels=("Thôi",)),
)


def heard(edition: Edition, text: str, session: Session | None = None):
    found = redact(text)
    return edition.understanding.understand(found.text, session, found.withheld, DAY)


@pytest.mark.parametrize(
    "text",
    [
        "GM-K7M3PX 1956",
        "gm k7m3px 1956",
        "GM-K7M3PX, năm sinh 1956",
        "mã giấy mời GM K7M 3PX sinh năm 56",
        "ma gm-k7m3px sn 1956 co dung khong",
        "1956 GM-K7M3PX",
        "GM-K7M3PX sinh ngày 12/3/1956",
        "GM–K7M3PX. 1956.",
        "Giấy mời có mã GM-K7M3PX, mẹ tôi sinh năm 1956, kiểm tra giúp tôi xem có thật không",
        "công an xã hẹn mẹ tôi lên trụ sở 26/11/2026, mã GM-K7M3PX, mẹ sinh 1956, có giấy đó không",
        "mã giấy mời K7M3PX, sinh 1956",
    ],
)
def test_code_and_year_in_one_message(edition: Edition, text: str) -> None:
    assert heard(edition, text) == Checks(code="K7M3PX", year=1956)


@pytest.mark.parametrize("text", ["GM-K7M3PX", "gm k7m3px có thật không", "mã GM-K7M3PX của công an xã"])
def test_a_code_alone(edition: Edition, text: str) -> None:
    assert heard(edition, text) == Checks(code="K7M3PX")


@pytest.mark.parametrize(
    "text", ["1956", "năm sinh 1956", "sinh năm 56", "56", "mẹ tôi sinh năm 1956", "12/3/1956", "1956 nhé"]
)
def test_the_year_when_it_was_asked_for(edition: Edition, text: str) -> None:
    assert heard(edition, text, WAITS_FOR_YEAR) == Checks(code="K7M3PX", year=1956)


@pytest.mark.parametrize("text", ["K7M3PX", "k7m 3px", "mã là K7M3PX", "giê em ca bảy em ba pê ích"])
def test_the_code_without_its_beginning_when_it_was_asked_for(edition: Edition, text: str) -> None:
    assert heard(edition, text, WAITS_FOR_CODE) == Checks(code="K7M3PX")


@pytest.mark.parametrize("text", ["GM-K7M3P", "GM-K7M3PXX9 1956"])
def test_a_code_with_a_letter_too_few_or_too_many_is_asked_for_again(edition: Edition, text: str) -> None:
    assert heard(edition, text) == Checks(wrong=True)


@pytest.mark.parametrize("text", ["99999", "2030", "26", "0912 345 672"])
def test_a_number_that_is_no_year_is_asked_for_again(edition: Edition, text: str) -> None:
    assert heard(edition, text, WAITS_FOR_YEAR) == Checks(code="K7M3PX", wrong=True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("mất căn cước làm lại thế nào", "can_cuoc.cap_lai"),
        ("có người xưng công an gọi bảo lên trụ sở, có thật không", "lua_dao.gia_danh_cong_an"),
        ("công an gọi bảo cập nhật VNeID qua điện thoại, có thật không", "lua_dao.gia_danh_cong_an"),
    ],
)
def test_another_question_is_answered_though_a_code_was_asked_for(
    edition: Edition, text: str, intent: str
) -> None:
    for session in (WAITS_FOR_CODE, WAITS_FOR_YEAR):
        found = heard(edition, text, session)
        assert isinstance(found, Meant)
        assert found.intent == intent


def test_a_trick_with_a_code_in_it_is_judged_first(edition: Edition) -> None:
    told = heard(
        edition,
        "công an gọi bảo có giấy mời mã GM-K7M3PX rồi bắt chuyển 50 triệu vào tài khoản tạm giữ, "
        "có thật không",
    )
    assert isinstance(told, Meant)
    assert told.told is not None
    pasted = heard(
        edition,
        "CONG AN THONG BAO: ong ba co giay moi GM-K7M3PX lien quan vu an rua tien. Truy cap "
        "http://bocongan-gov.top nop 20.000.000d tien bao lanh trong hom nay, nam sinh 1956, "
        "khong se bi bat tam giam",
    )
    assert isinstance(pasted, Doubted)


def test_a_cry_for_help_comes_before_the_code_in_it(edition: Edition) -> None:
    cry = heard(edition, "mẹ tôi vừa chuyển 300 triệu cho công an giả rồi, nó đưa mã GM-K7M3PX, cứu với")
    assert isinstance(cry, Urgent)


def test_code_and_year_are_not_taken_for_secrets() -> None:
    for text in ("GM-K7M3PX 1956", "mã GM-234AB5 sinh 1956", "ma xac nhan giay moi GM-K23456 nam sinh 1956"):
        assert redact(text).text == text


@given(st.integers(0, 19**6 - 1).map(drawn).filter(bool))
@example("MK7A2X")
def test_no_code_is_taken_for_a_password(code: str) -> None:
    for text in (f"GM-{code} 1956", f"gm {code[:3]} {code[3:]} sinh 1956".lower(), f"mã GM-{code}"):
        assert redact(text).text == text


def test_a_password_beside_a_code_is_masked_all_the_same() -> None:
    assert "abc12345" not in redact("GM-K7M3PX mk abc12345").text
    assert redact("CB-MK2A-7H3X").text == "CB-MK2A-7H3X"  # an officer's invitation


def test_the_code_waits_only_for_the_next_message(edition: Edition) -> None:
    def step(session: Session, text: str) -> Step:
        return edition.dialogue.step(session, heard(edition, text, session), Moment(NOON, "m"))

    waits = step(Session(), "GM-K7M3PX").session
    assert waits.letter == "K7M3PX"
    assert step(waits, "mất căn cước làm lại thế nào").session.letter is None
    assert step(waits, "1956").session.letter is None
    assert step(waits, "bla bli blu").session.letter in {None, "K7M3PX"}


def test_the_year_of_birth_is_in_no_session(edition: Edition) -> None:
    session = Session()
    for text in ("kiểm tra mã giấy mời", "K7M3PX", "1956"):
        session = edition.dialogue.step(session, heard(edition, text, session), Moment(NOON, "m")).session
        assert "1956" not in str(session)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1956", 1956), ("sn 1956", 1956), ("2k5", 0), ("sinh 2k5", 2005), ("56", 1956), ("08", 2008),
        ("26", 0), ("24", 0), ("1899", 0), ("2027", 0), ("26/11/2026", 0),
        ("sinh 1956, mời ngày 26/11/2026", 1956),
        ("1956 hay 1958", 0), ("19561", 0), ("0912195678", 0), ("năm sinh: 56", 1956),
    ],
)  # fmt: skip
def test_years(text: str, year: int) -> None:
    found = year_of_birth(text, DAY, asked=True)
    assert (found[0] if found else 0) == year
