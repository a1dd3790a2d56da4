"""The officers' desk in the chat: knows who is an officer, and shows and does what they press.

Whoever is none gets None, and is answered as a citizen: nobody learns from the desk that officers have
commands. What an officer writes goes to the citizen they talk with; without one it is answered as a citizen's
question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from bot.conversation.offers import on_offer
from bot.conversation.officer import acts
from bot.conversation.officer.screens import OfficerScreens
from bot.conversation.showing import offered
from bot.conversation.text import clean, fold
from bot.domain.heard import Chose
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Incoming, Moment, Reply
from bot.domain.officer import Hand
from bot.domain.session import Session
from bot.domain.step import Step
from bot.domain.writing import Writing
from bot.officer.coded import ACTS as CODED
from bot.officer.coded import Coded, typed
from bot.officer.counter import OfficerCounter
from bot.officer.enlisting import Enlisting
from bot.officer.figures import OfficerFigures
from bot.officer.gate import Gate
from bot.officer.letters import ACTS as LETTERS
from bot.officer.letters import OfficerLetters
from bot.officer.press import Press
from bot.officer.radar import ACTS as RADAR
from bot.officer.radar import OfficerRadar
from bot.officer.talks import TalkDesk, held
from bot.officer.visits import OfficerVisits
from bot.officer.warnings.desk import OfficerWarnings
from bot.officer.warnings.told import Told
from bot.services.officers import Officers, Outcome
from bot.services.sessions import WebSessions
from bot.store.naming import Person

_WARNING = f"{acts.KIND}:warn"
_COMMANDS = frozenset({"/cb", "/canbo"})
_FORGOTTEN = 12 * 3600  # seconds after which nobody thinks of a warning they were writing
_AGAIN = 2.0  # seconds until it is looked again which talks are officers'


class OfficerDesk:
    """Takes the messages of officers. `known` gives the content in use."""

    def __init__(  # noqa: PLR0913, PLR0917 - a desk for each kind of work
        self,
        officers: Officers,
        visits: OfficerVisits,
        counter: OfficerCounter,
        letters: OfficerLetters,
        talks: TalkDesk,
        warnings: OfficerWarnings,
        sessions: WebSessions,
        figures: OfficerFigures,
        radar: OfficerRadar,
        coded: Coded,
        known: Callable[[], Knowledge],
    ) -> None:
        self._officers, self._visits, self._counter, self._known = officers, visits, counter, known
        self._letters, self._held, self._figures = letters, talks, figures
        self._radar, self._warnings, self._coded = radar, warnings, coded
        self._enlisting, self._sessions, self._gate = Enlisting(officers), sessions, Gate(sessions)
        self._talks: frozenset[str] = frozenset()
        self._looked = -_AGAIN

    async def take(self, incoming: Incoming, who: Person, session: Session, at: Moment) -> Step | None:
        """What an officer gets for a message; None when it is a citizen's, or meant as one.

        Raises:
            RedisError: the store is away.
        """
        if incoming.public:  # where others listen nobody is an officer
            return None
        hand = Hand("", incoming.address.channel, at.now)
        screens = OfficerScreens(self._known())
        if self._enlisting.concerns(incoming, session):
            step = await self._enlisting.step(incoming, who, session, screens, hand)
            self._looked = -_AGAIN
            return step
        if who.id not in await self._known_talks():
            return None
        asked = self._asked(incoming, session)
        writing = session.writing if asked is None and not _pressed(incoming, session) else None
        if asked is None and not writing and (incoming.choice is not None or not incoming.text):
            return None
        officer = await self._officers.of(who, at.now)  # read anew: who has left, has left everywhere
        if officer is None:
            return await self._gate.step(incoming, who, session, at, asked, screens)
        own = Hand(officer.id, hand.door, at.now)
        if asked == acts.SIGN_OUT and hand.door == WEBCHAT:
            return await self._gate.leave(own, who, session, screens)
        if asked is None:
            return await self._typed(Press(officer, "", (), own, at, who.id), incoming, session, writing)
        press = Press(officer, *_read(asked), own, at, who.id)
        return await self._chosen(press, incoming, replace(session, writing=None, code_for=""))

    async def _typed(
        self, press: Press, incoming: Incoming, session: Session, writing: Writing | None
    ) -> Step | None:
        """Words of an officer: of a warning, six digits, or to the citizen they talk with."""
        if writing:
            told = await self._warnings.typed(press, incoming, writing)
            return _kept(replace(session, code_for=""), told)
        with_code = typed(session, press, incoming.text)
        if with_code:
            return await self._coded.step(with_code, session)
        said = await self._held.wrote(press.hand, press.once.request, incoming.text)
        return None if said is None else offered(replace(session, writing=None, code_for=""), said)

    async def _chosen(self, press: Press, incoming: Incoming, session: Session) -> Step:
        if press.act in acts.WARNINGS:
            return _kept(session, await self._warnings.pressed(press, incoming.address))
        if press.act in CODED:
            return await self._coded.step(press, session)
        choice = acts.choice(press.act, *press.values)
        said = await self._held.pressed(press.hand, incoming.address, press.once.request, choice)
        return offered(
            session, await self._answered(press, OfficerScreens(self._known())) if said is None else said
        )

    def left(self, incoming: Incoming, session: Session, at: Moment) -> Session:
        """The session of a message, without what an officer was writing once they do something else."""
        writing = session.writing
        if writing is None:
            return session
        other = incoming.choice is not None and not incoming.choice.startswith(_WARNING)
        late = at.now.timestamp() > writing.until + _FORGOTTEN
        return replace(session, writing=None) if other or late or incoming.public else session

    async def _known_talks(self) -> frozenset[str]:
        if monotonic() - self._looked >= _AGAIN:
            self._talks, self._looked = await self._officers.talks(), monotonic()
        return self._talks

    def _asked(self, incoming: Incoming, session: Session) -> str | None:
        """The choice of an officer that a message is, pressed or typed as its number; None for all others."""
        # In a talk with a citizen what is typed is for them: "2" is no button, and nor is a label.
        by_hand = incoming.choice is None and not held(session)
        offered = on_offer(clean(incoming.text), session) if by_hand else None
        choice = offered.choice if isinstance(offered, Chose) else incoming.choice
        if choice is not None:
            kind, _, rest = choice.partition(":")
            return rest if kind == acts.KIND else None
        said = incoming.text.strip().lower()
        says = self._known().says
        on_the_web = incoming.address.channel == WEBCHAT and by_hand
        if on_the_web and fold(said) == fold(says("button_officer_out")):
            return acts.SIGN_OUT
        return acts.MENU if said in _COMMANDS or fold(said) == fold(says("officer_word")) else None

    async def _answered(self, press: Press, screens: OfficerScreens) -> tuple[Reply, ...]:
        match press.act:
            case acts.DUTY:
                reply = await self._duty(press, screens)
            case acts.FIGURES:
                reply = await self._figures.answered(press, screens)
            case acts.TODAY:
                day = await self._held.reminded(press.hand, await self._visits.answered(press, screens))
                reply = await self._warnings.reminded(press, day)
            case acts.VISIT | acts.MARK | acts.NEXT | acts.LOAD:
                reply = await self._visits.answered(press, screens)
            case acts.WALK | acts.CLOSE | acts.OPEN:
                reply = await self._counter.answered(press, screens)
            case act if act in LETTERS:
                reply = await self._letters.answered(press)
            case act if act in RADAR:
                reply = await self._radar.answered(press)
            case _:
                reply = await self._menu(press, screens)
        return (reply,)

    async def _duty(self, press: Press, screens: OfficerScreens) -> Reply:
        outcome = await self._officers.set_duty(press.hand, on=press.values == ("on",))
        if outcome is not Outcome.DONE:
            return screens.said("refused")
        changed = [each for each in await self._officers.everyone() if each.id == press.hand.who]
        return await self._menu(replace(press, officer=changed[0]), screens)

    async def _menu(self, press: Press, screens: OfficerScreens) -> Reply:
        now = press.at.now
        return screens.menu(press.officer, now, await self._sessions.ends(Person(press.talk), now))


def _pressed(incoming: Incoming, session: Session) -> bool:
    """Whether a message is a button, be it a citizen's: pressed, or typed as its number or label."""
    found = on_offer(clean(incoming.text), session)
    return incoming.choice is not None or (isinstance(found, Chose) and found.choice in session.offers)


def _kept(session: Session, told: Told) -> Step:
    """What is shown, and what is awaited next."""
    return offered(replace(session, writing=told.writing), told.replies)


def _read(asked: str) -> tuple[str, tuple[str, ...]]:
    """The act and the values of a choice."""
    act, *values = asked.split(":")
    return act, tuple(values)
