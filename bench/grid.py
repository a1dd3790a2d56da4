"""The stations of `bench/booking.py`, what they have to give, and how a seat is written down."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bot.domain.seat import Seat

STATIONS = ("mai_phu", "thanh_sen", "vung_ang", "thach_ha")
DESKS = ("quay_1", "quay_2", "quay_3")
DAYS = 6
OPENS, CLOSES, MINUTES = 8 * 60, 11 * 60, 15
AT_ONCE = 500  # confirmations in the same moment


@dataclass(frozen=True, slots=True)
class Grid:
    """A calendar without holidays: every quarter of an hour of a morning."""

    first: date

    def seats(self, station: str, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:  # noqa: ARG002
        return tuple(
            Seat(station, day, desk, begins, MINUTES)
            for begins in range(OPENS, CLOSES, MINUTES)
            for desk in DESKS
        )

    def share(self, station: str, service: str, day: date) -> int | None:  # noqa: ARG002
        return None

    def some(self, rng: random.Random) -> tuple[Seat, ...]:
        """One to three seats that a citizen would like; the early ones of the first days are popular."""
        day = self.first + timedelta(days=min(int(rng.expovariate(0.6)), DAYS - 1))
        every = self.seats(rng.choice(STATIONS), "can_cuoc", day)
        return tuple(rng.choices(every, weights=range(len(every), 0, -1), k=rng.randint(1, 3)))


@dataclass(frozen=True, slots=True)
class Many:
    """A calendar with as many desks as anybody asks for."""

    def seats(self, station: str, service: str, day: date, people: int = 1) -> tuple[Seat, ...]:  # noqa: ARG002
        return _as_many(station, day)

    def share(self, station: str, service: str, day: date) -> int | None:  # noqa: ARG002
        return None


@cache
def _as_many(station: str, day: date) -> tuple[Seat, ...]:
    return tuple(Seat(station, day, f"quay_{n}", OPENS, MINUTES) for n in range(AT_ONCE))


def written(seat: Seat) -> str:
    """A seat as a text."""
    return f"{seat.station}|{seat.day}|{seat.desk}|{seat.begins}"


def seat_of(name: str) -> Seat:
    """The seat that was written so."""
    station, day, desk, begins = name.split("|")
    return Seat(station, date.fromisoformat(day), desk, int(begins), MINUTES)
