"""Steps of the talk about places and stations: what was asked stays for one message, a station for all."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.days import local_day
from bot.conversation.places import Gazetteer
from bot.conversation.screens import Screens, answer_choice
from bot.conversation.showing import offered, shown
from bot.conversation.whereabouts import ASKED, OF_STATION, Shown, Whereabouts
from bot.domain.heard import Named
from bot.domain.knowledge import Knowledge
from bot.domain.message import Moment
from bot.domain.place import Spot
from bot.domain.session import Session
from bot.domain.step import Step


class Visits:
    """Takes the talk to a place, or to the station of the talk."""

    def __init__(self, known: Knowledge, places: Gazetteer, screens: Screens) -> None:
        self._known = known
        self._screens = screens
        self._where = Whereabouts(known, places, screens)

    def named(self, session: Session, heard: Named, at: Moment) -> Step:
        """A place was named, perhaps within a question that has an answer of its own."""
        day = local_day(at)
        place = self._where.named(heard.places, day, session, heard.intent, close=heard.close)
        step = _placed(session, place)
        screen = None if heard.intent in OF_STATION else self._screens.answer(heard.intent, (), day)
        if screen is None:
            return replace(step, session=replace(step.session, intent=heard.intent))
        answered = shown(step.session, screen)
        return offered(answered.session, (*answered.replies, *step.replies))

    def chosen(self, session: Session, choice: str, at: Moment) -> Step | None:
        """What a button of a place shows (`choice` without its `p:`); None when it is no more."""
        place = self._where.chosen(choice, local_day(at), session)
        return _placed(session, place) if place else None

    def near(self, session: Session, spot: Spot) -> Step | None:
        """The communes around a shared location; None when there are none."""
        place = self._where.near(spot)
        return _placed(session, place) if place else None

    def own(self, session: Session, choice: str, at: Moment) -> Step | None:
        """The answer of the station of the talk, when it is known and the question is one about it."""
        station = self._known.stations.get(session.station or "")
        intent = next((each for each in OF_STATION if answer_choice(each) == choice), None)
        if station is None or intent is None or intent not in self._known.answers:
            return None
        return shown(session, self._where.at_station(station, intent, local_day(at)))

    def asking(self, step: Step, choice: str, at: Moment) -> Step:
        """The step with the question for the commune under it, when that would tell more, and holidays."""
        if choice not in map(answer_choice, OF_STATION) or not step.replies:
            return step
        intent = next(each for each in OF_STATION if answer_choice(each) == choice)
        today, soon = self._where.country(intent, local_day(at))
        first, *others = step.replies
        *before, last = (replace(first, text=_apart(today, first.text)), *others)
        last = replace(last, text=_apart(last.text, soon, self._where.ask()))
        session = replace(step.session, places=(ASKED,))
        return replace(step, session=session, replies=(*before, last))


def _placed(session: Session, place: Shown) -> Step:
    session = replace(session, places=place.asks, misses=0, station=place.station or session.station)
    if place.screen.choice:
        return shown(session, place.screen)
    return offered(session, (place.screen.reply,))


def _apart(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
