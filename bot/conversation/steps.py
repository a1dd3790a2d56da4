"""Words about the guide one is being led through: done, cannot be done, on, back, stop."""

from __future__ import annotations

from bot.conversation.cues import GAP, Cues
from bot.conversation.guides import on_show
from bot.conversation.lexicon import Lexicon, Reading
from bot.domain.command import Command
from bot.domain.guide import GuideStep
from bot.domain.knowledge import Knowledge
from bot.domain.session import Session

LED = (Command.UNDONE, Command.DONE, Command.ONWARD, Command.PREVIOUS, Command.STOP)
_SHORT = 9  # words of a message that says how far one is; more is a story of its own
_ASKS = frozenset({"o_dau", "bao_lau", "bao_tien", "mang_gi", "cach"})  # groups of words.yaml: a question


class Steps:
    """Reads how far somebody is. Whole messages count all the way; parts only under a step."""

    def __init__(self, known: Knowledge, lexicon: Lexicon) -> None:
        self._known = known
        self._read = lexicon.read
        self._whole = {
            lexicon.read(text).folded: name
            for name in reversed(LED)
            for text in known.words.commands.get(name, ())
            if GAP not in text
        }
        self._parts = {
            name: Cues(lexicon, {0: [text for text in known.words.commands.get(name, ()) if " " in text]})
            for name in (Command.UNDONE, Command.DONE)
        }

    def said(self, reading: Reading, session: Session) -> Command | None:
        """The word about the guide, if the message is one."""
        guide = self._known.guides.get(session.guide or "")
        step = abs(session.guide_step)
        if guide is None or not 1 <= step <= len(guide.steps):
            return None
        whole = self._whole.get(reading.folded) or self._labelled(guide.steps[step - 1], reading)
        if whole:
            return whole if session.guide_step > 0 or whole is Command.ONWARD else None
        shown = on_show(session) or session.intent == guide.intent
        if (
            session.guide_step < 0
            or not shown
            or len(reading.words) > _SHORT
            or not _ASKS.isdisjoint(reading.concepts)
        ):
            return None
        return next((name for name, cues in self._parts.items() if cues.found(reading.words)), None)

    def _labelled(self, step: GuideStep, reading: Reading) -> Command | None:
        """A button of the step, typed although something else is on show."""
        if step.skip and reading.folded == self._read(step.skip.label).folded:
            return Command.UNDONE
        return Command.DONE if reading.folded == self._read(step.done).folded else None
