"""Warnings written, submitted, approved by somebody else, given back: rights, code and audit of each move.

The terminal by itself writes none: whoever has the shell could submit as nobody and approve as themselves. At
the terminal every act is an officer's, proven by a code, because a shell says nothing of who sits there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.officer import FRESH, Hand, Right
from bot.domain.warning import (
    MOVES,
    Bulletin,
    Case,
    Fault,
    Move,
    State,
    Whose,
    faults,
    is_official,
    may_not,
)  # fmt: skip
from bot.services.links import Links, Wants
from bot.services.officers import TERMINAL, Officers, Outcome
from bot.store.audit import Entry
from bot.store.connection import Store
from bot.store.roster import Roster
from bot.store.warnings import DESK, By, Kept, Warnings

REASON = 300  # characters
_TOLD = frozenset({State.SENDING, State.STOPPED, State.DONE, State.EXPIRED})  # people may have read it
_ORDER = (Move.SUBMIT, Move.APPROVE)  # moves at which the text is looked at again
CODELESS = frozenset({Move.RETURN})  # giving one back sends nothing to anybody


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an act: the warning as it stands, what is wrong with its text, or with the code."""

    kept: Kept
    case: Case | None = None
    faults: tuple[Fault, ...] = ()
    code: Outcome | None = None

    @property
    def done(self) -> bool:
        """Whether it was done."""
        return self.kept is Kept.DONE


