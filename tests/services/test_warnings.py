"""Warnings move only as the table says, by whoever may, with a code; the store refuses all else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from bot.domain.message import Address
from bot.domain.officer import FRESH, Hand, Officer, Role
from bot.domain.warning import MOVES, Bulletin, Case, Fault, Move, State, Whose
from bot.services.links import Links, Wants
from bot.services.officers import TERMINAL, Outcome
from bot.services.warnings import Bulletins, Result
from bot.store.audit import told
from bot.store.connection import Store, open_store
from bot.store.sealing import Seals
from bot.store.warnings import OWN, By, Kept
from tests.domain.test_warning import GOOD
from tests.services.station import OPENS
from tests.services.test_officers import AT_HOME, Station, totp
from tests.store.conftest import KEY

DUE = OPENS + timedelta(hours=5)
TEXT = replace(GOOD, expires=DUE)
_numbers = count()


class Office(Station):
    """Officers who write, approve and send."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.bulletins = Bulletins(store, self.officers, lambda: ("gov.vn",))
        self.secrets: dict[str, str] = {}
        self.now = OPENS

    async def comes(self, role: Role, *stations: str, until: datetime | None = None) -> Officer:
        address = Address("telegram", "1", f"w{next(_numbers)}")
        officer, secret = await self.enlisted(role, stations, address, until)
        self.secrets[officer.id] = secret
        return officer

    async def drafted(self, who: str, bulletin: Bulletin = TEXT) -> Case:
        done = await self.bulletins.draft(self.hand(who), f"d{next(_numbers)}", bulletin)
        assert done.case, done
        return done.case

    def hand(self, who: str) -> Hand:
        return Hand(who, TERMINAL if who == TERMINAL else "telegram", self.now)

    async def move(self, who: str, seen: Case, move: Move, request: str = "") -> Result:
        """Half a minute later, for a new code."""
        self.now += timedelta(seconds=31)
        code = totp(self.secrets[who], self.now) if who in self.secrets else ""
        begins = self.now + timedelta(minutes=5) if move is Move.SCHEDULE else None
        reason = "Ghi rõ thôn nào" if move is Move.RETURN else ""
        request = request or f"m{next(_numbers)}"
        return await self.bulletins.move(
            self.hand(who), request, seen, move, totp=code, reason=reason, begins=begins
        )

    async def moved(self, who: str, seen: Case, *moves: Move) -> Case:
        for move in moves:
            done = await self.move(who, seen, move)
            assert done.done, (move, done)
            assert done.case
            seen = done.case
        return seen


@pytest.fixture
async def office(store: Store) -> Office:
    return Office(store)


async def test_another_approves_what_one_submitted_and_then_it_is_sent_and_stopped(office: Office) -> None:
    author, chief = await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.COMMANDER, "mai_phu")
    case = await office.drafted(author.id)
    case = await office.moved(author.id, case, Move.SUBMIT)
    back = await office.moved(chief.id, case, Move.RETURN)
    assert (back.state, back.reason) == (State.DRAFT, "Ghi rõ thôn nào")
    case = await office.moved(author.id, back, Move.SUBMIT)
    case = await office.moved(chief.id, case, Move.APPROVE, Move.SCHEDULE, Move.SEND, Move.STOP, Move.RESUME)
    assert (case.state, case.approved_by) == (State.SENDING, chief.id)
    acts = [told(text)["act"] async for _, text, _ in office.officers.audit.entries()]
    assert [act for act in acts if act.startswith("warning.")] == [
        "warning.draft", "warning.submit", "warning.return", "warning.submit", "warning.approve",
        "warning.schedule", "warning.send", "warning.stop", "warning.resume",
    ]  # fmt: skip


async def test_nobody_approves_their_own(office: Office) -> None:
    chief = await office.comes(Role.COMMANDER, "mai_phu")
    case = await office.moved(chief.id, await office.drafted(chief.id), Move.SUBMIT)
    for move in (Move.APPROVE, Move.RETURN):
        assert (await office.move(chief.id, case, move)).kept is Kept.OWN
    by = By(chief.id, "straight", office.now)  # past the service: the store itself
    assert await office.bulletins.kept.move(by, case.id, case.version, Move.APPROVE) is Kept.OWN


