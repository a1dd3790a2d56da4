"""Typed answers to the questions of a booking, as many different people write them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.edition import Edition
from bot.conversation.booking.course import Course
from bot.conversation.showing import offered
from bot.domain.booking import Days, Times
from bot.domain.draft import Draft, When
from bot.domain.heard import AnyHeard, Chose, Wants
from bot.domain.message import Reply
from bot.domain.seat import Seat
from bot.domain.session import Session

SUNDAY = date(2026, 11, 22)
WEDNESDAY = date(2026, 11, 25)
DRAFT = Draft("d", "mai_phu", "thu_nhan_can_cuoc", 1, False)
DAYS = Days(((date(2026, 11, 23), 8), (WEDNESDAY, 9), (date(2026, 11, 26), 9)))


def question(edition: Edition, name: str) -> Session:
    """A talk in which a question of a booking was just asked."""
    ask = Course(edition.known).ask
    station = edition.known.stations["mai_phu"]
    times = Times(
        WEDNESDAY, tuple(Seat("mai_phu", WEDNESDAY, "quay_1", at, 15) for at in (450, 480, 540, 600))
    )
    late = Draft("d", "mai_phu", "thu_nhan_can_cuoc", 1, False, held="TB-26TF2TF", until=2_000_000_000)
    questions: dict[str, tuple[Draft, Reply]] = {
        "station": (Draft("d"), ask.stations()),
        "service": (Draft("d", "mai_phu"), ask.services(station)),
        "who": (Draft("d", "mai_phu", "thu_nhan_can_cuoc"), ask.who()),
        "people": (Draft("d", "mai_phu", "thu_nhan_can_cuoc"), ask.people()),
        "priority": (Draft("d", "mai_phu", "thu_nhan_can_cuoc", 1), ask.priority()),
        "days": (DRAFT, ask.days(DRAFT, DAYS, SUNDAY)),
        "times": (
            Draft("d", "mai_phu", "thu_nhan_can_cuoc", 1, False, (WEDNESDAY.isoformat(),)),
            ask.times(DRAFT, times, SUNDAY),
        ),
        "consent": (late, ask.consent(late)),
        "summary": (late, ask.summary(late, SUNDAY)),
    }
    draft, reply = questions[name]
    return offered(Session(draft=draft), (reply,)).session


def hear(edition: Edition, name: str, text: str) -> AnyHeard:
    return edition.understanding.understand(text, question(edition, name), day=SUNDAY)


PRESSED = [
    ("who", "cho mẹ", "b:who:elder"),
    ("who", "cho me toi", "b:who:elder"),
    ("who", "mệ tui", "b:who:elder"),
    ("who", "bà nội em ạ", "b:who:elder"),
    ("who", "dạ cho ông cụ nhà em", "b:who:elder"),
    ("who", "ba e", "b:who:elder"),
    ("who", "tôi", "b:who:self"),
    ("who", "dạ em đi ạ", "b:who:self"),
    ("who", "tui đi", "b:who:self"),
    ("who", "minh di thoi", "b:who:self"),
    ("who", "mk đi 1 mình", "b:who:self"),
    ("who", "1 người thôi", "b:who:self"),
    ("who", "con trai tôi", "b:who:child"),
    ("who", "cho bé nhà em", "b:who:child"),
    ("who", "thằng cu nhà tui", "b:who:child"),
    ("who", "chồng em", "b:who:other"),
    ("who", "hang xom", "b:who:other"),
    ("who", "o bên cạnh nhà", "b:who:other"),
    ("who", "cả nhà cùng đi", "b:who:many"),
    ("priority", "có", "b:priority:1"),
    ("priority", "dạ có ạ", "b:priority:1"),
    ("priority", "mẹ em đi xe lăn", "b:priority:1"),
    ("priority", "co bau 7 thang", "b:priority:1"),
    ("priority", "bà 82 tuổi rồi", "b:priority:1"),
    ("priority", "ko", "b:priority:0"),
    ("priority", "khong co dau", "b:priority:0"),
    ("priority", "dạ không", "b:priority:0"),
    ("priority", "không có bầu bì gì", "b:priority:0"),
    ("priority", "ko ai om dau ca", "b:priority:0"),
    ("priority", "nhà không có con nhỏ", "b:priority:0"),
    ("priority", "nỏ có mô", "b:priority:0"),
    ("priority", "bình thường thôi ạ", "b:priority:0"),
    ("priority", "không cần ưu tiên", "b:priority:0"),
    ("times", "9h", "b:seat:2026-11-25:540"),
    ("times", "chín giờ", "b:seat:2026-11-25:540"),
    ("times", "cho em 8 giờ nhé", "b:seat:2026-11-25:480"),
    ("times", "8h sáng dc k", "b:seat:2026-11-25:480"),
    ("times", "7 rưỡi", "b:seat:2026-11-25:450"),
    ("times", "10h đi", "b:seat:2026-11-25:600"),
    ("times", "sớm nhất có thể", "b:seat:2026-11-25:450"),
    ("days", "càng sớm càng tốt", "b:day:2026-11-23"),
    ("days", "hôm nào cũng được", "b:day:2026-11-23"),
    ("consent", "đồng ý", "b:agree"),
    ("consent", "dong y", "b:agree"),
    ("consent", "ok", "b:agree"),
    ("consent", "dạ được ạ", "b:agree"),
    ("consent", "vâng", "b:agree"),
    ("consent", "u", "b:agree"),
    ("consent", "không", "b:no"),
    ("summary", "đặt", "b:yes"),
    ("summary", "đặt đi", "b:yes"),
    ("summary", "ok đặt luôn giúp em", "b:yes"),
    ("summary", "dat lich", "b:yes"),
    ("summary", "đúng rồi ạ", "b:yes"),
    ("summary", "chốt", "b:yes"),
    ("summary", "sai tên rồi", "b:again"),
    ("summary", "nham so dien thoai", "b:again"),
    ("summary", "thôi", "b:no"),
    ("days", "thôi", "b:no"),
    ("days", "thoi khoi", "b:no"),
    ("who", "hủy", "b:no"),
    ("times", "để bữa khác", "b:no"),
    ("station", "không đặt nữa", "b:no"),
]


@pytest.mark.parametrize(("name", "text", "button"), PRESSED)
def test_an_answer_is_as_good_as_its_button(name: str, text: str, button: str, edition: Edition) -> None:
    assert hear(edition, name, text) == Chose(choice=button)


COUNTED = [
    ("who", "2 người", 2),
    ("who", "hai mẹ con", 2),
    ("who", "bốn ng", 4),
    ("who", "3 dua", 3),
    ("who", "hai vợ chồng tui", 2),
    ("people", "ba người ạ", 3),
    ("people", "ba bố con", 3),
]


@pytest.mark.parametrize(("name", "text", "people"), COUNTED)
def test_people_are_counted(name: str, text: str, people: int, edition: Edition) -> None:
    heard = hear(edition, name, text)
    assert isinstance(heard, Wants)
    assert (heard.people, heard.goes_on) == (people, True)


@pytest.mark.parametrize(
    ("text", "station"),
    [
        ("mai phụ", "mai_phu"),
        ("o mai phu a", "mai_phu"),
        ("Công an xã Mai Phụ", "mai_phu"),
        ("tôi ở Thạch Châu", "mai_phu"),
        ("phường thành sen", "thanh_sen"),
        ("vung ang nha", "vung_ang"),
        ("kỳ long", "vung_ang"),
    ],
)
def test_a_station_is_named_in_words(text: str, station: str, edition: Edition) -> None:
    heard = hear(edition, "station", text)
    named = heard.choice == f"b:station:{station}" if isinstance(heard, Chose) else None
    assert named or (isinstance(heard, Wants) and heard.goes_on and heard.station == station)


TOLD = [
    ("days", "thứ 5 tuần sau được không", When(("2026-11-26",))),
    ("days", "t5 9h", When(("2026-11-26",), 495, 615)),
    ("days", "sáng mai còn chỗ không", When(("2026-11-23",), 0, 720)),
    ("days", "sang mai con cho ko ad", When(("2026-11-23",), 0, 720)),
    ("days", "thứ 5", When(("2026-11-26",))),
    ("days", "thu 4", When(("2026-11-25",))),
    ("times", "thứ 2 được không", When(("2026-11-23",))),
    ("days", "chiều thứ 5", When(("2026-11-26",), 720, 1110)),
    ("days", "chieu t5 em ranh", When(("2026-11-26",), 720, 1110)),
    ("days", "27/11", When(("2026-11-27",))),
    ("days", "27 hoặc 28/11", When(("2026-11-27", "2026-11-28"))),
    ("days", "sáng 27 hoặc chiều 28", When(("2026-11-27", "2026-11-28"), 0, 1110, ((0, 720), (720, 1110)))),
    ("days", "bựa thứ tư nờ", When(("2026-11-25",))),
    ("days", "buổi chiều", When((), 720, 1110)),
    ("times", "chiều được không", When((), 720, 1110)),
    ("times", "9h30", When((), 525, 645)),
    ("times", "sau 3h chiều", When((), 900, 1440)),
    ("times", "đổi sang thứ 6 được không", When(("2026-11-27",))),
    ("times", "sáng mai 8h", When(("2026-11-23",), 435, 555)),
    ("who", "sáng mai", When(("2026-11-23",), 0, 720)),
    ("consent", "đổi sang 10h được không", When((), 555, 675)),
]


@pytest.mark.parametrize(("name", "text", "when"), TOLD)
def test_a_time_is_a_wish_for_the_booking_in_the_making(
    name: str, text: str, when: When, edition: Edition
) -> None:
    heard = hear(edition, name, text)
    assert isinstance(heard, Wants), heard
    assert (heard.when, heard.goes_on) == (when, True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("who", "cần mang giấy tờ gì"),
        ("who", "lệ phí làm căn cước cho mẹ bao nhiêu"),
        ("days", "làm căn cước mất bao lâu thì có thẻ"),
        ("times", "mất thẻ căn cước làm lại ở đâu"),
        ("priority", "người già có được miễn lệ phí không"),
        ("consent", "sao phải cho số điện thoại"),
    ],
)
def test_a_question_in_between_is_no_answer(name: str, text: str, edition: Edition) -> None:
    heard = hear(edition, name, text)
    assert not isinstance(heard, Chose)
    assert not (isinstance(heard, Wants) and heard.goes_on)


def test_a_day_is_heard_after_a_question_in_between(edition: Edition) -> None:
    talk = Session(draft=DRAFT, offers=("a:can_cuoc.le_phi", "m"), labels=("Lệ phí", "Các mục"))
    heard = edition.understanding.understand("thứ 5 tuần sau được không", talk, day=SUNDAY)
    assert isinstance(heard, Wants)
    assert (heard.when.days, heard.goes_on) == (("2026-11-26",), True)


def test_another_matter_begins_another_booking(edition: Edition) -> None:
    heard = hear(edition, "days", "đặt lịch cho tôi đăng ký xe sáng thứ 5")
    assert isinstance(heard, Wants)
    assert (heard.service, heard.goes_on) == ("dang_ky_xe", False)
