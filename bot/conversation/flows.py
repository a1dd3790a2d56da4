"""Talks with a course of their own: a letter to be checked, warnings, one's doors. Pure."""

from __future__ import annotations

from bot.conversation.letters import talk as letters
from bot.conversation.linking.talk import Linking
from bot.conversation.subscribing.talk import Subscribing
from bot.domain.heard import Checks, Follows, Links
from bot.domain.knowledge import Knowledge
from bot.domain.message import Moment
from bot.domain.session import Session
from bot.domain.step import Step


class Flows:
    """Leads what was heard or pressed to the one it is meant for."""

    def __init__(self, known: Knowledge) -> None:
        self.letters = letters.Letters(known)
        self.subscribing, self.linking = Subscribing(known), Linking(known)

    def heard(self, session: Session, heard: Checks | Follows | Links, at: Moment) -> Step:
        """Words that only one of them understands."""
        match heard:
            case Checks():
                return self.letters.heard(session, heard, at)
            case Follows():
                return self.subscribing.heard(session, heard, at)
            case Links():
                return self.linking.heard(session, heard, at)

    def chosen(self, session: Session, choice: str, at: Moment) -> Step | None:
        """A button of one of them, or the matter itself; None when it is none of theirs."""
        kind, _, rest = choice.partition(":")
        matter = rest if kind == "a" else ""
        if kind == letters.KIND or self.letters.opens(matter):
            return self.letters.chosen(session, choice)
        if self.subscribing.owns(choice) or self.subscribing.opens(matter):
            return self.subscribing.chosen(session, choice, at)
        if self.linking.owns(choice):
            return self.linking.chosen(session, choice, at)
        return self.linking.meant(session, at) if self.linking.opens(matter) else None

    def is_ours(self, choice: str) -> bool:
        """Whether a press counts also while a person writes: about warnings, or about one's doors."""
        return self.subscribing.owns(choice) or self.linking.owns(choice)
