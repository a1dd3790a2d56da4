"""Appointments: what they are, how they may change, what an act on one can result in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.errand import Errand
from bot.domain.message import Address
from bot.domain.seat import Seat


class Status(StrEnum):
    """Where an appointment stands."""

    HELD = "held"  # a seat is kept for somebody who has not confirmed yet
    BOOKED = "booked"
    ARRIVED = "arrived"  # the person is here and waits
    CALLED = "called"  # the person is at the desk
    SERVED = "served"
    MISSED = "missed"  # did not come, or did not answer the call
    CANCELLED = "cancelled"
    DISPLACED = "displaced"  # the desk was closed; the person is owed another time
    EXPIRED = "expired"  # the hold ran out, was let go, or the desk closed under it


# The only changes there are; the store's scripts read this very table.
MOVES: dict[Status, frozenset[Status]] = {
    Status.HELD: frozenset({Status.BOOKED, Status.EXPIRED}),
    Status.BOOKED: frozenset({Status.ARRIVED, Status.MISSED, Status.CANCELLED, Status.DISPLACED}),
    Status.DISPLACED: frozenset({Status.BOOKED, Status.CANCELLED}),
    Status.ARRIVED: frozenset({Status.CALLED, Status.BOOKED}),  # back: marked by mistake
    Status.CALLED: frozenset({Status.SERVED, Status.MISSED, Status.ARRIVED}),  # back: has to wait again
    Status.MISSED: frozenset({Status.ARRIVED}),  # came after all; the miss is taken back
    Status.SERVED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset(),
}
MARKS = frozenset({Status.ARRIVED, Status.CALLED, Status.SERVED, Status.MISSED, Status.BOOKED})  # by officers


class News(StrEnum):
    """What the station did to an appointment that the citizen is to be told of."""

    MOVED = "moved"  # an officer gave it another time
    CANCELLED = "cancelled"  # an officer gave it back
    RESTORED = "restored"  # the seat that was lost is theirs again


class Source(StrEnum):
    """How an appointment came to be."""

    CHAT = "chat"
    OFFICER = "officer"  # added by hand, for somebody on the phone
    WALK_IN = "walk_in"  # a ticket of the day's queue, without a seat


class Outcome(StrEnum):
    """What became of an act; all of them are expected."""

    DONE = "done"
    GONE = "gone"  # none of the seats is free any more
    FULL = "full"  # seats are free, but no more of this day may be taken through the chat
    LIMIT = "limit"  # this phone has as many live appointments (or waits as often) as it may
    OFTEN = "often"  # too many holds, or wrong codes, within an hour
    COOLING = "cooling"  # missed too often of late
    EXPIRED = "expired"  # the hold or the offer ran out
    NOT_ALLOWED = "not_allowed"  # not from this status; somebody was quicker, or it has begun
    NOT_FOUND = "not_found"  # no such appointment, or none of the asker's


@dataclass(frozen=True, slots=True)
class Personal:
    """Who comes: sealed in the store, gone 30 days after the visit. `phone` is E.164 (`+84…`)."""

    name: str
    phone: str
    address: Address | None = None  # the talk in which it was made; None for bookings by hand
    place: str = ""  # the hamlet, of those whom officers visit at home


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment as it stands, without anybody's name.

    `number` names it within its station, `version` rises with every change. A walk-in has no `seat`.
    `ticket` is its number in the day's queue once the person is here. `until` is when a hold ends.
    """

    station: str
    number: int
    status: Status
    version: int
    service: str
    people: int
    day: date
    at: datetime  # when it begins; of a walk-in, when they came
    seat: Seat | None
    source: Source
    priority: bool
    made: datetime
    until: datetime | None = None
    arrived: datetime | None = None
    called: datetime | None = None
    desk: str | None = None  # which they were called to
    ticket: int | None = None
    offered: str | None = None  # the waiting entry to which this hold is offered
    closure: str | None = None  # the closure that displaced it
    errand: Errand | None = None  # what for, where the pre-check found out
    news: News | None = None  # gone with the next change, whoever makes it
    reason: str = ""  # why the station took it back, in words for citizens
    place: str | None = None  # of one displaced by an edit: the village session's place at which it was
    phoned: datetime | None = None  # when an officer told the person how it stands; gone with the next change


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an act, the same again when the act is repeated under its request id.

    `appointment` is the one acted on, as it was left; `others` those that were hit besides (displaced by a
    closure, restored by its end). `until`: a hold's or an offer's end, or from when one may try again.
    """

    outcome: Outcome
    appointment: Appointment | None = None
    others: tuple[Appointment, ...] = ()
    until: datetime | None = None
    waiter: str | None = None

    @property
    def done(self) -> bool:
        """Whether it was carried out."""
        return self.outcome is Outcome.DONE


@dataclass(frozen=True, slots=True)
class Rules:
    """What a station allows; 0 means no bound."""

    hold: timedelta = timedelta(minutes=5)
    offer: timedelta = timedelta(minutes=15)
    live: int = 2  # appointments ahead of one phone
    waits: int = 2  # waiting entries of one phone
    offers: int = 2  # unanswered offers after which somebody leaves the waiting list
    misses: int = 2  # within `remembered`, after which a phone cools
    remembered: timedelta = timedelta(days=90)
    cooling: timedelta = timedelta(days=14)  # since the last miss
    holds: int = 8  # of one chat address within an hour
    holds_network: int = 60  # of one network within an hour: a village may share one
    tries: int = 5  # wrong codes or phones of one chat address within an hour
    tries_network: int = 40  # the same of one network
    kept: timedelta = timedelta(days=30)  # personal data after the visit
    quiet: tuple[int, int] = (21, 7)  # local hours between which nobody is written to
    homes: int = 3  # open requests for a visit at home, of one phone and of one talk
    unvisited: timedelta = timedelta(days=180)  # after which an open request is forgotten
    streak: int = 2  # calls in a row of those with a time, or of priority people, while others wait
