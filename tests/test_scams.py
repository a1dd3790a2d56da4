"""Pasted messages against the real content: how many scams are clear, how few genuine notices are not."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.content.edition import Edition
from bot.conversation.redaction import redact
from bot.domain.heard import Doubted, Meant, Urgent
from bot.domain.knowledge import topic_of
from bot.domain.scam import Finding, Verdict
from bot.domain.session import Session

Check = Callable[[str], Finding]
FRESH = yaml.safe_load((Path(__file__).parent / "scams" / "fresh.yaml").read_text("utf-8"))
VARIED = yaml.safe_load((Path(__file__).parent / "scams" / "varied.yaml").read_text("utf-8"))
WIDE = yaml.safe_load((Path(__file__).parent / "scams" / "wide.yaml").read_text("utf-8"))
TRICK = (
    "Vietcombank: Tai khoan cua quy khach da bi khoa do phat hien dang nhap tren thiet bi la. "
    "Vui long xac thuc ngay tai vcb-xt.vip de tranh mat tien"
)


@pytest.fixture(scope="module")
def check(edition: Edition) -> Check:
    """What is found in a message as it comes in by a door."""
    return lambda text: edition.judge.judge(redact(text).text)


def share(check: Check, texts: list[str]) -> float:
    """How many of these are called a scam, in per cent."""
    return 100 * sum(check(text).verdict is Verdict.SCAM for text in texts) / len(texts)


def test_scams_of_both_halves_are_clear_and_genuine_notices_are_not(check: Check, edition: Edition) -> None:
    scams = edition.known.scams
    assert min(len(scams.scam_samples), len(scams.genuine_samples)) >= 70
    assert min(len(FRESH["scam"]), len(FRESH["genuine"])) >= 36
    assert share(check, [*scams.scam_samples, *FRESH["scam"]]) >= 95
    assert share(check, [*scams.genuine_samples, *FRESH["genuine"]]) <= 3


def test_messages_by_other_writers_are_clear_and_rarely_mistaken(check: Check) -> None:
    assert share(check, FRESH["scam"]) >= 95
    assert share(check, FRESH["genuine"]) <= 3


def test_scams_in_many_styles_are_clear_and_everyday_messages_are_not(check: Check) -> None:
    assert min(len(VARIED["scam"]), len(VARIED["genuine"])) >= 40
    assert share(check, [*FRESH["scam"], *VARIED["scam"]]) >= 95
    assert share(check, [*FRESH["genuine"], *VARIED["genuine"]]) <= 3


def test_scams_of_all_main_tricks_are_clear_and_genuine_notices_are_not(check: Check) -> None:
    assert min(len(WIDE["scam"]), len(WIDE["genuine"])) >= 130
    assert share(check, WIDE["scam"]) >= 95
    assert share(check, WIDE["genuine"]) <= 3


def test_a_copy_of_a_known_trick_is_named_at_once_with_another_link_and_without_marks(check: Check) -> None:
    found = check(TRICK)
    assert (found.verdict, found.trick, found.same) == (Verdict.SCAM, "ngan_hang_khoa", True)


@pytest.mark.parametrize(
    "hide",
    [
        lambda t: t.replace("o", "о").replace("a", "а"),  # Cyrillic
        lambda t: t.replace("tai khoan", "t a i  k h o a n"),
        "\u200b".join,
        lambda t: t.replace("khoa", "kh0a"),
    ],
)
def test_tricks_of_writing_hide_nothing(check: Check, hide: Callable[[str], str]) -> None:
    assert check(hide(TRICK)).verdict is Verdict.SCAM


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Chị đọc giúp em mã OTP vừa gửi về máy nhé", "doi_ma_otp"),
        ("Chuyển hết tiền vào tài khoản an toàn của chúng tôi", "tai_khoan_an_toan"),
        ("Ong tai file capnhat.apk roi cai vao may", "file_apk"),
        ("Chi tiết xem tại bit.ly/3xyzab", "link_rut_gon"),
        ("Gọi lại số +881 2345 6789", "so_nuoc_ngoai"),
        ("Không được nói với ai chuyện công an đang điều tra", "giu_bi_mat"),
        ("Anh bật TeamViewer để em xử lý", "dieu_khien_may"),
        ("Em nối máy cho công an tỉnh để chị khai báo", "noi_may_cong_an"),
        ("Con bà đang trong tay bọn tao, chuyển 200 triệu thì thả", "bat_coc_doi_tien"),
        ("Mua giúp anh 5 thẻ cào gửi mã qua đây, anh đang họp", "mua_the_cao"),
        ("Chuyển cọc trước, shop không kiểm hàng, không gặp trực tiếp", "tra_truoc_khong_gap"),
        ("neu khong chuyen tien phi ho so truoc thi khong giai ngan khoan vay", "phi_truoc"),
    ],
)
def test_a_sign_is_found(check: Check, text: str, sign: str) -> None:
    assert sign in check(text).signs


@pytest.mark.parametrize(
    "text",
    [
        "Ngân hàng không bao giờ yêu cầu khách hàng cung cấp mã OTP, mật khẩu",
        "KHONG cung cap ma OTP cho bat ky ai, ke ca nhan vien ngan hang",
        "Công an không đòi chuyển tiền vào tài khoản an toàn",
        "Đừng đọc mã OTP cho người lạ",
        "Các đối tượng giả danh công an yêu cầu nạn nhân chuyển tiền vào tài khoản tạm giữ",
        "Trang vneid-gov.com là trang giả mạo",
    ],
)
def test_what_a_warning_names_is_no_sign(check: Check, text: str) -> None:
    assert check(text).verdict is not Verdict.SCAM


def test_a_warning_in_front_does_not_cover_a_scam(check: Check) -> None:
    text = (
        "Cảnh giác đối tượng giả danh ngân hàng chiếm đoạt tiền. Để bảo vệ tài khoản, quý khách vui lòng "
        "xác minh tại https://vietcombank-baomat.vip"
    )
    assert check(text).verdict is Verdict.SCAM


def test_a_copy_with_the_true_link_is_not_called_a_copy(check: Check) -> None:
    assert not check(TRICK.replace("vcb-xt.vip", "vietcombank.com.vn")).same


def test_no_sentence_certifies_a_message(edition: Edition) -> None:
    texts = edition.known.texts
    said = [text for key, text in texts.items() if key.startswith("scam_")]
    said += [sign.why for sign in edition.known.scams.signs.values()]
    for text in said:
        assert "an toàn" not in text.replace('"tài khoản an toàn"', "")
        assert "tin thật" not in text.lower()


def test_links_and_numbers_reach_the_judge_through_redaction() -> None:
    for text in (
        "đổi mật khẩu tại https://vcb-login.com/a",
        "doi mat khau vcb-login.com ngay",
        "Tài khoản bị khóa, gọi +881 2345 6789",
        "tai khoan bi khoa, lien he 0912345678",
    ):
        assert redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"http://a{i}.xyz/b" for i in range(10_000)),
        "a." * 5_000,
        "c h u y e n " * 500,
        "xn--" * 1_500 + ".com",
        "gửi mã otp không " * 500,
        "1.000.000." * 700,
        "Ѐа" * 3_000,
        "công an vneid đăng nhập http://x.vip " * 60,
        "\u200b" * 9_000,
    ],
)
def test_hostile_texts_hold_nobody_up(check: Check, text: str) -> None:
    begun = time.process_time()
    check(text)
    assert time.process_time() - begun < 1  # what grows with the square of a text takes far longer


class TestInTheTalk:
    @pytest.mark.parametrize(
        "text",
        [
            "link dichvucong-gov.xyz có phải thật không",
            "số +881 2345 6789 gọi có lừa không",
            "TB: Quy khach da trung thuong xe SH, vui long dong phi nhan giai tai http://nhanqua.top",
            "kiểm tra giúp tôi trang https://dichvucong.gov.vn.abc.xyz/dn",
        ],
    )
    def test_a_message_of_somebody_else_is_judged(self, edition: Edition, text: str) -> None:
        assert isinstance(edition.understanding.understand(text), Doubted)

    @pytest.mark.parametrize(
        "text",
        [
            "có người gọi xưng công an bảo tôi cài app",
            "vào dichvucong.gov.vn đăng ký tạm trú thế nào",
            "mất căn cước làm lại ở đâu",
            "họ bảo tôi chuyển tiền vào tài khoản an toàn, tôi sợ quá",
            "bị mất điện thoại thì khóa VNeID thế nào",
        ],
    )
    def test_a_question_or_a_story_of_ones_own_is_not(self, edition: Edition, text: str) -> None:
        assert not isinstance(edition.understanding.understand(text), Doubted)

    @pytest.mark.parametrize(
        "text",
        [
            "có người gọi xưng công an bảo chuyển tiền vào tài khoản an toàn, có phải lừa không",
            "co co goi noi ben ngan hang bat doc ma otp, lua dao ha",
        ],
    )
    def test_a_trick_told_with_a_question_brings_its_answer_and_what_was_found(
        self, edition: Edition, text: str
    ) -> None:
        heard = edition.understanding.understand(text)
        assert isinstance(heard, Meant)
        assert topic_of(heard.intent) == "lua_dao"
        assert heard.told is not None
        assert heard.told.verdict is Verdict.SCAM

    @pytest.mark.parametrize(
        "text", ["có người gọi xưng công an bảo tôi cài app", "lừa đảo qua mạng là gì", "mất căn cước"]
    )
    def test_what_is_told_without_asking_or_shows_no_sign_has_no_verdict(
        self, edition: Edition, text: str
    ) -> None:
        heard = edition.understanding.understand(text)
        assert isinstance(heard, Meant)
        assert heard.told is None

    def test_a_forwarded_message_always_is(self, edition: Edition) -> None:
        heard = edition.understanding.understand("Mai họp tổ dân phố lúc 19h nhé", forwarded=True)
        assert isinstance(heard, Doubted)

    def test_a_cry_for_help_is_heard_before_anything_pasted(self, edition: Edition) -> None:
        text = "tôi vừa bị lừa chuyển 50 triệu qua trang vcb-xt.vip, cứu với"
        assert isinstance(edition.understanding.understand(text), Urgent)

    def test_after_we_asked_for_it_anything_but_a_plain_question_is_judged(self, edition: Edition) -> None:
        session = Session(trail=("a:lua_dao.kiem_tra",))
        pasted = "Sáng mai cả nhà mình có mặt lúc 7h ở cổng trường nhé"
        understand = edition.understanding.understand
        assert isinstance(understand(pasted, session), Doubted)
        assert not isinstance(understand("mất căn cước làm lại ở đâu", session), Doubted)
