"""Who has to be called by phone: nothing that was written has reached them, or can reach them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.appointment import Appointment, News, Status
from bot.domain.health import Trusting, Watch
from bot.domain.message import WEBCHAT, Address
from bot.domain.reminder import (
    Unreached,
    Why,
    changed_id,
    displaced_id,
    knows,
    remind_id,
    reminders,
    waking,
)
from bot.services.booking import Booking
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.fates import HELD, WAITS, Fates

_OWED = frozenset({Status.BOOKED, Status.DISPLACED})
_SLOW = timedelta(minutes=30)  # after the last reminder was due; then nothing is waited for any more


class Arrivals:
    """Whether what was written to somebody arrived at any of their doors. `watch`: how the accounts are."""

    def __init__(self, store: Store, watch: Watch | None = None) -> None:
        self._fates, self._circles, self._watch = Fates(store), Circles(store), watch or Trusting()

    async def why_not(self, address: Address | None, ids: Sequence[str], *, late: bool) -> Why | None:
        """Why they are to be called; None when something arrived, or still may. `late`: as in `failed`."""
        if address is None:
            return Why.BY_HAND
        fates = await self._fates.of(address, ids)
        if "sent" in fates:
            return None
        doors = [member.address for member in (await self._circles.of(address)).members]
        ringing = [door for door in doors if door.channel != WEBCHAT]
        if not ringing:
            return Why.WEB
        why = failed(fates, late=late)
        if why in {None, Why.UNSENT} and not any(map(self._open, ringing)):
            why = Why.DOOR
        return Why.WEB if why and len(ringing) < len(doors) else why

    def _open(self, door: Address) -> bool:
        return self._watch.condition(door.channel, door.account).open


class Unreachable:
    """Finds those whom nothing that was written has reached, or can reach."""

    def __init__(self, store: Store, booking: Booking, watch: Watch | None = None) -> None:
        self._booking, self._arrivals = booking, Arrivals(store, watch)

    async def of(self, station: str, appointments: Sequence[Appointment], now: datetime) -> list[Unreached]:
        """Of these visits, those whose people are to be called by phone, and why, in the same order."""
        owed = [each for each in appointments if each.status in _OWED or each.news]
        wanted = [each for each in owed if not knows(each)]
        people = await self._booking.bookings.personal(station, [each.number for each in wanted])
        found = []
        for each in wanted:
            personal = people.get(each.number)
            why = await self._why(each, personal.address, now) if personal else None
            if why:
                found.append(Unreached(each, why))
        return found

    async def _why(self, appointment: Appointment, address: Address | None, now: datetime) -> Why | None:
        quiet, booked = self._booking.rules.quiet, appointment.status is Status.BOOKED
        planned = reminders(appointment, quiet) if booked else ()
        ids = [remind_id(appointment, each.kind) for each in planned]
        if appointment.news:
            ids.append(changed_id(appointment))
        if appointment.status is Status.DISPLACED:
            ids = [displaced_id(appointment)]
        over = bool(planned) and now >= planned[-1].since + _SLOW
        late = appointment.news is News.MOVED and waking(now, quiet) >= appointment.at
        return await self._arrivals.why_not(address, ids, late=over or late)


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
