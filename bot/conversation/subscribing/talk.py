"""The talk about getting warnings: which stations and topics, agreed to by a press, changed, stopped. Pure.

What somebody gets is known to the store only: every screen begins with a request, and is shown when its
result comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.showing import offered
from bot.conversation.subscribing import acts
from bot.conversation.subscribing.acts import choice
from bot.conversation.subscribing.screens import Screens
from bot.conversation.warnings import STOP, Understood, is_pressed
from bot.domain.heard import Follows
from bot.domain.knowledge import NO_WARNINGS, WARNINGS, Knowledge
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from bot.domain.step import Step
from bot.domain.subscription import (
    Outcome,
    Resubscribe,
    ShowWarnings,
    Subscribe,
    Subscribed,
    Unsubscribe,
)
from bot.domain.warning import Topic


class Subscribing:
    """Takes a talk through what somebody gets. Keeps nothing: it is asked for each time."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._screens, self._understood = known, Screens(known), Understood(known)
        found = {intent.does: id_ for id_, intent in known.intents.items()}
        self.intent, self.ending = found.get(WARNINGS, ""), found.get(NO_WARNINGS, "")

    def opens(self, intent: str) -> bool:
        """Whether a matter is that of this talk."""
        return bool(intent) and intent in {self.intent, self.ending}

    @staticmethod
    def owns(choice: str) -> bool:
        """Whether a choice is of this talk, or stands under a warning."""
        return choice == STOP or is_pressed(choice) or choice.startswith(f"{acts.KIND}:")

    # -- what was said and pressed

    def heard(self, session: Session, heard: Follows, at: Moment) -> Step:
        """Warnings are wanted, or no more; which ones are wanted is chosen by a press."""
        session = replace(session, intent=heard.intent, misses=0)
        named = heard.station or ""
        if heard.partly or (heard.ends and named and heard.topics):
            return self._look(session, at, acts.LESS, heard.topics)
        if heard.ends:
            return Step(session, (), Unsubscribe(f"warn:{at.message_id}", named, heard.topics))
        session = replace(session, station=session.station or heard.station)
        topics = heard.topics or (_carried(session) if named else ())
        return self._look(session, at, f"{acts.AT}:{named}" if named else "", topics)

    def stopped(self, session: Session, at: Moment) -> Step:
        """Nothing any more, at once: it can be taken back with one press."""
        session = replace(session, intent=self.ending or session.intent, misses=0)
        return Step(session, (), Unsubscribe(f"warn:{at.message_id}"))

    def asks_where(self, session: Session) -> bool:
        """Whether the station is what was asked for last."""
        return any(offer.startswith(choice(acts.AT, "")) for offer in session.offers)

    def at_station(self, session: Session, station: str, at: Moment) -> Step:
        """A station was named when one was asked for."""
        session, topics = replace(session, intent=self.intent), _carried(session)
        return self._look(session, at, f"{acts.AT}:{station}", topics)

    def chosen(self, session: Session, pressed: str, at: Moment) -> Step:
        """A button of this talk. A consent counts only while the words that it is one to are on show."""
        kind, _, about = pressed.partition(":")
        if pressed == STOP:
            return self.stopped(session, at)
        if kind == "a":  # the matter itself: how it stands, with the way to begin or to end
            session = replace(session, intent=about, misses=0)
            return self._look(session, at, acts.LESS if about == self.ending else "")
        if kind != acts.KIND:
            return self._understood.pressed(session, pressed, at)
        return self._pressed(session, pressed, about, at)

    def _pressed(self, session: Session, pressed: str, about: str, at: Moment) -> Step:
        act, _, value = about.partition(":")
        station, _, topic = value.partition(":")
        session = replace(session, intent=self.intent or session.intent, misses=0)
        if act in acts.CONSENTS:
            if pressed in session.offers:
                return self._agreed(session, act, station, topic, at)
            return self._look(session, at, f"{acts.AT}:{station}" if station else "")
        id_ = f"warn:{at.message_id}"
        if act == acts.OFF and value in {*Topic}:
            return Step(session, (), Unsubscribe(id_, topics=(Topic(value),)))
        if act == acts.LEAVE and value:
            return Step(session, (), Unsubscribe(id_, station=value))
        if act == acts.NO:
            return self._said(session, self._screens.declined())
        if act == acts.AT:
            return self._look(session, at, f"{act}:{station}", _topics([topic]))
        return self._look(session, at, about)

    def _agreed(self, session: Session, act: str, station: str, topic: str, at: Moment) -> Step:
        id_ = f"warn:{at.message_id}"
        if act == acts.UNDO:
            return Step(session, (), Resubscribe(id_))
        named = (Topic(topic),) if topic in {*Topic} else ()
        topics = {acts.ON: named, acts.ALL: tuple(Topic), acts.ADD: ()}[act]
        if station not in self._known.stations or (act == acts.ON and not topics):
            return self._look(session, at, "")
        told = "subs_consent" if choice(acts.NO) in session.offers else "subs_more"
        wording = "subs_add" if act == acts.ADD else told
        return Step(session, (), Subscribe(id_, station, topics, f"{wording}:{station}"))

    @staticmethod
    def _look(session: Session, at: Moment, about: str, topics: tuple[Topic, ...] = ()) -> Step:
        return Step(session, (), ShowWarnings(f"warn:{at.message_id}", about, topics))

    # -- what came of it

    def told(self, session: Session, result: Subscribed) -> Step:
        """Say how it stands now, and what can be changed."""
        own, screens = self._station(session), self._screens
        match result.request:
            case ShowWarnings():
                return self._said(session, screens.asked(result, own))
            case Subscribe(station=station):
                session = replace(session, station=session.station or station)
                return self._said(session, screens.subscribed(result, station, self._station(session)))
            case Unsubscribe() if not result.now.live:
                return self._said(session, screens.over(stopped=result.outcome is Outcome.DONE))
            case Unsubscribe():
                return self._said(session, screens.fewer(result.request, result, own))
            case Resubscribe():
                return self._said(session, screens.resumed(result, own))

    def _station(self, session: Session) -> str | None:
        if session.station:
            return session.station
        return next(iter(self._known.stations)) if len(self._known.stations) == 1 else None

    @staticmethod
    def _said(session: Session, reply: Reply) -> Step:
        return offered(session, (reply,))


def _carried(session: Session) -> tuple[Topic, ...]:
    """The topics that were named before the station was asked for."""
    asked = next((each for each in session.offers if each.startswith(choice(acts.AT, ""))), "")
    return _topics(asked.split(":")[3:])


def _topics(carried: Sequence[str]) -> tuple[Topic, ...]:
    """Topics as a choice carries them, joined by dots."""
    return tuple(Topic(each) for part in carried for each in part.split(".") if each in {*Topic})
