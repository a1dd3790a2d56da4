"""How right the desk is: questions with known intents in, the figures of DESIGN §5 out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.conversation.pasted import CHECK
from bot.domain.heard import (
    AnyHeard,
    Changes,
    Checks,
    Chose,
    Doubted,
    Elsewhere,
    Follows,
    Links,
    Meant,
    Named,
    Puzzled,
    Said,
    Urgent,
    Wants,
)
from bot.domain.knowledge import is_refusal, topic_of

IN_COLUMNS = ("right", "asked", "wrong", "missed")
OOS_COLUMNS = ("right", "asked", "wrong")


@dataclass(frozen=True, slots=True)
class Row:
    """A question and what would be right. `intent` is "oos" (or a refusal class) for other matters."""

    text: str
    intent: str
    alt: tuple[str, ...] = ()
    style: str = "-"
    kind: str = "-"

    @property
    def out(self) -> bool:
        """Whether the question is out of scope."""
        return self.intent == "oos" or is_refusal(self.intent)


class RowError(ValueError):
    """A line of a question file that cannot be used; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def read(file: Path) -> Iterator[Row]:
    """The rows of a question file, a JSON object a line.

    Raises:
        RowError: a line without `text` or `intent`.
        OSError: the file cannot be read.
    """
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _row(line, number)


def _row(line: str, number: int) -> Row:
    try:
        given = json.loads(line)
        return Row(
            given["text"],
            given["intent"],
            tuple(given.get("alt") or ()),
            given.get("style") or "-",
            given.get("kind") or "-",
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RowError(number) from None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the desk did with one question; the fields of `ask --json`."""

    text: str
    outcome: str
    intent: str | None
    also: tuple[str, ...]
    guesses: tuple[dict[str, Any], ...]
    ms: float

    def as_json(self) -> dict[str, Any]:
        """The line of `ask --json`."""
        return {
            "text": self.text,
            "outcome": self.outcome,
            "intent": self.intent,
            "also": list(self.also),
            "guesses": list(self.guesses),
            "ms": round(self.ms, 3),
        }


def outcome(text: str, heard: AnyHeard, acts: Callable[[str], bool], ms: float) -> Outcome:
    """Name what was heard. `acts` says whether an intent begins with a question back or a flow."""
    guesses = tuple(
        {"intent": guess.intent, "score": round(guess.score, 4)} for guess in getattr(heard, "guesses", ())
    )
    match heard:
        case Urgent(intent=intent):
            return Outcome(text, "urgent", intent, (), guesses, ms)
        case Meant(intent=intent):
            return Outcome(text, "act" if acts(intent) else "answer", intent, heard.also, guesses, ms)
        case Named() | Wants() | Changes() | Follows() | Links():
            return Outcome(text, "act", heard.intent, (), guesses, ms)
        case Elsewhere(refusal=refusal):
            return Outcome(text, "refuse", refusal, (), guesses, ms)
        case Puzzled() if guesses:
            return Outcome(text, "ask", None, (), guesses, ms)
        case Doubted():
            return Outcome(text, "act", CHECK, (), guesses, ms)
        case Chose() | Said() | Checks():  # a word about the talk itself
            return Outcome(text, "act", None, (), guesses, ms)
        case _:
            return Outcome(text, "unknown", None, (), guesses, ms)


def verdict(row: Row, result: Outcome) -> str:
    """right, asked, wrong or missed, as DESIGN §5 defines them."""
    if row.out:
        return {"refuse": "right", "unknown": "right", "ask": "asked"}.get(result.outcome, "wrong")
    wanted = {row.intent, *row.alt}
    if result.outcome in {"answer", "act", "urgent"}:
        return "right" if wanted & {result.intent, *result.also} else "wrong"
    if result.outcome == "refuse":
        return "wrong"
    if result.outcome == "ask" and wanted & {guess["intent"] for guess in result.guesses}:
        return "asked"
    return "missed"


@dataclass(slots=True)
class Tally:
    """Counted verdicts of a group of rows."""

    columns: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Rows counted."""
        return sum(self.counts.values())

    def add(self, verdict_: str) -> None:
        """Count one row."""
        self.counts[verdict_] = self.counts.get(verdict_, 0) + 1

    def figures(self) -> dict[str, float]:
        """n, and the share of each verdict in per cent."""
        shares = {c: round(100 * self.counts.get(c, 0) / self.n, 1) if self.n else 0.0 for c in self.columns}
        return {"n": self.n, **shares}


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one evaluation, and what went wrong in it."""

    figures: dict[str, Any]
    mistakes: tuple[tuple[Row, Outcome, str], ...]


def evaluate(rows: Iterable[Row], ask: Callable[[str], Outcome]) -> Report:
    """Ask every question and count."""
    inside, outside = Tally(IN_COLUMNS), Tally(OOS_COLUMNS)
    styles: dict[str, Tally] = {}
    topics: dict[str, Tally] = {}
    times: list[float] = []
    mistakes = []
    for row in rows:
        result = ask(row.text)
        times.append(result.ms)
        found = verdict(row, result)
        (outside if row.out else inside).add(found)
        topics.setdefault(topic_of(row.intent), Tally(OOS_COLUMNS if row.out else IN_COLUMNS)).add(found)
        if not row.out:
            styles.setdefault(row.style, Tally(IN_COLUMNS)).add(found)
        if found in {"wrong", "missed"}:
            mistakes.append((row, result, found))
    figures = {
        "in": inside.figures(),
        "oos": outside.figures(),
        "by_style": {name: tally.figures() for name, tally in sorted(styles.items())},
        "by_topic": {name: tally.figures() for name, tally in sorted(topics.items())},
        "ms": {"p50": _percentile(times, 0.50), "p99": _percentile(times, 0.99)},
    }
    return Report(figures, tuple(mistakes))


def timed(understand: Callable[[str], AnyHeard], acts: Callable[[str], bool]) -> Callable[[str], Outcome]:
    """A function that asks one question in a fresh talk and times the whole `understand`."""

    def ask(text: str) -> Outcome:
        start = time.perf_counter()
        heard = understand(text)
        return outcome(text, heard, acts, (time.perf_counter() - start) * 1000)

    return ask


def _percentile(values: list[float], share: float) -> float:
    if not values:
        return 0.0
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 3)


def chosen(rows: Iterable[Row], topics: frozenset[str] | None) -> Iterator[Row]:
    """The rows of some topics; all of them when no topics are named."""
    return (row for row in rows if topics is None or topic_of(row.intent) in topics)
