"""What became of a request, said by whoever asked for it. Pure."""

from __future__ import annotations

from bot.conversation.booking.talk import Bookings
from bot.conversation.display import Display
from bot.conversation.flows import Flows
from bot.conversation.handover import People
from bot.conversation.privacy import Privacy
from bot.conversation.screens import answer_choice
from bot.conversation.showing import offered
from bot.domain.booking import AnyBooked
from bot.domain.handover import AnyHanded, AnyHandover, Sought
from bot.domain.letter import LetterChecked
from bot.domain.message import Moment
from bot.domain.pairing import AnyLinking, Linked
from bot.domain.session import Session
from bot.domain.step import AnyResult, Step
from bot.domain.subscription import AnySubscription, Subscribed


class Conclusions:
    """Leads each result to the part of the talk that asked."""

    def __init__(
        self,
        bookings: Bookings,
        flows: Flows,
        people: People,
        privacy: Privacy,
        display: Display,
    ) -> None:
        self._bookings, self._flows, self._people = bookings, flows, people
        self._privacy, self._display = privacy, display

    def told(self, session: Session, result: AnyResult, at: Moment) -> Step:
        """Say what became of a request."""
        if isinstance(result, AnyBooked):
            return self._bookings.told(session, result, at)
        if isinstance(result, LetterChecked):
            return self._flows.letters.told(session, result, at)
        if isinstance(result, Sought) and not result.staffed:
            return self._display.chosen(session, answer_choice(self._people.intent), at)
        if isinstance(result, AnyHanded):
            return self._people.told(session, result, at)
        if isinstance(result, Subscribed):
            return self._flows.subscribing.told(session, result)
        if isinstance(result, Linked):
            return self._flows.linking.told(session, result)
        session, reply = self._privacy.told(session, result)
        return offered(session, (reply,))

    def alone(self, step: Step, at: Moment) -> Step:
        """The same where no desk is open: nobody can be called, nothing subscribed to or tied."""
        if isinstance(step.request, AnySubscription | AnyLinking):
            return self._display.chosen(step.session, answer_choice(step.session.intent or ""), at)
        if not isinstance(step.request, AnyHandover):
            return step
        return self._display.chosen(step.session, answer_choice(self._people.intent), at)
