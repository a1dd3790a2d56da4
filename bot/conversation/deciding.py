"""From guesses to a decision: answer, refuse by name, ask back, or say that it was not understood."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.conversation import urgency
from bot.conversation.screens import answer_choice
from bot.domain.heard import AnyHeard, Elsewhere, Guess, Meant, Puzzled
from bot.domain.knowledge import REFUSAL, is_refusal, topic_of
from bot.domain.session import Session

OFFERED = 3  # intents shown when unsure
REFUSED = 0.9  # confidence of a refusal that ends what was talked about; see tests/followups
FOREIGN = "oos.tieng_nuoc_ngoai"  # says in other languages where to turn
# Refusals that name no office: said only when very sure.
VAGUE = ("oos.chung", "oos.chuyen_khac", "oos.buc_xuc", "oos.sai_khien", FOREIGN)
_ASIDE = 8  # words of a message in a talk that may be about what is on show, whatever it sounds like
_NEVER_OFFERED = frozenset([*VAGUE, "tro_chuyen.chao", "tro_chuyen.cam_on", "tro_chuyen.tam_biet"])


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
    sure: float = 0.95  # confidence from which on nobody else is asked
    alarm: urgency.Weights = field(default_factory=urgency.Weights)

    def unsure(self, guesses: tuple[Guess, ...]) -> bool:
        """Whether somebody else's opinion is worth some milliseconds."""
        return bool(guesses) and guesses[0].score < self.sure

    def decided(self, guesses: tuple[Guess, ...]) -> Meant | Elsewhere | Puzzled:
        """What a message means by itself."""
        if not guesses:
            return Puzzled()
        best = guesses[0]
        if best.intent in VAGUE:
            rival = next((g.score for g in guesses if not is_refusal(g.intent)), 0.0)
            if best.score >= self.vague and rival < self.rival:
                return Elsewhere(refusal=best.intent, guesses=guesses)
        elif is_refusal(best.intent):
            if best.score >= self.refuse:
                return Elsewhere(refusal=best.intent, guesses=guesses)
        elif best.score >= self.answer:
            return Meant(intent=best.intent, guesses=guesses)
        return self.asked_back(guesses)

    def asked_back(self, guesses: tuple[Guess, ...]) -> Puzzled:
        """The guesses worth a button, or honest doubt."""
        likely = [g for g in guesses if g.score >= self.offer and g.intent not in _NEVER_OFFERED]
        ours = max((g.score for g in likely if not is_refusal(g.intent)), default=0.0)
        return Puzzled(guesses=tuple(likely[:OFFERED]) if ours >= self.ask else ())


def clear(alone: AnyHeard, *, leans: bool) -> str | None:
    """The intent a message has by itself; none when one is not sure, or it is a refusal without an office.

    What leans on the answer before it is another office's matter only if that is very sure.
    """
    match alone:
        case Meant(intent=intent):
            return intent
        case Elsewhere(refusal=refusal, guesses=guesses) if refusal not in VAGUE:
            return None if leans and guesses[0].score < REFUSED else refusal
    return None


def may_be_aside(session: Session, words: int, alone: Elsewhere) -> bool:
    """Whether a short refusal that is not very sure comes right after an answer of ours."""
    intent, last = session.intent or "", (session.trail or ("",))[-1]
    shown = last.startswith(answer_choice(intent))
    ours = topic_of(intent) not in {"", "tro_chuyen", REFUSAL}
    return shown and words <= _ASIDE and ours and bool(alone.guesses) and alone.guesses[0].score < REFUSED


def still_about(intent: str, alone: Elsewhere) -> Puzzled:
    """A short refusal in the midst of a talk: perhaps it is the matter of the talk that is meant."""
    named = [guess for guess in alone.guesses if guess.intent not in {intent, *_NEVER_OFFERED}]
    return Puzzled(guesses=(Guess(intent, alone.guesses[0].score if alone.guesses else 0.0), *named[:1]))
