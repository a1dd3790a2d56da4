"""The gate of a talk on the web: six digits open it for its officer; until then it is a citizen's."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.officer import acts, digits
from bot.conversation.officer.screens import OfficerScreens
from bot.conversation.showing import offered
from bot.domain.message import Incoming, Moment
from bot.domain.officer import Hand
from bot.domain.session import Session
from bot.domain.step import Step
from bot.officer.talks import held
from bot.services.officers import Outcome
from bot.services.sessions import WebSessions
from bot.store.naming import Person


class Gate:
    """Lets officers in and out of their talks on the web."""

    def __init__(self, sessions: WebSessions) -> None:
        self._sessions = sessions

    async def step(  # noqa: PLR0913, PLR0917 - a message, and what it was read as
        self, incoming: Incoming, who: Person, session: Session, at: Moment, asked: str | None,
        screens: OfficerScreens,
    ) -> Step | None:  # fmt: skip
        """What is said where the gate is shut; None for what a citizen might as well have said."""
        code = digits.given(incoming.text) if incoming.choice is None else None
        waits = digits.waiting(session, at.now) == acts.SIGN_IN
        own = held(session) or session.writing is not None  # words meant for a citizen, or for a warning
        meant = asked != acts.SIGN_OUT if asked is not None else own
        if not meant and not (waits and code):
            return None
        officer = await self._sessions.locked(who, at.now)
        if officer is None:
            return None
        if not (waits and code and not code[0]):
            return self._ask(session, screens, "locked", at)
        hand = Hand(officer.id, incoming.address.channel, at.now)
        match await self._sessions.open(hand, who, code[1]):
            case Outcome.DONE:
                ends = await self._sessions.ends(who, at.now)
                return offered(replace(session, code_for=""), (screens.menu(officer, at.now, ends),))
            case Outcome.OFTEN:
                return self._ask(session, screens, "wait", at)
            case Outcome.WRONG:
                return self._ask(session, screens, "wrong", at)
            case _:
                return None

    async def leave(self, hand: Hand, who: Person, session: Session, screens: OfficerScreens) -> Step:
        """The session is over, and what it showed is shown no more."""
        await self._sessions.close(hand, who)
        said = replace(screens.said("signed_out"), buttons=())
        return offered(replace(session, code_for="", writing=None), (said,))

    @staticmethod
    def _ask(session: Session, screens: OfficerScreens, key: str, at: Moment) -> Step:
        said = replace(screens.said(key), buttons=())
        return offered(digits.wanted(session, acts.SIGN_IN, at.now), (said,))
