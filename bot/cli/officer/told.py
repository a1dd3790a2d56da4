"""Warnings as the terminal shows them: a line, the whole, how far one has come, JSON for machines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.channels import markup
from bot.content.files import say
from bot.conversation.officer.warnings.reach import ReachWords
from bot.conversation.officer.warnings.words import WarningWords
from bot.conversation.warnings import shown
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Fate, Progress
from bot.domain.warning import Case


def line(known: Knowledge, case: Case, names: Mapping[str, str], now: datetime) -> str:
    """One of a list."""
    words = WarningWords(known, now)
    drill = known.says("officer_warn_line_drill") if case.bulletin.drill else ""
    who = names.get(case.author, case.author)
    by = say("officer", "warning_approver", name=names.get(case.approved_by, case.approved_by))
    parts = (
        case.id, words.state(case), words.topic(case.bulletin.topic), words.where(case.bulletin.stations),
        case.bulletin.title or words.says("officer_warn_untitled"), who, by if case.approved_by else "",
    )  # fmt: skip
    return " · ".join(filter(None, parts)) + drill


def whole(known: Knowledge, case: Case, now: datetime) -> str:
    """As citizens get it, and where the picture and the link lead."""
    reply = shown(known, case.id, case.bulletin, now)
    parts = ["", markup.plain(reply.text)]
    parts += [f"{each.label}: {each.url}" for each in reply.links]
    parts += [reply.picture] if reply.picture else []
    parts += ["[" + "] [".join(button.label for button in reply.buttons) + "]", ""]
    if case.reason:
        parts.append(markup.plain(known.says("officer_warn_returned", reason=case.reason)))
    return "\n".join(parts)


def report(known: Knowledge, case: Case, progress: Progress | None, now: datetime) -> list[str]:
    """How far it has come, by door and reason."""
    if progress is None:
        return [say("officer", "warning_unsent")]
    return [markup.plain(each) for each in ReachWords(WarningWords(known, now)).after(case, progress)]


def as_json(case: Case, progress: Progress | None) -> dict[str, Any]:
    """One for machines; counts by door, fate and reason when it was begun."""
    told = case.bulletin
    found: dict[str, Any] = {
        "id": case.id, "state": str(case.state), "version": case.version, "topic": str(told.topic),
        "stations": list(told.stations), "title": told.title, "text": told.text, "link": told.link or None,
        "picture": told.picture or None, "until": told.expires.isoformat() if told.expires else None,
        "urgent": told.urgent, "drill": told.drill, "corrects": told.corrects, "author": case.author,
        "approved_by": case.approved_by or None, "reason": case.reason or None,
        "begins": case.begins.isoformat() if case.begins else None,
    }  # fmt: skip
    if progress:
        found["recipients"] = progress.recipients
        found["fates"] = {str(fate): progress.of(fate) for fate in Fate}
        found["counts"] = [
            {"door": door, "fate": str(fate), "reason": why, "people": count}
            for (door, fate, why), count in progress.counts.items()
        ]
        found["elsewhere"] = [
            {"first": first, "reason": why, "door": door, "people": count}
            for (first, why, door), count in progress.detours.items()
        ]
        found |= {"again": progress.again, "resent": progress.resent, "read": progress.read}
    return found
