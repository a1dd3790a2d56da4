"""Reads transcripts and plays them against anything that takes a line and gives replies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.message import Reply

NOON = datetime(2026, 11, 21, 12, 0)  # noqa: DTZ001 - Vietnam's wall clock


@dataclass
class Expected:
    """One reply: a pattern for its text and labels that must stand under it in this order."""

    line: int
    text: str
    labels: list[str] = field(default_factory=list)

    def matches(self, reply: Reply) -> bool:
        plain = " ".join(reply.text.split())
        return bool(re.fullmatch(_pattern(self.text), plain)) and self._labels_follow(reply)

    def _labels_follow(self, reply: Reply) -> bool:
        shown: Iterator[str] = iter(button.label for button in reply.buttons)
        return all(any(re.fullmatch(_pattern(want), label) for label in shown) for want in self.labels)


@dataclass
class Turn:
    """What the citizen does (`pressed` a button or typed) at a time, and what the desk says to it."""

    line: int
    said: str
    pressed: bool
    at: datetime
    replies: list[Expected] = field(default_factory=list)


def read(path: Path) -> list[Turn]:
    turns: list[Turn] = []
    now = NOON
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("@"):
            now = datetime.strptime(text[1:].strip(), "%Y-%m-%d %H:%M")  # noqa: DTZ007
        elif text.startswith("Dân bấm:"):
            turns.append(Turn(number, text.removeprefix("Dân bấm:").strip(), True, now))
        elif text.startswith("Dân:"):
            turns.append(Turn(number, text.removeprefix("Dân:").strip(), False, now))
        elif text.startswith("Trực ban:"):
            turns[-1].replies.append(Expected(number, text.removeprefix("Trực ban:").strip()))
        elif text.startswith("["):
            turns[-1].replies[-1].labels += re.findall(r"\[([^\]]+)\]", text)
        else:
            raise ValueError(f"{path.name}:{number}: {text}")
    return turns


def play(
    turns: Sequence[Turn],
    say: Callable[[str, datetime], Sequence[Reply]],
    press: Callable[[str, datetime], Sequence[Reply]],
) -> None:
    """Run a talk; an AssertionError shows the transcript's line and what was said instead."""
    for turn in turns:
        at = (turn.at - timedelta(hours=7)).replace(tzinfo=UTC)
        replies = press(turn.said, at) if turn.pressed else say(turn.said, at)
        heard = "\n".join(f"  Trực ban: {r.text}\n  {[b.label for b in r.buttons]}" for r in replies)
        assert len(replies) == len(turn.replies), f"line {turn.line}: {turn.said}\n{heard}"
        for expected, reply in zip(turn.replies, replies, strict=True):
            assert expected.matches(reply), f"line {expected.line}: {expected}\n{heard}"


def _pattern(text: str) -> str:
    return ".*".join(re.escape(part) for part in text.split("…"))
