"""Several people who meet one trick within a day: the officers there, and next door, hear of it once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from bot.domain.delivery import Lane
from bot.domain.message import Address, Incoming
from bot.domain.officer import Officer
from bot.domain.radar import FEW, WEEK, WINDOW, Trace
from bot.domain.session import Session
from bot.domain.warning import faults
from bot.services.radar import Radar
from bot.store.connection import Store
from bot.store.naming import TAGS
from bot.store.outcome import Outcome
from bot.store.radar import key
from tests.services.duty import OTHER, STATION, Duty

TRICK, FAR = "lua_dao.gia_danh_cong_an", "vung_ang"
DOORS = ("telegram", "zalo_oa", "webchat")
SKETCH = (11, 22, 33, 44)
_ids = count(1)


class Watch(Duty):
    """A desk with a radar, and citizens who meet tricks."""

    def __init__(self, store: Store, known) -> None:
        super().__init__(store, known)
        self.radar = self.fresh_radar()

    def fresh_radar(self) -> Radar:
        """That of a process which has just begun."""
        return Radar(self.store, self.officers, self.fresh_relay(), self.known)

    async def met(self, who: str, trace: Trace, door: str = "telegram") -> None:
        """Somebody's message is answered, and leaves a trace."""
        address = Address(door, "bot", who)
        await self.inbox.hear(Incoming(f"m{next(_ids)}", address, "…"), self.now)
        lease = await self.inbox.lease(self.inbox.person(address).tag, "w", self.now)
        assert lease
        assert await self.inbox.finish(lease, Outcome(Session(), trace=trace), self.now)

    def trick(self, station: str = STATION) -> Trace:
        return Trace(self.now, station, TRICK)

    async def told(self, officer: Officer) -> list[str]:
        await self.radar.tend(self.now)
        return await self.sent(self.post(officer))


@pytest.fixture
def watch(store: Store, edition) -> Watch:
    return Watch(store, lambda: edition.known)


async def test_three_people_at_three_doors_are_told_of_once(watch: Watch) -> None:
    an = await watch.officer("An")
    for who, door in zip(("hoa", "lan", "mai"), DOORS, strict=True):
        assert await watch.told(an) == []
        await watch.met(who, watch.trick(), door)
        watch.later(hours=2)
    [text] = await watch.told(an)
    assert "3 người ở Công an xã Mai Phụ" in text
    assert "Giả danh công an" in text
    assert "từ 10:00" in text
    watch.later(minutes=30)
    await watch.met("tu", watch.trick())
    assert await watch.told(an) == []


async def test_two_people_are_never_shown(watch: Watch) -> None:
    an = await watch.officer("An")
    for who in ("hoa", "lan"):
        await watch.met(who, watch.trick())
    assert await watch.told(an) == []
    assert await watch.radar.seen_by(an, watch.now, WEEK) == []
    assert FEW == 3


async def test_the_same_person_three_times_is_one(watch: Watch) -> None:
    an = await watch.officer("An")
    for _ in range(3):
        await watch.met("hoa", watch.trick())
        watch.later(hours=1)
    await watch.met("lan", watch.trick())
    assert await watch.told(an) == []


async def test_three_people_over_two_days_are_none(watch: Watch) -> None:
    an = await watch.officer("An")
    for who in ("hoa", "lan", "mai"):
        await watch.met(who, watch.trick())
        watch.later(hours=13)
    assert await watch.told(an) == []
    [sign] = await watch.radar.seen_by(an, watch.now, WEEK)
    assert sign.people == 3


async def test_neighbours_who_share_see_it_and_others_do_not(watch: Watch) -> None:
    next_door = await watch.officer("Bình", stations=(OTHER,))
    far = await watch.officer("Cúc", stations=(FAR,))
    everywhere = await watch.officer("Dung", stations=())
    for who in ("hoa", "lan", "mai"):
        await watch.met(who, watch.trick())
    assert len(await watch.told(next_door)) == 1
    assert await watch.told(far) == []
    assert await watch.radar.seen_by(far, watch.now, WEEK) == []
    assert len(await watch.told(everywhere)) == 1


async def test_people_of_other_stations_are_not_added_up(watch: Watch) -> None:
    an = await watch.officer("An")
    await watch.met("hoa", watch.trick())
    await watch.met("lan", watch.trick())
    await watch.met("mai", watch.trick(OTHER))
    assert await watch.told(an) == []


