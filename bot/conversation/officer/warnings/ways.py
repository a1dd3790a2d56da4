"""What an officer may do with a warning as it stands."""

from __future__ import annotations

from datetime import datetime

from bot.domain.officer import Officer, Right, refused
from bot.domain.warning import MOVES, Case, Move, State, Whose, may_not

TOLD = frozenset({State.SENDING, State.STOPPED, State.DONE, State.EXPIRED})  # people may have read it
_SEES = (Right.DRAFT, Right.APPROVE, Right.STOP)


def ways(case: Case, officer: Officer, now: datetime) -> tuple[Move, ...]:
    """The moves of the table that they may make with it now."""
    return tuple(move for move in MOVES if _may(move, case, officer, now))


def sees(case: Case, officer: Officer, now: datetime) -> bool:
    """Whether they may look at it: their own, and what others submitted for a station of theirs."""
    if officer.ended(now):
        return False
    if case.author == officer.id:
        return True
    if case.state is State.DRAFT:
        return False
    stations: tuple[str | None, ...] = case.bulletin.stations or officer.stations or (None,)
    return any(not refused(officer, right, each, now) for each in stations for right in _SEES)


def corrects(case: Case, officer: Officer, now: datetime) -> bool:
    """Whether they may write a correction of it."""
    return case.state in TOLD and may_not(officer, Right.DRAFT, case.bulletin.stations, now) is None


def _may(move: Move, case: Case, officer: Officer, now: datetime) -> bool:
    step, own = MOVES[move], case.author == officer.id
    if step.right is None or case.state not in step.after:
        return False
    if (step.whose is Whose.AUTHOR and not own) or (step.whose is Whose.OTHER and own):
        return False
    if step.timely and case.over(now):
        return False
    return may_not(officer, step.right, case.bulletin.stations, now) is None
