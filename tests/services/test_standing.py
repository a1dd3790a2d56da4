"""Who only looks at how accounts stand sees what the open desk keeps, and which doors it has."""

from __future__ import annotations

from datetime import timedelta

from bot.domain import health
from bot.domain.health import Standing, State
from bot.services.standing import GONE, Glance, Present, glance
from bot.store.connection import Store
from bot.store.health import Health, Read
from tests.services.row import NOON

BOT, OA = ("telegram", "1"), ("zalo_oa", "2")


async def test_what_the_desk_keeps_counts_as_long_as_somebody_looks_after_it(store: Store) -> None:
    kept = Health(store)
    down = State(Standing.DOWN, health.AWAY, since=NOON, probed=NOON)
    assert await kept.change(BOT, Read(), down)
    assert await kept.change(OA, Read(), health.closed(State(), "bảo trì", "", NOON))
    seen = await glance(store, NOON)
    assert seen.condition(*BOT).standing is Standing.DOWN
    assert seen.condition(*OA).standing is Standing.CLOSED
    assert seen.condition("zalo_bot", "3").open
    later = await glance(store, NOON + timedelta(hours=1))  # the desk has been closed meanwhile
    assert later.condition(*BOT).open
    assert not later.condition(*OA).open


def test_a_door_that_the_desk_has_no_more_is_closed() -> None:
    watch = Present(Glance({}), lambda: {"telegram"})
    assert watch.condition(*BOT).open
    assert (watch.condition(*OA).standing, watch.condition(*OA).why) == (Standing.CLOSED, GONE)
