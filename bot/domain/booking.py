"""Booking as a talk asks for it: the draft that grows, what the desk is asked to do, what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.appointment import Appointment, Result
from bot.domain.errand import Errand
from bot.domain.home import HomeVisit
from bot.domain.seat import Seat

MORNING, AFTERNOON = (0, 12 * 60), (12 * 60, 24 * 60)  # minutes of a day
MOVE, CANCEL = "move", "cancel"  # what may become of an appointment


@dataclass(frozen=True, slots=True)
class When:
    """When somebody would like to come, as they wrote it.

    `days` (ISO) would do, from `begins` to `ends` (minutes of a day), or each in its own of `hours` where
    they differ. With a `doubt` (one of `times.days.Doubt`) the days are what may have been meant.
    """

    days: tuple[str, ...] = ()
    begins: int = 0
    ends: int = 24 * 60
    hours: tuple[tuple[int, int], ...] = ()
    doubt: str | None = None

    @property
    def hours_only(self) -> bool:
        """Whether a part of some day was named, and no day."""
        return not self.days and not self.doubt and (self.begins, self.ends) != (0, 24 * 60)

    def __bool__(self) -> bool:
        return self != ANY_TIME


ANY_TIME = When()


@dataclass(frozen=True, slots=True)
class Draft:
    """A booking in the making. `id` names everything asked of the store for it.

    `errand` is what one comes for, as far as it is known; once that is `checked`, nothing more is asked about
    it, and what it takes is `told` once. `asks` is what was asked last, where the answer is typed: "contact",
    "phone", "place" or "code". `days` (ISO) and `begins` to `ends` are when somebody would like to come, as
    they wrote it, with `hours` and `doubt` as in `When`. `seeks` is what is to become of an appointment
    (`MOVE`, `CANCEL`), of one on the days `of` (ISO) if any are named, and `later` by how many days and
    minutes it is to be put off, below 0 if it is to be earlier. `held` is the code of the seat that is kept
    until `until` and begins `at` (seconds since 1970), `moves` that of the appointment that gets another
    time. `wait` is the day (ISO) whose waiting list one joins. `name`, `phone` and `place` (where officers
    come to) are the only words of a citizen in a
    session: they go with the draft, when the booking is made or let go.
    """

    id: str
    station: str | None = None
    service: str | None = None
    errand: Errand | None = None
    checked: bool = False
    told: bool = False
    people: int | None = None
    priority: bool | None = None
    days: tuple[str, ...] = ()
    begins: int = 0
    ends: int = 24 * 60
    hours: tuple[tuple[int, int], ...] = ()
    doubt: str | None = None
    seeks: str | None = None
    of: tuple[str, ...] = ()
    later: tuple[int, int] = (0, 0)
    held: str | None = None
    until: int = 0
    at: int = 0
    moves: str | None = None
    wait: str | None = None
    asks: str | None = None
    agreed: bool = False
    name: str = ""
    phone: str = ""
    place: str = ""
    made: int = 0  # requests so far, so that each has an id of its own

    @property
    def chooses(self) -> bool:
        """Whether it is asked still which of several appointments is meant."""
        return bool(self.seeks and not self.moves and not self.held)


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
    """Result: what somebody has ahead, with its codes, and waits for: (station, waiter, days), `homes`."""

    appointments: tuple[tuple[str, Appointment], ...]
    waits: tuple[tuple[str, str, tuple[date, ...]], ...] = ()
    homes: tuple[HomeVisit, ...] = ()


NOTHING = Own(())


@dataclass(frozen=True, slots=True)
class Acted:
    """Result: what came of an act; `code` is that of the appointment, `link` its page, if there is one.

    `home` is the request for a visit at home that it was about.
    """

    did: AnyBooking
    result: Result
    code: str | None = None
    link: str | None = None
    home: HomeVisit | None = None


AnyBooked = Days | Times | Own | Acted
