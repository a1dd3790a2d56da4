"""What a visit is for, in the words of the answers: which matter and case, and what it takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.answer import Answer, Body, Freshness
from bot.domain.appointment import Appointment
from bot.domain.errand import Errand
from bot.domain.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Matter:
    """What to bring for one of the matters that a service is for."""

    label: str
    bring: tuple[str, ...]


def answer(known: Knowledge, intent: str, day: date) -> Answer | None:
    """The answer to a matter; None when there is none that may still be said."""
    found = known.answers.get(intent)
    return None if found is None or found.freshness(day) is Freshness.MUTED else found


def body(known: Knowledge, errand: Errand, day: date) -> Body | None:
    """What is said of an errand; `cases` are the questions still open."""
    found = answer(known, errand.intent, day)
    return found.body(day, errand.path) if found else None


def label(known: Knowledge, errand: Errand, day: date) -> str:
    """A matter with its case: "Mất, hỏng thẻ: Bị hỏng"; empty when it is no more."""
    found = answer(known, errand.intent, day)
    if found is None:
        return ""
    chosen = [
        cases[0].options[number].label
        for depth, number in enumerate(errand.path)
        if (cases := found.body(day, errand.path[:depth]).cases) and number < len(cases[0].options)
    ]
    return ": ".join(filter(None, (found.label, ", ".join(chosen))))


def bring(known: Knowledge, appointment: Appointment) -> tuple[Matter, ...]:
    """What to bring: for the errand; without one by matter, as a service is for several."""
    day = appointment.day
    if appointment.errand and answer(known, appointment.errand.intent, day):
        things = (body(known, appointment.errand, day) or Body()).bring
        return (Matter(label(known, appointment.errand, day), tuple(things)),) if things else ()
    station = known.stations.get(appointment.station)
    service = station.service(appointment.service) if station else None
    found = [answer(known, intent, day) for intent in (service.checklist if service else ())]
    return tuple(Matter(each.label, things) for each in found if each and (things := each.body(day).bring))
