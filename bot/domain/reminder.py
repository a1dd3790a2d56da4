"""When somebody is reminded of an appointment, and why somebody has to be called by phone instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.appointment import Appointment, Status
from bot.domain.seat import LOCAL

SOON = timedelta(hours=2)  # before the visit
AT_LEAST = timedelta(minutes=30)  # a later reminder helps nobody who still has to come
FRESH = timedelta(hours=1)  # whoever booked so shortly before knows it still
EVENING, SPREAD = 18, 90  # hour of the first reminders, and the minutes over which they are spread
WORD = timedelta(hours=36)  # before a visit; whoever was phoned about it since then need not be reminded
_LAST = timedelta(hours=1)  # before the night, for visits that begin in it


class Kind(StrEnum):
    """Which reminder."""

    EVE = "eve"  # the evening before
    SOON = "soon"  # two hours before


class Why(StrEnum):
    """Why somebody cannot be written to, and is to be called."""

    WEB = "web"  # only their web page was told, and that rings nowhere
    BY_HAND = "by_hand"  # booked on the phone or at the counter
    REFUSED = "refused"  # blocked us, or gone
    HELD = "held"  # the platform lets us write only after they do
    UNSENT = "unsent"  # tried in vain, or nobody knows whether it arrived
    DOOR = "door"  # the only door they have is dead or closed for everybody


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: sent from `since` on and before `until` (UTC-aware)."""

    kind: Kind
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody to be called by phone."""

    appointment: Appointment
    why: Why


def reminders(appointment: Appointment, quiet: tuple[int, int]) -> tuple[Reminder, ...]:
    """The reminders of an appointment; none of them in the hours of `quiet` (from, to: local hours)."""
    begins = appointment.at.astimezone(LOCAL)
    found = (_eve(appointment.number, begins, quiet), _soon(begins, quiet))
    return tuple(each for each in found if each and each.since - appointment.made >= FRESH)


def alarms(at: datetime, quiet: tuple[int, int]) -> tuple[datetime, ...]:
    """When a phone rings for a visit that begins `at`: in the evening before, and two hours before."""
    begins = at.astimezone(LOCAL)
    soon = _soon(begins, quiet)
    return (_clock(begins - timedelta(days=1), EVENING + 1), *((soon.since,) if soon else ()))


def waking(moment: datetime, quiet: tuple[int, int]) -> datetime:
    """The moment, or the end of the night it lies in."""
    local = moment.astimezone(LOCAL)
    if quiet[1] <= local.hour < quiet[0]:
        return moment
    return _clock(local + timedelta(days=local.hour >= quiet[0]), quiet[1])


def knows(appointment: Appointment) -> bool:
    """Whether an officer told the person by phone how it stands, so lately that nothing need be written."""
    if appointment.phoned is None:
        return False
    return appointment.status is not Status.BOOKED or appointment.phoned >= appointment.at - WORD


def remind_id(appointment: Appointment, kind: Kind) -> str:
    """One for each time an appointment has: marked by mistake and put back, it is not reminded again."""
    return f"remind:{appointment.station}:{appointment.number}:{visit_minute(appointment)}:{kind}"


def displaced_id(appointment: Appointment, version: int | None = None) -> str:
    """One for each loss: that which made it this version, by default as it is now."""
    return f"displaced:{appointment.station}:{appointment.number}:{version or appointment.version}"


def changed_id(appointment: Appointment) -> str:
    """One for each thing that the station did to it."""
    return f"changed:{appointment.station}:{appointment.number}:{appointment.version}"


def visit_minute(appointment: Appointment) -> int:
    """When it begins, in minutes since 1970: what names one time of an appointment."""
    return int(appointment.at.timestamp()) // 60


def _eve(number: int, begins: datetime, quiet: tuple[int, int]) -> Reminder:
    evening = begins - timedelta(days=1)
    since = _clock(evening, EVENING) + timedelta(minutes=number % SPREAD)
    return Reminder(Kind.EVE, since, _clock(evening, quiet[0]))


def _soon(begins: datetime, quiet: tuple[int, int]) -> Reminder | None:
    """None when only the night is left for it: the evening's has to do."""
    wakes, sleeps = _clock(begins, quiet[1]), _clock(begins, quiet[0])
    since = max(begins - SOON, wakes)
    if begins - since < AT_LEAST:
        return None
    return Reminder(Kind.SOON, min(since, sleeps - _LAST), min(begins, sleeps))


def _clock(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
