"""A delivery goes on to the next door of a person: once to each, in time, and never after it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from bot.domain.delivery import Delivery, Lane
from bot.domain.health import Standing
from bot.domain.message import Address
from bot.domain.reminder import Why
from bot.services.unreachable import Arrivals
from bot.store.connection import Store, open_store
from bot.store.fates import HELD, WAITS
from bot.store.naming import prefix
from bot.store.outbox import CLAIM
from bot.store.sealing import Seals
from tests.services.row import MINUTE, NOON, PAGE, Row, door, row
from tests.store.conftest import KEY

TEXT = "Nhắc hẹn"


@pytest.fixture
async def two(store: Store) -> AsyncIterator[Row]:
    """A citizen with two doors; they wrote at the first one last."""
    async with row(store) as made:
        await made.live(door(1))
        yield made


class TestWhatFails:
    @pytest.mark.parametrize("failure", ["refused", "held"])
    async def test_goes_to_the_next_door_and_is_done_when_it_arrives_there(
        self, two: Row, failure: str
    ) -> None:
        two.platform.answers["door0"] = [failure]
        await two.put()
        await two.settle()
        assert two.platform.tried == ["door0", "door1"]
        assert two.platform.arrived == [("door1", TEXT)]
        assert await two.fate() == "sent"

    async def test_after_many_tries_too(self, two: Row) -> None:
        two.platform.answers["door0"] = ["away"] * 100
        await two.put()
        await two.settle()
        assert two.platform.arrived == [("door1", TEXT)]

    async def test_at_every_door_is_over_with_the_reason_of_the_last(self, two: Row) -> None:
        two.platform.answers |= {"door0": ["held"], "door1": ["refused"]}
        await two.put()
        await two.settle()
        assert two.platform.tried == ["door0", "door1"]
        assert await two.fate() == "refused"
        assert await why(two) is Why.REFUSED

    async def test_and_may_have_arrived_goes_nowhere_else(self, two: Row) -> None:
        two.platform.answers["door0"] = ["unsure"]
        await two.put()
        await two.settle()
        assert two.platform.tried == ["door0"]
        assert await two.fate() == "unsure"

    async def test_in_part_goes_nowhere_else(self, two: Row) -> None:
        two.platform.answers["door0"] = ["sent", "refused"]
        reply = (await two.put("other", lane=Lane.WARNING, not_before=NOON + timedelta(days=9))).replies[0]
        await two.put(replies=(reply, reply))
        await two.settle()
        assert two.platform.tried == ["door0", "door0"]
        assert await two.fate() == "refused"

    async def test_of_another_kind_stays_where_it_is(self, two: Row) -> None:
        two.platform.answers["door0"] = ["refused"]
        await two.put("answer", lane=Lane.ANSWER, reason=None)
        await two.settle()
        assert two.platform.tried == ["door0"]

    async def test_waits_at_a_window_that_closed_until_they_write_when_no_door_is_left(
        self, two: Row
    ) -> None:
        two.platform.answers |= {"door0": ["held"]}
        two.doors["door1"].shut = "blocked"
        await two.put()
        await two.settle(10 * MINUTE)
        assert await two.fate() == HELD
        assert await why(two) is Why.HELD
        await two.contacts.wrote(door(0), two.now, two.now)
        await two.settle(10 * MINUTE)
        assert two.platform.arrived == [("door0", TEXT)]
        assert await why(two) is None


class TestWhenItIsDue:
    async def test_it_goes_where_they_wrote_last(self, two: Row) -> None:
        await two.put()
        await two.contacts.wrote(door(1), NOON, NOON)
        await two.settle()
        assert two.platform.arrived == [("door1", TEXT)]

    async def test_a_door_that_is_known_to_be_shut_is_not_tried(self, two: Row) -> None:
        await two.put()
        two.doors["door0"].shut = "closed"
        await two.settle()
        assert two.platform.tried == ["door1"]

    async def test_it_does_not_move_once_it_may_have_been_sent(self, two: Row) -> None:
        two.platform.answers["door0"] = ["away"]
        await two.put()
        await two.step()
        await two.contacts.wrote(door(1), NOON, NOON)
        await two.settle()
        assert two.platform.tried == ["door0", "door0"]

    async def test_what_nobody_wants_any_more_moves_nowhere(self, two: Row) -> None:
        two.platform.answers["door0"] = ["held"]
        await two.put()
        await two.step("door0")  # and then an officer tells them
        two.wanted = False
        await two.settle()
        assert two.platform.arrived == []


class TestADeadAccount:
    async def test_is_not_tried_and_what_can_move_moves_at_once(self, two: Row) -> None:
        two.board.standing["door0"] = Standing.DOWN
        await two.put()
        await two.settle(MINUTE / 2)
        assert two.platform.tried == ["door1"]

    @pytest.mark.parametrize("standing", [Standing.DOWN, Standing.CLOSED])
    async def test_keeps_what_cannot_until_it_is_back_and_counts_no_try(
        self, two: Row, standing: Standing
    ) -> None:
        two.board.standing |= {"door0": standing, "door1": standing}
        await two.put()
        await two.settle(30 * MINUTE)
        assert two.platform.tried == []
        assert await two.fate() == WAITS
        assert await why(two) is Why.DOOR
        two.board.standing.clear()
        await two.settle()
        assert two.platform.arrived == [("door0", TEXT)]
        assert await why(two) is None

    async def test_that_comes_back_too_late_sends_nothing_stale(self, two: Row) -> None:
        two.board.standing |= {"door0": Standing.DOWN, "door1": Standing.DOWN}
        await two.put()
        await two.settle()
        two.board.standing.clear()
        await two.settle()
        assert two.platform.tried == []
        assert await two.fate() == "expired"
        assert await why(two) is Why.UNSENT

    async def test_that_was_closed_by_hand_still_answers(self, two: Row) -> None:
        two.board.standing["door0"] = Standing.CLOSED
        await two.put("answer", lane=Lane.ANSWER, reason=None)
        await two.settle()
        assert two.platform.arrived == [("door0", TEXT)]

    async def test_the_watch_hears_what_became_of_every_message_but_of_refusals(self, two: Row) -> None:
        two.platform.answers |= {"door0": ["away", "flood", "refused"], "door1": ["unsure"]}
        await two.put()
        await two.settle()
        assert two.board.notes == [("door0", False), ("door0", True), ("door1", False)]


class TestAPage:
    async def test_is_told_besides_the_only_door_that_rings(self, store: Store) -> None:
        async with row(store, 1) as alone:
            await alone.live(PAGE)
            await alone.put()
            await alone.settle()
            assert alone.platform.arrived == [("door0", TEXT)]
            assert await alone.pages() == [TEXT]
            assert len(alone.said) == 1
            assert await why(alone) is None

    async def test_stays_quiet_while_there_are_others_and_is_told_when_all_fail(self, two: Row) -> None:
        await two.circles.tie(door(0), PAGE, NOON)
        await two.put()
        await two.settle()
        assert await two.pages() == []
        two.platform.answers |= {"door0": ["refused"], "door1": ["refused"]}
        two.now = NOON
        await two.put("remind:x:2")
        await two.settle(10 * MINUTE)
        assert await two.pages() == [TEXT]
        assert await why(two, "remind:x:2") is Why.WEB  # a page does not ring

    async def test_where_somebody_booked_is_no_reason_not_to_ring(self, two: Row) -> None:
        await two.circles.tie(door(0), PAGE, NOON)
        booked = Delivery(
            "remind:x:3", PAGE, Lane.REMINDER, (await two.put("o")).replies, NOON, NOON + 9 * MINUTE
        )
        booked = replace(booked, reason="remind:x:3")
        for _ in range(2):
            await two.onward.begin(booked, NOON)
        await two.settle()
        assert [text for _, text in two.platform.arrived] == [TEXT, TEXT]  # and the other one
        assert await two.fate("remind:x:3", PAGE) == "sent"
        assert await why(two, "remind:x:3", PAGE) is None

    async def test_alone_is_told_once(self, two: Row) -> None:
        reply = (await two.put("o")).replies
        booked = Delivery("remind:x:4", PAGE, Lane.REMINDER, reply, NOON, NOON + 9 * MINUTE)
        assert await two.onward.begin(booked, NOON)
        assert not await two.onward.begin(booked, NOON)
        assert await two.pages() == [TEXT]
        assert await why(two, "remind:x:4", PAGE) is Why.WEB


class TestACrash:
    async def test_between_put_and_settled_repeats_nothing(self, two: Row) -> None:
        """The first door takes it up again when the second has sent it, and is the better one by then."""
        two.platform.answers["door0"] = ["refused"]
        delivery = await two.put()
        claim = await two.outbox.claim(two.inbox.person(door(0)).tag, "door0", NOON)
        assert claim
        assert await two.onward.beyond(delivery, NOON)  # and then the process is gone
        two.platform.answers["door0"] = []
        two.now += 2 * CLAIM
        await two.contacts.wrote(door(0), two.now, two.now)
        await two.settle()
        assert two.platform.arrived == [("door1", TEXT)]
        assert await two.fate() == "sent"

    async def test_after_the_word_and_before_the_put_goes_on_to_the_same_door(self, store: Store) -> None:
        async with row(store, 3) as three:
            await three.live(door(1), door(2))
            delivery = await three.put()
            assert await three.outbox.pass_on(delivery, door(1))
            key = prefix(three.inbox.person(door(1)).tag) + "delivery:"
            await three.store.redis.delete(key + three.outbox.at(delivery, door(1)).id)
            assert await three.outbox.pass_on(delivery, door(2)) is not None  # another view of what is best
            await three.settle()
            assert three.platform.arrived == [("door1", TEXT)]


async def why(here: Row, id_: str = "remind:x:1", address: Address | None = None) -> Why | None:
    """Why the citizen is to be called about a delivery."""
    arrivals = Arrivals(here.store, here.board)
    return await arrivals.why_not(address or door(0), [id_], late=False)


ANSWERS = st.lists(st.sampled_from(["sent", "unsure", "refused", "held", "away", "flood"]), max_size=4)
STANDINGS = st.sampled_from([None, None, None, Standing.DOWN, Standing.CLOSED])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(ANSWERS, min_size=1, max_size=5), board=st.lists(STANDINGS, min_size=5, max_size=5))
def test_whatever_becomes_of_it_it_arrives_once_at_most_and_in_time_or_they_are_called(
    valkey: str, answers: list[list[str]], board: list[Standing | None]
) -> None:
    async def tried() -> None:
        with Redis.from_url(valkey) as client:
            client.flushall()
        store = await open_store(valkey, Seals([KEY]))
        async with row(store, len(answers)) as here:
            await here.live(*(door(number) for number in range(1, len(answers))))
            for number, line in enumerate(answers):
                here.platform.answers[f"door{number}"] = list(line)
                if standing := board[number]:
                    here.board.standing[f"door{number}"] = standing
            delivery = await here.put()
            while await here.fate() in {WAITS, None} and here.now < delivery.expires:
                if not await here.step():
                    here.now += MINUTE
            for standing in list(here.board.standing):
                del here.board.standing[standing]
            here.now = max(here.now, delivery.expires)
            before = list(here.platform.tried)
            await here.settle(5 * MINUTE)
            assert here.platform.tried == before  # nothing after its time
            assert len(here.platform.arrived) <= 1
            fate = await here.fate()
            assert (fate == "sent") == (len(here.platform.arrived) == 1 and fate != "unsure")
            assert (await why(here) is None) == (fate == "sent")
        await store.close()

    asyncio.run(tried())
