"""The talk about getting warnings, and what is pressed under one: pure, a request out and a result in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.content.edition import Edition
from bot.conversation.screens import CHOICE_LIMIT
from bot.domain.draft import Draft
from bot.domain.handover import HangUp
from bot.domain.heard import AnyHeard, Chose, Follows, Said
from bot.domain.message import Moment
from bot.domain.session import Session
from bot.domain.step import AnyRequest, Step
from bot.domain.subscription import (
    Noted,
    Outcome,
    Resubscribe,
    ShowWarnings,
    Subscribe,
    Subscribed,
    Subscription,
    Unsubscribe,
)
from bot.domain.warning import Topic

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
AT = Moment(NOW, "m1")
SCAM, FIRE = Topic.SCAM, Topic.FIRE
ENDING = "tro_chuyen.ngung_canh_bao"


class Talk:
    """A talk with a desk that says what it is told to say."""

    def __init__(self, edition: Edition, station: str | None = "mai_phu") -> None:
        self.edition, self.session = edition, Session(station=station)
        self.shown: Step = Step(self.session, ())

    def heard(self, heard: AnyHeard) -> AnyRequest | None:
        self.shown = self.edition.dialogue.step(self.session, heard, AT)
        self.session = self.shown.session
        return self.shown.request

    def typed(self, text: str) -> AnyRequest | None:
        return self.heard(self.edition.understanding.understand(text, self.session, day=NOW.date()))

    def pressed(self, choice: str) -> AnyRequest | None:
        return self.heard(Chose(choice=choice))

    def told(self, request: AnyRequest | None, outcome: Outcome, now: Subscription, door: str = "telegram"):
        assert isinstance(request, ShowWarnings | Subscribe | Unsubscribe | Resubscribe)
        result = Subscribed(request, outcome, now, door)
        self.shown = self.edition.dialogue.concluded(self.session, result, AT)
        self.session = self.shown.session
        [reply] = self.shown.replies
        return reply

    def asked(self, text: str = "đăng ký nhận tin cảnh báo", now: Subscription | None = None):
        return self.told(self.typed(text), Outcome.SAME, now or Subscription())


@pytest.fixture
def talk(edition: Edition) -> Talk:
    return Talk(edition)


WAYS_TO_BEGIN = [
    "đăng ký nhận tin cảnh báo", "dk nhan canh bao", "bat tin canh bao cho toi", "đk nhận tb lừa đảo vs ạ",
    "có chi mới thì nhắn cho tui hay với", "cho mệ nhận tin báo lừa đảo với con hè", "nhận cảnh báo",
    "toi muon nhan tin canh bao", "muốn nhận tin lừa đảo của xã", "cho choa nhận tin cảnh báo với",
]  # fmt: skip
WAYS_TO_STOP = [
    "ngừng", "dừng", "stop", "ngung", "ngưng", "STOP", "Dừng lại", "ngừng nhận", "thôi nhận tin",
    "thoi nhan tin", "ngừng nhận tin", "đừng gửi tin cảnh báo nữa", "khỏi nhắn tin cảnh báo nữa hè",
    "tắt tb cảnh báo đi ad", "tui nỏ muốn nhận tin chi nữa", "thoi k nhan tin nua", "hủy đăng ký nhận tin",
    "huy nhan canh bao", "ngừng gửi tin", "thôi không nhận tin nữa", "dung gui tin nua",
]  # fmt: skip


@pytest.mark.parametrize("text", WAYS_TO_BEGIN)
def test_who_wants_warnings_is_asked_and_nothing_is_agreed_to_yet(talk: Talk, text: str) -> None:
    request = talk.typed(text)
    assert isinstance(request, ShowWarnings)


@pytest.mark.parametrize("text", WAYS_TO_STOP)
def test_one_word_stops_everything_at_once(talk: Talk, text: str) -> None:
    assert talk.typed(text) == Unsubscribe("warn:m1")


def test_a_word_that_only_looks_like_a_stop_stops_nothing(talk: Talk) -> None:
    for text in ("đúng", "Đúng ạ", "dùng", "đứng", "ngủng"):
        assert not isinstance(talk.typed(text), Unsubscribe), text
    assert talk.typed("dung") == ShowWarnings("warn:m1", "less")


@pytest.mark.parametrize(
    "text",
    ["bớt gửi tin lại", "chỉ nhận tin lừa đảo thôi, mấy tin khác ngừng", "tạm dừng thông báo một tuần"],
)
def test_who_wants_fewer_keeps_what_they_have_until_they_choose(talk: Talk, text: str) -> None:
    request = talk.typed(text)
    assert isinstance(request, ShowWarnings), request
    now = Subscription(("mai_phu",), (SCAM, FIRE))
    choices = [key.choice for key in talk.told(request, Outcome.SAME, now).buttons]
    if request.about == "less":
        assert choices == ["s:off:lua_dao", "s:off:pccc", "w:stop", "m"]


def test_a_topic_that_is_named_is_the_one_that_stops(talk: Talk) -> None:
    assert talk.typed("ngừng gửi tin cảnh báo lừa đảo cho tôi") == Unsubscribe("warn:m1", topics=(SCAM,))


def test_the_consent_names_the_station_and_says_what_it_means(talk: Talk) -> None:
    reply = talk.asked()
    for said in ("Công an xã Mai Phụ", "ban đêm", "OTP", ".gov.vn", "gõ **ngừng**", "là đồng ý"):
        assert said in reply.text
    assert [key.choice for key in reply.buttons] == [
        "s:all:mai_phu", "s:on:mai_phu:lua_dao", "s:on:mai_phu:giao_thong", "s:on:mai_phu:ma_tuy",
        "s:on:mai_phu:pccc", "s:on:mai_phu:luu_dong", "s:where", "s:no",
    ]  # fmt: skip
    assert all(len(key.choice.encode()) <= CHOICE_LIMIT for key in reply.buttons)


def test_a_topic_that_was_named_stands_first(talk: Talk) -> None:
    reply = talk.asked("cho tôi nhận tin cảnh báo cháy nổ")
    assert [key.choice for key in reply.buttons][:2] == ["s:on:mai_phu:pccc", "s:all:mai_phu"]


def test_a_station_that_was_named_is_the_one(edition: Edition) -> None:
    talk = Talk(edition, None)
    assert "Công an xã Mai Phụ" in talk.asked("tôi muốn nhận tin cảnh báo xã Mai Phụ").text
    assert talk.session.station == "mai_phu"
    two = Subscription(("mai_phu", "thanh_sen"), (SCAM,))
    assert talk.typed("ngừng nhận tin cảnh báo của phường Thành Sen") == Unsubscribe("warn:m1", "thanh_sen")
    assert "Đã bỏ: Công an phường Thành Sen" in talk.told(talk.shown.request, Outcome.DONE, two).text


@pytest.mark.parametrize(
    "text", ["bỏ nhận tin cảnh báo phường thành sen", "ngừng nhầm rồi, cho nhận tin cảnh báo lại với"]
)
def test_the_verb_says_whether_it_begins_or_ends(talk: Talk, text: str) -> None:
    request = talk.typed(text)
    assert isinstance(request, Unsubscribe if text.startswith("bỏ") else ShowWarnings), request


def test_a_station_named_beside_other_words_is_an_answer_and_a_topic_stays_named(edition: Edition) -> None:
    talk = Talk(edition, None)
    talk.asked("báo cho tôi khi có lịch làm căn cước lưu động ở thôn")
    request = talk.typed("đúng rồi, mai phụ")
    assert request == ShowWarnings("warn:m1", "at:mai_phu", (Topic.ROUNDS,))
    talk = Talk(edition, None)
    reply = talk.asked("báo cho tôi khi có lịch làm căn cước lưu động ở thôn")
    first = talk.told(talk.pressed(reply.buttons[0].choice), Outcome.SAME, Subscription())
    assert first.buttons[0].choice == "s:on:mai_phu:luu_dong"


def test_a_plain_no_declines_and_a_plain_yes_adds_a_station(talk: Talk) -> None:
    talk.asked()
    assert talk.typed("thôi") is None
    assert "không đăng ký gì" in talk.shown.replies[0].text
    now = Subscription(("mai_phu",), (SCAM,))
    talk.told(talk.pressed("s:at:vung_ang"), Outcome.SAME, now)
    assert talk.typed("vâng") == Subscribe("warn:m1", "vung_ang", (), "subs_add:vung_ang")


def test_who_gets_nothing_and_wants_only_one_topic_is_asked_for_that(talk: Talk) -> None:
    reply = talk.asked("chỉ nhận tin lừa đảo thôi")
    assert reply.buttons[0].choice == "s:on:mai_phu:lua_dao"


def test_each_door_says_what_it_cannot_do(talk: Talk) -> None:
    request = talk.typed("nhận cảnh báo")
    assert "không reo được" in talk.told(request, Outcome.SAME, Subscription(), "webchat").text
    assert "Zalo chỉ cho gửi" in talk.told(request, Outcome.SAME, Subscription(), "zalo_oa").text
    told = talk.told(request, Outcome.SAME, Subscription(), "telegram").text
    assert "reo" not in told
    assert "Zalo" not in told


def test_a_press_is_a_consent_to_the_words_above_it(talk: Talk) -> None:
    talk.asked()
    assert talk.pressed("s:on:mai_phu:lua_dao") == Subscribe(
        "warn:m1", "mai_phu", (SCAM,), "subs_consent:mai_phu"
    )


def test_a_stale_consent_only_shows_how_it_stands(talk: Talk) -> None:
    for choice in ("s:on:mai_phu:lua_dao", "s:all:mai_phu", "s:add:vung_ang", "s:undo"):
        assert isinstance(talk.pressed(choice), ShowWarnings)


def test_topics_are_agreed_to_one_after_the_other(talk: Talk) -> None:
    talk.asked()
    request = talk.pressed("s:on:mai_phu:lua_dao")
    reply = talk.told(request, Outcome.DONE, Subscription(("mai_phu",), (SCAM,)))
    assert "tin lừa đảo của Công an xã Mai Phụ" in reply.text
    assert talk.pressed("s:on:mai_phu:pccc") == Subscribe("warn:m1", "mai_phu", (FIRE,), "subs_more:mai_phu")
    reply = talk.told(talk.pressed("s:more"), Outcome.SAME, Subscription(("mai_phu",), tuple(Topic)))
    assert "tin các loại của" in reply.text


def test_without_a_station_it_is_asked_for_and_can_be_typed(edition: Edition) -> None:
    talk = Talk(edition, None)
    reply = talk.asked()
    assert reply.buttons[0].choice == "s:at:mai_phu"
    assert talk.typed("thành sen") == ShowWarnings("warn:m1", "at:thanh_sen")
    assert "Công an phường Thành Sen" in talk.told(talk.shown.request, Outcome.SAME, Subscription()).text


def test_another_station_gets_what_is_got_already_and_a_fourth_none(talk: Talk) -> None:
    now = Subscription(("mai_phu",), (SCAM,))
    talk.told(talk.pressed("s:where"), Outcome.SAME, now)
    reply = talk.told(talk.pressed("s:at:vung_ang"), Outcome.SAME, now)
    assert "Công an phường Vũng Áng" in reply.text
    request = talk.pressed("s:add:vung_ang")
    assert request == Subscribe("warn:m1", "vung_ang", (), "subs_add:vung_ang")
    full = Subscription(("mai_phu", "thanh_sen", "gone"), (SCAM,))
    reply = talk.told(request, Outcome.FULL, full)
    assert [key.choice for key in reply.buttons] == [
        "s:leave:mai_phu",
        "s:leave:thanh_sen",
        "s:leave:gone",
        "m",
    ]
    assert talk.pressed("s:leave:gone") == Unsubscribe("warn:m1", station="gone")


def test_a_stop_is_undone_with_one_press(talk: Talk) -> None:
    reply = talk.told(talk.typed("ngừng"), Outcome.DONE, Subscription())
    assert [key.choice for key in reply.buttons] == ["s:undo", "m"]
    request = talk.pressed("s:undo")
    assert request == Resubscribe("warn:m1")
    assert "như cũ" in talk.told(request, Outcome.DONE, Subscription(("mai_phu",), (SCAM,))).text


def test_an_undo_that_is_too_late_shows_what_can_be_chosen(talk: Talk) -> None:
    talk.told(talk.typed("ngừng"), Outcome.DONE, Subscription())
    reply = talk.told(talk.pressed("s:undo"), Outcome.NONE, Subscription())
    assert "đã qua 1 ngày" in reply.text
    assert "s:all:mai_phu" in [key.choice for key in reply.buttons]


def test_who_gets_nothing_need_not_stop_anything(talk: Talk) -> None:
    reply = talk.told(talk.typed("stop"), Outcome.NONE, Subscription())
    assert "không phải ngừng" in reply.text
    assert "156" in reply.text


def test_one_topic_less_names_it_and_gives_it_back(talk: Talk) -> None:
    request = talk.pressed("s:off:lua_dao")
    assert request == Unsubscribe("warn:m1", topics=(SCAM,))
    reply = talk.told(request, Outcome.DONE, Subscription(("mai_phu",), (FIRE,)))
    assert "Đã bỏ: lừa đảo" in reply.text
    assert isinstance(talk.pressed(reply.buttons[0].choice), Subscribe)
    old = talk.told(talk.pressed("s:off:lua_dao"), Outcome.SAME, Subscription(("mai_phu",), (FIRE,)))
    assert "Đã bỏ" not in old.text


def test_in_the_midst_of_a_booking_one_word_stops_that(talk: Talk) -> None:
    talk.session = replace(talk.session, draft=Draft("d1", station="mai_phu"))
    assert talk.edition.understanding.understand("dừng", talk.session) != Follows(intent=ENDING, ends=True)
    request = talk.typed("dừng")
    assert not isinstance(request, Unsubscribe)
    assert talk.session.draft is None
    talk.session = replace(talk.session, draft=Draft("d1", station="mai_phu"))
    assert talk.typed("ngừng nhận tin cảnh báo") == Unsubscribe("warn:m1")


def test_in_the_midst_of_a_letter_one_word_stops_that(talk: Talk) -> None:
    talk.typed("kiểm tra mã giấy mời")
    assert talk.session.letter
    assert talk.typed("dừng") is None
    assert talk.session.letter is None
    assert "không kiểm tra nữa" in talk.shown.replies[0].text


def test_whoever_waits_for_an_officer_stops_waiting_by_one_word(talk: Talk) -> None:
    talk.session = replace(talk.session, handover="mai_phu.a1")
    assert talk.typed("dừng") == HangUp("end:m1", "mai_phu.a1")
    assert talk.typed("ngừng nhận tin cảnh báo") == Unsubscribe("warn:m1")


def test_in_the_midst_of_a_guide_one_word_leaves_the_guide(talk: Talk) -> None:
    talk.typed("bị lừa chuyển khoản mất tiền rồi phải làm sao")
    talk.session = replace(talk.session, guide="da_bi_lua", guide_step=2, trail=("g:da_bi_lua:2",))
    assert isinstance(talk.edition.understanding.understand("ngừng", talk.session), Said)
    assert talk.typed("dừng") is None
    assert talk.session.guide_step < 0


def test_understood_thanks_and_asks_one_question(talk: Talk) -> None:
    assert talk.pressed("w:ok:tb1:pccc") == Noted("note:m1", "tb1", "read")
    [reply] = talk.shown.replies
    assert "Cảm ơn" in reply.text
    assert [key.label for key in reply.buttons] == ["113", "114", "115"]
    assert talk.pressed("w:a:tb1:pccc:1") == Noted("note:m1", "tb1", "right")
    assert "Đúng rồi" in talk.shown.replies[0].text
    assert talk.pressed("w:a:tb1:pccc:0") == Noted("note:m1", "tb1", "wrong")
    assert "câu đúng là: 114" in talk.shown.replies[0].text


@pytest.mark.parametrize(
    "choice", ["w:ok:tb1:gone", "w:a:tb1:pccc:9", "w:a:tb1:pccc:x", "w:ok:", "w:a:::", "s:", "s:on:", "s:x:y"]
)
def test_a_press_of_something_that_is_no_more_is_answered(talk: Talk, choice: str) -> None:
    request = talk.pressed(choice)
    assert talk.shown.replies or isinstance(request, ShowWarnings)


def test_a_page_without_a_desk_tells_how_it_is_done(edition: Edition) -> None:
    for text, said in (("đăng ký nhận tin cảnh báo", "nhận cảnh báo"), ("ngừng nhận cảnh báo", "ngừng")):
        heard = edition.understanding.understand(text, day=NOW.date())
        [reply] = edition.dialogue.read(heard, AT)
        assert said in reply.text
