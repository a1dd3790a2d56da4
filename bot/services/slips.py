"""The slip of an appointment: a page at an address nobody guesses, which needs no talk and names nobody."""

from __future__ import annotations

import hmac

from bot.domain.appointment import Appointment, Source, Status
from bot.services.booking import Booking
from bot.store.sealing import Names

_CODE = 7  # characters of a code without `TB-`
_HIDDEN = frozenset({Status.HELD, Status.EXPIRED})  # nobody's appointment


class Slips:
    """Addresses of slips, and whose they are. `public_url` is where the web page stands, if anywhere."""

    def __init__(self, booking: Booking, names: Names, public_url: str | None) -> None:
        self._booking, self._names = booking, names
        self._root = public_url.rstrip("/") if public_url else None

    def link(self, appointment: Appointment) -> str | None:
        """The address of a slip, to be given to whoever made the appointment; None without PUBLIC_URL."""
        return f"{self._root}/hen/{self.token(appointment)}" if self._root else None

    def token(self, appointment: Appointment) -> str:
        """What stands in the address: the code, and a proof that it was us who gave it out.

        The proof covers when the appointment was made: a number is drawn again for somebody else in time.
        """
        made = str(int(appointment.made.timestamp() * 1000))
        proof = self._names.proof("slip", appointment.station, str(appointment.number), made)
        return self.code(appointment).removeprefix("TB-") + proof

    def code(self, appointment: Appointment) -> str:
        """The code people are given."""
        return self._booking.code(appointment)

    async def find(self, token: str) -> Appointment | None:
        """The appointment as it stands now; None for a token that is wrong or too old.

        Raises:
            RedisError: the store is away.
        """
        if not token.isascii():
            return None
        for ticket in self._booking.tickets(token[:_CODE]):
            found = await self._booking.bookings.read(ticket.station, [ticket.number])
            if found and _has_slip(found[0]) and hmac.compare_digest(self.token(found[0]), token):
                return found[0]
        return None


def _has_slip(appointment: Appointment) -> bool:
    return appointment.status not in _HIDDEN and appointment.source is not Source.WALK_IN
