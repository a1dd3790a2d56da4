"""The doors of one person: talks at several channels that the same citizen has tied together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.message import Address

MOST = 5  # doors of one person


@dataclass(frozen=True, slots=True)
class Member:
    """One door of a person: its talk's pseudonym, where it is, since when it belongs to them."""

    who: str
    address: Address
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """All doors of the person who lives at an address, oldest first; without ties only that one.

    `id` is the same seen from each of them: whatever is done once for a person goes by it.
    """

    id: str
    members: tuple[Member, ...]

    @property
    def tied(self) -> bool:
        """Whether there is more than one."""
        return len(self.members) > 1

    @property
    def people(self) -> frozenset[str]:
        """The pseudonyms of all their talks."""
        return frozenset(member.who for member in self.members)
