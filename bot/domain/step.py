"""One step of a talk: what is answered, and what the desk is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.message import Reply
from bot.domain.session import Session


class Rating(StrEnum):
    """What a citizen thinks of an answer."""

    USEFUL = "useful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Rate:
    """Request: count a rating of an answer. `id` makes a repetition harmless."""

    id: str
    intent: str
    rating: Rating


Request = Rate  # the union grows with the services


@dataclass(frozen=True, slots=True)
class Step:
    """What `dialogue.step` gives back; pure, so that replaying it changes nothing."""

    session: Session
    replies: tuple[Reply, ...]
    request: Request | None = None