class Bulletins:
    """Every act on a warning. `official` gives the endings of hosts that may be linked to.

    With `links` a link that does not answer is not submitted.
    """

    def __init__(
        self, store: Store, officers: Officers, official: Callable[[], Collection[str]],
        links: Links | None = None,
    ) -> None:  # fmt: skip
        self._officers, self._official, self._links = officers, official, links
        self._roster, self.kept = Roster(store, officers.audit), Warnings(store)

    def faults(self, bulletin: Bulletin, now: datetime) -> tuple[Fault, ...]:
        """What is wrong with a text, as far as it shows without asking anybody."""
        return faults(bulletin, now, self._official())

    def is_official(self, link: str) -> bool:
        """Whether it may be linked to."""
        return is_official(link, self._official())

    async def repeated(self, hand: Hand, request: str) -> bool:
        """Whether this request was carried out before."""
        return await self.kept.answered(By(hand.who, request, hand.at)) is Kept.DONE

    async def draft(self, hand: Hand, request: str, bulletin: Bulletin, totp: str = "") -> Result:
        """A new draft; it may still have faults, which are told."""
        by = By(hand.who, request, hand.at)
        id_ = self.kept.named(by)  # the same again when this process died before it could tell
        before = await self.kept.answered(by)
        if before:
            case = await self.kept.read(id_)
            return Result(before, case, self.faults(bulletin, hand.at) if case else ())
        allowed = await self._allowed(hand, by, Right.DRAFT, bulletin.stations)
        if allowed is None or not await self._may_correct(bulletin):
            return Result(Kept.REFUSED)
        code = await self._officers.fresh(hand, totp) if hand.door == TERMINAL else Outcome.DONE
        if code is not Outcome.DONE:
            return Result(Kept.REFUSED, code=code)
        allowed = await self._allowed(hand, by, Right.DRAFT, bulletin.stations)
        if allowed is None:
            return Result(Kept.REFUSED)
        await self._note(hand, "warning.draft", id_, bulletin.stations)
        kept = await self.kept.draft(allowed, id_, bulletin)
        return Result(kept, await self.kept.read(id_), self.faults(bulletin, hand.at))

    async def edit(self, hand: Hand, request: str, seen: Case, bulletin: Bulletin, totp: str = "") -> Result:
        """Another text for one's own draft."""
        if not await self._may_correct(bulletin):
            return Result(Kept.REFUSED, seen)
        if await self._allowed(hand, By(hand.who, request, hand.at), Right.DRAFT, bulletin.stations) is None:
            return Result(Kept.REFUSED, seen)
        return await self._moved(hand, request, seen, Move.EDIT, totp=totp, bulletin=bulletin)

    async def move(  # noqa: PLR0913 - what may go along with a move
        self, hand: Hand, request: str, seen: Case, move: Move, *,
        totp: str = "", reason: str = "", begins: datetime | None = None,
    ) -> Result:  # fmt: skip
        """Make a move of the table with a warning as it was seen; a new TOTP where the right asks for one."""
        if move is Move.EDIT or len(reason) > REASON or (move is Move.RETURN and not reason):
            return Result(Kept.ILLEGAL, seen)
        return await self._moved(hand, request, seen, move, totp=totp, reason=reason, begins=begins)

    async def approve_and_send(self, hand: Hand, request: str, seen: Case, totp: str) -> Result:
        """Both in one act of one person, with one code: approved, then sent.

        Whoever is interrupted between the two goes on when the same request comes again; the audit has both.
        """
        first = await self.move(hand, request, seen, Move.APPROVE, totp=totp)
        if not first.done or first.case is None:
            return first
        return await self._moved(hand, f"{request}:send", first.case, Move.SEND, proven=True)

    async def pass_on(self, request: str, seen: Case, move: Move, now: datetime) -> Result:
        """A move of the desk itself: FINISH, or EXPIRE once it has."""
        hand = Hand(DESK, DESK, now)
        if MOVES[move].whose is not Whose.DESK:
            return Result(Kept.REFUSED, seen)
        by = By(DESK, request, now)
        before = await self.kept.answered(by)  # another worker did it
        if before is None:
            await self._note(hand, f"warning.{move}", seen.id, seen.bulletin.stations)
        kept = before or await self.kept.move(by, seen.id, seen.version, move)
        return Result(kept, await self.kept.read(seen.id))

    async def _moved(  # noqa: PLR0913 - each is one refusal
        self, hand: Hand, request: str, seen: Case, move: Move, *, totp: str = "",
        bulletin: Bulletin | None = None, reason: str = "", begins: datetime | None = None,
        proven: bool = False,
    ) -> Result:  # fmt: skip
        by, step = By(hand.who, request, hand.at), MOVES[move]
        before = await self.kept.answered(by)
        if before:
            return Result(before, await self.kept.read(seen.id))
        case = await self.kept.read(seen.id)
        if case is None:
            return Result(Kept.NOT_FOUND)
        early = _hopeless(case, seen, hand, move)
        if early:
            return Result(early, case)
        if step.right is None or await self._allowed(hand, by, step.right, case.bulletin.stations) is None:
            return Result(Kept.REFUSED, case)
        wrong = await self._wrong(case.bulletin, hand.at, move) if move in _ORDER else ()
        if wrong:
            return Result(Kept.EXPIRED if Fault.PAST in wrong else Kept.ILLEGAL, case, wrong)
        fresh = step.right in FRESH and move not in CODELESS
        if (fresh or hand.door == TERMINAL) and not proven:
            code = await self._officers.fresh(hand, totp)
            if code is not Outcome.DONE:
                return Result(Kept.REFUSED, case, code=code)
        # Again, for the code changed their entry of the roster.
        allowed = await self._allowed(hand, by, step.right, case.bulletin.stations)
        if allowed is None:
            return Result(Kept.REFUSED, case)
        await self._note(hand, f"warning.{move}", case.id, case.bulletin.stations)
        kept = await self.kept.move(
            allowed, case.id, seen.version, move, bulletin=bulletin, reason=reason, begins=begins
        )
        return Result(kept, await self.kept.read(case.id))

    async def _wrong(self, bulletin: Bulletin, now: datetime, move: Move) -> tuple[Fault, ...]:
        """What is wrong with a text; links are tried when it is submitted, and only if all else is right."""
        found = self.faults(bulletin, now)
        if found or move is not Move.SUBMIT or self._links is None:
            return found
        link, picture = bulletin.link, bulletin.picture
        dead = [Fault.DEAD] if link and not await self._links.answers(link) else []
        if picture and not await self._links.answers(picture, Wants.PICTURE):
            dead.append(Fault.DEAD_PICTURE)
        return tuple(dead)

    async def _allowed(self, hand: Hand, by: By, right: Right, stations: tuple[str, ...]) -> By | None:
        """Who acts, with the entry their rights were read from; None when they may not."""
        card = await self._roster.card(hand.who)
        if card is None or may_not(card.value.officer, right, stations, hand.at):
            return None
        return By(by.who, by.request, by.now, card.raw)

    async def _may_correct(self, bulletin: Bulletin) -> bool:
        """A correction is of something that went out, and goes to the same stations."""
        if bulletin.corrects is None:
            return True
        first = await self.kept.read(bulletin.corrects)
        if first is None or first.state not in _TOLD:
            return False
        was = first.bulletin
        return set(was.stations) == set(bulletin.stations) and was.drill == bulletin.drill

    async def _note(self, hand: Hand, act: str, id_: str, stations: tuple[str, ...]) -> None:
        await self._officers.audit.note(Entry(hand.who, act, hand.at, hand.door, ",".join(stations), id_))


def _hopeless(case: Case, seen: Case, hand: Hand, move: Move) -> Kept | None:
    """Why the store would refuse a move: looked at first, so that no code and no entry is spent on it."""
    step, own = MOVES[move], case.author == hand.who
    if case.version != seen.version:
        return Kept.CHANGED
    if case.state not in step.after:
        return Kept.ILLEGAL
    if step.whose is Whose.OTHER and own:
        return Kept.OWN
    if step.whose is Whose.DESK or (step.whose is Whose.AUTHOR and not own):
        return Kept.REFUSED
    return Kept.EXPIRED if step.timely and case.over(hand.at) else None
