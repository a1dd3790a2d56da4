"""From words to meaning: urgent first, then what was on offer, then questions, then honest doubt."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date

from bot.conversation import doubles, facets, pasted, urgency
from bot.conversation.booking.given import given
from bot.conversation.booking.wanted import Sentences, asks
from bot.conversation.cases import Cases, Typed
from bot.conversation.corrections import Corrections, without
from bot.conversation.deciding import FOREIGN, OFFERED, REFUSED, VAGUE, Thresholds, clear, still_about
from bot.conversation.facets import Facets
from bot.conversation.following import Following, path_of
from bot.conversation.lexicon import Reading
from bot.conversation.matching import Judgement, Matcher
from bot.conversation.meaning import SecondOpinion
from bot.conversation.naming import Naming
from bot.conversation.offers import is_number, on_offer
from bot.conversation.places import Gazetteer
from bot.conversation.scam import Judge
from bot.conversation.screens import answer_choice
from bot.conversation.spoken import Spoken
from bot.conversation.steps import LED, Steps
from bot.conversation.text import clean, fold
from bot.conversation.tongues import is_foreign
from bot.domain.heard import (
    AnyHeard,
    Chose,
    Command,
    Doubted,
    Elsewhere,
    Facet,
    Gave,
    Guess,
    Meant,
    Puzzled,
    Question,
    Said,
    Urgent,
    Wants,
)
from bot.domain.knowledge import REFUSAL, Knowledge, is_refusal, topic_of
from bot.domain.message import Secret
from bot.domain.session import Session

_CLEAR = 0.97  # confidence of a question of its own in the midst of an emergency
_FEW = 2  # words that are too few to answer on, unless somebody taught just them
_VERBATIM = 0.985
_ASIDE = 8  # words of a message in a talk that may be about what is on show, whatever it sounds like


class Understanding:
    """What messages mean, given the content. Pure and shared; never changed after it is built."""

    def __init__(
        self,
        known: Knowledge,
        matcher: Matcher,
        thresholds: Thresholds | None = None,
        places: Gazetteer | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._known = known
        self.matcher = matcher
        self._limits = thresholds or Thresholds()
        self._judge = judge
        self._second: SecondOpinion | None = None
        lexicon = matcher.lexicon
        self._commands = {
            lexicon.read(text).folded: Command(name)
            for name, group in known.words.commands.items()
            for text in group
            if Command(name) not in {*LED, Command.STILL}
        }
        self._facets = Facets(known.words, lexicon, self._limits.answer)
        self._cases = Cases(known, lexicon)
        self._following = Following(known, matcher, self._cases)
        self._dangers = {
            each.intent for each in known.emergencies.values() if known.guide_of(each.intent) is None
        }
        self._corrections = Corrections(known.words, lexicon)
        self._steps = Steps(known, lexicon)
        self._sentences = Sentences(known, matcher.guesses)
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
        doubted, sure = self._doubted(text, session, judged.guesses, forwarded=forwarded)
        heard = (
            (None if forwarded else self._led(message))
            or (None if doubted and sure else self._urgent(message))
            or (doubted if forwarded or sure else None)
            or self._given(message)
            or on_offer(cleaned, session)
            or self._booking(message)
            or self._corrected(message)
            or doubted
            or self._in_turn(message)
        )
        if isinstance(heard, Meant | Puzzled | Elsewhere) and self._in_danger(session, heard):
            heard = Said(what=Command.DANGER)
        if isinstance(heard, Meant | Puzzled):
            heard = self._with_verdict(heard, text)
        return replace(heard, withheld=withheld) if withheld else heard

    def _in_danger(self, session: Session, heard: Meant | Puzzled | Elsewhere) -> bool:
        """Whether somebody goes on telling of the emergency just answered: all that is no clear question."""
        intent = session.intent or ""
        shown = intent in self._dangers and session.trail[-1:] == (answer_choice(intent),)
        return shown and (not heard.guesses or heard.guesses[0].score < _CLEAR)

    def _with_verdict(self, heard: Meant | Puzzled, text: str) -> Meant | Puzzled:
        """The same with what was found in it, if somebody tells of a trick and asks whether it is one."""
        named = isinstance(heard, Meant) and topic_of(heard.intent) != "lua_dao"
        if self._judge is None or named or not pasted.may_be_told(heard.guesses):
            return heard
        exhibit = self._judge.read(text)
        finding = self._judge.weighed(exhibit, heard.guesses)
        return replace(heard, told=finding) if pasted.is_told(exhibit, finding) else heard

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

    def _doubted(
        self, text: str, session: Session, guesses: tuple[Guess, ...], *, forwarded: bool
    ) -> tuple[Doubted | None, bool]:
        """Somebody else's message with what was found in it, and whether it is plainly a trick."""
        invited = session.trail[-1:] == (answer_choice(pasted.CHECK),)
        if self._judge is None or not (
            forwarded or pasted.worth_reading(text, next(iter(guesses), None), invited=invited)
        ):
            return None, False
        exhibit = self._judge.read(text)
        finding = self._judge.weighed(exhibit, guesses)
        if not forwarded and not pasted.is_pasted(exhibit, finding, guesses, invited=invited):
            return None, False
        return Doubted(finding=finding, guesses=guesses), pasted.is_sure(exhibit, finding)

    @staticmethod
    def _given(message: Spoken) -> Gave | Chose | None:
        """What a booking waits for: a name, a phone; or a booking code."""
        return given(message.text, message.session.draft, message.judged.guesses)

    def _led(self, message: Spoken) -> Said | None:
        """A word about the guide or the fraud one is in the midst of: no new alarm for the same thing."""
        words, session = message.reading.words, message.session
        command = self._steps.said(message.reading, session)
        if command is None and self._following.still(words, message.reading.concepts, session):
            command = Command.STILL
        return Said(what=command) if command else None

    def _in_turn(self, message: Spoken) -> AnyHeard:
        """A message that corrects nothing: about the talk, after the last answer, or by itself."""
        alone = self._limits.decided(message.judged.guesses)
        return (
            self._about_the_talk(message)
            or self._booking(message, alone)
            or self._naming.heard(message, alone)
            or self._foreign(message.text)
            or self._after(message, alone)
            or self._meant(message, alone)
        )

    def _booking(self, message: Spoken, alone: AnyHeard | None = None) -> Wants | Meant | None:
        """A time at the station: asked for in plain words, or what the message means by itself."""
        intent = self._known.booking
        if intent is None:
            return None
        meant = isinstance(alone, Meant) and alone.intent == intent and len(message.reading.words) > _FEW
        best = next((guess.intent for guess in message.judged.guesses), intent)
        another = is_refusal(best) or (best != intent and topic_of(best) == topic_of(intent))
        if not meant and (another or not asks(fold(message.text))):
            return None
        day = message.day or self._known.answers[intent].reviewed
        return self._sentences.wants(message.text, intent, message.judged.guesses, day)

    def _after(self, message: Spoken, alone: AnyHeard, *, corrects: bool = False) -> Meant | None:
        """What it means in the light of the answer before it."""
        leans = corrects or self._following.has_joint(message.reading.words)
        heard = self._following.heard(message, clear=clear(alone, leans=leans), corrects=corrects)
        return replace(heard, facets=facets.asked(message.reading)) if heard else None

    def _corrected(self, message: Spoken) -> AnyHeard | None:
        """A correction: another place; else the rest is understood with the intent just answered ruled out.

        Unless it names another case of that very intent.
        """
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
        facet = self._part(again)
        if facet:
            return Said(what=facet)
        heard = self._after(again, alone, corrects=True) or self._meant(again, alone, corrects=True)
        return Said(what=Command.WRONG) if heard == Puzzled() else heard

    def _urgent(self, message: Spoken) -> Urgent | None:
        if is_number(message.text):  # a choice, however loud one digit may sound to the model
            return None
        kind = urgency.alarm(message.judged, message.reading, self._known.calming, self._limits.alarm)
        if not kind or self._following.is_calm(message):
            return None
        return Urgent(kind=kind, intent=self._known.emergencies[kind].intent)

    def _about_the_talk(self, message: Spoken) -> Said | Meant | None:
        command = self._commands.get(message.reading.folded)
        if command and (message.session.trail or command not in {Command.USEFUL, Command.WRONG}):
            return Said(what=command)
        facet = self._part(message)
        if facet:
            return Said(what=facet)
        intent = message.session.intent or ""
        several = self._facets.several(message)
        if not several or intent not in self._known.answers:
            return None
        return Meant(intent=intent, path=path_of(message.session.trail, intent), facets=several)

    def _part(self, message: Spoken) -> Facet | None:
        """The part of the last answer that is asked for, unless a case of that answer is named."""
        listed = self._facets.listed(message)
        if listed or self._following.names_case(message):
            return listed
        return self._facets.only(message)

    def _foreign(self, text: str) -> Elsewhere | None:
        """A message in letters that Vietnamese is not written in."""
        return Elsewhere(refusal=FOREIGN) if FOREIGN in self._known.answers and is_foreign(text) else None

    def _meant(self, message: Spoken, alone: AnyHeard, *, corrects: bool = False) -> AnyHeard:
        reading, judged = message.reading, message.judged
        several = doubles.questions(message.text, self._best, self._limits.second, VAGUE)
        if several:
            return self._several(message, several)
        if len(reading.words) <= _FEW and not corrects and judged.nearest < _VERBATIM:
            return self._limits.asked_back(judged.guesses)
        if isinstance(alone, Meant):
            asked = facets.asked(reading)
            if not asked and self._following.has_joint(reading.words):
                asked = self._following.same_kind(message.session)
            path = self._cases.path(alone.intent, message.typed, message.day)
            return replace(alone, path=path, facets=asked)
        if isinstance(alone, Elsewhere) and self._may_be_aside(message, alone):
            return still_about(message.session.intent or "", alone)
        return alone

    @staticmethod
    def _may_be_aside(message: Spoken, alone: Elsewhere) -> bool:
        """Whether a short refusal that is not very sure comes right after an answer of ours."""
        intent, last = message.session.intent or "", (message.session.trail or ("",))[-1]
        shown = last.startswith(answer_choice(intent))
        short = len(message.reading.words) <= _ASIDE
        ours = topic_of(intent) not in {"", "tro_chuyen", REFUSAL}
        return shown and short and ours and bool(alone.guesses) and alone.guesses[0].score < REFUSED

    def _best(self, text: str) -> Guess | None:
        return next(iter(self.matcher.guesses(text)), None)

    def _several(self, message: Spoken, halves: tuple[doubles.Half, ...]) -> Meant:
        """Two answers, each for its own case; what is more than two is offered."""
        questions = []
        for half in halves[: doubles.ANSWERED]:
            reading = self._read(half.text, half.text)
            typed = Typed(reading.words, half.text)
            path = self._cases.path(half.guess.intent, typed, message.day)
            questions.append(Question(half.guess.intent, path, facets.asked(reading)))
        first, *others = questions
        left = tuple(half.guess.intent for half in halves[doubles.ANSWERED :])
        guesses = tuple(half.guess for half in halves[:OFFERED])
        return Meant(
            intent=first.intent, path=first.path, facets=first.facets, others=tuple(others), left=left,
            guesses=guesses,
        )  # fmt: skip
