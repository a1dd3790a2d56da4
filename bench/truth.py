"""What the server of `bench/warning.py` saw, against what a sender says of itself."""

from __future__ import annotations

import itertools
import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Name = tuple[str, str]  # a door, and a person there
SETTLED = 4.0  # seconds after a kill or a flood until the rate is looked at again
SLOW = 5.0  # seconds a message may be under way when its sender is killed


@dataclass
class Seen:
    """All lines of the server."""

    delivered: defaultdict[Name, list[float]] = field(default_factory=lambda: defaultdict(list))
    calls: list[float] = field(default_factory=list)  # with a warning, on Telegram
    ills: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[float, float]] = field(
        default_factory=list
    )  # when somebody was answered, after how long
    asked: int = 0
    floods: list[tuple[float, float]] = field(default_factory=list)  # when, and for how many seconds
    too_fast: int = 0
    stung: set[Name] = field(default_factory=set)  # who was refused because it was too fast
    place: int = 0  # in the file, so far

    def read(self, path: Path) -> Seen:
        """Take in what is new."""
        if path.exists():
            with path.open("rb") as file:
                file.seek(self.place)
                new = file.read()
            whole = new[: new.rfind(b"\n") + 1]
            self.place += len(whole)
            for line in whole.splitlines():
                self._take(*json.loads(line))
        return self

    def _take(self, at: float, door: str, user: str, what: str, figure: float) -> None:
        match what.split():
            case ["delivered"]:
                self.delivered[door, user].append(at)
            case ["call"]:
                self.calls.append(at)
            case ["ill", kind]:
                self.ills[kind] += 1
                if kind in {"retry_after", "flood"}:
                    self.stung.add((door, user))
            case ["asked"]:
                self.asked += 1
            case ["answered"]:
                self.waits.append((at, figure))
            case ["flood"]:
                self.floods.append((at, figure))
            case ["too", "fast"]:
                self.too_fast += 1

    @property
    def twice(self) -> dict[Name, list[float]]:
        """Who got it more than once, and when."""
        return {name: times for name, times in self.delivered.items() if len(times) > 1}

    def per_kill(self, kills: Sequence[float]) -> tuple[list[int], int]:
        """For each kill how many got it twice for its sake; and how many did with no kill in between."""
        counted, without = [0] * len(kills), 0
        for times in self.twice.values():
            for first, second in itertools.pairwise(times):
                last = bisect_right(kills, second) - 1
                # It arrived before the kill and was not marked, or slowly after it: its sender was dead.
                if last >= 0 and kills[last] > first - SLOW:
                    counted[last] += 1
                else:
                    without += 1
        return counted, without

    def rate(self, stretches: Iterable[tuple[float, float]]) -> float | None:
        """Calls a second within these stretches of time, together."""
        spans = [(begin, end) for begin, end in stretches if end - begin >= 2]
        length = sum(end - begin for begin, end in spans)
        calls = sum(bisect_right(self.calls, end) - bisect_right(self.calls, begin) for begin, end in spans)
        return calls / length if length else None

    def busiest(self) -> int:
        """The most calls within one second."""
        return max((n - bisect_right(self.calls, at - 1) for n, at in enumerate(self.calls, 1)), default=0)


def quiet(begin: float, end: float, disturbed: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The stretches of a time without a kill or a pause, each from `SETTLED` after it on."""
    found, at = [], begin
    for when, lasts in sorted(disturbed):
        if when > at:
            found.append((at, min(when, end)))
        at = max(at, when + lasts + SETTLED)
    return [*found, (at, end)] if at < end else found


def told(folder: Path) -> dict[str, Any]:
    """What the server found wrong with the calls."""
    found: dict[str, Any] = json.loads((folder / "wrong.json").read_text("utf-8"))
    return found
