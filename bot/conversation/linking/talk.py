"""The talk about one's doors: seen, another one tied by a code, one of them left. Pure.

Which doors are tied is known to the store only: every screen begins with a request, and is shown when its
result comes back.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.linking import acts
from bot.conversation.linking.screens import Screens
from bot.conversation.showing import offered
from bot.domain.heard import Links
from bot.domain.knowledge import DOORS, Knowledge
from bot.domain.message import Moment
from bot.domain.pairing import (
    AnyLinking,
    DropCode,
    EnterCode,
    LeaveDoor,
    Linked,
    OfferCode,
    OwnCode,
    ShowDoors,
    TieDoors,
)
from bot.domain.session import Session
from bot.domain.step import Step


class Linking:
    """Takes a talk through one's doors. Keeps nothing: it is asked for each time."""

    def __init__(self, known: Knowledge) -> None:
        self._screens = Screens(known)
        self.intent = next((id_ for id_, intent in known.intents.items() if intent.does == DOORS), "")

    def opens(self, intent: str) -> bool:
        """Whether a matter is that of this talk."""
        return bool(intent) and intent == self.intent

    @staticmethod
    def owns(choice: str) -> bool:
        """Whether a choice is of this talk."""
        return choice.startswith(f"{acts.KIND}:")

    def heard(self, session: Session, heard: Links, at: Moment) -> Step:
        """A code was typed, or words about one's doors."""
        if heard.wrong or heard.given:
            reply = self._screens.given() if heard.given else self._screens.wrong()
            return offered(self._on(session), (reply,))
        id_ = _id(at)
        if heard.code:
            return self._asks(session, EnterCode(id_, heard.code))
        return self._asks(session, ShowDoors(id_, leaves=heard.leaves, here=heard.here))

    def meant(self, session: Session, at: Moment) -> Step:
        """The matter itself: which doors there are."""
        return self._asks(session, ShowDoors(_id(at)))

    def chosen(self, session: Session, pressed: str, at: Moment) -> Step:
        """A button of this talk. A door is left only while the question about it is on show."""
        _, act, about = (*pressed.split(":", 2), "", "")[:3]
        id_ = _id(at)
        requests: dict[str, AnyLinking] = {
            acts.ADD: OfferCode(id_),
            acts.LEAVE: ShowDoors(id_, leaves=True, door=about),
            acts.HERE: ShowDoors(id_, leaves=True, here=True),
            acts.MINE: OwnCode(id_, about),
            acts.NOT_MINE: DropCode(id_, about, shown=False),
            acts.YES: TieDoors(id_, about),
            acts.NO: DropCode(id_, about, shown=True),
        }
        if act == acts.SURE and about:
            sure = pressed in session.offers
            requests[act] = LeaveDoor(id_, about) if sure else ShowDoors(id_, leaves=True, door=about)
        return self._asks(session, requests.get(act) or ShowDoors(id_))

    def told(self, session: Session, result: Linked) -> Step:
        """Say what came of it."""
        return offered(self._on(session), (self._screens.told(result),))

    def _asks(self, session: Session, request: AnyLinking) -> Step:
        return Step(self._on(session), (), request)

    def _on(self, session: Session) -> Session:
        return replace(session, intent=self.intent or session.intent, misses=0)


def _id(at: Moment) -> str:
    return f"doors:{at.message_id}"
