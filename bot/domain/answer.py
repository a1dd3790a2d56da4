"""Curated answers: what is said, in which case, from which day to which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

GRACE = timedelta(days=60)  # an answer past its review date is still sent this long


@dataclass(frozen=True, slots=True)
class Spell:
    """A text that holds on some days; both ends inclusive, Vietnam time."""

    text: str
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the text is in force on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement can be checked; `url` is missing for documents without a stable address."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """The sayable parts of an answer; an option or variant overrides only what it sets (None = not set)."""

    short: str | None = None
    steps: tuple[str, ...] | None = None
    notes: tuple[str, ...] | None = None
    bring: tuple[str, ...] | None = None
    where: str | None = None
    time: tuple[Spell, ...] | None = None
    fee: tuple[Spell, ...] | None = None
    online: str | None = None
    proxy: str | None = None
    warn: str | None = None
    next: tuple[str, ...] | None = None
    service: str | None = None
    instead: str | None = None
    law: tuple[str, ...] | None = None
    cases: tuple[Case, ...] | None = None

    def overridden(self, by: Body) -> Body:
        """This body with everything the other one sets."""
        changes: dict[str, Any] = {
            name: value for name in Body.__slots__ if (value := getattr(by, name)) is not None
        }
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Ages:
    """Years of age, both ends inclusive."""

    since: int = 0
    until: int = 150

    def hold(self, low: int, high: int) -> bool:
        """Whether somebody aged from `low` to `high` is surely meant."""
        return self.since <= low and high <= self.until

    def touch(self, low: int, high: int) -> bool:
        """Whether somebody aged from `low` to `high` may be meant."""
        return self.since <= high and low <= self.until


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer a case question, and what then differs. Its body may hold further cases.

    Words in `says`, or an age within `ages`, say that this is the case before anybody asks.
    """

    label: str
    body: Body
    says: tuple[str, ...] = ()
    ages: Ages | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A question whose answer decides what is right for this citizen."""

    ask: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """Another wording of an answer for other days."""

    body: Body
    valid_from: date | None = None
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether this wording may be used on that day."""
        return Spell("", self.valid_from, self.valid_until).holds(day)


class Freshness(StrEnum):
    """How far an answer may be trusted on a day."""

    FRESH = "fresh"
    DUE = "due"  # past its review date: sent with the date of the last review
    MUTED = "muted"  # too old, or its law has ended: only a pointer to the station


@dataclass(frozen=True, slots=True)
class Answer:
    """A curated, sourced, dated answer to one intent.

    `variants` start with the answer's own body; the first that holds on a day is the one in force.
    `lasting` answers (fraud, urgent, privacy) are never muted: an old warning is better than none. `ages` are
    those of the people it is for, where it is not for everybody.
    """

    intent: str
    title: str
    label: str
    variants: tuple[Variant, ...]
    sources: tuple[Source, ...]
    reviewed: date
    review_by: date | None = None
    lasting: bool = False
    ages: Ages | None = None

    def freshness(self, day: date) -> Freshness:
        """Whether the answer is sent as it is, sent with a word about its age, or held back."""
        if not any(variant.holds(day) for variant in self.variants):
            return Freshness.DUE if self.lasting else Freshness.MUTED
        if self.review_by is None or day <= self.review_by:
            return Freshness.FRESH
        if self.lasting or day <= self.review_by + GRACE:
            return Freshness.DUE
        return Freshness.MUTED

    def body(self, day: date, path: tuple[int, ...] = ()) -> Body:
        """The wording in force on a day, after the chosen options.

        `path` holds the number of the option chosen at each case question so far; the result's `cases` are
        the questions still open. A path that no longer fits (the content was edited) is followed as far as
        it goes.
        """
        current = next((v.body for v in self.variants if v.holds(day)), self.variants[-1].body)
        for number in path:
            if not current.cases or number >= len(current.cases[0].options):
                break
            chosen = current.cases[0].options[number].body
            rest = (chosen.cases or ()) + current.cases[1:]
            current = replace(current.overridden(chosen), cases=rest)
        return current
