"""Something to be sent to somebody, sooner or later, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.domain.message import Address, Reply

REMINDER, CANCELLED = "reminder", "cancelled"  # templates: a visit as it stands; that it is off
STALE = timedelta(minutes=30)  # an answer older than this becomes one apology


class Lane(StrEnum):
    """Who goes first; answers before everything."""

    ANSWER = "answer"
    OFFICER = "officer"
    REMINDER = "reminder"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Form:
    """What a delivery says, in fields: for platforms that send approved templates only."""

    kind: str  # which template
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Replies for one address. The same `id` is delivered once.

    Nothing is sent before `not_before` or after `expires`; `reason`, when given, names what must still be so
    at that moment (`still_wanted`). `form` is there when the same can be said by a template, `last` is where:
    the address it goes to when no door of the person is open. `trail`: the doors it was at before this one.
    """

    id: str
    address: Address
    lane: Lane
    replies: tuple[Reply, ...]
    not_before: datetime
    expires: datetime
    reason: str | None = None
    form: Form | None = None
    last: Address | None = None
    trail: tuple[Address, ...] = ()


class Outcome(StrEnum):
    """What a door knows about something it sent."""

    SENT = "sent"
    REFUSED = "refused"  # for good: blocked, gone, not allowed
    UNSURE = "unsure"  # it may have arrived


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; `after` is how long the platform asks us to wait, if it says so.

    `took`: it is the platform that says so; False: it is not to be reached, or does not take our key; None:
    it was not asked this time.
    """

    after: timedelta | None = None
    took: bool | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Not until they write again; `reason` says what stands in the way."""

    reason: str


def took(outcome: Outcome | Later | Held) -> bool | None:
    """What an outcome tells of the account itself: the platform takes things, it does not, or nothing.

    That somebody cannot be written to is often known without asking the platform.
    """
    if isinstance(outcome, Later):
        return outcome.took
    return {Outcome.SENT: True, Outcome.UNSURE: False}.get(outcome) if isinstance(outcome, Outcome) else None


class Onward(Protocol):
    """Whoever puts a delivery at another door of the same person; it is told to each of them once at most."""

    async def better(self, delivery: Delivery, now: datetime, *, tried: bool) -> bool:
        """Whether it is at another door now, where it more likely arrives; asked before it is sent.

        `tried`: it may have been sent here before; then it goes on only when this door is not open.
        """
        ...

    async def beyond(self, delivery: Delivery, now: datetime) -> bool:
        """Whether it is at another door now, having failed at this one for good."""
        ...


class Door(Protocol):
    """A channel that can be sent to; `rate`: messages a second to people who did not just write."""

    rate: float

    def show(self, replies: tuple[Reply, ...]) -> Sequence[Any]:
        """The replies as messages of this platform; pure, and the same whenever it is asked again."""
        ...

    async def send(self, delivery: Delivery, message: Any) -> Outcome | Later | Held:
        """Send one message of a delivery; for a warning the asker has a place of the account's pace."""
        ...

    async def reach(self, address: Address, now: datetime) -> str | None:
        """Why a warning would not be sent to somebody now, as far as is known; None when it would."""
        ...
