"""What Zalo tells us of, and what the citizen gets for it."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.channels.markup import spaced
from bot.content.edition import Edition
from bot.content.shelf import Shelf
from bot.domain.delivery import STALE
from bot.store.connection import Store
from bot.store.inbox import Inbox
from tests.channels.zalo.desk import BA, OA, ONG, QUESTION, Desk, at, open_zalo
from tests.doubles.zalo import OAUTH, ZaloDouble
from tests.doubles.zalo_forms import CS, GETOA

FIRE = "cháy nhà rồi cứu với"


@pytest.fixture
async def desk(store: Store, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_zalo(store, shelf, tmp_path) as opened:
        yield opened
        assert opened.zalo.wrong == []


async def test_a_question_is_answered_and_its_buttons_work_when_they_are_pressed(desk: Desk) -> None:
    assert "làm lại" in await desk.ask(QUESTION)
    button = next(b for b in desk.zalo.sent[0].buttons if b["type"] == "oa.query.hide")
    assert button["payload"].startswith(f"{button['title']} [")
    await desk.zalo.press(BA, button["payload"])
    await desk.zalo.news(2)
    assert await desk.metric("turns", door="zalo_oa", outcome="chose") == 1


async def test_brackets_that_people_type_are_words(desk: Desk) -> None:
    assert "114" in await desk.ask(f"{FIRE} [khan cap]")
    assert "114" in await desk.ask(f"{FIRE} [help]", ONG)
    assert await desk.metric("turns", door="zalo_oa", outcome="urgent") == 2


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (lambda zalo: zalo.picture(BA), "handed_photo"),
        (lambda zalo: zalo.sticker(BA), "handed_sticker"),
        (lambda zalo: zalo.audio(BA), "handed_voice"),
        (lambda zalo: zalo.file(BA), "handed_file"),
        (lambda zalo: zalo.location(BA, 1.5, 103.7), "handed_location"),
        (lambda zalo: zalo.business_card(BA), "handed_contact"),
        (lambda zalo: (zalo.interacted(BA), zalo.submit_info(BA))[1], "handed_contact"),
        (lambda zalo: zalo.say(BA, "  "), "handed_other"),
        (lambda zalo: zalo.chat_now(BA), "greeting"),
    ],
)  # fmt: skip
async def test_what_has_no_words_is_answered_once(
    desk: Desk, edition: Edition, does: Callable[[ZaloDouble], Awaitable[object]], says: str
) -> None:
    await does(desk.zalo)
    [sent] = await desk.zalo.news(1)
    assert sent.user == BA
    assert sent.text.startswith(spaced(edition.known.says(says)))


@pytest.mark.parametrize("as_text", [True, False])
async def test_a_shared_location_is_answered_with_the_communes_around(desk: Desk, as_text: bool) -> None:
    await desk.zalo.location(BA, 18.4612, 105.8488, as_text=as_text)
    [sent] = await desk.zalo.news(1)
    assert "gần xã Lộc Hà, tỉnh Hà Tĩnh" in sent.text
    assert "18.46" not in sent.text


async def test_words_under_a_picture_and_in_a_link_are_read(desk: Desk) -> None:
    await desk.zalo.picture(BA, QUESTION)
    await desk.zalo.link(ONG, "https://dichvucong-gov.example.invalid/nhan-qua")
    both = {call.user: call.text for call in await desk.zalo.news(2)}
    assert "làm lại" in both[BA]
    assert both[ONG]


async def test_nothing_that_a_citizen_sends_is_fetched(desk: Desk) -> None:
    await desk.zalo.picture(BA, QUESTION, place=f"{desk.zalo.url}/")
    await desk.zalo.link(ONG, f"{desk.zalo.url}/tin")
    await desk.zalo.news(2)
    assert {call.path for call in desk.zalo.calls} - {GETOA} == {OAUTH, CS}  # GETOA: are we known there


async def test_half_a_letter_costs_nobody_the_answer(desk: Desk) -> None:
    body = {
        "app_id": OA.app_id, "event_name": "user_send_text", "timestamp": str(int(desk.zalo.now() * 1000)),
        "sender": {"id": BA}, "recipient": {"id": OA.id},
        "message": {"text": f"{QUESTION} \ud83d", "msg_id": "half\ud83d"},
    }  # fmt: skip
    desk.zalo.interacted(BA)
    assert await desk.zalo.post(json.dumps(body).encode()) == 200
    assert "làm lại" in (await desk.zalo.news(1))[0].text


async def test_following_and_pressing_chat_greet_once(desk: Desk) -> None:
    await desk.zalo.follow(BA)  # this Zalo lets nobody write to a follower who did nothing else
    await desk.counted("sends", door="zalo_oa", result="held")
    assert desk.zalo.sent == []
    await asyncio.gather(desk.zalo.chat_now(BA), desk.zalo.follow(BA))
    await desk.zalo.news(1)
    assert "làm lại" in await desk.ask(QUESTION)
    assert len(desk.zalo.sent) == 2


async def test_a_follower_who_left_and_came_back_can_be_written_to(desk: Desk) -> None:
    await desk.ask(QUESTION)
    await desk.zalo.unfollow(BA)
    assert await desk.contacts.why_gone(at(BA)) == "left"
    await desk.zalo.follow(BA)
    assert await desk.contacts.why_gone(at(BA)) is None


async def test_an_unfollow_that_comes_late_does_not_undo_what_was_written_since(desk: Desk) -> None:
    desk.zalo.holding = True
    late = await desk.zalo.unfollow(BA)
    desk.zalo.holding = False
    await desk.ask(QUESTION)
    await desk.zalo.deliver(late)
    assert await desk.contacts.why_gone(at(BA)) is None


async def test_whoever_withdraws_is_forgotten_though_the_event_names_no_account(
    desk: Desk, store: Store, inbox: Inbox
) -> None:
    await desk.ask(QUESTION)
    who = inbox.person(at(BA))
    assert await store.redis.exists(who.key("session"), who.key("contact")) == 2
    await desk.zalo.withdraw(BA)
    assert await store.redis.exists(who.key("session"), who.key("contact")) == 0
    assert await store.redis.exists(who.key("consent")) == 1  # the proof that it was done


async def test_what_concerns_nobody_is_taken_and_not_answered(desk: Desk) -> None:
    zalo = desk.zalo
    await zalo.seen(BA, ["aa"])
    await zalo.seen(BA, ["aa"], by_user=True)
    await zalo.received(BA, "aa")
    assert await desk.metric("updates", what="foreign") == 0  # whoever is named as the sender
    ends = {"sender": {"id": BA}, "recipient": {"id": OA.id}}
    back = {"sender": {"id": OA.id, "admin_id": "9990001112223334445"}, "recipient": {"id": BA}}
    said = {"msg_id": secrets.token_hex(10), "text": "alo"}
    for name in ("user_joined_the_circus", "user_reacted_message", "anonymous_send_text"):
        await zalo.emit(name, **ends, message=said)
    for name in ("oa_send_anonymous_text", "oa_send_group_text", "oa_reacted_message", "oa_send_consent"):
        await zalo.emit(name, **back, message=said)
    for name in ("remove_tag", "change_oa_daily_quota", "update_user_info"):
        await zalo.emit(name, data={"method": "x"})
    await zalo.emit("user_send_text", sender={"id": "nobody"}, recipient={"id": OA.id}, message=said)
    await zalo.emit("user_send_text", sender=[BA], recipient=None, message="alo")
    assert {answer.status for answer in zalo.answers} == {200}
    assert await desk.metric("heard", door="zalo_oa") == 0
    assert "làm lại" in await desk.ask(QUESTION)
    assert len(zalo.sent) == 1


async def test_an_officer_who_answers_by_hand_is_left_alone_with_the_citizen_but_not_with_a_fire(
    desk: Desk,
) -> None:
    await desk.zalo.officer_says(BA, "Chào bà, tôi là cán bộ trực.")
    await desk.zalo.say(BA, QUESTION)
    assert "114" in await desk.ask(FIRE)
    assert "làm lại" in await desk.ask(QUESTION, ONG)  # others are answered as ever
    assert [call.user for call in desk.zalo.sent] == [BA, ONG]
    assert await desk.metric("turns", outcome="with_officer") == 1


async def test_a_message_that_is_not_ours_was_written_by_an_officer_too(desk: Desk) -> None:
    await desk.ask(QUESTION)
    back = {"sender": {"id": OA.id}, "recipient": {"id": BA}}
    await desk.counted("sends", result="sent")
    await desk.zalo.emit("oa_send_text", **back, message={"msg_id": "ours-not", "text": "Để tôi trả lời."})
    await desk.counted("turns", outcome="officer")
    await desk.zalo.say(BA, QUESTION)
    await desk.counted("turns", outcome="with_officer")
    assert len(desk.zalo.sent) == 1


async def test_an_officers_message_we_hear_of_too_late_silences_nobody(desk: Desk) -> None:
    desk.zalo.skip(-STALE.total_seconds() - 60)
    await desk.zalo.officer_says(BA, "Chào bà.")
    desk.zalo.skip(STALE.total_seconds() + 60)
    assert "làm lại" in await desk.ask(QUESTION)


async def test_our_own_messages_come_back_and_silence_nobody(
    store: Store, shelf: Shelf, tmp_path: Path
) -> None:
    async with open_zalo(store, shelf, tmp_path, echoes=True) as desk:
        desk.zalo.fault("hang", seconds=0.3, times=2)  # told of them before the sending has returned
        for _ in range(3):
            assert "làm lại" in await desk.ask(QUESTION)
            await desk.zalo.settled()
        await desk.counted("updates", 3, what="echo")
        assert await desk.metric("turns", outcome="officer") == 0
        assert desk.zalo.wrong == []


async def test_the_echo_of_the_first_words_to_somebody_unknown_is_ours(
    store: Store, shelf: Shelf, tmp_path: Path
) -> None:
    async with open_zalo(store, shelf, tmp_path, echoes=True) as desk:
        desk.zalo.fault("hang", seconds=0.3)
        desk.zalo.interacted(BA)  # this Zalo takes a follow for an interaction
        await desk.zalo.follow(BA)
        await desk.zalo.news(1)
        await desk.counted("updates", what="echo")
        assert "làm lại" in await desk.ask(QUESTION)
        assert await store.redis.pttl(Inbox(store).person(at(BA)).key("contact")) > 0
        assert desk.zalo.wrong == []
