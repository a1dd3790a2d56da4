"""From words to meaning: urgent first, then what was on offer, then questions, then honest doubt."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date

from bot.conversation import deciding, doubles, facets, urgency
from bot.conversation.booking.hearing import Hearing
from bot.conversation.cases import Cases, Typed
from bot.conversation.codes import Codes
from bot.conversation.corrections import Corrections, without
from bot.conversation.following import Following
from bot.conversation.lexicon import Reading
from bot.conversation.matching import Judgement, Matcher
from bot.conversation.meaning import SecondOpinion
from bot.conversation.naming import Naming
from bot.conversation.offers import is_number, on_offer
from bot.conversation.places import Gazetteer
from bot.conversation.remarks import Remarks
from bot.conversation.scam import Judge
from bot.conversation.screens import answer_choice
from bot.conversation.spoken import Spoken
from bot.conversation.steps import Steps
from bot.conversation.subscribing.hearing import Hearing as Warned
from bot.conversation.suspicion import Suspicion
from bot.conversation.text import clean
from bot.conversation.tongues import is_foreign
from bot.domain.command import Command
from bot.domain.heard import (
    AnyHeard,
    Elsewhere,
    Guess,
    Meant,
    Puzzled,
    Question,
    Said,
    Urgent,
)  # fmt: skip
from bot.domain.knowledge import Knowledge
from bot.domain.message import Secret
from bot.domain.session import Session

_CLEAR = 0.97  # confidence of a question of its own in the midst of an emergency
_FEW = 2  # words that are too few to answer on, unless somebody taught just them
_VERBATIM = 0.985


class Understanding:
    """What messages mean, given the content. Pure and shared; never changed after it is built."""

    def __init__(
        self,
        known: Knowledge,
        matcher: Matcher,
        thresholds: deciding.Thresholds | None = None,
        places: Gazetteer | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._known = known
        self.matcher = matcher
        self._limits = thresholds or deciding.Thresholds()
        self._suspicion = Suspicion(judge)
        self._second: SecondOpinion | None = None
        lexicon = matcher.lexicon
        self._cases = Cases(known, lexicon)
        self._following = Following(known, matcher, self._cases)
        self._remarks = Remarks(known, lexicon, self._following, self._limits.answer)
        self._dangers = {
            each.intent for each in known.emergencies.values() if known.guide_of(each.intent) is None
        }
        self._corrections = Corrections(known.words, lexicon)
        self._steps = Steps(known, lexicon)
        self._booking = Hearing(known, matcher.guesses, self._named_case)
        self._codes = Codes(known)
        self._warned = Warned(known, lexicon, self._booking.station)
        self._naming = Naming(known, places or Gazetteer(), self._best, self._limits.answer)

    def advised(self, second: SecondOpinion) -> Understanding:
        """The same, with somebody to ask when a message is not clear."""
        twin = copy(self)
        twin._second = second
        return twin

    def understand(
        self,
        text: str,
        session: Session | None = None,
        withheld: frozenset[Secret] = frozenset(),
        day: date | None = None,
        *,
        forwarded: bool = False,
    ) -> AnyHeard:
        """What one message means in a talk. `text` is redacted already; `withheld` travels along.

        `day` is today in Vietnam, for cases that hold on some days and for years of birth; without it the
        day of an answer's review stands in.
        """
        session = session or Session()
        cleaned = clean(text)
        reading = self._read(cleaned, text)
        judged = self._judged(reading, cleaned, day)
        message = Spoken(cleaned, reading, judged, session, day)
        doubted, sure = self._suspicion.doubted(text, session, judged.guesses, forwarded=forwarded)
        heard = (
            self._codes.plain(cleaned, session, day, forwarded=forwarded)
            or (None if forwarded else self._led(message))
            or (None if doubted and sure else self._urgent(message))
            or (doubted if forwarded or sure else None)
            or (None if doubted else self._code(message, text))
            or self._booking.given(message)
            or on_offer(cleaned, session)
            or self._warned.answered(cleaned, session)
            or (None if doubted else self._booking.asked(message))
            or self._corrected(message)
            or doubted
            or self._in_turn(message)
        )
        if isinstance(heard, Meant | Puzzled | Elsewhere) and self._in_danger(session, heard):
            heard = Said(what=Command.DANGER)
        if isinstance(heard, Meant):
            heard = self._codes.told(heard, cleaned, day) or heard
        if isinstance(heard, Meant | Puzzled):
            heard = self._warned.told(heard, reading.words, cleaned, session) or heard
        if isinstance(heard, Said):
            heard = self._warned.enough(heard, session, cleaned)
        if isinstance(heard, Meant | Puzzled):
            heard = self._suspicion.with_verdict(heard, text)
        return replace(heard, withheld=withheld) if withheld else heard

    def _in_danger(self, session: Session, heard: Meant | Puzzled | Elsewhere) -> bool:
        """Whether somebody goes on telling of the emergency just answered: all that is no clear question."""
        intent = session.intent or ""
        shown = intent in self._dangers and session.trail[-1:] == (answer_choice(intent),)
        return shown and (not heard.guesses or heard.guesses[0].score < _CLEAR)

    def _read(self, cleaned: str, text: str) -> Reading:
        lexicon = self.matcher.lexicon
        return lexicon.reading(lexicon.standard(cleaned), text)

    def _judged(self, reading: Reading, text: str, day: date | None) -> Judgement:
        """What the model makes of a message, without answers for people of another age."""
        judged = self.matcher.judge(reading)
        guesses = judged.guesses
        if self._second and self._limits.unsure(guesses):
            guesses = self._second.weighed(reading, guesses)
            judged = replace(judged, guesses=guesses)
        guesses = self._cases.suited(guesses, text, day or date.min)
        return judged if len(guesses) == len(judged.guesses) else replace(judged, guesses=guesses)

    def _led(self, message: Spoken) -> Said | None:
        """A word about the guide or the fraud one is in the midst of: no new alarm for the same thing."""
        words, session = message.reading.words, message.session
        command = self._steps.said(message.reading, session)
        if command is None and self._following.still(words, message.reading.concepts, session):
            command = Command.STILL
        return Said(what=command) if command else None

    def _code(self, message: Spoken, text: str) -> AnyHeard | None:
        """A code in a question; beside a trick that is told of, the trick comes first."""
        heard = self._codes.named(message.text, message.day)
        return None if heard and self._suspicion.warns(text, message.judged.guesses) else heard

    def _in_turn(self, message: Spoken) -> AnyHeard:
        """A message that corrects nothing: about the talk, after the last answer, or by itself."""
        alone = self._limits.decided(message.judged.guesses)
        return (
            self._remarks.heard(message)
            or self._booking.meant(message, alone)
            or self._naming.heard(message, alone)
            or self._foreign(message.text)
            or self._after(message, alone)
            or self._meant(message, alone)
        )

    def _after(self, message: Spoken, alone: AnyHeard, *, corrects: bool = False) -> Meant | None:
        """What it means in the light of the answer before it."""
        leans = corrects or self._following.has_joint(message.reading.words)
        heard = self._following.heard(message, clear=deciding.clear(alone, leans=leans), corrects=corrects)
        return replace(heard, facets=facets.asked(message.reading)) if heard else None

    def _corrected(self, message: Spoken) -> AnyHeard | None:
        """A correction: another place, another case; else the rest without the intent just answered."""
        session = message.session
        turn = self._corrections.turn(message.text)
        place = self._naming.corrected(session, turn) if turn else None
        if place or not session.intent:
            return place
        rest = self._corrections.rest(message.text)
        if rest is None:
            return None
        if not rest:
            return Said(what=Command.WRONG)
        reading = self._read(rest, rest)
        again = replace(message, text=rest, reading=reading, judged=self.matcher.judge(reading))
        guesses = without(again.judged.guesses, session.intent)
        again = replace(again, judged=replace(again.judged, guesses=guesses))
        alone = self._limits.decided(guesses)
        facet = self._remarks.part(again)
        if facet:
            return Said(what=facet)
        heard = self._after(again, alone, corrects=True) or self._meant(again, alone, corrects=True)
        return Said(what=Command.WRONG) if heard == Puzzled() else heard

    def _urgent(self, message: Spoken) -> Urgent | None:
        # A choice, or who comes, however loud so few letters may sound to the model.
        if is_number(message.text) or self._booking.is_plain(message):
            return None
        kind = urgency.alarm(message.judged, message.reading, self._known.calming, self._limits.alarm)
        if not kind or self._following.is_calm(message):
            return None
        return Urgent(kind=kind, intent=self._known.emergencies[kind].intent)

    def _foreign(self, text: str) -> Elsewhere | None:
        """A message in letters that Vietnamese is not written in."""
        return (
            Elsewhere(refusal=deciding.FOREIGN)
            if deciding.FOREIGN in self._known.answers and is_foreign(text)
            else None
        )

    def _meant(self, message: Spoken, alone: AnyHeard, *, corrects: bool = False) -> AnyHeard:
        reading, judged = message.reading, message.judged
        several = doubles.questions(message.text, self._best, self._limits.second, deciding.VAGUE)
        if several:
            return doubles.answered(several, lambda half: self._question(half, message.day))
        if len(reading.words) <= _FEW and not corrects and judged.nearest < _VERBATIM:
            return self._limits.asked_back(judged.guesses)
        if isinstance(alone, Meant):
            asked = facets.asked(reading)
            if not asked and self._following.has_joint(reading.words):
                asked = self._following.same_kind(message.session)
            path = self._cases.path(alone.intent, message.typed, message.day)
            return replace(alone, path=path, facets=asked)
        if isinstance(alone, Elsewhere) and deciding.may_be_aside(message.session, len(reading.words), alone):
            return deciding.still_about(message.session.intent or "", alone)
        return alone

    def _named_case(self, intent: str, text: str, day: date) -> tuple[int, ...]:
        return self._cases.path(intent, Typed(self._read(text, text).words, text), day)

    def _best(self, text: str) -> Guess | None:
        return next(iter(self.matcher.guesses(text)), None)

    def _question(self, half: doubles.Half, day: date | None) -> Question:
        """One question of several, for the case it names."""
        reading = self._read(half.text, half.text)
        path = self._cases.path(half.guess.intent, Typed(reading.words, half.text), day)
        return Question(half.guess.intent, path, facets.asked(reading))
