"""The talk that books: asks for what is missing, one question at a time, and says what came of it.

Choices are `b:` and an act. What is asked of the store goes out as a request; `told` hears what came of it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import errands
from bot.conversation.booking import acts
from bot.conversation.booking.course import Course, day_of
from bot.conversation.booking.outcomes import Outcomes
from bot.conversation.booking.wishing import onto, picked
from bot.conversation.days import local_day
from bot.domain.booking import Answer, AnyBooked, Cancel, Find, Mine, Withdraw
from bot.domain.draft import MOVE, Draft
from bot.domain.errand import Errand, errand
from bot.domain.heard import Changes, Gave, Wants
from bot.domain.knowledge import BOOK, VISITS, Knowledge
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from bot.domain.step import Step
from bot.domain.ticket import Tickets

_GROUPS = range(1, 7)  # people who may come together


class Bookings:
    """Takes a talk through a booking. Pure: everything it remembers is the session's draft."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._course = Course(known)
        self._outcomes = Outcomes(known, self._course)
        self._ask, self._tell = self._course.ask, self._course.tell
        self._tickets = Tickets(known.stations)

    def opens(self, intent: str) -> bool:
        """Whether a matter is one of this talk's, at a desk that has something to book."""
        found = self._known.intents.get(intent)
        return bool(found and found.does in {BOOK, VISITS} and self._ask.bookable())

    # -- what was said

    def meant(self, session: Session, intent: str, at: Moment) -> Step:
        """A question about booking, without anything that could be booked at once."""
        if self._known.intents[intent].does == VISITS:
            return self._course.request(replace(session, intent=intent), Draft(at.message_id), Mine(""))
        return self.wanted(session, Wants(intent=intent), at)

    def wanted(self, session: Session, heard: Wants, at: Moment) -> Step:
        """A booking was asked for; what was said of it is not asked again."""
        if heard.goes_on and session.draft:
            return self._gone_on(session, session.draft, heard, at)
        draft = Draft(
            id=at.message_id,
            station=heard.station or session.station,
            service=heard.service,
            errand=heard.errand,
            people=heard.people,
            priority=heard.priority,
        )
        draft = onto(draft, heard.when)
        step = self._course.next(replace(session, intent=heard.intent, misses=0), draft, at)
        if step.replies and not (heard.station or heard.service or heard.when or heard.people):
            step = self._introduced(step, heard.intent, at)
        return step

    def unclear(self, session: Session, at: Moment) -> Step | None:
        """The open question once more, when what was typed answers nothing; None when none is open."""
        draft = session.draft
        if draft is None or acts.choice(acts.NO) not in session.offers:
            return None
        unclear = Reply(self._known.says("book_unclear"))
        if draft.chooses:
            return replace(self._course.request(session, draft, Mine("")), replies=(unclear,))
        go_on = self._course.personal if draft.held and draft.until else self._course.next
        step = go_on(session, draft, at)
        return replace(step, replies=(unclear, *step.replies)) if step.replies else step

    def _gone_on(self, session: Session, draft: Draft, heard: Wants, at: Moment) -> Step:
        """A typed answer: what it told is filled in, and the next thing asked."""
        if draft.chooses:  # by its day
            return self._course.request(session, replace(draft, of=heard.when.days), Mine(""))
        draft = replace(
            draft,
            station=heard.station or draft.station,
            people=heard.people or draft.people,
            priority=draft.priority if heard.priority is None else heard.priority,
            asks=None,
        )
        draft = replace(onto(draft, heard.when), wait=None) if heard.when else draft
        return self._course.next(replace(session, misses=0), draft, at)

    def changed(self, session: Session, heard: Changes, at: Moment) -> Step:
        """A visit shall be at another time, or not be: which one, is looked up first."""
        code = self._code(heard.code) if heard.code else None
        draft = Draft(
            at.message_id, seeks=heard.seeks, held=code, of=heard.of, later=heard.later, phone=heard.phone
        )
        asked = Find("", code, heard.phone) if code and heard.phone else Mine("")
        session = replace(session, intent=heard.intent, misses=0)
        return self._course.request(session, onto(draft, heard.when), asked)

    def _code(self, written: str) -> str:
        return self._tickets.written(written) or written

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
            return self._found(session, heard, at)
        if draft.asks == "phone" and draft.held and heard.phone:
            return self._course.request(session, draft, Find("", draft.held, heard.phone))
        # Beside a phone stands whose it is ("số của con"): a name that was given is not lost to that.
        name = draft.name if draft.name and heard.phone else heard.name or draft.name
        draft = replace(draft, name=name, phone=heard.phone or draft.phone, place=heard.place or draft.place)
        if heard.wrong:
            return self._course.asked(session, draft, self._ask.phone_again())
        return self._course.personal(session, draft, at)

    def _found(self, session: Session, heard: Gave, at: Moment) -> Step:
        """A booking code was typed: one's own is shown, another's with its phone only."""
        code = self._code(heard.code)
        draft = Draft(at.message_id, held=code, asks="phone", phone=heard.phone)
        if session.draft and session.draft.chooses:
            draft = replace(session.draft, held=code, phone=heard.phone)
        asked = Find("", code, heard.phone) if heard.phone else Mine("")
        return self._course.request(session, draft, asked)

    def chosen(self, session: Session, rest: str, at: Moment) -> Step:
        """A button of this talk."""
        act, _, value = rest.partition(":")
        draft = session.draft
        if act == acts.NEW:
            service, _, station = value.partition(":")
            wanted = Wants(intent=self._known.booking or "", service=service or None, station=station or None)
            return self.wanted(session, wanted, at)
        if act == acts.GO:
            return self._came_for(session, errand(value), at)
        if act in {acts.CLAIM, acts.DECLINE, acts.LEAVE}:
            station, _, waiter = value.partition(":")
            asked = Answer("", act, station, waiter)
            return self._course.request(session, self._draft(session, at), asked)
        if act == acts.WITHDRAW:
            station, _, number = value.partition(":")
            gone = Withdraw("", station, int(number) if number.isdecimal() else 0)
            return self._course.request(session, self._draft(session, at), gone)
        if act in {acts.MINE, acts.SHOW, acts.MOVE, acts.CANCEL, acts.COMING}:
            return self._of_own(session, act, value, at)
        if draft is None or (draft.until and at.now.timestamp() > draft.until and act in acts.LATE):
            return self._course.over(session, draft, at)
        return self._of_draft(session, draft, act, value, at)

    def _came_for(self, session: Session, wanted: Errand | None, at: Moment) -> Step:
        """A booking begun under an answer: what for is known."""
        body = errands.body(self._known, wanted, local_day(at)) if wanted else None
        if wanted is None or body is None or body.service is None:
            return self._course.over(session, None, at)
        before = session.draft or Draft(at.message_id)
        if before.errand == wanted and before.service:  # had just been shown what would do instead
            return self._course.next(session, replace(before, checked=True), at)
        heard = Wants(
            intent=self._known.booking or "", station=before.station, service=body.service, errand=wanted
        )
        return self.wanted(session, heard, at)

    def _of_own(self, session: Session, act: str, code: str, at: Moment) -> Step:
        draft = self._draft(session, at)
        if act == acts.COMING:
            draft = Draft(at.message_id, held=code, asks=acts.COMING)
        elif act == acts.CANCEL:
            return self._course.request(session, draft, Cancel("", code, draft.phone))
        elif act == acts.MINE:
            draft = Draft(at.message_id)
        elif act == acts.MOVE:
            kept = draft if draft.seeks == MOVE and not draft.moves else Draft(at.message_id)
            draft = replace(kept, moves=code, held=None, seeks=MOVE, phone=draft.phone)
        elif act == acts.SHOW:
            draft = replace(draft, held=code, asks=None)
        return self._course.request(session, draft, Mine(""))

    def _of_draft(self, session: Session, draft: Draft, act: str, value: str, at: Moment) -> Step:  # noqa: PLR0911 - a table of buttons
        filled = self._filled(draft, act, value)
        if filled:
            return self._course.next(session, filled, at)
        match act:
            case acts.WHO:
                return self._course.who(session, draft, value, at)
            case acts.DAYS:
                return self._course.days(session, replace(draft, days=(), doubt=None), at, day_of(value))
            case acts.TIMES:
                day, _, since = value.partition(":")
                return self._course.times(session, replace(draft, days=(day,)), at, int(since or 0))
            case acts.SEAT:
                return self._course.seat(session, draft, value, at)
            case acts.YES:
                return self._course.confirmed(session, draft, at)
            case acts.AGAIN:
                return self._course.again(session, draft, at)
            case acts.NO:
                return self._course.let_go(session, draft)
        agreed = self._agreed(draft, act, value)
        return self._course.personal(session, agreed, at) if agreed else self._course.over(session, draft, at)

    def _filled(self, draft: Draft, act: str, value: str) -> Draft | None:
        """The draft with what a button said of the visit."""
        match act:
            case acts.STATION if value in self._known.stations:
                return replace(draft, station=value)
            case acts.SERVICE:
                return replace(draft, service=value)
            case acts.FOR if errand(value):
                return replace(draft, errand=errand(value), checked=False, told=False)
            case acts.ANYWAY:
                return replace(draft, checked=True)
            case acts.PEOPLE if value.isdecimal() and int(value) in _GROUPS:
                return replace(draft, people=int(value))
            case acts.PRIORITY:
                return replace(draft, priority=value == "1")
            case acts.DAY if day_of(value):
                return picked(draft, value)
        return None

    @staticmethod
    def _agreed(draft: Draft, act: str, value: str) -> Draft | None:
        """The draft with a consent, or with a day for which one would wait."""
        if act == acts.WAIT and day_of(value):
            return replace(draft, wait=value)
        return replace(draft, agreed=True) if act == acts.AGREE else None

    def told(self, session: Session, result: AnyBooked, at: Moment) -> Step:
        """Say what the desk found or did; perhaps ask for more."""
        return self._outcomes.told(session, result, at)

    @staticmethod
    def _draft(session: Session, at: Moment) -> Draft:
        return session.draft or Draft(at.message_id)
