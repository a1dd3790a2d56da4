"""Visits at home, for people who cannot come: asked for once, planned by one, told once, forgotten."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from bot.content.loading import knowledge
from bot.domain.appointment import Outcome, Personal, Rules
from bot.domain.home import HOME_MOVES, HomeStatus, Plan
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address
from bot.domain.reminder import Why
from bot.domain.seat import LOCAL
from bot.metrics import Metrics
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.homes import HomeVisits
from bot.services.notices import Notices
from bot.services.reception import Reception
from bot.services.rounds import Rounds
from bot.steward import Steward
from bot.store import archive
from bot.store.connection import Store, open_store
from bot.store.inbox import Inbox
from bot.store.naming import Person, person
from bot.store.outbox import Outbox
from bot.store.sealing import Seals
from bot.store.server import Server
from tests.conftest import ROOT
from tests.services.conftest import Town
from tests.services.station import AN, BINH, CHI, OPENS, STATION
from tests.store.conftest import KEY

SERVICE = "tai_nha"
BAY = Personal("Hồ Thị Bảy", "+84912000007", AN, "xóm 5, cạnh trạm y tế")
THURSDAY = Plan(date(2026, 11, 26), 0, 12 * 60)
DAY = timedelta(days=1)


class Village:
    """Those who cannot come, and the officers who do."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.homes, self.rounds = HomeVisits(town.booking), Rounds(town.store, town.booking)

    async def asked(self, personal: Personal = BAY, now: datetime = OPENS):
        """A new request."""
        who = self.town.who(personal.address)
        outcome, visit = await self.homes.ask(who, self.town.act(now), STATION, SERVICE, personal)
        assert outcome is Outcome.DONE
        return visit

    async def planned(self, visit, plan: Plan = THURSDAY, now: datetime = OPENS):
        outcome, visit = await self.rounds.plan(self.town.act(now), visit, plan)
        assert outcome is Outcome.DONE
        return visit

    async def numbers(self, now: datetime = OPENS, *, every: bool = False) -> list[int]:
        return [each.visit.number for each in await self.rounds.listed(STATION, now, every=every)]

    async def keys(self) -> set[str]:
        """Everything the station keeps of visits at home."""
        found = [key.decode() async for key in self.town.store.redis.scan_iter("*home*")]
        return {key.partition("}:")[2] for key in found}


@pytest.fixture
def village(town: Town) -> Village:
    return Village(town)


def other(number: int, address: Address = AN) -> Personal:
    return Personal(f"Người {number}", f"+849121{number:05}", address, "xóm 1")


class TestARequest:
    async def test_is_made_once_however_often_the_button_is_pressed(self, village: Village) -> None:
        act, who = village.town.act(), village.town.who()
        turned = await asyncio.gather(
            *(village.homes.ask(who, act, STATION, SERVICE, BAY) for _ in range(20))
        )
        assert {each.number for _, each in turned} == {turned[0][1].number}
        assert len(await village.numbers()) == 1
        later = replace(act, now=act.now + timedelta(hours=71))
        assert await village.homes.ask(who, later, STATION, SERVICE, BAY) == turned[0]

    async def test_keeps_its_turn(self, village: Village) -> None:
        visits = [await village.asked(other(n, Address("telegram", "bot", f"{n}"))) for n in range(5)]
        await village.planned(visits[1])
        await village.rounds.mark(village.town.act(), visits[2], HomeStatus.DROPPED)
        assert await village.numbers() == [visits[n].number for n in (0, 1, 3, 4)]

    async def test_says_where_only_to_officers_and_keeps_it_sealed(self, village: Village) -> None:
        visit = await village.asked()
        found = await village.rounds.look(STATION, visit.number, OPENS)
        assert found.personal == BAY
        store = village.town.store.redis
        for key in [key async for key in store.scan_iter("*")]:
            kind = await store.type(key)
            raw = {
                b"string": store.get, b"hash": store.hgetall,
                b"zset": lambda key: store.zrange(key, 0, -1), b"set": store.smembers,
                b"list": lambda key: store.lrange(key, 0, -1),
            }[kind]  # fmt: skip
            kept = str(await raw(key)) + json.dumps(str(await raw(key)))
            for secret in ("Bảy", "912000007", "trạm y tế", "tr\\u1ea1m"):
                assert secret not in kept

    async def test_is_limited_for_a_phone_and_for_a_talk(self, store: Store) -> None:
        village = Village(Town(store, Rules(homes=2)))
        homes, town = village.homes, village.town
        for number in (1, 2):
            await village.asked(other(number))
        outcome, _ = await homes.ask(town.who(), town.act(), STATION, SERVICE, other(3))
        assert outcome is Outcome.LIMIT  # the talk has two
        outcome, _ = await homes.ask(town.who(BINH), town.act(), STATION, SERVICE, other(1, BINH))
        assert outcome is Outcome.DONE
        outcome, _ = await homes.ask(town.who(CHI), town.act(), STATION, SERVICE, other(1, CHI))
        assert outcome is Outcome.LIMIT  # the phone has two
        first = (await homes.mine(town.who()))[0]
        assert (await homes.withdraw(town.who(), town.act(), STATION, first.number))[0] is Outcome.DONE
        outcome, _ = await homes.ask(town.who(), town.act(), STATION, SERVICE, other(4))
        assert outcome is Outcome.DONE
        for number in range(5):  # a clerk writes down the whole village with the phone of its head
            outcome, _ = await village.rounds.write_down(
                town.act(), STATION, SERVICE, replace(other(9), address=None)
            )
            assert outcome is Outcome.DONE, number

    async def test_of_somebody_else_cannot_be_withdrawn(self, village: Village) -> None:
        visit = await village.asked()
        who = village.town.who(BINH)
        outcome, _ = await village.homes.withdraw(who, village.town.act(), STATION, visit.number)
        assert outcome is Outcome.NOT_FOUND
        assert await village.homes.mine(village.town.who()) == [visit]

    async def test_that_was_withdrawn_with_a_day_ahead_is_shown_so_that_nobody_goes(
        self, village: Village
    ) -> None:
        visit = await village.planned(await village.asked())
        who = village.town.who()
        await village.homes.withdraw(who, village.town.act(), STATION, visit.number)
        assert await village.homes.mine(who) == []
        assert await village.numbers() == [visit.number]
        assert await village.numbers(OPENS + 5 * DAY) == []
        again = await village.homes.withdraw(who, village.town.act(), STATION, visit.number)
        assert again[0] is Outcome.NOT_ALLOWED


