"""The little that is remembered of a talk: ids and positions, never a citizen's words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.draft import Draft
from bot.domain.writing import Writing

VERSION = 1
TRAIL = 8  # screens one can go back


@dataclass(frozen=True, slots=True)
class Session:
    """Where a talk stands.

    `trail` holds the choices that show the last screens again, newest last; its end is the current screen.
    `offers` are the choices on show, in order, so that a typed number works where there are no buttons.
    `misses` counts messages in a row that were not understood. `pace` is a minute (since 1970) and how many
    messages came in it. Until `quiet_until` (seconds since 1970) an officer writes by hand. `acts` are the
    last messages, by the platform's ids, that led to something being done. `guide` is what one is being led
    through and `guide_step` the step to do next, from 1; past the last it is finished, below 0 it rests.
    `asked` is the part of an answer (a `Facet`) that was asked for last. `places` are references of the
    places of which one was asked for, or `?` when any was. `draft` is a booking in the making. `enlisting` is
    the code of somebody who is becoming an officer. `letter` is the code of an invitation whose year of birth
    was asked for, or `?` when that code was. `seeking` says why an officer is wanted when the next words are
    the question for them, `handover` (its `ref`) that one is wanted or in the talk. `code_for` is the act of
    an officer that waits for six digits, behind the minute (since 1970) until which it does. `writing` says
    what of a warning an officer types next.
    """

    version: int = VERSION
    station: str | None = None
    intent: str | None = None
    trail: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    misses: int = 0
    greeted: bool = False
    pace: tuple[int, int] = (0, 0)
    quiet_until: int = 0
    acts: tuple[str, ...] = ()
    guide: str | None = None
    guide_step: int = 0
    asked: str | None = None
    places: tuple[str, ...] = ()
    draft: Draft | None = None
    enlisting: str | None = None
    letter: str | None = None
    seeking: str = ""
    handover: str = ""
    code_for: str = ""
    writing: Writing | None = None
