"""Said in the midst of something else, and meant for that: one word to stop, a place that was asked for."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.booking.acts import NO
from bot.conversation.booking.talk import Bookings
from bot.conversation.handover import END, People
from bot.conversation.letters.talk import STOP, Letters
from bot.conversation.subscribing.talk import Subscribing
from bot.conversation.visits import Visits
from bot.domain.heard import Named
from bot.domain.message import Moment
from bot.domain.session import Session
from bot.domain.step import Step


class Crossings:
    """Takes it to the part of the talk that is meant. Pure."""

    def __init__(
        self,
        bookings: Bookings,
        letters: Letters,
        people: People,
        subscribing: Subscribing,
        visits: Visits,
    ) -> None:
        self._bookings, self._letters, self._people = bookings, letters, people
        self._subscribing, self._visits = subscribing, visits

    def enough(self, session: Session, at: Moment) -> Step:
        """One word to stop: what is going on, and the warnings when nothing is."""
        if session.draft:
            return self._bookings.chosen(session, NO, at)
        if session.letter:
            return self._letters.chosen(session, STOP)
        if session.handover:
            return self._people.chosen(session, END, at)
        return self._subscribing.stopped(session, at)

    def named(self, session: Session, heard: Named, at: Moment) -> Step:
        """A place; the station there, when one was asked for to get its warnings."""
        intent = heard.intent
        asked = self._subscribing.asks_where(session) or self._subscribing.opens(intent)
        step = self._visits.named(replace(session, station=None) if asked else session, heard, at)
        found = step.session.station
        if not asked or intent == self._subscribing.ending or found is None:
            return replace(step, session=replace(step.session, station=found or session.station))
        return self._subscribing.at_station(replace(session, station=session.station or found), found, at)
