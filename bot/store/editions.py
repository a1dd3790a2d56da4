"""The calendar of each station as it was when its bookings were last held against it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from bot.domain.holiday import Holidays
from bot.domain.station import Station
from bot.store.acts import station_prefix
from bot.store.connection import Store


@dataclass(frozen=True, slots=True)
class Calendar:
    """What seats of a station follow from."""

    station: Station
    holidays: Holidays


_CALENDAR = TypeAdapter(Calendar)


class Editions:
    """Keeps one calendar for each station, so that an edit made while the desk was closed is noticed too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def last(self, station: str) -> Calendar | None:
        """What was kept; None also when it can no longer be read, by a newer program."""
        text = await self._store.line.ask("GET", f"{station_prefix(station)}calendar")
        try:
            return _CALENDAR.validate_json(text) if text else None
        except ValidationError:
            return None

    async def keep(self, calendar: Calendar) -> None:
        """From now on this one."""
        key = f"{station_prefix(calendar.station.id)}calendar"
        await self._store.line.ask("SET", key, _CALENDAR.dump_json(calendar))
