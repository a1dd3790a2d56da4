"""Part of an answer, asked for afterwards: "còn lệ phí?", "ở đâu?"."""

from __future__ import annotations

from datetime import date

from bot.conversation import wording
from bot.conversation.fines import depends
from bot.conversation.following import path_of
from bot.conversation.screens import Screens, answer_choice
from bot.domain.answer import Answer, Freshness
from bot.domain.heard import Facet
from bot.domain.knowledge import Knowledge, topic_of
from bot.domain.message import Button, Reply
from bot.domain.session import Session

# Where a topic keeps a part of an answer that many of its answers share.
_SHARED = {
    Facet.FEE: ("le_phi",),
    Facet.TIME: ("thoi_gian",),
    Facet.WHERE: ("noi_lam",),
    Facet.BRING: ("giay_to",),
}


class Parts:
    """Finds the part in the answer that was last on show, or in its topic."""

    def __init__(self, known: Knowledge, screens: Screens) -> None:
        self._known = known
        self._screens = screens

    def reply(self, session: Session, facet: Facet, day: date) -> Reply | None:
        """The part, or that it is not known; None when no answer is on show."""
        known = self._known
        answer = known.answers.get(session.intent or "")
        if answer is None or answer.freshness(day) is Freshness.MUTED:
            return None
        path = path_of(session.trail, answer.intent)
        body = answer.body(day, path)
        text = wording.part(known, answer, body, facet, day)
        if facet is Facet.FINE and body.cases and not text and depends(body):
            text = known.says("fine_by_case", ask=body.cases[0].ask)
        if not text and answer.lasting:  # a warning has no fee; say again what counts
            text = body.short
        text = text or self._shared(answer, facet, day)
        if text:
            return Reply(text, self._screens.ways_on(answer.intent, path, day))
        buttons = (Button(answer.label, answer_choice(answer.intent)), *self._screens.elsewhere())
        missing = known.says("part_missing", part=known.says(f"part_{facet}"), title=answer.title)
        return Reply(missing, buttons)

    def _shared(self, answer: Answer, facet: Facet, day: date) -> str | None:
        """The part as another answer of the topic gives it for all of them; the talk stays where it is."""
        for name in _SHARED.get(facet, ()):
            shared = self._known.answers.get(f"{topic_of(answer.intent)}.{name}")
            if shared and shared is not answer and shared.freshness(day) is not Freshness.MUTED:
                return wording.part(self._known, shared, shared.body(day), facet, day)
        return None
