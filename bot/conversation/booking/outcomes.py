"""What came of what was asked of the store: said, and the next question asked. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.booking import acts
from bot.conversation.booking.changing import Changing
from bot.conversation.booking.course import Course
from bot.conversation.days import local_day
from bot.domain.appointment import Status
from bot.domain.booking import Acted, AnyBooked, Book, Cancel, Days, Find, Own, Shift, TakeSeat, Times
from bot.domain.draft import Draft
from bot.domain.knowledge import Knowledge
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from bot.domain.step import Step


class Outcomes:
    """Goes on with the course when the desk has looked or done something."""

    def __init__(self, known: Knowledge, course: Course) -> None:
        self._course = course
        self._ask, self._tell = course.ask, course.tell
        self._changing = Changing(known, course)

    def told(self, session: Session, result: AnyBooked, at: Moment) -> Step:
        """The next step after a result."""
        draft = session.draft or Draft(at.message_id)
        match result:
            case Days():
                return self._course.asked(session, draft, self._ask.days(draft, result, local_day(at)), at)
            case Times(opens=False) if draft.moves:
                return self._closed(session, draft, result, at)
            case Times():
                return self._course.asked(session, draft, self._ask.times(draft, result, local_day(at)), at)
            case Own():
                return self._own(session, draft, result, at)
            case Acted():
                return self._acted(session, draft, result, at)

    def _closed(self, session: Session, draft: Draft, found: Times, at: Moment) -> Step:
        """A visit cannot be moved to that day: the nearest behind it are shown."""
        told = self._ask.times(draft, found, local_day(at)).text
        step = self._course.days(session, replace(draft, days=(), hours=()), at, found.day)
        return replace(step, replies=(Reply(told), *step.replies))

    def _own(self, session: Session, draft: Draft, own: Own, at: Moment) -> Step:
        if draft.seeks:
            return self._changing.own(session, draft, own, at)
        found = next((each for code, each in own.appointments if code == draft.held), None)
        if draft.asks == acts.COMING:  # pressed below a reminder; meanwhile the visit may be gone
            still = found is not None and found.status is Status.BOOKED
            told = self._tell.coming() if still else self._tell.own(own, local_day(at), session.intent)
            return self._course.asked(session, None, told)
        if draft.held and not draft.until and found:
            return self._course.asked(session, None, self._tell.card(draft.held, found, local_day(at)))
        if draft.held and not draft.until:
            return self._course.asked(session, replace(draft, asks="phone"), self._tell.ask_phone())
        return self._course.asked(session, None, self._tell.own(own, local_day(at), session.intent))

    def _acted(self, session: Session, draft: Draft, acted: Acted, at: Moment) -> Step:
        today = local_day(at)
        done, did = acted.result.done, acted.did
        if isinstance(did, TakeSeat):
            if not done:
                step = self._course.next(session, replace(draft, held=None, until=0), at)
                return replace(step, replies=(self._tell.refused(acted, today), *step.replies))
            until = acted.result.until or at.now
            begins = acted.result.appointment.at if acted.result.appointment else at.now
            draft = replace(draft, held=acted.code, until=int(until.timestamp()), at=int(begins.timestamp()))
            step = self._course.personal(session, draft, at)
            return replace(step, replies=(self._tell.held(acted, today), *step.replies))
        if isinstance(did, Cancel) and did.quietly:
            return self._course.asked(session, None, self._tell.let_go())
        if isinstance(did, Find) and done and acted.code and acted.result.appointment:
            if draft.seeks:
                draft = replace(draft, phone=did.phone)
                return self._changing.one(session, draft, (acted.code, acted.result.appointment), at)
            draft = Draft(draft.id, phone=did.phone, made=draft.made)
            return self._course.asked(
                session, draft, self._tell.card(acted.code, acted.result.appointment, today)
            )
        if isinstance(did, Shift) and not done:
            step = self._course.days(session, draft, at, None)
            return replace(step, replies=(self._tell.refused(acted, today), *step.replies))
        kept = draft if isinstance(did, Book | Find) and not done else None
        reply = self._tell.done(acted, today) if done else self._tell.refused(acted, today)
        return self._course.asked(session, kept, reply)
