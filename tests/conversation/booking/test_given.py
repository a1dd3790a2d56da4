"""Which messages are taken for what a booking asked for."""

from __future__ import annotations

import pytest

from bot.conversation.booking.given import given
from bot.domain.draft import Draft
from bot.domain.heard import Chose, Gave, Guess
from bot.domain.ticket import Ticket, Tickets

TICKETS = Tickets(["mai_phu", "thanh_sen"])
CODE = TICKETS.code(Ticket("mai_phu", 1234))
ASKS = Draft("d", asks="contact")
SCAM = (
    "có số 0912345678 gọi tôi xưng công an bảo chuyển tiền vào tài khoản an toàn ngay "
    "trong hôm nay không thì bắt"
)


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("Trần Thị Bốn 0912345678", "Trần Thị Bốn", "+84912345678"),
        ("tran thi bon", "Tran Thi Bon", ""),
        ("0912 345 678", "", "+84912345678"),
        ("dạ con tên là Hòa, sđt 0383.123.456 ạ", "Hòa", "+84383123456"),
    ],
)
def test_name_and_phone_are_heard_where_they_were_asked_for(text: str, name: str, phone: str) -> None:
    assert given(text, ASKS, (), TICKETS) == Gave(name=name, phone=phone)
    assert given(text, None, (), TICKETS) is None


def test_digits_that_nobody_can_be_called_at_are_told() -> None:
    assert given("12345678", ASKS, (), TICKETS) == Gave(wrong=True)


@pytest.mark.parametrize("text", [SCAM, "mất bao lâu thì xong", "sao phải cho số điện thoại?"])
def test_a_story_and_a_question_are_no_name(text: str) -> None:
    assert given(text, ASKS, (), TICKETS) is None


def test_a_question_that_is_sure_is_no_name() -> None:
    assert given("lệ phí căn cước", ASKS, (Guess("can_cuoc.le_phi", 0.95),), TICKETS) is None


@pytest.mark.parametrize("written", [CODE, CODE.lower(), CODE.replace("-", " "), f"mã của tôi là {CODE} ạ"])
def test_a_code_is_heard_however_it_is_written(written: str) -> None:
    heard = given(written, None, (), TICKETS)
    assert isinstance(heard, Gave)
    assert TICKETS.read(heard.code) == (Ticket("mai_phu", 1234),)


def test_a_mistyped_code_is_taken_for_one_and_a_notice_is_not() -> None:
    assert given("TB-2222222", None, (), TICKETS) == Gave(code="TB-2222222")
    assert given("tb nop phat nguoi la that hay gia", None, (), TICKETS) is None


@pytest.mark.parametrize(
    "text", ["thôi không đặt nữa", "thoi ko dat lich nua", "không hẹn nữa", "dạ thôi bỏ lịch"]
)
def test_one_may_stop_in_words(text: str) -> None:
    assert given(text, Draft("d"), (), TICKETS) == Chose(choice="b:no")
    assert given(text, None, (), TICKETS) is None
