from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.restoring import Restorer, counted
from bot.conversation.text import fold, tokens

WRITTEN = [
    "tôi muốn làm lại thẻ căn cước bị mất",
    "mất thẻ căn cước thì làm lại ở đâu",
    "mẹ tôi già yếu có phải lên trụ sở không",
    "đăng ký tạm trú cho mẹ",
    "đổi mật khẩu, khoá tài khoản",
]
RESTORER = Restorer(counted(WRITTEN))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mat the can cuoc thi lam lai o dau", "mất thẻ căn cước thì làm lại ở đâu"),
        ("doi mat khau", "đổi mật khẩu"),
        ("lam lai can cuoc bi mat", "làm lại căn cước bị mất"),
        ("Mẹ toi gia yeu", "mẹ tôi già yếu"),
        ("may tinh cua toi", "may tinh cua tôi"),
        ("", ""),
    ],
)
def test_words_are_written_as_the_words_around_them_are(typed: str, meant: str) -> None:
    assert RESTORER.restored(tokens(typed)) == meant


def test_marks_that_were_typed_stay() -> None:
    assert RESTORER.restored(tokens("má tôi")) == "má tôi"


def test_texts_without_marks_teach_nothing() -> None:
    assert not counted(["doi mat khau o dau", "lam the nao"]).words


@given(st.lists(st.sampled_from(" ".join(WRITTEN).replace(",", "").split()), max_size=12))
def test_only_marks_are_added(words: list[str]) -> None:
    bare = " ".join(map(fold, words))
    assert fold(RESTORER.restored(tokens(bare))) == bare
