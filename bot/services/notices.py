"""What citizens are told unasked, each once: reminders, offers, what was done to visits, visits at home.

Nothing is remembered but the ids of deliveries, made of what they are about. So everything here may be asked
for as often as one likes, by as many processes as like, also after a crash.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from bot.conversation import changes, forms, reminding
from bot.conversation.booking.homes import Homes
from bot.domain.appointment import Appointment, News, Personal, Status
from bot.domain.delivery import Form
from bot.domain.home import HomeStatus, planned_id
from bot.domain.knowledge import Knowledge
from bot.domain.reminder import changed_id, displaced_id, knows, remind_id, reminders, visit_minute, waking
from bot.domain.seat import today
from bot.domain.wish import Act, Waiter
from bot.services.booking import Booking
from bot.services.onward import NextDoors, OwnDoor
from bot.services.telling import Teller
from bot.store.fates import WAITS, Fates
from bot.store.naming import Person
from bot.store.outbox import Outbox

AHEAD = timedelta(hours=26)  # reminders are put into the outbox so long before the visit
OWED = timedelta(days=1)  # after the lost visit nobody is told of it any more
_HEARD = frozenset({"sent", "said", "unsure"})  # what became of something that may have been read

LinkOf = Callable[[Appointment], str | None]


class Notices:
    """Writes to citizens. `doors` are the channels that can be sent to; `link` gives a visit's page."""

    def __init__(  # noqa: PLR0913, PLR0917 - who is written to, by which doors, and what is said
        self,
        booking: Booking,
        outbox: Outbox,
        known: Callable[[], Knowledge],
        doors: Collection[str],
        link: LinkOf = lambda _: None,
        said: Callable[[Person], None] = lambda _: None,
        teller: Teller | None = None,
    ) -> None:
        """`said` hears to whose talk on the web something was said; without `teller` people have one door."""
        self._booking = booking
        self._known, self._link = known, link
        self._teller = teller or Teller(outbox, doors, NextDoors(outbox, OwnDoor(doors), said))
        self._fates = Fates(booking.bookings.acts.store)

    # -- telling

    async def remind(self, station: str, now: datetime) -> int:
        """Plan the reminders of all visits of the next 26 hours; how many are new."""
        ahead = await self._booking.bookings.between(station, now, now + AHEAD)
        booked = [each for each in ahead if each.status is Status.BOOKED and not knows(each)]
        due = [
            (each, reminder)
            for each in booked
            for reminder in reminders(each, self._booking.rules.quiet)
            if now < reminder.until and not self._teller.knows(remind_id(each, reminder.kind))
        ]
        people = await self._people(station, [each for each, _ in due])
        new = 0
        for each, reminder in due:
            id_, code = remind_id(each, reminder.kind), self._booking.code(each)
            reply = reminding.reminder(self._known(), each, reminder.kind, code, self._link(each))
            span = reminder.since, reminder.until
            new += await self._teller.tell(
                id_, people.get(each.number), reply, now, span, self._form(each, code)
            )
        return new

    async def offer(self, offered: Sequence[Waiter], now: datetime) -> int:
        """Tell everybody who has an offer in hand; how many are new."""
        new = 0
        for waiter in offered:
            station, number, until = waiter.desire.station, waiter.offer, waiter.until
            if number is None or until is None or now >= until:
                continue
            id_ = f"offer:{station}:{waiter.id}:{number}"
            if self._teller.knows(id_) or not (held := await self._booking.bookings.read(station, [number])):
                continue
            personal = await self._booking.waiting.personal(station, waiter.id)
            reply = reminding.offer(self._known(), held[0], waiter.id, until, now)
            new += await self._teller.tell(id_, personal, reply, now, (now, until))
        return new

    async def regret(self, station: str, now: datetime) -> int:
        """Tell everybody whose seat was taken back, whyever, and who has no other time yet; by day only."""
        owed = [
            each
            for each in await self._booking.bookings.displaced(station)
            if now < each.at + OWED and not knows(each) and not self._teller.knows(displaced_id(each))
        ]
        people, since = await self._people(station, owed), waking(now, self._booking.rules.quiet)
        new = 0
        for each in owed:
            why = changes.because(self._known(), each.reason, "because_calendar")
            code, span = self._booking.code(each), (since, each.at + OWED)
            reply = reminding.displaced(self._known(), each, code, why, since)
            new += await self._teller.tell(
                displaced_id(each), people.get(each.number), reply, now, span, self._form(each, code)
            )
        return new

    async def report(self, station: str, now: datetime) -> int:
        """Tell everybody to whose visit the station did something, while it matters; by day only."""
        changed = [
            each for each in await self._booking.bookings.news(station)
            if now < _until(each) and not self._teller.knows(changed_id(each))
        ]  # fmt: skip
        people, since = await self._people(station, changed), waking(now, self._booking.rules.quiet)
        new = 0
        for each in changed:
            personal = people.get(each.number)
            if each.news is News.RESTORED and not await self._knows_of_loss(each, personal, now):
                continue
            code, link = self._booking.code(each), self._link(each)
            reply = changes.told(self._known(), each, code, link, since)
            span = since, _until(each)
            new += await self._teller.tell(
                changed_id(each), personal, reply, now, span, self._form(each, code)
            )
        return new

    async def _knows_of_loss(self, restored: Appointment, personal: Personal | None, now: datetime) -> bool:
        """Whether somebody may have read that their time was lost; who has not need not hear that it was."""
        lost = displaced_id(restored, restored.version - 1)
        fate = await self._fate(personal, lost)
        if fate != WAITS and fate not in _HEARD:
            await self._booking.bookings.told(Act("", now), restored)
        return fate in _HEARD

    async def _fate(self, personal: Personal | None, id_: str) -> str | None:
        if personal is None or personal.address is None:
            return None
        (fate,) = await self._fates.of(personal.address, [id_])
        return fate

    async def settle(self, station: str, now: datetime) -> None:
        """Strike out what has arrived: the ids of deliveries are forgotten in time, and not in a backup."""
        changed = await self._booking.bookings.news(station)
        people = await self._people(station, changed)
        for each in changed:
            if await self._fate(people.get(each.number), changed_id(each)) == "sent":
                await self._booking.bookings.told(Act("", now), each)

    async def at_home(self, station: str, now: datetime) -> int:
        """Tell everybody for whom a day was set on which the officers come; by day only; how many are new."""
        new = 0
        for visit in await self._booking.homes.open(station):
            id_ = planned_id(visit)
            if visit.plan is None or now >= visit.plan.until or self._teller.knows(id_):
                continue
            personal = await self._booking.homes.personal(station, visit.number)
            since = waking(now, self._booking.rules.quiet)
            reply = Homes(self._known()).told(visit, visit.plan, today(since))
            new += await self._teller.tell(id_, personal, reply, now, (since, visit.plan.until))
        return new

    def _form(self, appointment: Appointment, code: str) -> tuple[str, Form]:
        return appointment.station, forms.visit(self._known(), appointment, code)

    async def _people(self, station: str, appointments: Sequence[Appointment]) -> dict[int, Personal]:
        numbers = {each.number for each in appointments}
        return await self._booking.bookings.personal(station, sorted(numbers))

    # -- asked again at the moment of sending

    def wanted(self) -> dict[str, Callable[[str], Awaitable[bool]]]:
        """Who is asked before something is sent, by what its reason begins with."""
        return {
            "remind": self.reminder_wanted,
            "offer": self.offer_wanted,
            "displaced": self.displaced_wanted,
            "changed": self.changed_wanted,
            "home": self.home_wanted,
        }

    async def reminder_wanted(self, reason: str) -> bool:
        """Whether the visit of `remind:…` is still to come, at that time."""
        station, number, minute, _ = reason.partition(":")[2].rsplit(":", 3)
        found = await self._booking.bookings.read(station, [int(number)])
        if not found or knows(found[0]):
            return False
        return found[0].status is Status.BOOKED and visit_minute(found[0]) == int(minute)

    async def offer_wanted(self, reason: str) -> bool:
        """Whether the place of `offer:…` is still held for them."""
        station, waiter, number = reason.partition(":")[2].rsplit(":", 2)
        found = await self._booking.bookings.read(station, [int(number)])
        return bool(found) and found[0].status is Status.HELD and found[0].offered == waiter

    async def displaced_wanted(self, reason: str) -> bool:
        """Whether the person of `displaced:…` has no other time yet."""
        station, number, version = reason.partition(":")[2].rsplit(":", 2)
        found = await self._booking.bookings.read(station, [int(number)])
        owed = bool(found) and found[0].status is Status.DISPLACED and not knows(found[0])
        return owed and found[0].version == int(version)

    async def changed_wanted(self, reason: str) -> bool:
        """Whether what `changed:…` tells is still so, and nobody has told it."""
        station, number, version = reason.partition(":")[2].rsplit(":", 2)
        found = await self._booking.bookings.read(station, [int(number)])
        return bool(found) and found[0].news is not None and found[0].version == int(version)

    async def home_wanted(self, reason: str) -> bool:
        """Whether the officers of `home:…` still come on that day."""
        station, number, _ = reason.partition(":")[2].rsplit(":", 2)
        found = await self._booking.homes.read(station, int(number))
        return found is not None and found.status is HomeStatus.PLANNED and planned_id(found) == reason


def _until(changed: Appointment) -> datetime:
    """Until when somebody is told of a change: of a visit that is still to come, until it begins."""
    return changed.at + OWED if changed.news is News.CANCELLED else changed.at
