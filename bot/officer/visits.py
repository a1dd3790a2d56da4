"""The day's visits in an officer's chat: looked at, marked, called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.screens import OfficerScreens
from bot.domain.appointment import Appointment, Result, Status
from bot.domain.knowledge import Knowledge
from bot.domain.message import Reply
from bot.domain.officer import Hand, Officer, Right, refused
from bot.domain.seat import today
from bot.domain.station import Station
from bot.officer.press import Press
from bot.services.booking import Booking
from bot.services.overview import Overview
from bot.services.reception import Reception
from bot.store.audit import Audit, Entry


class OfficerVisits:
    """Acts for one officer at a time; every act is in the audit before it is done."""

    def __init__(
        self,
        booking: Booking,
        reception: Reception,
        overview: Overview,
        audit: Audit,
        known: Callable[[], Knowledge],
    ) -> None:
        self._booking, self._reception, self._overview = booking, reception, overview
        self._audit, self._known = audit, known

    async def answered(self, press: Press, screens: OfficerScreens) -> Reply:
        """What a button shows or does."""
        if press.act in {acts.VISIT, acts.MARK}:
            return await self._one(press, screens)
        now = press.at.now
        station = self._station(press.officer, press.values, now)
        if station is None:
            mine = [each for each in self._known().stations.values() if press.officer.serves(each.id)]
            return screens.which(press.act, mine) if mine else screens.said("refused")
        match press.act:
            case acts.NEXT:
                return await self._call(station, press, screens)
            case acts.LOAD:
                loads = await self._overview.load(station.id, today(now))
                days = [(each.day, each.share, each.visits) for each in loads]
                return screens.load(station, days, today(now))
        return await self._day(station, press.values[1:], screens, now)

    def _station(self, officer: Officer, values: Sequence[str], now: datetime) -> Station | None:
        """The station of a button, or the only one there is; None for one that is not theirs."""
        stations = self._known().stations
        mine = [each for each in stations.values() if refused(officer, Right.VISITS, each.id, now) is None]
        named = [each for each in mine if values and each.id == values[0]]
        if named:
            return named[0]
        return mine[0] if len(mine) == 1 and not values else None

    async def _day(
        self, station: Station, values: Sequence[str], screens: OfficerScreens, now: datetime
    ) -> Reply:
        page, ahead = ([int(each) for each in values if each.isdecimal()] + [0, 0])[:2]
        day = today(now) + timedelta(days=min(ahead, 1))
        visits = [
            each
            for each in await self._reception.day(station.id, day)
            if each.status not in {Status.HELD, Status.EXPIRED, Status.CANCELLED}
        ]
        named = await self._reception.who(station.id, visits)
        coded = [(self._booking.code(each), each) for each in visits]
        return screens.day(station, day, today(now), coded, named, page)

    async def _one(self, press: Press, screens: OfficerScreens) -> Reply:
        code = press.values[0] if press.values else ""
        found = [await self._reception.look(ticket) for ticket in self._booking.tickets(code)]
        visit = next((each for each in found if each), None)
        if visit is None:
            return screens.said("gone")
        if refused(press.officer, Right.VISITS, visit.station, press.at.now):
            return screens.said("refused")
        note = ""
        if press.act == acts.MARK:
            result = await self._marked(visit, press)
            visit = result.appointment or visit if result else visit
            note = self._known().says(self._note(result))
        named = await self._reception.who(visit.station, [visit])
        return screens.visit(code, visit, named, today(press.at.now), note)

    async def _marked(self, visit: Appointment, press: Press) -> Result | None:
        """Carry out a mark that was made on the visit as it stands; None when it has changed since."""
        code, to, version = (*press.values, "", "", "")[:3]
        if to not in list(Status) or version != str(visit.version):
            return None
        await self._noted(press.hand, f"visit.{to}", visit.station, code)
        desk = visit.seat.desk if visit.seat else None
        act = press.once
        return await self._reception.settle(act, visit, Status(to), desk)

    @staticmethod
    def _note(result: Result | None) -> str:
        if result is None:
            return "officer_quicker"
        return "officer_marked" if result.done else "officer_too_early"

    async def _call(self, station: Station, press: Press, screens: OfficerScreens) -> Reply:
        """Call the next visitor: to the desk that was chosen, or the only one that is open."""
        day = today(press.at.now)
        desks = self._overview.desks(station.id, day)
        chosen = [each for each in desks if each in press.values]
        if not chosen and len(desks) != 1:
            return screens.desks(station, desks)
        desk = (*chosen, *desks)[0]
        await self._noted(press.hand, "visit.next", station.id, desk)
        served = self._overview.served(station.id, day, desk)
        act = press.once
        result = await self._reception.call(act, station.id, served, desk)
        if not result.done or result.appointment is None:
            return screens.said("nobody")
        visit = result.appointment
        named = await self._reception.who(station.id, [visit])
        note = self._known().says("officer_called")
        return screens.visit(self._booking.code(visit), visit, named, day, note)

    async def _noted(self, hand: Hand, act: str, station: str, subject: str) -> None:
        await self._audit.note(Entry(hand.who, act, hand.at, hand.door, station, subject))
