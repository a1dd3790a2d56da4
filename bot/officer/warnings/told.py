"""What an officer is answered about warnings, and what is awaited of them next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.mailing import Audience, Progress
from bot.domain.message import Address, Reply
from bot.domain.officer import Hand
from bot.domain.warning import Bulletin, Case
from bot.domain.writing import WAITS, Field, Writing


@dataclass(frozen=True, slots=True)
class Told:
    """Replies, and what the next words are for."""

    replies: tuple[Reply, ...]
    writing: Writing | None = None


class Mail(Protocol):
    """The sending of warnings, as far as officers look at it."""

    async def preview(self, bulletin: Bulletin, now: datetime) -> Audience:
        """Whom it would reach now."""
        ...

    async def progress(self, case_id: str) -> Progress | None:
        """How far it has come; None when it has not begun."""
        ...

    async def try_out(self, hand: Hand, case: Case, address: Address) -> bool:
        """Send it to the officer's own talk, as citizens see it."""
        ...


def awaited(  # noqa: PLR0913 - what is awaited
    case: Case, field: Field, now: datetime, *, guided: bool = False, move: str = "", begins: int = 0
) -> Writing:
    """The next words are for this."""
    return Writing(case.id, case.version, field, int((now + WAITS).timestamp()), guided, move, begins)
