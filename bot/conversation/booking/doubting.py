"""A day that may be read in two ways, or in none: asked about, each doubt in words of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.times import lunar
from bot.conversation.times.days import Doubt
from bot.conversation.times.saying import worded
from bot.domain.draft import Draft
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.seating import days
from bot.domain.station import Service, Station
from bot.domain.timetable import hours

_BUTTONS = 6
_MOON = frozenset({Doubt.LUNAR, Doubt.LUNAR_OR_SOLAR})
_FULL = 15  # the day of the full moon
_FIRST_TEN = 10  # days of the moon that are called "mùng"


class Doubting:
    """Asks which day was meant."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._says = known.says

    def settled(self, draft: Draft, today: date) -> str | None:
        """The doubt of a draft; "far" where every day that was named is too far ahead to be booked."""
        if draft.doubt or not draft.days:
            return draft.doubt
        service = self._service(draft)[1]
        last = days(service, today)[-1] if service else date.max
        return "far" if all(day > last for day in _days(draft)) else None

    def asked(self, draft: Draft, today: date) -> Reply:
        """What is not clear about the day, with the days it may be; no buttons where it can be none."""
        doubt = self.settled(draft, today)
        station, service = self._service(draft)
        found = [day for day in _days(draft) if day >= today]
        open_days = days(service, today) if service else ()
        near = [day for day in found if day in open_days]
        if doubt == Doubt.VAGUE and station:
            near = [day for day in near if hours(station, day, self._known.holidays)]
        lines = [self._says(f"book_doubt_{doubt}")]
        far = [day for day in found if open_days and day > open_days[-1]]
        if far and doubt in (*_MOON, "far"):
            lines.append(self._far(doubt, far[0], found, today, service))
        buttons = [Button(self._label(doubt, day, found, today), choice(acts.DAY, day)) for day in near]
        if not buttons:
            return Reply("\n\n".join(lines))
        other = Button(self._says("button_book_more_days"), choice(acts.DAYS, today))
        stop = Button(self._says("button_book_stop"), choice(acts.NO))
        return Reply("\n\n".join(lines), (*buttons[:_BUTTONS], other, stop))

    def _far(
        self, doubt: str | None, day: date, found: Sequence[date], today: date, service: Service | None
    ) -> str:
        ahead = str(service.days_ahead if service else 0)
        said = self._label(doubt, day, found, today)
        return self._says("book_too_far", day=said[:1].upper() + said[1:], ahead=ahead)

    def _label(self, doubt: str | None, day: date, found: Sequence[date], today: date) -> str:
        """A day as it is said; of the moon too, where that is in doubt."""
        said = worded(self._known, day, today)
        if doubt not in _MOON:
            return said
        if doubt == Doubt.LUNAR_OR_SOLAR and day == found[0]:
            return self._says("book_day_solar", day=said)
        told = lunar.moon(day)
        return self._says("book_day_lunar", day=said, moon=self._moon(*told)) if told else said

    def _moon(self, day: int, month: int) -> str:
        if day == _FULL:
            return self._says("moon_full", month=str(month))
        return self._says("moon_first" if day <= _FIRST_TEN else "moon_day", day=str(day), month=str(month))

    def _service(self, draft: Draft) -> tuple[Station | None, Service | None]:
        station = self._known.stations.get(draft.station or "")
        return station, station.service(draft.service or "") if station else None


def _days(draft: Draft) -> list[date]:
    return [date.fromisoformat(day) for day in draft.days]
