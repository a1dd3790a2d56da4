"""The talk: a session and something heard go in, a session and replies come out."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.conversation import wording
from bot.conversation.alarms import Alarms
from bot.conversation.booking.acts import KIND
from bot.conversation.booking.talk import Bookings
from bot.conversation.commands import Commands
from bot.conversation.conclusions import Conclusions
from bot.conversation.crossings import Crossings
from bot.conversation.days import local_day
from bot.conversation.display import Display
from bot.conversation.flows import Flows
from bot.conversation.guides import Guides
from bot.conversation.handover import KIND as PERSON
from bot.conversation.handover import People
from bot.conversation.pasted import CHECK
from bot.conversation.places import Gazetteer
from bot.conversation.privacy import DATA, Privacy, private
from bot.conversation.questions import Questions
from bot.conversation.ratings import Ratings
from bot.conversation.screens import BACK, HELP, NONE, START, Screens, answer_choice
from bot.conversation.showing import offered
from bot.conversation.verdicts import Verdicts
from bot.conversation.visits import Visits
from bot.conversation.whereabouts import ASKED
from bot.domain.command import Command, Facet
from bot.domain.heard import (
    AnyHeard,
    Changes,
    Checks,
    Chose,
    Doubted,
    Elsewhere,
    Follows,
    Gave,
    Handed,
    Links,
    Meant,
    Named,
    Puzzled,
    Said,
    Urgent,
    Wants,
)
from bot.domain.knowledge import Knowledge
from bot.domain.message import Kind, Moment, Reply
from bot.domain.place import Spot
from bot.domain.session import VERSION, Session
from bot.domain.step import AnyResult, Rating, Step


class Dialogue:
    """Answers citizens from one state of the content. Pure: the same input gives the same step."""

    def __init__(self, known: Knowledge, places: Gazetteer | None = None) -> None:
        self._known = known
        self._screens = Screens(known)
        self._privacy = Privacy(known)
        self._guides = Guides(known, self._screens)
        self._ratings = Ratings(known, self._screens)
        self._visits = Visits(known, places or Gazetteer(), self._screens)
        self._questions = Questions(known, self._screens, self._visits)
        self._verdicts = Verdicts(known)
        self._bookings = Bookings(known)
        self._flows = flows = Flows(known)
        self._letters = flows.letters
        self.people = People(known)
        self._crossings = Crossings(
            self._bookings, flows.letters, self.people, flows.subscribing, self._visits
        )
        self._display = Display(known, self._screens, self._guides, self._visits)
        self._alarms = Alarms(known, self._screens, self._guides, self._display)
        self._conclusions = Conclusions(self._bookings, flows, self.people, self._privacy, self._display)
        self._commands = Commands(
            known, self._screens, self._display, self._privacy, self._guides, self._ratings,
            self._questions, self._alarms,
        )  # fmt: skip

    def opening(self, session: Session) -> Step:
        """The first words of a talk, before anything was said."""
        return self._display.opening(session)

    def slowed(self, session: Session) -> Step:
        """Ask somebody who sends too much too fast to wait."""
        return Step(session, (Reply(self._known.says("slow_down")),))

    def is_private(self, heard: AnyHeard) -> bool:
        """Whether an answer would be about the one who asks, and has no place where others listen."""
        return private(heard, self.people)

    def is_ours(self, heard: AnyHeard) -> bool:
        """Whether a press, or a code, is for us also while a person writes."""
        if isinstance(heard, Links):
            return bool(heard.code)
        return isinstance(heard, Chose) and self._flows.is_ours(heard.choice)

    def in_private(self, session: Session) -> Step:
        """Ask somebody to come and talk alone."""
        return Step(session, (Reply(self._known.says("in_private")),))

    def done_already(self, session: Session) -> Step:
        """A message was changed after something was done for it."""
        return self._display.said(session, "done_already", self._screens.elsewhere())

    def concluded(self, session: Session, result: AnyResult, at: Moment) -> Step:
        """Say what became of a request."""
        return self._conclusions.told(session, result, at)

    def read(self, heard: AnyHeard, at: Moment) -> tuple[Reply, ...]:
        """What stands on a page that nobody talks to: of a booking or a check, the answer about it."""
        step = self.alone(self.step(Session(), heard, at), at)
        if step.session.draft is None and step.session.letter is None:
            return step.replies
        screen = self._screens.answer(step.session.intent or "", (), local_day(at))
        return (screen.reply,) if screen else self.away(Session()).replies

    def alone(self, step: Step, at: Moment) -> Step:
        """The same where no desk is open."""
        return self._conclusions.alone(step, at)

    def away(self, session: Session) -> Step:
        """Booking needs an open desk, and this talk has none."""
        return self._display.said(replace(session, draft=None), "book_away")

    def step(self, session: Session, heard: AnyHeard, at: Moment) -> Step:
        """Answer what was heard."""
        if session.version != VERSION:
            session = Session()
        asked = session.places if isinstance(heard, Named) else ()
        # Anything else leaves that question.
        stays = isinstance(heard, Puzzled) or (isinstance(heard, Said) and heard.what is Command.ENOUGH)
        open_ = session.letter if stays else None
        session = replace(session, greeted=True, places=asked, letter=open_)
        step = self._answered(session, heard, at)
        step = self._display.guide_kept_open(step)
        if heard.beside is not Kind.WORDS:
            step = replace(step, replies=(Reply(self._known.says("beside")), *step.replies))
        if heard.withheld:
            caution = Reply(wording.warning(self._known, heard.withheld))
            step = replace(step, replies=(caution, *step.replies))
        return step

    def _answered(self, session: Session, heard: AnyHeard, at: Moment) -> Step:  # noqa: C901, PLR0911, PLR0912 - a match
        sought, session = session.seeking, replace(session, seeking="")
        if sought and self.people.takes(heard):
            return self.people.given(session, sought, at)
        match heard:
            case Meant(intent=intent) if self.people.opens(answer_choice(intent)) and not heard.others:
                return self.people.wanted(session, at)
            case Wants():
                return self._bookings.wanted(session, heard, at)
            case Changes():
                return self._bookings.changed(session, heard, at)
            case Gave():
                return self._bookings.gave(session, heard, at)
            case Checks() | Follows() | Links():
                return self._flows.heard(session, heard, at)
            case Meant(intent=intent) if self._letters.opens(intent) and not heard.others:
                return self._letters.asked(session)
            case Meant(intent=intent) if self._bookings.opens(intent) and not heard.others:
                return self._bookings.meant(session, intent, at)
            case Urgent():
                return self._alarms.raised(session, heard)
            case Chose(choice=choice):
                return self._chosen(session, choice, at)
            case Said(what=Command.ENOUGH):
                return self._crossings.enough(session, at)
            case Said(what=what):
                told = self._questions.part if isinstance(what, Facet) else self._commands.given
                return told(session, what, at)  # type: ignore[arg-type]  # each gets its own kind
            case Meant():
                step = self._guides.opening(session, heard)
                return (
                    self._display.chosen(session, step, at)
                    if step
                    else self._questions.meant(session, heard, at)
                )
            case Named():
                return self._crossings.named(session, heard, at)
            case Elsewhere(refusal=refusal):
                return self._display.chosen(session, answer_choice(refusal), at)
            case Puzzled():
                return self._puzzled(session, heard, at)
            case Handed(kind=kind, spot=spot):
                return self._handed(session, kind, spot)
            case Doubted(finding=finding):
                reply = self._verdicts.reply(finding)
                return offered(replace(session, intent=CHECK, misses=0), (reply,))
            case _:
                assert_never(heard)

    # -- what was pressed

    def _chosen(self, session: Session, choice: str, at: Moment) -> Step:  # noqa: PLR0911 - a table of buttons
        kind, _, rest = choice.partition(":")
        if choice == BACK:
            return self._display.back(session, at)
        if choice in {HELP, NONE}:
            said = self._display.said(session, "none_of_these")
            return said if choice == NONE else self._commands.given(session, Command.HELP, at)
        if kind == START:
            named = rest if rest in self._known.stations else None
            return self.opening(replace(session, station=named if rest else session.station))
        if kind == KIND or (kind == "a" and self._bookings.opens(rest)):
            pressed = self._bookings.chosen if kind == KIND else self._bookings.meant
            return pressed(session, rest, at)
        if (step := self._flows.chosen(session, choice, at)) is not None:
            return step
        if kind == PERSON or self.people.opens(choice):
            return self.people.chosen(session, rest if kind == PERSON else "", at)
        if kind == DATA:
            return self._commands.own_data(session, rest, at)
        if kind in {"u", "w"} and rest in self._known.answers:
            return self._ratings.rated(session, rest, Rating.USEFUL if kind == "u" else Rating.WRONG, at)
        return self._display.chosen(session, choice, at)

    # -- what was heard

    def _puzzled(self, session: Session, heard: Puzzled, at: Moment) -> Step:
        """In the midst of a guide the step to do next is shown again, else the question that is open."""
        letter = None if heard.guesses else self._letters.unclear(session)
        session = replace(session, letter=None)
        booking = letter or (None if heard.guesses else self._bookings.unclear(session, at))
        if booking:
            return booking
        again = self._guides.unclear(session)
        return self._display.shown(session, again) if again else self._questions.unsure(session, heard)

    def _handed(self, session: Session, kind: Kind, spot: Spot | None) -> Step:
        """Something without words."""
        if kind is Kind.JOINED:
            return self.opening(session)
        if spot and (near := self._visits.near(session, spot)):
            return near
        if kind is Kind.LOCATION:
            session = replace(session, places=(ASKED,))
        return self._display.said(session, f"handed_{kind}")
