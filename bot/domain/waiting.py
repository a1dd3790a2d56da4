"""How long somebody who walks in now will wait, as a range: visits take shorter and longer than planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.seat import CELL, Seat
from bot.domain.station import Span
from bot.domain.timetable import Opening

_QUICK = 0.7  # of the planned minutes, when a visit goes well
_SLOW = 1.5  # and when it does not


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody waiting: for what, and the minutes planned for it."""

    service: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Minutes until one's turn, from `least` to `most`; `most` is None when it may not come today."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Hall:
    """The station at one moment, in minutes of the day.

    `opened` are today's openings, `queue` those waiting without a time of their own, in their order, `booked`
    the visits still to come at theirs, `busy` until when a desk is taken up by whoever sits there.
    """

    now: int
    opened: tuple[Opening, ...]
    queue: tuple[Visit, ...] = ()
    booked: tuple[Seat, ...] = ()
    busy: Mapping[str, int] = field(default_factory=dict)

    def wait(self, visit: Visit) -> Wait | None:
        """How long a visit waits that comes behind the queue; None when no desk will reach it today.

        In the good case everybody is quick and nobody who booked comes, in the bad one everybody is slow and
        all of them come: most people will wait something between.
        """
        quick = self._turn(visit, _QUICK, ())
        if quick is None:
            return None
        slow = self._turn(visit, _SLOW, self.booked)
        least = (quick - self.now) // CELL * CELL
        return Wait(least, None if slow is None else max(least, -(-(slow - self.now) // CELL) * CELL))

    def _turn(self, visit: Visit, pace: float, booked: Iterable[Seat]) -> int | None:
        """When a visit gets its turn; those before it who get none today go home."""
        desks = _Desks(self, booked)
        for each in self.queue:
            desks.served(each, pace)
        return desks.served(visit, pace)


class _Desks:
    """What is left of the day at each desk, as spans in which somebody can be served."""

    def __init__(self, hall: Hall, booked: Iterable[Seat]) -> None:
        self._opened = hall.opened
        since = [max(each.begins, hall.now, hall.busy.get(each.desk, 0)) for each in hall.opened]
        self._gaps: list[list[Span]] = [
            [(begins, each.ends)] if begins < each.ends else []
            for begins, each in zip(since, hall.opened, strict=True)
        ]
        for seat in booked:
            late = seat.begins + int(seat.minutes * _SLOW)
            for number, each in enumerate(hall.opened):
                if each.desk == seat.desk:
                    self._take(number, (seat.begins, late))

    def served(self, visit: Visit, pace: float) -> int | None:
        """When a visit gets its turn: in the first gap that is long enough, which is then taken."""
        minutes = max(1, round(visit.minutes * pace))
        found = [
            (begins, number)
            for number, each in enumerate(self._opened)
            if visit.service in each.services
            for begins, ends in self._gaps[number]
            if begins + minutes <= ends
        ]
        if not found:
            return None
        begins, number = min(found)
        self._take(number, (begins, begins + minutes))
        return begins

    def _take(self, number: int, span: Span) -> None:
        self._gaps[number] = [
            gap
            for begins, ends in self._gaps[number]
            for gap in ((begins, min(ends, span[0])), (max(begins, span[1]), ends))
            if gap[0] < gap[1]
        ]
