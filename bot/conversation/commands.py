"""What is said to the desk about the talk: menu, back, help, own data, ratings, the guide one is in."""

from __future__ import annotations

from typing import assert_never

from bot.conversation.alarms import Alarms
from bot.conversation.display import Display
from bot.conversation.guides import Guides
from bot.conversation.privacy import Privacy
from bot.conversation.questions import Questions
from bot.conversation.ratings import Ratings
from bot.conversation.screens import MENU, Screens
from bot.conversation.showing import offered
from bot.domain.command import Command
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Moment
from bot.domain.session import Session
from bot.domain.step import Rating, Step


class Commands:
    """Carries commands out, with the parts of the talk they are about."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that can be commanded
        self,
        known: Knowledge,
        screens: Screens,
        display: Display,
        privacy: Privacy,
        guides: Guides,
        ratings: Ratings,
        questions: Questions,
        alarms: Alarms,
    ) -> None:
        self._known, self._screens, self._display, self._privacy = known, screens, display, privacy
        self._guides, self._ratings, self._questions, self._alarms = guides, ratings, questions, alarms

    def own_data(self, session: Session, act: str, at: Moment) -> Step:
        """See, change or erase what is held about oneself."""
        session, reply, request = self._privacy.asked(session, act, at)
        if request:
            return Step(session, (), request)
        return offered(session, (reply,))

    def given(self, session: Session, command: Command, at: Moment) -> Step:  # noqa: PLR0911 - a match
        """What a command leads to."""
        match command:
            case Command.MENU:
                return self._display.menu(session)
            case Command.BACK:
                return self._display.back(session, at)
            case Command.HELP:
                return self._display.said(session, "help", (Button(self._known.says("button_menu"), MENU),))
            case Command.DATA | Command.SHOW | Command.ERASE:
                return self.own_data(session, command, at)
            case Command.USEFUL | Command.WRONG:
                rating = Rating.USEFUL if command is Command.USEFUL else Rating.WRONG
                return self._ratings.rated(session, session.intent or "", rating, at)
            case Command.STOP | Command.ENOUGH:
                session, reply = self._guides.left(session)
                return offered(session, (reply,))
            case Command.STILL:
                return self._alarms.pestered(session)
            case Command.SCARED | Command.DANGER | Command.BRIEF:
                return self._aside(session, command, at)
            case Command.DONE | Command.UNDONE | Command.ONWARD | Command.PREVIOUS:
                return self._display.chosen(session, self._guides.wanted(session, command) or MENU, at)
            case _:
                assert_never(command)

    def _aside(self, session: Session, command: Command, at: Moment) -> Step:
        """Said about how one feels or reads: frightened, in danger still, tired of long answers."""
        suggestions, said = self._screens.suggestions, self._display.said
        if command is Command.DANGER:
            return said(session, "in_danger", suggestions((session.intent or "",)))
        if command is Command.SCARED:
            again = self._guides.unclear(session)
            help_now = suggestions(("an_ninh.khan_cap", "lua_dao.da_bi_lua"))
            return self._display.shown(session, again) if again else said(session, "scared", help_now)
        return self._questions.brief(session, at)
