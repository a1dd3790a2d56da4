"""An appointment for the calendar of a phone, with alarms. Loaded when the first one is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event
from icalendar.prop import vUri

from bot.conversation.days import VIETNAM

KIND = "text/calendar; charset=utf-8"
_SINCE = date(2020, 1, 1)  # what the clock did before is of no use to anybody
_PRODUCT = "-//Truc Ban//trucban//VI"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written down. `uid` stays the same for ever, `version` rises; `alarms` are moments."""

    uid: str
    version: int
    title: str
    begins: datetime
    minutes: int
    place: str
    details: str
    cancelled: bool
    alarms: tuple[datetime, ...] = ()
    url: str | None = None


def written(entry: Entry, now: datetime) -> bytes:
    """The file (`.ics`)."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version)
    event.add("dtstamp", now)
    event.add("summary", entry.title)
    event.add("dtstart", entry.begins.astimezone(VIETNAM))
    event.add("dtend", (entry.begins + timedelta(minutes=entry.minutes)).astimezone(VIETNAM))
    event.add("location", entry.place)
    event.add("description", entry.details)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if entry.url:
        event.add("url", vUri(entry.url))
    for moment in () if entry.cancelled else entry.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", moment - entry.begins)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones(first_date=_SINCE)
    return bytes(calendar.to_ical())