async def test_officer_guest_after_the_end_who_left_and_other_station_approve_nothing(office: Office) -> None:
    author = await office.comes(Role.OFFICER, "mai_phu")
    guest = await office.comes(Role.COMMANDER, "mai_phu", until=OPENS + timedelta(seconds=20))
    others = [
        await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.OPERATOR),
        await office.comes(Role.COMMANDER, "thanh_sen"), guest,
    ]  # fmt: skip
    gone = await office.comes(Role.COMMANDER, "mai_phu")
    await office.officers.leave(AT_HOME, gone.id)
    case = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    for who in (*(each.id for each in others), gone.id, TERMINAL, "cbnobody"):
        assert (await office.move(who, case, Move.APPROVE)).kept is Kept.REFUSED
    assert await office.bulletins.kept.read(case.id) == case


async def test_wider_area_needs_the_wider_role(office: Office) -> None:
    author, near = await office.comes(Role.OFFICER), await office.comes(Role.COMMANDER, "mai_phu")
    wide = await office.comes(Role.COMMANDER)
    for stations in ((), ("mai_phu", "thanh_sen")):
        case = await office.drafted(author.id, replace(TEXT, stations=stations))
        case = await office.moved(author.id, case, Move.SUBMIT)
        assert (await office.move(near.id, case, Move.APPROVE)).kept is Kept.REFUSED
        assert (await office.move(wide.id, case, Move.APPROVE)).done
    own = await office.bulletins.draft(office.hand(near.id), "wide", replace(TEXT, stations=()))
    assert own.kept is Kept.REFUSED


async def test_approval_needs_a_new_code(office: Office) -> None:
    author, chief = await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.COMMANDER, "mai_phu")
    case = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    office.now += timedelta(seconds=31)
    for code in ("", "000000"):
        found = await office.bulletins.move(office.hand(chief.id), f"c{code}", case, Move.APPROVE, totp=code)
        assert (found.kept, found.code) == (Kept.REFUSED, Outcome.WRONG)
    assert (await office.move(chief.id, case, Move.APPROVE)).done


async def test_the_terminal_writes_nothing_by_itself_and_officers_there_need_a_code(office: Office) -> None:
    """A commander with a shell cannot submit as nobody and approve as themselves."""
    author = await office.comes(Role.OFFICER, "mai_phu")
    nobody = await office.bulletins.draft(office.hand(TERMINAL), "t1", TEXT, "123456")
    assert nobody.kept is Kept.REFUSED
    office.now += timedelta(seconds=31)
    there = Hand(author.id, TERMINAL, office.now)
    without = await office.bulletins.draft(there, "t2", TEXT)
    assert (without.kept, without.code) == (Kept.REFUSED, Outcome.WRONG)
    code = totp(office.secrets[author.id], office.now)
    made = await office.bulletins.draft(there, "t3", TEXT, code)
    assert made.case
    again = await office.bulletins.move(there, "t4", made.case, Move.SUBMIT, totp=code)
    assert (again.kept, again.code) == (Kept.REFUSED, Outcome.WRONG)  # each is good for one act
    assert (await office.move(author.id, made.case, Move.SUBMIT)).done  # in the chat as ever


async def test_approved_and_sent_with_one_code_and_gone_on_with_after_a_crash(office: Office) -> None:
    author, chief = await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.COMMANDER, "mai_phu")
    case = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    office.now += timedelta(seconds=31)
    code, hand = totp(office.secrets[chief.id], office.now), office.hand(chief.id)
    cut = await office.bulletins.move(hand, "both", case, Move.APPROVE, totp=code)  # and then it died
    assert cut.done
    done = await office.bulletins.approve_and_send(hand, "both", case, code)
    assert done.case
    assert done.case.state is State.SENDING
    once_more = await office.bulletins.approve_and_send(hand, "both", case, code)
    assert once_more.case == done.case
    own = await office.moved(chief.id, await office.drafted(chief.id), Move.SUBMIT)
    office.now += timedelta(seconds=31)
    code, hand = totp(office.secrets[chief.id], office.now), office.hand(chief.id)
    assert (await office.bulletins.approve_and_send(hand, "own", own, code)).kept is Kept.OWN


