"""What is said to "Có ích" and to "Chưa đúng", and the ways on from a wrong answer."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.screens import MENU, Screens, answer_choice
from bot.conversation.showing import offered
from bot.domain.handover import Reason
from bot.domain.knowledge import Knowledge, is_refusal, topic_of
from bot.domain.message import Button, Moment, Reply
from bot.domain.session import Session
from bot.domain.step import Rate, Rating, Step

_NEIGHBOURS = 5  # answers of the same topic that are offered


class Ratings:
    """Takes ratings. An answer is counted once for each time it is shown."""

    def __init__(self, known: Knowledge, screens: Screens) -> None:
        self._known = known
        self._screens = screens

    def rated(self, session: Session, intent: str, rating: Rating, at: Moment) -> Step:
        """Thank, or say sorry and show what lies near; a request to count it where it can be counted."""
        on_show = f"u:{intent}" in session.offers
        request = Rate(f"rate:{at.message_id}", intent, rating) if on_show else None
        if rating is Rating.USEFUL:
            menu = self._screens.menu().reply.buttons
            ways = (Button(self._known.says("button_menu"), MENU),) if on_show else menu
            return replace(self._said(session, "thanks", ways), request=request)
        if on_show:
            return replace(self._said(session, "sorry", self._neighbours(intent)), request=request)
        if session.intent and session.trail[-1:] and session.trail[-1].startswith("a:"):
            return self._said(session, "misunderstood", self._neighbours(session.intent))
        return self._said(session, "none_of_these", self._screens.menu().reply.buttons)

    def _neighbours(self, intent: str) -> tuple[Button, ...]:
        """Its topic's other answers, the menu, a person."""
        screen = None if is_refusal(intent) else self._screens.topic(topic_of(intent))
        siblings = screen.reply.buttons[:-1] if screen else ()
        others = tuple(b for b in siblings if b.choice != answer_choice(intent))[:_NEIGHBOURS]
        return (*others, self._screens.elsewhere()[0], self._screens.person(Reason.WRONG))

    def _said(self, session: Session, key: str, buttons: tuple[Button, ...]) -> Step:
        return offered(session, (Reply(self._known.says(key), buttons),))
