"""Whoever wants somebody else's door tied to theirs: guesses, replays, races, crashes, a clever neighbour."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

import pytest

from bot.content.edition import Edition
from bot.domain.appointment import Outcome as Booked
from bot.domain.circle import MOST
from bot.domain.delivery import Delivery
from bot.domain.message import Address, Incoming, Moment
from bot.domain.officer import Hand, Role
from bot.domain.pairing import (
    GOOD_FOR,
    DropCode,
    EnterCode,
    Guesses,
    LeaveDoor,
    Linked,
    OfferCode,
    Outcome,
    OwnCode,
    ShowDoors,
    Stage,
    TieDoors,
    drawn,
    written,
)
from bot.domain.session import Session
from bot.domain.step import AnyRequest, AnyResult, EraseData, ShowData
from bot.domain.wish import Act
from bot.services.almanac import Almanac, Open
from bot.services.appointments import Appointments
from bot.services.booking import Booking, own_act
from bot.services.desk import Desk
from bot.services.letters import Letters
from bot.services.linking import Linking
from bot.services.officers import TERMINAL, Officers
from bot.store import archive
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.naming import Person, person
from bot.store.outbox import Outbox
from bot.store.pairings import Pairings
from bot.store.records import Records
from bot.turn import take
from tests.services.conftest import store
from tests.services.test_notices import Hall
from tests.services.test_officers import totp

__all__ = ["store"]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AN, THIEF = Address("telegram", "bot", "7000123456789"), Address("telegram", "bot", "6666123456789")
ZALO, WEB = Address("zalo_oa", "oa", "9001239876543210123"), Address("webchat", "web", "tokenOfHers")
LIKE_A_CODE = [found for number in range(10**9, 10**9 + 5 * 10**8, 104_729) if (found := drawn(number))]


class Village:
    """People and their doors; what is told to whom unasked stands in `told` and in the outbox."""

    def __init__(self, store: Store, edition: Edition, guesses: Guesses | None = None) -> None:
        self.store, self.edition, self.told = store, edition, list[Delivery]()
        self.outbox, self.circles, self.records = Outbox(store, Inbox(store)), Circles(store), Records(store)
        self.linking = Linking(
            store, self.circles, self.records, self.tell, lambda: edition.known, guesses or Guesses()
        )
        self.pairings = Pairings(store, guesses or Guesses())
        self._ids, self._codes = count(), cycle(LIKE_A_CODE)

    async def tell(self, delivery: Delivery, now: datetime) -> bool:
        if delivery.address.channel == "webchat":
            new = await self.outbox.say(delivery, now) is not None
        else:
            new = await self.outbox.put(delivery)
        self.told += [delivery] if new else []
        return new

    def id(self) -> str:
        return f"m{next(self._ids)}"

    def wrong(self) -> str:
        return next(self._codes)

    def who(self, address: Address) -> Person:
        return person(address, self.store.names)

    async def ask(
        self, address: Address, request: AnyRequest, now: datetime = NOW, network: str = ""
    ) -> Linked:
        return await self.linking.carry_out(request, self.who(address), address, now, network)  # type: ignore[arg-type]

    async def shown(self, address: Address = AN, now: datetime = NOW) -> str:
        result = await self.ask(address, OfferCode(self.id()), now)
        assert result.outcome is Outcome.DONE
        return result.code

    async def enter(self, address: Address, code: str, now: datetime = NOW, network: str = "") -> Linked:
        return await self.ask(address, EnterCode(self.id(), code), now, network)

    async def asked(self, first: Address = AN, other: Address = ZALO, now: datetime = NOW) -> str:
        """A code of the first door is typed at the other, and said to be theirs; its keyed name."""
        name = (await self.enter(other, await self.shown(first, now), now)).name
        assert (await self.ask(other, OwnCode(self.id(), name), now)).outcome is Outcome.DONE
        return name

    async def tied(self, first: Address = AN, other: Address = ZALO) -> str:
        name = await self.asked(first, other)
        assert (await self.ask(first, TieDoors(self.id(), name))).outcome is Outcome.DONE
        return name

    async def doors(self, address: Address) -> set[Address]:
        return {member.address for member in (await self.circles.of(address)).members}

    def says(self, result: Linked) -> str:
        step = self.edition.dialogue.concluded(Session(), result, Moment(NOW, "m"))
        return step.replies[0].text


@pytest.fixture
def village(store: Store, edition: Edition) -> Village:
    return Village(store, edition)


class TestGuessing:
    async def test_one_talk_has_a_few_wrong_codes_an_hour_and_then_the_right_one_is_none_either(
        self, village: Village
    ) -> None:
        code = await village.shown()
        for _ in range(Guesses().talk):
            assert (await village.enter(THIEF, village.wrong())).outcome is Outcome.NONE
        assert (await village.enter(THIEF, code)).outcome is Outcome.OFTEN
        assert (await village.enter(ZALO, code)).outcome is Outcome.DONE  # who has it is not held up

    async def test_one_network_has_some_whatever_talks_it_opens(self, village: Village) -> None:
        code = await village.shown()
        for number in range(Guesses().network):
            talk = Address("webchat", "web", f"t{number}")
            assert (await village.enter(talk, village.wrong(), network="n")).outcome is Outcome.NONE
        fresh = Address("webchat", "web", "fresh")
        assert (await village.enter(fresh, code, network="n")).outcome is Outcome.OFTEN
        assert (await village.enter(fresh, code, network="m")).outcome is Outcome.DONE

    async def test_all_guessers_of_a_day_together_get_no_further_than_is_promised(
        self, store: Store, edition: Edition
    ) -> None:
        guesses = Guesses(overall=4)
        village = Village(store, edition, guesses)
        begins, told_no = NOW + HOUR / 2, 0
        for number, minute in enumerate(range(0, 24 * 60, 6)):  # each from a talk and a network of its own
            talk = Address("webchat", "web", f"t{number}")
            now = begins + minute * MINUTE
            found = await village.enter(talk, village.wrong(), now, network=f"n{number}")
            assert found.outcome in {Outcome.NONE, Outcome.OFTEN}
            told_no += found.outcome is Outcome.NONE
        assert 24 * guesses.overall <= told_no <= guesses.reach(timedelta(days=1))

    async def test_tries_at_the_same_moment_are_counted_one_by_one(self, village: Village) -> None:
        found = await asyncio.gather(*(village.enter(THIEF, village.wrong()) for _ in range(40)))
        outcomes = [each.outcome for each in found]
        assert outcomes.count(Outcome.NONE) == Guesses().talk
        assert outcomes.count(Outcome.OFTEN) == 40 - Guesses().talk

    async def test_a_repeated_try_is_counted_once(self, village: Village) -> None:
        request = EnterCode("once", village.wrong())
        for _ in range(20):
            assert (await village.ask(THIEF, request)).outcome is Outcome.NONE
        assert (await village.enter(THIEF, await village.shown())).outcome is Outcome.DONE

    async def test_a_code_never_given_out_one_that_is_over_and_one_that_was_used_are_told_alike(
        self, village: Village
    ) -> None:
        over, used = await village.shown(AN), await village.shown(WEB)
        await village.enter(ZALO, used)
        tried = [
            await village.enter(THIEF, village.wrong()),
            await village.enter(THIEF, over, NOW + GOOD_FOR),
            await village.enter(THIEF, used),
        ]
        assert {each.outcome for each in tried} == {Outcome.NONE}
        assert len({village.says(each) for each in tried}) == 1
        assert len({replace(each, request=ShowDoors("")) for each in tried}) == 1

    async def test_nobody_has_many_codes_shown_and_a_new_one_ends_the_one_before(
        self, village: Village
    ) -> None:
        codes = [await village.shown() for _ in range(Guesses().codes)]
        assert (await village.ask(AN, OfferCode(village.id()))).outcome is Outcome.OFTEN
        assert (await village.enter(THIEF, codes[-2])).outcome is Outcome.NONE
        assert (await village.enter(ZALO, codes[-1])).outcome is Outcome.DONE
        assert await village.shown(AN, NOW + HOUR)

    async def test_the_same_request_is_shown_the_same_code(self, village: Village) -> None:
        shown = {(await village.ask(AN, OfferCode("press"))).code for _ in range(20)}
        assert len(shown) == 1
        assert (await village.ask(WEB, OfferCode("press"))).code not in shown


class TestReplay:
    async def test_a_code_ties_once(self, village: Village) -> None:
        code = await village.shown()
        name = (await village.enter(ZALO, code)).name
        await village.ask(ZALO, OwnCode(village.id(), name))
        await village.ask(AN, TieDoors(village.id(), name))
        for talk in (THIEF, WEB):
            assert (await village.enter(talk, code)).outcome is Outcome.NONE
        assert await village.doors(AN) == {AN, ZALO}

    async def test_an_old_button_ties_nothing_after_the_code_is_over(self, village: Village) -> None:
        name = await village.asked()
        late = await village.ask(AN, TieDoors(village.id(), name), NOW + GOOD_FOR)
        assert late.outcome is Outcome.NONE
        assert await village.doors(AN) == {AN}
        typed = (await village.enter(WEB, await village.shown(AN))).name
        assert (await village.ask(WEB, OwnCode(village.id(), typed), NOW + GOOD_FOR)).outcome is Outcome.NONE

    async def test_an_old_button_and_a_repeated_press_tie_nothing_that_was_left(
        self, village: Village
    ) -> None:
        name = await village.asked()
        press = TieDoors("press", name)
        assert (await village.ask(AN, press)).outcome is Outcome.DONE
        await village.ask(ZALO, LeaveDoor(village.id(), ""))
        again = await village.ask(AN, TieDoors(village.id(), name))
        assert again.outcome is Outcome.NONE
        assert (await village.ask(AN, press)).outcome is Outcome.DONE  # its first result, and nothing is done
        assert await village.doors(AN) == {AN}
        assert await village.doors(ZALO) == {ZALO}

    async def test_a_press_in_another_talk_does_nothing(self, village: Village) -> None:
        name = await village.asked()
        for talk in (THIEF, ZALO, WEB):  # also the one who typed the code
            assert (await village.ask(talk, TieDoors(village.id(), name))).outcome is Outcome.NONE
        for talk in (THIEF, WEB):
            assert (await village.ask(talk, DropCode(village.id(), name, shown=True))).outcome is Outcome.NONE
            assert (await village.ask(talk, OwnCode(village.id(), name))).outcome is Outcome.NONE
        assert await village.doors(AN) == {AN}
        assert (await village.ask(AN, TieDoors(village.id(), name))).outcome is Outcome.DONE

    async def test_a_yes_before_anybody_typed_or_said_that_it_is_theirs_ties_nothing(
        self, village: Village
    ) -> None:
        code = await village.shown()
        name = village.pairings.named(code)
        assert (await village.ask(AN, TieDoors(village.id(), name))).outcome is Outcome.NONE
        await village.enter(ZALO, code)
        assert (await village.ask(AN, TieDoors(village.id(), name))).outcome is Outcome.NONE
        assert await village.doors(AN) == {AN}

    async def test_a_no_ends_the_code_and_the_other_door_is_told_nothing(self, village: Village) -> None:
        name, before = await village.asked(AN, THIEF), len(village.told)
        dropped = await village.ask(AN, DropCode(village.id(), name, shown=True))
        assert "đừng đọc mã cho ai" in village.says(dropped)
        assert len(village.told) == before
        again = await village.ask(THIEF, OwnCode(village.id(), name))
        assert village.says(again) == village.says(await village.enter(THIEF, village.wrong()))
        assert (await village.ask(AN, TieDoors(village.id(), name))).outcome is Outcome.NONE

    async def test_what_was_pressed_twice_is_told_once(self, village: Village) -> None:
        name = await village.asked()
        press = TieDoors("press", name)
        results = [await village.ask(AN, press) for _ in range(3)]
        assert {each.outcome for each in results} == {Outcome.DONE}
        assert (await village.ask(AN, TieDoors(village.id(), name))).outcome is Outcome.SAME
        assert [each.address for each in village.told] == [AN, ZALO]

    async def test_the_question_is_asked_only_while_it_can_be_answered(self, village: Village) -> None:
        name = await village.asked()
        reason = village.told[0].reason
        assert reason
        assert await village.linking.asked_wanted(reason, NOW)
        assert not await village.linking.asked_wanted(reason, NOW + GOOD_FOR)
        await village.ask(AN, DropCode(village.id(), name, shown=True))
        assert not await village.linking.asked_wanted(reason, NOW)


class TestRaces:
    async def test_of_many_who_type_a_code_at_once_one_has_it_and_nobody_is_tied_without_a_yes(
        self, village: Village
    ) -> None:
        code = await village.shown()
        talks = [Address("webchat", "web", f"t{number}") for number in range(12)]
        found = await asyncio.gather(*(village.enter(talk, code) for talk in talks))
        assert sorted(each.outcome for each in found) == [Outcome.DONE] + [Outcome.NONE] * 11
        name = village.pairings.named(code)
        await asyncio.gather(*(village.ask(talk, OwnCode(village.id(), name)) for talk in talks))
        assert [each.address for each in village.told] == [AN]  # asked once, about one
        assert await village.doors(AN) == {AN}
        await village.ask(AN, TieDoors(village.id(), name))
        (winner,) = [talk for talk, each in zip(talks, found, strict=True) if each.outcome is Outcome.DONE]
        assert await village.doors(AN) == {AN, winner}

    async def test_a_door_tied_elsewhere_is_not_taken_from_there(self, village: Village) -> None:
        name = await village.asked(THIEF, ZALO)
        await village.circles.tie(WEB, ZALO, NOW)  # meanwhile
        assert (await village.ask(THIEF, TieDoors(village.id(), name))).outcome is Outcome.ELSEWHERE
        assert await village.doors(ZALO) == {WEB, ZALO}
        assert (await village.enter(ZALO, await village.shown(THIEF))).outcome is Outcome.ELSEWHERE
        typed = (await village.enter(AN, await village.shown(THIEF))).name
        await village.circles.tie(WEB, AN, NOW)
        assert (await village.ask(AN, OwnCode(village.id(), typed))).outcome is Outcome.ELSEWHERE
        assert await village.doors(THIEF) == {THIEF}
        assert {each.address for each in village.told} == {THIEF}  # asked about the first one only

    async def test_of_two_codes_pressed_at_once_a_sixth_door_is_not_tied(self, village: Village) -> None:
        others = [Address("webchat", "web", f"t{number}") for number in range(MOST - 2)]
        for other in others:
            await village.circles.tie(AN, other, NOW)
        names = [await village.asked(door, other) for door, other in ((AN, ZALO), (others[0], WEB))]
        pressed = await asyncio.gather(
            village.ask(AN, TieDoors(village.id(), names[0])),
            village.ask(others[0], TieDoors(village.id(), names[1])),
        )
        assert sorted(each.outcome for each in pressed) == [Outcome.DONE, Outcome.FULL]
        assert len(await village.doors(AN)) == MOST
        assert (await village.ask(AN, OfferCode(village.id()))).outcome is Outcome.FULL


class TestCrashes:
    async def test_killed_between_list_and_note_the_press_heard_again_ties(self, village: Village) -> None:
        name = await village.asked()
        press = TieDoors("press", name)
        act = own_act(village.who(AN), Act(press.id, NOW))
        assert await village.pairings.turn(act, name, village.who(AN), Stage.TYING) == "done"
        await village.circles.tie(AN, ZALO, NOW)
        await village.store.redis.delete(village.who(ZALO).key("circle_of"))  # as if it had not been written
        assert await village.doors(AN) == {AN}
        done = await village.ask(
            AN, press, NOW + HOUR
        )  # the process that did it is dead; another one hears it
        assert done.outcome is Outcome.DONE
        assert await village.doors(ZALO) == {AN, ZALO}
        assert [each.address for each in village.told] == [AN, ZALO]

    async def test_leaving_heard_again_unties_nothing_that_was_tied_since(self, village: Village) -> None:
        await village.tied()
        leave = LeaveDoor("leave", "")
        assert (await village.ask(ZALO, leave)).outcome is Outcome.DONE
        await village.tied()
        again = await village.ask(ZALO, leave)
        assert (again.outcome, again.other) == (Outcome.DONE, "zalo_oa")
        assert await village.doors(AN) == {AN, ZALO}

    async def test_only_ones_own_doors_are_left(self, village: Village) -> None:
        await village.tied()
        victim = village.who(ZALO).id[:16]
        for wanted in (victim, village.who(AN).id, ""):
            assert (await village.ask(THIEF, LeaveDoor(village.id(), wanted))).outcome is Outcome.SAME
        assert await village.doors(AN) == {AN, ZALO}


class TestANeighbour:
    async def test_with_code_and_phone_finds_that_visit_and_no_door_no_name_and_ties_nothing(
        self, store: Store, edition: Edition
    ) -> None:
        hall, village = Hall(store, edition.known), Village(store, edition)
        booking = Booking(store, Almanac(lambda: edition.known), Open(lambda: edition.known))
        desk = Desk(
            village.records, booking, Appointments(booking, lambda: edition.known, lambda _: None),
            Letters(store), linking=village.linking,
        )  # fmt: skip
        first = await hall.booked(address=AN, now=NOW)
        await hall.booked(14 * 60, address=AN, now=NOW)
        await village.tied(AN, ZALO)
        code, thief = booking.code(first), village.who(THIEF)
        found = await booking.find(thief, Act("find", NOW), code, "+84912000480")
        assert found.outcome is Booked.DONE
        assert found.appointment.number == first.number
        shown = await desk.carry_out(ShowData("show"), thief, NOW, THIEF)
        assert (shown.own.appointments, shown.doors) == ((), ())
        seen = await desk.carry_out(ShowDoors("doors"), thief, NOW, THIEF)
        assert seen.doors == ()
        assert (await village.enter(THIEF, code)).outcome is Outcome.NONE
        erased = await desk.carry_out(EraseData("erase", everywhere=True), thief, NOW, THIEF)
        assert erased.cancelled == 0
        assert await village.doors(AN) == {AN, ZALO}
        assert len(await booking.mine(village.who(AN), NOW)) == 2

    async def test_reads_neither_code_nor_door_in_the_store(self, village: Village) -> None:
        code = await village.shown()
        name = (await village.enter(ZALO, code, network="network of hers")).name
        await village.ask(ZALO, OwnCode(village.id(), name))
        redis = village.store.redis
        kept = b""
        for key in [key async for key in redis.scan_iter("tb:{nk}:*")]:
            kept += key + await redis.get(key)
            assert await redis.pttl(key) > 0  # all of it goes by itself
        assert name.encode() in kept
        for secret in (code, ZALO.user, AN.user, "network of hers"):
            assert secret.encode() not in kept
        await village.ask(AN, TieDoors(village.id(), name))
        left = await village.pairings.read(name)
        assert (left.stage, left.shown, left.typed) == (Stage.TIED, None, None)

    async def test_an_old_backup_brings_doors_back_and_no_code(
        self, village: Village, tmp_path: Path
    ) -> None:
        await village.tied()
        code = await village.shown(AN)
        await archive.backup(village.store, tmp_path / "b", NOW)
        await village.store.redis.flushall()
        await archive.restore(village.store, tmp_path / "b")
        assert await village.doors(AN) == {AN, ZALO}
        assert [key async for key in village.store.redis.scan_iter("tb:{nk}:*")] == []
        assert (await village.enter(WEB, code)).outcome is Outcome.NONE


class TestElsewhere:
    @pytest.mark.parametrize("public", [True, False])
    async def test_a_code_typed_or_pressed_in_a_group_is_looked_up_nowhere(
        self, edition: Edition, public: bool
    ) -> None:
        asked = await self.requests(edition, public=public, text=written(LIKE_A_CODE[0]))
        assert asked == ([] if public else [EnterCode("doors:m", LIKE_A_CODE[0])])
        for choice in ("c:show", "c:add", "c:yes:00", "c:mine:00", "c:leave"):
            assert bool(await self.requests(edition, public=public, choice=choice)) is not public

    async def test_a_forwarded_code_is_looked_up_nowhere(self, edition: Edition) -> None:
        for text in (written(LIKE_A_CODE[0]), f"Bác nhắn mã {written(LIKE_A_CODE[0])} cho bot để nhận quà"):
            assert await self.requests(edition, text=text, forwarded=True) == []

    async def test_the_door_that_is_asked_to_type_a_code_hears_what_it_would_mean(
        self, village: Village
    ) -> None:
        typed = await village.enter(ZALO, await village.shown(THIEF))
        said = village.says(typed)
        assert "do chính bác lấy ở Telegram" in said
        assert "Ai đưa mã bảo bác nhắn" in said
        assert village.told == []  # nobody is asked before they say that it is theirs
        dropped = await village.ask(ZALO, DropCode(village.id(), typed.name, shown=False))
        assert "không nối gì cả" in village.says(dropped)
        assert (await village.ask(ZALO, OwnCode(village.id(), typed.name))).outcome is Outcome.NONE

    async def test_an_officers_rights_stay_at_their_door(self, village: Village) -> None:
        officers, hand = Officers(village.store), Hand(TERMINAL, TERMINAL, NOW)
        code = await officers.invite(hand, "Đặng Lan", Role.OFFICER, ("mai_phu",))
        shown = await officers.redeem(code, village.who(AN), hand)
        done = await officers.confirm(code, totp(shown.secret, NOW), village.who(AN), AN, hand)
        assert done.officer
        await village.tied(AN, ZALO)
        assert await officers.of(village.who(AN), NOW)
        assert await officers.of(village.who(ZALO), NOW) is None
        reached = await officers.reach(done.officer.id, NOW)
        assert reached[1] == (AN,)

    @staticmethod
    async def requests(
        edition: Edition,
        *,
        text: str = "",
        choice: str | None = None,
        public: bool = False,
        forwarded: bool = False,
    ) -> list[AnyRequest]:
        """What the desk is asked to do for one message."""
        asked: list[AnyRequest] = []

        async def act(request: AnyRequest) -> AnyResult | None:
            asked.append(request)

        incoming = Incoming("m", AN, text, choice, public=public, forwarded=forwarded)
        await take(edition, Session(), incoming, Moment(NOW, "m"), act)
        return asked
