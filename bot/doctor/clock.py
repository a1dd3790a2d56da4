"""The clock: against the store's, and whether it is kept by others; and the zone of Vietnam."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.finding import Finding, broken, fine, look

SKEW = 2.0  # seconds clocks may differ; the desk itself is not ready beyond
_TOLD = 0.5  # and from where on it is worth a word
_ALONE = 5  # what the kernel says of a clock that nobody keeps (TIME_ERROR)
_ROOM = 512  # bytes for what else it says; it needs 208


@dataclass(frozen=True, slots=True)
class Facts:
    """Seconds ahead of the store (None: no store), whether the clock is kept (None: unknown), the zone."""

    skew: float | None
    kept: bool | None
    zone: bool


def kernel() -> int:
    """What the kernel says of its clock, the same in a container as on the machine around it; -1: nothing."""
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_ROOM)))
    except (OSError, AttributeError):  # another system than Linux
        return -1


def facts(skew: float | None, ask: Callable[[], int] = kernel) -> Facts:
    """Look at the system's clock; `skew` is what the store told."""
    state = ask()
    try:
        ZoneInfo("Asia/Ho_Chi_Minh")
        zone = True
    except ZoneInfoNotFoundError:
        zone = False
    return Facts(skew, None if state < 0 else state != _ALONE, zone)


def judged(found: Facts) -> list[Finding]:
    """What is wrong with the time."""
    said = []
    if found.skew is not None and abs(found.skew) > SKEW:
        said.append(broken("clock_skew", seconds=round(found.skew, 1)))
    elif found.skew is not None and abs(found.skew) > _TOLD:
        said.append(look("clock_near", seconds=round(found.skew, 1)))
    if not found.zone:
        said.append(broken("no_zone"))
    if found.kept is None:
        said.append(look("clock_unknown"))
    elif not found.kept:
        said.append(look("clock_alone"))
    return said or [fine("clock")]
