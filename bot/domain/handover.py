"""Handing a talk over to an officer: who waits, who took it, what was written, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.message import Kind

QUIET = timedelta(minutes=30)  # without a word from either side a talk with an officer ends
KEPT = timedelta(hours=24)  # after the end, then every word of it is gone
ALERT = timedelta(hours=2)  # after which an alert nobody took is over
LONGEST = 2_000  # characters of what one message hands on
LINES = 200  # of one handover
LIVE = 200  # handovers of one station that wait or are under way; alerts may be as many again
OPENINGS = 10  # of one handover: it may be opened again so often before it is forgotten


class Stage(StrEnum):
    """Where a handover stands."""

    OPEN = "open"  # an officer is wanted
    TAKEN = "taken"  # one is in the talk, and the bot is silent
    ENDED = "ended"
    LAPSED = "lapsed"  # nobody took it in time


# The only changes there are; the store's scripts read this very table. Back to OPEN: given back by an
# officer, or asked for once more.
HANDOVER_MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.OPEN: frozenset({Stage.TAKEN, Stage.ENDED, Stage.LAPSED}),
    Stage.TAKEN: frozenset({Stage.OPEN, Stage.ENDED}),
    Stage.ENDED: frozenset({Stage.OPEN}),
    Stage.LAPSED: frozenset({Stage.OPEN}),
}


class Reason(StrEnum):
    """Why an officer is wanted."""

    ASKED = "asked"
    MISSED = "missed"  # the desk did not understand, twice in a row
    WRONG = "wrong"  # the answer was not right
    GUIDE = "guide"  # led to the end of the golden hour
    URGENT = "urgent"  # a cry for help: nobody asked, and nothing written is shown


class What(StrEnum):
    """What a line is: words of one side, or something that happened."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    TAKEN = "taken"
    BACK = "back"  # given back: it waits again
    HUNG_UP = "hung_up"  # ended by the citizen
    CLOSED = "closed"  # ended by the officer
    QUIET = "quiet"  # ended because nobody wrote
    LAPSED = "lapsed"
    URGENT = "urgent"  # a cry for help in the midst of it; the text is its kind


class Outcome(StrEnum):
    """What became of an act; all of them are expected."""

    DONE = "done"
    ALREADY = "already"  # one was wanted before, and is still
    FULL = "full"  # as much waits, or was written, as may
    OFTEN = "often"  # opened again too often
    NOT_ALLOWED = "not_allowed"  # not from this stage, or somebody was quicker
    NOT_FOUND = "not_found"
    REFUSED = "refused"  # not by this officer: left, ended, another station


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a handover, numbered from 1. `beside` is what a message was if it had no words."""

    number: int
    what: What
    at: datetime
    text: str = ""
    beside: Kind = Kind.WORDS


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover as it stands, without anybody's words or address.

    `station` is empty when nobody knows which. `kind` is that of an emergency, `round` rises whenever
    officers are to be told anew (`silent`: they are not, there are too many alerts). `asked` is since when an
    officer is wanted, `lapses` until when. `since` is the last line before the officer came.
    """

    station: str
    id: str
    stage: Stage
    version: int
    reason: Reason
    made: datetime
    asked: datetime
    last: datetime
    lapses: datetime
    kind: str = ""
    round: int = 1
    silent: bool = False
    officer: str = ""
    since: int = 0
    lines: int = 0
    relayed: int = 0
    ended: datetime | None = None

    @property
    def ref(self) -> str:
        """What names it in buttons and sessions: its station and its random id."""
        return f"{self.station}.{self.id}"

    @property
    def live(self) -> bool:
        """Whether an officer is wanted, or in the talk."""
        return self.stage in {Stage.OPEN, Stage.TAKEN}

    @property
    def shown(self) -> bool:
        """Whether what the citizen writes is shown to officers."""
        return self.stage is Stage.TAKEN or (self.stage is Stage.OPEN and self.reason is not Reason.URGENT)


def parted(ref: str) -> tuple[str, str]:
    """Station and id of what names a handover."""
    station, _, id_ = ref.rpartition(".")
    return station, id_


# -- what a talk asks for


@dataclass(frozen=True, slots=True)
class Seek:
    """Request: whether there is anybody who could take over. No station: at any."""

    id: str
    station: str | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class HandOver:
    """Request: have an officer take over; `worded`: the message is the question for them."""

    id: str
    station: str
    reason: Reason
    worded: bool = False


@dataclass(frozen=True, slots=True)
class PassOn:
    """Request: show the message to the officer."""

    id: str
    ref: str
    beside: Kind = Kind.WORDS


@dataclass(frozen=True, slots=True)
class HangUp:
    """Request: no officer any more."""

    id: str
    ref: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Request: tell the officers on duty that somebody cried for help."""

    id: str
    station: str
    kind: str


AnyHandover = Seek | HandOver | PassOn | HangUp | Alert


# -- what became of it


@dataclass(frozen=True, slots=True)
class Sought:
    """Result of `Seek`: whether the station has officers at all, and some on duty now."""

    station: str | None
    reason: Reason
    staffed: bool
    on_duty: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Result of all others."""

    request: AnyHandover
    outcome: Outcome
    handover: Handover | None = None
    on_duty: bool = False


AnyHanded = Sought | HandedOver
