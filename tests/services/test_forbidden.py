"""Who may not: every move of a warning by everybody who has no right to it, one at a time, past every check.

Each test brings a warning to where the move is possible, has the wrong hand try, and then the right one: so
it is the hand that was refused, and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from bot.domain.officer import FRESH, RIGHTS, Right, Role
from bot.domain.warning import MOVES, Case, Move, State, Step, Whose
from bot.services.officers import TERMINAL, Outcome
from bot.services.warnings import Result
from bot.store.audit import told
from bot.store.connection import Store
from bot.store.warnings import By, Kept
from tests.services.test_officers import AT_HOME, totp
from tests.services.test_warnings import DUE, TEXT, Office

HERE, THERE = "mai_phu", "thanh_sen"
BY_PEOPLE = {move: step for move, step in MOVES.items() if step.right is not None}
# How a warning comes to a state: who makes which move.
WAYS: dict[State, tuple[tuple[str, Move], ...]] = {State.DRAFT: ()}
WAYS[State.SUBMITTED] = (("author", Move.SUBMIT),)
WAYS[State.APPROVED] = (*WAYS[State.SUBMITTED], ("chief", Move.APPROVE))
WAYS[State.SCHEDULED] = (*WAYS[State.APPROVED], ("chief", Move.SCHEDULE))
WAYS[State.SENDING] = (*WAYS[State.APPROVED], ("chief", Move.SEND))
WAYS[State.STOPPED] = (*WAYS[State.SENDING], ("chief", Move.STOP))
WAYS[State.DONE] = (*WAYS[State.SENDING], ("desk", Move.FINISH))
_numbers = count()


class Watch(Office):
    """An author and a chief of the station, and whoever else comes."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.ids: dict[str, str] = {}

    async def begin(self) -> None:
        self.ids["author"] = (await self.comes(Role.COMMANDER, HERE)).id
        self.ids["chief"] = (await self.comes(Role.COMMANDER, HERE)).id

    async def where(self, step: Step) -> Case:
        """A warning from where the step can be made."""
        state = next(state for state in WAYS if state in step.after)
        case = await self.drafted(self.ids["author"], TEXT)
        for who, move in WAYS[state]:
            if who == "desk":
                done = await self.bulletins.pass_on(f"p{next(_numbers)}", case, move, self.now)
                assert done.case
                case = done.case
            else:
                case = await self.moved(self.ids[who], case, move)
        return case

    def rightful(self, step: Step) -> str:
        return self.ids["author" if step.whose is Whose.AUTHOR else "chief"]

    def code(self, who: str) -> str:
        """Their six digits, half a minute after the last."""
        self.now += timedelta(seconds=31)
        return totp(self.secrets[who], self.now) if who in self.secrets else ""

    async def tries(self, who: str, case: Case, move: Move, code: str | None = None) -> Result:
        digits, hand = self.code(who) if code is None else code, self.hand(who)
        request = f"t{next(_numbers)}"
        if move is Move.EDIT:
            return await self.bulletins.edit(hand, request, case, replace(TEXT, title="Sửa lại cho rõ"))
        begins = self.now + timedelta(minutes=5) if move is Move.SCHEDULE else None
        reason = "Ghi rõ thôn nào" if move is Move.RETURN else ""
        return await self.bulletins.move(hand, request, case, move, totp=digits, begins=begins, reason=reason)

    async def refused(self, case: Case, result: Result, *kept: Kept) -> None:
        """Nothing came of it: neither of the warning, nor in the audit."""
        assert result.kept in kept, result
        assert await self.bulletins.kept.read(case.id) == case

    async def moves(self) -> list[str]:
        """What the audit says was done with warnings."""
        acts = [told(text)["act"] async for _, text, _ in self.officers.audit.entries()]
        return [act for act in acts if act.startswith("warning.")]


@pytest.fixture
async def watch(store: Store) -> Watch:
    watch = Watch(store)
    await watch.begin()
    return watch


async def guest_after_the_end(watch: Watch) -> str:
    return (await watch.comes(Role.COMMANDER, HERE, until=watch.now + timedelta(seconds=20))).id


async def other_station(watch: Watch) -> str:
    return (await watch.comes(Role.COMMANDER, THERE)).id


async def left(watch: Watch) -> str:
    gone = await watch.comes(Role.COMMANDER, HERE)
    await watch.officers.leave(AT_HOME, gone.id)
    return gone.id


async def nobody(_: Watch) -> str:
    return "cbnobody"


Hand = Callable[[Watch], Awaitable[str]]
STRANGERS: tuple[Hand, ...] = (guest_after_the_end, other_station, left, nobody)


async def _shut_out(watch: Watch, move: Move, who: str, *kept: Kept) -> None:
    """A move by somebody, refused; and by who may, done."""
    step = BY_PEOPLE[move]
    case = await watch.where(step)
    before = await watch.moves()
    await watch.refused(case, await watch.tries(who, case, move), *kept)
    assert await watch.moves() == before
    rightly = await watch.tries(watch.rightful(step), case, move)
    assert rightly.done, rightly


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("move", BY_PEOPLE)
async def test_strangers_move_nothing(watch: Watch, move: Move, stranger: Hand) -> None:
    await _shut_out(watch, move, await stranger(watch), Kept.REFUSED)


