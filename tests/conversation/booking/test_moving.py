"""Wishes for a visit that is booked: put off, moved, cancelled; asked about, or not meant."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.edition import Edition
from bot.domain.draft import CANCEL, MOVE, When
from bot.domain.heard import Changes, Wants
from bot.domain.session import Session

SUNDAY = date(2026, 11, 22)
HOUR, DAY = 60, 24 * 60

LATER = [
    ("lùi lịch của tôi 1 tiếng", (0, 60)),
    ("lui lich hen lai nua tieng", (0, 30)),
    ("lùi lịch hẹn 30p đc hem", (0, 30)),
    ("cho em lùi lịch 2h với ạ", (0, 120)),
    ("đẩy lịch sớm lên 30 phút", (0, -30)),
    ("dời lịch hẹn sớm hơn 1 tiếng được không", (0, -60)),
    ("nhích lịch lên trước một ngày được nỏ", (-1, 0)),
    ("dời lịch lại hai bữa", (2, 0)),
    ("hoãn lịch hẹn một tuần", (7, 0)),
    ("xin lùi lịch một tiếng rưỡi", (0, 90)),
    ("kéo lịch lên sớm 2 ngày", (-2, 0)),
    ("đẩy lịch hẹn của mệ muộn hơn 15 phút", (0, 15)),
    ("dời lịch hẹn muộn hơn chút được không", (0, 60)),
]


@pytest.mark.parametrize(("text", "later"), LATER)
def test_a_visit_is_put_off_by_so_much(text: str, later: tuple[int, int], edition: Edition) -> None:
    heard = edition.understanding.understand(text, day=SUNDAY)
    assert isinstance(heard, Changes), heard
    assert (heard.seeks, heard.later, heard.when) == (MOVE, later, When())


TO = [
    ("dời lịch sang ngày mai", When(("2026-11-23",))),
    ("cho em chuyển lịch qua thứ 5 tuần sau", When(("2026-11-26",))),
    ("doi lich hen sang chieu t5", When(("2026-11-26",), 12 * HOUR, 1110)),
    ("đổi lịch của tui sang 9h sáng mai", When(("2026-11-23",), 495, 615)),
    ("đổi giờ hẹn sang 2h chiều", When((), 795, 915)),
    ("đổi slot 8h qua 14h vs", When((), 795, 915)),
    ("chuyển lịch hẹn sang thứ 3 hoặc thứ 4 đều được", When(("2026-11-24", "2026-11-25"))),
    ("choa xin dời lịch lại bựa thứ tư", When(("2026-11-25",))),
    ("đổi lịch hẹn", When()),
    ("đổi lịch giúp em với", When()),
]


@pytest.mark.parametrize(("text", "when"), TO)
def test_a_visit_is_moved_to_another_time(text: str, when: When, edition: Edition) -> None:
    heard = edition.understanding.understand(text, day=SUNDAY)
    assert isinstance(heard, Changes), heard
    assert (heard.seeks, heard.later, heard.when) == (MOVE, (0, 0), when)


def test_the_old_day_tells_which_visit_is_meant(edition: Edition) -> None:
    heard = edition.understanding.understand("đổi lịch hẹn từ thứ 3 sang thứ 5", day=SUNDAY)
    assert isinstance(heard, Changes)
    assert (heard.of, heard.when.days) == (("2026-11-24",), ("2026-11-26",))


def test_a_visit_is_named_by_its_day_and_put_off(edition: Edition) -> None:
    heard = edition.understanding.understand("lùi lịch thứ 6 một tiếng giúp tui", day=SUNDAY)
    assert isinstance(heard, Changes)
    assert (heard.of, heard.later, heard.when) == (("2026-11-27",), (0, 60), When())


CANCELLED = [
    ("huỷ lịch", ()),
    ("hủy lịch hẹn giúp tôi", ()),
    ("huy lich hen thu 5", ("2026-11-26",)),
    ("e muốn hủy lịch ngày mai ạ", ("2026-11-23",)),
    ("cho tui bỏ lịch hẹn nghe", ()),
    ("lịch hẹn của tôi hủy giúp nhé", ()),
]


@pytest.mark.parametrize(("text", "of"), CANCELLED)
def test_a_visit_is_cancelled(text: str, of: tuple[str, ...], edition: Edition) -> None:
    heard = edition.understanding.understand(text, day=SUNDAY)
    assert isinstance(heard, Changes), heard
    assert (heard.seeks, heard.of) == (CANCEL, of)


@pytest.mark.parametrize(
    "text",
    [
        "đổi lịch trên vneid chỗ nào",
        "đổi được mấy lần",
        "hủy lịch có mất phí không",
        "đổi lịch hẹn kiểu gì",
        "sao không đổi lịch được",
        "đổi thẻ căn cước hết hạn",
        "chuyển khẩu về nhà chồng tuần sau",
        "đặt lịch làm căn cước sáng mai",
        "chuyển tiền nhầm tài khoản",
        "có người gọi bảo đổi lịch hẹn rồi gửi link",
        "hủy tài khoản vneid",
        "lịch sử xe bị phạt",
        "xin lý lịch tư pháp đòi giấy gì",
        "đặt cho bố em lịch hẹn sáng thứ 3",
        "dat cho bo em lich hen lam the",
        "đến muộn nửa tiếng có sao không",
        "nhắn ở đây đặt lịch luôn đc k",
    ],
)
def test_what_is_asked_about_or_of_another_matter_changes_nothing(text: str, edition: Edition) -> None:
    assert not isinstance(edition.understanding.understand(text, day=SUNDAY), Changes)


SHOWN = Session(
    offers=("b:move:TB-26TF2TF", "b:cancel:TB-26TF2TF", "m"), labels=("Đổi giờ", "Hủy lịch", "Các mục")
)


@pytest.mark.parametrize(
    ("text", "seeks", "later", "days"),
    [
        ("đẩy sớm lên 30 phút", MOVE, (0, -30), ()),
        ("dời sang ngày mai", MOVE, (0, 0), ("2026-11-23",)),
        ("cho em chuyển qua thứ 5 tuần sau", MOVE, (0, 0), ("2026-11-26",)),
        ("lui lai 1 tieng nha", MOVE, (0, 60), ()),
        ("hủy đi", CANCEL, (0, 0), ()),
    ],
)
def test_a_visit_on_show_is_the_one_that_is_meant(
    text: str, seeks: str, later: tuple[int, int], days: tuple[str, ...], edition: Edition
) -> None:
    heard = edition.understanding.understand(text, SHOWN, day=SUNDAY)
    assert isinstance(heard, Changes), heard
    assert (heard.code, heard.seeks, heard.later, heard.when.days) == ("TB-26TF2TF", seeks, later, days)


@pytest.mark.parametrize(
    "text",
    [
        "xóa dữ liệu của tôi",
        "xoa het thong tin cua toi",
        "mang giấy tờ gì",
        "cảm ơn",
        "đổi thẻ căn cước hết hạn tuần sau được không",
        "chuyển khẩu về nhà chồng tuần sau cần gì",
    ],
)
def test_beside_a_visit_on_show_other_things_are_said(text: str, edition: Edition) -> None:
    assert not isinstance(edition.understanding.understand(text, SHOWN, day=SUNDAY), Changes)


def test_a_code_may_be_named(edition: Edition) -> None:
    heard = edition.understanding.understand("đổi lịch TB-26TF2TF sang 9h sáng mai", day=SUNDAY)
    assert isinstance(heard, Changes)
    assert (heard.code, heard.when.days, heard.when.begins) == ("TB-26TF2TF", ("2026-11-23",), 495)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("đặt lịch làm căn cước", "thu_nhan_can_cuoc"),
        ("dat lich lam cccd sang mai", "thu_nhan_can_cuoc"),
        ("đặt lịch đăng ký xe", "dang_ky_xe"),
        ("cho tui xin cấy hẹn đăng ký xe máy bựa mốt", "dang_ky_xe"),
        ("book lịch khai tạm trú", "cu_tru"),
        ("xin hẹn làm định danh cho mẹ sáng 27 hoặc chiều 28/11", "dinh_danh_muc_2"),
    ],
)
def test_what_is_done_here_is_booked(text: str, service: str, edition: Edition) -> None:
    heard = edition.understanding.understand(text, day=SUNDAY)
    assert isinstance(heard, Wants), heard
    assert heard.service == service


@pytest.mark.parametrize(
    "text",
    [
        "đặt lịch làm hộ chiếu",
        "dat lich lam ho chieu cho con",
        "em muốn đặt hẹn làm passport",
        "đặt lịch thi bằng lái",
        "đặt lịch thi lấy bằng lái xe máy tuần sau",
        "dat lich sat hach lai xe",
        "hẹn công chứng",
        "đặt lịch công chứng giấy tờ",
        "đặt hẹn công chứng hợp đồng mua bán đất sáng mai",
        "đặt lịch khám bệnh",
        "dat lich kham benh cho me sang thu 3",
        "đặt lịch khám thai",
        "đặt lịch tiêm phòng cho bé",
        "đặt lịch đăng kiểm xe",
        "đặt lịch đăng ký kết hôn",
        "đặt lịch làm giấy khai sinh cho con",
        "book lịch cắt tóc",
        "đặt lịch làm sổ đỏ",
    ],
)
def test_what_is_done_elsewhere_begins_no_booking(text: str, edition: Edition) -> None:
    assert not isinstance(edition.understanding.understand(text, day=SUNDAY), Wants | Changes)
