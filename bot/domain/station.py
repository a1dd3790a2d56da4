"""Commune police stations: where they are, when they are open, what one can come for.

Times of day are minutes since local midnight (0-1440), spans are `(begins, ends)` without their end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours on some week days (0 is Monday); some desks or services only, when those are named."""

    days: tuple[int, ...]
    spans: tuple[Span, ...]
    desks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, both inclusive, on which a station is closed, and why (a citizen reads the reason).

    With `spans` only these hours of each day, with `desks` only these desks.
    """

    first: date
    last: date
    reason: str
    spans: tuple[Span, ...] = ()
    desks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Special:
    """Hours besides the ordinary ones: a Sunday, an evening, a holiday. A closure closes these too."""

    day: date
    spans: tuple[Span, ...]
    desks: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """Extra officers for a limited time (local, naive), each at a desk of their own (`<id>_1`, `<id>_2`).

    They serve what `desks` serve, for exactly that time; `spans` narrow it to some hours of each day.
    """

    id: str
    begins: datetime
    ends: datetime
    officers: int
    desks: tuple[str, ...]
    spans: tuple[Span, ...] = ()

    @property
    def seats(self) -> tuple[str, ...]:
        """The desks of its officers."""
        return tuple(f"{self.id}_{number}" for number in range(1, self.officers + 1))


@dataclass(frozen=True, slots=True)
class Village:
    """A day on which officers receive people at a place (`thu nhận lưu động`), at desks `<id>_1` and on."""

    id: str
    place: str
    day: date
    spans: tuple[Span, ...]
    services: tuple[str, ...]
    officers: int = 1

    @property
    def seats(self) -> tuple[str, ...]:
        """The desks of its officers."""
        return tuple(f"{self.id}_{number}" for number in range(1, self.officers + 1))


@dataclass(frozen=True, slots=True)
class Service:
    """Something a visit can be for: its length in minutes, and the desks that can serve it.

    `checklist` names the intents whose `bring` says what to take along; it can be booked for the next
    `days_ahead` days, and the chat may fill `online_share` of its time. One that is `at_home` has neither
    desks nor minutes: the officers come, on a day they set.
    """

    id: str
    name: str
    minutes: int
    desks: tuple[str, ...]
    days_ahead: int = 14
    online_share: float = 0.5
    checklist: tuple[str, ...] = ()
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class Station:
    """A commune police station. What is not known is None and never guessed; `demo` marks invented ones.

    `formerly` are the communes before July 2025 that it serves; `accounts` the channel accounts
    (`zalo_oa:123`) whose talks belong to it. `shares_with` are stations nearby whose officers hear of what
    the radar sees here, and the other way round.
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
    specials: tuple[Special, ...] = ()
    services: tuple[Service, ...] = ()
    shifts: tuple[Shift, ...] = ()
    villages: tuple[Village, ...] = ()
    accounts: tuple[str, ...] = ()
    shares_with: tuple[str, ...] = ()

    @property
    def desks(self) -> tuple[str, ...]:
        """Its own desks, those of every day, in the order they are first named."""
        return tuple(dict.fromkeys(desk for service in self.services for desk in service.desks))

    @property
    def seated(self) -> tuple[Service, ...]:
        """The services one comes to the station for."""
        return tuple(each for each in self.services if not each.at_home)

    def service(self, id_: str) -> Service | None:
        """The service of this id."""
        return next((each for each in self.services if each.id == id_), None)

    def served(self, *desks: str) -> frozenset[str]:
        """The services that at least one of these desks can serve."""
        return frozenset(each.id for each in self.services if not set(desks).isdisjoint(each.desks))


def sharing(stations: Mapping[str, Station], id_: str) -> tuple[str, ...]:
    """The stations that share signs with one: neighbours are so both ways, whichever names the other."""
    own = stations[id_].shares_with if id_ in stations else ()
    return tuple(
        each.id
        for each in stations.values()
        if each.id != id_ and (each.id in own or id_ in each.shares_with)
    )