class TestOfficers:
    async def test_two_who_plan_at_once_do_not_both_win(self, village: Village) -> None:
        visit = await village.asked()
        plans = [replace(THURSDAY, begins=begins) for begins in range(0, 600, 60)]
        turned = await asyncio.gather(
            *(village.rounds.plan(village.town.act(), visit, plan) for plan in plans)
        )
        assert sorted(outcome for outcome, _ in turned) == ["done"] + ["not_allowed"] * 9
        assert len({each.plan for _, each in turned}) == 1

    @pytest.mark.parametrize("status", HomeStatus)
    async def test_make_only_the_moves_there_are(self, village: Village, status: HomeStatus) -> None:
        for to in HomeStatus:
            visit = await village.asked(other(len(to), Address("telegram", "bot", f"{status}{to}")))
            if status is HomeStatus.LEFT:
                who = village.town.who(Address("telegram", "bot", f"{status}{to}"))
                _, visit = await village.homes.withdraw(who, village.town.act(), STATION, visit.number)
            elif status is HomeStatus.PLANNED:
                visit = await village.planned(visit)
            elif status is not HomeStatus.WAITING:
                _, visit = await village.rounds.mark(village.town.act(), visit, status)
            homes = village.town.booking.homes
            outcome, after = await homes.turn(village.town.act(), visit, to)
            assert (outcome is Outcome.DONE) == (to in HOME_MOVES[status])
            assert after.status is (to if outcome is Outcome.DONE else status)
            await village.town.booking.erase(
                village.town.who(Address("telegram", "bot", f"{status}{to}")), village.town.act()
            )

    async def test_take_back_what_they_marked_by_mistake(self, village: Village) -> None:
        waiting = await village.asked()
        _, served = await village.rounds.mark(village.town.act(), waiting, HomeStatus.SERVED)
        _, back = await village.rounds.back(village.town.act(), served)
        assert (back.status, back.ended) == (HomeStatus.WAITING, None)
        planned = await village.planned(back)
        _, dropped = await village.rounds.mark(village.town.act(), planned, HomeStatus.DROPPED)
        _, back = await village.rounds.back(village.town.act(), dropped)
        assert (back.status, back.plan, back.plans) == (HomeStatus.PLANNED, THURSDAY, 1)


