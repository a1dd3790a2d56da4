"""In the ledger of a warning a person has all of their doors: written down once, moved on, erased."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.domain.mailing import Fate, Lent, Line, Recipient, line_of
from bot.domain.message import Address
from bot.store.connection import Store
from bot.store.mailing import Ledger
from bot.store.naming import person
from tests.store.test_mailing import FAST, NOW, Office

PHONE, ZALO, PAGE = Line("telegram", "bot"), Line("zalo_oa", "oa"), Line("webchat", "")
LINES = (PHONE, ZALO, PAGE)
PEOPLE = "tb:{o}:mailing:tb1:people"


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


class Person:
    """Somebody with doors at some lines; `name` is what they are known by."""

    def __init__(self, store: Store, name: int, *lines: Line) -> None:
        self.doors = [Address(line.channel, line.account, f"{name}-{line.channel}") for line in lines]
        self.names = {each: person(each, store.names) for each in self.doors}
        first = self.names[self.doors[0]].id
        self.name = f"{name:032x}" if len(lines) > 1 else first

    def at(self, address: Address, first: tuple[str, str] | None = None) -> Recipient:
        doors = tuple((who.id, each) for each, who in self.names.items())
        return Recipient(self.name, address, doors if len(doors) > 1 else (), first)


async def begun(office: Office, *recipients: Recipient) -> None:
    await office.begun()
    for each in recipients:
        assert await office.ledger.fix(office.case, line_of(each.address), [each], NOW)
    assert await office.ledger.fixed(office.case, NOW)


async def lent(office: Office, line: Line, worker: str = "w") -> Lent:
    found = await office.ledger.claim("tb1", line, worker, FAST, NOW, NOW)
    assert isinstance(found, Lent), found
    return found


async def over(office: Office, line: Line) -> bool:
    found = await office.ledger.claim("tb1", line, "w", FAST, NOW, NOW)
    return not isinstance(found, Lent) and found.over


async def test_who_is_found_at_two_doors_is_written_down_once(office: Office, store: Store) -> None:
    an = Person(store, 1, PHONE, ZALO)
    await begun(office, an.at(an.doors[0]), an.at(an.doors[1]))
    assert (await office.progress()).recipients == 1
    assert (await lent(office, PHONE)).address == an.doors[0]
    assert await over(office, ZALO)


async def test_who_ties_a_door_while_recipients_are_written_down_is_one_all_the_same(
    office: Office, store: Store
) -> None:
    an = Person(store, 1, PHONE, ZALO)
    alone = Recipient(an.names[an.doors[0]].id, an.doors[0])
    await begun(office, alone, an.at(an.doors[1]))
    assert (await office.progress()).recipients == 1


async def test_a_person_moved_on_stands_in_one_line_only_and_is_counted_where_they_end(
    office: Office, store: Store
) -> None:
    an = Person(store, 1, PHONE, ZALO, PAGE)
    await begun(office, an.at(an.doors[0]))
    one = await lent(office, PHONE)
    assert await office.ledger.move("tb1", PHONE, one, an.doors[1], "blocked", failed=True)
    assert not await office.ledger.move("tb1", PHONE, one, an.doors[1], "blocked", failed=True)  # once more
    assert not await office.marked(one, Fate.DELIVERED)
    assert await over(office, PHONE)
    office.ledger = Ledger(store)  # what was tried is written down, not remembered
    two = await lent(office, ZALO)
    assert (two.who, two.address, two.tried) == (an.name, an.doors[1], {an.names[an.doors[0]].id})
    assert await office.ledger.move("tb1", ZALO, two, an.doors[2], "closed", failed=True)
    three = await lent(office, PAGE)
    assert three.tried == {an.names[each].id for each in an.doors[:2]}
    assert await office.ledger.mark("tb1", PAGE, three, Fate.DELIVERED)
    progress = await office.progress()
    assert progress.counts == {("webchat", Fate.DELIVERED, ""): 1}
    assert progress.detours == {("telegram", "blocked", "webchat"): 1}
    assert set(await office.ledger.lines("tb1")) == set(LINES)


async def test_of_a_dead_worker_and_its_heir_one_moves_a_person(office: Office, store: Store) -> None:
    an = Person(store, 1, PHONE, ZALO)
    await begun(office, an.at(an.doors[0]))
    dead = await lent(office, PHONE, "dead")
    office.ledger = Ledger(store, timedelta(0))
    heir = await lent(office, PHONE)
    assert heir.again
    assert await office.ledger.move("tb1", PHONE, heir, an.doors[1], "blocked", failed=True)
    assert not await office.ledger.move("tb1", PHONE, dead, an.doors[1], "blocked", failed=True)
    office.ledger = Ledger(store)
    await lent(office, ZALO)
    assert not await over(office, ZALO)  # one is out, and no other
    assert (await store.redis.xlen("tb:{o}:mailing:tb1:stream:zalo_oa:oa")) == 1


async def test_a_door_where_nothing_was_tried_may_be_come_back_to(office: Office, store: Store) -> None:
    an = Person(store, 1, PHONE, ZALO)
    await begun(office, an.at(an.doors[0]))
    await office.ledger.move("tb1", PHONE, await lent(office, PHONE), an.doors[1], "down", failed=False)
    assert (await lent(office, ZALO)).tried == frozenset()


async def test_what_is_pressed_counts_for_the_person_at_whichever_door(office: Office, store: Store) -> None:
    an, page = Person(store, 1, PHONE, ZALO), Address("webchat", "", "tied since")
    await begun(office, an.at(an.doors[0]))
    here, there = an.names.values()
    assert await office.ledger.noted("tb1", there, "read")
    assert not await office.ledger.noted("tb1", here, "read")
    assert not await office.ledger.noted("tb1", person(page, store.names), "right")
    await office.ledger.move("tb1", PHONE, await lent(office, PHONE), page, "blocked", failed=True)
    assert await office.ledger.noted("tb1", person(page, store.names), "right")
    assert not await office.ledger.noted("tb1", here, "wrong")
    progress = await office.progress()
    assert (progress.read, progress.right, progress.wrong) == (1, 1, 0)


async def test_an_erased_door_is_taken_out_and_another_takes_over(office: Office, store: Store) -> None:
    an = Person(store, 1, PHONE, ZALO)
    await begun(office, an.at(an.doors[0]))
    here, there = an.doors
    assert await office.ledger.forget(an.names[here], here)
    found = await lent(office, PHONE)
    assert (found.who, found.address) == (an.name, there)  # who carries it finds another line there
    assert await office.ledger.move("tb1", PHONE, found, there, "erased", failed=False)
    assert await office.ledger.mark("tb1", ZALO, await lent(office, ZALO), Fate.DELIVERED)
    kept = str(await store.redis.hgetall("tb:{o}:mailing:tb1:doors"))
    assert an.names[here].id not in kept
    assert await office.ledger.forget(an.names[there], there)
    assert [each async for some in office.ledger.received("tb1") for each in some] == []
    assert (await office.progress()).of(Fate.DELIVERED) == 1


async def test_an_erased_door_that_it_does_not_go_to_changes_nothing(office: Office, store: Store) -> None:
    an = Person(store, 1, PHONE, ZALO)
    await begun(office, an.at(an.doors[0]))
    assert not await office.ledger.forget(an.names[an.doors[1]], an.doors[1])
    assert (await lent(office, PHONE)).address == an.doors[0]
    assert not await office.ledger.noted("tb1", an.names[an.doors[1]], "read")  # and is theirs no more


async def test_the_last_door_erased_ends_it(office: Office, store: Store) -> None:
    an = Person(store, 1, PHONE, ZALO)
    await begun(office, an.at(an.doors[0]))
    for each in reversed(an.doors):
        await office.ledger.forget(an.names[each], each)
    assert (await office.progress()).counts == {("telegram", Fate.REFUSED, "erased"): 1}
    kept = await store.redis.hgetall(PEOPLE), await store.redis.hgetall("tb:{o}:mailing:tb1:doors")
    assert b"tb1." not in repr(kept).encode()  # no sealed address is left


async def test_a_correction_goes_to_the_other_door_of_who_erased_the_first(
    office: Office, store: Store
) -> None:
    an = Person(store, 1, PHONE, ZALO)
    await begun(office, an.at(an.doors[0]))
    await office.marked(await lent(office, PHONE), Fate.DELIVERED)
    await office.ledger.forget(an.names[an.doors[0]], an.doors[0])
    assert [each async for some in office.ledger.received("tb1") for each in some] == [an.doors[1]]


async def test_what_yesterdays_version_wrote_is_read(office: Office, store: Store) -> None:
    await office.begun(2)
    kept = await store.redis.hgetall(PEOPLE)
    assert {value.count(b"|") for value in kept.values()} == {6}  # who has one door stands there as ever
    page = Address("webchat", "", "tied since")
    one, two = await lent(office, PHONE), await lent(office, PHONE)
    assert (one.tried, two.tried) == (frozenset(), frozenset())
    assert await office.ledger.move("tb1", PHONE, one, page, "blocked", failed=True)
    assert await office.marked(two, Fate.UNSURE)
    assert await office.ledger.mark("tb1", PAGE, await lent(office, PAGE), Fate.DELIVERED)
    received = {each.channel async for some in office.ledger.received("tb1") for each in some}
    assert received == {"webchat", "telegram"}
    assert await office.ledger.every("tb1", PHONE, "again") == 1


class Storm:
    """Workers that carry a warning to people, and what became of each, as only the test knows it."""

    def __init__(self, office: Office, people: dict[str, Person], rng: random.Random) -> None:
        self.office, self.people, self.rng = office, people, rng
        self.sent, self.again, self.ended = Counter[str](), Counter[str](), Counter[str]()

    async def step(self, line: Line) -> bool:
        """One more of a line; False when nobody is to be had there."""
        found = await self.office.ledger.claim("tb1", line, f"w{self.rng.random()}", FAST, NOW, NOW)
        if not isinstance(found, Lent):
            return False
        self.again[found.who] += found.again
        what = self.rng.choices(
            ("arrives", "unsure", "fails", "dies", "sends and dies", "dead"), (6, 1, 6, 1, 1, 2)
        )
        await self._became(what[0], line, found)
        return True

    async def _became(self, what: str, line: Line, lent: Lent) -> None:
        ledger, here = self.office.ledger, lent.address
        names = self.people[lent.who].names.items()
        left = [each for each, name in names if name.id not in lent.tried and each != here]
        if what in {"arrives", "sends and dies"}:
            self.sent[lent.who] += 1
        if what == "arrives":
            assert await ledger.mark("tb1", line, lent, Fate.DELIVERED)
            self.ended[here.channel] += 1
        elif what == "unsure":
            assert await ledger.mark("tb1", line, lent, Fate.UNSURE)
        elif what in {"fails", "dead"} and left:
            failed = what == "fails"
            assert await ledger.move("tb1", line, lent, self.rng.choice(left), "blocked", failed=failed)
        elif what == "fails":
            assert await ledger.mark("tb1", line, lent, Fate.REFUSED, "blocked")


@pytest.mark.parametrize("seed", range(25))
async def test_whatever_happens_the_sums_are_true_and_nobody_is_told_twice(
    office: Office, store: Store, seed: int
) -> None:
    """Random outcomes over people with one to three doors, workers that die between sending and marking."""
    rng = random.Random(seed)
    every = [Person(store, number, *rng.sample(LINES, rng.randint(1, 3))) for number in range(1, 25)]
    storm = Storm(office, {each.name: each for each in every}, rng)
    await begun(office, *(each.at(rng.choice(each.doors)) for each in every))
    office.ledger = Ledger(store, timedelta(0))  # whoever does not mark at once is dead
    for _ in range(2_000):
        if not await storm.step(rng.choice(LINES)) and not (await office.progress()).of(Fate.WAITING):
            break
    progress = await office.progress()  # which says that the counts add up
    assert progress.settled == progress.recipients == len(every)
    assert all(storm.sent[each.name] <= 1 + storm.again[each.name] for each in every)
    assert progress.again == sum(storm.again.values())
    for line in LINES:
        assert progress.of(Fate.DELIVERED, line.channel) == storm.ended[line.channel]
        assert await office.ledger.waiting("tb1", line) == 0
    assert 0 < sum(progress.detours.values()) <= progress.of(Fate.DELIVERED)
