"""The calendar of a station: which desk is open when, and for what; which seats there are.

Time is cut into cells of five minutes of the local day; nothing crosses midnight. Vietnam has no summer time,
so minutes of a day are minutes of the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bot.domain.holiday import ORDINARY, Holidays
from bot.domain.seat import CELL, Seat
from bot.domain.station import Hours, Service, Span, Special, Station

DAY = 24 * 60
_MIDNIGHT = time()
_MINUTE = timedelta(minutes=1)
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """A desk open from `begins` to `ends` (minutes of a local day) for some services.

    `place` is where a village session is held; None: at the station.
    """

    desk: str
    begins: int
    ends: int
    services: frozenset[str] = frozenset()
    place: str | None = None


# -- when it is open


def openings(station: Station, day: date, holidays: Holidays = ORDINARY) -> tuple[Opening, ...]:
    """When each desk is open on a day, by desk and time, never overlapping.

    Ordinary hours (none on a holiday; those of the day swapped for on a swapped one), special openings,
    support shifts and village sessions, less the closures: a closure wins over all but a village session,
    which it closes only by naming its desks.
    """
    board: dict[str, dict[int, frozenset[str]]] = {}
    for desk, span, services in _opened(station, day, holidays):
        cells = board.setdefault(desk, {})
        for cell in _cells(span):
            cells[cell] = cells.get(cell, _NOTHING) | services
    away = {desk: village.place for village in station.villages for desk in village.seats}
    for desks, span in _closed(station, day):
        for desk in desks or board.keys() - away.keys():
            for cell in _cells(span, whole=False):
                board.get(desk, {}).pop(cell, None)
    return tuple(
        opening
        for desk in (*filter(board.get, station.desks), *sorted(board.keys() - {*station.desks}))
        for opening in _runs(desk, board[desk], away.get(desk))
    )


def hours(station: Station, day: date, holidays: Holidays = ORDINARY) -> tuple[Span, ...]:
    """The times of a day at which anything at all is open at the station itself; sorted and apart."""
    cells = dict.fromkeys(_together(station, day, holidays), _NOTHING)
    return tuple((each.begins, each.ends) for each in _runs("", cells, None))


def offered(station: Station, day: date, holidays: Holidays = ORDINARY) -> tuple[Opening, ...]:
    """The times of a day at which the station itself is open, and for what; its desks taken as one."""
    return tuple(_runs("", _together(station, day, holidays), None))


def _together(station: Station, day: date, holidays: Holidays) -> dict[int, frozenset[str]]:
    cells: dict[int, frozenset[str]] = {}
    for each in openings(station, day, holidays):
        if each.place is None:
            for cell in _cells((each.begins, each.ends)):
                cells[cell] = cells.get(cell, _NOTHING) | each.services
    return cells


def _opened(station: Station, day: date, holidays: Holidays) -> Iterator[tuple[str, Span, frozenset[str]]]:
    """Everything that opens a desk on a day, and for what; may overlap."""
    weekday = holidays.weekday(day)
    ordinary = [each for each in station.hours if weekday in each.days]
    special = [each for each in station.specials if each.day == day]
    opened: list[Hours | Special] = [*ordinary, *special]
    for each in opened:
        for desk in each.desks or station.desks or ("",):  # hours alone, without desks, are hours too
            services = station.served(desk)
            services &= frozenset(each.services) or services
            if services or not station.seated:
                yield from ((desk, span, services) for span in each.spans)
    for shift in station.shifts:
        begins, ends = _of_day(shift.begins, shift.ends, day)
        for span in shift.spans or ((0, DAY),):
            common = (max(begins, span[0]), min(ends, span[1]))
            yield from ((desk, common, station.served(*shift.desks)) for desk in shift.seats)
    for village in station.villages:
        if village.day == day:
            for desk in village.seats:
                yield from ((desk, span, frozenset(village.services)) for span in village.spans)


def _closed(station: Station, day: date) -> Iterator[tuple[tuple[str, ...], Span]]:
    """The desks (none named: all at the station) and times that are closed on a day."""
    for closure in station.closures:
        if closure.first <= day <= closure.last:
            yield from ((closure.desks, span) for span in closure.spans or ((0, DAY),))


def _of_day(begins: datetime, ends: datetime, day: date) -> Span:
    """A time in minutes of a day; it may begin before the day and end after it."""
    midnight = datetime.combine(day, _MIDNIGHT)
    return (begins - midnight) // _MINUTE, (ends - midnight) // _MINUTE


def _cells(span: Span, *, whole: bool = True) -> range:
    """The cells that lie wholly in a span, or those that it touches."""
    begins, ends = span
    return range(-(-begins // CELL), ends // CELL) if whole else range(begins // CELL, -(-ends // CELL))


def _runs(desk: str, cells: Mapping[int, frozenset[str]], place: str | None) -> Iterator[Opening]:
    """Cells that follow one another and are open for the same, as openings."""
    for (_, services), run in groupby(
        enumerate(sorted(cells)), key=lambda each: (each[1] - each[0], cells[each[1]])
    ):
        first, *rest = [cell for _, cell in run]
        last = rest[-1] if rest else first
        yield Opening(desk, first * CELL, (last + 1) * CELL, services, place)


# -- which seats there are


def seats(
    station: Station, service: str, day: date, people: int = 1, holidays: Holidays = ORDINARY
) -> tuple[Seat, ...]:
    """Every seat at the station for a service on a day, one in each cell it can begin in.

    By time; of seats at one time the service's first desk first. Several people who come together have one
    seat that is long enough for all.
    """
    return _seats(
        station,
        service,
        day,
        people,
        (each for each in openings(station, day, holidays) if each.place is None),
    )


def away(station: Station, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:
    """As `seats`, at the village sessions of the day; `place_of` tells where each is."""
    return _seats(
        station, service, day, people, (each for each in openings(station, day) if each.place is not None)
    )


def place_of(station: Station, desk: str) -> str | None:
    """Where a desk stands: the place of its village session; None: at the station."""
    return next((each.place for each in station.villages if desk in each.seats), None)


def free(seats: Iterable[Seat], taken: Mapping[str, frozenset[int]], since: int = 0) -> tuple[Seat, ...]:
    """Those of a day's seats of which no cell is taken (cells by desk) and that begin at `since` or later."""
    return tuple(
        seat
        for seat in seats
        if seat.begins >= since and taken.get(seat.desk, frozenset()).isdisjoint(seat.cells)
    )


