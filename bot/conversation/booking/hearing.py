"""What of a message is about a booking: an answer to what was asked, or a wish for a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.booking.answering import Answers
from bot.conversation.booking.given import SURE, given
from bot.conversation.booking.hamlet import asks_home, place, withdraws
from bot.conversation.booking.homes import served_at_home
from bot.conversation.booking.moving import INTENTS, changes, may_change
from bot.conversation.booking.wanted import PathOf, Sentences, Sought, asks
from bot.conversation.offers import on_offer
from bot.conversation.spoken import Spoken
from bot.conversation.text import fold
from bot.conversation.times.wishes import when
from bot.domain.draft import CANCEL, MOVE
from bot.domain.errand import Errand
from bot.domain.heard import AnyHeard, Changes, Chose, Gave, Guess, Meant, Wants
from bot.domain.knowledge import DOORS, Knowledge, is_refusal, topic_of
from bot.domain.ticket import Tickets

_MOVES = choice(acts.MOVE, "")
_LIKELY = 0.5  # of a matter from which on officers are asked to come for it
_SURE = 0.95  # that it is about one's doors, and no booking
_FEW = 2  # words that are too few to begin a booking on


class Hearing:
    """Hears bookings, where a station has something to book. `best` and `path` as in `Sentences`."""

    def __init__(self, known: Knowledge, best: Callable[[str], tuple[Guess, ...]], path: PathOf) -> None:
        self._known = known
        self._sentences = Sentences(known, best, path)
        self._tickets = Tickets(known.stations)
        self._intent = known.booking if any(each.services for each in known.stations.values()) else None
        self._answers = Answers(known.booking or "", self._sentences.station)

    def given(self, message: Spoken) -> Gave | Chose | Changes | None:
        """What a booking waits for: name, phone, place; or a code, and what shall become of that visit."""
        draft = message.session.draft
        if draft and draft.asks == "place" and (found := self._place(message)):
            return Gave(place=found)
        heard = given(message.text, draft, message.judged.guesses, self._tickets)
        if isinstance(heard, Gave) and heard.code:
            changed = self._changes(message, message.text.replace(heard.code, " "), heard)
            return changed or heard
        return heard

    def _place(self, message: Spoken) -> str:
        """Where somebody lives, when that was asked; no button, no time, no matter of its own."""
        if on_offer(message.text, message.session) or _is_time(message.text, self._day(message)):
            return ""
        told = bool(message.session.draft and message.session.draft.place)
        sure = bool(message.judged.guesses) and message.judged.guesses[0].score >= SURE
        return place(message.text, sure=sure or told)

    def station(self, text: str) -> str | None:
        """The one station that a message names."""
        found = self._sentences.station(fold(text))
        return found.id if found else None

    def is_plain(self, message: Spoken) -> bool:
        """Whether a message only says who comes, as was asked: such short words may sound like an alarm."""
        return self._answers.is_plain(message)

    def _changes(self, message: Spoken, text: str, gave: Gave | None = None) -> Changes | None:
        """Another time for a visit, or its end, in words: of a named one, of that on show, of one's own."""
        if self._intent is None:
            return None
        moved = [each.split(":", 2)[2] for each in message.session.offers if each.startswith(_MOVES)]
        shown = moved[0] if len(moved) == 1 else ""
        code = gave.code if gave else ""
        heard = changes(
            text, message.judged.guesses, self._day(message), code=code or shown, shown=bool(moved)
        )
        return replace(heard, phone=gave.phone) if heard and gave else heard

    def asked(self, message: Spoken) -> Sought | Chose | Changes | None:
        """An answer to what a booking asked; a change of a visit; a time at the station, in plain words."""
        heard = self._answers.typed(message) if self._intent else None
        return (
            heard or self._withdrawn(message) or self._changes(message, message.text) or self._sought(message)
        )

    def _withdrawn(self, message: Spoken) -> Meant | None:
        """Nobody has to come home any more: one's own list, with a button for it."""
        if not withdraws(fold(message.text)) or INTENTS[CANCEL] not in self._known.intents:
            return None
        guesses = message.judged.guesses
        about = any(each.intent == INTENTS[CANCEL] or self._service(each) for each in guesses[:3])
        return Meant(intent=INTENTS[CANCEL], guesses=guesses) if about else None

    def _sought(self, message: Spoken) -> Sought | None:
        intent = self._known.booking
        if (
            intent is not None
            and asks_home(fold(message.text))
            and (wanted := self._at_home(message, intent))
        ):
            return wanted
        if intent is None or not asks(fold(message.text)):
            return None
        best = next((guess.intent for guess in message.judged.guesses), intent)
        about = best != intent and topic_of(best) == topic_of(intent)
        if is_refusal(best) or self._at_other_door(message):
            return None
        if about and (best != INTENTS[MOVE] or may_change(fold(message.text))):
            return None
        return self._wanted(message, intent)

    def _at_other_door(self, message: Spoken) -> bool:
        """Whether it was booked elsewhere, and is to be seen here too."""
        guess = next(iter(message.judged.guesses), None)
        return bool(guess and guess.score > _SURE and self._known.intents[guess.intent].does == DOORS)

    def meant(self, message: Spoken, alone: AnyHeard) -> Sought | None:
        """A time at the station, when that is what the message means by itself."""
        intent = self._known.booking
        sure = isinstance(alone, Meant) and alone.intent == intent and len(message.reading.words) > _FEW
        return self._wanted(message, intent) if sure and intent else None

    def _wanted(self, message: Spoken, intent: str) -> Sought:
        wants = self._sentences.wants(message.text, intent, message.judged.guesses, self._day(message))
        if isinstance(wants, Wants) and wants.errand and served_at_home(self._known, wants.service):
            return replace(wants, intent=wants.errand.intent)
        return wants

    def _at_home(self, message: Spoken, intent: str) -> Wants | None:
        """A visit at home, if the likeliest matter is one for which officers come."""
        best = next((guess for guess in message.judged.guesses[:1] if guess.score >= _LIKELY), None)
        service = self._service(best) if best else None
        wants = self._wanted(message, intent) if service else None
        if best is None or not isinstance(wants, Wants):
            return None
        return replace(wants, intent=best.intent, service=service, errand=Errand(best.intent))

    def _service(self, guess: Guess) -> str | None:
        """The service at home that a matter is for, if it is for one."""
        answer = self._known.answers.get(guess.intent)
        service = answer.variants[0].body.service if answer else None
        return service if served_at_home(self._known, service) else None

    def _day(self, message: Spoken) -> date:
        """Today; without it the day of the review of the answer about booking."""
        return message.day or self._known.answers[self._known.booking or ""].reviewed


def _is_time(text: str, day: date) -> bool:
    """Whether nothing but a day or an hour is said."""
    wish = when(text, day, time())
    return bool(wish and wish.choices) and len(re.findall(r"\w+", wish.rest(text) if wish else "")) <= _FEW
