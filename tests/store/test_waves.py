"""Many people sending the same text shows; nothing of anybody's words is kept."""

from __future__ import annotations

from bot.domain.message import Address, Incoming
from bot.domain.scam import Sighting
from bot.domain.session import Session
from bot.store import waves
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.naming import TAGS
from bot.store.outcome import Outcome
from bot.store.waves import Waves
from tests.store.test_inbox import NOW

SEEN = Sighting((11, 22, 33, 44), ("vcb-xt.vip",))


async def sent(inbox: Inbox, who: str, number: int, sighting: Sighting | None) -> None:
    address = Address("webchat", "web", who)
    await inbox.hear(Incoming(f"m{number}", address, "…"), NOW)
    lease = await inbox.lease(inbox.person(address).tag, "w", NOW)
    assert lease
    assert await inbox.finish(lease, Outcome(Session(), sighting=sighting), NOW)


async def test_each_person_counts_once_a_day(store: Store, inbox: Inbox) -> None:
    for number, who in enumerate(["an", "binh", "an", "an"]):
        await sent(inbox, who, number, SEEN)
    await sent(inbox, "cuc", 9, None)
    found = await Waves(store).of(NOW.date())
    assert found["d|vcb-xt.vip"] == 2
    assert sorted(found.values()) == [2, 2, 2, 2, 2]


async def test_texts_that_share_most_words_share_most_of_what_is_counted(store: Store, inbox: Inbox) -> None:
    await sent(inbox, "an", 1, SEEN)
    await sent(inbox, "binh", 2, Sighting((11, 22, 33, 99)))
    found = await Waves(store).of(NOW.date())
    assert sorted(found[name] for name in found if name.startswith("s|")) == [1, 1, 2, 2, 2]


async def test_what_is_kept_is_keyed_bounded_and_forgotten(store: Store, inbox: Inbox) -> None:
    many = Sighting((), tuple(f"d{n}.vip" for n in range(waves.MOST)))
    for number in range(3):
        await sent(inbox, "an", number, Sighting((number,), many.domains))
    redis = store.redis
    tag = inbox.person(Address("webchat", "web", "an")).tag
    key = waves.key(tag, NOW)
    assert await redis.hlen(key) <= waves.MOST + 1
    assert 0 < await redis.pttl(key) <= waves.KEPT.total_seconds() * 1000
    names = [field.decode() for field in await redis.hkeys(key)]
    assert "s|0" not in names  # a sketch without its key could be tried out
    assert 0 <= tag < TAGS
