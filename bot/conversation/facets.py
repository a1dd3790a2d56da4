"""Questions about a part of the last answer: "còn lệ phí?", "ở mô?", "mấy ngày rứa?"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.cases import KINDS
from bot.conversation.cues import Phrases
from bot.conversation.lexicon import Lexicon, Reading
from bot.conversation.spoken import Spoken
from bot.conversation.text import Token
from bot.domain.command import Facet
from bot.domain.knowledge import Words

_SHORT = 7  # words of a question about part of the last answer
_LISTED = 10  # the same, when it is typed just as it is listed
_TWO = 2
_BARE = 4  # words of one that names no matter at all
# Groups of words.yaml that ask for a part of an answer.
_ASKING = {
    "bao_tien": Facet.FEE,
    "bao_lau": Facet.TIME,
    "o_dau": Facet.WHERE,
    "mang_gi": Facet.BRING,
    "online": Facet.ONLINE,
}


def asked(reading: Reading) -> tuple[Facet, ...]:
    """The parts of an answer that are asked for by name."""
    return tuple(dict.fromkeys(_ASKING[concept] for concept in reading.concepts if concept in _ASKING))


class Facets:
    """Reads which part of an answer a message asks for; `sure` is the confidence of a matter of its own."""

    def __init__(self, words: Words, lexicon: Lexicon, sure: float) -> None:
        self._listed = {
            lexicon.read(text).folded: Facet(name) for name, group in words.facets.items() for text in group
        }
        self._joints = {token.folded for text in words.joints for token in lexicon.words(text)}
        self._people = Phrases(lexicon, words.turns.get("people", ()))
        self._sure = sure

    def listed(self, message: Spoken) -> Facet | None:
        """The part, when the whole message is a known way to ask for it, joints left out."""
        if not self._fits(message, _LISTED):
            return None
        key = message.reading.folded
        return (
            self._listed.get(key)
            or self._listed.get(self._without_joints(key))
            or self._for_somebody(message.reading.words)
        )

    def _for_somebody(self, words: Sequence[Token]) -> Facet | None:
        """Whether it is "may … go instead?", whoever is named in it ("con mệ đi thay được không")."""
        who = self._people.places(words)
        rest = " ".join(word.folded for place, word in enumerate(words) if place not in who)
        facet = self._listed.get(self._without_joints(rest)) if who else None
        return facet if facet is Facet.PROXY else None

    def only(self, message: Spoken) -> Facet | None:
        """The part, when the message names nothing else: every concept in it asks for the same."""
        if not self._fits(message, _SHORT):
            return None
        wanted = [_ASKING.get(concept) for concept in message.reading.concepts]
        best = next(iter(message.judged.guesses), None)
        if best and best.score >= self._sure:
            # "ly hôn thì ra đâu" is a matter of its own; "lệ phí bao nhiêu" names none.
            kind = KINDS.get(best.intent.partition(".")[2])
            bare = len(message.reading.words) <= _BARE
            return kind if bare and kind is not None and set(wanted) == {kind} else None
        return wanted[0] if len(set(wanted)) == 1 else None

    def several(self, message: Spoken) -> tuple[Facet, ...]:
        """The parts, when a message asks for two or more of them and names nothing else."""
        wanted = asked(message.reading)
        others = any(concept not in _ASKING for concept in message.reading.concepts)
        if len(wanted) < _TWO or others or not self._fits(message, _LISTED):
            return ()
        best = next(iter(message.judged.guesses), None)
        own = best and best.score >= self._sure and KINDS.get(best.intent.partition(".")[2]) not in wanted
        return () if own else wanted

    @staticmethod
    def _fits(message: Spoken, most: int) -> bool:
        return message.session.intent is not None and len(message.reading.words) <= most

    def _without_joints(self, key: str) -> str:
        words = key.split()
        while words and words[0] in self._joints:
            words = words[1:]
        while words and words[-1] in self._joints:
            words = words[:-1]
        return " ".join(words)
