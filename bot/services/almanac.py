"""The calendar of all stations, as booking asks for it: what the content says, read anew with every edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from bot.domain import seating, timetable
from bot.domain.knowledge import Knowledge
from bot.domain.seat import Seat
from bot.domain.timetable import Opening


class Almanac:
    """A `Calendar` over the content; `knowledge` gives the edition that is in force."""

    def __init__(self, knowledge: Callable[[], Knowledge]) -> None:
        self._knowledge = knowledge

    def seats(self, station: str, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:
        """Every seat of a day, at the station and at its village sessions, by begin."""
        known = self._knowledge()
        place = known.stations.get(station)
        if place is None or place.service(service) is None:
            return ()
        here = timetable.seats(place, service, day, people, known.holidays)
        away = timetable.away(place, service, day, people)
        return tuple(sorted((*here, *away), key=lambda seat: seat.begins))

    def openings(self, station: str, day: date) -> tuple[Opening, ...]:
        """When each desk is open on a day, those of village sessions too; none at a station that is not."""
        known = self._knowledge()
        place = known.stations.get(station)
        return timetable.openings(place, day, known.holidays) if place else ()

    def minutes(self, station: str, service: str, people: int = 1) -> int:
        """The length of a visit; 0 when there is no such service (any more)."""
        place = self._knowledge().stations.get(station)
        wanted = place.service(service) if place else None
        return timetable.length(wanted, people) if wanted else 0

    def share(self, station: str, service: str, day: date) -> int | None:
        """How many cells of a day the chat may fill; None: all there are."""
        known = self._knowledge()
        place = known.stations.get(station)
        return seating.quota(place, service, day, known.holidays) if place else 0


class Open:
    """The ids of the stations of the content in force, whenever one looks through them."""

    def __init__(self, knowledge: Callable[[], Knowledge]) -> None:
        self._knowledge = knowledge

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._knowledge().stations))
