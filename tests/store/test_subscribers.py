"""What a person asked to be told of holds at all of their doors, and is proved where it was pressed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.domain.message import Address
from bot.domain.subscription import Outcome, Subscription
from bot.domain.warning import Topic
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.naming import Person
from bot.store.records import Records
from bot.store.subscribers import PASSED, Subscribers
from bot.store.subscriptions import Subscriptions
from tests.store.test_inbox import NOW

HERE, THERE, AWAY, FAR = "phuong-mau", "xa-mau", "xa-xa", "xa-xa-nua"
SCAM, FIRE = Topic.SCAM, Topic.FIRE
PHONE, ZALO, PAGE = (Address(channel, "a", "an") for channel in ("telegram", "zalo_oa", "webchat"))
BINH = Address("telegram", "a", "binh")
WORDS = "subs_consent"


class Town:
    """Who is told of what, and by whom it is kept."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self.people, self.doors = Subscribers(store, inbox), Subscriptions(store, inbox)
        self.circles, self.contacts = Circles(store), Contacts(store, inbox)
        self.store, self.inbox = store, inbox

    async def join(self, at: Address, station: str, topic: Topic) -> Outcome:
        return (await self.people.join(at, (station,), (topic,), WORDS, NOW)).outcome

    async def proofs(self, at: Address) -> list[tuple[str, str, bool]]:
        """What was pressed at a door: for what, under which words, given or taken back."""
        lines = await self.store.redis.lrange(self.inbox.person(at).key("consent"), 0, -1)  # type: ignore[misc]
        kept = [json.loads(self.store.seals.open(line)) for line in lines]
        return [(each["purpose"], each["wording"], each["given"]) for each in kept]


@pytest.fixture
async def town(store: Store, inbox: Inbox) -> Town:
    """An has a phone and Zalo tied; Binh one phone."""
    made = Town(store, inbox)
    assert await made.circles.tie(PHONE, ZALO, NOW)
    return made


