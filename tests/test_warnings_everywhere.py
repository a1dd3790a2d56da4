"""Warnings on their way to every door, in a whole house with strict doubles of the platforms around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from redis import Redis

from bot.domain.health import Trusting
from bot.domain.mailing import Fate, Progress
from bot.domain.message import WEBCHAT, Address
from bot.domain.warning import Bulletin, Case, Move, State, Topic
from bot.metrics import Metrics
from bot.services.mailings import Mailings
from bot.services.officers import Officers
from bot.services.postmen import Postmen
from bot.services.recipients import Recipients
from bot.services.warnings import Bulletins
from bot.services.ways import PersonsWays
from bot.store import archive
from bot.store.circles import Circles
from bot.store.connection import open_store
from bot.store.contacts import Contacts
from bot.store.inbox import Inbox
from bot.store.mailing import Ledger
from bot.store.naming import person
from bot.store.outbox import Outbox
from bot.store.pace import bucket
from bot.store.subscribers import Subscribers
from bot.store.warnings import By, Kept, Warnings
from tests.conftest import NOON
from tests.doors import OnTelegram, OnTheWeb, OnZalo, OnZaloBot, house
from tests.officer.test_desk import enlisted
from tests.open_house import BOT, OA, ZALO_BOT, OpenHouse

__all__ = ["house"]
pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("ignore:.*`retry_after` will be of type:DeprecationWarning"),
]
STATION, TITLE = "vung_ang", "Giả danh công an gọi video"
TEXT = "Có người mặc sắc phục gọi video đòi chuyển tiền để chứng minh trong sạch. Đó là lừa đảo."
_number = count(1)


class Sending:
    """A warning to subscribers of one topic at one station, from draft to the end."""

    def __init__(self, house: OpenHouse, topic: Topic = Topic.SCAM) -> None:
        self.house, self.topic = house, topic
        self.warnings, self.ledger = Warnings(house.store), Ledger(house.store)
        inbox = Inbox(house.store)
        self.subscriptions, self.contacts = Subscribers(house.store, inbox), Contacts(house.store, inbox)
        self.id = f"tb{next(_number):08x}"

    async def subscribed(self, *addresses: Address) -> None:
        for each in addresses:
            await self.subscriptions.join(each, (STATION,), (self.topic,), "v1", self.house.now)

    async def over(self) -> None:
        """The next test has subscribers of its own."""
        async for some in self.subscriptions.addressed((), self.topic, urgent=True):
            for each in some:
                await self.subscriptions.stop(each, self.house.now)

    def bulletin(self, *, urgent: bool = False, corrects: str | None = None) -> Bulletin:
        expires = self.house.now + timedelta(hours=3)
        return Bulletin(self.topic, (STATION,), TITLE, TEXT, expires, urgent=urgent, corrects=corrects)

    async def begun(self, bulletin: Bulletin) -> Sending:
        await self.warnings.draft(By("an", f"{self.id} draft", self.house.now), self.id, bulletin)
        for who, move in (("an", Move.SUBMIT), ("binh", Move.APPROVE), ("binh", Move.SEND)):
            await self.moved(move, who)
        return self

    async def moved(self, move: Move, who: str = "binh", begins: datetime | None = None) -> None:
        seen = await self.warnings.read(self.id)
        assert seen
        by = By(who, f"{self.id} {move} {seen.version}", self.house.now)
        kept = await self.warnings.move(by, self.id, seen.version, move, begins=begins)
        assert kept is Kept.DONE, (move, kept)

    async def stands(self, state: State) -> None:
        """Wait until it stands so."""
        async with asyncio.timeout(30):
            while True:
                case = await self.warnings.read(self.id)
                if case and case.state is state:
                    return
                await asyncio.sleep(0.05)

    async def until(self, state: State) -> Progress:
        """Wait until it stands so, with everybody settled."""
        await self.stands(state)
        async with asyncio.timeout(30):
            while True:
                found = await self.ledger.progress(self.id)
                if found and found.fixed and found.settled == found.recipients:
                    assert sum(found.counts.values()) == found.recipients
                    return found
                await asyncio.sleep(0.05)


@pytest_asyncio.fixture(loop_scope="module")
async def sending(house: OpenHouse) -> AsyncIterator[Sending]:
    house.now = NOON
    made = Sending(house)
    yield made
    house.telegram.calm()
    house.zalo.heal()
    await house.store.redis.delete(bucket("telegram", BOT.id), bucket("zalo_oa", OA.id))
    house.zalo_bot.heal()
    await made.over()


def telegram(*users: int) -> list[Address]:
    return [Address("telegram", BOT.id, str(7_100_000_000 + user)) for user in users]


def told(house: OpenHouse, addresses: Sequence[Address]) -> list[int]:
    """How many messages with the title each of them has in Telegram."""
    sent = [call.fields["chat_id"] for call in house.telegram.sent if TITLE in call.formatted.text]
    return [sent.count(int(each.user)) for each in addresses]


async def test_reach_every_door_and_say_who_was_not_reached(house: OpenHouse, sending: Sending) -> None:
    web, phone, zalo, bot = OnTheWeb(house), OnTelegram(house), OnZalo(house), OnZaloBot(house)
    for citizen in (web, phone, zalo, bot):
        await citizen.say("chào bác")
    page = Address(WEBCHAT, "", web._page.token.split(".")[0])
    here = Address("telegram", BOT.id, str(phone.user))
    window, closed = Address("zalo_oa", OA.id, zalo.user), Address("zalo_oa", OA.id, "2222222222222222222")
    counted = Address("zalo_bot", ZALO_BOT.id, bot.user)
    await sending.subscribed(page, here, window, closed, counted)
    progress = await (await sending.begun(sending.bulletin())).until(State.DONE)
    assert progress.counts == {
        ("webchat", Fate.DELIVERED, ""): 1, ("telegram", Fate.DELIVERED, ""): 1,
        ("zalo_oa", Fate.DELIVERED, ""): 1, ("zalo_oa", Fate.REFUSED, "new"): 1,
        ("zalo_bot", Fate.DELIVERED, ""): 1,
    }  # fmt: skip
    assert told(house, [here]) == [1]
    assert [call.chat for call in house.zalo_bot.sent if TITLE in call.text] == [bot.user]
    assert [call.user for call in house.zalo.sent if TITLE in call.text] == [zalo.user]
    phone._calls = [call for call in house.telegram.sent if call.fields["chat_id"] == phone.user][-1:]
    asked = await phone.press("Đã hiểu")
    right = house.known.warnings.topics[Topic.SCAM].check
    await phone.press(right.options[right.right])
    assert right.ask in asked[-1].text
    zalo._calls = [call for call in house.zalo.sent if call.user == zalo.user][-1:]
    await zalo.press("Đã hiểu")
    pressed = await sending.ledger.progress(sending.id)
    assert pressed
    assert (pressed.read, pressed.right, pressed.wrong) == (2, 1, 0)


async def test_reach_a_person_once_who_presses_at_either_door(house: OpenHouse, sending: Sending) -> None:
    phone, zalo = OnTelegram(house), OnZalo(house)
    for citizen in (zalo, phone):  # the phone is what they used last
        await citizen.say("chào bác")
    here, there = Address("telegram", BOT.id, str(phone.user)), Address("zalo_oa", OA.id, zalo.user)
    await sending.subscribed(here, there)
    assert await Circles(house.store).tie(here, there, house.now)
    house.telegram.fault("blocked", chat=phone.user)
    progress = await (await sending.begun(sending.bulletin())).until(State.DONE)
    assert progress.counts == {("zalo_oa", Fate.DELIVERED, ""): 1}
    assert progress.detours == {("telegram", "blocked", "zalo_oa"): 1}
    zalo._calls = [call for call in house.zalo.sent if call.user == zalo.user][-1:]
    assert TITLE in zalo._calls[0].text
    await zalo.press("Đã hiểu")
    pressed = await sending.ledger.progress(sending.id)
    assert pressed
    assert pressed.read == 1
    shown = await zalo.say("xem dữ liệu của tôi")
    assert "cảnh báo" in "".join(each.text for each in shown).lower()


async def test_wait_for_chats_that_are_refused_and_forget_who_blocked_us(
    house: OpenHouse, sending: Sending
) -> None:
    addresses = telegram(*range(10, 18))
    await sending.subscribed(*addresses)
    slow, blocked, gone, broken = (int(each.user) for each in addresses[:4])
    house.telegram.fault("retry_after", chat=slow, after=1)
    house.telegram.fault("blocked", chat=blocked)
    house.telegram.fault("chat_not_found", chat=gone)
    house.telegram.fault("server", chat=broken)
    progress = await (await sending.begun(sending.bulletin())).until(State.DONE)
    assert progress.counts == {
        ("telegram", Fate.DELIVERED, ""): 6, ("telegram", Fate.REFUSED, "blocked"): 1,
        ("telegram", Fate.REFUSED, "unknown"): 1,
    }  # fmt: skip
    assert told(house, addresses) == [1, 0, 0, 1, 1, 1, 1, 1]
    before = len(house.telegram.calls)
    again = Sending(house)
    await (await again.begun(sending.bulletin())).until(State.DONE)
    tried = {call.fields["chat_id"] for call in house.telegram.calls[before:] if call.method == "sendMessage"}
    assert not tried & {blocked, gone}  # they are not tried again


async def test_of_which_nobody_knows_whether_it_arrived_are_sent_once_more_only_when_asked(
    house: OpenHouse, sending: Sending
) -> None:
    addresses = telegram(20, 21)
    await sending.subscribed(*addresses)
    house.telegram.fault("lost", chat=int(addresses[0].user))
    progress = await (await sending.begun(sending.bulletin())).until(State.DONE)
    assert (progress.of(Fate.DELIVERED), progress.of(Fate.UNSURE)) == (1, 1)
    await sending.moved(Move.REPEAT)
    progress = await sending.until(State.DONE)
    assert (progress.of(Fate.DELIVERED), progress.resent) == (2, 1)
    assert told(house, addresses) == [2, 1]


async def test_of_danger_to_life_are_sent_once_more_at_once_where_nobody_knows(
    house: OpenHouse, sending: Sending
) -> None:
    house.now = NOON.replace(hour=17)  # midnight in Vietnam: danger does not wait for the morning
    addresses = telegram(30, 31)
    await sending.subscribed(*addresses)
    house.telegram.fault("lost", chat=int(addresses[0].user), times=5)
    sent = await sending.begun(sending.bulletin(urgent=True))
    assert await house.telegram.changes.until(lambda: told(house, addresses) == [1, 1], 20)
    progress = await sent.until(State.DONE)
    assert (progress.of(Fate.DELIVERED), progress.of(Fate.UNSURE), progress.resent) == (1, 1, 1)
    assert told(house, addresses) == [2, 1]


async def test_wait_for_the_morning_and_for_their_time(house: OpenHouse, sending: Sending) -> None:
    house.now = NOON.replace(hour=13)  # 20:00 in Vietnam
    addresses = telegram(40)
    await sending.subscribed(*addresses)
    bulletin = Bulletin(Topic.SCAM, (STATION,), TITLE, TEXT, house.now + timedelta(days=1))
    await sending.warnings.draft(By("an", f"{sending.id} draft", house.now), sending.id, bulletin)
    await sending.moved(Move.SUBMIT, "an")
    await sending.moved(Move.APPROVE)
    await sending.moved(Move.SCHEDULE, begins=house.now + timedelta(hours=2))
    house.now += timedelta(hours=2)  # its time has come, at 22:00
    await sending.stands(State.SENDING)
    assert await sending.ledger.progress(sending.id) is None
    house.now += timedelta(hours=9, minutes=5)
    await sending.until(State.DONE)
    assert told(house, addresses) == [1]


async def test_leave_out_who_stops_in_the_middle(house: OpenHouse, sending: Sending) -> None:
    addresses = telegram(*range(50, 90))
    await sending.subscribed(*addresses)
    await sending.begun(sending.bulletin())
    await house.telegram.news(len(house.telegram.sent) + 3)
    last = None
    async for some in sending.subscriptions.addressed((STATION,), Topic.SCAM, urgent=False):
        for each in some:
            if not told(house, [each])[0]:
                last = each
    assert last
    await sending.subscriptions.stop(last, house.now)
    progress = await sending.until(State.DONE)
    assert progress.counts["telegram", Fate.REFUSED, "stopped"] == 1
    assert told(house, [last]) == [0]
    assert progress.of(Fate.DELIVERED) == 39


async def test_that_are_stopped_go_on_or_are_called_off(house: OpenHouse, sending: Sending) -> None:
    addresses = telegram(*range(100, 160))
    await sending.subscribed(*addresses)
    await sending.begun(sending.bulletin())
    await house.telegram.news(len(house.telegram.sent) + 3)
    await sending.moved(Move.STOP)
    await sending.moved(Move.RESUME)
    await house.telegram.news(len(house.telegram.sent) + 1)
    await sending.moved(Move.STOP)
    await sending.moved(Move.CANCEL)
    progress = await sending.until(State.CANCELLED)
    sent = sum(told(house, addresses))
    assert progress.of(Fate.DELIVERED) == sent < 60
    assert progress.counts["telegram", Fate.EXPIRED, "cancelled"] == 60 - sent


async def test_go_out_no_more_once_they_have_expired(house: OpenHouse, sending: Sending) -> None:
    addresses = telegram(*range(200, 260))
    await sending.subscribed(*addresses)
    await sending.begun(sending.bulletin())
    await house.telegram.news(len(house.telegram.sent) + 3)
    house.now += timedelta(hours=3)
    progress = await sending.until(State.EXPIRED)
    assert progress.of(Fate.DELIVERED) == sum(told(house, addresses)) < 60
    assert progress.of(Fate.DELIVERED) + progress.of(Fate.EXPIRED) == 60


async def test_that_correct_go_to_exactly_those_who_may_have_got_the_first(
    house: OpenHouse, sending: Sending
) -> None:
    addresses = telegram(300, 301, 302)
    await sending.subscribed(*addresses)
    house.telegram.fault("lost", chat=int(addresses[0].user))
    house.telegram.fault("blocked", chat=int(addresses[1].user))
    await (await sending.begun(sending.bulletin())).until(State.DONE)
    late = telegram(303)
    await sending.subscribed(*late)
    await sending.subscriptions.stop(addresses[2], house.now)  # they have read it all the same
    correction = Sending(house)
    await (await correction.begun(sending.bulletin(corrects=sending.id))).until(State.DONE)
    assert told(house, addresses + late) == [2, 0, 2, 0]


async def test_of_a_drill_reach_the_officers_of_these_stations_only(
    house: OpenHouse, sending: Sending
) -> None:
    await sending.subscribed(*telegram(600))
    here, elsewhere = [await enlisted(house, OnTelegram, each) for each in (STATION, "mai_phu")]
    drill = replace(sending.bulletin(), drill=True)
    progress = await (await sending.begun(drill)).until(State.DONE)
    assert progress.of(Fate.DELIVERED) == progress.recipients >= 1
    heard = [call.fields["chat_id"] for call in house.telegram.sent if "DIỄN TẬP" in call.formatted.text]
    assert heard == [here.user]
    assert elsewhere.user not in heard
    assert told(house, telegram(600)) == [0]


async def test_a_flood_slows_every_worker_and_loses_nothing(house: OpenHouse, sending: Sending) -> None:
    addresses = telegram(*range(400, 440))
    await sending.subscribed(*addresses)
    house.telegram.fault("flood", seconds=1, times=200)
    progress = await (await sending.begun(sending.bulletin())).until(State.DONE)
    assert progress.counts == {("telegram", Fate.DELIVERED, ""): 40}
    assert told(house, addresses) == [1] * 40
    share = await house.store.redis.hget(bucket("telegram", BOT.id), "share")
    assert share
    assert float(share) < 1


async def test_erased_data_is_in_no_ledger(house: OpenHouse, sending: Sending) -> None:
    phone = OnTelegram(house)
    await phone.say("chào bác")
    here = Address("telegram", BOT.id, str(phone.user))
    await sending.subscribed(here)
    await (await sending.begun(sending.bulletin())).until(State.DONE)
    await phone.say("xoá dữ liệu của tôi")
    await phone.press("Xóa hết")
    kept = await house.store.redis.hget(
        f"tb:{{o}}:mailing:{sending.id}:people", person(here, house.store.names).id
    )
    assert kept
    assert kept.endswith(b"|telegram|")


async def test_on_their_way_in_a_backup_wait_for_a_person(
    house: OpenHouse, sending: Sending, tmp_path: Path, valkey: str
) -> None:
    await sending.subscribed(*telegram(500))
    house.now = NOON.replace(hour=15)  # at night: on its way, and nothing goes out yet
    await sending.begun(sending.bulletin())
    await archive.backup(house.store, tmp_path / "kept", house.now)
    house.now = NOON + timedelta(days=1)
    with Redis.from_url(valkey) as client:
        client.flushall()
    seals = house.store.seals
    brought_back = await open_store(valkey, seals)
    try:
        await archive.restore(brought_back, tmp_path / "kept")
        kept = Warnings(brought_back)
        assert await kept.restored()
        officers = Officers(brought_back)
        bulletins = Bulletins(brought_back, officers, lambda: ())
        known = house.known
        inbox, ledger, circles = Inbox(brought_back), Ledger(brought_back), Circles(brought_back)
        subscribers, watch = Subscribers(brought_back, inbox), Trusting()
        ways = PersonsWays(circles, Contacts(brought_back, inbox), dict, watch)
        recipients = Recipients(ledger, subscribers, officers, circles, ways, inbox.person, dict, watch)
        postmen = Postmen(
            ledger, Outbox(brought_back, inbox), recipients, lambda: known, dict,
            lambda: house.now, Metrics(), watch,
        )  # fmt: skip
        mailings = Mailings(ledger, bulletins, recipients, lambda: known, postmen, lambda: (21, 7))
        told: list[str] = []

        async def over(case: Case) -> None:
            told.append(case.id)

        mailings.over = over
        await mailings.tend(NOON)
        case = await kept.read(sending.id)
        assert case
        assert case.state is State.STOPPED
        assert sending.id in told
        assert not await kept.restored()
    finally:
        await brought_back.close()
