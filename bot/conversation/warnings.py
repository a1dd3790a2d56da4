"""A warning as citizens get it, and what they press under it. Pure.

Choices are `w:ok:<case>:<topic>`, `w:a:<case>:<topic>:<option>` and `w:stop`; `w:<intent>` rates an answer.
"""

from __future__ import annotations

from datetime import datetime

from bot.conversation.relaying import plain
from bot.conversation.times.saying import clock
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Link, Reply
from bot.domain.seat import LOCAL
from bot.domain.warning import Bulletin

KIND = "w"
READ, ANSWERED, STOP = "ok", "a", f"{KIND}:stop"
_NAMED = 3  # stations that are named; more of them are many
_POINT = ("- ", "• ", "– ", "* ", "+ ")

SENTENCES: dict[str, tuple[str, ...]] = {
    "warning_by": ("station",),
    "warning_urgent": ("station",),
    "warning_corrects": ("station",),
    "warning_drill": (),
    "warning_everywhere": (),
    "warning_sent": ("sent",),
    "warning_until": ("sent", "until"),
    "warning_link": (),
    "button_understood": (),
    "button_no_warnings": (),
}


def shown(known: Knowledge, case_id: str, bulletin: Bulletin, at: datetime) -> Reply:
    """Exactly what a citizen gets, sent at that time: by which station, what, until when, what to press."""
    by = "warning_by"
    if bulletin.corrects:
        by = "warning_corrects"
    elif bulletin.urgent:
        by = "warning_urgent"
    parts = [
        known.says("warning_drill") if bulletin.drill else "",
        known.says(by, station=_by(known, bulletin.stations)),
        f"**{plain(bulletin.title)}**",
        _points(bulletin.text),
        _when(known, bulletin, at),
    ]
    buttons = (
        Button(known.says("button_understood"), f"{KIND}:{READ}:{case_id}:{bulletin.topic}"),
        Button(known.says("button_no_warnings"), STOP),
    )
    links = (Link(known.says("warning_link"), bulletin.link),) if bulletin.link else ()
    return Reply("\n\n".join(filter(None, parts)), buttons, links, bulletin.picture or None)


def _by(known: Knowledge, stations: tuple[str, ...]) -> str:
    names = [known.stations[each].name for each in stations if each in known.stations]
    if not names or len(names) > _NAMED or len(names) < len(stations):
        return known.says("warning_everywhere")
    return ", ".join(names)


def _when(known: Knowledge, bulletin: Bulletin, at: datetime) -> str:
    sent = f"{at.astimezone(LOCAL):%d/%m/%Y}"
    if bulletin.expires is None:
        return known.says("warning_sent", sent=sent)
    ends = bulletin.expires.astimezone(LOCAL)
    until = f"{clock(ends.hour * 60 + ends.minute)} {ends:%d/%m/%Y}"
    return known.says("warning_until", sent=sent, until=until)


def _points(text: str) -> str:
    """An officer's own words: no mark in them means anything, but lines that begin with a dash are points."""
    lines = []
    for line in text.strip().splitlines():
        bare = line.strip()
        point = bare.startswith(_POINT)
        lines.append(f"- {plain(bare[2:])}" if point else plain(bare))
    return "\n".join(lines)
