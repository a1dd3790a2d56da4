"""From words to meaning: urgent first, then what was on offer, then questions, then honest doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rapidfuzz import fuzz

from bot.conversation import pasted, urgency
from bot.conversation.lexicon import Reading
from bot.conversation.matching import Judgement, Matcher
from bot.conversation.scam import Judge
from bot.conversation.screens import answer_choice
from bot.conversation.text import clean, fold
from bot.conversation.tongues import is_foreign
from bot.domain.heard import (
    AnyHeard,
    Chose,
    Command,
    Doubted,
    Elsewhere,
    Facet,
    Guess,
    Meant,
    Puzzled,
    Said,
    Urgent,
)
from bot.domain.knowledge import REFUSAL, Knowledge, is_refusal, topic_of
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


_NUMBER = re.compile(r"^(?:so|cau|muc|nut|chon|cai|y|thu|phuong an|truong hop)*\s*(?:thu )?(\d{1,2})[.)]?$")
_SPLIT = re.compile(
    r"[?!;.]{1,20}\s+|\s*[?!;]\s*"
    r"|,\s+(?=(?:rồi|với|còn|mà|thế|và|nhân tiện|tiện thể|cho)\b)"
    r"|\s+(?:với lại|và cho|mà cho|tiện thể|nhân tiện|ngoài ra|đồng thời|và)\s+",
    re.IGNORECASE,
)
_SAME_LABEL = 92  # rapidfuzz ratio of a label typed by hand
_SHORT_QUESTION = 7  # words of a question about part of the last answer
_HALF = 3  # words of half a double question
_PARTS = 3  # parts of a message that may be two questions; more is a story
_STORY = 45  # words from which a message is a story
_FEW = 2  # words that are too few to answer on, unless somebody taught just them
_VERBATIM = 0.985
_FOREIGN = "oos.tieng_nuoc_ngoai"  # says in other languages where to turn
# Refusals that name no office: said only when very sure.
_VAGUE = ("oos.chung", "oos.chuyen_khac", "oos.buc_xuc", "oos.sai_khien", _FOREIGN)
_NEVER_OFFERED = frozenset([*_VAGUE, "tro_chuyen.chao", "tro_chuyen.cam_on", "tro_chuyen.tam_biet"])
# Groups of words.yaml that ask for a part of an answer.
_ASKING = {
    "bao_tien": Facet.FEE,
    "bao_lau": Facet.TIME,
    "o_dau": Facet.WHERE,
    "mang_gi": Facet.BRING,
    "online": Facet.ONLINE,
}


class Understanding:
    """What messages mean, given the content. Pure and shared; never changed after it is built."""

    def __init__(
        self,
        known: Knowledge,
        matcher: Matcher,
        thresholds: Thresholds | None = None,
        judge: Judge | None = None,
    ) -> None:
        self._known = known
        self.matcher = matcher
        self._limits = thresholds or Thresholds()
        self._judge = judge
        lexicon = matcher.lexicon
        self._commands = {
            _key(lexicon.read(text)): Command(name)
            for name, group in known.words.commands.items()
            for text in group
        }
        self._facets = {
            _key(lexicon.read(text)): Facet(name)
            for name, group in known.words.facets.items()
            for text in group
        }
        self._joints = {t.folded for text in known.words.joints for t in lexicon.words(text)}

    def understand(
        self,
        text: str,
        session: Session | None = None,
        withheld: frozenset[Secret] = frozenset(),
        *,
        forwarded: bool = False,
    ) -> AnyHeard:
        """What one message means in a talk. `text` is redacted already; `withheld` travels along."""
        session = session or Session()
        cleaned = clean(text)
        reading = self.matcher.lexicon.reading(self.matcher.lexicon.standard(cleaned), text)
        judged = self.matcher.judge(reading)
        alarm = self._urgent(cleaned, judged, reading)
        doubted, sure = self._doubted(text, session, judged, forwarded=forwarded)
        heard = (
            (alarm if not (doubted and sure) else None)
            or (doubted if forwarded or sure else None)
            or self._on_offer(cleaned, session)
            or self._about_the_talk(reading, session, judged)
            or doubted
            or self._foreign(cleaned)
            or self._meant(cleaned, reading, judged)
        )
        return replace(heard, withheld=withheld) if withheld else heard

    def _urgent(self, text: str, judged: Judgement, reading: Reading) -> Urgent | None:
        if _NUMBER.match(_plain(text)):  # a choice, however loud one digit may sound to the model
            return None
        kind = urgency.alarm(judged, reading, self._known.calming, self._limits.alarm)
        return Urgent(kind=kind, intent=self._known.emergencies[kind].intent) if kind else None

    def _doubted(
        self, text: str, session: Session, judged: Judgement, *, forwarded: bool
    ) -> tuple[Doubted | None, bool]:
        """Somebody else's message with what was found in it, and whether it is plainly a trick."""
        invited = session.trail[-1:] == (answer_choice(pasted.CHECK),)
        if self._judge is None or not (forwarded or pasted.worth_reading(text, invited=invited)):
            return None, False
        guesses = judged.guesses
        exhibit = self._judge.read(text)
        finding = self._judge.weighed(exhibit, guesses)
        if not forwarded and not pasted.is_pasted(exhibit, finding, guesses, invited=invited):
            return None, False
        return Doubted(finding=finding, guesses=guesses), pasted.is_sure(exhibit, finding)

    def _on_offer(self, text: str, session: Session) -> Chose | None:
        """A number or a label of what was last on show."""
        if not session.offers:
            return None
        typed = _plain(text)
        number = _NUMBER.match(typed)
        if number:
            place = int(number[1])
            return Chose(choice=session.offers[place - 1] if 1 <= place <= len(session.offers) else typed)
        for label, choice in zip(session.labels, session.offers, strict=True):
            if len(typed) > 1 and fuzz.ratio(typed, _shown(label), score_cutoff=_SAME_LABEL):
                return Chose(choice=choice)
        return None

    def _about_the_talk(self, reading: Reading, session: Session, judged: Judgement) -> Said | None:
        key = _key(reading)
        command = self._commands.get(key)
        if command and (session.trail or command not in {Command.USEFUL, Command.WRONG}):
            return Said(what=command)
        if session.intent and len(reading.words) <= _SHORT_QUESTION:
            facet = (
                self._facets.get(key)
                or self._facets.get(self._without_joints(key))
                or self._only(reading, judged)
            )
            if facet:
                return Said(what=facet)
        return None

    def _foreign(self, text: str) -> Elsewhere | None:
        """A message in letters that Vietnamese is not written in."""
        return Elsewhere(refusal=_FOREIGN) if _FOREIGN in self._known.answers and is_foreign(text) else None

    def _only(self, reading: Reading, judged: Judgement) -> Facet | None:
        """The facet of a message that names nothing else: every concept in it asks for the same part."""
        if judged.guesses and judged.guesses[0].score >= self._limits.answer:
            return None  # "ly hôn thì ra đâu" is a matter of its own
        asked = {_ASKING.get(concept) for concept in reading.concepts}
        return asked.pop() if len(asked) == 1 else None

    def _without_joints(self, key: str) -> str:
        words = key.split()
        while words and words[0] in self._joints:
            words = words[1:]
        while words and words[-1] in self._joints:
            words = words[:-1]
        return " ".join(words)

    def _meant(self, text: str, reading: Reading, judged: Judgement) -> Meant | Elsewhere | Puzzled:
        halves = self._two_questions(text)
        if halves:
            first, second = halves
            return Meant(intent=first.intent, also=(second.intent,), guesses=(first, second))
        if len(reading.words) <= _FEW and judged.nearest < _VERBATIM:
            return self._asked_back(judged.guesses)
        heard = self._decided(judged.guesses)
        if isinstance(heard, Meant):
            asked = dict.fromkeys(_ASKING[concept] for concept in reading.concepts if concept in _ASKING)
            return Meant(intent=heard.intent, facets=tuple(asked), guesses=heard.guesses)
        return heard

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

    def _two_questions(self, text: str) -> tuple[Guess, Guess] | None:
        """The two questions of one message, when each half is clear on its own and they differ."""
        parts = _parts(text)
        found: list[Guess] = []
        for left, part in zip(range(len(parts), 0, -1), parts, strict=True):
            if len(found) + left < 2:
                return None
            best = next(iter(self.matcher.guesses(part)), None)
            if (
                best
                and best.score >= self._limits.second
                and topic_of(best.intent) != "tro_chuyen"
                and best.intent not in _VAGUE
                and best.intent not in {guess.intent for guess in found}
            ):
                found.append(best)
        # Ours first; a scam story told in two sentences, or two refusals, are one matter.
        found.sort(key=lambda guess: is_refusal(guess.intent))
        if len(found) < 2 or all(topic_of(guess.intent) in {"lua_dao", REFUSAL} for guess in found[:2]):
            return None
        return found[0], found[1]


def _parts(text: str) -> list[str]:
    """The parts of a clean message that may be two questions; none when it cannot be more than one."""
    words = text.count(" ") + 1
    if not 2 * _HALF <= words <= _STORY:  # a story is one matter
        return []
    parts = [part for part in _SPLIT.split(text) if part and len(part.split()) >= _HALF]
    return parts if 2 <= len(parts) <= _PARTS else []


def _key(reading: Reading) -> str:
    return reading.folded


def _plain(text: str) -> str:
    """What stays of a text when it is compared with a label."""
    return fold(text).strip(" .!?")


_shown = lru_cache(maxsize=1_024)(_plain)  # labels are ours and come again and again; messages are not kept