def length(service: Service, people: int = 1) -> int:
    """Minutes of a visit, whole cells."""
    return -(-service.minutes // CELL) * CELL * people


def _seats(
    station: Station, service: str, day: date, people: int, opened: Iterable[Opening]
) -> tuple[Seat, ...]:
    wanted = station.service(service)
    if wanted is None:
        return ()
    minutes = length(wanted, people)
    found = [
        Seat(station.id, day, desk, begins, minutes)
        for desk, (opens, closes) in stretches(opened, service)
        for begins in range(opens, closes - minutes + 1, CELL)
    ]
    ranks = {desk: rank for rank, desk in enumerate(wanted.desks)}
    return tuple(sorted(found, key=lambda seat: (seat.begins, ranks.get(seat.desk, len(ranks)), seat.desk)))


def stretches(opened: Iterable[Opening], service: str) -> Iterator[tuple[str, Span]]:
    """Where and how long a service is served without a break: openings that touch are one stretch."""
    desk, span = "", (0, 0)
    for each in opened:
        if service not in each.services:
            continue
        if each.desk == desk and each.begins == span[1]:
            span = (span[0], each.ends)
            continue
        if span[1]:
            yield desk, span
        desk, span = each.desk, (each.begins, each.ends)
    if span[1]:
        yield desk, span
