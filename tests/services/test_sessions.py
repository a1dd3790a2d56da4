"""A talk with a citizen, held from a talk on the web: over with the session, as is what was put there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.handover import Stage
from bot.domain.message import WEBCHAT
from bot.domain.officer import SESSION
from bot.services.officers import Outcome
from bot.services.sessions import WebSessions
from bot.store.connection import Store
from bot.store.naming import person
from bot.store.replies import Replies
from tests.services.duty import STATION, Duty


@pytest.fixture
def duty(store: Store, edition) -> Duty:
    return Duty(store, lambda: edition.known)


async def test_goes_to_others_when_the_eight_hours_are_over_in_the_middle(duty: Duty) -> None:
    nhan = await duty.officer("Nhàn", channel=WEBCHAT)
    talk, replies = duty.post(nhan, WEBCHAT), Replies(duty.store)
    who = person(talk, duty.store.names)
    duty.now += SESSION - timedelta(minutes=2)
    seen = await duty.opened("xin gặp cán bộ")
    assert (await duty.talks.take(duty.hand(nhan), duty.request(), seen.ref, talk)).done
    await duty.writes(seen.ref, "hồ sơ của tôi đến đâu rồi")
    await duty.tend()
    shown = [each.reply.text for each in await replies.since(who, 0, duty.now)]
    assert any("hồ sơ của tôi" in each for each in shown)
    duty.later(minutes=3)
    await duty.writes(seen.ref, "còn ai ở đó không")
    await duty.tend()
    found = await duty.handovers.read(seen.station, seen.id)
    assert found
    assert found.stage is Stage.OPEN
    await WebSessions(duty.store, duty.officers).tidy(duty.now)
    assert await replies.since(who, 0, duty.now) == []


async def test_nobody_is_called_whose_session_is_over(duty: Duty) -> None:
    nhan = await duty.officer("Nhàn", channel=WEBCHAT)
    talk = duty.post(nhan, WEBCHAT)
    assert await duty.relay.called(STATION, duty.now) == [(nhan.id, (talk,))]
    duty.now += SESSION
    assert await duty.relay.called(STATION, duty.now) == []
    sessions, who = WebSessions(duty.store, duty.officers), person(talk, duty.store.names)
    assert await sessions.open(duty.hand(nhan), who, "000000") is Outcome.WRONG
    await duty.opened("xin gặp cán bộ")
    await duty.tend()
    assert await Replies(duty.store).since(who, 0, duty.now) == []


async def test_guests_session_ends_with_their_time(duty: Duty) -> None:
    until = duty.now + timedelta(hours=1)
    nhan = await duty.officer("Nhàn", channel=WEBCHAT, until=until)
    who = person(duty.post(nhan, WEBCHAT), duty.store.names)
    sessions = WebSessions(duty.store, duty.officers)
    assert await sessions.ends(who, duty.now) == until
    assert await sessions.tidy(until - timedelta(seconds=1)) == 0
    assert await sessions.tidy(until) == 1
    assert await sessions.tidy(until) == 0
    assert await sessions.locked(who, until) is None
