"""Tying two doors together: a code shown at one, typed at the other, and a yes at both.

The code is `NK-` and ten characters of the tickets' alphabet, the last of them a check: 38 bits, and a slip
of the thumb is told from a guess without looking anything up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.ticket import ALPHABET, check, spellings

PREFIX, LENGTH = "NK", 10
GOOD_FOR = timedelta(minutes=10)
_READ_OUT = re.compile(r"^\W*(?:en|nờ|nơ|no|anh) +(?:ca|ka|cờ|cơ|co)\b", re.IGNORECASE)  # N, K


class Stage(StrEnum):
    """How far a code has come."""

    OPEN = "open"  # shown at the first door
    TYPED = "typed"  # at another one, which was asked whether the code is its own
    ASKED = "asked"  # it is; now the first door is asked
    TYING = "tying"  # the first said yes
    TIED = "tied"
    ENDED = "ended"  # one of them said no, or a newer code was shown


# The only changes there are; the store's script reads this very table.
STAGES: dict[Stage, frozenset[Stage]] = {
    Stage.OPEN: frozenset({Stage.TYPED, Stage.ENDED}),
    Stage.TYPED: frozenset({Stage.ASKED, Stage.ENDED}),
    Stage.ASKED: frozenset({Stage.TYING, Stage.ENDED}),
    Stage.TYING: frozenset({Stage.TIED, Stage.ENDED}),
    Stage.TIED: frozenset(),
    Stage.ENDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often may be tried, within one hour of the world's clock.

    `codes` one talk may have shown; wrong codes typed in one `talk`, from one `network`, by all (`overall`).
    """

    codes: int = 6
    talk: int = 6
    network: int = 30
    overall: int = 300

    def reach(self, span: timedelta) -> int:
        """The most wrong codes that everybody together can type in any such span of time."""
        return (-(-span // timedelta(hours=1)) + 1) * self.overall


def drawn(number: int) -> str | None:
    """The code of a random number; None when it may not be given out.

    One without a digit may be read as words, one without a letter is taken for a number that is private, and
    three alike in a row are miscounted.
    """
    body = ""
    for _ in range(LENGTH - 1):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    body += check(body)
    alike = any(body[at] == body[at + 1] == body[at + 2] for at in range(LENGTH - 2))
    return None if body.isdigit() or body.isalpha() or alike else body


def written(body: str) -> str:
    """A code as it is shown: in two halves, to be read out and typed."""
    return f"{PREFIX}-{body[: LENGTH // 2]}-{body[LENGTH // 2 :]}"


def read(text: str) -> str | None:
    """The ten characters that a typed or read out code stands for; None when it can be none of ours."""
    typed = _READ_OUT.sub(PREFIX, unicodedata.normalize("NFC", text))
    return next((body for body in spellings(typed, PREFIX, LENGTH) if _whole(body)), None)


def _whole(body: str) -> bool:
    return check(body[:-1]) == body[-1] and not (body.isdigit() or body.isalpha())


class Outcome(StrEnum):
    """What became of a request about doors."""

    DONE = "done"
    SAME = "same"  # it was so before: tied already, gone already
    OWN = "own"  # the code was shown at this very door
    ASKED = "asked"  # the other door is asked already
    NONE = "none"  # no such code: never given out, over, used; which of these is not told
    OFTEN = "often"  # too many wrong codes, or too many shown
    ELSEWHERE = "elsewhere"  # this door is tied to others
    FULL = "full"  # five doors already


@dataclass(frozen=True, slots=True)
class Tied:
    """One door of a person as they see it. `ref` names it in a button; `here` is the one they are at."""

    ref: str
    channel: str
    since: datetime | None = None
    here: bool = False


@dataclass(frozen=True, slots=True)
class ShowDoors:
    """Request: which doors are tied; `leaves`: to choose one to leave, `door` (a `ref`) or this (`here`)."""

    id: str
    leaves: bool = False
    door: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class OfferCode:
    """Request: a code for another door."""

    id: str


@dataclass(frozen=True, slots=True)
class EnterCode:
    """Request: a code was typed here; `code` are its ten characters."""

    id: str
    code: str


@dataclass(frozen=True, slots=True)
class OwnCode:
    """Request: the one who typed a code says that it is their own. `name` is what the store calls it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TieDoors:
    """Request: at the door that showed the code: yes, it was I who typed it there."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DropCode:
    """Request: no, at the door that showed the code (`shown`) or at the other one; the code is over."""

    id: str
    name: str
    shown: bool


@dataclass(frozen=True, slots=True)
class LeaveDoor:
    """Request: this door (a `ref`) is no more one of the asker's."""

    id: str
    door: str


AnyLinking = ShowDoors | OfferCode | EnterCode | OwnCode | TieDoors | DropCode | LeaveDoor


@dataclass(frozen=True, slots=True)
class Linked:
    """Result: what came of it, and the doors of the asker as they are now.

    `code` was shown, `name` is what the store calls one that was typed; `other` is the channel of the other
    door, `here` that of the asker's own.
    """

    request: AnyLinking
    outcome: Outcome
    doors: tuple[Tied, ...] = ()
    code: str = ""
    name: str = ""
    other: str = ""
    here: str = ""
