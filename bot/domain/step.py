"""One step of a talk: what is answered, and what the desk is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.booking import NOTHING, AnyBooked, AnyBooking, Own
from bot.domain.handover import AnyHanded, AnyHandover
from bot.domain.letter import CheckLetter, LetterChecked
from bot.domain.message import Reply
from bot.domain.pairing import AnyLinking, Linked, Tied
from bot.domain.session import Session
from bot.domain.subscription import OF_NOTHING, AnySubscription, Noted, Subscribed, Subscription


class Rating(StrEnum):
    """What a citizen thinks of an answer."""

    USEFUL = "useful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Rate:
    """Request: count a rating of an answer. `id` makes a repetition harmless."""

    id: str
    intent: str
    rating: Rating


@dataclass(frozen=True, slots=True)
class ShowData:
    """Request: what the desk holds about this citizen; with `erasing`, to ask whether to forget it."""

    id: str
    erasing: bool = False


@dataclass(frozen=True, slots=True)
class EraseData:
    """Request: forget this citizen, here or `everywhere`. Asked for twice before it gets here."""

    id: str
    everywhere: bool = False


AnyRequest = (
    Rate
    | ShowData
    | EraseData
    | CheckLetter
    | AnyBooking
    | AnyHandover
    | AnySubscription
    | Noted
    | AnyLinking
)


@dataclass(frozen=True, slots=True)
class DataShown:
    """Result: what is held: `consents` to purposes, with the day; `own` lies ahead; `warnings` are got.

    `doors` are those that are tied; none when there is only this one.
    """

    last_seen: datetime | None
    kept_replies: int
    consents: tuple[tuple[str, date], ...] = ()
    own: Own = NOTHING
    erasing: bool = False
    warnings: Subscription = OF_NOTHING
    doors: tuple[Tied, ...] = ()


@dataclass(frozen=True, slots=True)
class DataErased:
    """Result: nothing is held any more but the proof that it was asked for; so many visits are cancelled."""

    cancelled: int = 0


AnyResult = DataShown | DataErased | LetterChecked | AnyBooked | AnyHanded | Subscribed | Linked


@dataclass(frozen=True, slots=True)
class Step:
    """What `dialogue.step` gives back; pure, so that replaying it changes nothing."""

    session: Session
    replies: tuple[Reply, ...]
    request: AnyRequest | None = None
