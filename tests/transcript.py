"""Reads transcripts and plays them against anything that takes a line and gives replies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.message import Reply

FOLDER = Path(__file__).parent / "talks"
TALKS = sorted(FOLDER.glob("**/*.txt"))
CASES = sorted(FOLDER.glob("truong-hop/*.txt"))  # each walks all options of one case question
# What somebody types, presses ("bấm"), or is sent without having asked ("nhận").
_ACT = re.compile(r"(?P<who>Dân khác|Dân|Cán bộ)(?: (?P<does>bấm|nhận))?: *(?P<said>.*)")
_NOW = "bây giờ"
NOON = datetime(2026, 11, 21, 12, 0)  # noqa: DTZ001 - Vietnam's wall clock


@dataclass(frozen=True)
class Seen:
    """One reply as a citizen sees it."""

    text: str
    labels: tuple[str, ...]


@dataclass
class Expected:
    """One reply: a pattern for its text and labels that must stand under it in this order."""

    line: int
    text: str
    labels: list[str] = field(default_factory=list)

    def matches(self, seen: Seen) -> bool:
        plain = " ".join(seen.text.split())
        return bool(re.fullmatch(_pattern(self.text), plain)) and self._labels_follow(seen)

    def _labels_follow(self, seen: Seen) -> bool:
        shown: Iterator[str] = iter(seen.labels)
        return all(any(re.fullmatch(_pattern(want), label) for label in shown) for want in self.labels)


@dataclass
class Turn:
    """What somebody does (`pressed` a button or typed) at a time, and what the desk says to it.

    `who` is a citizen, but where several talk. With `comes` they do nothing: the replies come by themselves.
    """

    line: int
    said: str
    pressed: bool
    at: datetime
    replies: list[Expected] = field(default_factory=list)
    who: str = "Dân"
    comes: bool = False

    @property
    def moment(self) -> datetime:
        """The time, in UTC."""
        return (self.at - timedelta(hours=7)).replace(tzinfo=UTC)

    def bare(self) -> Turn:
        """The same for a door that shows words without marks of emphasis, and lists with dashes."""
        shown = [
            replace(each, text=re.sub(r"(?<!\S)- ", "– ", each.text.replace("*", "")))
            for each in self.replies
        ]
        return replace(self, replies=shown)

    def merged(self) -> Turn:
        """The same for a door that joins all replies in one."""
        text = " ".join(each.text for each in self.replies)
        labels = [label for each in self.replies for label in each.labels]
        return replace(self, replies=[Expected(self.replies[0].line, text, labels)])

    def check(self, seen: Sequence[Seen]) -> None:
        """An AssertionError shows the transcript's line and what was said instead."""
        heard = "\n".join(f"  Trực ban: {each.text}\n  {list(each.labels)}" for each in seen)
        assert len(seen) == len(self.replies), f"line {self.line}: {self.said}\n{heard}"
        for expected, each in zip(self.replies, seen, strict=True):
            assert expected.matches(each), f"line {expected.line}: {expected}\n{heard}"


def read(path: Path) -> list[Turn]:
    turns: list[Turn] = []
    now = NOON
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("@"):
            now = _moment(text[1:].strip())
        elif found := _ACT.match(text):
            who, does, said = found["who"], found["does"], found["said"]
            turn = Turn(number, said, does == "bấm", now, who=who, comes=does == "nhận")
            if turn.comes:
                turn.said, turn.replies = "", [Expected(number, said)]
            turns.append(turn)
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
    """Run a talk."""
    for turn in turns:
        replies = press(turn.said, turn.moment) if turn.pressed else say(turn.said, turn.moment)
        turn.check([Seen(each.text, tuple(b.label for b in each.buttons)) for each in replies])


def _moment(text: str) -> datetime:
    """A time on Vietnam's wall clock, or the time it is."""
    if text == _NOW:
        return (datetime.now(UTC) + timedelta(hours=7)).replace(tzinfo=None)
    return datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007


def fits(text: str, shown: str) -> bool:
    """Whether something shown is what a transcript means; `…` stands for anything."""
    return bool(re.fullmatch(_pattern(text), shown))


def _pattern(text: str) -> str:
    return ".*".join(re.escape(part) for part in text.split("…"))
