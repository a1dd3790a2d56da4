"""Replies as a bot's messages: plain words, numbered lines, as few messages as can be."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_bot.showing import TEXT, Shown, lettered, show
from bot.domain.message import Button, Link, Reply

NUMBERED, LETTERED = "Bác nhắn **số** để chọn:", "Nhắn **chữ và số** ở đầu dòng để chọn:"
YES, NO = Button("Có", "k:yes"), Button("Không", "k:no")
texts = st.text("aăâđeêghiklmnoôơ \n🙂", min_size=1, max_size=3_000).filter(str.strip)


def test_buttons_are_lines_counted_through_all_replies() -> None:
    [message] = show((Reply("**Một**", (YES, NO)), Reply("Hai", (Button("Thôi", "b"),))), NUMBERED)
    assert message.text == (
        "Một\n\nBác nhắn số để chọn:\n1. Có\n2. Không\n\nHai\n\nBác nhắn số để chọn:\n3. Thôi"
    )
    assert message.call("c") == ("sendMessage", {"chat_id": "c", "text": message.text})


def test_words_keep_their_stars_where_they_are_no_marks() -> None:
    [message] = show((Reply("Giá 5 * 3, mục #2"),), NUMBERED)
    assert message.text == "Giá 5 * 3, mục #2"


def test_numbers_to_call_and_one_source_are_lines() -> None:
    links = (
        Link("Công an", "tel:113"),
        Link("Cổng dịch vụ công", "https://dichvucong.gov.vn"),
        Link("Luật", "https://x.vn"),
    )
    [message] = show((Reply("Gọi ngay.", links=links),), NUMBERED)
    assert message.text == "Gọi ngay.\n\nCông an: 113\n\nCổng dịch vụ công: https://dichvucong.gov.vn"


def test_a_picture_takes_the_words_under_it() -> None:
    [message] = show((Reply("Cảnh báo", picture="https://x.vn/a.jpg"),), NUMBERED)
    assert message == Shown("Cảnh báo", "https://x.vn/a.jpg")
    assert message.call("c")[0] == "sendPhoto"
    [alone] = show((Reply("", picture="https://x.vn/a.jpg"),), NUMBERED)
    assert alone == Shown("", "https://x.vn/a.jpg")


def test_nothing_is_no_message() -> None:
    assert show((), NUMBERED) == ()


def test_what_answers_nobody_has_codes_instead_of_numbers() -> None:
    [message] = show((Reply("Nhắc hẹn 1. Mang thẻ", (YES, NO)),), NUMBERED)
    coded = lettered(message, ["Có", "Không"], "K", (NUMBERED, LETTERED))
    assert coded.text == "Nhắc hẹn 1. Mang thẻ\n\nNhắn chữ và số ở đầu dòng để chọn:\nK1. Có\nK2. Không"


@given(st.lists(st.tuples(texts, st.integers(0, 12)), min_size=1, max_size=3))
def test_every_message_fits_and_no_word_is_lost(parts: list[tuple[str, int]]) -> None:
    replies = tuple(Reply(text, (YES,) * count) for text, count in parts)
    messages = show(replies, NUMBERED)
    labels = ["Có"] * sum(count for _, count in parts)
    for message in messages:
        for each in (message, lettered(message, labels, "K", (NUMBERED, LETTERED))):
            assert 0 < len(each.text.encode("utf-16-le")) // 2 <= TEXT
    lines = re.findall(r"^(\d+)\. Có$", "\n".join(each.text for each in messages), re.MULTILINE)
    assert lines == [str(number) for number in range(1, len(labels) + 1)]
    words = [word for text, _ in parts for word in text.split()]
    assert [word for each in messages for word in each.text.split() if word in words] == words