@pytest.mark.parametrize("move", [move for move, step in BY_PEOPLE.items() if step.whose is Whose.OTHER])
async def test_authors_do_not_decide_on_their_own(watch: Watch, move: Move) -> None:
    await _shut_out(watch, move, watch.ids["author"], Kept.OWN)


@pytest.mark.parametrize("move", [move for move, step in BY_PEOPLE.items() if step.whose is Whose.AUTHOR])
async def test_what_is_the_authors_nobody_else_does(watch: Watch, move: Move) -> None:
    await _shut_out(watch, move, watch.ids["chief"], Kept.REFUSED)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OPERATOR])
@pytest.mark.parametrize("move", BY_PEOPLE)
async def test_roles_do_what_is_theirs(watch: Watch, move: Move, role: Role) -> None:
    right = BY_PEOPLE[move].right
    if right in RIGHTS[role]:
        assert right in {Right.DRAFT, Right.STOP}  # the officer's, the operator's: no more than these
        return
    await _shut_out(watch, move, (await watch.comes(role, HERE)).id, Kept.REFUSED)


REACHING = [move for move, step in BY_PEOPLE.items() if step.right in FRESH and move is not Move.RETURN]


@pytest.mark.parametrize("move", REACHING)  # what is given back to its author reaches nobody
@pytest.mark.parametrize("code", ["none", "wrong", "used", "old", "another's"])
async def test_without_a_new_code_of_ones_own_nothing_reaches_people(
    watch: Watch, move: Move, code: str
) -> None:
    case, chief = await watch.where(BY_PEOPLE[move]), watch.ids["chief"]
    fresh = watch.code(chief)
    if code == "used":
        assert await watch.officers.fresh(watch.hand(chief), fresh) is Outcome.DONE
    old = totp(watch.secrets[chief], watch.now - timedelta(minutes=3))
    given = {
        "none": "", "wrong": "000000" if fresh != "000000" else "000001", "used": fresh, "old": old,
        "another's": totp(watch.secrets[watch.ids["author"]], watch.now),
    }[code]  # fmt: skip
    found = await watch.tries(chief, case, move, given)
    await watch.refused(case, found, Kept.REFUSED)
    assert found.code is Outcome.WRONG
    assert (await watch.tries(chief, case, move)).done


@pytest.mark.parametrize("move", [move for move, step in BY_PEOPLE.items() if step.timely])
async def test_what_is_over_goes_nowhere(watch: Watch, move: Move) -> None:
    step = BY_PEOPLE[move]
    case, who = await watch.where(step), watch.rightful(step)
    watch.now = DUE
    await watch.refused(case, await watch.tries(who, case, move), Kept.EXPIRED)
    straight = By(who, f"s{next(_numbers)}", DUE)  # past the service: the store itself
    assert await watch.bulletins.kept.move(straight, case.id, case.version, move) is Kept.EXPIRED


@pytest.mark.parametrize("move", BY_PEOPLE)
async def test_of_two_at_once_one_is_done(watch: Watch, move: Move) -> None:
    step = BY_PEOPLE[move]
    case = await watch.where(step)
    first = watch.rightful(step)
    other = (await watch.comes(Role.COMMANDER, HERE)).id if step.whose is not Whose.AUTHOR else first
    watch.now += timedelta(seconds=31)
    codes = [totp(watch.secrets[who], watch.now) for who in (first, other)]
    both = await asyncio.gather(
        *(watch.tries(who, case, move, code) for who, code in zip((first, other), codes, strict=True))
    )
    assert [each.done for each in both].count(True) == 1, both
    now = await watch.bulletins.kept.read(case.id)
    assert now
    assert now.version == case.version + 1


@pytest.mark.parametrize("state", [State.STOPPED, State.DONE, State.SENDING])
async def test_what_is_stopped_or_sent_is_not_approved_sent_or_changed(watch: Watch, state: State) -> None:
    case = await watch.where(Step(frozenset({state}), state, None, Whose.ANY))
    assert case.state is state
    for move in (Move.SUBMIT, Move.APPROVE, Move.SCHEDULE, Move.SEND, Move.EDIT):
        who = watch.ids["author" if move in {Move.EDIT, Move.SUBMIT} else "chief"]
        await watch.refused(case, await watch.tries(who, case, move), Kept.ILLEGAL)


@pytest.mark.parametrize("move", [move for move, step in BY_PEOPLE.items() if step.right is not Right.DRAFT])
async def test_the_terminal_decides_nothing(watch: Watch, move: Move) -> None:
    await _shut_out(watch, move, TERMINAL, Kept.REFUSED)


@pytest.mark.parametrize("move", [move for move, step in MOVES.items() if step.whose is Whose.DESK])
async def test_what_is_the_desks_no_person_does(watch: Watch, move: Move) -> None:
    case = await watch.where(MOVES[move])
    for who in watch.ids.values():
        await watch.refused(case, await watch.tries(who, case, move), Kept.REFUSED)
