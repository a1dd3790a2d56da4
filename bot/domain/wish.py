"""What is asked for, and by whom: a seat, another one, a place on the waiting list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.domain.appointment import Appointment
from bot.domain.errand import Errand
from bot.domain.seat import Seat
from bot.domain.ticket import Ticket

MIDNIGHT = 24 * 60


class Calendar(Protocol):
    """What a station has to give, whatever of it is taken."""

    def seats(self, station: str, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:
        """Every possible seat of a day, by begin."""

    def share(self, station: str, service: str, day: date) -> int | None:
        """How many cells of a day may be taken through the chat; None: all there are."""


@dataclass(frozen=True, slots=True)
class Act:
    """One press of one button: repeated under its `request` id, it gives its first result.

    A new press is a new id. The same id may be used for different kinds of acts.
    """

    request: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and whose an appointment must be for them to touch it.

    `by` is the pseudonym of a talk, `also` those of the same person's talks at other doors: what was made
    there is theirs too. `phone` (E.164) is what was said at a door that is not tied; an officer owns all.
    `network` is whatever names where they come from, if the door knows.
    """

    by: str = ""
    also: frozenset[str] = frozenset()
    phone: str = ""
    network: str = ""
    officer: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be booked: the first of `seats` that can be had, in the order in which they are wanted.

    `priority`: elderly, disabled, pregnant, carers; they do not count against the share of the chat.
    """

    station: str
    service: str
    seats: tuple[Seat, ...] = ()
    people: int = 1
    priority: bool = False
    errand: Errand | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Another seat for an appointment, the first of `seats` that can be had.

    With a `version`, only if nothing has changed since that one was shown.
    """

    ticket: Ticket
    seats: tuple[Seat, ...]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """Some desks closed from `begins` to `ends` (minutes of a day, multiples of 5), under a `name`.

    Officers and citizens read the `reason`.
    """

    station: str
    name: str
    day: date
    desks: tuple[str, ...]
    begins: int
    ends: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """An appointment, as it was seen, whose seat the calendar has no more, and why, if that is known.

    `place` is the village session's place at which it was; None: at the station.
    """

    visit: Appointment
    reason: str = ""
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Desire:
    """What somebody waits for: any of `days`, beginning between `begins` and `ends` (minutes of a day).

    `instead` is the appointment that is given back when an earlier place is taken.
    """

    station: str
    service: str
    days: tuple[date, ...]
    people: int = 1
    priority: bool = False
    begins: int = 0
    ends: int = MIDNIGHT
    instead: int | None = None
    errand: Errand | None = None


@dataclass(frozen=True, slots=True)
class Waiter:
    """An entry of the waiting list. `status`: waiting, offered, claimed, left, lapsed.

    `by` is the pseudonym of the talk. `offer` is the number of the hold that is offered, until `until`.
    """

    id: str
    desire: Desire
    status: str
    by: str
    offer: int | None = None
    until: datetime | None = None

    def fits(self, seat: Seat) -> bool:
        """Whether they would come then."""
        wanted = self.desire
        return seat.day in wanted.days and wanted.begins <= seat.begins < wanted.ends
