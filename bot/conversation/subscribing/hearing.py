"""Whether a message asks for warnings or for none, of which topics, or only for fewer. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.conversation.cues import Cues
from bot.conversation.lexicon import Lexicon
from bot.conversation.subscribing import acts
from bot.conversation.subscribing.acts import choice
from bot.conversation.text import Token, fold
from bot.domain.command import Command
from bot.domain.heard import Chose, Follows, Meant, Puzzled, Said
from bot.domain.knowledge import NO_WARNINGS, WARNINGS, Knowledge
from bot.domain.session import Session
from bot.domain.warning import Topic

# Less, later, at night, only some: whoever writes so does not want nothing at all.
_PARTLY = re.compile(
    r"\b(?:bot|it thoi|it lai|giam|chi (?:giu|nhan|lay|can|gui)|tam (?:dung|ngung|tat|thoi)|ban dem|"
    r"luc ngu|nua dem|thang mot tin|thang mot lan|tuan mot tin|tuan mot lan)\b"
)
_OURS = frozenset({WARNINGS, NO_WARNINGS})
_EITHER = ([WARNINGS, NO_WARNINGS], [NO_WARNINGS, WARNINGS])
_SURE = 0.9  # from which on a guess needs no verb
_STOPS = re.compile(r"\b(?:ngung|dung|thoi|bo|huy|tat|khoi|cat|ngat|go|unsub)\b")
_NO = frozenset(
    {"thoi", "khong", "ko", "k", "kh", "hong", "thoi khoi", "khoi", "khong can", "thoi khong", "de sau", "no",
     "thoi de sau", "khong dang ky", "thoi a", "da thoi", "khong a"}
)  # fmt: skip
_YES = frozenset({"co", "vang", "da", "u", "uh", "ok", "oke", "dong y", "da co", "da vang", "nhan", "co a"})
_AGAIN = re.compile(r"\b(?:lai|nham|lo)\b")  # what was stopped by mistake


class Hearing:
    """Hears it, where the content has the intents."""

    def __init__(
        self, known: Knowledge, lexicon: Lexicon, station: Callable[[str], str | None] = lambda _: None
    ) -> None:
        """`station` is the one that a text names."""
        self._station = station
        self._flows = {id_: each.does for id_, each in known.intents.items()}
        self._topics = tuple(known.warnings.topics)
        says = [words.says for words in known.warnings.topics.values()]
        self._cues = Cues(lexicon, dict(enumerate(says)))

    def enough(self, heard: Said, session: Session, text: str) -> Said | Follows:
        """One word to stop is about the warnings where nothing else goes on; a doubtful one asks first."""
        ending = next((id_ for id_, flow in self._flows.items() if flow == NO_WARNINGS), None)
        goes_on = session.draft or session.letter or session.handover
        if heard.what is not Command.ENOUGH or goes_on or ending is None:
            return heard
        return Follows(intent=ending, ends=True, partly=is_doubtful(text))

    @staticmethod
    def answered(text: str, session: Session) -> Chose | None:
        """A plain no, or yes, to what is asked on a screen of this talk."""
        plain = fold(text).strip(" .!?")
        offers = session.offers
        asks = choice(acts.NO) in offers or any(each.startswith(choice(acts.AT, "")) for each in offers)
        if asks and plain in _NO:
            return Chose(choice=choice(acts.NO))
        adds = [each for each in offers if each.startswith(choice(acts.ADD, ""))]
        return Chose(choice=adds[0]) if plain in _YES and choice(acts.NO) in offers and adds else None

    def told(
        self, heard: Meant | Puzzled, words: Sequence[Token], text: str, session: Session
    ) -> Follows | None:
        """What a question about warnings asks for; None when it is about anything else, or two things."""
        asked = any(each.startswith(choice(acts.AT, "")) for each in session.offers)
        if isinstance(heard, Puzzled) and asked and (station := self._station(text)):
            wanted = next((id_ for id_, flow in self._flows.items() if flow == WARNINGS), "")
            return Follows(intent=wanted, station=station, guesses=heard.guesses)
        intent = self._intent(heard, fold(text))
        flow = self._flows.get(intent)
        if not intent or (isinstance(heard, Meant) and heard.others):
            return None
        topics = tuple(dict.fromkeys(self._topics[hit.key] for hit in self._cues.found(words)))
        return Follows(
            intent=intent,
            ends=flow == NO_WARNINGS,
            station=self._station(text),
            topics=topics if len(topics) < len(Topic) else (),
            partly=flow == NO_WARNINGS and bool(_PARTLY.search(fold(text))),
            guesses=heard.guesses,
        )

    def _intent(self, heard: Meant | Puzzled, folded: str) -> str:
        """Begin or end: where it is sure only that it is one of the two, the verb says which."""
        sure = heard.intent if isinstance(heard, Meant) else ""
        if sure and self._flows.get(sure) not in _OURS:
            return ""
        likely = [guess.intent for guess in heard.guesses[:2]]
        either = [self._flows.get(each) for each in likely] in _EITHER
        if not either or heard.guesses[0].score >= _SURE or not _STOPS.search(folded):
            return sure
        wanted = WARNINGS if _AGAIN.search(folded) else NO_WARNINGS
        return next(each for each in likely if self._flows[each] == wanted)


def is_doubtful(text: str) -> bool:
    """Whether a word to stop may be another one, typed without marks ("dung": đúng, dùng)."""
    return text.strip(" .!").lower() == "dung"
