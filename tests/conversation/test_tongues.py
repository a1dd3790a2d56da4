from __future__ import annotations

from datetime import date

import pytest

from bot.content.edition import Edition
from bot.conversation.tongues import is_foreign
from bot.domain.heard import Elsewhere

FOREIGN = [
    "你好，请问派出所在哪里",
    "ຂ້ອຍເສຍໜັງສືຜ່ານແດນ",
    "សួស្តី",
    "Где полиция?",
    "สวัสดีครับ",
    "경찰서 어디예요",
    "VNeID 怎么注册账号",
]
OURS = [
    "mất căn cước",
    "mat can cuoc",
    "ĐĂNG KÝ TẠM TRÚ",
    "ｍất thẻ",
    "hộ chiếu của chị Ольга",
    "123 456",
    "🍌🍌",
    "???",
    "",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_letters_of_another_script_are_foreign(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize("text", OURS)
def test_vietnamese_numbers_and_signs_are_not(text: str) -> None:
    assert not is_foreign(text)


@pytest.mark.parametrize("text", FOREIGN)
def test_who_writes_in_another_script_is_told_in_other_languages(text: str, edition: Edition) -> None:
    heard = edition.understanding.understand(text)
    assert isinstance(heard, Elsewhere)
    said = edition.known.answers[heard.refusal].body(date(2026, 11, 22)).short or ""
    assert all(words in said for words in ("113", "police", "派出所", "ຕຳຫຼວດ"))
