"""The acts of this talk's buttons: a choice is `s:<act>` or `s:<act>:<station>[:<topic>]`."""

from __future__ import annotations

KIND = "s"
ON, ALL, ADD, UNDO = "on", "all", "add", "undo"  # consents
OFF, LEAVE, NO = "off", "leave", "no"
AT, WHERE, MORE, LESS, FEWER = "at", "where", "more", "less", "fewer"
CONSENTS = frozenset({ON, ALL, ADD, UNDO})


def choice(act: str, *values: object) -> str:
    """The choice of a button."""
    return ":".join((KIND, act, *map(str, values)))
