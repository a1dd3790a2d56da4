"""When somebody wants to come, understood from how people in Vietnam write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.conversation.text import clean
from bot.conversation.times.days import Doubt
from bot.conversation.times.groups import grouped, opening
from bot.conversation.times.pieces import Soon, pieces
from bot.conversation.times.settled import Choice, choices
from bot.conversation.times.words import read


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody wants to come.

    Of several `choices` any will do, or their doubts say that one is to be asked for. `avoid` are times that
    will not do: those of an appointment to be moved, and those when somebody is busy. `used` are the words
    all this was said with, as places in the cleaned text. `soonest` means whatever comes first, of the
    choices if there are any.
    """

    choices: tuple[Choice, ...] = ()
    avoid: tuple[Choice, ...] = ()
    soonest: bool = False
    used: tuple[tuple[int, int], ...] = ()

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Everything to be asked about, each once."""
        return tuple(dict.fromkeys(doubt for choice in self.choices for doubt in choice.doubts))

    def rest(self, text: str) -> str:
        """The message without the words of time: what is left is the service, the person, the place."""
        text = clean(text)
        ends = [0, *(end for _, end in self.used)]
        starts = [*(start for start, _ in self.used), len(text)]
        return " ".join(" ".join(text[a:b] for a, b in zip(ends, starts, strict=True)).split()).strip(
            " ,.;()"
        )


def when(text: str, today: date, now: time) -> Wish | None:
    """When the writer of a message wants to come; None when it says nothing of a time.

    `today` and `now` are those of Vietnam.
    """
    atoms = read(clean(text))
    found = list(pieces(atoms, today, now))
    soon = [(piece.start, piece.end) for piece in found if isinstance(piece.said, Soon)]
    groups = grouped(atoms, [piece for piece in found if not isinstance(piece.said, Soon)])
    if not groups and not soon:
        return None
    spans = _merged(sorted([*soon, *((opening(atoms, group.start), group.end) for group in groups)]))
    return Wish(
        choices([group for group in groups if not group.unwanted], today, now),
        choices([group for group in groups if group.unwanted], today, now),
        bool(soon),
        tuple((atoms[start].start, atoms[end - 1].end) for start, end in spans),
    )


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
