"""Is a message somebody else's, or does it tell of a trick? What was found in it goes along."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import pasted
from bot.conversation.scam import Judge
from bot.conversation.screens import answer_choice
from bot.domain.heard import Doubted, Guess, Meant, Puzzled
from bot.domain.knowledge import topic_of
from bot.domain.scam import Verdict
from bot.domain.session import Session


class Suspicion:
    """Has messages judged that look like it; without a judge nothing is suspicious."""

    def __init__(self, judge: Judge | None) -> None:
        self._judge = judge

    def doubted(
        self, text: str, session: Session, guesses: tuple[Guess, ...], *, forwarded: bool
    ) -> tuple[Doubted | None, bool]:
        """Somebody else's message with what was found in it, and whether it is plainly a trick."""
        invited = session.trail[-1:] == (answer_choice(pasted.CHECK),)
        if self._judge is None or not (
            forwarded or pasted.worth_reading(text, next(iter(guesses), None), invited=invited)
        ):
            return None, False
        exhibit = self._judge.read(text)
        finding = self._judge.weighed(exhibit, guesses)
        if not forwarded and not pasted.is_pasted(exhibit, finding, guesses, invited=invited):
            return None, False
        return Doubted(finding=finding, guesses=guesses), pasted.is_sure(exhibit, finding)

    def warns(self, text: str, guesses: tuple[Guess, ...]) -> bool:
        """Whether what is told of is a trick, by what stands in it."""
        if self._judge is None:
            return False
        return self._judge.weighed(self._judge.read(text), guesses).verdict is Verdict.SCAM

    def with_verdict(self, heard: Meant | Puzzled, text: str) -> Meant | Puzzled:
        """The same with what was found in it, if somebody tells of a trick and asks whether it is one."""
        named = isinstance(heard, Meant) and topic_of(heard.intent) != "lua_dao"
        if self._judge is None or named or not pasted.may_be_told(heard.guesses):
            return heard
        exhibit = self._judge.read(text)
        finding = self._judge.weighed(exhibit, heard.guesses)
        return replace(heard, told=finding) if pasted.is_told(exhibit, finding) else heard
