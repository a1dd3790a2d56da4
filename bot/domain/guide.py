"""Help given one step at a time, with a button to say that it is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skip:
    """What the button under a step that cannot be done says, and what helps then."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One thing to do, in `points` if it has parts; `done` is the button that leads on."""

    text: str
    done: str
    skip: Skip | None = None
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps one after the other, and what is said behind the last. `next` are intents offered there."""

    id: str
    intent: str
    title: str
    steps: tuple[GuideStep, ...]
    end: str
    next: tuple[str, ...] = ()
