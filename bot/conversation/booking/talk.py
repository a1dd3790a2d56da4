"""The talk that books: asks for what is missing, one question at a time, and says what came of it.

Choices are `b:` and an act. What is asked of the store goes out as a request; `told` hears what came of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.conversation.booking import acts
from bot.conversation.booking.asking import Asking
from bot.conversation.booking.telling import Telling
from bot.conversation.days import local_day
from bot.conversation.showing import offered
from bot.domain.booking import (
    Acted,
    AnyBooked,
    AnyBooking,
    Book,
    Cancel,
    Days,
    Draft,
    Find,
    LookDays,
    LookTimes,
    Mine,
    Own,
    Queue,
    Shift,
    TakeSeat,
    Times,
)
from bot.domain.booking import Answer as WaitingAnswer
from bot.domain.heard import Gave, Wants
from bot.domain.knowledge import BOOK, Knowledge
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from bot.domain.step import Step

VISITS = "visits"  # the flow of intents about what is booked already
_GROUPS = range(1, 7)  # people who may come together


class Bookings:
    """Takes a talk through a booking. Pure: everything it remembers is the session's draft."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._ask = Asking(known)
        self._tell = Telling(known)

    def opens(self, intent: str) -> bool:
        """Whether a matter is one of this talk's, at a desk that has something to book."""
        found = self._known.intents.get(intent)
        return bool(found and found.does in {BOOK, VISITS} and self._ask.bookable())

    # -- what was said

    def meant(self, session: Session, intent: str, at: Moment) -> Step:
        """A question about booking, without anything that could be booked at once."""
        if self._known.intents[intent].does == VISITS:
            return self._request(replace(session, intent=intent), Draft(at.message_id), Mine(""))
        return self.wanted(session, Wants(intent=intent), at)

    def wanted(self, session: Session, heard: Wants, at: Moment) -> Step:
        """A booking was asked for; what was said of it is not asked again."""
        draft = Draft(
            id=at.message_id,
            station=heard.station or session.station,
            service=heard.service,
            people=heard.people,
            priority=heard.priority,
            days=heard.days,
            begins=heard.begins,
            ends=heard.ends,
        )
        step = self._next(replace(session, intent=heard.intent, misses=0), draft, at)
        if step.replies and not (heard.station or heard.service or heard.days or heard.people):
            step = self._introduced(step, heard.intent, at)
        if heard.doubtful:
            step = replace(step, replies=(Reply(self._known.says("book_doubtful")), *step.replies))
        return step

    def _introduced(self, step: Step, intent: str, at: Moment) -> Step:
        """With the answer in front: who only asks about booking wants to know, not to book."""
        answer = self._known.answers.get(intent)
        short = answer.body(local_day(at)).short if answer else None
        first, *others = step.replies
        text = "\n\n".join(filter(None, (short, first.text)))
        return replace(step, replies=(replace(first, text=text), *others))

    def gave(self, session: Session, heard: Gave, at: Moment) -> Step:
        """Name or phone, as asked for; or a booking code."""
        draft = session.draft or Draft(at.message_id)
        if heard.code:
            draft = replace(draft, held=heard.code, asks="phone", phone=heard.phone or draft.phone)
            if heard.phone:
                return self._request(session, draft, Find("", heard.code, heard.phone))
            return self._request(session, draft, Mine(""))
        if draft.asks == "phone" and draft.held and heard.phone:
            return self._request(session, draft, Find("", draft.held, heard.phone))
        # Beside a phone stands whose it is ("số của con"): a name that was given is not lost to that.
        name = draft.name if draft.name and heard.phone else heard.name or draft.name
        draft = replace(draft, name=name, phone=heard.phone or draft.phone)
        if heard.wrong:
            return self._asked(session, draft, self._ask.phone_again())
        return self._personal(session, draft, at)

    def chosen(self, session: Session, rest: str, at: Moment) -> Step:
        """A button of this talk."""
        act, _, value = rest.partition(":")
        draft = session.draft
        if act == acts.NEW:
            return self.wanted(session, Wants(intent="dat_lich.dat", service=value or None), at)
        if act in {acts.CLAIM, acts.DECLINE, acts.LEAVE}:
            station, _, waiter = value.partition(":")
            asked = WaitingAnswer("", act, station, waiter)
            return self._request(session, self._draft(session, at), asked)
        if act in {acts.MINE, acts.SHOW, acts.MOVE, acts.CANCEL, acts.COMING}:
            return self._of_own(session, act, value, at)
        if draft is None or (draft.until and at.now.timestamp() > draft.until and act in acts.LATE):
            return self._over(session, draft, at)
        return self._of_draft(session, draft, act, value, at)

    def _of_own(self, session: Session, act: str, code: str, at: Moment) -> Step:
        draft = self._draft(session, at)
        if act == acts.COMING:
            return self._asked(session, None, self._tell.coming())
        if act == acts.CANCEL:
            return self._request(session, draft, Cancel("", code, draft.phone))
        if act == acts.MINE:
            draft = Draft(at.message_id)
        elif act == acts.MOVE:
            draft = Draft(at.message_id, moves=code, phone=draft.phone)
        elif act == acts.SHOW:
            draft = replace(draft, held=code, asks=None)
        return self._request(session, draft, Mine(""))

    def _of_draft(self, session: Session, draft: Draft, act: str, value: str, at: Moment) -> Step:  # noqa: PLR0911 - a table of buttons
        filled = self._filled(draft, act, value)
        if filled:
            return self._next(session, filled, at)
        match act:
            case acts.WHO:
                return self._who(session, draft, value, at)
            case acts.DAYS:
                return self._days(session, replace(draft, days=()), at, _day(value))
            case acts.TIMES:
                day, _, since = value.partition(":")
                return self._times(session, replace(draft, days=(day,)), at, int(since or 0))
            case acts.SEAT:
                return self._seat(session, draft, value, at)
            case acts.YES:
                return self._confirmed(session, draft, at)
            case acts.AGAIN:
                again = replace(draft, name="", phone="", asks="contact")
                return self._asked(session, again, self._ask.contact(again))
            case acts.NO:
                return self._let_go(session, draft)
        agreed = self._agreed(draft, act, value)
        return self._personal(session, agreed, at) if agreed else self._over(session, draft, at)

    def _filled(self, draft: Draft, act: str, value: str) -> Draft | None:
        """The draft with what a button said of the visit."""
        match act:
            case acts.STATION if value in self._known.stations:
                return replace(draft, station=value)
            case acts.SERVICE:
                return replace(draft, service=value)
            case acts.PEOPLE if value.isdecimal() and int(value) in _GROUPS:
                return replace(draft, people=int(value))
            case acts.PRIORITY:
                return replace(draft, priority=value == "1")
            case acts.DAY if _day(value):
                return replace(draft, days=(value,), begins=0, ends=24 * 60)
        return None

    @staticmethod
    def _agreed(draft: Draft, act: str, value: str) -> Draft | None:
        """The draft with a consent, or with a day for which one would wait."""
        if act == acts.WAIT and _day(value):
            return replace(draft, wait=value)
        return replace(draft, agreed=True) if act == acts.AGREE else None

    # -- what is asked next

    def _next(self, session: Session, draft: Draft, at: Moment) -> Step:
        """The first thing that is not known yet; with everything known, the times."""
        station = self._ask.station_of(draft)
        if station is None:
            return self._asked(session, replace(draft, station=None), self._ask.stations())
        draft = replace(draft, station=station.id)
        if station.service(draft.service or "") is None:
            return self._asked(session, replace(draft, service=None), self._ask.services(station))
        if draft.people is None:
            return self._asked(session, draft, self._ask.who())
        if draft.priority is None:
            return self._asked(session, draft, self._ask.priority())
        if len(draft.days) == 1:
            return self._times(session, draft, at, draft.begins)
        return self._days(session, draft, at, _day(draft.days[0]) if draft.days else None)

    def _who(self, session: Session, draft: Draft, who: str, at: Moment) -> Step:
        if who == "many":
            return self._asked(session, draft, self._ask.people())
        frail = None if who == "elder" else False
        return self._next(session, replace(draft, people=1, priority=draft.priority or frail), at)

    def _days(self, session: Session, draft: Draft, at: Moment, since: date | None) -> Step:
        today = local_day(at)
        look = LookDays(
            "", draft.station or "", draft.service or "", draft.people or 1, bool(draft.priority),
            max(since or today, today), draft.moves,
        )  # fmt: skip
        return self._request(session, draft, look)

    def _times(self, session: Session, draft: Draft, at: Moment, since: int) -> Step:
        day = _day(draft.days[0])
        if day is None:
            return self._days(session, draft, at, None)
        look = LookTimes(
            "", draft.station or "", draft.service or "", draft.people or 1, bool(draft.priority), day,
            since, draft.ends,
        )  # fmt: skip
        return self._request(session, draft, look)

    def _seat(self, session: Session, draft: Draft, value: str, at: Moment) -> Step:
        written, _, minute = value.partition(":")
        day = _day(written)
        if day is None or not minute.isdecimal():
            return self._over(session, draft, at)
        if draft.moves:
            return self._request(session, draft, Shift("", draft.moves, day, int(minute), draft.phone))
        take = TakeSeat(
            "", draft.station or "", draft.service or "", draft.people or 1, bool(draft.priority), day,
            int(minute), draft.held,
        )  # fmt: skip
        return self._request(session, draft, take)

    def _personal(self, session: Session, draft: Draft, at: Moment) -> Step:
        """Consent, then name and phone, then the last look before it is booked."""
        if not draft.agreed:
            return self._asked(session, draft, self._ask.consent(draft))
        if not (draft.name and draft.phone):
            return self._asked(session, replace(draft, asks="contact"), self._ask.contact(draft))
        if draft.wait:
            day = _day(draft.wait)
            if day is None:
                return self._over(session, draft, at)
            queue = Queue(
                "", draft.station or "", draft.service or "", draft.people or 1, bool(draft.priority), day,
                draft.name, draft.phone,
            )  # fmt: skip
            return self._request(session, draft, queue)
        return self._asked(session, replace(draft, asks=None), self._ask.summary(draft))

    def _confirmed(self, session: Session, draft: Draft, at: Moment) -> Step:
        if not (draft.held and draft.name and draft.phone):
            return self._personal(session, draft, at)
        return self._request(session, draft, Book("", draft.held, draft.name, draft.phone))

    def _let_go(self, session: Session, draft: Draft) -> Step:
        if draft.held and draft.until:
            return self._request(session, draft, Cancel("", draft.held, quietly=True))
        return self._asked(session, None, self._tell.let_go())

    def _over(self, session: Session, draft: Draft | None, at: Moment) -> Step:
        """A button of a draft that is no more: what was wanted is kept, the seat is not."""
        if draft is None or not draft.service:
            return self._asked(session, None, self._tell.stale())
        again = replace(draft, held=None, until=0)
        step = self._next(session, again, at)
        return replace(step, replies=(Reply(self._known.says("book_late")), *step.replies))

    # -- what came of it

    def told(self, session: Session, result: AnyBooked, at: Moment) -> Step:
        """Say what the desk found or did; perhaps ask for more."""
        draft = session.draft or Draft(at.message_id)
        match result:
            case Days():
                return self._asked(session, draft, self._ask.days(draft, result, local_day(at)))
            case Times():
                return self._asked(session, draft, self._ask.times(draft, result, local_day(at)))
            case Own():
                return self._own(session, draft, result, at)
            case Acted():
                return self._acted(session, draft, result, at)

    def _own(self, session: Session, draft: Draft, own: Own, at: Moment) -> Step:
        wanted = draft.moves or draft.held
        found = next((each for code, each in own.appointments if code == wanted), None)
        if draft.moves and found:
            draft = replace(
                draft, station=found.station, service=found.service, people=found.people,
                priority=found.priority,
            )  # fmt: skip
            return self._days(session, draft, at, None)
        if draft.held and not draft.until and found:
            return self._asked(session, None, self._tell.card(draft.held, found, local_day(at)))
        if draft.held and not draft.until:
            return self._asked(session, replace(draft, asks="phone"), self._tell.ask_phone())
        return self._asked(session, None, self._tell.own(own, local_day(at)))

    def _acted(self, session: Session, draft: Draft, acted: Acted, at: Moment) -> Step:
        today = local_day(at)
        done, did = acted.result.done, acted.did
        if isinstance(did, TakeSeat):
            if not done:
                step = self._next(session, replace(draft, held=None, until=0), at)
                return replace(step, replies=(self._tell.refused(acted, today), *step.replies))
            until = acted.result.until or at.now
            draft = replace(draft, held=acted.code, until=int(until.timestamp()))
            step = self._personal(session, draft, at)
            return replace(step, replies=(self._tell.held(acted, today), *step.replies))
        if isinstance(did, Cancel) and did.quietly:
            return self._asked(session, None, self._tell.let_go())
        if isinstance(did, Find) and done and acted.code and acted.result.appointment:
            draft = Draft(draft.id, phone=did.phone)
            return self._asked(session, draft, self._tell.card(acted.code, acted.result.appointment, today))
        if isinstance(did, Shift) and not done:
            step = self._days(session, draft, at, None)
            return replace(step, replies=(self._tell.refused(acted, today), *step.replies))
        kept = draft if isinstance(did, Book | Find) and not done else None
        reply = self._tell.done(acted, today) if done else self._tell.refused(acted, today)
        return self._asked(session, kept, reply)

    # -- the step itself

    def _draft(self, session: Session, at: Moment) -> Draft:
        return session.draft or Draft(at.message_id)

    def _asked(self, session: Session, draft: Draft | None, reply: Reply) -> Step:
        return offered(replace(session, draft=draft, misses=0), (reply,))

    def _request(self, session: Session, draft: Draft, request: AnyBooking) -> Step:
        """A request under an id of its own, the same again when this message is taken up again."""
        number = draft.made + 1
        draft = replace(draft, made=number)
        named = replace(request, id=f"{draft.id}:{number}")
        return Step(replace(session, draft=draft), (), named)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def is_over(draft: Draft | None, now: datetime) -> bool:
    """Whether what a draft held is held no more."""
    return bool(draft and draft.until and now.timestamp() > draft.until)
