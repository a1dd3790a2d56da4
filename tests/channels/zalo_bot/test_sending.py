"""What may be sent, and what becomes of it when the platform does not take it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.zalo_bot import door as bot_door
from bot.channels.zalo_bot.codes import Act, act
from bot.content.shelf import Shelf
from bot.domain.delivery import Delivery, Lane
from bot.domain.message import Button, Reply
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.lettered import LETTERS, Lettered
from bot.store.records import Records
from tests.channels.zalo_bot.desk import HOA, ID, LAN, MINH, QUESTION, TOKEN, TU, Desk, at, open_bot
from tests.doubles.zalo_bot import zalo_bot_double

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test can sit through."""
    monkeypatch.setattr(bot_door, "_SLOWER", 0.05)
    monkeypatch.setattr(bot_door, "_LOCKED_OUT", timedelta(seconds=0.1))


@pytest.mark.usefixtures("quick")
async def test_too_many_make_all_wait_and_lose_nothing(store: Store, shelf: Shelf, tmp_path: Path) -> None:
    async with (
        zalo_bot_double([TOKEN], verifies=False) as double,
        open_bot(store, shelf, tmp_path, double) as desk,
    ):
        double.fault("code", times=5, code=429)
        users = [f"{LAN[:-2]}{number:02x}" for number in range(16, 28)]
        for user in users:
            await double.say(user, QUESTION)
        assert sorted(call.chat for call in await double.news(len(users), 20)) == users
        assert await desk.metric("alarms", kind="zalo_bot_quota") >= 1
        assert double.wrong == []


@pytest.mark.usefixtures("quick")
async def test_a_token_that_is_refused_is_told_and_tried_again(
    store: Store, shelf: Shelf, tmp_path: Path
) -> None:
    async with (
        zalo_bot_double([TOKEN], verifies=False) as double,
        open_bot(store, shelf, tmp_path, double) as desk,
    ):
        double.fault("code", code=401, times=2)
        assert "làm lại" in await desk.ask(QUESTION)
        assert await desk.metric("alarms", kind="zalo_bot_token", account=ID) == 2


async def test_who_cannot_be_reached_is_left_alone_until_they_write(desk: Desk) -> None:
    await desk.ask(QUESTION)
    desk.double.fault("code", code=404, chat=LAN)
    await desk.remind("remind:1")
    await desk.counted("sends", result="refused")
    await desk.remind("remind:2")
    await desk.counted("sends", 2, result="refused")
    assert [call.code for call in desk.double.calls if call.chat == LAN] == [0, 404]
    assert "phí" in await desk.ask("còn lệ phí?")
    await desk.remind("remind:3")
    assert "remind:3" in (await desk.double.news(3))[2].text


async def test_a_talk_that_is_refused_again_and_again_is_over(desk: Desk) -> None:
    await desk.ask(QUESTION)
    desk.double.blocked.add(LAN)
    await desk.remind()
    await desk.counted("sends", result="refused")
    assert [call.code for call in desk.double.calls if call.chat == LAN] == [0, 403, 403, 403]
    assert await desk.contacts.why_gone(at(LAN)) == "forbidden"


async def test_a_platform_in_trouble_gets_the_message_later(desk: Desk) -> None:
    for kind, args in (("code", {"code": 403}), ("code", {"code": 500}), ("html", {}), ("empty", {})):
        desk.double.fault(kind, chat=LAN, **args)
    await desk.double.say(LAN, QUESTION)
    [sent] = await desk.double.news(1, 40)
    assert "làm lại" in sent.text
    assert await desk.contacts.why_gone(at(LAN)) is None


