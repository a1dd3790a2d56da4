"""From words to meaning: urgent first, then what was on offer, then questions, then honest doubt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from bot.conversation import doubles, facets, pasted, urgency
from bot.conversation.cases import Cases, Typed
from bot.conversation.corrections import Corrections, without
from bot.conversation.facets import Facets
from bot.conversation.following import Following
from bot.conversation.lexicon import Reading
from bot.conversation.matching import Matcher
from bot.conversation.naming import Naming
from bot.conversation.offers import is_number, on_offer
from bot.conversation.places import Gazetteer
from bot.conversation.scam import Judge
from bot.conversation.screens import answer_choice
from bot.conversation.spoken import Spoken
from bot.conversation.steps import LED, Steps
from bot.conversation.text import clean
from bot.conversation.tongues import is_foreign
from bot.domain.heard import (
    AnyHeard,
    Command,
    Doubted,
    Elsewhere,
    Facet,
    Guess,
    Meant,
    Puzzled,
    Question,
    Said,
    Urgent,
)
from bot.domain.knowledge import Knowledge, is_refusal
from bot.domain.message import Secret
from bot.domain.session import Session

OFFERED = 3  # intents shown when unsure


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where sure ends and unsure begins; calibrated by bench/calibration.py on tests/questions."""

    answer: float = 0.65  # confidence of an answer
    refuse: float = 0.45  # confidence of a named refusal
    vague: float = 0.7  # the same for a refusal that names no office
    rival: float = 0.4  # confidence of an answer that such a refusal may not push aside
    ask: float = 0.25  # confidence of the best guess that is still worth asking about
    offer: float = 0.05  # confidence of a guess worth a button
    second: float = 0.7  # confidence of each half of a double question
    alarm: urgency.Weights = field(default_factory=urgency.Weights)