async def test_a_draft_asked_for_twice_is_one_draft_that_is_told_both_times(office: Office) -> None:
    author = await office.comes(Role.OFFICER, "mai_phu")
    first = await office.bulletins.draft(office.hand(author.id), "same", TEXT)
    again = await office.bulletins.draft(office.hand(author.id), "same", TEXT)
    assert first.case
    assert again == first
    assert len(await office.bulletins.kept.all()) == 1


async def test_a_link_that_does_not_answer_is_not_submitted(office: Office) -> None:
    class Deaf(Links):
        async def answers(self, url: str, wants: Wants = Wants.PAGE) -> bool:
            del wants
            asked.append(url)
            return False

    asked: list[str] = []
    office.bulletins = Bulletins(
        office.store, office.officers, lambda: ("gov.vn",), Deaf(lambda: ("gov.vn",))
    )
    author = await office.comes(Role.OFFICER, "mai_phu")
    link, picture = "https://congan.hatinh.gov.vn/a", "https://congan.hatinh.gov.vn/a.jpg"
    case = await office.drafted(author.id, replace(TEXT, link=link, picture=picture))
    assert (await office.move(author.id, case, Move.SUBMIT)).faults == (Fault.DEAD, Fault.DEAD_PICTURE)
    assert asked == [link, picture]


async def test_expired_is_neither_approved_nor_sent_nor_resumed(office: Office) -> None:
    author, chief = await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.COMMANDER, "mai_phu")
    waiting = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    ready = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    ready = await office.moved(chief.id, ready, Move.APPROVE)
    stopped = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    stopped = await office.moved(chief.id, stopped, Move.APPROVE, Move.SEND, Move.STOP)
    early = await office.bulletins.pass_on("early", ready, Move.EXPIRE, office.now)
    assert early.kept is Kept.ILLEGAL
    office.now = DUE
    for case, move in ((waiting, Move.APPROVE), (ready, Move.SEND), (stopped, Move.RESUME)):
        assert (await office.move(chief.id, case, move)).kept is Kept.EXPIRED
        by = By(chief.id, f"straight {move}", DUE)
        assert await office.bulletins.kept.move(by, case.id, case.version, move) is Kept.EXPIRED
    assert (await office.bulletins.pass_on("late", ready, Move.EXPIRE, DUE)).done


async def test_a_draft_with_faults_is_kept_and_not_submitted(office: Office) -> None:
    author = await office.comes(Role.OFFICER, "mai_phu")
    made = await office.bulletins.draft(office.hand(author.id), "one", replace(TEXT, expires=None))
    assert (made.kept, made.faults) == (Kept.DONE, (Fault.NO_EXPIRY,))
    assert made.case
    assert (await office.move(author.id, made.case, Move.SUBMIT)).faults == (Fault.NO_EXPIRY,)
    better = await office.bulletins.edit(office.hand(author.id), "two", made.case, TEXT)
    assert better.case
    assert (await office.move(author.id, better.case, Move.SUBMIT)).done


async def test_a_request_sent_again_gets_the_first_result_and_of_two_at_once_one_wins(office: Office) -> None:
    author, chief = await office.comes(Role.OFFICER, "mai_phu"), await office.comes(Role.COMMANDER, "mai_phu")
    other = await office.comes(Role.COMMANDER, "mai_phu")
    case = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    office.now += timedelta(seconds=31)
    both = await asyncio.gather(
        *(office.bulletins.move(office.hand(who), f"at once {who}", case, Move.APPROVE,
                                totp=totp(office.secrets[who], office.now)) for who in (chief.id, other.id))
    )  # fmt: skip
    assert sorted(each.kept for each in both) == [Kept.CHANGED, Kept.DONE]
    winner = (chief.id, other.id)[[each.done for each in both].index(True)]
    again = await office.move(winner, case, Move.APPROVE, f"at once {winner}")
    assert again.done
    assert again.case
    assert again.case.version == case.version + 1


