from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.redaction import MASK, redact
from bot.domain.message import Secret

CARD, CODE, PASSWORD, ACCOUNT = Secret.CARD, Secret.CODE, Secret.PASSWORD, Secret.ACCOUNT

PRIVATE = [
    ("số căn cước tôi là 042085001234", CARD),
    ("cccd 042 085 001 234 nhé", CARD),
    ("CCCD: 042.085.001.234", CARD),
    ("042-085-001-234", CARD),
    ("so dinh danh cua me e 042185001234 a", CARD),
    ("cmnd cũ 183456789", CARD),
    ("chứng minh số 183 456 789", CARD),
    ("thẻ visa của em 4111 1111 1111 1111", CARD),
    ("４１１１１１１１１１１１１１１１", CARD),
    ("mã otp là 482913", CODE),
    ("otp 4 8 2 9 1 3", CODE),
    ("OTP: 482-913", CODE),
    ("nó gửi mã xác nhận 4829 đọc cho nó được không", CODE),
    ("482913 là mã otp của em", CODE),
    ("otp nó báo một hai ba bốn năm sáu", CODE),
    ("mật khẩu của tôi là Hoa@1985", PASSWORD),
    ("mk vneid: hoa1985", PASSWORD),
    ("pass la hoahong", PASSWORD),
    ("passcode em đặt là 135790", PASSWORD),
    ("mã pin 2580", PASSWORD),
    ("chuyển vô stk 19036789012 giúp", ACCOUNT),
    ("số tài khoản 0912345678 ngân hàng mb", ACCOUNT),
    ("tk 711A12345678 vietinbank 1234567", ACCOUNT),
    ("vcb 0011004123456", ACCOUNT),
]

PUBLIC = [
    "hết 35.000 đ hay 35000 đồng vậy",
    "sinh ngày 12/03/1985",
    "hạn đến 31/12/2026 phải không",
    "12-3-1985",
    "gọi 1900 0368 bấm phím 4",
    "gọi 113 hay 114",
    "số bảo hộ công dân +84 981 84 84 84",
    "số 0912 345 678 gọi em hoài",
    "mã lịch hẹn TB-7K3M9Q",
    "mã lịch hẹn TB-2345678",
    "mã số otp của lịch là tb 234 5678",
    "tb7k3m9q2",
    "Nghị định 320/2026/NĐ-CP điều 14",
    "mật khẩu là gì thế",
    "quên mật khẩu vneid thì làm sao",
    "mật khẩu phải từ 8 đến 20 ký tự",
    "mã otp năm 2026 không về",
    "otp có hiệu lực 3 phút",
    "nó đòi chuyển 120000000 đồng",
    "mất 1.250.000.000 đ",
    "con tôi 14 tuổi, sinh năm 2012",
    "làm căn cước mức 2 mất 3 ngày",
    "biển số 38A-123.45",
    "pass wifi quán này là gì",
]


@pytest.mark.parametrize(("text", "kind"), PRIVATE)
def test_private_numbers_are_masked(text: str, kind: Secret) -> None:
    found = redact(text)
    assert found.withheld == {kind}
    assert MASK in found.text
    assert not re.search(r"\d{4}", found.text)


@pytest.mark.parametrize("text", PUBLIC)
def test_other_numbers_stay(text: str) -> None:
    found = redact(text)
    assert found.withheld == frozenset()
    assert MASK not in found.text


def test_a_message_with_several_secrets_loses_them_all() -> None:
    found = redact("cccd 042085001234, otp 482913, mk Hoa@1985, stk 19036789012")
    assert found.withheld == {CARD, CODE, PASSWORD, ACCOUNT}
    assert not any(char.isdigit() for char in found.text)


def test_zero_width_characters_do_not_hide_a_card() -> None:
    assert redact("04208\u200b5001\u200d234").withheld == {CARD}


def test_words_around_a_secret_stay_readable() -> None:
    assert redact("mã otp là 482913 mà không vào được").text == f"mã otp là {MASK} mà không vào được"


@given(st.text(max_size=400))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == redact(redact(once).text).text


@given(
    st.integers(0, 96), st.integers(0, 3), st.integers(0, 99), st.integers(0, 999_999), st.sampled_from(" .-")
)
def test_any_personal_number_in_any_grouping(
    province: int, sex: int, year: int, serial: int, gap: str
) -> None:
    digits = f"{province:03}{sex}{year:02}{serial:06}"
    grouped = gap.join([digits[:3], digits[3:6], digits[6:9], digits[9:]])
    for written in (digits, grouped, f"cccd {digits}", f"số của tôi {grouped} ạ"):
        assert digits not in re.sub(r"\D", "", redact(written).text)
