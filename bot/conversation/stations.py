"""The stations we know: which of them serves a commune, and the card that says where and when it is open."""

from __future__ import annotations

from datetime import date

from bot.conversation import opening_hours
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

    def card(self, station: Station, day: date) -> str:
        """Address, hours, closures and telephone, as far as the station gave them."""
        says = self._known.says
        closed = opening_hours.closures(self._known, station, day)
        lines = [
            says("station_address", address=station.address)
            if station.address
            else says("station_no_address"),
            says("station_hours", hours=opening_hours.worded(self._known, station)) if station.hours else "",
            says("station_closed", closures=closed) if closed else "",
            says("station_phone", phone=station.phone) if station.phone else says("station_no_phone"),
        ]
        listed = "\n".join(f"- {line}" for line in lines if line)
        return "\n\n".join(filter(None, (listed, says("station_demo") if station.demo else "")))


def _commune(name: str, province: str) -> tuple[str, str, str]:
    """A commune, however its first letter is written (`xã Mai Phụ` in stations.yaml): kind, key, province."""
    kind, bare = kind_of(name[:1].upper() + name[1:])
    return kind, key_of(bare), key_of(kind_of(province)[1])
