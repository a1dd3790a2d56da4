"""What became of one try to warn somebody: it is over, it goes on by another door, or later by this one."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.delivery import Later
from bot.domain.mailing import Fate, Lent
from bot.domain.message import Address

MOST_TRIES = 8  # that a living platform declines for the moment
MOST_IN_VAIN = (
    12  # of a platform that is not to be reached: a quarter of an hour, so that its death is seen first
)
SOON = timedelta(seconds=5)  # before something is sent once more to whom it may not have reached
_SLOWEST = timedelta(minutes=5)
_BRIEF, _LONG = timedelta(seconds=2), timedelta(minutes=1)  # between two looks for another door
_LOOKS = 200  # recipients a second for whom another door is looked for while their account is dead


@dataclass(frozen=True, slots=True)
class Settled:
    """It is over."""

    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """On by another door. `failed`: it failed here for good; else nothing was tried."""

    to: Address
    why: str
    failed: bool


@dataclass(frozen=True, slots=True)
class PutOff:
    """Again at a (real) time, as it stands in `lent`."""

    lent: Lent
    when: datetime


Verdict = Settled | Moved | PutOff


def put_off(lent: Lent, later: Later, now: datetime) -> PutOff | None:
    """It certainly did not arrive: again later; None when it was tried often enough."""
    after = later.after
    most = MOST_IN_VAIN if later.took is False else MOST_TRIES
    if after is None and lent.tries + 1 >= most:
        return None
    pause = after or min(_SLOWEST, timedelta(seconds=2**lent.tries * random.uniform(0.5, 1)))
    return PutOff(replace(lent, tries=lent.tries + (after is None)), now + pause)


def patience(waiting: int) -> timedelta:
    """How long until another door is looked for again, while so many wait for a dead account."""
    return min(_LONG, max(_BRIEF, timedelta(seconds=waiting / _LOOKS)))
