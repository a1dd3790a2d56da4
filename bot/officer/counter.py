"""At the counter, in an officer's chat: numbers for who walks in, a part of a day closed and opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import blake2b

from bot.conversation.officer import acts
from bot.conversation.officer.counter import CounterScreens
from bot.conversation.officer.screens import OfficerScreens
from bot.domain.knowledge import Knowledge
from bot.domain.message import Reply
from bot.domain.officer import Right, refused
from bot.domain.seat import today
from bot.domain.station import Station
from bot.domain.wish import Closing, Wish
from bot.officer.press import Press
from bot.services.overview import Overview
from bot.services.reception import Reception
from bot.store.audit import Audit, Entry

_PARTS = {"am": (0, 12 * 60), "pm": (12 * 60, 24 * 60), "day": (0, 24 * 60)}  # minutes of a day
_AHEAD = timedelta(days=14)  # no day further away is closed from a chat


class OfficerCounter:
    """Acts for one officer at a time; every act is in the audit before it is done."""

    def __init__(
        self, reception: Reception, overview: Overview, audit: Audit, known: Callable[[], Knowledge]
    ) -> None:
        self._reception, self._overview, self._audit, self._known = reception, overview, audit, known

    async def answered(self, press: Press, screens: OfficerScreens) -> Reply:
        """What a button shows or does."""
        stations = self._known().stations
        mine = [
            each
            for each in stations.values()
            if refused(press.officer, Right.VISITS, each.id, press.at.now) is None
        ]
        station = next((each for each in mine if each.id in press.values[:1]), None)
        if station is None and len(mine) == 1 and not press.values:
            station = mine[0]
        if station is None:
            return screens.which(press.act, mine) if mine else screens.said("refused")
        shown = CounterScreens(self._known())
        match press.act:
            case acts.WALK:
                return await self._walk(station, press, shown)
            case acts.OPEN:
                return await self._open(station, press, shown)
        return await self._close(station, press, shown)

    async def _walk(self, station: Station, press: Press, shown: CounterScreens) -> Reply:
        service = station.service(press.values[1]) if len(press.values) > 1 else None
        if service is None or service.at_home:
            return shown.services(station)
        await self._noted(press, "visit.walk_in", station.id, service.id)
        result = await self._reception.walk_in(press.once, Wish(station.id, service.id))
        visit = result.appointment
        if visit is None:
            return shown.services(station)
        return shown.ticket(
            station, service, visit.ticket or 0, await self._overview.wait(visit, press.at.now)
        )

    async def _close(self, station: Station, press: Press, shown: CounterScreens) -> Reply:
        """Which part of which day, why; whom it hits is said before it is done."""
        now = today(press.at.now)
        day, part, reason = _chosen(press.values[1:], now)
        if day is None or part is None:
            return shown.parts(station, now)
        closing = self._closing(station, day, part, press)
        if reason is None:
            hit = await self._reception.hit(closing, press.at.now)
            return shown.reasons(station, day, part, len(hit), now)
        why = self._known().says(f"officer_reason_{reason}")
        await self._noted(press, "visit.close", station.id, f"{day}:{part}")
        closing = Closing(**{**{n: getattr(closing, n) for n in Closing.__slots__}, "reason": why})
        result = await self._reception.close(press.once, closing)
        if not result.done:
            return shown.parts(station, now)
        calls = await self._reception.to_call(station.id, result.others, press.at.now)
        return shown.closed(station, closing, len(result.others), len(calls), now)

    def _closing(self, station: Station, day: date, part: str, press: Press) -> Closing:
        """All desks of that part; named after the press, so that a repetition closes nothing more."""
        desks = tuple(dict.fromkeys((*self._overview.desks(station.id, day), *station.desks)))
        name = blake2b(press.once.request.encode(), digest_size=3).hexdigest()
        begins, ends = _PARTS[part]
        return Closing(station.id, name, day, desks, begins, ends)

    async def _open(self, station: Station, press: Press, shown: CounterScreens) -> Reply:
        day, name = (*press.values[1:], "", "")[:2]
        try:
            opened = date.fromisoformat(day)
        except ValueError:
            return shown.parts(station, today(press.at.now))
        await self._noted(press, "visit.open", station.id, day)
        result = await self._reception.open(press.once, station.id, name, opened)
        return shown.opened(station, len(result.others), done=result.done)

    async def _noted(self, press: Press, act: str, station: str, subject: str) -> None:
        hand = press.hand
        await self._audit.note(Entry(hand.who, act, hand.at, hand.door, station, subject))


def _chosen(values: Sequence[str], now: date) -> tuple[date | None, str | None, str | None]:
    """Day, part and reason of a button, as far as it says them; no day that is over or far away."""
    day, part, reason = (*values, "", "", "")[:3]
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None, None, None
    if not now <= found <= now + _AHEAD:
        return None, None, None
    return found, part if part in _PARTS else None, reason if reason in acts.REASONS else None
