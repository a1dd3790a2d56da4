"""Messages in, one worker a person, answers out: the promises of the scripts, on a real server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.delivery import Delivery, Lane
from bot.domain.message import Address, Incoming, Reply
from bot.domain.session import Session
from bot.store.connection import Store
from bot.store.inbox import LEASE, WAITING, Hearing, Inbox, Lease
from bot.store.outbox import Outbox
from bot.store.outcome import Outcome
from bot.store.replies import KEPT, KEPT_FOR

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
AN, BINH = Address("webchat", "web", "an"), Address("webchat", "web", "binh")


def message(number: int, address: Address = AN, text: str = "xin chào") -> Incoming:
    return Incoming(f"m{number}", address, text)


def answer(*texts: str) -> Outcome:
    return Outcome(Session(intent="tro_chuyen.chao"), tuple(Reply(text) for text in texts), counts={"a|b": 1})


async def leased(inbox: Inbox, address: Address = AN, owner: str = "w1", now: datetime = NOW):
    return await inbox.lease(inbox.person(address).tag, owner, now)


async def test_a_message_is_kept_once(inbox: Inbox) -> None:
    assert await inbox.hear(message(1), NOW) is Hearing.HEARD
    assert await inbox.hear(message(1), NOW) is Hearing.AGAIN
    lease = await leased(inbox)
    assert lease
    assert lease.incoming == message(1)
    assert lease.heard_at == NOW
    assert await inbox.finish(lease, answer("chào bác"), NOW)
    assert await inbox.hear(message(1), NOW + timedelta(hours=1)) is Hearing.AGAIN  # also when it is done
    assert await leased(inbox) is None


async def test_one_person_is_answered_in_order_by_one_worker_at_a_time(inbox: Inbox) -> None:
    for number in range(3):
        await inbox.hear(message(number), NOW)
    order = []
    while lease := await leased(inbox):
        assert await leased(inbox, owner="w2") is None  # the person is being served
        order.append(lease.incoming.id)
        assert await inbox.finish(lease, answer("chào"), NOW)
    assert order == ["m0", "m1", "m2"]


async def test_a_flood_of_one_person_is_bounded(inbox: Inbox) -> None:
    results = [await inbox.hear(message(number), NOW) for number in range(WAITING + 1)]
    assert results == [Hearing.HEARD] * WAITING + [Hearing.FULL]
    assert await inbox.hear(message(WAITING + 1), NOW, WAITING + 1) is Hearing.HEARD  # room for a cry
    assert await inbox.hear(message(1, BINH), NOW) is Hearing.HEARD


async def test_an_abandoned_message_is_given_back_and_its_late_worker_refused(inbox: Inbox) -> None:
    await inbox.hear(message(1), NOW)
    slow = await leased(inbox)
    assert slow
    tag, later = slow.person.tag, NOW + LEASE + timedelta(seconds=1)
    assert (await inbox.sweep(tag, NOW + LEASE / 2, MONTH, MONTH)).given_back == 0
    assert (await inbox.sweep(tag, later, MONTH, MONTH)).given_back == 1
    quick = await leased(inbox, owner="w2", now=later)
    assert quick
    assert quick.incoming == message(1)
    assert quick.fence > slow.fence
    assert not await inbox.renew(slow, later)
    assert not await inbox.finish(slow, answer("muộn"), later)
    assert await inbox.finish(quick, answer("kịp"), later)
    assert [said.reply.text for said in await inbox.replies.since(quick.person, 0, later)] == ["kịp"]


async def test_a_renewed_lease_is_not_swept(inbox: Inbox) -> None:
    await inbox.hear(message(1), NOW)
    lease = await leased(inbox)
    assert lease
    assert await inbox.renew(lease, NOW + LEASE / 2)
    swept = await inbox.sweep(lease.person.tag, NOW + LEASE + timedelta(seconds=1), MONTH, MONTH)
    assert swept.given_back == 0
    assert await inbox.finish(lease, answer("xong"), NOW + LEASE)


async def test_replies_are_numbered_bounded_and_forgotten(inbox: Inbox) -> None:
    numbers: list[int] = []
    for number in range(30):
        await inbox.hear(message(number), NOW)
        lease = await leased(inbox)
        assert lease
        assert await inbox.finish(lease, answer("một", "hai"), NOW)
    said = await inbox.replies.since(inbox.person(AN), 0, NOW)
    numbers = [each.number for each in said]
    assert len(said) == KEPT
    assert numbers == sorted(set(numbers))
    assert [(s.re, s.more) for s in said[-2:]] == [("m29", True), ("m29", False)]
    assert [s.number for s in await inbox.replies.since(inbox.person(AN), numbers[-3], NOW)] == numbers[-2:]
    assert await inbox.replies.since(inbox.person(AN), 0, NOW + KEPT_FOR + timedelta(minutes=1)) == []
    assert await inbox.replies.since(inbox.person(BINH), 0, NOW) == []


async def test_a_clock_that_goes_back_does_not_turn_the_order(inbox: Inbox) -> None:
    for number, moment in enumerate((NOW, NOW - timedelta(hours=1))):
        await inbox.hear(message(number), moment)
        lease = await leased(inbox, now=moment)
        assert lease
        assert await inbox.finish(lease, answer(f"lời {number}"), moment)
    said = await inbox.replies.since(inbox.person(AN), 0, NOW)
    assert [each.reply.text for each in said] == ["lời 0", "lời 1"]


async def test_the_session_is_kept_and_forgotten_on_time(inbox: Inbox) -> None:
    await inbox.hear(message(1), NOW)
    lease = await leased(inbox)
    assert lease
    assert (lease.session, lease.outdated) == (Session(), False)
    assert await inbox.finish(lease, answer("chào"), NOW)
    tag = lease.person.tag
    await inbox.sweep(tag, NOW + MONTH - timedelta(days=1), MONTH, MONTH)
    await inbox.hear(message(2), NOW)
    lease = await leased(inbox)
    assert lease
    assert lease.session.intent == "tro_chuyen.chao"
    assert await inbox.finish(lease, answer("chào"), NOW)
    await inbox.sweep(tag, NOW + MONTH + timedelta(days=1), MONTH, MONTH)
    await inbox.hear(message(3), NOW)
    lease = await leased(inbox)
    assert lease
    assert (lease.session, lease.outdated) == (Session(), False)


async def test_a_session_of_another_version_starts_a_fresh_talk(inbox: Inbox) -> None:
    for number in (1, 2):
        await inbox.hear(message(number), NOW)
    lease = await leased(inbox)
    old = replace(answer("chào"), session=Session(version=999, intent="x"))
    assert lease
    assert await inbox.finish(lease, old, NOW)
    lease = await leased(inbox)
    assert lease
    assert (lease.session, lease.outdated) == (Session(), True)


async def test_nothing_a_citizen_wrote_lies_open_in_the_store(inbox: Inbox, store: Store) -> None:
    await inbox.hear(message(1, text="mật ngôn thử nghiệm"), NOW)
    lease = await leased(inbox)
    assert lease
    outcome = replace(answer("lời đáp thử nghiệm"), unclear="mật ngôn thử nghiệm")
    assert await inbox.finish(lease, outcome, NOW)
    await inbox.hear(message(2, text="mật ngôn thử nghiệm"), NOW)
    for key in await store.redis.keys("*"):
        value = await store.redis.dump(key)
        for canary in ("thử nghiệm", AN.user + "\0", "tro_chuyen.chao"):
            assert canary.encode() not in key + (value or b"")


async def test_other_doors_get_a_delivery(inbox: Inbox, store: Store) -> None:
    here = Address("telegram", "bot", "7")
    delivery = Delivery("answer:1", here, Lane.ANSWER, (Reply("chào"),), NOW, NOW + MONTH)
    await inbox.hear(message(1, here), NOW)
    lease = await leased(inbox, here)
    assert lease
    assert await inbox.finish(lease, Outcome(Session(), deliveries=(delivery,)), NOW)
    claim = await Outbox(store, inbox).claim(lease.person.tag, "telegram", NOW)
    assert claim
    assert claim.delivery == delivery


async def test_a_sweep_says_who_waits_and_for_how_long(inbox: Inbox) -> None:
    tag = inbox.person(AN).tag
    empty = await inbox.sweep(tag, NOW, MONTH, MONTH)
    assert (empty.ready, empty.waiting, empty.age) == (0, 0, 0)
    await inbox.hear(message(1), NOW)
    await inbox.hear(message(2), NOW + timedelta(seconds=3))
    found = await inbox.sweep(tag, NOW + timedelta(seconds=5), MONTH, MONTH)
    assert (found.ready, found.waiting, found.age) == (1, 1, 5)
    assert await leased(inbox)
    found = await inbox.sweep(tag, NOW + timedelta(seconds=5), MONTH, MONTH)
    assert (found.ready, found.waiting) == (0, 1)


async def lent(inbox: Inbox, number: int, owner: str = "w1") -> tuple[Hearing, Lease | None]:
    return await inbox.hear_and_lease(message(number), NOW, WAITING, owner)


async def test_a_message_is_lent_as_it_is_heard_when_nothing_else_of_its_writer_waits(inbox: Inbox) -> None:
    result, first = await lent(inbox, 1)
    assert result is Hearing.HEARD
    assert first
    assert (first.incoming, first.session, first.outdated) == (message(1), Session(), False)
    assert await leased(inbox) is None  # nobody else gets it
    result, second = await lent(inbox, 2)
    assert (result, second) == (Hearing.HEARD, None)  # its turn comes after the first
    finished = await inbox.finish(first, answer("chào"), NOW)
    assert finished
    assert finished.more
    lease = await leased(inbox)
    assert lease
    assert lease.incoming == message(2)
    finished = await inbox.finish(lease, answer("chào"), NOW)
    assert finished
    assert not finished.more
    _, third = await lent(inbox, 3)
    assert third
    assert third.fence > first.fence
    assert third.session.intent == "tro_chuyen.chao"


async def test_who_asks_again_because_the_reply_was_lost_gets_the_same_lease(inbox: Inbox) -> None:
    _, lease = await lent(inbox, 1)
    assert await lent(inbox, 1) == (Hearing.AGAIN, lease)
    assert await lent(inbox, 1, owner="w2") == (Hearing.AGAIN, None)
    assert lease
    assert await inbox.finish(lease, answer("chào"), NOW)
    assert await lent(inbox, 1) == (Hearing.AGAIN, None)


async def test_what_was_said_is_told_as_it_is_kept(inbox: Inbox) -> None:
    before = 0
    for number in range(2):
        _, lease = await lent(inbox, number)
        assert lease
        finished = await inbox.finish(lease, answer("một", "hai"), NOW)
        assert finished
        assert finished.saying.before == before
        kept = await inbox.replies.since(inbox.person(AN), before, NOW)
        assert list(finished.saying.said) == kept
        before = kept[-1].number


async def test_a_message_nobody_can_read_holds_nobody_up(inbox: Inbox, store: Store) -> None:
    for number in range(3):
        await inbox.hear(message(number), NOW)
    who = inbox.person(AN)
    await store.redis.lset(who.key("inbox"), 0, "m0|spoilt")
    await store.redis.lset(who.key("inbox"), 1, b"m1|" + store.seals.seal(b'{"of": "another version"}'))
    lease = await leased(inbox)
    assert lease
    assert lease.incoming == message(2)
    assert await inbox.finish(lease, answer("chào"), NOW)
    await store.redis.rpush(who.key("said"), f"{10**15}|0|m9|spoilt")
    assert [said.reply.text for said in await inbox.replies.since(who, 0, NOW)] == ["chào"]
    assert await leased(inbox) is None