async def test_drafts_of_one_author_are_bounded_and_their_text_is_sealed(office: Office) -> None:
    author = await office.comes(Role.OFFICER, "mai_phu")
    for _ in range(OWN):
        case = await office.drafted(author.id)
    assert (await office.bulletins.draft(office.hand(author.id), "more", TEXT)).kept is Kept.LIMIT
    kept = await office.store.line.ask("HGETALL", f"tb:{{o}}:warning:{case.id}")
    assert TEXT.title.encode() not in repr(kept).encode()
    assert await office.store.line.ask("PTTL", f"tb:{{o}}:warning:{case.id}") > 0


async def test_a_correction_is_of_what_was_sent_and_goes_to_the_same_stations(office: Office) -> None:
    author, chief = await office.comes(Role.OFFICER), await office.comes(Role.COMMANDER)
    first = await office.moved(author.id, await office.drafted(author.id), Move.SUBMIT)
    right = replace(TEXT, corrects=first.id)
    assert (await office.bulletins.draft(office.hand(author.id), "soon", right)).kept is Kept.REFUSED
    await office.moved(chief.id, first, Move.APPROVE, Move.SEND)
    elsewhere = replace(right, stations=("thanh_sen",))
    assert (await office.bulletins.draft(office.hand(author.id), "far", elsewhere)).kept is Kept.REFUSED
    assert (await office.bulletins.draft(office.hand(author.id), "now", right)).done


PEOPLE = ("author", "chief", "other", "desk")
RIGHTLY = {Whose.AUTHOR: "author", Whose.OTHER: "chief", Whose.ANY: "chief", Whose.DESK: "desk"}
moves = st.sampled_from([move for move in Move if move is not Move.EDIT])
wild = st.tuples(st.sampled_from(PEOPLE), moves, st.booleans())
# Which of the moves that the state has, by somebody who may (None) or by anybody.
onward = st.tuples(st.integers(0, 9), st.sampled_from((None, None, *PEOPLE)))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(wild | onward, min_size=5, max_size=30))
def test_any_order_of_moves_goes_as_the_table_says(
    valkey: str, acts: list[tuple[str, Move, bool] | tuple[int, str | None]]
) -> None:
    """Two commanders (one is the author), an officer, the desk; now and then with an old version."""

    async def played() -> None:
        with Redis.from_url(valkey) as client:
            client.flushall()
        store = await open_store(valkey, Seals([KEY]))
        office = Office(store)
        ids = {
            "author": (await office.comes(Role.COMMANDER, "mai_phu")).id,
            "chief": (await office.comes(Role.COMMANDER, "mai_phu")).id,
            "other": (await office.comes(Role.OFFICER, "mai_phu")).id,
        }
        case = await office.drafted(ids["author"])
        state, old = State.DRAFT, case
        for act in acts:
            if len(act) == 2:
                legal_ones = [
                    m for m in Move if state in MOVES[m].after and m not in {Move.EDIT, Move.EXPIRE}
                ]
                if not legal_ones:
                    continue
                move = legal_ones[act[0] % len(legal_ones)]
                who, stale = act[1] or RIGHTLY[MOVES[move].whose], False
            else:
                who, move, stale = act
            step, seen = MOVES[move], old if stale else case
            if who == "desk":
                done = await office.bulletins.pass_on(f"p{next(_numbers)}", seen, move, office.now)
            else:
                done = await office.move(ids[who], seen, move)
            by_whom = {
                Whose.AUTHOR: who == "author", Whose.OTHER: who == "chief",
                Whose.ANY: who in {"author", "chief"}, Whose.DESK: who == "desk",
            }[step.whose]  # fmt: skip
            legal = state in step.after and by_whom and seen.version == case.version
            legal = legal and move is not Move.EXPIRE  # it is not over yet
            assert done.done is legal, (state, who, move, done)
            if legal:
                assert done.case
                state, old, case = step.to, case, done.case
            now = await office.bulletins.kept.read(case.id)
            assert now
            assert (now.state, now.version) == (state, case.version)
        assert (await office.officers.verified()).broken is None
        await store.close()

    asyncio.run(played())


def test_every_move_that_reaches_people_asks_for_a_code() -> None:
    beyond = {State.APPROVED, State.SCHEDULED, State.SENDING, State.STOPPED}
    moves = [step for step in MOVES.values() if step.to in beyond and step.whose is not Whose.DESK]
    assert moves
    assert all(step.right in FRESH for step in moves)
