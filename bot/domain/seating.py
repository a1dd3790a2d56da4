"""Which of the free seats are offered, how many through the chat, and what an edit of the calendar undoes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from bot.domain.holiday import ORDINARY, Holidays
from bot.domain.seat import CELL, Seat
from bot.domain.station import Service, Station
from bot.domain.timetable import Opening, length, openings, place_of, stretches


def packed(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Of free seats of a day, sorted, those to offer: desk by desk one after the other, leaving no gaps."""
    ends: dict[str, int] = {}
    kept = []
    for seat in seats:
        if seat.begins >= ends.get(seat.desk, 0):
            ends[seat.desk] = seat.ends
            kept.append(seat)
    return tuple(kept)


def days(service: Service, today: date) -> tuple[date, ...]:
    """The days that can be booked: today and `days_ahead` more."""
    return tuple(today + timedelta(days=ahead) for ahead in range(service.days_ahead + 1))


def places(station: Station, service: str, day: date) -> tuple[str, ...]:
    """Where village sessions for a service are held on a day."""
    found = (each.place for each in station.villages if each.day == day and service in each.services)
    return tuple(dict.fromkeys(found))


def quota(station: Station, service: str, day: date, holidays: Holidays = ORDINARY) -> int | None:
    """How many cells of a day the chat may fill with a service, villages included; None: all there are.

    At least one visit, unless its share is 0 or nothing is open.
    """
    wanted = station.service(service)
    if wanted is None or wanted.online_share == 0:
        return 0
    if wanted.online_share == 1:
        return None
    open_ = sum(
        (each.ends - each.begins) // CELL
        for each in openings(station, day, holidays)
        if service in each.services
    )
    return max(int(open_ * wanted.online_share), min(open_, length(wanted) // CELL))


def fits(station: Station, service: str, seat: Seat, holidays: Holidays = ORDINARY) -> bool:
    """Whether a seat lies wholly in the time for which its desk is open for a service."""
    return _lies(openings(station, seat.day, holidays), service, seat)


def why_closed(station: Station, seat: Seat) -> str:
    """The reason of a closure in which a seat lies, partly at least; empty when it lies in none."""
    here = place_of(station, seat.desk) is None
    for each in station.closures:
        desks = seat.desk in each.desks or (here and not each.desks)
        spans = not each.spans or any(
            begins < seat.ends and seat.begins < ends for begins, ends in each.spans
        )
        if each.first <= seat.day <= each.last and desks and spans:
            return each.reason
    return ""


def changed(
    before: Station,
    after: Station,
    booked: Iterable[tuple[str, Seat]],
    holidays: Holidays = ORDINARY,
    then: Holidays | None = None,
) -> tuple[tuple[str, Seat], ...]:
    """The bookings (service and seat) that an edit leaves without their seat: closed, gone, or elsewhere.

    What did not fit before either, such as a visit put in by hand after hours, is not one of them. `then` are
    the holidays after the edit, when they change with it.
    """
    later = holidays if then is None else then
    old = cache(lambda day: openings(before, day, holidays))
    new = cache(lambda day: openings(after, day, later))
    return tuple(
        (service, seat)
        for service, seat in booked
        if _lies(old(seat.day), service, seat)
        and not (
            _lies(new(seat.day), service, seat) and place_of(before, seat.desk) == place_of(after, seat.desk)
        )
    )


def _lies(opened: Iterable[Opening], service: str, seat: Seat) -> bool:
    own = (each for each in opened if each.desk == seat.desk)
    return any(opens <= seat.begins and seat.ends <= closes for _, (opens, closes) in stretches(own, service))
