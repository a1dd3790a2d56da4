"""A message on its way to its meaning: everything that is read off it once and looked at many times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversation.cases import Typed
from bot.conversation.lexicon import Reading
from bot.conversation.matching import Judgement
from bot.domain.session import Session


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a talk: its clean text, its words, what the model makes of it; the talk and the day."""

    text: str
    reading: Reading
    judged: Judgement
    session: Session
    day: date | None

    @property
    def typed(self) -> Typed:
        """As cases are read from it."""
        return Typed(self.reading.words, self.text)
