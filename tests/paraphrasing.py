"""Pairs of messages that mean the same and differ in one named way, and what the desk makes of both.

    python -m tests.paraphrasing [WAY]

prints the table by way; with a way, also each pair of it that does not stay right.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.evaluation.figures import Outcome, Row, verdict

PAIRS = Path(__file__).parent / "paraphrases"
Ask = Callable[[str], Outcome]


@dataclass(frozen=True, slots=True)
class Pair:
    """`a` is the plain message, `b` the same meaning said another `way`."""

    intent: str
    way: str
    a: str
    b: str
    alt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What the desk made of a pair. The verdicts are those of `bot.evaluation`."""

    pair: Pair
    plain: Outcome
    varied: Outcome

    @property
    def verdicts(self) -> tuple[str, str]:
        """Of the plain message and of the varied one."""
        return _verdict(self.pair, self.plain), _verdict(self.pair, self.varied)

    @property
    def same(self) -> bool:
        """Whether the desk does the same with both: one intent or one refusal, or nothing with either."""
        return bool(_understood(self.plain) & _understood(self.varied))

    @property
    def stays(self) -> bool:
        """Right and the same; asking back with the right intent among the buttons counts."""
        plain, varied = self.verdicts
        if "asked" in (plain, varied):
            return {plain, varied} <= {"right", "asked"}
        return (plain, varied) == ("right", "right") and self.same


def read() -> Iterator[Pair]:
    """All pairs."""
    for file in sorted(PAIRS.glob("*.yaml")):
        for row in yaml.safe_load(file.read_text("utf-8")):
            yield Pair(row["intent"], row["way"], row["a"], row["b"], tuple(row.get("alt") or ()))


def found(pairs: Iterable[Pair], ask: Ask) -> list[Found]:
    """Ask both messages of each pair, each in a fresh talk."""
    return [Found(pair, ask(pair.a), ask(pair.b)) for pair in pairs]


def figures(some: Iterable[Found]) -> dict[str, float]:
    """Per cent of the varied messages right and asked back, of the pairs treated alike, and that stay."""
    rows = list(some)

    def share(count: int) -> float:
        return round(100 * count / len(rows), 1)

    return {
        "n": len(rows),
        "plain": share(sum(row.verdicts[0] == "right" for row in rows)),
        "right": share(sum(row.verdicts[1] == "right" for row in rows)),
        "asked": share(sum(row.verdicts[1] == "asked" for row in rows)),
        "same": share(sum(row.same for row in rows)),
        "stays": share(sum(row.stays for row in rows)),
    }


def _verdict(pair: Pair, result: Outcome) -> str:
    return verdict(Row(result.text, pair.intent, pair.alt), result)


def _understood(result: Outcome) -> set[str]:
    return {intent for intent in (result.intent, *result.also) if intent} or {result.outcome}


def _print(way: str | None) -> None:
    from bot import app  # noqa: PLC0415 - learning takes seconds; only the table needs it
    from bot.config import settings  # noqa: PLC0415

    rows = found(read(), app.asker(app.edition(settings(os.environ, PAIRS))))
    for name in (*sorted({row.pair.way for row in rows}), None):
        some = [row for row in rows if name in (None, row.pair.way)]
        print(f"{name or 'all':10}", *(f"{key} {value:5}" for key, value in figures(some).items()))  # noqa: T201
    for row in rows:
        if row.pair.way == way and not row.stays:
            print(row.pair.intent, *row.verdicts)  # noqa: T201
            for side in (row.plain, row.varied):
                print(f"   {side.text!r}: {side.outcome} {side.intent} {side.guesses[:3]}")  # noqa: T201


if __name__ == "__main__":
    _print(sys.argv[1] if len(sys.argv) > 1 else None)
