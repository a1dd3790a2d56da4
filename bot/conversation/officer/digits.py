"""Six digits that an act waits for. The session keeps the act and how long it waits, never the digits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.session import Session

LASTS = timedelta(minutes=10)  # an act waits; longer, and six digits may mean something else
_GIVEN = re.compile(r"(?s)\s*(.*?)\s*\b(\d{3})[\s.]?(\d{3})\s*")


def wanted(session: Session, act: str, now: datetime) -> Session:
    """The session in which an act (a choice without `o:`) waits for six digits; none, when `act` is empty."""
    until = int((now + LASTS).timestamp()) // 60
    return replace(session, code_for=f"{until}|{act}" if act else "")


def waiting(session: Session, now: datetime) -> str:
    """The act that waits; empty when there is none, or it waited too long."""
    until, _, act = session.code_for.partition("|")
    return act if until and now.timestamp() // 60 <= int(until) else ""


def given(text: str) -> tuple[str, str] | None:
    """What stands before six digits, and the digits; None for a text that does not end with any."""
    found = _GIVEN.fullmatch(text)
    return (found[1], found[2] + found[3]) if found else None