async def test_who_named_no_station_is_seen_by_who_serves_everywhere(watch: Watch) -> None:
    an, everywhere = await watch.officer("An"), await watch.officer("Dung", stations=())
    for who in ("hoa", "lan", "mai"):
        await watch.met(who, watch.trick(""))
    assert await watch.told(an) == []
    [text] = await watch.told(everywhere)
    assert "nơi chưa rõ" in text


async def test_a_restart_tells_nobody_again_and_a_new_day_does(watch: Watch) -> None:
    an = await watch.officer("An")
    for who in ("hoa", "lan", "mai"):
        await watch.met(who, watch.trick())
    assert len(await watch.told(an)) == 1
    watch.radar = watch.fresh_radar()
    assert await watch.told(an) == []
    late = await watch.officer("Lý")  # who comes on duty later hears of it too
    assert len(await watch.told(late)) == 1


async def test_who_is_off_duty_or_has_left_is_told_nothing(watch: Watch) -> None:
    off = await watch.officer("An", duty=False)
    guest = await watch.officer("Khách", until=watch.now + timedelta(minutes=1))
    watch.later(minutes=2)
    for who in ("hoa", "lan", "mai"):
        await watch.met(who, watch.trick())
    assert await watch.told(off) == []
    assert await watch.told(guest) == []
    assert not await watch.radar.wanted(f"radar:{guest.id}", watch.now)


async def test_texts_nearly_the_same_are_one_sign_and_others_none(watch: Watch) -> None:
    an = await watch.officer("An")
    await watch.met("hoa", Trace(watch.now, STATION, sketch=SKETCH))
    await watch.met("lan", Trace(watch.now, STATION, sketch=(11, 22, 33, 99)))
    await watch.met("tu", Trace(watch.now, STATION, sketch=(11, 77, 88, 66)))
    assert await watch.told(an) == []
    await watch.met("mai", Trace(watch.now, STATION, sketch=(22, 33, 44, 55)))
    [text] = await watch.told(an)
    assert "3 người" in text
    assert "gần giống nhau" in text
    await watch.met("thu", Trace(watch.now, STATION, sketch=(22, 33, 44, 12)))
    watch.radar = watch.fresh_radar()
    assert await watch.told(an) == []


async def test_a_sign_left_in_peace_is_told_to_nobody_of_that_station(watch: Watch) -> None:
    an, next_door = await watch.officer("An"), await watch.officer("Bình", stations=(OTHER,))
    for who in ("hoa", "lan", "mai"):
        await watch.met(who, watch.trick())
    [sign] = await watch.radar.seen_by(an, watch.now, WINDOW)
    await watch.radar.skip(watch.hand(an), an, sign, on=True)
    assert await watch.told(an) == []
    assert len(await watch.told(next_door)) == 1
    assert await watch.radar.skipped(an, sign, watch.now)
    await watch.radar.skip(watch.hand(an), an, sign, on=False)
    assert len(await watch.told(an)) == 1


async def test_what_is_kept_is_keyed_bounded_and_gone_after_a_week(watch: Watch) -> None:
    await watch.met("hoa", watch.trick())
    await watch.met("hoa", replace(watch.trick(), trick="lua_dao.giao_hang"))
    await watch.met("hoa", Trace(watch.now, STATION, sketch=SKETCH))
    tag = watch.inbox.person(Address("telegram", "bot", "hoa")).tag
    assert 0 <= tag < TAGS
    kept = [each.decode() for each in await watch.store.redis.zrange(key(tag), 0, -1)]
    assert len(kept) == 3
    assert len({each.rpartition("|")[2] for each in kept}) == 3  # nobody can be followed from one to another
    assert not any("11" in each.split("|")[2].split(",") for each in kept)
    assert 0 < await watch.store.redis.pttl(key(tag)) <= WEEK.total_seconds() * 1000
    watch.later(days=8)
    await watch.met("hoa", watch.trick())
    assert await watch.store.redis.zcard(key(tag)) == 1


async def test_a_draft_is_ready_for_every_trick(watch: Watch) -> None:
    known = watch.known()
    assert Lane.OFFICER
    for intent in {each.intent for each in known.scams.tricks.values()}:
        assert known.answers[intent].body(watch.now.date()).short, intent
    assert faults
