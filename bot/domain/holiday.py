"""Days off all over the country, and the days that are worked instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# What is celebrated, as texts.yaml calls it (`holiday_tet`).
KINDS = ("new_year", "tet", "hung_kings", "victory", "labour", "national", "culture", "other")


@dataclass(frozen=True, slots=True)
class Holiday:
    """Why a day is off: one of `KINDS`; an operator's own has a `name`.

    `substitute`: given because the holiday itself fell on a weekend. `worked`: the day worked instead.
    """

    kind: str = "other"
    name: str = ""
    substitute: bool = False
    worked: date | None = None


@dataclass(frozen=True, slots=True)
class Holidays:
    """The national calendar: days off, days worked instead, with the week day they are like (0: Monday)."""

    off: Mapping[date, Holiday] = field(default_factory=dict)
    work: Mapping[date, int] = field(default_factory=dict)

    def weekday(self, day: date) -> int | None:
        """The week day whose hours hold on a day; None when it is off."""
        return None if day in self.off else self.work.get(day, day.weekday())


ORDINARY = Holidays()  # a country without holidays
