"""What a visit says in the fields of an approved template: short, and nobody's name. Pure."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation import reminding
from bot.conversation.times.saying import clock, worded
from bot.domain.appointment import Appointment, Status
from bot.domain.delivery import CANCELLED, REMINDER, Form
from bot.domain.knowledge import Knowledge
from bot.domain.seat import LOCAL

LIMITS = {"code": 30, "day": 20, "time": 20, "service": 90, "station": 90}  # characters of each field
_OFF = frozenset({Status.DISPLACED, Status.CANCELLED})


def visit(known: Knowledge, appointment: Appointment, code: str) -> Form:
    """The visit as it stands, or that it is off: its code, when, what for, where; to be read on any day."""
    begins = appointment.at.astimezone(LOCAL)
    fields = {
        "code": code,
        "day": worded(known, begins.date(), begins.date() + timedelta(days=1)),
        "time": clock(begins.hour * 60 + begins.minute),
        "service": reminding.service(known, appointment),
        "station": reminding.where(known, appointment),
    }
    kind = CANCELLED if appointment.status in _OFF else REMINDER
    return Form(kind, tuple((name, _short(text, LIMITS[name])) for name, text in fields.items()))


def _short(text: str, most: int) -> str:
    """Cut between two words."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,.;") + "…"
