"""What a citizen is told when the station moves a visit, cancels it or gives it back. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from bot.conversation import reminding
from bot.conversation.booking import acts
from bot.conversation.screens import CHOICE_LIMIT
from bot.domain.appointment import Appointment, News
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Link, Reply
from bot.domain.seat import today

REASON = 120  # characters of a reason: a line on a phone, not a letter
_MARKS = re.compile(r"[*_`#<>\[\]\\|~]")
_BECAUSE = re.compile(r"(?:lý do(?: là)?:?|vì|do)\s+", re.IGNORECASE)


def because(known: Knowledge, reason: str, otherwise: str = "") -> str:
    """Why, to stand behind what happened ("… vì tập huấn"); the text `otherwise` when nobody said why."""
    words = " ".join(_MARKS.sub("", reason).split())
    words = _BECAUSE.sub("", words, count=1) if _BECAUSE.match(words) else words
    words = words.rstrip(" .!;,")
    if len(words) > REASON:
        words = words[: REASON + 1].rsplit(" ", 1)[0].rstrip(" .,;") + "…"
    if not words:
        return known.says(otherwise) if otherwise else ""
    return known.says("because", reason=_uncapitalised(words))


def told(known: Knowledge, changed: Appointment, code: str, url: str | None, now: datetime) -> Reply:
    """The visit as it stands now, and what can be done about it with one press."""
    what = changed.news or News.MOVED
    text = known.says(
        f"changed_{what}",
        when=reminding.when(known, changed, today(now)),
        service=reminding.service(known, changed),
        where=reminding.where(known, changed),
        code=code,
        why=because(known, changed.reason),
    )
    if what is News.CANCELLED:
        return Reply(text, (Button(known.says("button_book_new"), _again(known, changed)),))
    buttons = (
        Button(known.says("remind_move"), acts.choice(acts.MOVE, code)),
        Button(known.says("remind_cancel"), acts.choice(acts.CANCEL, code)),
    )
    return Reply(text, buttons, (Link(known.says("remind_link"), url),) if url else ())


def _again(known: Knowledge, changed: Appointment) -> str:
    """A new booking for the same, at the same station, if it is there and can still be named in a button."""
    station = known.stations.get(changed.station)
    if station is None or station.service(changed.service) is None:
        return acts.choice(acts.NEW)
    whole = acts.choice(acts.NEW, changed.service, changed.station)
    return whole if len(whole.encode()) <= CHOICE_LIMIT else acts.choice(acts.NEW, changed.service)


def _uncapitalised(words: str) -> str:
    """Within a sentence; a name, of which the second word has a capital too, keeps its own."""
    first, _, rest = words.partition(" ")
    name = rest[:1].isupper() or first[1:] != first[1:].lower()
    return words if name else words[:1].lower() + words[1:]
