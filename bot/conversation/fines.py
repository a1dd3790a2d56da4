"""What an answer says about fines and other punishment: "phạt bao nhiêu?" after any matter."""

from __future__ import annotations

import re

from bot.domain.answer import Body

# Money to pay, points or a licence lost, years in prison.
_PUNISHED = re.compile(r"\bphạt\b|\btriệu\b|\btước bằng\b|\btrừ \d+ điểm\b|\btù\b", re.IGNORECASE)


def fines(body: Body) -> tuple[str, ...]:
    """The parts of an answer that speak of punishment, in their order; none when it is silent about it."""
    parts = (body.short or "", *(body.steps or ()), *(body.notes or ()), body.warn or "")
    return tuple(part for part in parts if _PUNISHED.search(part))


def depends(body: Body) -> bool:
    """Whether punishment is told only after the question that is still open."""
    return any(
        fines(option.body) or depends(option.body) for case in body.cases or () for option in case.options
    )
