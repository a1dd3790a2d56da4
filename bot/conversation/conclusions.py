"""What became of a request, said by whoever asked for it. Pure."""

from __future__ import annotations

from bot.conversation.booking.talk import Bookings
from bot.conversation.display import Display
from bot.conversation.handover import People
from bot.conversation.letters.talk import Letters
from bot.conversation.privacy import Privacy
from bot.conversation.screens import answer_choice
from bot.conversation.showing import offered
from bot.conversation.subscribing.talk import Subscribing
from bot.domain.booking import AnyBooked
from bot.domain.handover import AnyHanded, AnyHandover, Sought
from bot.domain.letter import LetterChecked
from bot.domain.message import Moment
from bot.domain.session import Session
from bot.domain.step import AnyResult, Step
from bot.domain.subscription import AnySubscription, Subscribed


class Conclusions:
    """Leads each result to the part of the talk that asked."""

    def __init__(  # noqa: PLR0913, PLR0917 - everybody who asks for something
        self,
        bookings: Bookings,
        letters: Letters,
        people: People,
        subscribing: Subscribing,
        privacy: Privacy,
        display: Display,
    ) -> None:
        self._bookings, self._letters, self._people = bookings, letters, people
        self._subscribing, self._privacy, self._display = subscribing, privacy, display

    def told(self, session: Session, result: AnyResult, at: Moment) -> Step:
        """Say what became of a request."""
        if isinstance(result, AnyBooked):
            return self._bookings.told(session, result, at)
        if isinstance(result, LetterChecked):
            return self._letters.told(session, result, at)
        if isinstance(result, Sought) and not result.staffed:
            return self._display.chosen(session, answer_choice(self._people.intent), at)
        if isinstance(result, AnyHanded):
            return self._people.told(session, result, at)
        if isinstance(result, Subscribed):
            return self._subscribing.told(session, result)
        session, reply = self._privacy.told(session, result)
        return offered(session, (reply,))

    def alone(self, step: Step, at: Moment) -> Step:
        """The same where no desk is open: nobody can be called, and nothing subscribed to."""
        if isinstance(step.request, AnySubscription):
            return self._display.chosen(step.session, answer_choice(step.session.intent or ""), at)
        if not isinstance(step.request, AnyHandover):
            return step
        return self._display.chosen(step.session, answer_choice(self._people.intent), at)
