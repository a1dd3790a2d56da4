"""Letters: a real invitation to the station, or a real visit at home, that a citizen can check by its code.

The code is `GM-` and six characters of the tickets' alphabet, drawn anew for each letter. It has no check
character: whoever guesses would know a code from a slip of the thumb, and there would be fewer to guess from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.seat import LOCAL
from bot.domain.ticket import ALPHABET, spellings

PREFIX, LENGTH = "GM", 6
_READ_OUT = re.compile(r"^\W*(?:giê|gie|gờ|gơ|go|gê|ge|ghê) +(?:em|mờ|mơ|mo)\b", re.IGNORECASE)  # G, M
EARLIEST = 1900  # year of birth
AHEAD = timedelta(days=60)  # a letter is issued at most so long before
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class LetterKind(StrEnum):
    """What a letter announces."""

    INVITATION = "invitation"  # somebody is asked to come to the station
    HOME = "home"  # officers come to somebody's home


class LetterStatus(StrEnum):
    """Where a letter stands; that its day is over follows from the clock."""

    OPEN = "open"
    USED = "used"  # the visit has been
    CANCELLED = "cancelled"
    LOCKED = "locked"  # wrong years were tried too often: good for nothing, issue another


# The only changes there are; the store's scripts read this very table. Back to open: marked by mistake.
LETTER_MOVES: dict[LetterStatus, frozenset[LetterStatus]] = {
    LetterStatus.OPEN: frozenset({LetterStatus.USED, LetterStatus.CANCELLED, LetterStatus.LOCKED}),
    LetterStatus.USED: frozenset({LetterStatus.OPEN, LetterStatus.CANCELLED}),
    LetterStatus.LOCKED: frozenset({LetterStatus.CANCELLED}),
    LetterStatus.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as officers see it. `at` is when the visit begins, `by` who issued it.

    `checks` is how often it was checked with the right year, `wrong` how often with a wrong one. `name` is
    what the store and the audit call it: it says nothing about the code.
    """

    name: str
    code: str
    station: str
    kind: LetterKind
    at: datetime
    status: LetterStatus
    version: int
    made: datetime
    by: str
    checks: int = 0
    wrong: int = 0

    def over(self, now: datetime) -> bool:
        """Whether its day is over."""
        return now >= ends(self.at)


@dataclass(frozen=True, slots=True)
class Tries:
    """How often may be tried.

    On one day (of the world's clock) by one talk, wrongly (`talk`) and at all (`asks`); wrongly by one
    network and with one code; wrongly by all within one hour. `letter` is how many wrong years lock a letter
    for good. `kept` is how long a letter is remembered after its day, `most` how many open ones a station
    has.
    """

    talk: int = 6
    asks: int = 40
    network: int = 30
    code: int = 5
    overall: int = 200
    letter: int = 10
    kept: timedelta = timedelta(days=30)
    most: int = 200

    def reach(self, span: timedelta = _DAY) -> int:
        """The most wrong guesses that all guessers together can make in any such span of time."""
        return (-(-span // _HOUR) + 1) * self.overall

    def years(self) -> int:
        """The most years that can be tried on a letter whose code is known, in its whole life."""
        return self.letter


def ends(at: datetime) -> datetime:
    """The end of the local day of a visit: then its letter is good no more."""
    return datetime.combine(at.astimezone(LOCAL).date() + _DAY, datetime.min.time(), LOCAL)


def drawn(number: int) -> str | None:
    """The code of a random number; None when it may not be given out.

    One without a digit may be read as a word, one without a letter is taken for a password that came by SMS,
    and three alike in a row are miscounted.
    """
    body = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    alike = any(body[at] == body[at + 1] == body[at + 2] for at in range(LENGTH - 2))
    return None if body.isdigit() or body.isalpha() or alike else body


def written(body: str) -> str:
    """A code as it is given out."""
    return f"{PREFIX}-{body}"


def read(text: str) -> str | None:
    """The six characters that a typed or read out code stands for; None when it can be none of ours."""
    typed = _READ_OUT.sub(PREFIX, unicodedata.normalize("NFC", text))
    return next((b for b in spellings(typed, PREFIX, LENGTH) if not (b.isdigit() or b.isalpha())), None)


class Checked(StrEnum):
    """What a look into the register found; all but the first mean: do not believe it."""

    FOUND = "found"
    NONE = "none"
    OFTEN = "often"  # too many wrong tries: nothing is told, right or wrong
    AWAY = "away"  # the register cannot be read


@dataclass(frozen=True, slots=True)
class CheckLetter:
    """Request: is there such a letter? `code` are the six characters, `year` is that of birth."""

    id: str
    code: str
    year: int


@dataclass(frozen=True, slots=True)
class LetterChecked:
    """Result: what was found; with FOUND the letter, which knows neither its code nor whom it is for."""

    checked: Checked
    letter: Letter | None = None
