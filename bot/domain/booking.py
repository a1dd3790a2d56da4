"""Booking as a talk asks for it: what the desk is asked to do, what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.appointment import Appointment, Result
from bot.domain.errand import Errand
from bot.domain.home import HomeVisit
from bot.domain.seat import Seat


@dataclass(frozen=True, slots=True)
class Sought:
    """What a seat is wanted for, and by how many; `priority` people go before."""

    station: str
    service: str
    people: int = 1
    priority: bool = False
    errand: Errand | None = None


@dataclass(frozen=True, slots=True)
class LookDays:
    """Request: which days have a seat, from `since` on."""

    id: str
    sought: Sought
    since: date


@dataclass(frozen=True, slots=True)
class LookTimes:
    """Request: the free seats of a day that begin from `begins` on and before `ends`."""

    id: str
    sought: Sought
    day: date
    begins: int = 0
    ends: int = 24 * 60


@dataclass(frozen=True, slots=True)
class TakeSeat:
    """Request: keep a seat that begins at this minute; the one held before is let go.

    At any desk of the station, or of the village session that `desk` belongs to.
    """

    id: str
    sought: Sought
    day: date
    begins: int
    desk: str = ""
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """Request: book what is held."""

    id: str
    code: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Shift:
    """Request: another time for an appointment, up to its begin; `desk` as in `TakeSeat`."""

    id: str
    code: str
    day: date
    begins: int
    phone: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Request: give an appointment back; `quietly` lets go what was only held."""

    id: str
    code: str
    phone: str = ""
    quietly: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    """Request: everything one has ahead."""

    id: str


@dataclass(frozen=True, slots=True)
class Find:
    """Request: an appointment made elsewhere, by its code and phone."""

    id: str
    code: str
    phone: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Request: join the waiting list of a day."""

    id: str
    sought: Sought
    day: date
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Request: take (`claim`), pass on (`decline`) or give up (`leave`) a place of the waiting list."""

    id: str
    act: str
    station: str
    waiter: str


@dataclass(frozen=True, slots=True)
class AskHome:
    """Request: a visit at home. `place` is the hamlet."""

    id: str
    station: str
    service: str
    name: str
    phone: str
    place: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Request: no visit at home after all."""

    id: str
    station: str
    number: int


AnyBooking = (
    LookDays
    | LookTimes
    | TakeSeat
    | Book
    | Shift
    | Cancel
    | Mine
    | Find
    | Queue
    | Answer
    | AskHome
    | Withdraw
)


@dataclass(frozen=True, slots=True)
class Days:
    """Result: how many times each day still has, in order; 0 where it is full, left out where closed."""

    free: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Result: what of a day can be had, by begin."""

    day: date
    seats: tuple[Seat, ...]
    opens: bool = True  # whether anything of it can be had at all, taken or not


@dataclass(frozen=True, slots=True)
class Own:
    """Result: what somebody has ahead, with its codes, and waits for: (station, waiter, days), `homes`.

    `begun` are the seats held at other doors of theirs: they can be booked there only.
    """

    appointments: tuple[tuple[str, Appointment], ...]
    waits: tuple[tuple[str, str, tuple[date, ...]], ...] = ()
    homes: tuple[HomeVisit, ...] = ()
    begun: tuple[Appointment, ...] = ()


NOTHING = Own(())


@dataclass(frozen=True, slots=True)
class Acted:
    """Result: what came of an act; `code` is that of the appointment, `link` its page, if there is one.

    `reached` says whether a reminder can be sent to whoever asked; `home` is the request for a visit at home
    that it was about.
    """

    did: AnyBooking
    result: Result
    code: str | None = None
    link: str | None = None
    reached: bool = True
    home: HomeVisit | None = None


AnyBooked = Days | Times | Own | Acted