async def test_what_may_have_arrived_is_never_sent_twice_and_the_talk_goes_on(desk: Desk) -> None:
    desk.double.fault("lost", chat=LAN)
    desk.double.fault("reset", chat=MINH)
    desk.double.fault("code", chat=HOA, code=408)
    for user in (LAN, MINH, HOA, TU):
        await desk.double.say(user, QUESTION)
    await desk.counted("sends", 3, result="unsure")
    await desk.double.news(2)  # of which one answer was lost, and the fourth citizen's
    for user in (LAN, MINH, HOA):
        assert "phí" in await desk.ask("còn lệ phí?", user)
    sent = [call.chat for call in desk.double.calls if call.method == "sendMessage"]
    assert [sent.count(user) for user in (LAN, MINH, HOA, TU)] == [2, 2, 2, 1]


async def test_a_message_that_is_not_taken_is_dropped_and_told(desk: Desk) -> None:
    desk.double.fault("code", chat=LAN, code=400)
    await desk.double.say(LAN, QUESTION)
    await desk.counted("sends", result="refused")
    assert await desk.metric("alarms", kind="zalo_bot_refused") == 1
    assert "làm lại" in await desk.ask(QUESTION, MINH)


async def test_a_message_follows_nobody_who_says_that_the_platform_has_moved(desk: Desk) -> None:
    desk.double.fault("moved", chat=LAN, to=f"{desk.double.url}/anderswo")
    await desk.double.say(LAN, QUESTION)
    await desk.double.news(1, 20)
    assert {call.method for call in desk.double.calls if call.chat} == {"sendMessage"}
    assert not [call for call in desk.double.calls if call.token == "anderswo"]  # noqa: S105


async def test_a_picture_that_cannot_be_had_costs_nobody_the_words(desk: Desk) -> None:
    await desk.ask("chào bác")
    await desk.ask("chào bác", MINH)
    reply = Reply("Cảnh báo lừa đảo", picture="https://x.vn/a.jpg")
    now = datetime.now(UTC)
    desk.double.fault("code", method="sendPhoto", chat=MINH, code=400)
    for user in (LAN, MINH):
        await desk.outbox.put(
            Delivery(f"w:{user}", at(user), Lane.OFFICER, (reply,), now, now + timedelta(hours=1))
        )
    sent = {call.chat: call for call in (await desk.double.news(4))[2:]}
    assert {user: call.method for user, call in sent.items()} == {LAN: "sendPhoto", MINH: "sendMessage"}
    assert {call.text for call in sent.values()} == {"Cảnh báo lừa đảo"}


class TestWhatAnswersNobody:
    """Reminders and calls come between the messages of a talk, which counts its own buttons."""

    async def test_is_chosen_from_by_a_code_and_numbers_stay_the_talks(self, desk: Desk) -> None:
        first = await desk.ask(QUESTION)
        await desk.remind()
        reminder = (await desk.double.news(2))[1].text
        assert reminder == (
            "Nhắc hẹn remind:1\n\nNhắn chữ và số ở đầu dòng để chọn:\nK1. Sẽ đến\nK2. Đăng ký tạm trú"
        )
        label = next(line for line in first.splitlines() if line.startswith("1. ")).removeprefix("1. ")
        by_number = await desk.ask("1")
        assert "tạm trú" in (await desk.ask("k2")).lower()
        assert label not in {"Sẽ đến", "Đăng ký tạm trú"}
        assert "tạm trú" not in by_number.lower()

    async def test_has_a_letter_of_its_own_for_other_choices(self, desk: Desk) -> None:
        await desk.ask(QUESTION)
        for number, choice in enumerate(("m", "a:cu_tru.tam_tru", "m")):
            await desk.remind(f"remind:{number}", buttons=(Button("Xem", choice),))
        texts = [call.text for call in (await desk.double.news(4))[1:]]
        assert [text[-8:] for text in texts] == ["\nK1. Xem", "\nM1. Xem", "\nK1. Xem"]
        assert "tạm trú" in (await desk.ask("M 1.")).lower()  # though it is not the newest

    async def test_keeps_its_letter_when_it_is_sent_again(self, desk: Desk) -> None:
        await desk.ask(QUESTION)
        desk.double.fault("code", code=500)
        await desk.remind()
        assert "\nK1. Sẽ đến" in (await desk.double.news(2))[1].text

    async def test_what_looks_like_a_code_and_is_none_is_words(self, desk: Desk) -> None:
        await desk.ask(QUESTION)
        await desk.remind()
        await desk.double.news(2)
        for text in ("k9", "m1", "ka", "k12 ngõ 3"):
            await desk.ask(text)
        assert await desk.metric("turns", outcome="chose") == 0

    async def test_old_letters_come_to_mean_something_new_only_after_all_others(
        self, store: Store, inbox: Inbox
    ) -> None:
        who, kept = inbox.person(at(LAN)), Lettered(store)
        letters = [
            await kept.letter(who, [f"a:{number}"], NOW + timedelta(seconds=number)) for number in range(8)
        ]
        assert "".join(letters) == LETTERS
        later = NOW + timedelta(minutes=1)
        assert await kept.letter(who, ["a:0"], later) == "K"
        assert await kept.letter(who, ["a:9"], later) == "M"  # it was not used for longest
        assert (await kept.choice(who, "k1"), await kept.choice(who, "m1")) == ("a:0", "a:9")
        assert await kept.choice(inbox.person(at(MINH)), "k1") is None

    async def test_is_sealed_and_forgotten_with_the_rest(self, store: Store, inbox: Inbox) -> None:
        who = inbox.person(at(LAN))
        await Lettered(store).letter(who, ["b:now:TB-1234567"], NOW)
        raw = await store.redis.hgetall(who.key("lettered"))
        assert b"TB-1234567" not in b"".join(raw.values())
        await Records(store).erase(who, NOW, "zalo_bot")
        assert not await store.redis.exists(who.key("lettered"))


