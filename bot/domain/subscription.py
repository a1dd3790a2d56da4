"""What a citizen has asked to be told of: which stations, which topics; and what a talk asks about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from bot.domain.warning import Topic

MOST = 3  # stations of one person
UNDO = timedelta(days=1)  # for so long what was stopped can be taken up again as it was


@dataclass(frozen=True, slots=True)
class Subscription:
    """The stations somebody hears of, and the topics; they hold for each of the stations."""

    stations: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()

    @property
    def live(self) -> bool:
        """Whether anything is sent."""
        return bool(self.stations and self.topics)

    def wants(self, stations: tuple[str, ...], topic: Topic, *, urgent: bool) -> bool:
        """Whether a warning is meant for them; no station named means all, `urgent` every topic."""
        here = self.live and (not stations or any(each in stations for each in self.stations))
        return here and (urgent or topic in self.topics)


OF_NOTHING = Subscription()


def together(doors: Iterable[Subscription]) -> Subscription:
    """What a person has who asked at several doors."""
    live = [each for each in doors if each.live]
    stations = dict.fromkeys(station for each in live for station in each.stations)
    topics = dict.fromkeys(topic for each in live for topic in each.topics)
    return Subscription(tuple(stations), tuple(topics))


class Outcome(StrEnum):
    """What the store made of a change."""

    DONE = "done"
    SAME = "same"  # it was so before
    FULL = "full"  # a station too many
    NONE = "none"  # there is nothing to stop, or to take up again


@dataclass(frozen=True, slots=True)
class Changed:
    """How it stands after a change."""

    outcome: Outcome
    now: Subscription = OF_NOTHING


@dataclass(frozen=True, slots=True)
class ShowWarnings:
    """Request: what somebody gets now; `about` says for which screen, `topics` which were named."""

    id: str
    about: str = ""
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Request: hear of these topics at this station too. The press was a consent to `wording`."""

    id: str
    station: str
    topics: tuple[Topic, ...]
    wording: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Request: without these topics, this station; with neither, nothing any more."""

    id: str
    station: str = ""
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class Resubscribe:
    """Request: what was stopped a moment ago is taken up again."""

    id: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Request: a warning was read, or its question answered. Counted once for each person."""

    id: str
    case: str
    what: Literal["read", "right", "wrong"]


AnySubscription = ShowWarnings | Subscribe | Unsubscribe | Resubscribe


@dataclass(frozen=True, slots=True)
class Subscribed:
    """Result: what came of a request, and what somebody gets now."""

    request: AnySubscription
    outcome: Outcome
    now: Subscription
    door: str = ""  # the channel it was asked for at: not every one can ring
