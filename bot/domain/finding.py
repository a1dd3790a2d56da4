"""What somebody who looks the desk over has found: a sentence by its key, how bad it is, its blanks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mark(StrEnum):
    """How bad it is."""

    FINE = "fine"
    LOOK = "look"  # works, and somebody should look
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `blanks` hold no secret and nothing of a person: they are printed, and go into tickets.

    The sentence is `key` under `doctor_says` in console.yaml; what to do is `key` under `doctor_do`, there
    for everything that may be other than fine. `of` is the account it is about.
    """

    mark: Mark
    key: str
    blanks: Mapping[str, object] = field(default_factory=dict)
    of: str = ""


def fine(key: str, of: str = "", /, **blanks: object) -> Finding:
    """In order."""
    return Finding(Mark.FINE, key, blanks, of)


def look(key: str, of: str = "", /, **blanks: object) -> Finding:
    """A hint."""
    return Finding(Mark.LOOK, key, blanks, of)


def broken(key: str, of: str = "", /, **blanks: object) -> Finding:
    """Broken."""
    return Finding(Mark.BROKEN, key, blanks, of)
