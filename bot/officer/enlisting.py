"""How somebody becomes an officer in a chat: a code from the station's own people, then the first TOTP."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.conversation.officer.screens import OfficerScreens
from bot.conversation.showing import offered
from bot.domain.message import Incoming
from bot.domain.officer import Hand
from bot.domain.session import Session
from bot.domain.step import Step
from bot.domain.ticket import ALPHABET
from bot.services.officers import Enlisted, Officers, Outcome, spelt
from bot.store.naming import Person

# Only what a code can be made of: "cb cho em hỏi", typed without marks, is a citizen's beginning.
_CODE = re.compile(rf"\s*cb[\s-]*(?:[{ALPHABET}][\s-]?){{8}}\s*", re.IGNORECASE)
_TOTP = re.compile(r"\s*\d{3}\s?\d{3}\s*")
_GROUP = 4  # letters of a secret that are written together


class Enlisting:
    """Takes a talk from the code to the officer's menu."""

    def __init__(self, officers: Officers) -> None:
        self._officers = officers

    def concerns(self, incoming: Incoming, session: Session) -> bool:
        """Whether a message is a code, or the TOTP that is waited for."""
        text = incoming.text
        return bool(_CODE.fullmatch(text) or (session.enlisting and _TOTP.fullmatch(text)))

    async def step(
        self, incoming: Incoming, who: Person, session: Session, screens: OfficerScreens, hand: Hand
    ) -> Step:
        """What came of it."""
        if session.enlisting and _TOTP.fullmatch(incoming.text):
            found = await self._officers.confirm(
                session.enlisting, incoming.text, who, incoming.address, hand
            )
        else:
            session = replace(session, enlisting=spelt(incoming.text))
            found = await self._officers.redeem(incoming.text, who, hand)
        return self._told(found, session, screens, hand)

    @staticmethod
    def _told(found: Enlisted, session: Session, screens: OfficerScreens, hand: Hand) -> Step:
        match found.outcome:
            case Outcome.DONE if found.officer:
                done = replace(session, enlisting=None)
                welcome = screens.said("welcome", name=found.officer.name)
                ends = found.ends
                return offered(
                    done, (replace(welcome, buttons=()), screens.menu(found.officer, hand.at, ends))
                )
            case Outcome.CODE if found.secret:
                secret = " ".join(
                    found.secret[at : at + _GROUP] for at in range(0, len(found.secret), _GROUP)
                )
                reply = screens.said("secret", name=found.name, secret=secret)
            case Outcome.CODE:
                reply = screens.said("second")
            case Outcome.WRONG:
                reply = screens.said("wrong")
            case outcome:
                session = replace(session, enlisting=None)
                known = {Outcome.OFTEN: "often", Outcome.ALREADY: "already"}
                reply = screens.said(known.get(outcome, "unknown"))
        return offered(session, (replace(reply, buttons=()),))
