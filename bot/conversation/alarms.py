"""What is said to somebody in danger: whom to call first, then the way through, a step at a time."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import wording
from bot.conversation.display import Display
from bot.conversation.guides import Guides
from bot.conversation.screens import Screens, answer_choice
from bot.conversation.showing import offered
from bot.domain.heard import Urgent
from bot.domain.knowledge import Knowledge
from bot.domain.message import Reply
from bot.domain.session import TRAIL, Session
from bot.domain.step import Step

_ROBBED = ("lua_dao.da_bi_lua", "lua_dao.to_giac")


class Alarms:
    """Answers cries for help."""

    def __init__(self, known: Knowledge, screens: Screens, guides: Guides, display: Display) -> None:
        self._known = known
        self._screens = screens
        self._guides = guides
        self._display = display

    def raised(self, session: Session, heard: Urgent) -> Step:
        """Somebody is in danger now."""
        emergency = self._known.emergencies[heard.kind]
        session = replace(
            session,
            intent=heard.intent,
            misses=0,
            trail=(*session.trail, answer_choice(heard.intent))[-TRAIL:],
        )
        session, first = self._guides.alarmed(session, heard.intent)
        buttons = (*first, *self._screens.suggestions(emergency.next))
        return offered(session, (Reply(wording.alarm(emergency), buttons),))

    def pestered(self, session: Session) -> Step:
        """The swindlers are at it again."""
        first = self._guides.resume(session)
        ways = self._screens.suggestions(_ROBBED)
        return self._display.said(session, "still", (first, *ways[1:]) if first else ways)
