"""The acts of officers' buttons: a choice is `o:<act>` or `o:<act>:<value>…`."""

from __future__ import annotations

KIND = "o"
MENU, TODAY, VISIT, MARK, NEXT, LOAD, FIGURES, DUTY, TALKS = (
    "menu", "today", "visit", "mark", "next", "load", "figures", "duty", "talks",
)  # fmt: skip

WALK, CLOSE, OPEN = "walk", "close", "open"
REASONS = ("duty", "power", "urgent", "weather")  # why a station closes; citizens read them
WARN = "warn"  # one warning
# Officers: all, one, a new one, other terms, another door, the end; a table of visits. With six digits each.
PEOPLE, PERSON, INVITE, CHANGE, AGAIN, LEAVE, EXPORT = (
    "people", "person", "invite", "change", "again", "leave", "export",
)  # fmt: skip
RADAR, SIGN = "radar", "sign"  # what several people met; one such sign
SIGN_IN, SIGN_OUT = "in", "out"  # a session in a talk on the web
LETTERS, LETTER, TURN, ISSUE = "letters", "letter", "turn", "issue"  # invitations that citizens can check

# Warnings: the list, one of them, a new one, a part of a draft, a move, a trial to oneself, how it looks, and
# putting one right that was sent.
WARNS, WARN, WARN_NEW, WARN_SET, WARN_DO, WARN_TRY, WARN_VIEW, WARN_FIX = (
    "warns", "warn", "warnew", "warnset", "warndo", "warntry", "warnview", "warnfix",
)  # fmt: skip
WARNINGS = frozenset({WARNS, WARN, WARN_NEW, WARN_SET, WARN_DO, WARN_TRY, WARN_VIEW, WARN_FIX})


def choice(act: str, *values: object) -> str:
    """The choice of a button."""
    return ":".join((KIND, act, *map(str, values)))
