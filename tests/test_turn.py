"""One message through understanding and talk: what comes of it, and what is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import turn
from bot.content.edition import Edition
from bot.domain.handover import Handover, Reason, Stage
from bot.domain.message import Address, Incoming, Kind, Moment
from bot.domain.pairing import EnterCode, TieDoors, drawn, written
from bot.domain.session import Session
from bot.domain.step import AnyRequest, AnyResult, DataErased, DataShown, EraseData, ShowData
from bot.domain.subscription import Noted, Unsubscribe
from bot.turn import A_MINUTE, Turn, take

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
HERE = Address("webchat", "web", "an")


async def nothing(_: AnyRequest) -> AnyResult | None:
    return None


class Talk:
    """A talk, one message after the other."""

    def __init__(self, edition: Edition) -> None:
        self.edition, self.session, self.number = edition, Session(), 0
        self.asked: list[AnyRequest] = []

    async def act(self, request: AnyRequest) -> AnyResult | None:
        self.asked.append(request)
        match request:
            case ShowData(erasing=erasing):
                return DataShown(NOW, 3, (("nhắc hẹn", date(2026, 11, 1)),), erasing=erasing)
            case EraseData():
                return DataErased()
        return None

    async def say(self, text: str = "", choice: str | None = None, at: datetime = NOW) -> Turn:
        self.number += 1
        incoming = Incoming(f"m{self.number}", HERE, text, choice)
        taken = await take(self.edition, self.session, incoming, Moment(at, incoming.id), self.act)
        self.session = taken.session
        return taken


@pytest.fixture
def talk(edition: Edition) -> Talk:
    return Talk(edition)


async def test_an_answer_is_counted_by_intent_and_door(talk: Talk) -> None:
    taken = await talk.say("mất căn cước làm lại ở đâu")
    assert (taken.outcome, taken.intent) == ("answer", "can_cuoc.cap_lai")
    assert dict(taken.counts) == {"outcome|answer": 1, "door|webchat": 1, "intent|can_cuoc.cap_lai": 1}
    assert taken.unclear is None


async def test_of_a_pasted_message_only_ids_numbers_and_domains_remain(talk: Talk) -> None:
    text = (
        "VCB: tai khoan quy khach bi khoa, vui long dang nhap va nhap OTP tai https://vcb-moi.vip/dn hom nay"
    )
    taken = await talk.say(text)
    assert (taken.outcome, taken.intent) == ("doubted", "lua_dao.kiem_tra")
    assert taken.counts["scam|scam"] == 1
    assert taken.unclear is None
    assert taken.sighting is not None
    assert taken.sighting.domains == ("vcb-moi.vip",)
    assert len(taken.sighting.sketch) == 4
    kept = repr((taken.session, taken.counts, taken.sighting))
    assert not [words for words in ("quy khach", "dang nhap", "/dn", "hom nay") if words in kept]


async def test_a_question_not_understood_is_kept_for_the_officers(talk: Talk) -> None:
    taken = await talk.say("asdf ghjk")
    assert taken.outcome == "unknown"
    assert taken.unclear == "asdf ghjk"


async def test_a_rating_is_counted_once(talk: Talk) -> None:
    await talk.say("quên mật khẩu vneid")  # the case is said: nothing is asked back
    useful = next(c for c in talk.session.offers if c.startswith("u:"))
    taken = await talk.say(choice=useful)
    assert taken.counts[f"rated|{useful[2:]}|useful"] == 1
    again = await talk.say(choice=useful)
    assert not [name for name in again.counts if name.startswith("rated|")]


async def test_who_sends_too_fast_is_asked_to_wait_but_a_cry_passes(talk: Talk) -> None:
    for _ in range(A_MINUTE):
        assert (await talk.say("chào")).outcome != "slowed"
    slowed = await talk.say("mất căn cước làm lại ở đâu")
    assert slowed.outcome == "slowed"
    assert "113" in slowed.replies[0].text
    cry = await talk.say("cháy nhà rồi cứu với")
    assert cry.outcome == "urgent"
    assert "114" in cry.replies[0].text
    later = await talk.say("mất căn cước làm lại ở đâu", at=NOW + timedelta(minutes=1))
    assert later.outcome == "answer"


async def test_own_data_is_shown_and_erased_after_a_second_question(talk: Talk) -> None:
    await talk.say(choice="start:mai_phu")
    await talk.say("mất căn cước làm lại ở đâu")
    shown = await talk.say("xem dữ liệu của tôi")
    assert "Mai Phụ" in shown.replies[0].text
    assert "nhắc hẹn (01/11/2026)" in shown.replies[0].text
    asked = await talk.say("xoá hết dữ liệu của tôi")
    assert [button.choice for button in asked.replies[0].buttons] == ["d:erase!", "m"]
    assert not [request for request in talk.asked if isinstance(request, EraseData)]
    kept = await talk.say(choice="m")
    assert kept.session.station == "mai_phu"
    stale = await talk.say(choice="d:erase!")  # pressed after all, when something else is on show
    assert not [request for request in talk.asked if isinstance(request, EraseData)]
    assert [button.choice for button in stale.replies[0].buttons] == ["d:erase!", "m"]
    await talk.say("xoa du lieu cua toi")
    erased = await talk.say("xóa hết")
    assert isinstance(talk.asked[-1], EraseData)
    assert (erased.session.station, erased.session.intent, erased.session.trail) == (None, None, ())


async def test_a_poster_greets_for_its_station_and_an_unknown_one_does_not(talk: Talk) -> None:
    taken = await talk.say(choice="start:mai_phu")
    assert "Mai Phụ" in taken.replies[0].text
    taken = await talk.say(choice="start:khong_co")
    assert taken.session.station is None
    assert "xin chào" in taken.replies[0].text


def test_a_broken_turn_still_says_something() -> None:
    taken = turn.failed(Session(), turn.Reply("xin lỗi"))
    assert [reply.text for reply in taken.replies] == ["xin lỗi"]


async def test_nobody_comes_back_to_a_booking_left_an_hour_ago_and_no_name_stays(talk: Talk) -> None:
    await talk.say("đặt lịch làm căn cước cho tôi sáng thứ 4 ở Mai Phụ")
    talk.session = replace(talk.session, draft=replace(talk.session.draft, asks="contact", name="Lan"))
    await talk.say("0912345678 gọi cho tôi hoài")
    assert talk.session.draft is not None
    await talk.say("xin chào", at=NOW + timedelta(hours=1))
    assert talk.session.draft is None


async def test_what_may_be_somebodys_name_is_not_kept_as_a_question(talk: Talk) -> None:
    await talk.say("đặt lịch làm căn cước cho tôi sáng thứ 4 ở Mai Phụ")
    talk.session = replace(talk.session, draft=replace(talk.session.draft, asks="phone"))
    taken = await talk.say("grzb ưqx plmok")
    assert taken.outcome == "unknown"
    assert taken.unclear is None


async def test_a_press_under_a_warning_counts_also_while_a_person_writes(edition: Edition) -> None:
    talk = Talk(edition)
    await talk.say("chào")
    by_hand = Incoming("m9", HERE, kind=Kind.OFFICER)
    taken = await take(edition, talk.session, by_hand, Moment(NOW, "m9"), talk.act)
    talk.session = taken.session
    assert (await talk.say("có ai không")).outcome == "with_officer"
    await talk.say(choice="w:stop")
    assert talk.asked[-1] == Unsubscribe(f"warn:m{talk.number}")
    taken = await talk.say(choice="w:ok:tb1:pccc")
    assert talk.asked[-1] == Noted(f"note:m{talk.number}", "tb1", "read")
    assert "Cảm ơn" in taken.replies[0].text


async def test_a_press_under_a_warning_is_not_relayed_to_an_officer(edition: Edition) -> None:
    talk = Talk(edition)
    handover = Handover("mai_phu", "a1", Stage.TAKEN, 1, Reason.ASKED, NOW, NOW, NOW, NOW, officer="o1")
    pressed = Incoming("m1", HERE, "", "w:stop")
    session = replace(talk.session, handover=handover.ref)
    taken = await take(edition, session, pressed, Moment(NOW, "m1"), talk.act, handover)
    assert talk.asked == [Unsubscribe("warn:m1")]
    assert taken.session.handover == handover.ref


@pytest.mark.parametrize("stage", [Stage.TAKEN, Stage.OPEN])
async def test_a_code_for_a_door_and_a_press_about_one_are_not_for_officers_to_read(
    edition: Edition, stage: Stage
) -> None:
    talk = Talk(edition)
    handover = Handover("mai_phu", "a1", stage, 1, Reason.ASKED, NOW, NOW, NOW, NOW, officer="o1")
    session = replace(talk.session, handover=handover.ref)
    code = next(found for number in range(10**9, 10**10, 104_729) if (found := drawn(number)))
    for number, (text, choice) in enumerate([(written(code), None), ("", "c:yes:ab")]):
        incoming = Incoming(f"m{number}", HERE, text, choice)
        await take(edition, session, incoming, Moment(NOW, incoming.id), talk.act, handover)
    assert talk.asked == [EnterCode("doors:m0", code), TieDoors("doors:m1", "ab")]
