"""A person instead of the bot: asking for one, the question for them, and what is said around it.

Choices are `k:<act>`, with a station or a reason behind it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.conversation import opening_hours
from bot.conversation.days import local_day
from bot.conversation.screens import MENU
from bot.conversation.showing import offered
from bot.conversation.text import fold
from bot.domain.handover import AnyHanded, HandedOver, HandOver, HangUp, Outcome, PassOn, Reason, Seek, Sought
from bot.domain.heard import AnyHeard, Checks, Chose, Follows, Handed, Links, Said, Urgent
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Kind, Moment, Reply
from bot.domain.seat import LOCAL
from bot.domain.session import Session
from bot.domain.station import Station
from bot.domain.step import Step
from bot.domain.timetable import hours

PERSON = "person"  # the flow of the intent that asks for an officer
KIND = "k"
ASK, AT, NOW, NOT_NOW, END = "ask", "at", "now", "no", "end"
GUIDED = f"{KIND}:{NOW}:{Reason.GUIDE}"  # at the end of the golden hour: the press is the call
_STATIONS = 7  # offered at once
_SEARCHED = 14  # days in which a station opens again
_DAY = timedelta(days=1)


class People:
    """What is said to whoever wants a person. Keeps nothing: where a talk stands is in its session."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self.intent = next((id_ for id_, each in known.intents.items() if each.does == PERSON), "")

    def opens(self, choice: str) -> bool:
        """Whether a choice shows the matter that is a person's."""
        return bool(self.intent) and choice == f"a:{self.intent}"

    # -- wanting one

    def wanted(self, session: Session, at: Moment, reason: Reason = Reason.ASKED) -> Step:
        """Ask the desk whether there is anybody."""
        session = replace(session, intent=self.intent or session.intent)
        return Step(session, (), Seek(f"seek:{at.message_id}", self._station(session), reason))

    def chosen(self, session: Session, rest: str, at: Moment) -> Step:
        """A button of this talk."""
        act, _, more = rest.partition(":")
        if act == AT and more in self._known.stations:
            return self.wanted(replace(session, station=more), at)
        if act == NOW and (station := self._station(session)):
            reason = Reason(more) if more in {*Reason} - {Reason.URGENT} else Reason.ASKED
            return self._handing(session, HandOver(f"call:{at.message_id}", station, reason))
        if act == END and session.handover:
            return Step(session, (), HangUp(f"end:{at.message_id}", session.handover))
        if act == NOT_NOW:
            return self._said(session, "person_not_now")
        return self.wanted(session, at, Reason(more) if more in {*Reason} else Reason.ASKED)

    def takes(self, heard: AnyHeard) -> bool:
        """Whether something heard is the question for the officers, when one was asked for."""
        return not isinstance(heard, Urgent | Chose | Said | Handed | Checks | Follows | Links)

    def given(self, session: Session, reason: str, at: Moment) -> Step:
        """The question was written: it goes to the officers."""
        station = self._station(session)
        if station is None:
            return self.wanted(session, at)
        request = HandOver(f"call:{at.message_id}", station, Reason(reason), worded=True)
        return self._handing(session, request)

    def _handing(self, session: Session, request: HandOver) -> Step:
        return Step(replace(session, misses=0), (), request)

    # -- while one is in the talk

    def hangs_up(self, choice: str | None, text: str) -> bool:
        """Whether a message ends the talk with the officer: the button, or its label typed."""
        if choice is not None:
            return choice == f"{KIND}:{END}"
        return fold(text).strip(" .!") == fold(self._known.says("button_hang_up"))

    def busy(self, session: Session) -> Step:
        """A button of before was pressed, in the midst of a talk with an officer."""
        return self._said(session, "person_here", (self._hang_up(),))

    def passed(self, session: Session, result: HandedOver) -> Step:
        """Nothing is said to what an officer reads; only what they cannot see or what was too much."""
        if result.outcome is Outcome.FULL:
            return self._said(session, "person_much", (self._hang_up(),))
        unseen = isinstance(result.request, PassOn) and result.request.beside not in {
            Kind.WORDS,
            Kind.STICKER,
        }
        return self._said(session, "person_unseen", (self._hang_up(),)) if unseen else Step(session, ())

    def added(self, session: Session) -> Step:
        """Something the desk does not understand, from somebody who waits for an officer."""
        return self._said(session, "person_added", (self._withdraw(),))

    # -- what the desk says to it

    def told(self, session: Session, result: AnyHanded, at: Moment) -> Step:
        """What became of a request; of `Seek` only where there are officers."""
        if isinstance(result, Sought):
            return self._sought(session, result, at)
        if result.handover and result.handover.live:
            session = replace(session, handover=result.handover.ref)
        match result.request, result.outcome:
            case HangUp(), Outcome.DONE:
                key = "person_hung_up" if result.handover and result.handover.officer else "person_withdrawn"
                return self._said(replace(session, handover=""), key)
            case HangUp(), _:
                return self._said(replace(session, handover=""), "person_over")
            case HandOver(station=station), Outcome.DONE | Outcome.ALREADY:
                place = self._known.stations.get(station)
                key = "person_told" if result.on_duty else "person_kept"
                text = self._known.says(key, station=self._named(place), when=self._when(place, at))
                return offered(session, (Reply(text, (self._withdraw(),)),))
            case HandOver(), _:
                return self._said(session, "person_full")
            case _:
                return Step(session, ())

    def _sought(self, session: Session, sought: Sought, at: Moment) -> Step:
        known = self._known
        if sought.station is None:
            stations = tuple(known.stations.values())[:_STATIONS]
            buttons = tuple(Button(each.name, f"{KIND}:{AT}:{each.id}") for each in stations)
            return self._said(session, "person_which", (*buttons, Button(known.says("button_menu"), MENU)))
        place = known.stations.get(sought.station)
        state = known.says("person_on_duty") if sought.on_duty else self._when(place, at)
        text = known.says("person_ask", station=self._named(place), state=state)
        buttons = (
            Button(known.says("button_call_now"), f"{KIND}:{NOW}:{sought.reason}"),
            Button(known.says("button_not_now"), f"{KIND}:{NOT_NOW}"),
        )
        step = offered(session, (Reply(text, buttons),))
        return replace(step, session=replace(step.session, seeking=str(sought.reason)))

    def _when(self, place: Station | None, at: Moment) -> str:
        """When somebody who is not on duty now may be there: never a promise."""
        known, today = self._known, local_day(at)
        local = at.now.astimezone(LOCAL)
        minute = local.hour * 60 + local.minute
        for ahead in range(_SEARCHED if place and place.hours else 0):
            day = today + ahead * _DAY
            spans = [each for each in hours(place, day, known.holidays) if ahead or each[1] > minute]  # type: ignore[arg-type]
            if spans and not ahead and spans[0][0] <= minute:
                return known.says("person_nobody_open", until=opening_hours.minute(spans[0][1]))
            if spans:
                when = f"{opening_hours.dated(known, day)}, {opening_hours.clock(spans)}"
                return known.says("person_nobody_until", when=when)
        return known.says("person_nobody")

    def _station(self, session: Session) -> str | None:
        if session.station:
            return session.station
        return next(iter(self._known.stations)) if len(self._known.stations) == 1 else None

    def _named(self, place: Station | None) -> str:
        return place.name if place else self._known.says("remind_station")

    def _hang_up(self) -> Button:
        return Button(self._known.says("button_hang_up"), f"{KIND}:{END}")

    def _withdraw(self) -> Button:
        return Button(self._known.says("button_withdraw_call"), f"{KIND}:{END}")

    def _said(self, session: Session, key: str, buttons: tuple[Button, ...] = ()) -> Step:
        ways = buttons or (Button(self._known.says("button_menu"), MENU),)
        return offered(session, (Reply(self._known.says(key), ways),))
