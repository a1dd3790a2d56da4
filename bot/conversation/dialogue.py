"""The talk: a session and something heard go in, a session and replies come out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.conversation import wording
from bot.conversation.parts import Parts
from bot.conversation.pasted import CHECK
from bot.conversation.privacy import DATA, Privacy
from bot.conversation.screens import BACK, HELP, MENU, NONE, START, Screen, Screens, answer_choice
from bot.conversation.verdicts import Verdicts
from bot.domain.heard import (
    AnyHeard,
    Chose,
    Command,
    Doubted,
    Elsewhere,
    Facet,
    Guess,
    Handed,
    Meant,
    Puzzled,
    Said,
    Urgent,
)
from bot.domain.knowledge import Knowledge, topic_of
from bot.domain.message import Button, Kind, Moment, Reply
from bot.domain.session import TRAIL, VERSION, Session
from bot.domain.step import AnyResult, Rate, Rating, Step

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_PATIENCE = 2  # messages in a row not understood before a person is offered


def local_day(at: Moment) -> date:
    """The day it is in Vietnam."""
    return at.now.astimezone(VIETNAM).date()


class Dialogue:
    """Answers citizens from one state of the content. Pure: the same input gives the same step."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._screens = Screens(known)
        self._privacy = Privacy(known)
        self._parts = Parts(known, self._screens)
        self._verdicts = Verdicts(known)

    def opening(self, session: Session) -> Step:
        """The first words of a talk, before anything was said."""
        menu = self._screens.menu()
        station = self._known.stations.get(session.station or "")
        says = self._known.says
        text = says("greeting_station", station=station.name) if station else says("greeting")
        reply = replace(menu.reply, text=text)
        return self._shown(replace(session, greeted=True), replace(menu, reply=reply))

    def slowed(self, session: Session) -> Step:
        """Ask somebody who sends too much too fast to wait."""
        return Step(session, (Reply(self._known.says("slow_down")),))

    def is_private(self, heard: AnyHeard) -> bool:
        """Whether an answer would be about the one who asks, and has no place where others listen."""
        match heard:
            case Chose(choice=choice):
                return choice.partition(":")[0] == DATA
            case Said(what=what):
                return what in {Command.DATA, Command.SHOW, Command.ERASE}
            case _:
                return False

    def in_private(self, session: Session) -> Step:
        """Ask somebody to come and talk alone."""
        return Step(session, (Reply(self._known.says("in_private")),))

    def done_already(self, session: Session) -> Step:
        """A message was changed after something was done for it."""
        return self._said(session, "done_already", self._screens.elsewhere())

    def concluded(self, session: Session, result: AnyResult) -> Step:
        """Say what became of a request."""
        session, reply = self._privacy.told(session, result)
        return _offered(session, (reply,))

    def step(self, session: Session, heard: AnyHeard, at: Moment) -> Step:
        """Answer what was heard."""
        if session.version != VERSION:
            session = Session()
        step = self._answered(session if session.greeted else replace(session, greeted=True), heard, at)
        if heard.beside is not Kind.WORDS:
            step = replace(step, replies=(Reply(self._known.says("beside")), *step.replies))
        if heard.withheld:
            caution = Reply(wording.warning(self._known, heard.withheld))
            step = replace(step, replies=(caution, *step.replies))
        return step

    def _answered(self, session: Session, heard: AnyHeard, at: Moment) -> Step:
        match heard:
            case Urgent():
                return self._alarmed(session, heard)
            case Chose(choice=choice):
                return self._chosen(session, choice, at)
            case Said(what=what):
                told = self._part if isinstance(what, Facet) else self._commanded
                return told(session, what, at)  # type: ignore[arg-type]  # each gets its own kind
            case Meant():
                return self._meant(session, heard, at)
            case Elsewhere(refusal=refusal):
                return self._chosen(session, answer_choice(refusal), at)
            case Puzzled(guesses=guesses):
                return self._puzzled(session, guesses)
            case Handed(kind=kind):
                return self._handed(session, kind)
            case Doubted(finding=finding):
                reply = self._verdicts.reply(finding)
                return _offered(replace(session, intent=CHECK, misses=0), (reply,))
            case _:
                assert_never(heard)

    # -- what can be shown

    def _shown(self, session: Session, screen: Screen) -> Step:
        """Show a screen and remember it."""
        trail = session.trail if session.trail[-1:] == (screen.choice,) else (*session.trail, screen.choice)
        session = replace(session, trail=trail[-TRAIL:], misses=0, intent=screen.intent or session.intent)
        return _offered(session, (screen.reply,))

    def _chosen(self, session: Session, choice: str, at: Moment) -> Step:
        kind, _, rest = choice.partition(":")
        if choice == BACK:
            return self._back(session, at)
        if choice == HELP:
            return self._commanded(session, Command.HELP, at)
        if choice == NONE:
            return self._said(session, "none_of_these", self._screens.menu().reply.buttons)
        if kind == START:
            named = rest if rest in self._known.stations else None
            return self.opening(replace(session, station=named if rest else session.station))
        if kind == DATA:
            return self._own_data(session, rest, at)
        if kind in {"u", "w"} and rest in self._known.answers:
            return self._rated(session, rest, Rating.USEFUL if kind == "u" else Rating.WRONG, at)
        screen = self._screens.of(choice, local_day(at))
        if screen is None:
            return self._said(session, "stale", self._screens.menu().reply.buttons)
        return self._shown(session, screen)

    def _own_data(self, session: Session, act: str, at: Moment) -> Step:
        """See, change or erase what is held about oneself."""
        session, reply, request = self._privacy.asked(session, act, at)
        if request:
            return Step(session, (), request)
        return _offered(session, (reply,))

    def _back(self, session: Session, at: Moment) -> Step:
        trail = session.trail[:-1]
        if not trail:
            return self._said(session, "nothing_back", self._screens.menu().reply.buttons)
        screen = self._screens.of(trail[-1], local_day(at)) or self._screens.menu()
        return self._shown(replace(session, trail=trail[:-1]), screen)

    def _said(self, session: Session, key: str, buttons: tuple[Button, ...] = ()) -> Step:
        return _offered(session, (Reply(self._known.says(key), buttons),))

    # -- what was heard

    def _alarmed(self, session: Session, heard: Urgent) -> Step:
        emergency = self._known.emergencies[heard.kind]
        session = replace(
            session,
            intent=heard.intent,
            misses=0,
            trail=(*session.trail, answer_choice(heard.intent))[-TRAIL:],
        )
        buttons = self._screens.suggestions(emergency.next)
        return _offered(session, (Reply(wording.alarm(emergency), buttons),))

    def _commanded(self, session: Session, command: Command, at: Moment) -> Step:
        match command:
            case Command.MENU:
                return self._shown(session, self._screens.menu())
            case Command.BACK:
                return self._back(session, at)
            case Command.HELP:
                return self._said(session, "help", (Button(self._known.says("button_menu"), MENU),))
            case Command.DATA | Command.SHOW | Command.ERASE:
                return self._own_data(session, command, at)
            case Command.USEFUL | Command.WRONG:
                rating = Rating.USEFUL if command is Command.USEFUL else Rating.WRONG
                return self._rated(session, session.intent or "", rating, at)
            case _:
                assert_never(command)

    def _handed(self, session: Session, kind: Kind) -> Step:
        """Something without words."""
        if kind is Kind.JOINED:
            return self.opening(session)
        return self._said(session, f"handed_{kind}", self._screens.menu().reply.buttons)

    def _rated(self, session: Session, intent: str, rating: Rating, at: Moment) -> Step:
        if f"u:{intent}" not in session.offers:  # nothing on show that could be rated (again)
            key = "thanks" if rating is Rating.USEFUL else "none_of_these"
            return self._said(session, key, self._screens.menu().reply.buttons)
        request = Rate(f"rate:{at.message_id}", intent, rating)
        if rating is Rating.USEFUL:
            step = self._said(session, "thanks", (Button(self._known.says("button_menu"), MENU),))
        else:
            step = self._said(session, "sorry", self._neighbours(intent))
        return replace(step, request=request)

    def _neighbours(self, intent: str) -> tuple[Button, ...]:
        """Ways on from a wrong answer: its topic, the menu, a person."""
        screen = self._screens.topic(topic_of(intent))
        siblings = screen.reply.buttons[:-1] if screen else ()
        others = tuple(b for b in siblings if b.choice != answer_choice(intent))[:5]
        return (*others, *self._screens.elsewhere())

    def _part(self, session: Session, facet: Facet, at: Moment) -> Step:
        """A question about part of the answer that was last on show."""
        reply = self._parts.reply(session, facet, local_day(at))
        return _offered(replace(session, misses=0), (reply,)) if reply else self._puzzled(session, ())

    def _meant(self, session: Session, heard: Meant, at: Moment) -> Step:
        screen = self._screens.answer(heard.intent, (), local_day(at), heard.facets)
        step = self._shown(session, screen) if screen else self._puzzled(session, ())
        if not heard.also:
            return step
        replies, session = step.replies, step.session
        for intent in heard.also:
            second = self._chosen(session, answer_choice(intent), at)
            replies, session = (*replies, *second.replies), second.session
        intro = Reply(self._known.says("two_questions"))
        return _offered(session, (intro, *replies))

    def _puzzled(self, session: Session, guesses: tuple[Guess, ...]) -> Step:
        known = self._known
        if guesses:
            buttons = self._screens.suggestions(tuple(guess.intent for guess in guesses))
            if len(buttons) == 1:
                text = known.says("which_one", title=known.answers[guesses[0].intent].title)
            else:
                text = known.says("which")
            none = Button(known.says("button_none"), NONE)
            return _offered(replace(session, misses=0), (Reply(text, (*buttons, none)),))
        session = replace(session, misses=session.misses + 1)
        key = "unknown_again" if session.misses >= _PATIENCE else "unknown"
        buttons = (*self._screens.menu().reply.buttons, *self._screens.elsewhere()[1:])
        return self._said(session, key, buttons)


def _offered(session: Session, replies: tuple[Reply, ...]) -> Step:
    """Remember what is on show, so that its number or label can be typed."""
    buttons = tuple(button for reply in replies for button in reply.buttons)
    session = replace(
        session, offers=tuple(b.choice for b in buttons), labels=tuple(b.label for b in buttons)
    )
    return Step(session, replies)
