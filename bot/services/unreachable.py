"""Who has to be called by phone: nothing that was written has reached them, or can reach them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.appointment import Appointment, News, Status
from bot.domain.message import WEBCHAT, Address
from bot.domain.reminder import Unreached, Why, changed_id, displaced_id, remind_id, reminders, waking
from bot.services.booking import Booking
from bot.store.connection import Store
from bot.store.fates import HELD, WAITS, Fates

_OWED = frozenset({Status.BOOKED, Status.DISPLACED})
_SLOW = timedelta(minutes=30)  # after the last reminder was due; then nothing is waited for any more


class Unreachable:
    """Finds those whom nothing that was written has reached, or can reach."""

    def __init__(self, store: Store, booking: Booking) -> None:
        self._booking, self._fates = booking, Fates(store)

    async def of(self, station: str, appointments: Sequence[Appointment], now: datetime) -> list[Unreached]:
        """Of these visits, those whose people are to be called by phone, and why, in the same order."""
        wanted = [each for each in appointments if each.status in _OWED or each.news]
        people = await self._booking.bookings.personal(station, [each.number for each in wanted])
        found = []
        for each in wanted:
            personal = people.get(each.number)
            why = await self._why(each, personal.address, now) if personal else None
            if why:
                found.append(Unreached(each, why))
        return found

    async def _why(self, appointment: Appointment, address: Address | None, now: datetime) -> Why | None:
        if address is None:
            return Why.BY_HAND
        if address.channel == WEBCHAT:
            return Why.WEB
        quiet, booked = self._booking.rules.quiet, appointment.status is Status.BOOKED
        planned = reminders(appointment, quiet) if booked else ()
        ids = [remind_id(appointment, each.kind) for each in planned]
        if appointment.news:
            ids.append(changed_id(appointment))
        if appointment.status is Status.DISPLACED:
            ids = [displaced_id(appointment)]
        over = bool(planned) and now >= planned[-1].since + _SLOW
        late = appointment.news is News.MOVED and waking(now, quiet) >= appointment.at
        return failed(await self._fates.of(address, ids), late=over or late)


def failed(fates: Sequence[str | None], *, late: bool) -> Why | None:
    """Why nothing that was written has reached somebody; `late`: nothing is waited for any more."""
    if "sent" in fates:
        return None
    if "refused" in fates:
        return Why.REFUSED
    if HELD in fates:
        return Why.HELD
    tried = any(fate not in {None, WAITS, "unwanted"} for fate in fates)
    return Why.UNSENT if tried or late else None
