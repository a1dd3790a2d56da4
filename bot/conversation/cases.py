"""Which case of an answer a message names already, so that nobody is asked what they have just typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.conversation.ages import ages
from bot.conversation.cues import Cues
from bot.conversation.lexicon import Lexicon
from bot.conversation.text import Token
from bot.domain.answer import Body, Case
from bot.domain.command import Facet
from bot.domain.heard import Guess
from bot.domain.knowledge import Knowledge, topic_of

Path = tuple[int, ...]
# Answers of a topic about one part of its other answers.
KINDS = {"le_phi": Facet.FEE, "thoi_gian": Facet.TIME, "noi_lam": Facet.WHERE, "giay_to": Facet.BRING}


@dataclass(frozen=True, slots=True)
class Typed:
    """A message as cases are read from it: its standard words, and the letters for ages."""

    words: Sequence[Token]
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """The one option that was named, and the places of the words that named it."""

    option: int
    places: frozenset[int]


class Cases:
    """Reads the options of case questions from messages, by the cues and ages of the content."""

    def __init__(self, known: Knowledge, lexicon: Lexicon) -> None:
        self._known = known
        self._cues: dict[int, Cues] = {}  # by the identity of the case; the content outlives this
        beside = known.words.turns.get("beside", ())
        for answer in known.answers.values():
            for variant in answer.variants:
                for case in _within(variant.body):
                    says = {number: option.says for number, option in enumerate(case.options)}
                    self._cues[id(case)] = Cues(lexicon, says, beside)

    def suited(self, guesses: Sequence[Guess], text: str, day: date) -> tuple[Guess, ...]:
        """The guesses without those whose answers are for people of another age than is named."""
        spans = ages(text, day)

        def fits(guess: Guess) -> bool:
            answer = self._known.answers.get(guess.intent)
            only = answer.ages if answer else None
            return only is None or any(only.touch(*span) for span in spans)

        return tuple(filter(fits, guesses)) if spans else tuple(guesses)

    def path(self, intent: str, typed: Typed, day: date | None = None, base: Path = ()) -> Path:
        """The options named, after those of `base`, as far as each open question is answered by just one."""
        answer = self._known.answers.get(intent)
        if answer is None:
            return base
        day = day or answer.reviewed
        while True:
            cases = answer.body(day, base).cases
            found = self.option(cases[0], typed, day) if cases else None
            if found is None:
                return base
            base = (*base, found.option)

    def option(self, case: Case, typed: Typed, day: date) -> Found | None:
        """The one option of a case that is named; None when none is, or two are."""
        named: dict[int, frozenset[int]] = {}
        for hit in self._cues[id(case)].found(typed.words):
            named[hit.key] = named.get(hit.key, frozenset()) | hit.places
        if any(option.ages for option in case.options):
            for low, high in ages(typed.text, day):
                for number, option in enumerate(case.options):
                    if option.ages and option.ages.hold(low, high):
                        named.setdefault(number, frozenset())
        if len(named) != 1:
            return None
        [(only, places)] = named.items()
        return Found(only, places)

    def another(self, intent: str, path: Path, typed: Typed, day: date | None) -> tuple[Path, Found] | None:
        """Another case of an answer, looked for from the question nearest to the current screen upwards."""
        answer = self._known.answers.get(intent)
        if answer is None:
            return None
        day = day or answer.reviewed
        for depth in range(len(path), -1, -1):
            cases = answer.body(day, path[:depth]).cases
            found = self.option(cases[0], typed, day) if cases else None
            if found:
                return self.path(intent, typed, day, (*path[:depth], found.option)), found
        return None

    def sibling(self, intent: str, typed: Typed, day: date | None) -> tuple[str, Path] | None:
        """The one other answer of the topic that has a case for the age named, and that case.

        Answers about a part of the others ("lệ phí làm thẻ") are none.
        """
        answer = self._known.answers.get(intent)
        today = day or (answer.reviewed if answer else date.min)
        spans = ages(typed.text, today)
        if not spans:
            return None
        fit = []
        for other in self._known.answers.values():
            topic, _, name = other.intent.partition(".")
            if other.intent == intent or topic != topic_of(intent) or name in KINDS:
                continue
            case = next(iter(other.body(today).cases or ()), None)
            for number, option in enumerate(case.options if case else ()):
                if option.ages and any(option.ages.hold(*span) for span in spans):
                    fit.append((other.intent, (number,)))
        return fit[0] if len(fit) == 1 else None


def _within(body: Body) -> Iterator[Case]:
    for case in body.cases or ():
        yield case
        for option in case.options:
            yield from _within(option.body)
