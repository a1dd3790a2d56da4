"""One message to one citizen, put where it begins its way; each once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from bot.accounts import ZALO_ZNS
from bot.domain.appointment import Personal
from bot.domain.delivery import Delivery, Form, Lane
from bot.domain.message import Address, Reply
from bot.services.onward import NextDoors
from bot.store.outbox import Outbox

Span = tuple[datetime, datetime]  # since when something may be sent, and until when
Templates = Callable[[str, str], str | None]  # which account has a template of a kind, for a station
_KNOWN = 20_000  # ids that this process need not put again
_HERE = "+84"  # phones of the country, which is all that templates go to


class Teller:
    """Puts what citizens are told. `doors` are the channels that can be sent to."""

    def __init__(
        self,
        outbox: Outbox,
        doors: Collection[str],
        onward: NextDoors,
        templates: Templates = lambda _kind, _station: None,
    ) -> None:
        self._outbox, self._doors, self._onward = outbox, frozenset(doors), onward
        self._templates = templates
        self._put: set[str] = set()

    def knows(self, id_: str) -> bool:
        """Whether this process has put it already."""
        return id_ in self._put

    async def tell(  # noqa: PLR0913, PLR0917 - a message and to whom, and when
        self,
        id_: str,
        personal: Personal | None,
        reply: Reply,
        now: datetime,
        span: Span,
        form: tuple[str, Form] | None = None,
    ) -> bool:
        """Into the outbox of the door somebody wrote at; whether it is new. `form`: with its station.

        By which of their doors it goes is seen when it is time. Without a door of ours it begins then.
        """
        since, until = span
        address = personal.address if personal else None
        new: bool | None = False
        if personal and address and since < until:
            message = Delivery(
                id_, address, Lane.REMINDER, (reply,), since, until, id_,
                form[1] if form else None, self._last(personal, form),
            )  # fmt: skip
            if address.channel in self._doors:
                new = await self._outbox.put(message) or await self._onward.again(message, now)
            elif now < since:  # nothing waits in an outbox for them
                return False
            else:
                new = await self._onward.begin(message, now)
        if new is None:  # no door is open, or it is kept at one: in the next round perhaps
            return False
        if len(self._put) >= _KNOWN:
            self._put.clear()
        self._put.add(id_)
        return new

    def _last(self, personal: Personal, form: tuple[str, Form] | None) -> Address | None:
        """The phone of the booking, if there is an approved template to write to it."""
        if form is None or not personal.phone.startswith(_HERE):
            return None
        account = self._templates(form[1].kind, form[0])
        return Address(ZALO_ZNS, account, personal.phone.removeprefix("+")) if account else None
