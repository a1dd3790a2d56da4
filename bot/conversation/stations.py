"""The stations we know: which of them serves a commune, and the card that says where and when it is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.conversation import coming, opening_hours
from bot.conversation.placewords import key_of, kind_of
from bot.domain.knowledge import Knowledge
from bot.domain.station import Station


class Stations:
    """Finds stations and says what they gave of themselves. Pure."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._serving = {_commune(each.commune, each.province): each for each in known.stations.values()}

    def serving(self, commune: str, province: str) -> Station | None:
        """The station of one of today's communes, by the names of both with their kinds."""
        return self._serving.get(_commune(commune, province))

    def card(self, station: Station, day: date, *, hours: bool = False, weekend: bool = False) -> str:
        """What a station gave of itself; if `hours` were asked for, today comes first, then the `weekend`."""
        listed = "\n".join(f"- {line}" for line in self._lines(station, day, hours=hours, weekend=weekend))
        return "\n\n".join(filter(None, (listed, self._known.says("station_demo") if station.demo else "")))

    def _lines(self, station: Station, day: date, *, hours: bool, weekend: bool) -> Iterator[str]:
        known, says = self._known, self._known.says
        today = opening_hours.today(known, station, day).splitlines()
        if hours:
            yield from today
        if weekend:
            yield from opening_hours.weekend(known, station, day)
        if station.address:
            yield says("station_address", address=station.address)
        else:
            yield says("station_no_address")
        if not hours:
            yield from today
        if station.hours:
            yield says("station_hours", hours=opening_hours.worded(known, station))
        if closed := coming.closures(known, station, day):
            yield says("station_closed", closures=closed)
        if extra := coming.openings(known, station, day):
            yield says("station_extra", openings=extra)
        yield says("station_phone", phone=station.phone) if station.phone else says("station_no_phone")


def _commune(name: str, province: str) -> tuple[str, str, str]:
    """A commune, however its first letter is written (`xã Mai Phụ` in stations.yaml): kind, key, province."""
    kind, bare = kind_of(name[:1].upper() + name[1:])
    return kind, key_of(bare), key_of(kind_of(province)[1])
