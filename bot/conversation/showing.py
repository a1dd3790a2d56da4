"""What every part of the talk does when it has something to show: remember it, and what can be pressed."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.screens import Screen
from bot.domain.message import Reply
from bot.domain.session import TRAIL, Session
from bot.domain.step import Step


def offered(session: Session, replies: tuple[Reply, ...]) -> Step:
    """Remember what is on show, so that its number or label can be typed."""
    buttons = tuple(button for reply in replies for button in reply.buttons)
    session = replace(
        session, offers=tuple(b.choice for b in buttons), labels=tuple(b.label for b in buttons)
    )
    return Step(session, replies)


def shown(session: Session, screen: Screen) -> Step:
    """Show a screen and remember it."""
    trail = session.trail if session.trail[-1:] == (screen.choice,) else (*session.trail, screen.choice)
    session = replace(
        session, trail=trail[-TRAIL:], misses=0, intent=screen.intent or session.intent, asked=None
    )
    return offered(session, (screen.reply,))
