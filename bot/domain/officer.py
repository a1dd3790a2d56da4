"""Officers: who they are, where they serve, until when, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SESSION = timedelta(hours=8)  # of an officer in a talk on the web, from the six digits that opened it


class Role(StrEnum):
    """What somebody is at the desk."""

    OFFICER = "officer"
    COMMANDER = "commander"  # trưởng, phó Công an xã
    OPERATOR = "operator"  # keeps the system running


class Right(StrEnum):
    """What an officer may do."""

    VISITS = "visits"  # run the day's visits
    TALKS = "talks"  # take over a talk
    DRAFT = "draft"  # write warnings
    LETTERS = "letters"  # issue invitations that citizens can check
    FIGURES = "figures"  # see what people ask
    APPROVE = "approve"
    SEND = "send"
    STOP = "stop"
    PEOPLE = "people"  # invite, change, let go
    EXPORT = "export"


_WORK = frozenset({Right.VISITS, Right.TALKS, Right.DRAFT, Right.LETTERS, Right.FIGURES})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OFFICER: _WORK,
    Role.COMMANDER: _WORK | {Right.APPROVE, Right.SEND, Right.STOP, Right.PEOPLE, Right.EXPORT},
    # Whoever keeps the machine must not speak for the police: no warnings, no letters, no talks.
    Role.OPERATOR: frozenset({Right.FIGURES, Right.STOP, Right.PEOPLE, Right.EXPORT}),
}
_STAYING = frozenset({Right.EXPORT})  # whoever is here for a while takes no tables home
FRESH = frozenset({Right.APPROVE, Right.SEND, Right.STOP, Right.PEOPLE, Right.EXPORT})  # with a new TOTP each


class Refusal(StrEnum):
    """Why somebody may not do it."""

    LEFT = "left"  # has left, everywhere at once
    ENDED = "ended"  # was a guest, and the time is over
    ROLE = "role"
    STATION = "station"
    GUEST = "guest"  # nothing of that is for guests


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer as the roster has them; `name` is for other officers only, citizens never see it.

    `stations` are where they serve; none named means everywhere. `until` is the end of a guest's time.
    `links` are the pseudonyms of the talks through which they act, `duty` says that they are on duty now.
    """

    id: str
    name: str
    role: Role
    stations: tuple[str, ...]
    since: datetime
    until: datetime | None = None
    left: datetime | None = None
    duty: bool = False
    links: tuple[str, ...] = ()

    def serves(self, station: str) -> bool:
        """Whether a station is one of theirs."""
        return not self.stations or station in self.stations

    def ended(self, now: datetime) -> Refusal | None:
        """Why they are no officer any more; None while they are."""
        if self.left is not None:
            return Refusal.LEFT
        return Refusal.ENDED if self.until is not None and now >= self.until else None


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts (an officer's id, or the terminal), through which door, when."""

    who: str
    door: str
    at: datetime


def refused(officer: Officer, right: Right, station: str | None, now: datetime) -> Refusal | None:
    """Why an officer may not do something at a station (None: everywhere); None when they may."""
    over = officer.ended(now)
    if over:
        return over
    if right not in RIGHTS[officer.role]:
        return Refusal.ROLE
    if officer.until is not None and right in _STAYING:
        return Refusal.GUEST
    if officer.stations and (station is None or station not in officer.stations):
        return Refusal.STATION
    return None


def fewer(before: Officer, after: Officer) -> bool:
    """Whether somebody has nothing afterwards that they had not before: so they may change themselves."""
    less = not before.stations or (bool(after.stations) and set(after.stations) <= set(before.stations))
    sooner = before.until is None or (after.until is not None and after.until <= before.until)
    return less and sooner and RIGHTS[after.role] <= RIGHTS[before.role]


def outlasts(giver: Officer, until: datetime | None) -> bool:
    """Whether somebody would stay longer than a guest who lets them in."""
    return giver.until is not None and (until is None or until > giver.until)


def wider(giver: Officer, role: Role, stations: tuple[str, ...]) -> bool:
    """Whether a role at these stations is more than the giver has: nobody gives what is not theirs."""
    beyond = bool(giver.stations) and (not stations or not set(stations) <= set(giver.stations))
    return beyond or not RIGHTS[role] <= RIGHTS[giver.role] | (
        _WORK if giver.role is Role.OPERATOR and not giver.stations else frozenset()
    )
