"""Part of an answer, asked for afterwards: "còn lệ phí?", "ở đâu?"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation import wording
from bot.conversation.fines import depends
from bot.conversation.following import path_of
from bot.conversation.screens import Screens, answer_choice
from bot.domain.answer import Answer, Freshness
from bot.domain.command import Facet
from bot.domain.knowledge import REFUSAL, Knowledge, topic_of
from bot.domain.message import Button, Reply
from bot.domain.session import Session

# Where a topic keeps a part of an answer that many of its answers share.
_SHARED = {
    Facet.FEE: ("le_phi",),
    Facet.TIME: ("thoi_gian",),
    Facet.WHERE: ("noi_lam",),
    Facet.BRING: ("giay_to",),
}

_ASIDE = ("tru_so", "dat_lich")  # questions asked in between, on the way to a matter


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
        matter = None if text else self._matter(session)
        if matter:  # "phải mang gì?" after a word about opening hours
            earlier = self.reply(matter, facet, day)
            if earlier:
                return earlier
        if facet is Facet.FINE and not text and path:  # the case may say something else in that place
            text = wording.part(known, answer, answer.body(day), facet, day)
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

    def _matter(self, session: Session) -> Session | None:
        """The talk as it stood at the matter before a question about the station; None when there is none."""
        if topic_of(session.intent or "") not in _ASIDE:
            return None
        for end in range(len(session.trail), 0, -1):
            kind, _, rest = session.trail[end - 1].partition(":")
            intent = rest.partition(":")[0]
            if kind == "a" and topic_of(intent) not in {*_ASIDE, "tro_chuyen", REFUSAL}:
                return replace(session, intent=intent, trail=session.trail[:end])
        return None

    def brief(self, session: Session, day: date) -> Reply | None:
        """The answer on show in a sentence, with its open question; None when none is."""
        known = self._known
        answer = known.answers.get(session.intent or "")
        shown = (session.trail or ("",))[-1]
        if answer is None or not shown.startswith("a:") or answer.freshness(day) is Freshness.MUTED:
            return None
        path = path_of(session.trail, answer.intent)
        body = answer.body(day, path)
        ask = f"\n\n{body.cases[0].ask}" if body.cases else ""
        whole = Button(known.says("button_whole"), shown)
        ways = self._screens.ways_on(answer.intent, path, day) if body.cases else ()
        return Reply(wording.brief(body) + ask, (*ways, whole))

    def besides(self, intent: str, path: tuple[int, ...], facets: tuple[Facet, ...], day: date) -> str:
        """Parts that were asked for and that another answer of the topic has instead of this one."""
        answer = self._known.answers[intent]
        body = answer.body(day, path)
        if answer.freshness(day) is Freshness.MUTED:
            return ""
        missing = [f for f in facets if f in _SHARED and not wording.part(self._known, answer, body, f, day)]
        return "\n\n".join(filter(None, (self._shared(answer, facet, day) for facet in missing)))

    def _shared(self, answer: Answer, facet: Facet, day: date) -> str | None:
        """The part as another answer of the topic gives it for all of them; the talk stays where it is."""
        for name in _SHARED.get(facet, ()):
            shared = self._known.answers.get(f"{topic_of(answer.intent)}.{name}")
            if shared and shared is not answer and shared.freshness(day) is not Freshness.MUTED:
                return wording.part(self._known, shared, shared.body(day), facet, day)
        return None