class TestQuota:
    async def test_what_is_left_of_the_month_is_for_answers(
        self, store: Store, shelf: Shelf, tmp_path: Path
    ) -> None:
        async with (
            zalo_bot_double([TOKEN], verifies=False, monthly=10) as double,
            open_bot(store, shelf, tmp_path, double, quota=10) as desk,
        ):
            for number in range(8):
                assert await desk.metric("alarms", kind="zalo_bot_quota") == 0
                await desk.ask(QUESTION, f"{LAN[:-2]}{number + 16:02x}")
            await desk.counted("alarms", kind="zalo_bot_quota", account=ID)
            await desk.remind(user=f"{LAN[:-2]}10")
            await desk.counted("sends", result="held")
            assert "làm lại" in await desk.ask(QUESTION)  # and what was held goes with nobody else's message
            assert len(double.sent) == 9
            assert double.wrong == []

    async def test_of_each_month_is_its_own(self, store: Store) -> None:
        quota = bot_door.Quota(store)
        last = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)  # a minute before December in Vietnam
        assert [await quota.spend("zalo_bot", ID, last) for _ in range(2)] == [1, 2]
        assert await quota.spent("zalo_bot", ID, last + timedelta(minutes=2)) == 0
        assert await quota.spent("zalo_bot", "520000002", last) == 0
        assert await store.redis.ttl(f"tb:quota:zalo_bot:{ID}:2026-11") > 0


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (400, Act.MISTAKE), (401, Act.TOKEN), (403, Act.MAYBE), (404, Act.GONE), (408, Act.UNSURE),
        (429, Act.SLOWER), (500, Act.AGAIN), (503, Act.AGAIN), (0, Act.MISTAKE), (-1, Act.MISTAKE),
    ],
)  # fmt: skip
def test_each_code_asks_for_something(code: int, what: Act) -> None:
    assert act(code) is what


async def test_what_is_for_a_bot_that_is_not_here_is_kept_and_told(desk: Desk) -> None:
    now = datetime.now(UTC)
    gone = Delivery(
        "x", at(LAN, "520000009"), Lane.OFFICER, (Reply("Chào bác"),), now, now + timedelta(hours=1)
    )
    await desk.outbox.put(gone)
    await desk.counted("sends", result="held")
    assert await desk.metric("alarms", kind="zalo_bot_account", account="520000009") == 1
    assert desk.double.sent == []
