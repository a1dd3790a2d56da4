"""What may be sent when, and what becomes of it when Zalo does not take it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import dispatch
from bot.channels.zalo_oa import door as zalo_door
from bot.content.shelf import Shelf
from bot.conversation.days import VIETNAM
from bot.domain.delivery import Delivery, Lane
from bot.domain.message import Reply
from bot.store.connection import Store
from bot.store.contacts import FREE, Reach
from tests.channels.zalo.desk import BA, OA, ONG, QUESTION, Desk, at, open_zalo
from tests.doubles.zalo import OAUTH, citizen

DAY = 86_400.0
TRIES = 2


@pytest.fixture
async def desk(store: Store, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_zalo(store, shelf, tmp_path) as opened:
        yield opened
        assert opened.zalo.wrong == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test can sit through."""
    monkeypatch.setattr(zalo_door, "_SLOWER", 0.05)
    monkeypatch.setattr(zalo_door, "_WITHOUT", timedelta(seconds=0.1))
    monkeypatch.setattr(zalo_door, "_LOCKED_OUT", timedelta(seconds=0.05))
    monkeypatch.setattr(dispatch, "MOST_TRIES", TRIES)


async def remind(desk: Desk, id_: str = "remind:1", user: str = BA, lane: Lane = Lane.REMINDER) -> None:
    now = datetime.now(UTC)
    await desk.outbox.put(
        Delivery(id_, at(user), lane, (Reply(f"Nhắc hẹn {id_}"),), now, now + timedelta(days=1))
    )


async def test_eight_answers_are_free_and_the_ninth_waits_for_the_next_message(desk: Desk) -> None:
    await desk.ask(QUESTION)
    for number in range(FREE - 1):
        await remind(desk, f"remind:{number}")
    await desk.zalo.news(FREE)
    await remind(desk, "remind:ninth")
    await desk.counted("sends", result="held")
    tried = [call for call in desk.zalo.calls if call.user]
    assert len(tried) == FREE  # nothing was tried at the account's cost
    await desk.zalo.say(BA, "còn lệ phí?")
    assert "Nhắc hẹn remind:ninth" in {call.text for call in await desk.zalo.news(FREE + 2)}


async def test_a_reminder_after_two_days_waits_and_an_answer_does_not(desk: Desk) -> None:
    now = datetime.now(UTC)
    await desk.contacts.wrote(at(BA), now - timedelta(days=3), now)
    desk.zalo.skip(-3 * DAY)
    desk.zalo.interacted(BA)
    desk.zalo.skip(3 * DAY)
    await remind(desk)
    await desk.counted("sends", result="held")
    assert not desk.zalo.sent
    assert await desk.contacts.spend(at(BA), now) is Reach.PAID
    await desk.zalo.say(BA, QUESTION)
    both = "".join(call.text for call in await desk.zalo.news(2))
    assert "Nhắc hẹn" in both
    assert "làm lại" in both


async def test_what_zalo_counts_differently_is_kept_with_its_reason_and_goes_out_later(
    desk: Desk, store: Store
) -> None:
    await desk.ask(QUESTION)
    desk.zalo.skip(8 * DAY)  # for us no time has passed
    await remind(desk)
    await desk.counted("sends", result="held")
    [key] = [key async for key in store.redis.scan_iter("*delivery:remind:1")]
    assert await store.redis.hget(key, "reason") == b"window"
    await desk.zalo.say(BA, "còn lệ phí?")
    assert "Nhắc hẹn remind:1" in {call.text for call in await desk.zalo.news(3)}


async def test_nobody_who_never_wrote_is_reminded(desk: Desk) -> None:
    await remind(desk)
    await desk.counted("sends", result="held")
    assert not [call for call in desk.zalo.calls if call.user]


async def test_whoever_blocked_us_is_left_alone_until_they_write(desk: Desk) -> None:
    await desk.ask(QUESTION)
    desk.zalo.block(BA)
    await remind(desk, "remind:1")
    await desk.counted("sends", result="refused")
    await remind(desk, "remind:2")
    await desk.counted("sends", 2, result="refused")
    assert [call.error for call in desk.zalo.calls if call.user] == [0, -217]
    desk.zalo.block(BA, blocked=False)
    assert "phí" in await desk.ask("còn lệ phí?")


async def test_an_answer_that_meets_no_quota_comes_with_the_next_message(desk: Desk) -> None:
    desk.zalo.fault("code", code=-211)
    await desk.zalo.say(BA, QUESTION)
    await desk.counted("sends", result="held")
    assert await desk.metric("alarms", kind="zalo_quota", account=OA.id) == 1
    await desk.zalo.say(BA, "còn lệ phí?")
    assert "làm lại" in (await desk.zalo.news(2))[0].text


@pytest.mark.usefixtures("quick")
async def test_too_many_calls_make_all_wait_and_lose_nothing(desk: Desk) -> None:
    people = [citizen(10 + number) for number in range(12)]
    desk.zalo.fault("code", times=5, code=-32)
    for user in people:
        await desk.zalo.say(user, QUESTION)
    sent = await desk.zalo.news(len(people), 20)
    assert sorted(call.user for call in sent) == people
    assert await desk.metric("sends", result="gave_up") == 0


