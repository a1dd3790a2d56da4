"""A wish in one line, as the table of expressions writes it."""

from __future__ import annotations

from datetime import date

from bot.conversation.times.settled import Choice
from bot.conversation.times.wishes import Wish


def shown(wish: Wish | None) -> str:
    """`24/11/2026 8:00-9:00 @8:00 | … ?past NOT … SOON`; `-` for no wish."""
    if wish is None:
        return "-"
    told = " | ".join(map(_choice, wish.choices))
    avoided = "NOT " + " | ".join(map(_choice, wish.avoid)) if wish.avoid else ""
    return " ".join(part for part in (told, avoided, "SOON" if wish.soonest else "") if part)


def _choice(choice: Choice) -> str:
    parts = [_days(choice.first, choice.last)]
    if choice.hours:
        parts.append(f"{_clock(choice.hours.begins)}-{_clock(choice.hours.ends)}")
        if choice.hours.at is not None:
            parts.append(f"@{_clock(choice.hours.at)}")
    return " ".join([*filter(None, parts), *(f"?{doubt}" for doubt in choice.doubts)])


def _days(first: date | None, last: date | None) -> str:
    if first == last:
        return f"{first:%d/%m/%Y}" if first else ""
    return f"{first:%d/%m/%Y}.." + (f"{last:%d/%m/%Y}" if last else "")


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
