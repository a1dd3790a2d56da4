"""The content: whether it can be used, how old it is, and whether the desk uses it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot.config import Settings
from bot.content import ageing, hints, loading
from bot.content.kept import is_learnt
from bot.doctor.desk import Desk
from bot.domain.finding import Finding, broken, fine, look
from bot.domain.knowledge import Knowledge
from bot.errors import ContentError

_OVER = ("muted", "outlived")


@dataclass(frozen=True, slots=True)
class Facts:
    """The content as it lies on disk: what it says (None: it cannot be used), or how many problems it has."""

    known: Knowledge | None
    problems: int = 0
    first: str = ""
    learnt: bool = False


def facts(settings: Settings) -> Facts:
    """Read the content; takes some seconds."""
    try:
        known = loading.knowledge(settings.content_dir)
    except ContentError as error:
        return Facts(None, len(error.problems), str(error.problems[0]))
    return Facts(known, learnt=is_learnt(settings.content_dir, settings.data_dir))


def judged(found: Facts, used: Desk, day: date) -> list[Finding]:
    """What is wrong with the content on a day; `used` says which one the desk uses."""
    if found.known is None and not found.problems:
        return [broken("content_unread")]
    if found.known is None:
        return [broken("content_bad", count=found.problems, first=found.first)]
    known, said = found.known, []
    if used.state is not None and used.state.get("content") != known.digest:
        said.append(look("content_other"))
    elif not found.learnt:
        said.append(look("content_unlearnt"))
    ages = Counter(note.key for note in ageing.ageing(known, day))
    over = sum(ages[key] for key in _OVER)
    if over:
        said.append(look("content_muted", count=over))
    due = ages["due"] + ages["due_lasting"]
    if due:
        said.append(look("content_due", count=due))
    changing = sum(1 for _ in ageing.changing(known, day))
    if changing:
        said.append(look("content_changing", count=changing))
    ends = [hint for hint in hints.hints(known, day) if hint.key == "calendar_ends"]
    if ends:
        said.append(look("calendar_ends", **ends[0].blanks))
    return said or [fine("content", answers=len(known.answers), digest=known.digest)]
