"""What the calendar does to answers: reviews that fall due, wordings and fees that change by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.answer import GRACE, Answer, Body, Freshness
from bot.domain.knowledge import Knowledge

SOON = timedelta(days=30)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Note:
    """Something about an answer that an editor should know; `key` names the sentence, `days` fill it."""

    answer: Answer
    key: str
    days: dict[str, date]


def ageing(known: Knowledge, day: date) -> Iterator[Note]:
    """Answers to look at again: those muted, those due, those due within 30 days."""
    for answer in known.answers.values():
        note = _review(answer, day)
        if note:
            yield note


def _review(answer: Answer, day: date) -> Note | None:
    state, by = answer.freshness(day), answer.review_by
    if state is Freshness.MUTED:
        return Note(answer, "muted", {})
    if state is Freshness.DUE:
        if by is None or day <= by:  # a lasting one, and no wording is in force any more
            return Note(answer, "outlived", {})
        if answer.lasting:
            return Note(answer, "due_lasting", {"day": by})
        return Note(answer, "due", {"day": by, "mute": by + GRACE})
    return Note(answer, "soon", {"day": by}) if by is not None and by - day <= SOON else None


def changing(known: Knowledge, day: date) -> Iterator[Note]:
    """Answers that say something else by themselves within 30 days; `day` is the last day as it is now."""
    for answer in known.answers.values():
        lasts = sorted({last for last in _last_days(answer) if day <= last <= day + SOON})
        for last in lasts:
            yield Note(answer, _change(answer, last), {"day": last})


def _change(answer: Answer, last: date) -> str:
    """What happens the day after `last`."""
    before, after = (any(v.holds(each) for v in answer.variants) for each in (last, last + _DAY))
    if before and not after:
        return "ends_lasting" if answer.lasting else "ends"
    return "changes"


def _last_days(answer: Answer) -> Iterator[date]:
    """Days after which another wording, fee or time is in force."""
    for variant in answer.variants:
        yield from _edges(variant.valid_from, variant.valid_until)
        yield from _spells(variant.body)


def _spells(body: Body) -> Iterator[date]:
    for spell in (*(body.fee or ()), *(body.time or ())):
        yield from _edges(spell.since, spell.until)
    for case in body.cases or ():
        for option in case.options:
            yield from _spells(option.body)


def _edges(since: date | None, until: date | None) -> Iterator[date]:
    if since:
        yield since - _DAY
    if until:
        yield until
