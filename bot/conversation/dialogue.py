"""The talk: a session and something heard go in, a session and replies come out."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.conversation import wording
from bot.conversation.days import local_day
from bot.conversation.guides import STEP, Guides, on_show
from bot.conversation.parts import Parts
from bot.conversation.pasted import CHECK
from bot.conversation.places import Gazetteer
from bot.conversation.privacy import DATA, Privacy
from bot.conversation.questions import Questions
from bot.conversation.ratings import Ratings
from bot.conversation.screens import BACK, HELP, MENU, NONE, START, Screen, Screens, answer_choice
from bot.conversation.showing import offered, shown
from bot.conversation.verdicts import Verdicts
from bot.conversation.visits import Visits
from bot.conversation.whereabouts import ASKED, PLACE
from bot.domain.heard import (
    AnyHeard,
    Chose,
    Command,
    Doubted,
    Elsewhere,
    Facet,
    Handed,
    Meant,
    Named,
    Puzzled,
    Said,
    Urgent,
)
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Kind, Moment, Reply
from bot.domain.place import Spot
from bot.domain.session import TRAIL, VERSION, Session
from bot.domain.step import AnyResult, Rating, Step


class Dialogue:
    """Answers citizens from one state of the content. Pure: the same input gives the same step."""

    def __init__(self, known: Knowledge, places: Gazetteer | None = None) -> None:
        self._known = known
        self._screens = Screens(known)
        self._privacy = Privacy(known)
        self._parts = Parts(known, self._screens)
        self._guides = Guides(known, self._screens)
        self._ratings = Ratings(known, self._screens)
        self._questions = Questions(known, self._screens)
        self._visits = Visits(known, places or Gazetteer(), self._screens)
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
        return offered(session, (reply,))

    def step(self, session: Session, heard: AnyHeard, at: Moment) -> Step:
        """Answer what was heard."""
        if session.version != VERSION:
            session = Session()
        asked = session.places if isinstance(heard, Named) else ()
        step = self._answered(replace(session, greeted=True, places=asked), heard, at)
        step = self._guide_kept_open(step)
        if heard.beside is not Kind.WORDS:
            step = replace(step, replies=(Reply(self._known.says("beside")), *step.replies))
        if heard.withheld:
            caution = Reply(wording.warning(self._known, heard.withheld))
            step = replace(step, replies=(caution, *step.replies))
        return step

    def _answered(self, session: Session, heard: AnyHeard, at: Moment) -> Step:  # noqa: PLR0911 - a match
        match heard:
            case Urgent():
                return self._alarmed(session, heard)
            case Chose(choice=choice):
                return self._chosen(session, choice, at)
            case Said(what=what):
                told = self._part if isinstance(what, Facet) else self._commanded
                return told(session, what, at)  # type: ignore[arg-type]  # each gets its own kind
            case Meant():
                step = self._guides.opening(session, heard)
                return self._chosen(session, step, at) if step else self._meant(session, heard, at)
            case Named():
                return self._visits.named(session, heard, at)
            case Elsewhere(refusal=refusal):
                return self._chosen(session, answer_choice(refusal), at)
            case Puzzled():
                again = self._guides.unclear(session)
                return self._shown(session, again) if again else self._questions.unsure(session, heard)
            case Handed(kind=kind, spot=spot):
                return self._handed(session, kind, spot)
            case Doubted(finding=finding):
                reply = self._verdicts.reply(finding)
                return offered(replace(session, intent=CHECK, misses=0), (reply,))
            case _:
                assert_never(heard)

    # -- what can be shown

    def _shown(self, session: Session, screen: Screen) -> Step:
        step = shown(session, screen)
        if not screen.choice.startswith(f"{STEP}:"):
            return step
        return replace(step, session=self._guides.entered(step.session, screen.choice))

    def _screen(self, choice: str, at: Moment) -> Screen | None:
        return self._guides.screen(choice) or self._screens.of(choice, local_day(at))

    def _guide_kept_open(self, step: Step) -> Step:
        """The way back to a guide that something else came between."""
        button = self._guides.resume(step.session)
        if button is None or not step.replies or any(c.startswith(f"{STEP}:") for c in step.session.offers):
            return step
        *before, last = step.replies
        shown = offered(step.session, (*before, replace(last, buttons=(*last.buttons, button))))
        return replace(shown, request=step.request)

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
            return self._ratings.rated(session, rest, Rating.USEFUL if kind == "u" else Rating.WRONG, at)
        return self._look(session, choice, at) or self._said(
            session, "stale", self._screens.menu().reply.buttons
        )

    def _look(self, session: Session, choice: str, at: Moment) -> Step | None:
        """What can be looked at again: a place, an answer, a list; None when it is no more."""
        kind, _, rest = choice.partition(":")
        if kind == PLACE:
            return self._visits.chosen(session, rest, at)
        own = self._visits.own(session, choice, at)
        screen = self._screen(choice, at)
        if own or screen is None:
            return own
        return self._visits.asking(self._shown(session, screen), choice)

    def _meant(self, session: Session, heard: Meant, at: Moment) -> Step:
        """The answer to a question; to one about the station, that of the talk's own."""
        choice = "" if heard.others else answer_choice(heard.intent)
        own = self._visits.own(session, choice, at)
        return own or self._visits.asking(self._questions.meant(session, heard, at), choice)

    def _own_data(self, session: Session, act: str, at: Moment) -> Step:
        """See, change or erase what is held about oneself."""
        session, reply, request = self._privacy.asked(session, act, at)
        if request:
            return Step(session, (), request)
        return offered(session, (reply,))

    def _back(self, session: Session, at: Moment) -> Step:
        if on_show(session) and session.guide_step > 1:
            return self._chosen(session, self._guides.wanted(session, Command.BACK) or MENU, at)
        trail = session.trail[:-1]
        if not trail:
            return self._said(session, "nothing_back", self._screens.menu().reply.buttons)
        session = replace(session, trail=trail[:-1])
        return self._look(session, trail[-1], at) or self._shown(session, self._screens.menu())

    def _said(self, session: Session, key: str, buttons: tuple[Button, ...] = ()) -> Step:
        return offered(session, (Reply(self._known.says(key), buttons),))

    # -- what was heard

    def _alarmed(self, session: Session, heard: Urgent) -> Step:
        emergency = self._known.emergencies[heard.kind]
        session = replace(
            session,
            intent=heard.intent,
            misses=0,
            trail=(*session.trail, answer_choice(heard.intent))[-TRAIL:],
        )
        session, first = self._guides.alarmed(session, heard.intent)
        buttons = (*first, *self._screens.suggestions(emergency.next))
        return offered(session, (Reply(wording.alarm(emergency), buttons),))

    def _commanded(self, session: Session, command: Command, at: Moment) -> Step:  # noqa: PLR0911 - a match
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
                return self._ratings.rated(session, session.intent or "", rating, at)
            case Command.STOP:
                session, reply = self._guides.left(session)
                return offered(session, (reply,))
            case Command.STILL:
                return self._pestered(session)
            case Command.SCARED | Command.DANGER | Command.BRIEF:
                return self._aside(session, command, at)
            case Command.DONE | Command.UNDONE | Command.ONWARD | Command.PREVIOUS:
                return self._chosen(session, self._guides.wanted(session, command) or MENU, at)
            case _:
                assert_never(command)

    def _aside(self, session: Session, command: Command, at: Moment) -> Step:
        """Said about how one feels or reads: frightened, in danger still, tired of long answers."""
        suggestions, menu = self._screens.suggestions, self._screens.menu().reply.buttons
        if command is Command.DANGER:
            return self._said(session, "in_danger", suggestions((session.intent or "",)))
        if command is Command.SCARED:
            again = self._guides.unclear(session)
            help_now = suggestions(("an_ninh.khan_cap", "lua_dao.da_bi_lua"))
            return self._shown(session, again) if again else self._said(session, "scared", help_now)
        brief = self._parts.brief(session, local_day(at))
        return offered(session, (brief,)) if brief else self._said(session, "brief_nothing", menu)

    def _pestered(self, session: Session) -> Step:
        """The swindlers are at it again."""
        first = self._guides.resume(session)
        ways = self._screens.suggestions(("lua_dao.da_bi_lua", "lua_dao.to_giac"))
        return self._said(session, "still", (first, *ways[1:]) if first else ways)

    def _handed(self, session: Session, kind: Kind, spot: Spot | None) -> Step:
        """Something without words."""
        if kind is Kind.JOINED:
            return self.opening(session)
        if spot and (near := self._visits.near(session, spot)):
            return near
        if kind is Kind.LOCATION:
            session = replace(session, places=(ASKED,))
        return self._said(session, f"handed_{kind}", self._screens.menu().reply.buttons)

    def _part(self, session: Session, facet: Facet, at: Moment) -> Step:
        """A question about part of the answer that was last on show."""
        reply = self._parts.reply(session, facet, local_day(at))
        session = replace(session, misses=0, asked=facet)
        return offered(session, (reply,)) if reply else self._questions.puzzled(session, ())