async def test_a_burst_of_refusals_makes_one_wait() -> None:
    pace = zalo_door._Pace()
    waits = [pace.slower().total_seconds() for _ in range(16)]  # all were under way when the first came back
    assert max(waits) <= 1.3 * zalo_door._SLOWER
    pace.stop(timedelta(0))
    assert 2 * zalo_door._SLOWER <= pace.slower().total_seconds() <= 2.6 * zalo_door._SLOWER


@pytest.mark.usefixtures("quick")
async def test_waiting_is_no_try_and_costs_no_free_message(desk: Desk) -> None:
    await desk.ask(QUESTION)
    desk.zalo.fault("code", times=TRIES + 1, code=-224)  # an account that cannot send for long
    await remind(desk)
    assert "Nhắc hẹn" in (await desk.zalo.news(2, 20))[1].text
    assert await desk.contacts.spend(at(BA), datetime.now(UTC)) is Reach.FREE
    assert await desk.metric("alarms", kind="zalo-224", account=OA.id) == TRIES + 1


async def test_a_token_that_is_refused_is_renewed_once_and_the_message_goes_out(desk: Desk) -> None:
    desk.zalo.expire_access(OA)
    people = [citizen(10 + number) for number in range(6)]
    for user in people:  # side by side
        await desk.zalo.say(user, QUESTION)
    assert sorted(call.user for call in await desk.zalo.news(6)) == people
    assert [call.error for call in desk.zalo.refreshes] == [0, 0]  # at the start, and now


@pytest.mark.usefixtures("quick")
async def test_a_token_that_nobody_renews_keeps_the_message_and_calls_for_help(desk: Desk) -> None:
    desk.zalo.expire_access(OA)
    desk.zalo.fault("code", path=OAUTH, code=-118)
    await desk.zalo.say(BA, QUESTION)
    await desk.counted("alarms", kind="zalo_no_token")
    assert await desk.metric("alarms", kind="zalo_token", account=OA.id) == 1
    assert len(desk.zalo.refreshes) == 2  # the one at the start, and no hammering
    assert not desk.zalo.sent


@pytest.mark.parametrize("kind", ["html", "empty"])
async def test_a_gateways_own_words_are_no_answer_and_it_is_tried_again(desk: Desk, kind: str) -> None:
    desk.zalo.fault(kind)
    assert "làm lại" in await desk.ask(QUESTION)
    assert len(desk.zalo.sent) == 1


async def test_a_message_does_not_follow_where_zalo_is_said_to_have_moved(desk: Desk) -> None:
    desk.zalo.fault("moved", to=f"{desk.zalo.url}/elsewhere")
    assert "làm lại" in await desk.ask(QUESTION)
    assert "/elsewhere" not in {call.path for call in desk.zalo.calls}


@pytest.mark.parametrize("kind", ["lost", "reset"])
async def test_what_may_have_arrived_is_never_sent_twice(desk: Desk, kind: str) -> None:
    desk.zalo.fault(kind)
    await desk.zalo.say(BA, QUESTION)
    await desk.counted("sends", result="unsure")
    assert "phí" in await desk.ask("còn lệ phí?")
    assert len([call for call in desk.zalo.calls if call.user == BA]) == 2


async def test_a_hang_longer_than_our_patience_is_a_message_that_may_have_arrived(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zalo_door, "_PATIENCE", zalo_door.ClientTimeout(total=0.2))
    desk.zalo.fault("hang", seconds=30)
    await desk.zalo.say(BA, QUESTION)
    await desk.counted("sends", result="unsure")
    assert len(desk.zalo.sent) == 1


async def test_a_code_nobody_knows_stops_one_message_and_calls_for_help(desk: Desk) -> None:
    desk.zalo.fault("code", user=BA, code=-98765)
    await desk.zalo.say(BA, QUESTION)
    await desk.counted("sends", result="refused")
    assert "làm lại" in await desk.ask(QUESTION, ONG)
    assert await desk.metric("alarms", kind="zalo-98765") == 1


@pytest.mark.parametrize(
    ("now", "wait"),
    [
        ("2026-11-22T22:30+07:00", timedelta(hours=7, minutes=35)),
        ("2026-11-23T05:59+07:00", timedelta(minutes=6)),
        ("2026-11-22T23:30+00:00", timedelta(hours=23, minutes=35)),  # half past six in Vietnam
    ],
)
def test_what_is_not_for_the_night_goes_out_five_past_six_in_vietnam(now: str, wait: timedelta) -> None:
    assert zalo_door.until_morning(datetime.fromisoformat(now)) == wait


async def test_what_is_refused_for_the_night_waits_and_is_not_lost(desk: Desk, store: Store) -> None:
    await desk.ask(QUESTION)
    desk.zalo.fault("code", code=-234)
    await remind(desk)
    await desk.counted("sends", result="later")
    [sending] = [key async for key in store.redis.scan_iter("*sending")]
    [(_, when)] = await store.redis.zrange(sending, 0, -1, withscores=True)
    local = datetime.fromtimestamp(when / 1000, VIETNAM)
    assert (local.hour, local.minute) == (6, 5)


async def test_an_answer_of_two_questions_is_one_message(desk: Desk) -> None:
    text = await desk.ask("mất căn cước làm lại ở đâu? còn đăng ký tạm trú thì cần giấy gì?")
    assert "làm lại" in text
    assert "tạm trú" in text.lower()
    assert len(desk.zalo.sent) == 1
