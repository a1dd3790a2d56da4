"""Roles, stations and ends are changed by who has as much; nobody gives themselves more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.officer import Hand, Refusal, Right, Role, fewer, refused
from bot.services.people import Outcome, Terms, terms
from bot.store.audit import told
from bot.store.connection import Store
from tests.services.duty import OTHER, STATION, Duty


@pytest.fixture
def duty(store: Store, edition) -> Duty:
    return Duty(store, lambda: edition.known)


async def test_a_commander_makes_an_officer_a_commander_and_back(duty: Duty) -> None:
    chief, an = await duty.officer("Chỉ", role=Role.COMMANDER), await duty.officer("An")
    up = Terms(Role.COMMANDER, (STATION,))
    assert await duty.officers.change(duty.hand(chief), an.id, up) is Outcome.DONE
    found = await duty.officers.reach(an.id, duty.now)
    assert found
    assert (found[0].role, found[0].duty) == (Role.COMMANDER, True)
    assert await duty.officers.change(duty.hand(chief), an.id, terms(an)) is Outcome.DONE
    acts = [told(text) async for _, text, _ in duty.officers.audit.entries()]
    assert [each["more"]["role"] for each in acts if each["act"] == "officer.change"] == [
        "commander", "officer",
    ]  # fmt: skip


async def test_nobody_gives_more_than_they_have(duty: Duty) -> None:
    chief, an = await duty.officer("Chỉ", role=Role.COMMANDER), await duty.officer("An")
    other = await duty.officer("Bình", stations=(OTHER,))
    hand, change = duty.hand(chief), duty.officers.change
    assert await change(hand, an.id, Terms(Role.OFFICER, ())) is Outcome.REFUSED
    assert await change(hand, an.id, Terms(Role.OFFICER, (STATION, OTHER))) is Outcome.REFUSED
    assert await change(hand, other.id, Terms(Role.OFFICER, (STATION,))) is Outcome.REFUSED
    assert await change(duty.hand(an), chief.id, Terms(Role.OFFICER, (STATION,))) is Outcome.REFUSED


async def test_nobody_changes_themselves_up(duty: Duty) -> None:
    until = duty.now + timedelta(days=3)
    guest = await duty.officer("Khách", role=Role.COMMANDER, until=until, stations=(STATION, OTHER))
    await duty.officer("Chỉ", role=Role.COMMANDER)
    hand, change = duty.hand(guest), duty.officers.change
    for more in (
        Terms(Role.COMMANDER, (STATION, OTHER)),
        Terms(Role.COMMANDER, (STATION, OTHER), until + timedelta(days=1)),
        Terms(Role.COMMANDER, (), until),
        Terms(Role.OPERATOR, (), until),
    ):
        assert await change(hand, guest.id, more) is Outcome.REFUSED, more
        assert not fewer(guest, more.given(guest))
    assert await change(hand, guest.id, Terms(Role.OFFICER, (STATION,), until)) is Outcome.DONE


async def test_a_guest_lets_nobody_stay_longer_than_themselves(duty: Duty) -> None:
    until = duty.now + timedelta(days=3)
    guest = await duty.officer("Khách", role=Role.COMMANDER, until=until)
    an, hand = await duty.officer("An"), duty.hand(guest)
    assert await duty.officers.invite(hand, "Mới", Role.OFFICER, (STATION,)) is None
    assert await duty.officers.invite(hand, "Mới", Role.OFFICER, (STATION,), until)
    later = Terms(Role.OFFICER, (STATION,), until + timedelta(days=9))
    assert await duty.officers.change(hand, an.id, later) is Outcome.REFUSED


async def test_a_guests_time_is_extended_and_shortened(duty: Duty) -> None:
    chief = await duty.officer("Chỉ", role=Role.COMMANDER)
    guest = await duty.officer("Khách", until=duty.now + timedelta(days=1))
    longer = replace(terms(guest), until=duty.now + timedelta(days=9))
    assert await duty.officers.change(duty.hand(chief), guest.id, longer) is Outcome.DONE
    duty.later(days=2)
    assert await duty.officers.reach(guest.id, duty.now)
    shorter = replace(longer, until=duty.now)
    assert await duty.officers.change(duty.hand(chief), guest.id, shorter) is Outcome.DONE
    assert await duty.officers.reach(guest.id, duty.now) is None
    assert await duty.officers.change(duty.hand(chief), guest.id, terms(guest)) is Outcome.DONE


async def test_the_last_who_may_invite_is_warned(duty: Duty) -> None:
    chief = await duty.officer("Chỉ", role=Role.COMMANDER)
    await duty.officer("An")
    gone = await duty.officer("Cũ", role=Role.COMMANDER, until=duty.now + timedelta(minutes=1))
    duty.later(minutes=2)
    down, hand = Terms(Role.OFFICER, (STATION,)), duty.hand(chief)
    assert await duty.officers.is_last(chief, None, duty.now)
    assert gone.ended(duty.now) is Refusal.ENDED
    assert await duty.officers.change(hand, chief.id, down) is Outcome.LAST
    second = await duty.officer("Phó", role=Role.COMMANDER)
    assert not await duty.officers.is_last(chief, None, duty.now)
    assert await duty.officers.leave(Hand("terminal", "terminal", duty.now), second.id) is Outcome.DONE
    assert await duty.officers.change(hand, chief.id, down, sure=True) is Outcome.DONE


async def test_who_has_left_is_not_changed(duty: Duty) -> None:
    chief, an = await duty.officer("Chỉ", role=Role.COMMANDER), await duty.officer("An")
    await duty.officers.leave(duty.hand(chief), an.id)
    assert await duty.officers.change(duty.hand(chief), an.id, terms(an)) is Outcome.UNKNOWN


async def test_a_guest_takes_no_table(duty: Duty) -> None:
    guest = await duty.officer("Khách", role=Role.COMMANDER, until=duty.now + timedelta(days=3))
    assert refused(guest, Right.EXPORT, STATION, duty.now) is Refusal.GUEST
    assert refused(guest, Right.APPROVE, STATION, duty.now) is None