async def test_what_is_pressed_at_one_door_is_seen_and_wanted_at_the_other(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    assert await town.people.of(ZALO) == await town.people.of(PHONE) == Subscription((HERE,), (SCAM,))
    assert await town.people.held(town.inbox.person(ZALO)) == Subscription((HERE,), (SCAM,))
    assert await town.people.wanted(ZALO, (HERE,), SCAM, urgent=False)
    assert not await town.people.wanted(BINH, (HERE,), SCAM, urgent=True)
    assert (await town.doors.of(ZALO)).live is False  # written where it was pressed
    assert await town.proofs(ZALO) == []
    assert await town.proofs(PHONE) == [("warning_lua_dao", WORDS, True)]


async def test_topics_hold_for_all_stations_whichever_door_each_was_pressed_at(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    added = await town.people.join(ZALO, (THERE,), (), "subs_add:xa-mau", NOW)  # one more station
    assert (added.outcome, set(added.now.stations)) == (Outcome.DONE, {HERE, THERE})
    await town.join(ZALO, HERE, FIRE)
    assert set((await town.people.of(PHONE)).topics) == {SCAM, FIRE}
    for station in (HERE, THERE):
        for topic in (SCAM, FIRE):
            assert await town.people.wanted(PHONE, (station,), topic, urgent=False)
    assert await town.join(PHONE, THERE, FIRE) is Outcome.SAME


async def test_a_person_hears_of_three_stations_at_most(town: Town) -> None:
    for door, station in ((PHONE, HERE), (ZALO, THERE), (PHONE, AWAY)):
        assert await town.join(door, station, SCAM) is Outcome.DONE
    assert await town.join(ZALO, FAR, SCAM) is Outcome.FULL
    assert len((await town.people.of(PHONE)).stations) == 3


async def test_an_end_is_one_at_all_doors_and_so_is_taking_it_back(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    await town.join(ZALO, THERE, FIRE)
    before = await town.people.of(PHONE)
    assert (await town.people.stop(ZALO, NOW)).outcome is Outcome.DONE
    for door in (PHONE, ZALO):
        assert not await town.people.wanted(door, (), SCAM, urgent=True)
    assert (await town.people.stop(PHONE, NOW)).outcome is Outcome.NONE
    back = await town.people.undo(PHONE, WORDS, NOW)
    assert (back.outcome, back.now) == (Outcome.DONE, before)
    assert (await town.people.undo(PHONE, WORDS, NOW)).outcome is Outcome.SAME


async def test_a_station_is_left_at_all_doors(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    await town.join(ZALO, THERE, SCAM)
    left = await town.people.leave(ZALO, (HERE,), (), NOW)
    assert (left.outcome, left.now) == (Outcome.DONE, Subscription((THERE,), (SCAM,)))
    assert (await town.people.leave(ZALO, (HERE,), (), NOW)).outcome is Outcome.SAME


async def test_untied_doors_keep_what_was_pressed_there(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    await town.join(ZALO, THERE, SCAM)
    await town.circles.untie(town.inbox.person(ZALO))
    assert await town.people.of(PHONE) == Subscription((HERE,), (SCAM,))
    assert await town.people.of(ZALO) == Subscription((THERE,), (SCAM,))


async def test_who_leaves_one_platform_is_told_at_the_other(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    for _ in range(2):  # the platform may tell us twice
        await town.contacts.gone(PHONE, "blocked")
    assert not (await town.doors.of(PHONE)).live
    assert await town.doors.of(ZALO) == Subscription((HERE,), (SCAM,))
    assert await town.proofs(ZALO) == [("warning_lua_dao", f"{PASSED}:telegram", True)]
    assert await town.proofs(PHONE) == [("warning_lua_dao", WORDS, True), ("warning_lua_dao", "-", False)]
    await town.contacts.gone(ZALO, "left")
    assert not (await town.people.of(ZALO)).live  # nowhere is left to go to


async def test_a_door_that_rings_is_heir_before_the_page_and_one_that_is_gone_never(town: Town) -> None:
    await town.circles.tie(PHONE, PAGE, NOW)
    await town.join(PHONE, HERE, SCAM)
    await town.contacts.wrote(PAGE, NOW, NOW)
    await town.contacts.gone(PHONE, "blocked")
    assert (await town.doors.of(ZALO)).live
    await town.contacts.gone(ZALO, "left", NOW + timedelta(hours=1))
    assert (await town.doors.of(PAGE)).live
    assert not (await town.doors.of(PHONE)).live


async def test_a_crash_between_passing_on_and_ending_loses_and_doubles_nothing(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    await town.doors.join(ZALO, (HERE,), (SCAM,), f"{PASSED}:telegram", NOW)  # and then it was killed
    await town.people.gone(PHONE, NOW, ZALO)
    assert await town.people.of(ZALO) == Subscription((HERE,), (SCAM,))
    assert len(await town.proofs(ZALO)) == 1


async def test_who_has_one_door_only_is_told_nothing_once_they_left(town: Town) -> None:
    await town.join(BINH, HERE, SCAM)
    await town.contacts.gone(BINH, "blocked")
    assert not (await town.people.of(BINH)).live


async def test_more_than_three_stations_pass_on_whole(town: Town) -> None:
    for station in (HERE, THERE, AWAY):
        await town.doors.join(PHONE, (station,), (SCAM,), WORDS, NOW)
    await town.doors.join(ZALO, (FAR,), (SCAM,), WORDS, NOW)  # from before the doors were tied
    await town.contacts.gone(PHONE, "left")
    assert len((await town.people.of(ZALO)).stations) == 4
    assert (await town.people.leave(ZALO, (FAR,), (), NOW)).outcome is Outcome.DONE


async def test_one_erased_door_leaves_the_others_what_was_pressed_there(town: Town) -> None:
    await town.join(PHONE, HERE, SCAM)
    await town.join(ZALO, THERE, SCAM)
    who: Person = town.inbox.person(PHONE)
    await Records(town.store).erase(who, NOW, "telegram")
    assert await town.people.of(ZALO) == Subscription((THERE,), (SCAM,))
