"""Commune police stations: where they are, when they are open, what one can come for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours on some week days (0 is Monday): pairs of local times, opening and closing."""

    days: tuple[int, ...]
    spans: tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a station is closed, both inclusive, and why (a citizen reads the reason)."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Service:
    """Something a visit can be for: its length in minutes and the desks that can serve it."""

    id: str
    name: str
    minutes: int
    desks: tuple[str, ...]
    days_ahead: int = 14
    online_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Shift:
    """Extra officers for a limited time (local, naive); seats open for exactly that span."""

    begins: datetime
    ends: datetime
    officers: int
    desks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """A commune police station. What is not known is None and never guessed; `demo` marks invented ones.

    `formerly` are the communes before July 2025 that it serves; `accounts` the channel accounts
    (`zalo_oa:123`) whose talks belong to it.
    """

    id: str
    name: str
    commune: str
    province: str
    formerly: tuple[str, ...] = ()
    address: str | None = None
    phone: str | None = None
    demo: bool = False
    hours: tuple[Hours, ...] = ()
    closures: tuple[Closure, ...] = ()
    services: tuple[Service, ...] = ()
    shifts: tuple[Shift, ...] = ()
    accounts: tuple[str, ...] = ()
