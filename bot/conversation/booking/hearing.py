"""What of a message is about a booking: an answer to what was asked, or a wish for a time."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.booking.given import given
from bot.conversation.booking.wanted import PathOf, Sentences, asks
from bot.conversation.spoken import Spoken
from bot.conversation.text import fold
from bot.domain.heard import AnyHeard, Chose, Gave, Guess, Meant, Wants
from bot.domain.knowledge import Knowledge, is_refusal, topic_of
from bot.domain.ticket import Tickets

_FEW = 2  # words that are too few to begin a booking on


class Hearing:
    """Hears bookings, where a station has something to book. `best` and `path` as in `Sentences`."""

    def __init__(self, known: Knowledge, best: Callable[[str], tuple[Guess, ...]], path: PathOf) -> None:
        self._known = known
        self._sentences = Sentences(known, best, path)
        self._tickets = Tickets(known.stations)

    def given(self, message: Spoken) -> Gave | Chose | None:
        """What a booking waits for: a name, a phone; or a booking code."""
        return given(message.text, message.session.draft, message.judged.guesses, self._tickets)

    def asked(self, message: Spoken) -> Wants | Meant | None:
        """A time at the station, asked for in plain words."""
        intent = self._known.booking
        if intent is None or not asks(fold(message.text)):
            return None
        best = next((guess.intent for guess in message.judged.guesses), intent)
        if is_refusal(best) or (best != intent and topic_of(best) == topic_of(intent)):
            return None
        return self._wanted(message, intent)

    def meant(self, message: Spoken, alone: AnyHeard) -> Wants | Meant | None:
        """A time at the station, when that is what the message means by itself."""
        intent = self._known.booking
        sure = isinstance(alone, Meant) and alone.intent == intent and len(message.reading.words) > _FEW
        return self._wanted(message, intent) if sure and intent else None

    def _wanted(self, message: Spoken, intent: str) -> Wants | Meant:
        day = message.day or self._known.answers[intent].reviewed
        return self._sentences.wants(message.text, intent, message.judged.guesses, day)
