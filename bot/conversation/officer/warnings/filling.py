"""A part of a warning given by a button or typed: the warning with it, or what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation.officer.moments import moment
from bot.conversation.officer.warnings.drafting import ALL, ANSWERS, COURSE, OWN, SKIP, SPANS
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.knowledge import Knowledge
from bot.domain.officer import Officer
from bot.domain.seat import LOCAL
from bot.domain.warning import LASTS, TEXT, TITLE, Bulletin, Case, Fault, Topic, faults
from bot.domain.writing import Field

_POINT = re.compile(r"(?<=[.:;!?,]) [-–•] (?=\S)|^[-–•] (?=\S)")
_OF_WORDS = frozenset({Fault.SHOUTING, Fault.LETTERS, Fault.LINK_INSIDE})


class Filling:
    """Fills in one part at a time. `mine` are the stations of whoever writes."""

    def __init__(self, words: WarningWords, officer: Officer, mine: Collection[str]) -> None:
        self._words, self._officer, self._mine, self._now = words, officer, mine, words.now

    def chosen(self, told: Bulletin, field: Field, value: str) -> Bulletin | None:
        """With what a button gives; None for a button that is none of ours."""
        match field:
            case Field.LINK | Field.PICTURE if value == SKIP:
                return replace(told, link="") if field is Field.LINK else replace(told, picture="")
            case Field.UNTIL if value in SPANS:
                return replace(told, expires=ends(value, self._now))
            case Field.URGENT | Field.DRILL if value in ANSWERS:
                yes = value == ANSWERS[0]
                return replace(told, urgent=yes) if field is Field.URGENT else replace(told, drill=yes)
            case Field.TOPIC if value in list(Topic):
                return replace(told, topic=Topic(value))
            case Field.STATION:
                return self._placed(told, value)
            case Field.TEMPLATE:
                return told if value == OWN else _templated(told, value, self._words.known)
        return None

    def typed(
        self, told: Bulletin, field: Field, text: str, official: Callable[[str], bool]
    ) -> tuple[Bulletin, str]:
        """With what was typed, and what is wrong with it; "" when nothing is."""
        match field:
            case Field.TITLE:
                title = " ".join(text.split())
                return replace(told, title=title), self._wrong(title, TITLE, field)
            case Field.TEXT:
                lines = _POINT.sub("\n- ", text.strip())  # doors hand a message on as one line
                return replace(told, text=lines), self._wrong(lines, TEXT, field)
            case Field.LINK | Field.PICTURE:
                link = (text.split() or [""])[0]
                link = link if "://" in link else f"https://{link}"
                wrong = "" if official(link) else self._words.says(f"officer_warn_fault_{field}")
                return replace(told, link=link) if field is Field.LINK else replace(told, picture=link), wrong
        expires = moment(text, self._now, ends=True)
        return replace(told, expires=expires), self._until(expires)

    def _until(self, expires: datetime | None) -> str:
        if expires is None:
            return self._words.says("officer_warn_what_time")
        if expires <= self._now:
            return self._words.says("officer_warn_fault_past")
        return self._words.says("officer_warn_fault_long") if expires > self._now + LASTS else ""

    def _wrong(self, text: str, allowed: tuple[int, int], field: Field) -> str:
        """What is wrong with a title or a text by itself."""
        if not allowed[0] <= len(text) <= allowed[1]:
            return self._words.says(f"officer_warn_length_{field}", count=str(len(text)))
        alone = Bulletin(Topic.SCAM, (), text if field is Field.TITLE else "", text)
        found = [each for each in faults(alone, self._now, ()) if each in _OF_WORDS]
        return self._words.says(f"officer_warn_fault_{found[0]}") if found else ""

    def _placed(self, told: Bulletin, value: str) -> Bulletin | None:
        """With a station more or less; the last one stays."""
        if value == ALL and not self._officer.stations:
            return replace(told, stations=())
        if value not in self._mine:
            return None
        if value in told.stations:
            rest = tuple(each for each in told.stations if each != value)
            return replace(told, stations=rest or told.stations)
        return replace(told, stations=(*told.stations, value))


def following(field: Field, case: Case) -> Field | None:
    """What is asked for after a part of one written from the beginning; what is there is not asked for."""
    after = COURSE if field is Field.TEMPLATE else COURSE[COURSE.index(field) + 1 :]
    told = case.bulletin
    there = {
        Field.TITLE: bool(told.title), Field.TEXT: bool(told.text), Field.LINK: bool(told.link),
        Field.DRILL: told.corrects is not None,
    }  # fmt: skip
    return next((each for each in after if not there.get(each)), None)


def ends(span: str, now: datetime) -> datetime:
    """`6h` from now, or the last minute of the day in `3d`."""
    count = int(span[:-1])
    if span.endswith("h"):
        return now + timedelta(hours=count)
    day = now.astimezone(LOCAL) + timedelta(days=count)
    return min(day.replace(hour=23, minute=59, second=0, microsecond=0), now + LASTS)


def _templated(told: Bulletin, id_: str, known: Knowledge) -> Bulletin | None:
    found = next((each for each in known.warnings.templates if each.id == id_), None)
    return replace(told, title=found.title, text=found.text, link=found.link) if found else None
