"""What came of a message, and what there is to do when it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.delivery import Delivery
from bot.domain.message import Reply
from bot.domain.radar import Trace
from bot.domain.scam import Sighting
from bot.domain.session import Session
from bot.store.replies import Saying


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that came of a message."""

    session: Session
    said: tuple[Reply, ...] = ()  # for a talk on the web, kept to be asked for
    deliveries: tuple[Delivery, ...] = ()  # for all other doors
    counts: Mapping[str, int] = field(default_factory=dict)
    unclear: str | None = None  # a question not understood, private data masked
    sighting: Sighting | None = None  # of a doubtful message; kept keyed
    trace: Trace | None = None  # for the radar; kept keyed


@dataclass(frozen=True, slots=True)
class Finished:
    """An answer is kept: the numbered replies to a talk on the web, whether more of the person waits."""

    saying: Saying
    more: bool
    lent: bool = False  # the delivery is ours to send
