"""Whether a message asks for warnings or for none, of which topics, or only for fewer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.cues import Cues
from bot.conversation.lexicon import Lexicon
from bot.conversation.text import Token, fold
from bot.domain.heard import Command, Follows, Meant, Said
from bot.domain.knowledge import NO_WARNINGS, WARNINGS, Knowledge
from bot.domain.session import Session
from bot.domain.warning import Topic

# Less, later, at night, only some: whoever writes so does not want nothing at all.
_PARTLY = re.compile(
    r"\b(?:bot|it thoi|it lai|giam|chi (?:giu|nhan|lay|can|gui)|tam (?:dung|ngung|tat|thoi)|ban dem|"
    r"luc ngu|nua dem|thang mot tin|thang mot lan|tuan mot tin|tuan mot lan)\b"
)


class Hearing:
    """Hears it, where the content has the intents."""

    def __init__(self, known: Knowledge, lexicon: Lexicon) -> None:
        self._flows = {id_: each.does for id_, each in known.intents.items()}
        self._topics = tuple(known.warnings.topics)
        says = [words.says for words in known.warnings.topics.values()]
        self._cues = Cues(lexicon, dict(enumerate(says)))

    def enough(self, heard: Said, session: Session) -> Said | Follows:
        """One word to stop is about the warnings where nothing else goes on."""
        ending = next((id_ for id_, flow in self._flows.items() if flow == NO_WARNINGS), None)
        if heard.what is not Command.ENOUGH or session.draft or session.letter or ending is None:
            return heard
        return Follows(intent=ending, ends=True)

    def told(self, heard: Meant, words: Sequence[Token], text: str) -> Follows | None:
        """What a sure question about warnings asks for; None when it is about anything else."""
        flow = self._flows.get(heard.intent)
        if flow not in {WARNINGS, NO_WARNINGS} or heard.others:
            return None
        topics = tuple(dict.fromkeys(self._topics[hit.key] for hit in self._cues.found(words)))
        return Follows(
            intent=heard.intent,
            ends=flow == NO_WARNINGS,
            topics=topics if len(topics) < len(Topic) else (),
            partly=flow == NO_WARNINGS and bool(_PARTLY.search(fold(text))),
            guesses=heard.guesses,
        )
