"""The ledger of a warning: fixed once, lent once, settled once, at the pace of the account."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.mailing import Fate, Idle, Lent, Line, Progress, Recipient, once_more
from bot.domain.message import Address
from bot.domain.warning import Bulletin, Case, Move, State, Topic
from bot.store.connection import Store
from bot.store.mailing import MOST, Ledger
from bot.store.naming import person
from bot.store.pace import SharedPace
from bot.store.warnings import DESK, By, Kept, Warnings

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HERE = Line("telegram", "bot")
FAST = 100_000.0  # a second: the pace is no matter here


def people(count: int, line: Line = HERE) -> list[Address]:
    return [Address(line.channel, line.account, str(number)) for number in range(count)]


def alone(store: Store, addresses: Sequence[Address]) -> list[Recipient]:
    """People who have tied nothing."""
    return [Recipient(person(each, store.names).id, each) for each in addresses]


class Office:
    """A warning on its way, and those who carry it."""

    def __init__(self, store: Store) -> None:
        self.store, self.ledger, self.warnings = store, Ledger(store), Warnings(store)
        self.case: Case

    async def begun(self, count: int = 0, *, expires: timedelta = timedelta(hours=6)) -> Office:
        """Approved by somebody else, being sent, with so many recipients."""
        bulletin = Bulletin(
            Topic.SCAM, ("mai_phu",), "Coi chừng", "Có người giả danh công an.", NOW + expires
        )
        await self.warnings.draft(By("an", "1", NOW), "tb1", bulletin)
        for who, move in (("an", Move.SUBMIT), ("binh", Move.APPROVE), ("binh", Move.SEND)):
            await self.moved(move, who)
        if count:
            assert await self.fix(count)
            assert await self.ledger.fixed(self.case, NOW)
        return self

    async def fix(self, count: int, line: Line = HERE) -> bool:
        return await self.ledger.fix(self.case, line, alone(self.store, people(count, line)), NOW)

    async def moved(self, move: Move, who: str, now: datetime = NOW) -> None:
        seen = await self.warnings.read("tb1")
        assert seen
        kept = await self.warnings.move(By(who, f"{move}{seen.version}", now), "tb1", seen.version, move)
        assert kept is Kept.DONE, (move, kept)
        found = await self.warnings.read("tb1")
        assert found
        self.case = found

    async def lent(self, worker: str = "w", now: datetime = NOW, rate: float = FAST) -> Lent | Idle:
        return await self.ledger.claim("tb1", HERE, worker, rate, now, now)

    async def marked(self, lent: Lent | Idle, fate: Fate, reason: str = "") -> bool:
        assert isinstance(lent, Lent)
        return await self.ledger.mark("tb1", HERE, lent, fate, reason)

    async def progress(self) -> Progress:
        found = await self.ledger.progress("tb1")
        assert found
        assert sum(found.counts.values()) == found.recipients
        return found


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


class TestRecipients:
    async def test_are_each_written_down_once_and_no_more_once_they_are_fixed(self, office: Office) -> None:
        await office.begun()
        for _ in range(2):  # as after a crash in the middle
            assert await office.fix(30)
        assert isinstance(await office.lent(), Idle)  # not before all are
        assert await office.ledger.fixed(office.case, NOW)
        assert not await office.fix(40)
        assert (await office.progress()).recipients == 30

    async def test_are_those_of_the_moment_of_sending_only(self, office: Office) -> None:
        await office.begun()
        await office.moved(Move.STOP, "binh")
        assert not await office.fix(1)
        assert not await office.ledger.fixed(office.case, NOW)
        assert await office.ledger.progress("tb1") is None

    async def test_of_whom_it_is_not_known_where_they_live_by_anybody_without_the_key(
        self, office: Office
    ) -> None:
        await office.begun(3)
        kept = str(await office.store.redis.hgetall("tb:{o}:mailing:tb1:people"))
        for secret in ('"telegram"', '"bot"', "user"):
            assert secret not in kept


class TestTheLedger:
    async def test_lends_everybody_once_to_many_workers(self, office: Office) -> None:
        await office.begun(300)

        async def work(worker: str) -> list[str]:
            found = []
            while True:
                lent = await office.lent(worker)
                if isinstance(lent, Idle):
                    if lent.over:
                        return found
                    await asyncio.sleep(0)
                    continue
                await asyncio.sleep(0)
                assert await office.marked(lent, Fate.DELIVERED)
                found.append(lent.address.user)

        done = await asyncio.gather(*(work(f"w{number}") for number in range(5)))
        told = Counter(who for each in done for who in each)
        assert len(told) == 300
        assert set(told.values()) == {1}
        assert (await office.progress()).of(Fate.DELIVERED, "telegram") == 300

    async def test_has_no_more_than_a_few_out_at_once(self, office: Office) -> None:
        await office.begun(MOST + 5)
        out = [await office.lent() for _ in range(MOST)]
        assert all(isinstance(each, Lent) for each in out)
        assert isinstance(await office.lent(), Idle)
        await office.marked(out[0], Fate.UNSURE)
        assert isinstance(await office.lent(), Lent)

    async def test_lends_again_what_a_dead_worker_had(self, office: Office) -> None:
        await office.begun(2)
        dead = [await office.lent("dead"), await office.lent("dead")]
        assert isinstance(await office.lent("w"), Idle)
        office.ledger = Ledger(office.store, timedelta(0))  # it was silent for long enough
        for before in dead:
            heir = await office.lent("w")
            assert isinstance(heir, Lent)
            assert isinstance(before, Lent)
            assert (heir.who, heir.again) == (before.who, True)
            assert await office.marked(heir, Fate.DELIVERED)
            assert not await office.marked(before, Fate.UNSURE)  # it was not dead after all: counted once
        assert (await office.progress()).again == 2

    async def test_takes_a_worker_for_dead_sooner_who_does_not_say_that_it_lives(
        self, office: Office
    ) -> None:
        await office.begun(2)
        office.ledger = Ledger(office.store, dead=timedelta(0))
        await office.ledger.beat("alive")
        one, other = await office.lent("alive"), await office.lent("dead")
        heir = await office.lent("w")
        assert isinstance(one, Lent)
        assert isinstance(other, Lent)
        assert isinstance(heir, Lent)
        assert (heir.who, heir.again) == (other.who, True)
        await office.ledger.beat("w")
        assert isinstance(await office.lent("v"), Idle)

    async def test_puts_off_what_did_not_arrive(self, office: Office) -> None:
        await office.begun(1)
        lent = await office.lent()
        assert isinstance(lent, Lent)
        assert await office.ledger.later(
            "tb1", HERE, replace(lent, sent=1, tries=3), NOW + timedelta(minutes=1)
        )
        waiting = await office.lent()
        assert isinstance(waiting, Idle)
        assert not waiting.over
        again = await office.lent(now=NOW + timedelta(minutes=1))
        assert isinstance(again, Lent)
        assert (again.sent, again.tries, again.again) == (1, 3, False)

    async def test_counts_what_is_sent_once_more_on_purpose(self, office: Office) -> None:
        await office.begun(1)
        lent = await office.lent()
        assert isinstance(lent, Lent)
        await office.ledger.later("tb1", HERE, once_more(lent), NOW)
        again = await office.lent()
        assert isinstance(again, Lent)
        assert again.resent == 1
        await office.marked(again, Fate.DELIVERED)
        progress = await office.progress()
        assert (progress.resent, progress.settled) == (1, 1)

    async def test_lends_nothing_of_what_is_stopped_or_over(self, office: Office) -> None:
        await office.begun(3)
        out = await office.lent()
        await office.moved(Move.STOP, "binh")
        assert await office.lent() == Idle(over=True)
        assert await office.marked(out, Fate.DELIVERED)  # it was on its way already
        await office.moved(Move.RESUME, "binh")
        assert isinstance(await office.lent(), Lent)
        assert await office.lent(now=NOW + timedelta(hours=6)) == Idle(over=True)

    async def test_settles_everybody_when_nothing_goes_out_any_more(self, office: Office) -> None:
        await office.begun(10)
        one, _dead, later = [await office.lent("dead") for _ in range(3)]
        assert isinstance(later, Lent)
        await office.ledger.later("tb1", HERE, later, NOW + timedelta(hours=1))
        assert await office.ledger.drain("tb1", HERE, "w", "late") == -1  # not while it is being sent
        await office.moved(Move.STOP, "binh")
        await office.moved(Move.CANCEL, "binh")
        assert await office.ledger.drain("tb1", HERE, "w", "cancelled") == 2  # they may still arrive
        await office.marked(one, Fate.DELIVERED)
        office.ledger = Ledger(office.store, timedelta(0))
        assert await office.ledger.drain("tb1", HERE, "w", "cancelled") == 0
        progress = await office.progress()
        assert {fate: progress.of(fate) for fate in Fate} == {
            Fate.WAITING: 0, Fate.DELIVERED: 1, Fate.REFUSED: 0, Fate.UNSURE: 1, Fate.EXPIRED: 8,
        }  # fmt: skip

    async def test_sends_once_more_only_to_the_unsure(self, office: Office) -> None:
        await office.begun(3)
        for fate in (Fate.DELIVERED, Fate.UNSURE, Fate.REFUSED):
            await office.marked(await office.lent(), fate)
        await office.ledger.ended("tb1", NOW)
        await office.moved(Move.FINISH, DESK)
        await office.moved(Move.REPEAT, "binh")
        assert await office.lent() == Idle(over=True)  # not before they are put into the line again
        assert await office.ledger.every("tb1", HERE, "again") == 1
        await office.ledger.ended("tb1", None)
        await office.marked(await office.lent(), Fate.DELIVERED)
        assert await office.lent() == Idle(timedelta(seconds=0.3), over=True)
        progress = await office.progress()
        assert (progress.of(Fate.DELIVERED), progress.of(Fate.REFUSED), progress.resent) == (2, 1, 1)

    async def test_sends_once_more_by_the_account_that_sent_before_and_to_nobody_erased(
        self, office: Office
    ) -> None:
        await office.begun()
        other = Line("telegram", "other")
        for line, count in ((HERE, 2), (other, 3)):
            assert await office.fix(count, line)
        assert await office.ledger.fixed(office.case, NOW)
        for line, count in ((HERE, 2), (other, 3)):
            for _ in range(count):
                lent = await office.ledger.claim("tb1", line, "w", FAST, NOW, NOW)
                assert isinstance(lent, Lent)
                await office.ledger.mark("tb1", line, lent, Fate.UNSURE)
        gone = people(1)[0]
        assert await office.ledger.forget(person(gone, office.store.names), gone)
        assert [await office.ledger.every("tb1", line, "again") for line in (HERE, other)] == [1, 3]

    async def test_brought_back_without_its_streams_counts_who_waited_as_unsure(self, office: Office) -> None:
        await office.begun(4)
        await office.marked(await office.lent(), Fate.DELIVERED)
        await office.store.redis.delete("tb:{o}:mailing:tb1:stream:telegram:bot")  # a backup has none
        lost = await office.lent()
        assert isinstance(lost, Idle)
        assert lost.lost
        assert await office.ledger.every("tb1", HERE, "lost") == 3
        assert await office.lent() == Idle(timedelta(seconds=0.3), over=True)
        progress = await office.progress()
        assert progress.counts["telegram", Fate.UNSURE, "restored"] == 3
        assert progress.settled == progress.recipients

    async def test_forgets_where_somebody_lives_and_sends_them_nothing_more(self, office: Office) -> None:
        await office.begun(2)
        gone = person(people(1)[0], office.store.names)
        assert await office.ledger.forget(gone, people(1)[0])
        while not isinstance(lent := await office.lent(), Lent):
            pass
        assert lent.address.user == "1"
        await office.marked(lent, Fate.DELIVERED)
        received = [each async for some in office.ledger.received("tb1") for each in some]
        assert received == people(2)[1:]
        assert (await office.progress()).counts["telegram", Fate.REFUSED, "erased"] == 1

    async def test_counts_what_is_pressed_once_and_from_recipients_only(self, office: Office) -> None:
        await office.begun(2)
        here, stranger = person(people(1)[0], office.store.names), person(people(9)[8], office.store.names)
        assert [await office.ledger.noted("tb1", here, "read") for _ in range(2)] == [True, False]
        assert not await office.ledger.noted("tb1", stranger, "read")
        assert await office.ledger.noted("tb1", here, "wrong")
        assert not await office.ledger.noted("tb1", here, "right")  # the first answer counts
        progress = await office.progress()
        assert (progress.read, progress.right, progress.wrong) == (1, 0, 1)


class TestThePace:
    async def test_is_one_for_all_workers(self, office: Office) -> None:
        await office.begun(100)
        now, sent = NOW, []
        while now < NOW + timedelta(seconds=2):
            lent = await office.lent(f"w{len(sent) % 3}", now, rate=25)
            if isinstance(lent, Lent):
                sent.append(now + lent.wait)
                await office.marked(lent, Fate.DELIVERED)
            else:
                now += lent.wait or timedelta(milliseconds=1)
        assert 49 <= len(sent) <= 59  # two seconds, what is given away ahead, and a burst
        gaps = [after - before for before, after in pairwise(sent[5:])]
        assert min(gaps) >= timedelta(milliseconds=38)

    async def test_is_that_of_reminders_too(self, store: Store) -> None:
        pace = SharedPace(store)
        waits = [await pace.take("telegram", "bot", 10, NOW) for _ in range(5)]
        assert waits[-1] - waits[-2] == timedelta(milliseconds=100)
        assert await pace.take("telegram", "other", 10, NOW) == timedelta()

    async def test_pauses_and_is_slower_for_an_hour_after_a_flood(self, office: Office) -> None:
        await office.begun(100)
        pace = SharedPace(office.store)
        assert await pace.flood("telegram", "bot", timedelta(seconds=7), NOW)
        assert not await pace.flood("telegram", "bot", timedelta(seconds=5), NOW)  # the same one
        paused = await office.lent(rate=10)
        assert paused == Idle(timedelta(seconds=7))
        after = NOW + timedelta(minutes=5)
        waits = [await pace.take("telegram", "bot", 10, after) for _ in range(5)]
        assert waits[-1] - waits[-2] == timedelta(milliseconds=125)
        after = NOW + timedelta(hours=2)
        waits = [await pace.take("telegram", "bot", 10, after) for _ in range(5)]
        assert waits[-1] - waits[-2] == timedelta(milliseconds=100)


async def test_a_state_of_every_warning_is_known_at_once(office: Office) -> None:
    await office.begun()
    assert await office.warnings.standing() == {"tb1": State.SENDING}
