"""By which doors a person can be reached, the one where something most likely arrives first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.message import Address


@dataclass(frozen=True, slots=True)
class Way:
    """One door of a person. `why`: what stands in the way of something sent now, as far as is known."""

    address: Address
    why: str | None = None


class Ways(Protocol):
    """Whoever knows the doors of people, and how these are."""

    async def of(self, address: Address, now: datetime) -> tuple[Way, ...]:
        """All doors of the person who lives at an address, those that are open to them first."""
        ...
