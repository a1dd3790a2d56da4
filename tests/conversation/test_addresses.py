"""What a message names, in the spellings of many people."""

from __future__ import annotations

import pytest

from bot.content import places
from bot.conversation.addresses import Addresses, Certainty, Finding

FIND = Addresses(places.gazetteer()).find


def now(finding: Finding | None) -> set[str]:
    """Today's communes that are meant, with their provinces."""
    gazetteer = places.gazetteer()
    assert finding
    communes = (
        gazetteer.communes[code] for ref in finding.refs if ref[0] in "co" for code in gazetteer.became(ref)
    )
    return {f"{each.name}, {gazetteer.provinces[each.province].name}" for each in communes}


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("xã Phù Lưu Lộc Hà", "Xã Mai Phụ, Tỉnh Hà Tĩnh"),
        ("Ha Tinh, Loc Ha, Phu Luu", "Xã Mai Phụ, Tỉnh Hà Tĩnh"),
        ("tui o thach my loc ha", "Xã Mai Phụ, Tỉnh Hà Tĩnh"),
        ("phường Nguyễn Du tp hà tĩnh", "Phường Thành Sen, Tỉnh Hà Tĩnh"),
        ("p. Bến Nghé q.1 tphcm", "Phường Sài Gòn, Thành phố Hồ Chí Minh"),
        ("p5 q3", "Phường Bàn Cờ, Thành phố Hồ Chí Minh"),
        ("phường 05 quận 3", "Phường Bàn Cờ, Thành phố Hồ Chí Minh"),
        ("x. Tân Tiến, h. Vĩnh Tường", "Xã Vĩnh Hưng, Tỉnh Phú Thọ"),
        ("thi tran nghen", "Xã Can Lộc, Tỉnh Hà Tĩnh"),
        ("xã Hưng Yên Nam, Hưng Nguyên", "Xã Yên Trung, Tỉnh Nghệ An"),
        ("thôn Đông xã Ích Hậu huyện Lộc Hà", "Xã Đông Kinh, Tỉnh Hà Tĩnh"),
        ("công an phường thành sen ở mô rứa", "Phường Thành Sen, Tỉnh Hà Tĩnh"),
        ("ea mdroh", "Xã Ea M'Droh, Tỉnh Đắk Lắk"),
        ("xã Hoà Xá ứng hoà", "Xã Hòa Xá, Thành phố Hà Nội"),
        ("mai phu", "Xã Mai Phụ, Tỉnh Hà Tĩnh"),
        ("huyện Côn Đảo", "Đặc khu Côn Đảo, Thành phố Hồ Chí Minh"),
        ("xã Thạch Mỷ lộc hà", "Xã Mai Phụ, Tỉnh Hà Tĩnh"),
    ],
)
def test_a_place_is_found_in_any_spelling(text: str, commune: str) -> None:
    finding = FIND(text)
    assert now(finding) == {commune}
    assert finding
    assert finding.whole


@pytest.mark.parametrize(
    ("text", "commune"),
    [
        ("xã thạch châo lộc hà", "Xã Mai Phụ, Tỉnh Hà Tĩnh"),
        ("xa thach trau loc ha", "Xã Mai Phụ, Tỉnh Hà Tĩnh"),
        ("xã Cẩm Nhươg, Cẩm Xuyên", "Xã Thiên Cầm, Tỉnh Hà Tĩnh"),
    ],
)
def test_a_misspelt_name_is_found_by_what_it_lies_in(text: str, commune: str) -> None:
    finding = FIND(text)
    assert finding
    assert finding.certainty is Certainty.CLOSE
    assert now(finding) == {commune}


def test_marks_tell_names_apart_where_they_are_typed() -> None:
    assert now(FIND("xã Hoằng Đông Hoằng Hóa")) == {"Xã Hoằng Thanh, Tỉnh Thanh Hóa"}
    assert now(FIND("xã Hoằng Đồng Hoằng Hoá")) == {"Xã Hoằng Hóa, Tỉnh Thanh Hóa"}
    assert len(now(FIND("xa hoang dong hoang hoa"))) == 2


def test_a_commune_that_was_split_gives_all_its_parts() -> None:
    assert len(now(FIND("xã Kỳ Lợi thị xã Kỳ Anh"))) == 3


def test_a_name_of_many_places_gives_them_all_and_those_at_home_alone() -> None:
    assert len(now(FIND("xã Phù Lưu"))) == 3
    assert now(FIND("xã Phù Lưu", home="t42")) == {"Xã Mai Phụ, Tỉnh Hà Tĩnh"}


def test_a_short_answer_chooses_among_the_places_asked_about() -> None:
    asked = FIND("xã Phù Lưu")
    assert asked
    assert now(FIND("lộc hà", asked.refs)) == {"Xã Mai Phụ, Tỉnh Hà Tĩnh"}
    assert now(FIND("tuyen quang", asked.refs)) == {"Xã Phù Lưu, Tỉnh Tuyên Quang"}
    assert now(FIND("xã Toàn Lưu", asked.refs)) == {"Xã Toàn Lưu, Tỉnh Hà Tĩnh"}


def test_when_a_name_was_asked_for_everyday_words_are_one() -> None:
    assert not FIND("nghèn")
    assert now(FIND("nghèn", ["?"])) == {"Xã Can Lộc, Tỉnh Hà Tĩnh"}


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("huyện lộc hà", ["dhuyen_loc_ha-ha_tinh"]),
        ("hà tĩnh", ["t42"]),
        ("tỉnh Hòa Bình", ["khoa_binh"]),
        ("quận 1", ["dquan_1-ho_chi_minh"]),
    ],
)
def test_a_district_or_province_alone_is_itself(text: str, refs: list[str]) -> None:
    finding = FIND(text)
    assert finding
    assert list(finding.refs) == refs


@pytest.mark.parametrize(
    "text",
    [
        "xã mình sáp nhập rồi giờ là xã nào",
        "nhà em ở xa quá",
        "giờ này xã còn trực không chú",
        "công an phường là gì",
        "gia đình tôi",
        "quan hệ họ hàng",
        "mấy h đóng cửa v",
        "huyện bỏ rồi lên mô nữa",
        "từ xa",
        "co dung",
        "con co",
        "",
        "???",
    ],
)
def test_everyday_words_are_no_place(text: str) -> None:
    assert FIND(text) is None


def test_a_name_with_capitals_that_nobody_knows_is_told_apart_from_no_name() -> None:
    finding = FIND("xã Bùi Văn Xoan")
    assert finding
    assert finding.certainty is Certainty.UNKNOWN
    assert not finding.refs


def test_a_commune_and_the_district_of_its_name_are_both_meant_without_their_kind() -> None:
    for text in ("dong ha quang tri", "Đông Hà, Quảng Trị"):
        finding = FIND(text)
        assert finding
        assert {ref[0] for ref in finding.refs} == {"c", "d"}


def test_other_words_make_a_message_more_than_a_place() -> None:
    finding = FIND("mất trộm ở xã Mai Phụ")
    assert finding
    assert not finding.whole
    assert finding.clear
