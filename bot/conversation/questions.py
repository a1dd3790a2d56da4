"""Answering what was asked: for the case that was named; two answers to two questions; honest doubt."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import wording
from bot.conversation.days import local_day
from bot.conversation.parts import Parts
from bot.conversation.screens import NONE, Screens, answer_choice
from bot.conversation.showing import offered, shown
from bot.conversation.verdicts import Verdicts
from bot.conversation.visits import Visits
from bot.domain.command import Facet
from bot.domain.handover import Reason
from bot.domain.heard import Guess, Meant, Puzzled, Question
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Moment, Reply
from bot.domain.scam import Finding
from bot.domain.session import Session
from bot.domain.step import Step

_PATIENCE = 2  # messages in a row not understood before a person is offered


class Questions:
    """Turns questions that were understood, or were not, into answers."""

    def __init__(self, known: Knowledge, screens: Screens, visits: Visits) -> None:
        self._known = known
        self._screens = screens
        self._verdicts = Verdicts(known)
        self._visits = visits
        self._parts = Parts(known, screens)

    def meant(self, session: Session, heard: Meant, at: Moment) -> Step:
        """The answer to a question; to one about the station, that of the talk's own."""
        choice = "" if heard.others else answer_choice(heard.intent)
        own = self._visits.own(session, choice, at)
        return own or self._visits.asking(self._answered(session, heard, at), choice, at)

    def part(self, session: Session, facet: Facet, at: Moment) -> Step:
        """The answer to a question about part of the one that was last on show."""
        reply = self._parts.reply(session, facet, local_day(at))
        session = replace(session, misses=0, asked=facet)
        return offered(session, (reply,)) if reply else self.puzzled(session, ())

    def brief(self, session: Session, at: Moment) -> Step:
        """The answer on show in a sentence; without one, what may be asked."""
        reply = self._parts.brief(session, local_day(at))
        menu = self._screens.menu().reply.buttons
        return offered(session, (reply or Reply(self._known.says("brief_nothing"), menu),))

    def _answered(self, session: Session, heard: Meant, at: Moment) -> Step:
        """The answer; two when two were asked for, and buttons for what is more than two."""
        step = self._case(session, Question(heard.intent, heard.path, heard.facets), at)
        if heard.told:
            step = self._after_verdict(heard.told, step)
        if not heard.others:
            return step
        replies, session = step.replies, step.session
        for question in heard.others:
            second = self._case(session, question, at)
            replies, session = (*replies, *second.replies), second.session
        intro = Reply(self._known.says("two_questions"))
        if heard.left:
            more = Reply(self._known.says("more_questions"), self._screens.suggestions(heard.left))
            replies = (*replies, more)
        return offered(session, (intro, *replies))

    def _case(self, session: Session, question: Question, at: Moment) -> Step:
        """An answer for the case that was named, with a way to the other cases."""
        day, intent, path = local_day(at), question.intent, question.path
        screen = self._screens.answer(intent, (), day, question.facets)
        if screen is None:
            return self.puzzled(session, ())
        step = shown(session, screen)
        named = self._screens.answer(intent, path, day, question.facets) if path else None
        if named and named != screen:
            step = shown(step.session, self._screens.assumed(named, intent, path, day))
        more = self._parts.besides(intent, path, question.facets, day)
        if more:
            *before, last = step.replies
            answer = self._known.answers[intent]
            ground = wording.footnote(self._known, answer, answer.body(day, path), day)
            text = wording.above_ground(last.text, more, ground)
            step = replace(step, replies=(*before, replace(last, text=text)))
        facet = next(iter(question.facets), None)
        return replace(step, session=replace(step.session, asked=facet))

    def unsure(self, session: Session, heard: Puzzled) -> Step:
        """Ask which of the guesses it is, after the verdict on what was told."""
        step = self.puzzled(session, heard.guesses)
        return self._after_verdict(heard.told, step) if heard.told else step

    def _after_verdict(self, told: Finding, step: Step) -> Step:
        first, *others = step.replies
        first = replace(first, text=f"{self._verdicts.told(told)}\n\n{first.text}")
        return replace(step, replies=(first, *others))

    def puzzled(self, session: Session, guesses: tuple[Guess, ...]) -> Step:
        """Ask which of the guesses it is; without any, say so, and offer a person when it happens again."""
        known = self._known
        if guesses:
            buttons = self._screens.suggestions(tuple(guess.intent for guess in guesses))
            if len(buttons) == 1:
                text = known.says("which_one", title=known.answers[guesses[0].intent].title)
            else:
                text = known.says("which")
            none = Button(known.says("button_none"), NONE)
            return offered(replace(session, misses=0), (Reply(text, (*buttons, none)),))
        session = replace(session, misses=session.misses + 1)
        again = session.misses >= _PATIENCE
        key = "unknown_again" if again else "unknown"
        person = self._screens.person(Reason.MISSED if again else Reason.ASKED)
        buttons = (*self._screens.menu().reply.buttons, person)
        return offered(session, (Reply(known.says(key), buttons),))