class TestForgetting:
    async def test_a_finished_one_goes_after_thirty_days_and_leaves_nothing(self, village: Village) -> None:
        visit = await village.asked()
        await village.rounds.mark(village.town.act(OPENS + DAY), visit, HomeStatus.SERVED)
        await village.town.reception.tend(STATION, OPENS + 30 * DAY)
        assert await village.numbers(every=True) == [visit.number]
        await village.town.reception.tend(STATION, OPENS + 31 * DAY)
        assert await village.numbers(every=True) == []
        assert await village.keys() == {"homes-last"}

    async def test_an_open_one_goes_after_180_days(self, village: Village) -> None:
        await village.planned(await village.asked())
        await village.town.reception.tend(STATION, OPENS + 179 * DAY)
        assert len(await village.numbers(OPENS + 179 * DAY)) == 1
        await village.town.reception.tend(STATION, OPENS + 180 * DAY)
        assert await village.keys() == {"homes-last"}

    async def test_erasing_withdraws_and_leaves_nobodys_name(self, village: Village) -> None:
        visit = await village.planned(await village.asked())
        await village.town.booking.erase(village.town.who(), village.town.act())
        (found,) = await village.rounds.listed(STATION, OPENS)  # or they would set out on Thursday
        assert found.visit.number == visit.number
        assert (found.visit.status, found.personal) == (HomeStatus.LEFT, None)
        assert await village.keys() == {"homes-last", "homes-over", f"home:{visit.number}"}
        kept = json.loads(await village.town.store.redis.get(f"tb:{{s:{STATION}}}:home:{visit.number}"))
        assert not {"who", "phone", "personal"} & kept.keys()


async def test_who_was_told_that_they_are_on_the_list_is_on_it_after_kill_9_of_the_store(
    tmp_path: Path,
) -> None:
    server = Server(tmp_path)
    await server.start()
    store = await open_store(server.url, Seals([KEY]))
    village, pid = Village(Town(store)), server.pid
    told: dict[str, int] = {}
    acts = {}

    async def people() -> None:
        for number in range(1000):
            address = Address("telegram", "bot", f"{number}")
            acts[number] = village.town.act()
            try:
                _, visit = await village.homes.ask(
                    village.town.who(address), acts[number], STATION, SERVICE, other(number, address)
                )
            except (RedisError, OSError):
                return
            told[f"Người {number}"] = visit.number

    async def killer() -> None:
        while len(told) < 5:  # noqa: ASYNC110
            await asyncio.sleep(0)
        os.kill(pid, 9)

    await asyncio.gather(people(), killer())
    while server.pid in {None, pid}:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    again = await open_store(server.url, Seals([KEY]))
    back = Village(Town(again))
    last = max(acts)  # asked again under the same id: once on the list, whether it had got there or not
    address = Address("telegram", "bot", f"{last}")
    person_ = other(last, address)
    _, visit = await back.homes.ask(back.town.who(address), acts[last], STATION, SERVICE, person_)
    told[person_.name] = visit.number
    found = {each.personal.name: each.visit.number for each in await back.rounds.listed(STATION, OPENS)}
    assert len(told) >= 5
    assert found == told
    await store.close()
    await again.close()
    await server.stop()


async def test_a_backup_brings_the_list_back_and_a_new_key_opens_it(store: Store, tmp_path: Path) -> None:
    village = Village(Town(store))
    visit = await village.planned(await village.asked())
    await archive.backup(store, tmp_path / "b", OPENS)
    url = f"unix://{store.redis.connection_pool.connection_kwargs['path']}"
    await store.redis.flushall()
    fresh = await open_store(url, store.seals)
    await archive.restore(fresh, tmp_path / "b")
    await fresh.close()
    both = await open_store(url, Seals(["n" * 40, KEY]))
    await archive.rekey(both)
    await both.close()
    new = await open_store(url, Seals(["n" * 40]))
    (found,) = await Village(Town(new)).rounds.listed(STATION, OPENS)
    assert (found.visit, found.personal) == (visit, BAY)
    assert (await Village(Town(new)).asked(other(5, BINH))).number > visit.number
    await new.close()


# -- what citizens are told

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=LOCAL)


@pytest.fixture(scope="module")
def content() -> Knowledge:
    return knowledge(ROOT)


