"""What the talk shows: a screen for a choice, the one before it, a sentence with buttons.

Every screen that can be shown again goes through here: menu and answers, steps of guides, places.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.days import local_day
from bot.conversation.guides import STEP, Guides, on_show
from bot.conversation.screens import MENU, Screen, Screens
from bot.conversation.showing import offered, shown
from bot.conversation.visits import Visits
from bot.conversation.whereabouts import PLACE
from bot.domain.command import Command
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Moment, Reply
from bot.domain.session import Session
from bot.domain.step import Step


class Display:
    """Shows what is chosen, and remembers where the talk stands. Pure."""

    def __init__(self, known: Knowledge, screens: Screens, guides: Guides, visits: Visits) -> None:
        self._known = known
        self._screens = screens
        self._guides = guides
        self._visits = visits

    def opening(self, session: Session) -> Step:
        """The first words of a talk, before anything was said."""
        menu = self._screens.menu()
        station = self._known.stations.get(session.station or "")
        says = self._known.says
        text = says("greeting_station", station=station.name) if station else says("greeting")
        reply = replace(menu.reply, text=text)
        return self.shown(replace(session, greeted=True), replace(menu, reply=reply))

    def menu(self, session: Session) -> Step:
        """All topics."""
        return self.shown(session, self._screens.menu())

    def said(self, session: Session, key: str, buttons: tuple[Button, ...] | None = None) -> Step:
        """A sentence of texts.yaml; without other buttons the menu's stand under it."""
        if buttons is None:
            buttons = self._screens.menu().reply.buttons
        return offered(session, (Reply(self._known.says(key), buttons),))

    def shown(self, session: Session, screen: Screen) -> Step:
        """A screen; when it is a step of a guide, the talk stands there from now on."""
        step = shown(session, screen)
        if not screen.choice.startswith(f"{STEP}:"):
            return step
        return replace(step, session=self._guides.entered(step.session, screen.choice))

    def chosen(self, session: Session, choice: str, at: Moment) -> Step:
        """What a choice stands for; where one stands when it is no more."""
        return self._seen(session, choice, at) or self.said(session, "stale")

    def back(self, session: Session, at: Moment) -> Step:
        """What was shown before."""
        if on_show(session) and session.guide_step > 1:
            return self.chosen(session, self._guides.wanted(session, Command.BACK) or MENU, at)
        trail = session.trail[:-1]
        if not trail:
            return self.said(session, "nothing_back")
        session = replace(session, trail=trail[:-1])
        return self._seen(session, trail[-1], at) or self.menu(session)

    def _seen(self, session: Session, choice: str, at: Moment) -> Step | None:
        """What can be looked at again: a place, an answer, a list; None when it is no more."""
        kind, _, rest = choice.partition(":")
        if kind == PLACE:
            return self._visits.chosen(session, rest, at)
        own = self._visits.own(session, choice, at)
        screen = self._guides.screen(choice) or self._screens.of(choice, local_day(at))
        if own or screen is None:
            return own
        return self._visits.asking(self.shown(session, screen), choice, at)

    def guide_kept_open(self, step: Step) -> Step:
        """The way back to a guide that something else came between."""
        button = self._guides.resume(step.session)
        if button is None or not step.replies or any(c.startswith(f"{STEP}:") for c in step.session.offers):
            return step
        *before, last = step.replies
        kept = offered(step.session, (*before, replace(last, buttons=(*last.buttons, button))))
        return replace(kept, request=step.request)
