"""The acts of this talk's buttons: a choice is `c:<act>`, with a code's keyed name or a door behind it."""

from __future__ import annotations

KIND = "c"
SHOW, ADD, LEAVE, HERE = "show", "add", "leave", "here"
MINE, NOT_MINE = "mine", "other"  # at the door where a code was typed
YES, NO = "yes", "no"  # at the door that showed it
SURE = "leave!"


def choice(act: str, about: str = "") -> str:
    """The choice of a button."""
    return ":".join((KIND, act, about) if about else (KIND, act))
