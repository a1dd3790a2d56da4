"""The course of a booking: what is asked next, and what is asked of the store. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation.booking.asking import Asking
from bot.conversation.booking.doubting import Doubting
from bot.conversation.booking.homes import Homes, served_at_home
from bot.conversation.booking.precheck import Precheck
from bot.conversation.booking.telling import Telling
from bot.conversation.days import local_day
from bot.conversation.showing import offered
from bot.domain.booking import (
    AnyBooking,
    AskHome,
    Book,
    Cancel,
    LookDays,
    LookTimes,
    Queue,
    Shift,
    Sought,
    TakeSeat,
)
from bot.domain.draft import Draft
from bot.domain.knowledge import Knowledge
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from bot.domain.step import Step


class Course:
    """Takes a draft one question further."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self.ask = Asking(known)
        self._precheck = Precheck(known)
        self.homes = Homes(known)
        self.tell = Telling(known, self.homes)
        self._doubting = Doubting(known)

    def next(self, session: Session, draft: Draft, at: Moment) -> Step:
        """The first thing that is not known yet; with everything known, the times."""
        station = self.ask.station_of(draft)
        if station is None:
            ask = self.homes.stations(draft.service) if self._at_home(draft) else self.ask.stations()
            return self.asked(session, replace(draft, station=None), ask)
        draft = replace(draft, station=station.id)
        service = station.service(draft.service or "")
        if service is None and draft.errand and draft.service:
            nowhere = self._precheck.elsewhere(station, draft.errand, draft.service)
            return self.asked(session, draft, nowhere)
        if service is None:
            return self.asked(session, replace(draft, service=None), self.ask.services(station))
        draft, open_ = self._precheck.next(draft, station, service, local_day(at))
        if open_:
            return self.asked(session, draft, open_, at)
        if service.at_home:
            return self.asked(session, *self.homes.next(draft, station, service, local_day(at)))
        return self._visit(session, draft, at)

    def _visit(self, session: Session, draft: Draft, at: Moment) -> Step:
        """Who comes, and when."""
        if draft.people is None:
            return self.asked(session, draft, self.ask.who(), at)
        if draft.priority is None:
            return self.asked(session, draft, self.ask.priority(), at)
        return self.when(session, draft, at)

    def when(self, session: Session, draft: Draft, at: Moment) -> Step:
        """Which day, which time: what was wished is looked for, what is doubtful about it asked first."""
        today = local_day(at)
        if self._doubting.settled(draft, today):
            reply = self._doubting.asked(draft, today)
            if reply.buttons:
                return self.asked(session, draft, reply, at)
            step = self.days(session, replace(draft, days=(), hours=(), doubt=None), at, None)
            return replace(step, replies=(reply, *step.replies))
        if len(draft.days) == 1:
            return self.times(session, draft, at, draft.begins)
        return self.days(session, draft, at, day_of(draft.days[0]) if draft.days else None)

    def who(self, session: Session, draft: Draft, who: str, at: Moment) -> Step:
        """Go on with who comes: several are counted, the old are asked whether they go before."""
        if who == "many":
            return self.asked(session, draft, self.ask.people())
        frail = None if who == "elder" else False
        return self.next(session, replace(draft, people=1, priority=draft.priority or frail), at)

    def days(self, session: Session, draft: Draft, at: Moment, since: date | None) -> Step:
        """Look for days with a seat, from one on."""
        today = local_day(at)
        look = LookDays(
            "", _sought(draft), max(since or today, today),
        )  # fmt: skip
        return self.request(session, draft, look)

    def times(self, session: Session, draft: Draft, at: Moment, since: int) -> Step:
        """Look for the times of the draft's day, from a minute on."""
        day = day_of(draft.days[0])
        if day is None:
            return self.days(session, draft, at, None)
        look = LookTimes(
            "", _sought(draft), day,
            since, draft.ends,
        )  # fmt: skip
        return self.request(session, draft, look)

    def seat(self, session: Session, draft: Draft, value: str, at: Moment) -> Step:
        """Keep the seat of a button (`day:minute`, and a desk where it is that of a village session)."""
        written, minute, desk = (*value.split(":"), "", "")[:3]
        day = day_of(written)
        if day is None or not minute.isdecimal():
            return self.over(session, draft, at)
        if draft.moves:
            return self.request(session, draft, Shift("", draft.moves, day, int(minute), draft.phone, desk))
        take = TakeSeat(
            "", _sought(draft), day,
            int(minute), desk, draft.held,
        )  # fmt: skip
        return self.request(session, draft, take)

    def personal(self, session: Session, draft: Draft, at: Moment) -> Step:
        """Consent, then name and phone, then the last look before it is booked."""
        if self._at_home(draft):
            return self.next(session, draft, at)
        if not draft.agreed:
            return self.asked(session, draft, self.ask.consent(draft))
        if not (draft.name and draft.phone):
            return self.asked(session, replace(draft, asks="contact"), self.ask.contact(draft))
        if draft.wait:
            day = day_of(draft.wait)
            if day is None:
                return self.over(session, draft, at)
            queue = Queue(
                "", _sought(draft), day,
                draft.name, draft.phone,
            )  # fmt: skip
            return self.request(session, draft, queue)
        return self.asked(session, replace(draft, asks=None), self.ask.summary(draft, local_day(at)))

    def confirmed(self, session: Session, draft: Draft, at: Moment) -> Step:
        """Book what is held, or ask for the visit at home, once everything is known."""
        if self._at_home(draft):
            if not (draft.station and draft.agreed and draft.name and draft.phone and draft.place):
                return self.next(session, draft, at)
            ask = AskHome("", draft.station, draft.service or "", draft.name, draft.phone, draft.place)
            return self.request(session, draft, ask)
        if not (draft.held and draft.name and draft.phone):
            return self.personal(session, draft, at)
        return self.request(session, draft, Book("", draft.held, draft.name, draft.phone))

    def again(self, session: Session, draft: Draft, at: Moment) -> Step:
        """Name and phone once more; of who is visited at home also where."""
        draft = replace(draft, name="", phone="", place="", asks="contact")
        if self._at_home(draft):
            return self.next(session, replace(draft, station=None), at)
        return self.asked(session, draft, self.ask.contact(draft))

    def let_go(self, session: Session, draft: Draft) -> Step:
        """Forget the draft; the seat it holds is free at once."""
        if draft.held and draft.until:
            return self.request(session, draft, Cancel("", draft.held, quietly=True))
        return self.asked(session, None, self.tell.kept() if draft.seeks else self.tell.let_go())

    def over(self, session: Session, draft: Draft | None, at: Moment) -> Step:
        """A button of a draft that is no more: what was wanted is kept, the seat is not."""
        if draft is None or not draft.service:
            return self.asked(session, None, self.tell.stale())
        again = replace(draft, held=None, until=0)
        step = self.next(session, again, at)
        return replace(step, replies=(Reply(self._known.says("book_late")), *step.replies))

    def asked(self, session: Session, draft: Draft | None, reply: Reply, at: Moment | None = None) -> Step:
        """A question or an answer on show; without a draft the booking is over.

        With a time, what one comes for is told before it, unless it was.
        """
        told = self._precheck.told(draft, local_day(at)) if draft and at else ""
        if draft and told:
            draft = replace(draft, told=True)
            reply = replace(reply, text=f"{told}\n\n{reply.text}")
        return offered(replace(session, draft=draft, misses=0), (reply,))

    def _at_home(self, draft: Draft) -> bool:
        return served_at_home(self._known, draft.service)

    def request(self, session: Session, draft: Draft, request: AnyBooking) -> Step:
        """A request under an id of its own, the same again when this message is taken up again."""
        number = draft.made + 1
        draft = replace(draft, made=number)
        named = replace(request, id=f"{draft.id}:{number}")
        return Step(replace(session, draft=draft), (), named)


def _sought(draft: Draft) -> Sought:
    return Sought(
        draft.station or "", draft.service or "", draft.people or 1, bool(draft.priority), draft.errand
    )


def day_of(written: str) -> date | None:
    """The day of a button (ISO); None when it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
