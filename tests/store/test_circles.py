"""The doors of one person: tied once, seen alike from each, never half, never shared."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.circle import MOST
from bot.domain.message import Address
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.naming import person

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
WEB, PHONE, ZALO = (Address(channel, "a", "1") for channel in ("webchat", "telegram", "zalo_oa"))


@pytest.fixture
def circles(store: Store) -> Circles:
    return Circles(store)


async def doors(circles: Circles, address: Address) -> list[str]:
    return [member.address.channel for member in (await circles.of(address)).members]


async def test_who_has_tied_nothing_has_one_door(circles: Circles, store: Store) -> None:
    alone = await circles.of(WEB)
    assert (alone.tied, alone.members[0].address) == (False, WEB)
    assert alone.id == person(WEB, store.names).id
    assert await circles.held(person(WEB, store.names)) is None


async def test_tied_doors_are_one_person_from_each_of_them(circles: Circles) -> None:
    assert await circles.tie(WEB, PHONE, NOW)
    assert await circles.tie(PHONE, ZALO, NOW + timedelta(days=1))
    seen = [await circles.of(each) for each in (WEB, PHONE, ZALO)]
    assert seen[0] == seen[1] == seen[2]
    assert {member.address for member in seen[0].members} == {WEB, PHONE, ZALO}
    assert seen[0].members[-1].address == ZALO


async def test_tying_again_changes_nothing(circles: Circles) -> None:
    await circles.tie(WEB, PHONE, NOW)
    before = await circles.of(WEB)
    assert await circles.tie(WEB, PHONE, NOW + timedelta(hours=1))
    assert await circles.of(WEB) == before


async def test_a_door_tied_elsewhere_leaves_whose_it_was(circles: Circles) -> None:
    await circles.tie(WEB, PHONE, NOW)
    await circles.tie(ZALO, PHONE, NOW)
    assert sorted(await doors(circles, PHONE)) == ["telegram", "zalo_oa"]
    assert await doors(circles, WEB) == ["webchat"]


async def test_untied_doors_are_alone_again(circles: Circles, store: Store) -> None:
    await circles.tie(WEB, PHONE, NOW)
    await circles.tie(WEB, ZALO, NOW)
    await circles.untie(person(PHONE, store.names))
    assert await doors(circles, PHONE) == ["telegram"]
    assert sorted(await doors(circles, WEB)) == ["webchat", "zalo_oa"]
    await circles.untie(person(WEB, store.names))
    assert await doors(circles, ZALO) == ["zalo_oa"]
    assert not await store.redis.keys("*circle*")


async def test_nobody_has_more_than_five_doors_also_at_once(circles: Circles) -> None:
    others = [Address("telegram", "a", str(number)) for number in range(2, 12)]
    await circles.tie(WEB, PHONE, NOW)
    tied = await asyncio.gather(*(circles.tie(WEB, each, NOW) for each in others))
    assert sum(tied) == MOST - 2
    assert len((await circles.of(WEB)).members) == MOST


async def test_a_crash_before_the_notes_ties_nothing(circles: Circles, store: Store) -> None:
    await circles.tie(WEB, PHONE, NOW)
    await store.redis.delete(person(PHONE, store.names).key("circle_of"))  # as if it had not been written
    assert not (await circles.of(WEB)).tied
    assert not (await circles.of(PHONE)).tied
    assert await circles.tie(WEB, PHONE, NOW)  # the press is heard again
    assert (await circles.of(PHONE)).tied
