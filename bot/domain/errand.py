"""What somebody comes for, as exactly as the pre-check found out: an answer, and the case of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"([a-z0-9_]+\.[a-z0-9_]+)(?::(\d+(?:\.\d+)*))?")


@dataclass(frozen=True, slots=True)
class Errand:
    """An answer, and the options chosen at its case questions. It says nothing about who comes."""

    intent: str
    path: tuple[int, ...] = ()

    def __str__(self) -> str:
        """As it stands in a button and in the store: `can_cuoc.cap_lai:0.1`."""
        return self.intent + (f":{'.'.join(map(str, self.path))}" if self.path else "")


def errand(written: str | None) -> Errand | None:
    """An errand as it was written; None for anything else."""
    match = _WRITTEN.fullmatch(written or "")
    if match is None:
        return None
    return Errand(match[1], tuple(map(int, match[2].split("."))) if match[2] else ())
