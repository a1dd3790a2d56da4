"""A warning as citizens get it, and what they press under it. Pure.

Choices are `w:ok:<case>:<topic>`, `w:a:<case>:<topic>:<option>` and `w:stop`; `w:<intent>` rates an answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.conversation.relaying import plain
from bot.conversation.screens import MENU
from bot.conversation.showing import offered
from bot.conversation.times.saying import clock
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Link, Moment, Reply
from bot.domain.seat import LOCAL
from bot.domain.session import Session
from bot.domain.step import Step
from bot.domain.subscription import Noted
from bot.domain.warning import Bulletin, Topic

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
    "understood": ("ask",),
    "understood_only": (),
    "check_right": ("told",),
    "check_wrong": ("answer", "told"),
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


def is_pressed(choice: str) -> bool:
    """Whether a choice is one of those under a warning, or under its question."""
    kind, _, rest = choice.partition(":")
    return kind == KIND and rest.partition(":")[0] in {READ, ANSWERED} and rest.count(":") >= 1


class Understood:
    """Thanks whoever read a warning, and asks one question about its topic."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def pressed(self, session: Session, choice: str, at: Moment) -> Step:
        """What is said to a press. Who presses twice reads the same again, and is counted once."""
        act, case, topic, option = (*choice.split(":")[1:], "", "")[:4]
        words = self._known.warnings.topics.get(Topic(topic)) if topic in {*Topic} else None
        if words is None:
            return self._noted(session, Reply(self._says("understood_only")), case, "read", at)
        check = words.check
        if act == READ or not option.isdecimal() or int(option) >= len(check.options):
            keys = tuple(
                Button(label, f"{KIND}:{ANSWERED}:{case}:{topic}:{number}")
                for number, label in enumerate(check.options)
            )
            reply = Reply(self._says("understood", ask=check.ask), keys)
            return self._noted(session, reply, case, "read", at)
        if int(option) == check.right:
            return self._noted(session, Reply(self._says("check_right", told=check.told)), case, "right", at)
        answer = check.options[check.right]
        reply = Reply(self._says("check_wrong", answer=answer, told=check.told))
        return self._noted(session, reply, case, "wrong", at)

    def _noted(
        self, session: Session, reply: Reply, case: str, what: Literal["read", "right", "wrong"], at: Moment
    ) -> Step:
        if not reply.buttons:
            reply = replace(reply, buttons=(Button(self._says("button_menu"), MENU),))
        step = offered(session, (reply,))
        return replace(step, request=Noted(f"note:{at.message_id}", case, what))
