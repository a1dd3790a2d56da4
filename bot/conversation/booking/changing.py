"""What becomes of a visit that was asked to be moved or cancelled in words. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.booking.course import Course
from bot.conversation.booking.wishing import around
from bot.conversation.days import local_day
from bot.conversation.times.saying import worded
from bot.domain.appointment import Appointment, Status
from bot.domain.booking import Own
from bot.domain.draft import CANCEL, Draft
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Moment, Reply
from bot.domain.seat import CELL, LOCAL
from bot.domain.session import Session
from bot.domain.step import Step

_LIVE = frozenset({Status.BOOKED, Status.DISPLACED})
_MOST = 6  # visits that are asked about at once
_DAY = 24 * 60
_LONG = 120  # minutes that make a part of a day of a time

Visit = tuple[str, Appointment]  # with its code


class Changing:
    """Goes on with a wish to change a visit once it is known which there are."""

    def __init__(self, known: Knowledge, course: Course) -> None:
        self._known = known
        self._course = course

    def own(self, session: Session, draft: Draft, own: Own, at: Moment) -> Step:
        """The visit that is meant; several are asked about, and the wish is kept."""
        visits = [visit for visit in own.appointments if visit[1].status in _LIVE]
        code = draft.moves or draft.held
        if code:
            found = next((visit for visit in visits if visit[0] == code), None)
            if found is None:
                asks = replace(draft, held=code, moves=None, asks="phone")
                return self._course.asked(session, asks, self._course.tell.ask_phone())
            return self.one(session, draft, found, at)
        if not visits:
            return self._course.asked(
                session, None, self._course.tell.own(own, local_day(at), session.intent)
            )
        meant = [visit for visit in visits if _local(visit[1]).date().isoformat() in draft.of] or visits
        if len(meant) > 1:
            return self._course.asked(session, draft, self._which(draft, meant, at))
        return self.one(session, draft, meant[0], at)

    def one(self, session: Session, draft: Draft, visit: Visit, at: Moment) -> Step:
        """A visit: the times near the wish, or a look at it with the button that gives it back."""
        code, found = visit
        today = local_day(at)
        if draft.seeks == CANCEL or found.status not in _LIVE:
            kept = Draft(draft.id, phone=draft.phone, made=draft.made) if draft.phone else None
            return self._course.asked(session, kept, self._course.tell.card(code, found, today))
        wished = bool(draft.days or draft.doubt or draft.later != (0, 0) or draft.ends - draft.begins < _DAY)
        draft = replace(
            draft, moves=code, held=None, asks=None, station=found.station, service=found.service,
            people=found.people, priority=found.priority,
            errand=found.errand, checked=True,
        )  # fmt: skip
        asked = _settled(draft, _local(found))
        late = bool(asked.days) and not asked.doubt and max(asked.days) < today.isoformat()
        if late:
            asked = replace(asked, days=(), begins=0, ends=_DAY)
        step = self._course.when(session, asked, at)
        told = (
            [Reply(self._known.says("book_moving", when=self._when(found, at), what=code))] if wished else []
        )
        if late:
            told.append(Reply(self._known.says("book_moving_late")))
        return replace(step, replies=(*told, *step.replies))

    def _which(self, draft: Draft, visits: list[Visit], at: Moment) -> Reply:
        act = acts.SHOW if draft.seeks == CANCEL else acts.MOVE
        buttons = [
            Button(
                self._known.says("button_book_which", when=self._when(each, at), what=self._what(each)),
                choice(act, code),
            )
            for code, each in visits[:_MOST]
        ]
        stop = Button(self._known.says("button_book_keep"), choice(acts.NO))
        return Reply(self._known.says(f"book_which_{draft.seeks}"), (*buttons, stop))

    def _what(self, visit: Appointment) -> str:
        station = self._known.stations.get(visit.station)
        service = station.service(visit.service) if station else None
        return service.name if service else ""

    def _when(self, visit: Appointment, at: Moment) -> str:
        local = _local(visit)
        return worded(self._known, local.date(), local_day(at), local.hour * 60 + local.minute)


def _settled(draft: Draft, old: datetime) -> Draft:
    """The draft with days and hours of the calendar, once it is known when the visit was."""
    days, minutes = draft.later
    if draft.later != (0, 0):
        new = old + timedelta(days=days, minutes=minutes)
        begins, ends = around(new.hour * 60 + new.minute)
        if not draft.days and new.date() == old.date():  # never the old time, nor one on its other side
            was = old.hour * 60 + old.minute
            begins, ends = (max(begins, was + 1), ends) if minutes > 0 else (begins, min(ends, was))
        told = draft.days or (new.date().isoformat(),)
        return replace(draft, days=told, begins=begins, ends=ends, hours=(), later=(0, 0))
    was = old.hour * 60 + old.minute
    if draft.days == (old.date().isoformat(),) and draft.begins <= was < draft.ends - _LONG:
        return replace(draft, days=(), begins=0, ends=_DAY, hours=())  # so the old time was told
    if not draft.days and not draft.doubt and draft.ends - draft.begins < _DAY:
        return replace(draft, days=(old.date().isoformat(),))
    return draft


def _local(visit: Appointment) -> datetime:
    local = visit.at.astimezone(LOCAL)
    return local.replace(minute=local.minute // CELL * CELL)
