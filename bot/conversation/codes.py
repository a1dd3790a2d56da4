"""Codes that people type: of a letter that is to be checked, of a door that is to be tied. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation.letters.hearing import Hearing as Letters
from bot.conversation.linking.hearing import Hearing as Doors
from bot.domain.heard import Checks, Links, Meant
from bot.domain.knowledge import Knowledge
from bot.domain.session import Session


class Codes:
    """Hears them, and the matters they belong to."""

    def __init__(self, known: Knowledge) -> None:
        self._letters, self._doors = Letters(known), Doors(known)

    def plain(
        self, text: str, session: Session, day: date | None, *, forwarded: bool = False
    ) -> Checks | Links | None:
        """A message that is nothing but a code and what goes with it: no cry for help, nobody's story."""
        door = self._doors.plain(text)
        if forwarded:  # somebody else's: of a letter it is judged with all they wrote
            return replace(door, code="", wrong=False, given=True) if door and door.code else None
        return door or self._letters.plain(text, session, day)

    def named(self, text: str, day: date | None) -> Checks | Links | None:
        """A code in a question of some length."""
        return self._doors.named(text) or self._letters.named(text, day)

    def told(self, heard: Meant, text: str, day: date | None) -> Checks | Links | None:
        """What a question about such a matter asks for."""
        return self._doors.told(heard, text) or self._letters.told(heard.intent, text, day)
