"""Questions that lean on the answer before them: "thế bị gãy thì sao?", "còn con tôi 5 tuổi?".

A message that is clear by itself means what it says, whatever was talked about before. Only a message with a
joint ("thế", "còn", "vậy"), one that answers the question on show in words of its own, or one that alone is
unclear, is looked at together with the answer before it: does it name another case of it, or an age another
answer of its topic is for, or does the model, once it reads the topic's name along with it, find an intent of
that topic? (The title of the answer itself would drown a short message.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.conversation.ages import ages
from bot.conversation.cases import KINDS, Cases, Typed
from bot.conversation.cues import Cues, Phrases
from bot.conversation.matching import Matcher
from bot.conversation.spoken import Spoken
from bot.conversation.text import Token
from bot.domain.command import Command, Facet
from bot.domain.heard import Meant
from bot.domain.knowledge import REFUSAL, Knowledge, topic_of
from bot.domain.session import Session

# Measured on tests/followups; see docs/figures.md.
SHORT = 12  # words of a question that may lean on the one before it
TOGETHER = 0.85  # what a guess must be worth when the name of the topic is read along
SUPPORTED = 0.5  # the same for a guess that is worth at least `ALONE` without it
ALONE = 0.05

LOUD = 1.0  # of an alarm that rings whatever was talked about
_GRAVE = frozenset({"an_ninh", "lua_dao"})  # topics that people in danger write about
_NEW_LOSS = frozenset({"tien", "da_mat", "so_tien"})  # groups of words.yaml: it is not just a call again
_CALL = 10  # words of a message that says no more than that they call again


@dataclass(frozen=True, slots=True)
class _Turn:
    """A short message taken apart: whether it has a joint, and where its words of weight stand."""

    joint: bool
    weighty: frozenset[int]
    people: bool

    @property
    def only_people(self) -> bool:
        """Whether it goes on from what was said and names nothing but somebody ("còn vợ tôi")."""
        return self.joint and self.people and not self.weighty

    def is_told_by(self, places: frozenset[int]) -> bool:
        """Whether the words at these places say all there is to say: one of two may be missing."""
        return len(self.weighty - places) <= (1 if len(places) > 1 else 0)


class Following:
    """Reads messages in the light of the answer before them."""

    def __init__(self, known: Knowledge, matcher: Matcher, cases: Cases) -> None:
        lexicon, words = matcher.lexicon, known.words
        self._known = known
        self._matcher = matcher
        self._cases = cases
        self._opening = Phrases(lexicon, words.turns.get("opening", ()))
        self._closing = Phrases(lexicon, words.turns.get("closing", ()))
        self._weak = Phrases(lexicon, words.turns.get("weak", ()))
        self._people = Phrases(lexicon, words.turns.get("people", ()))
        self._still = Cues(lexicon, {0: words.commands.get(Command.STILL, ())})

    def still(self, words: Sequence[Token], concepts: Sequence[str], session: Session) -> bool:
        """Whether the swindlers one talks about are at it again, and no more than that."""
        if topic_of(session.intent or "") != "lua_dao" or len(words) > _CALL:
            return False
        return _NEW_LOSS.isdisjoint(concepts) and bool(self._still.found(words))

    def is_calm(self, message: Spoken) -> bool:
        """Whether an alarm would be a mistake: a short question after a calm answer, that goes on from it.

        It names nothing but for whom one asks ("còn em tôi 2 tuổi"), or it has a joint or names a case of the
        answer while the best guess is nothing that people in danger write about. What sounds very loud is
        never calm.
        """
        topic, judged = topic_of(message.session.intent or ""), message.judged
        if topic not in self._known.topics or topic in _GRAVE or len(message.reading.words) > SHORT:
            return False
        turn = self._taken_apart(message.typed)
        if turn.only_people:
            return True
        grave = bool(judged.guesses) and topic_of(judged.guesses[0].intent) in _GRAVE
        if grave or judged.loudness > LOUD:
            return False
        return turn.joint or self.names_case(message)

    def has_joint(self, words: Sequence[Token]) -> bool:
        """Whether a message goes on from what was said ("thế còn …")."""
        return bool(self._opening.front(words))

    def names_case(self, message: Spoken) -> bool:
        """Whether a case of the answer on show is named."""
        intent = message.session.intent or ""
        path = path_of(message.session.trail, intent)
        return self._cases.another(intent, path, message.typed, message.day) is not None

    def same_kind(self, session: Session) -> tuple[Facet, ...]:
        """The part of an answer one was talking about: "thế còn hộ chiếu?" asks for the same."""
        if session.asked:
            return (Facet(session.asked),)
        kind = KINDS.get((session.intent or "").partition(".")[2])
        return (kind,) if kind else ()

    def heard(self, message: Spoken, *, clear: str | None, corrects: bool = False) -> Meant | None:
        """What a message means after the answer before it; None when it has to be read alone.

        `clear` is the intent it has by itself, if it is clear; `corrects` says that a "no" stood before it.
        """
        session, typed, day = message.session, message.typed, message.day
        answer = self._known.answers.get(session.intent or "")
        if answer is None or topic_of(answer.intent) in {"tro_chuyen", REFUSAL}:
            return None
        if not 1 <= len(typed.words) <= SHORT:
            return None
        turn = self._taken_apart(typed)
        path = path_of(session.trail, answer.intent)
        leans = turn.joint or corrects or bool(answer.body(day or answer.reviewed, path).cases)
        case = self._cases.another(answer.intent, path, typed, day)
        if case:
            new, named = case
            told = turn.is_told_by(named.places)
            if (leans or clear is None) and (told or (leans and clear in {None, answer.intent})):
                return Meant(intent=answer.intent, path=new)
        if clear and not turn.only_people:
            return None
        by_age = self._cases.sibling(answer.intent, typed, day)
        if by_age:
            return Meant(intent=by_age[0], path=by_age[1])
        if turn.only_people:
            return Meant(intent=answer.intent)
        return self._together(message, trusting=turn.joint or corrects) if leans else None

    def _together(self, message: Spoken, *, trusting: bool) -> Meant | None:
        """The other intent of the topic that the model finds when the topic's name is read along.

        Unless `trusting`, it has to be among its guesses without the name, too.
        """
        intent, typed = message.session.intent or "", message.typed
        topic = topic_of(intent)
        likely = {guess.intent: guess.score for guess in message.judged.guesses}
        read = self._matcher.lexicon.read(f"{typed.text} {self._known.topics.get(topic, '')}")
        for guess in self._matcher.judge(read).guesses:
            supported = likely.get(guess.intent, 0.0) >= ALONE
            enough = SUPPORTED if supported else TOGETHER if trusting else 1.0
            if guess.intent != intent and topic_of(guess.intent) == topic and guess.score >= enough:
                path = self._cases.path(guess.intent, typed, message.day)
                return Meant(intent=guess.intent, path=path, guesses=(guess,))
        return None

    def _taken_apart(self, typed: Typed) -> _Turn:
        words = typed.words
        front = self._opening.front(words)
        back = len(words) - (self._closing.back(words[front:]) if front < len(words) else 0)
        people = self._people.places(words)
        weak = self._weak.places(words) | people
        aged = bool(ages(typed.text, date.min))
        if aged:
            weak |= {i for i, word in enumerate(words) if word.folded.isdigit() or word.folded in _AGE_WORDS}
        return _Turn(front > 0, frozenset(range(front, back)) - weak, aged or bool(people))


_AGE_WORDS = frozenset("tuoi t mot hai ba bon tu nam lam sau bay tam chin muoi thang so sinh".split())


def path_of(trail: Sequence[str], intent: str) -> tuple[int, ...]:
    """The options chosen so far for an intent, read off the current screen."""
    kind, _, rest = (trail[-1] if trail else "").partition(":")
    shown, _, path = rest.partition(":")
    if kind != "a" or shown != intent:
        return ()
    return tuple(int(step) for step in path.split(".") if step.isdecimal())
