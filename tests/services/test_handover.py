"""A talk handed over to an officer: called, taken by one, relayed both ways, ended, gone a day later."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.handover import (
    LINES,
    LIVE,
    LONGEST,
    OPENINGS,
    Alert,
    HandedOver,
    HandOver,
    Outcome,
    PassOn,
    Reason,
    Seek,
    Sought,
    Stage,
)
from bot.domain.message import Address
from bot.domain.officer import Hand, Role
from bot.services.handover import until
from bot.services.officers import TERMINAL
from bot.store.audit import told
from bot.store.connection import Store
from bot.store.handovers import RINGS
from tests.services.duty import AN, BINH, HOA, MONDAY, NIGHT, OTHER, STATION, Duty

FULL = "hồ sơ cư trú của tôi nộp ngày 12/11 chưa thấy trả lời"


@pytest.fixture
def duty(store: Store, edition) -> Duty:
    return Duty(store, lambda: edition.known)


class TestCalling:
    async def test_tells_everybody_on_duty_there_once_with_a_button_and_without_a_word_of_it(
        self, duty: Duty
    ):
        lan, minh = await duty.officer("Lan"), await duty.officer("Minh")
        away, other = await duty.officer("Đi", duty=False), await duty.officer("Xa", stations=(OTHER,))
        seen = await duty.opened(FULL)
        for _ in range(3):
            await duty.tend()
        for each in (lan, minh):
            (call,) = await duty.delivered(duty.post(each))
            assert "Công an xã Mai Phụ" in call.replies[0].text
            assert "12/11" not in call.replies[0].text
            assert [button.choice for button in call.replies[0].buttons] == [f"o:take:{seen.ref}"]
        for each in (away, other):
            assert await duty.delivered(duty.post(each)) == []

    async def test_reaches_who_comes_on_duty_later(self, duty: Duty):
        late = await duty.officer("Muộn", duty=False)
        await duty.opened()
        await duty.officers.set_duty(duty.hand(late), on=True)
        await duty.tend()
        assert len(await duty.delivered(duty.post(late))) == 1

    async def test_is_not_sent_any_more_when_somebody_took_it(self, duty: Duty):
        lan, minh = await duty.officer("Lan"), await duty.officer("Minh")
        seen = await duty.opened()
        (call,) = await duty.delivered(duty.post(minh))
        assert call.reason
        assert await duty.relay.call_wanted(call.reason)
        await duty.takes(lan, seen)
        assert not await duty.relay.call_wanted(call.reason)

    async def test_an_operator_and_a_desk_without_officers_are_nobody_to_call(self, duty: Duty):
        found = await duty.asks(Seek("s", STATION, Reason.ASKED))
        assert found == Sought(STATION, Reason.ASKED, staffed=False, on_duty=False)
        await duty.officer("Máy", role=Role.OPERATOR, stations=())
        found = await duty.asks(Seek("s", None, Reason.ASKED))
        assert isinstance(found, Sought)
        assert not found.staffed
        await duty.officer("Lan", duty=False)
        found = await duty.asks(Seek("s", STATION, Reason.ASKED))
        assert found == Sought(STATION, Reason.ASKED, staffed=True, on_duty=False)

    async def test_a_citizen_has_one_however_often_they_ask(self, duty: Duty):
        await duty.officer("Lan")
        first = await duty.opened("câu một")
        second = await duty.opened("câu hai")
        assert second.ref == first.ref
        assert [each.text for each in await duty.handovers.lines(STATION, first.id)] == ["câu một", "câu hai"]


class TestTaking:
    async def test_of_many_at_once_one_wins(self, duty: Duty):
        officers = [await duty.officer(f"Cán bộ {number}") for number in range(6)]
        seen = await duty.opened()
        results = await asyncio.gather(*(duty.takes(each, seen) for each in officers * 3))
        winners = [each for each in results if each.done]
        assert len(winners) == 1
        found = await duty.handovers.read(STATION, seen.id)
        assert found
        assert found.officer == winners[0].handover.officer
        assert {each.outcome for each in results} == {Outcome.DONE, Outcome.NOT_ALLOWED}
        assert all(each.lines == () for each in results if not each.done)

    async def test_shows_the_question_and_tells_the_citizen(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened(FULL)
        await duty.sent(duty.post(lan))
        found = await duty.takes(lan, seen)
        assert [each.text for each in found.lines if each.text] == [FULL]
        (said,) = await duty.sent(AN)
        assert "đang ở đây" in said
        assert "không bao giờ hỏi mã OTP" in said
        assert "Lan" not in said  # citizens never learn who the officer is

    async def test_repeated_gives_the_first_result(self, duty: Duty):
        lan, seen = await duty.officer("Lan"), await duty.opened(FULL)
        again = [await duty.talks.take(duty.hand(lan), "same", seen.ref, duty.post(lan)) for _ in range(3)]
        assert [each.outcome for each in again] == [Outcome.DONE] * 3
        assert len({each.handover for each in again}) == 1

    @pytest.mark.parametrize("how", ["left", "ended", "elsewhere", "operator"])
    async def test_not_by_who_may_not_and_they_read_nothing(self, duty: Duty, how: str):
        if how == "elsewhere":
            them = await duty.officer("Xa", stations=(OTHER,))
        elif how == "operator":
            them = await duty.officer("Máy", role=Role.OPERATOR, stations=())
        else:
            them = await duty.officer("Hết", until=MONDAY + timedelta(hours=1) if how == "ended" else None)
        seen = await duty.opened(FULL)
        if how == "left":
            await duty.officers.leave(Hand(TERMINAL, TERMINAL, duty.now), them.id)
        duty.later(hours=1)
        hand = duty.hand(them)
        for done in (
            await duty.takes(them, seen),
            await duty.talks.read(hand, seen.ref),
            await duty.talks.say(hand, "s", seen.ref, "chào"),
            await duty.talks.close(hand, "c", seen.ref),
            await duty.talks.give_back(hand, "g", seen.ref),
        ):
            assert (done.outcome, done.lines) == (Outcome.REFUSED, ())
        assert await duty.talks.listed(hand) == []
        assert not await duty.talks.draft(hand, seen.ref)
        await duty.sent(duty.post(them))
        await duty.writes(seen.ref, "còn ai không")
        await duty.tend()
        assert await duty.sent(duty.post(them)) == []

    @pytest.mark.parametrize("how", ["left", "ended"])
    async def test_who_stops_being_an_officer_in_a_talk_reads_no_more_and_another_is_called(
        self, duty: Duty, how: str
    ):
        them = await duty.officer("Hết", until=MONDAY + timedelta(hours=1) if how == "ended" else None)
        seen = await duty.opened(FULL)
        await duty.takes(them, seen)
        await duty.sent(duty.post(them))
        duty.later(minutes=50)
        await duty.writes(seen.ref, "đây là chuyện riêng")
        (waiting,) = await duty.delivered(duty.post(them))  # in the outbox, not sent yet
        minh = await duty.officer("Minh")
        duty.later(minutes=15)
        if how == "left":
            await duty.officers.leave(Hand(TERMINAL, TERMINAL, duty.now), them.id)
        assert waiting.reason
        assert not await duty.relay.talk_wanted(waiting.reason, duty.now)
        await duty.writes(seen.ref, "và câu này nữa")
        await duty.tend()
        assert await duty.sent(duty.post(them)) == []
        found = await duty.handovers.read(STATION, seen.id)
        assert found
        assert (found.stage, found.officer) == (Stage.OPEN, "")
        assert len(await duty.delivered(duty.post(minh))) == 1
        assert (await duty.talks.read(duty.hand(them), seen.ref)).outcome is Outcome.REFUSED
        taken = await duty.takes(minh, found)
        assert "và câu này nữa" in [each.text for each in taken.lines]


class TestRelaying:
    async def test_goes_both_ways_in_order_and_each_once(self, duty: Duty):
        lan, seen = await duty.officer("Lan"), await duty.opened(FULL)
        await duty.takes(lan, seen)
        await duty.sent(AN)
        await duty.sent(duty.post(lan))
        for number in range(12):
            await duty.writes(seen.ref, f"dân {number}")
            await duty.talks.say(duty.hand(lan), duty.request(), seen.ref, f"cán bộ {number}")
            await duty.tend()
        assert [each.rpartition(" ")[2] for each in await duty.sent(AN)] == [str(n) for n in range(12)]
        assert [each.rpartition(" ")[2] for each in await duty.sent(duty.post(lan))] == [
            str(n) for n in range(12)
        ]
        again = duty.fresh_relay()
        for _ in range(2):
            await again.tend(STATION, duty.now)
        assert await duty.sent(AN) == []

    @pytest.mark.parametrize("address", [AN, HOA, BINH])
    async def test_reaches_every_door(self, duty: Duty, address: Address):
        lan, seen = await duty.officer("Lan"), await duty.opened(FULL, address)
        await duty.takes(lan, seen)
        await duty.talks.say(duty.hand(lan), "s", seen.ref, "mai bác ra nhé")
        if address is BINH:
            who = duty.inbox.person(BINH)
            said = [each.reply.text for each in await duty.inbox.replies.since(who, 0, duty.now)]
            assert duty.shown
        else:
            said = await duty.sent(address)
        assert len(said) == 2
        assert "mai bác ra nhé" in said[1]

    async def test_marks_in_what_either_side_writes_mean_nothing(self, duty: Duty):
        lan, seen = await duty.officer("Lan"), await duty.opened()
        await duty.takes(lan, seen)
        await duty.sent(duty.post(lan))
        await duty.writes(seen.ref, "**x** [bấm đây](https://xau.example)")
        (said,) = await duty.sent(duty.post(lan))
        assert "\\*\\*x\\*\\* \\[bấm đây\\]\\(https\\:\\/\\/xau\\.example\\)" in said

    async def test_private_numbers_of_an_officer_are_masked_too(self, duty: Duty):
        lan, seen = await duty.officer("Lan"), await duty.opened()
        await duty.takes(lan, seen)
        await duty.talks.say(duty.hand(lan), "s", seen.ref, "cccd 038085001234 của bác")
        assert not [each for each in await duty.sent(AN) if "038085001234" in each]

    async def test_a_message_repeated_is_relayed_once(self, duty: Duty):
        lan, seen = await duty.officer("Lan"), await duty.opened()
        await duty.takes(lan, seen)
        await duty.sent(AN)
        for _ in range(3):
            await duty.talks.say(duty.hand(lan), "same", seen.ref, "một lần thôi")
            await duty.writes(seen.ref, "một lần thôi", request="same")
        assert len(await duty.sent(AN)) == 1
        assert len([each for each in await duty.sent(duty.post(lan)) if "một lần" in each]) == 1

    async def test_the_same_id_of_another_citizens_message_is_another_message(self, duty: Duty):
        lan = await duty.officer("Lan")
        mine, theirs = await duty.opened("a", AN), await duty.opened("b", HOA)
        for each in (mine, theirs):
            await duty.takes(lan, each)
        first = await duty.writes(mine.ref, "x", AN, request="m1")
        second = await duty.writes(theirs.ref, "y", HOA, request="m1")
        assert isinstance(first, HandedOver)
        assert isinstance(second, HandedOver)
        assert (first.handover.ref, second.handover.ref) == (mine.ref, theirs.ref)

    async def test_nobody_writes_into_anothers_talk(self, duty: Duty):
        lan, minh = await duty.officer("Lan"), await duty.officer("Minh")
        seen = await duty.opened()
        await duty.takes(lan, seen)
        found = await duty.writes(seen.ref, "tôi là người khác", HOA)
        assert isinstance(found, HandedOver)
        assert (found.outcome, found.handover) == (Outcome.NOT_FOUND, None)
        ended = await duty.hangs_up(seen.ref, HOA)
        assert isinstance(ended, HandedOver)
        assert ended.outcome is Outcome.NOT_FOUND
        for done in (
            await duty.talks.say(duty.hand(minh), "s", seen.ref, "chào"),
            await duty.talks.close(duty.hand(minh), "c", seen.ref),
            await duty.talks.give_back(duty.hand(minh), "g", seen.ref),
            await duty.talks.read(duty.hand(minh), seen.ref),
        ):
            assert (done.outcome, done.lines) == (Outcome.NOT_ALLOWED, ())


class TestEnding:
    async def test_by_the_officer_by_the_citizen_and_by_thirty_quiet_minutes(self, duty: Duty):
        lan = await duty.officer("Lan")
        closed, hung, quiet = [await duty.opened("x", each) for each in (AN, HOA, BINH)]
        for each in (closed, hung, quiet):
            await duty.takes(lan, each)
        await duty.sent(AN), await duty.sent(duty.post(lan))
        await duty.talks.close(duty.hand(lan), "c", closed.ref)
        await duty.hangs_up(hung.ref, HOA)
        duty.later(minutes=29)
        await duty.tend()
        assert (await duty.handovers.read(STATION, quiet.id)).stage is Stage.TAKEN
        duty.later(minutes=1)
        await duty.tend()
        stages = {(await duty.handovers.read(STATION, each.id)).stage for each in (closed, hung, quiet)}
        assert stages == {Stage.ENDED}
        assert "Cán bộ đã kết thúc" in (await duty.sent(AN))[0]
        told_officer = " ".join(await duty.sent(duty.post(lan)))
        assert "người dân đã kết thúc" in told_officer
        assert "30 phút không ai viết" in told_officer
        late = await duty.writes(closed.ref, "còn nữa")
        assert isinstance(late, HandedOver)
        assert late.outcome is Outcome.NOT_ALLOWED

    async def test_every_word_is_gone_a_day_later_and_nothing_of_it_lies_open_before(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened(FULL)
        await duty.takes(lan, seen)
        await duty.talks.say(duty.hand(lan), "s", seen.ref, "tuần sau có kết quả")
        await duty.hangs_up(seen.ref)
        await duty.sent(AN), await duty.sent(duty.post(lan))
        everything = await _everything(duty.store)
        for words in ("hồ sơ cư trú", "tuần sau", '"an"'):
            assert words.encode() not in everything
            assert json.dumps(words)[1:-1].encode() not in everything
        assert lan.id.encode() in everything  # so what lies open is seen
        duty.later(hours=23, minutes=59)
        await duty.tend()
        assert (await duty.talks.read(duty.hand(lan), seen.ref)).done
        duty.later(minutes=1)
        await duty.tend()
        assert (await duty.talks.read(duty.hand(lan), seen.ref)).outcome is Outcome.NOT_FOUND
        keys = [key async for key in duty.store.redis.scan_iter("tb:{s:*") if seen.id.encode() in key]
        assert keys == []

    async def test_erasing_ones_data_erases_the_talk(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened(FULL)
        await duty.takes(lan, seen)
        (call, *_) = await duty.delivered(duty.post(lan))
        assert call
        await duty.writes(seen.ref, "xin đừng cho ai biết")
        (waiting,) = await duty.delivered(duty.post(lan))
        await duty.calls.erase(duty.inbox.person(AN), duty.now)
        assert waiting.reason
        assert not await duty.relay.talk_wanted(waiting.reason, duty.now)
        assert (await duty.talks.read(duty.hand(lan), seen.ref)).outcome is Outcome.NOT_FOUND
        assert await duty.handovers.lines(STATION, seen.id) == []

    async def test_given_back_it_is_called_anew_and_the_question_is_still_there(self, duty: Duty):
        lan, minh = await duty.officer("Lan"), await duty.officer("Minh")
        seen = await duty.opened(FULL)
        await duty.takes(lan, seen)
        await duty.sent(duty.post(lan)), await duty.sent(duty.post(minh))
        await duty.talks.give_back(duty.hand(lan), "g", seen.ref)
        (call,) = await duty.delivered(duty.post(minh))
        assert [each.choice for each in call.replies[0].buttons] == [f"o:take:{seen.ref}"]
        taken = await duty.takes(minh, seen)
        assert FULL in [each.text for each in taken.lines]
        assert (await duty.talks.say(duty.hand(lan), "s", seen.ref, "x")).outcome is Outcome.NOT_ALLOWED

    async def test_asked_again_after_the_end_it_is_opened_again(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened(FULL)
        await duty.takes(lan, seen)
        await duty.hangs_up(seen.ref)
        again = await duty.opened("hỏi thêm")
        assert (again.ref, again.stage, again.round) == (seen.ref, Stage.OPEN, 2)
        taken = await duty.takes(lan, again)
        assert [each.text for each in taken.lines if each.text] == [FULL, "hỏi thêm"]


class TestWaiting:
    async def test_a_question_of_the_night_waits_for_the_morning_and_then_lapses_with_an_apology(
        self, duty: Duty
    ):
        duty.now = NIGHT
        lan = await duty.officer("Lan", duty=False)
        seen = await duty.opened(FULL)
        morning = MONDAY + timedelta(days=2)  # the day between is a public holiday
        duty.now = morning
        await duty.officers.set_duty(duty.hand(lan), on=True)
        await duty.tend()
        assert len(await duty.delivered(duty.post(lan))) == 1
        duty.now = seen.lapses
        await duty.tend()
        found = await duty.handovers.read(STATION, seen.id)
        assert found
        assert found.stage is Stage.LAPSED
        assert "chưa có cán bộ" in (await duty.sent(AN))[0]
        assert (await duty.takes(lan, seen)).outcome is Outcome.NOT_ALLOWED

    def test_lasts_until_the_end_of_the_second_open_day(self, duty: Duty):
        ends = until(duty.known(), STATION, MONDAY)
        assert ends.isoformat() == "2026-11-25T17:00:00+07:00"  # 24 November is a holiday
        assert until(duty.known(), "nowhere", MONDAY) == MONDAY + timedelta(days=3)

    async def test_how_long_people_waited_is_counted_without_names(self, duty: Duty):
        lan = await duty.officer("Lan")
        for minutes, address in ((0.5, AN), (4, HOA), (90, BINH)):
            seen = await duty.opened("x", address)
            duty.later(minutes=minutes)
            await duty.takes(lan, seen)
        day = duty.now.date()
        counts = await duty.talks.counts((STATION,), day, day)
        assert counts["taken"] == counts["opened|asked"] == 3
        assert counts["waited"] == round((0.5 + 4 + 90) * 60)
        assert [counts[f"within|{each}"] for each in (1, 5, 15, 60)] == [1, 2, 2, 2]
        page = duty.metrics.page().decode()
        assert "trucban_handover_wait_seconds_count 3.0" in page


class TestAlerts:
    async def test_tells_kind_and_station_never_a_word_and_the_talk_can_be_taken(self, duty: Duty):
        lan = await duty.officer("Lan")
        found = await duty.asks(Alert("a", STATION, "fire"), "cháy nhà ông Tư xóm 5")
        assert isinstance(found, HandedOver)
        assert found.handover
        (call,) = await duty.delivered(duty.post(lan))
        assert "cháy, nổ" in call.replies[0].text
        assert "Mai Phụ" in call.replies[0].text
        assert "ông Tư" not in call.replies[0].text
        assert await duty.handovers.lines(STATION, found.handover.id) == []
        kept = await duty.writes(found.handover.ref, "tôi chưa đồng ý cho ai đọc")
        assert isinstance(kept, HandedOver)
        assert kept.outcome is Outcome.NOT_ALLOWED
        taken = await duty.takes(lan, found.handover)
        assert taken.done
        assert (await duty.writes(found.handover.ref, "giờ thì được")).outcome is Outcome.DONE

    async def test_in_a_talk_with_an_officer_the_officer_is_told(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened()
        await duty.takes(lan, seen)
        await duty.sent(duty.post(lan))
        await duty.asks(Alert("a", STATION, "violence"))
        (said,) = await duty.sent(duty.post(lan))
        assert "bạo lực" in said

    async def test_of_who_named_no_station_reaches_those_who_serve_everywhere(self, duty: Duty):
        lan, tinh = await duty.officer("Lan"), await duty.officer("Tỉnh", stations=())
        await duty.asks(Alert("a", "", "held"))
        assert await duty.delivered(duty.post(lan)) == []
        (call,) = await duty.delivered(duty.post(tinh))
        assert "chưa rõ trụ sở" in call.replies[0].text
        assert len(await duty.talks.listed(duty.hand(tinh))) == 1
        assert await duty.talks.listed(duty.hand(lan)) == []

    async def test_the_same_cry_again_and_again_rings_once_in_ten_minutes(self, duty: Duty):
        lan = await duty.officer("Lan")
        for number in range(20):
            await duty.asks(Alert(f"a{number}", STATION, "fire"))
            duty.later(seconds=20)
            await duty.tend()
        assert len(await duty.delivered(duty.post(lan))) == 1
        duty.later(minutes=10)
        await duty.asks(Alert("b", STATION, "fire"))
        assert len(await duty.delivered(duty.post(lan))) == 1

    async def test_is_over_after_two_hours_and_says_nothing_to_the_citizen(self, duty: Duty):
        await duty.officer("Lan")
        found = await duty.asks(Alert("a", STATION, "fire"))
        duty.later(hours=2)
        await duty.tend()
        assert (await duty.handovers.read(STATION, found.handover.id)).stage is Stage.LAPSED
        assert await duty.sent(AN) == []


class TestLimits:
    async def test_a_flood_of_alerts_is_listed_but_rings_no_more_than_so_often(self, duty: Duty):
        lan = await duty.officer("Lan")
        for number in range(RINGS + 20):
            await duty.asks(Alert("a", STATION, "fire"), "", Address("telegram", "bot", f"x{number}"))
        await duty.tend()
        assert len(await duty.delivered(duty.post(lan))) <= RINGS
        assert len(await duty.talks.listed(duty.hand(lan))) == RINGS + 20

    async def test_no_more_wait_than_may_but_an_alert_still_gets_in(self, duty: Duty):
        await duty.officer("Lan", duty=False)
        for number in range(LIVE):
            await duty.opened("x", Address("telegram", "bot", f"x{number}"))
        last = await duty.asks(HandOver("h", STATION, Reason.ASKED, worded=True), "x")
        assert isinstance(last, HandedOver)
        assert (last.outcome, last.handover) == (Outcome.FULL, None)
        alert = await duty.asks(Alert("a", STATION, "fire"))
        assert isinstance(alert, HandedOver)
        assert alert.outcome is Outcome.DONE

    async def test_lines_and_words_are_bounded_and_an_end_is_still_told(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened()
        await duty.takes(lan, seen)
        for _ in range(LINES - 2):
            await duty.writes(seen.ref, "đ" * (LONGEST + 500))
        full = await duty.writes(seen.ref, "nữa")
        assert isinstance(full, HandedOver)
        assert full.outcome is Outcome.FULL
        assert (await duty.talks.say(duty.hand(lan), "s", seen.ref, "x")).outcome is Outcome.FULL
        assert (await duty.talks.close(duty.hand(lan), "c", seen.ref)).done
        lines = await duty.handovers.lines(STATION, seen.id)
        assert max(len(each.text) for each in lines) == LONGEST
        assert len(lines) == LINES + 1

    async def test_opened_and_dropped_over_and_over_it_stays_closed(self, duty: Duty):
        await duty.officer("Lan")
        for _ in range(OPENINGS):
            seen = await duty.opened()
            await duty.hangs_up(seen.ref)
        last = await duty.asks(HandOver("h", STATION, Reason.ASKED, worded=True), "x")
        assert isinstance(last, HandedOver)
        assert last.outcome is Outcome.OFTEN

    @pytest.mark.parametrize(
        "ref", ["", ".", "x", "mai_phu.", "mai_phu.*", "a.b.c", "mai_phu.\n", "tb:{o}.roster"]
    )
    async def test_a_made_up_reference_is_nothing(self, duty: Duty, ref: str):
        lan = await duty.officer("Lan", stations=())
        await duty.opened()
        hand = duty.hand(lan)
        assert (await duty.talks.take(hand, "t", ref, None)).outcome is Outcome.NOT_FOUND
        assert (await duty.talks.read(hand, ref)).outcome is Outcome.NOT_FOUND
        found = await duty.asks(PassOn("p", ref), "x")
        assert isinstance(found, HandedOver)
        assert found.outcome is Outcome.NOT_FOUND


class TestRecords:
    async def test_every_act_is_in_the_audit_by_the_id_alone(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened(FULL)
        await duty.takes(lan, seen)
        await duty.talks.say(duty.hand(lan), "s", seen.ref, "mai bác ra nhé")
        await duty.talks.draft(duty.hand(lan), seen.ref)
        await duty.talks.close(duty.hand(lan), "c", seen.ref)
        entries = [told(text) async for _, text, _ in duty.officers.audit.entries()]
        acts = [each["act"] for each in entries if each["subject"] == seen.id]
        assert acts == ["talk.take", "talk.say", "talk.read", "talk.draft", "talk.end"]
        assert (await duty.officers.verified()).broken is None
        text = json.dumps(entries, ensure_ascii=False)
        assert not [words for words in ("mai bác", "hồ sơ cư", duty.inbox.person(AN).id) if words in text]

    async def test_a_draft_is_the_officers_answer_alone_and_can_be_dropped(self, duty: Duty):
        lan = await duty.officer("Lan")
        seen = await duty.opened(FULL)
        await duty.takes(lan, seen)
        assert not await duty.talks.draft(duty.hand(lan), seen.ref)
        await duty.talks.say(duty.hand(lan), "s", seen.ref, "Hồ sơ trả sau 7 ngày làm việc")
        for _ in range(2):
            assert await duty.talks.draft(duty.hand(lan), seen.ref)
        (draft,) = await duty.talks.drafts((STATION,), duty.now)
        assert (draft.text, draft.officer) == ("Hồ sơ trả sau 7 ngày làm việc", lan.id)
        await duty.talks.drop_draft(duty.hand(lan), draft)
        assert await duty.talks.drafts((STATION,), duty.now) == []


class TestTheOfficersChat:
    async def test_takes_writes_to_the_chosen_one_and_ends(self, duty: Duty):
        lan = await duty.officer("Lan")
        first = await duty.opened("a", AN)
        duty.later(seconds=1)
        second = await duty.opened("b", HOA)
        hand, post = duty.hand(lan), duty.post(lan)
        assert await duty.desk.wrote(hand, "w0", "chào") is None
        (listed,) = await duty.desk.listed(hand)
        assert [each.choice for each in listed.buttons] == [f"o:take:{first.ref}", f"o:take:{second.ref}"]
        for each in (first, second):
            (thread,) = await duty.desk.pressed(hand, post, f"t.{each.id}", f"o:take:{each.ref}")
            assert "là của đồng chí" in thread.text
        assert await duty.desk.wrote(hand, "w1", "gửi Hoà") == ()
        await duty.desk.pressed(hand, post, "p1", f"o:talk:{first.ref}")
        assert await duty.desk.wrote(hand, "w2", "gửi An") == ()
        assert "gửi Hoà" in (await duty.sent(HOA))[-1]
        assert "gửi An" in (await duty.sent(AN))[-1]
        (closed,) = await duty.desk.pressed(hand, post, "p2", f"o:end:{first.ref}")
        (drafted,) = await duty.desk.pressed(hand, post, "p3", closed.buttons[0].choice)
        assert "Đã lưu" in drafted.text
        assert await duty.desk.wrote(hand, "w3", "còn một người") == ()
        assert "còn một người" in (await duty.sent(HOA))[-1]

    async def test_says_why_something_is_not_done(self, duty: Duty):
        lan, minh = await duty.officer("Lan"), await duty.officer("Minh")
        seen = await duty.opened()
        await duty.takes(lan, seen)
        (late,) = await duty.desk.pressed(duty.hand(minh), duty.post(minh), "p", f"o:take:{seen.ref}")
        assert "Đồng chí khác đã nhận" in late.text
        await duty.hangs_up(seen.ref)
        (over,) = await duty.desk.pressed(duty.hand(lan), duty.post(lan), "p2", f"o:talk:{seen.ref}")
        assert "kết thúc" in over.text
        assert await duty.desk.pressed(duty.hand(lan), duty.post(lan), "p3", "o:duty:on") is None


async def _everything(store: Store) -> bytes:
    """All that lies in the store, as whoever has its file would read it."""
    redis, found = store.redis, []
    readers: dict[bytes, Callable] = {
        b"string": redis.get, b"hash": redis.hgetall, b"set": redis.smembers,
        b"list": lambda key: redis.lrange(key, 0, -1), b"zset": lambda key: redis.zrange(key, 0, -1),
        b"stream": redis.xrange,
    }  # fmt: skip
    async for key in redis.scan_iter("*"):
        found += [key, *_flat(await readers[await redis.type(key)](key))]
    return b"\n".join(found)


def _flat(value: object) -> list[bytes]:
    if isinstance(value, bytes):
        return [value]
    parts = (
        [*value.items()]
        if isinstance(value, dict)
        else [*value]
        if isinstance(value, list | set | tuple)
        else []
    )
    return [each for part in parts for each in _flat(part)]
