"""How a warning goes out: to whom, what became of each, what it would be before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.message import WEBCHAT, Address


class Fate(StrEnum):
    """What became of one recipient; all but WAITING are final."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"  # for good: blocked, gone, outside the window; with a reason
    UNSURE = "unsure"  # it may have arrived
    EXPIRED = "expired"  # nothing went out before the end, or before it was called off


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a warning would reach now: people by channel, and by channel and reason who cannot be reached.

    Nobody is warned at the account's cost: whoever could only be written to for money counts as not reached.
    `detours`: how many of those reached go by another door than the one they asked for warnings at: from
    which channel, why not there ("" when the other is only the one they use now), to which.
    """

    reached: Mapping[str, int]
    unreached: Mapping[tuple[str, str], int]
    detours: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Everybody it is meant for."""
        return sum(self.reached.values()) + sum(self.unreached.values())


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a warning has come. `counts`: people by channel, fate and reason; they add up to `recipients`.

    `fixed`: when the recipients were fixed, None while they still are being written down. `again`: how many
    were sent once more after a worker died between sending and marking, and may have got it twice; `resent`:
    those of them and others to whom it was sent again on purpose. `read`, `right`, `wrong`: who pressed "Đã
    hiểu", and how they answered the question. `detours`: whom it reached by another channel than it was meant
    for at first: from which, why not there, by which.
    """

    recipients: int
    counts: Mapping[tuple[str, Fate, str], int]
    begun: datetime | None = None
    fixed: datetime | None = None
    ended: datetime | None = None
    again: int = 0
    resent: int = 0
    read: int = 0
    right: int = 0
    wrong: int = 0
    detours: Mapping[tuple[str, str, str], int] = field(default_factory=dict)

    def of(self, fate: Fate, channel: str | None = None) -> int:
        """People with this fate, at one door or at all."""
        return sum(
            count for (door, found, _), count in self.counts.items()
            if found is fate and channel in {None, door}
        )  # fmt: skip

    @property
    def settled(self) -> int:
        """People whose fate is final."""
        return self.recipients - self.of(Fate.WAITING)


@dataclass(frozen=True, slots=True)
class Line:
    """Everybody of one account of one channel."""

    channel: str
    account: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, and the door a warning goes to first.

    `who`: what they are known by, whichever door they are seen from. `doors`: all of them, by the pseudonym
    of each, when several are tied. `first`: the channel they asked for warnings at and why it is not that
    one, when it is another. `why`: what stands in the way at this door too, as far as that was looked at.
    """

    who: str
    address: Address
    doors: tuple[tuple[str, Address], ...] = ()
    first: tuple[str, str] | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Lent:
    """A recipient lent to a worker.

    `wait` until its place comes; `sent` messages of it are out already; `resent` says that it is being sent
    once more on purpose, `again` that a worker died with it. `tried`: pseudonyms of doors where it failed.
    """

    entry: str
    who: str
    address: Address
    sent: int
    tries: int
    resent: int
    wait: timedelta
    again: bool
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is to be sent to just now; look again after `wait`. With `over` nobody is left."""

    wait: timedelta = timedelta()
    over: bool = False
    lost: bool = False  # they wait, but the stream that shared them out is gone


def line_of(address: Address) -> Line:
    """Whose line somebody stands in; all talks on the web are one."""
    return Line(address.channel, "" if address.channel == WEBCHAT else address.account)


def once_more(lent: Lent) -> Lent:
    """A recipient that is sent to again on purpose, from its first message on."""
    return replace(lent, sent=0, resent=lent.resent + 1)
