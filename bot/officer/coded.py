"""Acts that ask for six digits each: people, tables. What waits for them stands in the session."""

from __future__ import annotations

from bot.conversation.officer import acts, digits
from bot.conversation.showing import offered
from bot.domain.session import Session
from bot.domain.step import Step
from bot.officer.exports import OfficerExports
from bot.officer.people import ACTS as PEOPLE
from bot.officer.people import OfficerPeople
from bot.officer.press import Press

ACTS = PEOPLE | {acts.EXPORT}


class Coded:
    """Hands a press to whoever does it, and remembers what waits for six digits."""

    def __init__(self, people: OfficerPeople, exports: OfficerExports) -> None:
        self._people, self._exports = people, exports

    async def step(self, press: Press, session: Session) -> Step:
        """What is shown, and what then waits."""
        desk = self._exports if press.act == acts.EXPORT else self._people
        shown, waits = await desk.answered(press)
        return offered(digits.wanted(session, waits, press.at.now), (shown,))


def typed(session: Session, press: Press, text: str) -> Press | None:
    """The act that waits, with the digits somebody typed; None when nothing waits for what they typed."""
    act, *values = digits.waiting(session, press.at.now).split(":")
    given = digits.given(text) if act in ACTS else None
    if given is None:
        return None
    words, code = given
    return Press(press.officer, act, tuple(values), press.hand, press.at, press.talk, code, words)
