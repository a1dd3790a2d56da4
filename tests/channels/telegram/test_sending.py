"""One message to one chat, in all the ways it can go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis
from telegram import Bot

from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.showing import Shown
from bot.channels.telegram.transport import Transport
from bot.dispatch import MOST_TRIES, Dispatch
from bot.domain.delivery import Delivery, Lane, Outcome
from bot.domain.message import Address, Button, Link, Reply
from bot.metrics import Metrics
from bot.store.connection import Store, open_store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.outbox import Claim, Outbox
from bot.store.pace import SharedPace
from bot.store.sealing import Seals
from tests.channels.telegram.desk import LAN, TOKEN
from tests.doubles.telegram import TelegramDouble
from tests.store.conftest import KEY

WHERE = Address("telegram", "900000001", str(LAN))
PICTURE = "https://example.vn/a.png"


@pytest.fixture
async def store(valkey: str) -> AsyncIterator[Store]:
    with Redis.from_url(valkey) as client:
        client.flushall()  # other tests left a store with another key there
    made = await open_store(valkey, Seals([KEY]))
    yield made
    await made.close()


@pytest.fixture
def inbox(store: Store) -> Inbox:
    return Inbox(store)


@pytest.fixture
def contacts(store: Store, inbox: Inbox) -> Contacts:
    return Contacts(store, inbox)


@pytest.fixture
async def door(double: TelegramDouble, store: Store, contacts: Contacts) -> AsyncIterator[TelegramDoor]:
    sending, asking = Transport(5), Transport(5)
    bot = Bot(TOKEN, base_url=f"{double.url}/bot", request=sending, get_updates_request=asking)
    yield TelegramDoor({"900000001": bot}, contacts, SharedPace(store), 25, Metrics())
    await sending.shutdown()
    await asking.shutdown()


def delivery(lane: Lane = Lane.ANSWER, *replies: Reply, age: timedelta = timedelta()) -> Delivery:
    at = datetime.now(UTC) - age
    said = replies or (Reply("Chào bác"),)
    return Delivery(f"{lane}:1", WHERE, lane, said, at, at + timedelta(days=1))


async def sent(door: TelegramDoor, *replies: Reply, lane: Lane = Lane.ANSWER) -> list[object]:
    return [await door.send(delivery(lane), each) for each in door.show(replies)]


async def worked(door: TelegramDoor, outbox: Outbox, claim: Claim, double: TelegramDouble) -> None:
    """Have one delivery handled by senders that then go home."""
    before = len(double.calls)
    dispatch = Dispatch("telegram", door, outbox, lambda key: f"({key})", Metrics())
    dispatch.begin(claim)
    working = asyncio.create_task(dispatch.work(None))
    assert await double.changes.until(lambda: len(double.calls) > before, 10)
    dispatch.close()
    await working


async def test_who_blocked_us_gets_answers_but_no_news_until_they_write_again(
    door: TelegramDoor, double: TelegramDouble, contacts: Contacts
) -> None:
    double.fault("blocked")
    assert await sent(door, Reply("Một")) == [Outcome.REFUSED]
    for lane in (Lane.OFFICER, Lane.REMINDER, Lane.WARNING):
        assert await sent(door, Reply("Hai"), lane=lane) == [Outcome.REFUSED]
    assert [call.method for call in double.calls] == ["sendMessage"]
    now = datetime.now(UTC)
    await contacts.wrote(WHERE, now, now)
    assert await sent(door, Reply("Ba"), lane=Lane.WARNING) == [Outcome.SENT]
    assert double.wrong == []


async def test_a_picture_that_telegram_cannot_fetch_costs_nobody_the_words(
    door: TelegramDoor, double: TelegramDouble
) -> None:
    double.fault("parse", method="sendPhoto", times=2)
    short = Reply("Thẻ **mới**", (Button("Danh mục", "m"),), picture=PICTURE)
    assert await sent(door, short) == [Outcome.SENT]
    assert double.sent[-1].fields["text"] == "Thẻ <b>mới</b>"
    assert double.sent[-1].fields["reply_markup"]
    long = Reply("mới " * 400, picture=PICTURE)
    assert await sent(door, long) == [Outcome.UNSURE, Outcome.SENT]  # which lets the words follow
    assert double.wrong == []


async def test_a_picture_goes_out_with_its_words(door: TelegramDoor, double: TelegramDouble) -> None:
    assert await sent(door, Reply("Thẻ **mới** trên example.vn", picture=PICTURE)) == [Outcome.SENT]
    (call,) = double.sent
    assert (call.method, call.fields["photo"]) == ("sendPhoto", PICTURE)
    assert call.formatted.text == "Thẻ mới trên example.vn"
    assert double.wrong == []


async def test_addresses_are_never_previewed_and_a_text_without_one_says_nothing_of_it(
    door: TelegramDoor, double: TelegramDouble
) -> None:
    await sent(door, Reply("Đừng bấm lua-dao.example.com"), Reply("Chào bác. Bác cần gì?"))
    assert [call.fields.get("link_preview_options") for call in double.sent] == [{"is_disabled": True}, None]
    assert double.wrong == []


async def test_a_source_without_a_name_in_the_text_is_a_button_that_opens_it(
    door: TelegramDoor, double: TelegramDouble
) -> None:
    await sent(door, Reply("Nộp trên mạng", links=(Link("Cổng dịch vụ công", "https://a.vn/?a=1&b=2"),)))
    ((button,),) = double.sent[0].fields["reply_markup"]["inline_keyboard"]
    assert button == {"text": "Cổng dịch vụ công", "url": "https://a.vn/?a=1&b=2"}
    assert double.wrong == []


async def test_what_was_never_connected_is_tried_again_and_what_was_cut_off_is_not(
    door: TelegramDoor, double: TelegramDouble
) -> None:
    (hello,) = door.show((Reply("Chào bác"),))
    double.fault("lost")
    assert await door.send(delivery(), hello) is Outcome.UNSURE
    await double.stop()
    assert type(await door.send(delivery(), hello)).__name__ == "Later"


async def test_a_message_for_a_bot_we_no_longer_have_is_kept(door: TelegramDoor) -> None:
    other = replace(delivery(), address=replace(WHERE, account="5"))
    assert type(await door.send(other, Shown("a", "a"))).__name__ == "Held"


@pytest.mark.parametrize("lane", [Lane.ANSWER, Lane.WARNING])
async def test_an_answer_outlives_a_long_failure_of_telegram_and_news_do_not(
    lane: Lane, door: TelegramDoor, double: TelegramDouble, store: Store, inbox: Inbox
) -> None:
    outbox = Outbox(store, inbox)
    late = delivery(lane, age=timedelta(hours=2))
    await outbox.put(late)
    tag = inbox.person(WHERE).tag
    for _ in range(MOST_TRIES):
        claim = await outbox.claim(tag, "telegram", datetime.now(UTC))
        assert claim
        await outbox.later(claim, datetime.now(UTC))
    double.fault("server")
    claim = await outbox.claim(tag, "telegram", datetime.now(UTC))
    assert claim
    assert claim.tries == MOST_TRIES
    await worked(door, outbox, claim, double)
    await outbox.take_over()
    claim = await outbox.claim(tag, "telegram", datetime.now(UTC))
    if lane is Lane.WARNING:
        assert claim is None
        return
    assert claim
    await worked(door, outbox, claim, double)
    assert [call.formatted.text for call in double.sent] == ["(apology)"]
    assert double.wrong == []
