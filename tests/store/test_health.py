"""How accounts stand, over one store: whoever changes it first, what all have sent, a process that dies."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import health
from bot.domain.health import AWAY, SENDS, TOKEN, Rules, Standing, State, Tally
from bot.metrics import Metrics
from bot.services.lookout import Lookout, Probe, Told
from bot.services.silence import Silence
from bot.services.watch import AccountsWatch
from bot.store.connection import Store, ended
from bot.store.health import Account, Health
from bot.store.turns import Turns

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BOT: Account = ("telegram", "42")
OTHER: Account = ("zalo_oa", "77")
MINUTE = timedelta(minutes=1)


class Process(AccountsWatch):
    """One of them, with a lookout of its own."""

    def __init__(self, office: Office, rules: Rules | None, probe: Probe, told: Told) -> None:
        super().__init__(office.kept, [BOT, OTHER], Metrics(), rules=rules, clock=lambda: office.now)
        lookout = Lookout(self, office.turns, Metrics(), probe, told, clock=lambda: office.now)
        self._lookout, self.look = lookout, lookout.look

    async def decide(self) -> None:
        """One look of a process whose turn it is."""
        await self._lookout.decide()
        await self._lookout.tell()


class Office:
    """Several processes over one store, with one clock, and platforms that say what a test wants."""

    def __init__(self, store: Store) -> None:
        self.kept, self.turns = Health(store), Turns(store)
        self.now = NOW
        self.trouble: dict[Account, str | None] = {}
        self.probes: Counter[Account] = Counter()
        self.told: list[tuple[Account, Standing, int]] = []
        self._asked = asyncio.Event()
        self.breaks = False

    async def asked(self, times: int) -> None:
        """Wait until a platform was probed so often."""
        async with asyncio.timeout(10):
            while self.probes[BOT] < times:
                self._asked.clear()
                await self._asked.wait()

    def process(self, rules: Rules | None = None) -> Process:
        return Process(self, rules, self.probe, self._told)

    async def _told(self, account: Account, state: State, _: datetime) -> None:
        self.told.append((account, state.standing, state.number))

    async def probe(self, *account: str) -> str | None:
        self.probes[account[0], account[1]] += 1
        self._asked.set()
        if self.breaks:
            raise ValueError("a bug")
        return self.trouble.get((account[0], account[1]))


async def test_of_two_who_change_the_same_one_succeeds(store: Store) -> None:
    kept = Health(store)
    read = await kept.state(BOT)
    one, two = (health.closed(State(), reason, "", NOW) for reason in ("a", "b"))
    done = await asyncio.gather(kept.change(BOT, read, one), kept.change(BOT, read, two))
    assert sorted(done) == [False, True]
    newest = await kept.state(BOT)
    assert newest.state == (one if done[0] else two)
    assert await kept.change(BOT, read, newest.state)  # asked again by a line that broke
    assert await kept.states() == {BOT: newest}


async def test_sends_of_all_processes_count_together_and_once(store: Store) -> None:
    kept, rules = Health(store), Rules()
    for _ in range(2):  # said twice, counted once
        await kept.sent("a", {BOT: [Tally(NOW, 3, 0)]}, rules.counted)
    await kept.sent("b", {BOT: [Tally(NOW, 2, 1)], OTHER: [Tally(NOW, 1, 1)]}, rules.counted)
    found = await kept.tallies(NOW + MINUTE, rules.counted)
    assert sorted((each.tried, each.took) for each in found[BOT]) == [(2, 1), (3, 0)]
    assert found[OTHER] == [Tally(NOW, 1, 1)]
    assert await kept.tallies(NOW + rules.counted, rules.counted) == {}
    assert not await store.redis.exists("tb:{o}:sends")


async def test_sends_of_two_processes_that_fail_close_the_door_in_both(store: Store) -> None:
    office = Office(store)
    one, two = office.process(), office.process()
    for _ in range(19):
        for each in (one, two):
            each.heard(*BOT, took=False)
            each.heard(*OTHER, took=True)
            await each.refresh()
        await one.decide()
        office.now += timedelta(seconds=10)
    assert office.told == [(BOT, Standing.DOWN, 1)]
    await two.refresh()
    assert one.condition(*BOT) == two.condition(*BOT)
    assert two.condition(*BOT).why == SENDS
    assert one.condition(*OTHER).open


async def test_a_change_is_told_once_also_when_two_decide(store: Store) -> None:
    office = Office(store)
    one, two = office.process(), office.process()
    office.trouble[BOT] = TOKEN
    await one.decide()
    for turn in range(30):
        await asyncio.gather(one.decide(), two.decide())
        office.now += timedelta(seconds=10)
        if turn == 10:
            office.trouble.clear()
    assert set(office.told) == {(BOT, Standing.DOWN, 1), (BOT, Standing.OPEN, 2)}
    # Two at the very same moment may both tell; what they put has one id.
    assert len(office.told) <= 4


async def test_what_was_not_told_is_told_by_the_next_process(store: Store) -> None:
    office = Office(store)
    office.trouble[BOT] = TOKEN

    async def killed(*_: object) -> None:
        raise OSError("killed")

    dying = Process(office, None, office.probe, killed)
    with pytest.raises(OSError, match="killed"):
        await dying.decide()
    assert office.told == []
    await office.process().decide()
    assert office.told == [(BOT, Standing.DOWN, 1)]


async def test_what_is_down_is_probed_before_it_is_believed_after_a_restart(store: Store) -> None:
    office = Office(store)
    office.trouble[BOT] = TOKEN
    before = office.process()
    await before.decide()
    assert not before.condition(*BOT).open
    office.now += timedelta(hours=5)  # nobody was there
    after = office.process()
    await after.refresh()
    assert after.condition(*BOT).open
    await after.decide()
    assert not after.condition(*BOT).open


async def test_an_operator_closes_for_all_and_it_stays_so(store: Store) -> None:
    office = Office(store)
    watch = office.process()
    read = await office.kept.state(BOT)
    assert await office.kept.change(BOT, read, health.closed(read.state, "bảo trì", "Xin dùng Zalo", NOW))
    await watch.decide()
    assert office.told == [(BOT, Standing.CLOSED, 1)]
    office.now += timedelta(days=3)
    again = office.process()
    await again.refresh()
    found = again.condition(*BOT)
    assert (found.standing, found.reason, found.notice) == (Standing.CLOSED, "bảo trì", "Xin dùng Zalo")


async def test_one_process_of_many_probes_and_another_goes_on_when_it_dies(store: Store) -> None:
    office = Office(store)
    quick = Rules(every=timedelta(0), down_every=timedelta(0), round=timedelta(milliseconds=10))
    one, two = (asyncio.create_task(office.process(quick).look()) for _ in range(2))
    try:
        await office.asked(20)
        assert abs(office.probes[BOT] - office.probes[OTHER]) <= 1
        assert len(await store.redis.keys("tb:turn:watch")) == 1
        await ended(one)
        await office.asked(office.probes[BOT] + 20)
    finally:
        await ended(one, two)


async def test_a_probe_that_breaks_says_nothing_good(store: Store) -> None:
    office = Office(store)

    office.breaks = True
    watch = office.process()
    await watch.decide()
    assert (await office.kept.state(BOT)).state.trouble == AWAY


async def test_what_was_heard_is_counted_by_all_and_silence_is_told(store: Store) -> None:
    now, kept, metrics = NOW + timedelta(hours=2), Health(store), Metrics()
    ears = [Silence(kept, [BOT, OTHER], Turns(store), metrics, clock=lambda: now) for _ in range(2)]
    end = now
    for day in range(7, 0, -1):
        now = end - timedelta(days=day, hours=1)
        for ear in ears:
            for _ in range(3):
                ear.note(BOT)
            await ear.flush()
            await ear.flush()  # said twice, counted once
    now = end

    async def hears(*_: str) -> bool:
        return False

    await ears[0].look(hears)
    assert (await kept.hours(BOT, 0)).total() == 7 * 2 * 3
    page = metrics.page().decode()
    assert 'trucban_alarms_total{account="telegram:42",kind="door_silent"} 1.0' in page
    assert "zalo_oa:77" not in page
    now = end + timedelta(days=30)
    await ears[0].look(hears)
    assert not await store.redis.keys("tb:{o}:heard:*")
