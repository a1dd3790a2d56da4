"""Who is told of what, kept so that a warning finds everybody it is meant for and nobody else."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.message import Address
from bot.domain.subscription import MOST, UNDO, Outcome, Subscription
from bot.domain.warning import Topic
from bot.store.archive import backup, rekey, restore
from bot.store.connection import Store, open_store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.naming import TAGS, prefix
from bot.store.records import Records
from bot.store.sealing import Seals
from bot.store.subscriptions import BATCH, Subscriptions
from tests.store.conftest import KEY
from tests.store.test_inbox import NOW

HERE, THERE, AWAY, FAR = "phuong-mau", "xa-mau", "xa-xa", "xa-xa-nua"
SCAM, TRAFFIC, FIRE = Topic.SCAM, Topic.TRAFFIC, Topic.FIRE
AN, BINH, CUC = (Address("telegram", "bot", name) for name in ("an", "binh", "cuc"))
WORDS = "warn_consent"


@pytest.fixture
def subscriptions(store: Store, inbox: Inbox) -> Subscriptions:
    return Subscriptions(store, inbox)


async def found(
    of: Subscriptions, stations: tuple[str, ...], topic: Topic, *, urgent: bool = False
) -> set[str]:
    batches = [batch async for batch in of.addressed(stations, topic, urgent=urgent)]
    everybody = [address.user for batch in batches for address in batch]
    assert len(everybody) == len(set(everybody))
    return set(everybody)


async def consents(store: Store, inbox: Inbox, address: Address) -> set[str]:
    held = await Records(store).held(inbox.person(address))
    return {purpose for purpose, _ in held.consents}


async def test_a_warning_finds_who_asked_for_its_topic_at_its_station(subscriptions: Subscriptions) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    await subscriptions.join(BINH, (THERE,), (SCAM, FIRE), WORDS, NOW)
    await subscriptions.join(CUC, (HERE, THERE), (FIRE,), WORDS, NOW)
    assert await found(subscriptions, (HERE,), SCAM) == {"an"}
    assert await found(subscriptions, (HERE, THERE), FIRE) == {"binh", "cuc"}
    assert await found(subscriptions, (), SCAM) == {"an", "binh"}
    assert await found(subscriptions, (AWAY,), SCAM) == set()


async def test_danger_to_life_is_for_everybody_subscribed_there_to_anything(
    subscriptions: Subscriptions,
) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    await subscriptions.join(BINH, (THERE,), (SCAM,), WORDS, NOW)
    assert await found(subscriptions, (HERE,), FIRE, urgent=True) == {"an"}
    assert await subscriptions.wanted(AN, (HERE,), FIRE, urgent=True)
    assert not await subscriptions.wanted(AN, (HERE,), FIRE, urgent=False)
    assert not await subscriptions.wanted(BINH, (HERE,), SCAM, urgent=True)


async def test_many_come_in_batches_and_each_once(subscriptions: Subscriptions) -> None:
    many = 2 * BATCH + 300
    await asyncio.gather(*(
        subscriptions.join(Address("telegram", "bot", f"u{number}"), (HERE,), (SCAM,), WORDS, NOW)
        for number in range(many)
    ))  # fmt: skip
    sizes = [len(batch) async for batch in subscriptions.addressed((HERE,), SCAM, urgent=False)]
    assert sizes == [BATCH, BATCH, 300]
    assert len(await found(subscriptions, (HERE,), SCAM)) == many


async def test_who_stops_is_not_wanted_at_the_very_next_moment(subscriptions: Subscriptions) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    assert (await subscriptions.stop(AN, NOW)).outcome is Outcome.DONE
    assert not await subscriptions.wanted(AN, (HERE,), SCAM, urgent=True)
    assert await found(subscriptions, (), SCAM) == set()
    assert (await subscriptions.stop(AN, NOW)).outcome is Outcome.NONE


async def test_a_stop_can_be_taken_back_as_it_was(
    store: Store, inbox: Inbox, subscriptions: Subscriptions
) -> None:
    await subscriptions.join(AN, (HERE, THERE), (SCAM, FIRE), WORDS, NOW)
    await subscriptions.stop(AN, NOW)
    assert await consents(store, inbox, AN) == set()
    undone = await subscriptions.undo(AN, WORDS, NOW)
    assert undone.now == Subscription((HERE, THERE), (SCAM, FIRE))
    assert await subscriptions.wanted(AN, (THERE,), FIRE, urgent=False)
    assert await consents(store, inbox, AN) == {"warning_lua_dao", "warning_pccc"}
    assert (await subscriptions.undo(AN, WORDS, NOW)).outcome is Outcome.SAME


async def test_what_can_be_taken_back_is_kept_a_day(
    store: Store, inbox: Inbox, subscriptions: Subscriptions
) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    await subscriptions.stop(AN, NOW)
    key = inbox.person(AN).key("stopped")
    assert 0 < await store.redis.pttl(key) <= UNDO.total_seconds() * 1000
    await store.redis.delete(key)
    assert (await subscriptions.undo(AN, WORDS, NOW)).outcome is Outcome.NONE


async def test_topics_and_stations_come_and_go_one_by_one(subscriptions: Subscriptions) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    assert (await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)).outcome is Outcome.SAME
    assert (await subscriptions.join(AN, (THERE,), (FIRE,), WORDS, NOW)).now == Subscription(
        (HERE, THERE), (SCAM, FIRE)
    )
    assert (await subscriptions.leave(AN, (), (SCAM,), NOW)).now == Subscription((HERE, THERE), (FIRE,))
    assert (await subscriptions.leave(AN, (HERE,), (), NOW)).now == Subscription((THERE,), (FIRE,))
    assert (await subscriptions.leave(AN, (HERE,), (SCAM,), NOW)).outcome is Outcome.SAME
    assert not (await subscriptions.leave(AN, (THERE,), (), NOW)).now.live
    assert (await subscriptions.undo(AN, WORDS, NOW)).now == Subscription((THERE,), (FIRE,))


async def test_nobody_hears_of_more_than_three_stations(subscriptions: Subscriptions) -> None:
    for station in (HERE, THERE, AWAY):
        await subscriptions.join(AN, (station,), (SCAM,), WORDS, NOW)
    turned = await subscriptions.join(AN, (FAR,), (FIRE,), WORDS, NOW)
    assert turned.outcome is Outcome.FULL
    assert len(turned.now.stations) == MOST
    assert await subscriptions.of(AN) == Subscription((HERE, THERE, AWAY), (SCAM,))


async def test_two_presses_at_once_lose_nothing(subscriptions: Subscriptions) -> None:
    await asyncio.gather(
        *(subscriptions.join(AN, (HERE,), (topic,), WORDS, NOW) for topic in Topic),
        subscriptions.join(AN, (THERE,), (SCAM,), WORDS, NOW),
    )
    got = await subscriptions.of(AN)
    assert set(got.topics) == set(Topic)
    assert set(got.stations) == {HERE, THERE}


async def test_each_press_is_proved_once_with_its_words_and_its_time(
    store: Store, inbox: Inbox, subscriptions: Subscriptions
) -> None:
    for _ in range(3):
        await subscriptions.join(AN, (HERE,), (SCAM,), "warn_consent:phuong-mau", NOW)
    await subscriptions.leave(AN, (), (SCAM,), NOW + timedelta(hours=1))
    redis = store.redis
    lines = await redis.lrange(inbox.person(AN).key("consent"), 0, -1)  # type: ignore[misc]
    proofs = [json.loads(store.seals.open(line)) for line in lines]
    assert [(each["purpose"], each["wording"], each["given"]) for each in proofs] == [
        ("warning_lua_dao", "warn_consent:phuong-mau", True), ("warning_lua_dao", "", False),
    ]  # fmt: skip
    assert proofs[0]["at"] == NOW.isoformat()


async def test_who_blocked_us_is_forgotten_and_cannot_be_taken_up_again(
    store: Store, inbox: Inbox, subscriptions: Subscriptions
) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    assert (await subscriptions.gone(AN, NOW)).outcome is Outcome.DONE
    assert await found(subscriptions, (), SCAM) == set()
    assert (await subscriptions.undo(AN, WORDS, NOW)).outcome is Outcome.NONE
    assert await consents(store, inbox, AN) == set()


async def test_erasing_a_person_leaves_nothing_that_could_be_sent_to(
    store: Store, inbox: Inbox, subscriptions: Subscriptions
) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    await subscriptions.join(BINH, (HERE,), (SCAM,), WORDS, NOW)
    await subscriptions.stop(BINH, NOW)
    for each in (AN, BINH):
        await Records(store).erase(inbox.person(each), NOW, "telegram")
        assert not (await subscriptions.undo(each, WORDS, NOW)).now.live
    assert await found(subscriptions, (), SCAM) == set()


async def test_who_is_told_cannot_be_read_without_the_key(store: Store, subscriptions: Subscriptions) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    kept = b""
    for tag in range(TAGS):
        kept += b"".join(await store.redis.hvals(f"{prefix(tag)}subscribers"))  # type: ignore[misc]
    assert b"telegram" not in kept
    assert b'"an"' not in kept
    assert HERE.encode() in kept  # what a warning is for is found without opening anything


async def test_subscriptions_outlive_a_new_key_and_a_backup(
    valkey: str, folder: Path, subscriptions: Subscriptions
) -> None:
    await subscriptions.join(AN, (HERE,), (SCAM,), WORDS, NOW)
    newer = await open_store(valkey, Seals(["n" * 40, KEY]))
    await rekey(newer)
    await backup(newer, folder / "b", NOW)
    await newer.redis.flushall()
    await newer.close()
    newest = await open_store(valkey, Seals(["n" * 40]))
    await restore(newest, folder / "b")
    again = Subscriptions(newest, Inbox(newest))
    assert await found(again, (HERE,), SCAM) == {"an"}
    await newest.close()


async def test_who_blocks_us_or_leaves_is_told_nothing_more_unless_they_wrote_after_it(
    store: Store, inbox: Inbox, subscriptions: Subscriptions
) -> None:
    contacts = Contacts(store, inbox)
    for each in (AN, BINH, CUC):
        await subscriptions.join(each, (HERE,), (SCAM,), WORDS, NOW)
    await contacts.gone(AN, "blocked")
    await contacts.wrote(BINH, NOW, NOW)
    await contacts.gone(BINH, "left", NOW - timedelta(minutes=1))
    await contacts.gone(CUC, "unknown")  # no wish of theirs: a platform may be wrong
    assert await found(subscriptions, (), SCAM) == {"binh", "cuc"}
