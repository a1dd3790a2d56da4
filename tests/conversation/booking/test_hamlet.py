"""Who asks officers to come is told from who asks whether they do; and what is a place from what is not."""

from __future__ import annotations

import pytest

from bot.conversation.booking.hamlet import asks_home, place, withdraws
from bot.conversation.text import clean, fold


@pytest.mark.parametrize(
    "text",
    [
        "xin công an đến nhà làm thẻ cho ba tôi bị tai biến",
        "Nhờ cán bộ xã xuống tận nhà chụp ảnh cho ông nội nằm liệt",
        "mong các chú về nhà lăn tay cho mệ tui với",
        "đăng ký làm căn cước tại nhà cho bà ngoại 93 tuổi",
        "em xin làm cccd tai nha cho chi gai bi bai liet",
        "Kính đề nghị Công an phường cử người đến nơi ở của cụ để thu nhận căn cước",
        "nho ca toi nha lam the cho chong gay chan",
    ],
)
def test_a_request_is_heard(text: str) -> None:
    assert asks_home(fold(clean(text)))


@pytest.mark.parametrize(
    "text",
    [
        "có làm tại nhà không",
        "xin hỏi công an có đến nhà làm thẻ được không ạ",
        "đăng ký làm tại nhà thì gọi ai",
        "muốn xin cán bộ đến nhà thì cần giấy tờ gì",
        "xin làm thẻ tại nhà mất bao nhiêu tiền",
        "nhờ công an xuống nhà làm thẻ được nỏ",
        "xin công an về tận nhà thủ tục ra sao",
        "tôi đã đăng ký làm tại nhà mà chưa thấy ai đến",
        "công an đến nhà tôi đòi xem căn cước",
        "rút tên đăng ký làm tại nhà giúp tôi",
        "làm căn cước tại nhà",
    ],
)
def test_a_question_about_it_is_none(text: str) -> None:
    assert not asks_home(fold(clean(text)))


@pytest.mark.parametrize(
    ("text", "whether"),
    [
        ("rút tên làm tại nhà giúp tôi", True),
        ("hủy lịch công an đến nhà làm thẻ", True),
        ("thôi không cần cán bộ đến nhà nữa", True),
        ("muốn hủy làm tại nhà thì làm thế nào", False),
        ("xin công an đến nhà làm thẻ", False),
    ],
)
def test_a_request_is_taken_back(text: str, whether: bool) -> None:
    assert withdraws(fold(clean(text))) is whether


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("xóm 5, đối diện trạm y tế", "xóm 5, đối diện trạm y tế"),
        ("to dan pho 3", "to dan pho 3"),
        ("Đông Thắng", "Đông Thắng"),
        ("số nhà 12/4 đường Trần Phú.", "số nhà 12/4 đường Trần Phú"),
        ("thôn Bình, gọi 0912 345 678 chỉ đường", "thôn Bình, gọi chỉ đường"),
        ("thôn *Bình* <b> [x](http://a)", "thôn Bình b x (http://a)"),
        ("thon khong ten, nha cuoi duong", "thon khong ten, nha cuoi duong"),
    ],
)
def test_a_place_is_kept_as_it_was_written(text: str, found: str) -> None:
    assert place(clean(text)) == found


@pytest.mark.parametrize(
    "text",
    ["", "?", "0912345678", "thôi", "thôi không ghi nữa", "lệ phí bao nhiêu", "mất bao lâu thì đến",
     "phải mang giấy tờ gì", "sao lại hỏi chỗ ở?", "xóm nào cũng được à?", "nhà tôi " * 30],
)  # fmt: skip
def test_what_is_no_answer_is_no_place(text: str) -> None:
    assert place(clean(text)) == ""


def test_a_plain_question_of_its_own_is_no_place_unless_it_names_one() -> None:
    assert place("đổi thẻ căn cước hết hạn", sure=True) == ""
    assert place("thôn Hết Hạn", sure=True) == "thôn Hết Hạn"


def test_a_long_place_is_cut_at_a_word() -> None:
    found = place("xóm 5 " + "đi thẳng rồi rẽ phải " * 7)
    assert len(found) <= 120
    assert found.endswith(("đi", "thẳng", "rồi", "rẽ", "phải"))
