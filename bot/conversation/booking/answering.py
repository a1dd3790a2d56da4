"""Answers to the questions of a booking as people type them: "cho mẹ", "chín giờ", "dạ không", "đặt đi"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from bot.conversation.booking import acts, phrases
from bot.conversation.booking.acts import KIND, choice
from bot.conversation.booking.moving import cancels, changes_booked
from bot.conversation.booking.wanted import asks
from bot.conversation.booking.wishing import hoped
from bot.conversation.spoken import Spoken
from bot.conversation.text import fold
from bot.conversation.times.wishes import Wish, when
from bot.domain.draft import When
from bot.domain.heard import Chose, Guess, Wants
from bot.domain.knowledge import topic_of
from bot.domain.station import Station

_WHO, _PEOPLE = choice(acts.WHO, ""), choice(acts.PEOPLE, "")
_SHORT = 4  # words of somebody who only says who comes
_LONGEST = 20  # words of an answer
_SURE = 0.9  # of a question from which on a line is no answer, if words are left over
_LEFT = 4  # words that may be left over of an answer that tells a time


@dataclass(frozen=True, slots=True)
class Answers:
    """Hears what was typed while a booking is in the making. `station` finds the one that is named."""

    intent: str
    station: Callable[[str], Station | None]

    def typed(self, message: Spoken) -> Chose | Wants | None:
        """The button an answer stands for, or what it fills in; None when it is something else."""
        draft = message.session.draft
        if draft is None or len(message.text.split()) > _LONGEST:
            return None
        folded = " ".join(fold(message.text).strip(" .,!;").replace(",", " ").split())
        on_show = message.session.offers
        asked = frozenset(each.split(":")[1] for each in on_show if each.startswith(f"{KIND}:"))
        if acts.NO in asked:
            found = self._pressed(folded, asked) or self._told(folded, asked)
            if found:
                return found
        elif draft.service is None or draft.held:
            return None
        if draft.held is None and changes_booked(folded):
            return None
        return self._time(message, folded, asked)

    def is_plain(self, message: Spoken) -> bool:
        """Whether a message only says who comes, when that was asked, however loud it may sound."""
        asked = any(each.startswith((_WHO, _PEOPLE)) for each in message.session.offers)
        words = re.findall(r"\w+", fold(message.text))
        return asked and 0 < len(words) <= _SHORT and phrases.PLAIN.issuperset(words)

    def _pressed(self, folded: str, asked: frozenset[str]) -> Chose | None:
        """A yes, a no, a word that ends it."""
        if acts.PRIORITY in asked and (
            phrases.YES.match(folded) or phrases.NO.match(folded) or phrases.FRAIL.search(folded)
        ):
            asks_back = phrases.QUESTION.search(folded) and not phrases.NOT_FRAIL.search(folded)
            return None if asks_back else _priority(folded)
        if acts.WHO in asked and phrases.ONESELF.match(folded):
            return Chose(choice=choice(acts.WHO, "self"))
        if phrases.STOP.match(folded) or (acts.LATE & asked and cancels(folded)):
            return Chose(choice=choice(acts.NO))
        if acts.YES in asked and (phrases.YES.match(folded) or phrases.BOOK.match(folded)):
            return Chose(choice=choice(acts.YES))
        if acts.YES in asked and phrases.AGAIN.match(folded):
            return Chose(choice=choice(acts.AGAIN))
        if acts.AGREE in asked and phrases.YES.match(folded):
            return Chose(choice=choice(acts.AGREE))
        return Chose(choice=choice(acts.NO)) if acts.AGREE in asked and phrases.NO.match(folded) else None

    def _told(self, folded: str, asked: frozenset[str]) -> Chose | Wants | None:
        """Where it shall be, or who comes."""
        if phrases.QUESTION.search(folded):
            return None
        if acts.STATION in asked:
            station = self.station(folded)
            return Wants(intent=self.intent, station=station.id, goes_on=True) if station else None
        if acts.WHO in asked:
            return self._who(folded)
        if acts.PEOPLE in asked:
            return self._people(folded)
        return None

    def _who(self, folded: str) -> Chose | Wants | None:
        counted = self._people(folded)
        if counted:
            return counted
        if phrases.SEVERAL.search(folded):
            return Chose(choice=choice(acts.WHO, "many"))
        for who, named in (
            ("child", phrases.CHILD),
            ("self", phrases.ONESELF),
            ("elder", phrases.OLD),
            ("other", phrases.OTHER),
        ):
            if named.search(folded):
                return Chose(choice=choice(acts.WHO, who))
        return None

    def _people(self, folded: str) -> Wants | Chose | None:
        found = phrases.COUNT.search(folded)
        count = (
            (phrases.COUNTS.get(found["count"]) or int(found["count"]))
            if found
            else 2
            if phrases.PAIR.search(folded)
            else 0
        )
        if count > 1:
            return Wants(intent=self.intent, people=min(count, 9), goes_on=True)
        return Chose(choice=choice(acts.WHO, "self")) if count else None

    def _time(self, message: Spoken, folded: str, asked: frozenset[str]) -> Chose | Wants | None:
        """A day or an hour that would do."""
        if message.day is None:
            return None
        wish = when(message.text, message.day, time())
        if wish is None or not _is_answer(message, wish, folded, strict=acts.NO not in asked):
            return None
        on_show = message.session.offers
        if wish.soonest and not wish.choices:
            first = next(
                (each for each in on_show if each.split(":")[1:2] in ([acts.DAY], [acts.SEAT])), None
            )
            return Chose(choice=first) if first else None
        hope = hoped(wish, message.day)
        seat = _seat(hope, wish, on_show)
        return seat or (Wants(intent=self.intent, when=hope, goes_on=True) if hope else None)


def _priority(folded: str) -> Chose:
    frail = not phrases.NO.match(folded) and not phrases.NOT_FRAIL.search(folded)
    return Chose(choice=choice(acts.PRIORITY, int(frail)))


def _is_answer(message: Spoken, wish: Wish, folded: str, *, strict: bool) -> bool:
    """Whether a message with a time in it is about that time: little else is said, and nothing is asked."""
    if asks(folded) and not phrases.AROUND.issuperset(fold(wish.rest(message.text)).split()):
        return False  # for another matter
    left = [word for word in re.findall(r"\w+", fold(wish.rest(message.text))) if word not in phrases.AROUND]
    if not left:
        return True
    best: Guess | None = next(iter(message.judged.guesses), None)
    elsewhere = best is not None and best.score >= _SURE and topic_of(best.intent) != "dat_lich"
    return not strict and len(left) <= _LEFT and not elsewhere and not phrases.QUESTION.search(folded)


def _seat(hope: When, wish: Wish, on_show: tuple[str, ...]) -> Chose | None:
    """The button of the minute that was named, if it is on show."""
    at = {
        choice.hours.at
        for choice in wish.choices
        if choice.hours and choice.hours.ends - choice.hours.begins <= 60
    }
    if len(at) != 1 or None in at:
        return None
    minute = str(next(iter(at)))
    for each in on_show:
        parts = each.split(":")
        if parts[1:2] == [acts.SEAT] and parts[3] == minute and (not hope.days or hope.days == (parts[2],)):
            return Chose(choice=each)
    return None