_FEW = 2  # words that are too few to answer on, unless somebody taught just them
_VERBATIM = 0.985
_REFUSED = 0.9  # confidence of a refusal that ends what was talked about; see tests/followups
_FOREIGN = "oos.tieng_nuoc_ngoai"  # says in other languages where to turn
# Refusals that name no office: said only when very sure.
_VAGUE = ("oos.chung", "oos.chuyen_khac", "oos.buc_xuc", "oos.sai_khien", _FOREIGN)
_NEVER_OFFERED = frozenset([*_VAGUE, "tro_chuyen.chao", "tro_chuyen.cam_on", "tro_chuyen.tam_biet"])


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
        self._corrections = Corrections(known.words, lexicon)
        self._steps = Steps(known, lexicon)
        self._naming = Naming(known, places or Gazetteer(), self._best, self._limits.answer)

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
        judged = self.matcher.judge(reading)
        message = Spoken(cleaned, reading, judged, session, day)
        doubted, sure = self._doubted(text, session, judged.guesses, forwarded=forwarded)
        heard = (
            (None if forwarded else self._led(message))
            or (None if doubted and sure else self._urgent(message))
            or (doubted if forwarded or sure else None)
            or on_offer(cleaned, session)
            or self._corrected(message)
            or doubted
            or self._in_turn(message)
        )
        return replace(heard, withheld=withheld) if withheld else heard

    def _read(self, cleaned: str, text: str) -> Reading:
        lexicon = self.matcher.lexicon
        return lexicon.reading(lexicon.standard(cleaned), text)

    def _doubted(
        self, text: str, session: Session, guesses: tuple[Guess, ...], *, forwarded: bool
    ) -> tuple[Doubted | None, bool]:
        """Somebody else's message with what was found in it, and whether it is plainly a trick."""
        invited = session.trail[-1:] == (answer_choice(pasted.CHECK),)
        if self._judge is None or not (forwarded or pasted.worth_reading(text, invited=invited)):
            return None, False
        exhibit = self._judge.read(text)
        finding = self._judge.weighed(exhibit, guesses)
        if not forwarded and not pasted.is_pasted(exhibit, finding, guesses, invited=invited):
            return None, False
        return Doubted(finding=finding, guesses=guesses), pasted.is_sure(exhibit, finding)

    def _led(self, message: Spoken) -> Said | None:
        """A word about the guide or the fraud one is in the midst of: no new alarm for the same thing."""
        words, session = message.reading.words, message.session
        command = self._steps.said(message.reading, session)
        if command is None and self._following.still(words, message.reading.concepts, session):
            command = Command.STILL
        return Said(what=command) if command else None

    def _in_turn(self, message: Spoken) -> AnyHeard:
        """A message that corrects nothing: about the talk, after the last answer, or by itself."""
        alone = self._decided(message.judged.guesses)
        return (
            self._about_the_talk(message)
            or self._naming.heard(message, alone)
            or self._foreign(message.text)
            or self._after(message, alone)
            or self._meant(message, alone)
        )

    def _after(self, message: Spoken, alone: AnyHeard, *, corrects: bool = False) -> Meant | None:
        """What it means in the light of the answer before it."""
        leans = corrects or self._following.has_joint(message.reading.words)
        heard = self._following.heard(message, clear=_clear(alone, leans=leans), corrects=corrects)
        return replace(heard, facets=facets.asked(message.reading)) if heard else None

    def _corrected(self, message: Spoken) -> AnyHeard | None:
        """A correction: the rest is understood with the intent just answered ruled out.

        Unless it names another case of that very intent.
        """
        session = message.session
        if not session.intent:
            return None
        rest = self._corrections.rest(message.text)
        if rest is None:
            return None
        if not rest:
            return Said(what=Command.WRONG)
        reading = self._read(rest, rest)
        again = replace(message, text=rest, reading=reading, judged=self.matcher.judge(reading))
        guesses = without(again.judged.guesses, session.intent)
        again = replace(again, judged=replace(again.judged, guesses=guesses))
        alone = self._decided(guesses)
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

    def _about_the_talk(self, message: Spoken) -> Said | None:
        command = self._commands.get(message.reading.folded)
        if command and (message.session.trail or command not in {Command.USEFUL, Command.WRONG}):
            return Said(what=command)
        facet = self._part(message)
        return Said(what=facet) if facet else None

    def _part(self, message: Spoken) -> Facet | None:
        """The part of the last answer that is asked for, unless a case of that answer is named."""
        listed = self._facets.listed(message)
        if listed or self._following.names_case(message):
            return listed
        return self._facets.only(message)

    def _foreign(self, text: str) -> Elsewhere | None:
        """A message in letters that Vietnamese is not written in."""
        return Elsewhere(refusal=_FOREIGN) if _FOREIGN in self._known.answers and is_foreign(text) else None

    def _meant(self, message: Spoken, alone: AnyHeard, *, corrects: bool = False) -> AnyHeard:
        reading, judged = message.reading, message.judged
        several = doubles.questions(message.text, self._best, self._limits.second, _VAGUE)
        if several:
            return self._several(message, several)
        if len(reading.words) <= _FEW and not corrects and judged.nearest < _VERBATIM:
            return self._asked_back(judged.guesses)
        if isinstance(alone, Meant):
            asked = facets.asked(reading)
            if not asked and self._following.has_joint(reading.words):
                asked = self._following.same_kind(message.session)
            path = self._cases.path(alone.intent, message.typed, message.day)
            return replace(alone, path=path, facets=asked)
        return alone

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

    def _decided(self, guesses: tuple[Guess, ...]) -> Meant | Elsewhere | Puzzled:
        limits = self._limits
        if not guesses:
            return Puzzled()
        best = guesses[0]
        if best.intent in _VAGUE:
            rival = next((g.score for g in guesses if not is_refusal(g.intent)), 0.0)
            if best.score >= limits.vague and rival < limits.rival:
                return Elsewhere(refusal=best.intent, guesses=guesses)
        elif is_refusal(best.intent):
            if best.score >= limits.refuse:
                return Elsewhere(refusal=best.intent, guesses=guesses)
        elif best.score >= limits.answer:
            return Meant(intent=best.intent, guesses=guesses)
        return self._asked_back(guesses)

    def _asked_back(self, guesses: tuple[Guess, ...]) -> Puzzled:
        """The guesses worth a button, or honest doubt."""
        likely = [g for g in guesses if g.score >= self._limits.offer and g.intent not in _NEVER_OFFERED]
        ours = max((g.score for g in likely if not is_refusal(g.intent)), default=0.0)
        return Puzzled(guesses=tuple(likely[:OFFERED]) if ours >= self._limits.ask else ())


def _clear(alone: AnyHeard, *, leans: bool) -> str | None:
    """The intent a message has by itself; none when one is not sure, or it is a refusal without an office.

    What leans on the answer before it is another office's matter only if that is very sure.
    """
    match alone:
        case Meant(intent=intent):
            return intent
        case Elsewhere(refusal=refusal, guesses=guesses) if refusal not in _VAGUE:
            return None if leans and guesses[0].score < _REFUSED else refusal
    return None
