"""How long somebody waits, in words; always a range, never a promise."""

from __future__ import annotations

from bot.domain.knowledge import Knowledge
from bot.domain.seat import CELL
from bot.domain.waiting import Wait

_HOUR, _ROUGH = 60, 90  # minutes; from an hour and a half on, nobody counts fives


def waited(known: Knowledge, wait: Wait | None) -> str:
    """One or two sentences for whoever took a ticket; None: their turn will not come today."""
    if wait is None:
        return known.says("wait_none")
    if wait.most is None:
        return (
            known.says("wait_least", least=_span(known, wait.least))
            if wait.least
            else known.says("wait_late")
        )
    if wait.most <= CELL:
        return known.says("wait_now")
    most = _span(known, wait.most, up=True)
    least = _span(known, wait.least)
    return (
        known.says("wait_range", least=least, most=most) if wait.least else known.says("wait_most", most=most)
    )


def _span(known: Knowledge, minutes: int, *, up: bool = False) -> str:
    if minutes >= _ROUGH:
        minutes = (minutes + 14 if up else minutes) // 15 * 15
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return known.says("wait_minutes", minutes=f"{rest}")
    if not rest:
        return known.says("wait_hours", hours=f"{hours}")
    return known.says("wait_hours_minutes", hours=f"{hours}", minutes=f"{rest}")
