"""A button that an officer pressed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.message import Moment
from bot.domain.officer import Hand, Officer
from bot.domain.wish import Act


@dataclass(frozen=True, slots=True)
class Press:
    """Its act and values, whose hand it was, when; `talk` is a pseudonym: messages are numbered by talk.

    `code` are six digits that were typed for it, `words` what stood before them.
    """

    officer: Officer
    act: str
    values: tuple[str, ...]
    hand: Hand
    at: Moment
    talk: str
    code: str = ""
    words: str = ""

    @property
    def once(self) -> Act:
        """The act of this press, the same again when the message is taken up again."""
        return Act(f"{self.talk}:{self.at.message_id}", self.at.now)