class Hall:
    """A station of the real content, and the process that looks after it."""

    def __init__(self, store: Store, known: Knowledge) -> None:
        inbox = Inbox(store)
        self.store, self.outbox, self.inbox, self.known = store, Outbox(store, inbox), inbox, known
        self.booking = Booking(store, Almanac(lambda: known), known.stations)
        self.homes, self.rounds = HomeVisits(self.booking), Rounds(store, self.booking)
        self.said: list[Person] = []
        self.begin()

    def begin(self) -> None:
        """A process begins anew: nothing is remembered but the store."""
        self.notices = Notices(
            self.booking, self.outbox, lambda: self.known, {"telegram"}, said=self.said.append
        )
        self.steward = Steward(
            self.store, self.booking, Reception(self.store, self.booking), self.notices,
            lambda: self.known, lambda: MONDAY_NOON, Metrics(),
        )  # fmt: skip

    async def planned(self, personal: Personal, plan: Plan = THURSDAY):
        act = Town(self.store).act(MONDAY_NOON)
        if personal.address is None:
            _, visit = await self.rounds.write_down(act, STATION, SERVICE, personal)
        else:
            who = person(personal.address, self.store.names)
            _, visit = await self.homes.ask(who, act, STATION, SERVICE, personal)
        _, visit = await self.rounds.plan(Town(self.store).act(MONDAY_NOON), visit, plan)
        return visit

    async def sent(self, now: datetime, result: str = "sent") -> list[str]:
        """What leaves for An at a moment, if it is still wanted then."""
        found = []
        while claim := await self.outbox.claim(self.inbox.person(AN).tag, "telegram", now):
            if await self.notices.home_wanted(claim.delivery.reason):
                found.append(claim.delivery.replies[0].text)
                await self.outbox.done(claim, result)
            else:
                await self.outbox.done(claim, "unwanted")
        return found

    async def call(self, visit, now: datetime) -> Why | None:
        return (await self.rounds.look(STATION, visit.number, now)).call


@pytest.fixture
def hall(store: Store, content: Knowledge) -> Hall:
    return Hall(store, content)


class TestAPlan:
    async def test_is_told_once_with_a_warning_of_frauds(self, hall: Hall) -> None:
        visit = await hall.planned(BAY)
        for _ in range(3):
            await hall.steward.tend(STATION, MONDAY_NOON)
            hall.begin()
        (text,) = await hall.sent(MONDAY_NOON)
        for part in ("Công an xã Mai Phụ", "thứ 5, 26/11/2026, buổi sáng", "không thu thêm tiền", "lừa đảo"):
            assert part in text
        for secret in ("Bảy", "0912", "xóm"):
            assert secret not in text
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await hall.sent(MONDAY_NOON) == []
        assert await hall.call(visit, MONDAY_NOON) is None

    async def test_waits_for_the_morning(self, hall: Hall) -> None:
        late = MONDAY_NOON.replace(hour=22)
        await hall.planned(BAY, Plan(date(2026, 11, 24), 13 * 60, 17 * 60))
        await hall.steward.tend(STATION, late)
        assert await hall.sent(late) == []
        (text,) = await hall.sent(late + timedelta(hours=9))
        assert "hôm nay, thứ 3 24/11, từ 13:00 đến 17:00" in text

    async def test_that_was_changed_or_withdrawn_meanwhile_is_not_told_any_more(self, hall: Hall) -> None:
        visit = await hall.planned(BAY)
        await hall.steward.tend(STATION, MONDAY_NOON)
        friday = replace(THURSDAY, day=date(2026, 11, 27))
        await hall.rounds.plan(Town(hall.store).act(MONDAY_NOON), visit, friday)
        await hall.steward.tend(STATION, MONDAY_NOON)
        (text,) = await hall.sent(MONDAY_NOON)
        assert "thứ 6, 27/11/2026" in text
        hall_two = replace(BAY, phone="+84912000008")
        visit = await hall.planned(hall_two)
        await hall.steward.tend(STATION, MONDAY_NOON)
        who = person(AN, hall.store.names)
        await hall.homes.withdraw(who, Town(hall.store).act(MONDAY_NOON), STATION, visit.number)
        assert await hall.sent(MONDAY_NOON) == []

    async def test_of_a_day_that_is_over_is_told_to_nobody(self, hall: Hall) -> None:
        await hall.planned(BAY)
        await hall.steward.tend(STATION, MONDAY_NOON + 4 * DAY)
        assert await hall.sent(MONDAY_NOON + 4 * DAY) == []

    async def test_that_reached_nobody_is_to_be_told_by_phone(self, hall: Hall) -> None:
        visit = await hall.planned(BAY)
        assert await hall.call(visit, MONDAY_NOON) is None  # there is time
        await hall.steward.tend(STATION, MONDAY_NOON)
        await hall.sent(MONDAY_NOON, "refused")
        assert await hall.call(visit, MONDAY_NOON) is Why.REFUSED
        by_hand = await hall.planned(Personal("Cụ Tám", "+84912000010", None, "xóm 2"))
        assert await hall.call(by_hand, MONDAY_NOON) is Why.BY_HAND
        web = await hall.planned(Personal("Cụ Chín", "+84912000011", Address(WEBCHAT, "", "chín"), "xóm 3"))
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await hall.call(web, MONDAY_NOON) is Why.WEB
        assert len(hall.said) == 1  # and it stands in their talk too
        silent = await hall.planned(replace(other(12), address=Address("zalo_oa", "1", "x")))
        assert await hall.call(silent, THURSDAY.eve) is Why.UNSENT
