"""All content of the desk at one moment, checked and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.answer import Answer
from bot.domain.guide import Guide
from bot.domain.holiday import Holidays
from bot.domain.scam import Scams
from bot.domain.station import Station
from bot.domain.topics import WarningWords

BOOK = "book"  # the flow of the intent that asks for a booking
VISITS = "visits"  # the flow of intents about what is booked already
WARNINGS = "warnings"  # the flow of the intent that asks for warnings
NO_WARNINGS = "no_warnings"  # and of the one that wants none
DOORS = "doors"  # the flow of the intent about the doors of one person
LETTER = "letter"  # the flow of the intent that checks an invitation
REFUSAL = "oos"  # the topic whose intents are refusals


def topic_of(intent: str) -> str:
    """`can_cuoc` of `can_cuoc.cap_lai`."""
    return intent.partition(".")[0]


def is_refusal(intent: str) -> bool:
    """Whether the intent is a matter of another office (`oos.<class>`)."""
    return topic_of(intent) == REFUSAL


@dataclass(frozen=True, slots=True)
class Intent:
    """How people ask for one thing. `does` names a flow that starts instead of an answer."""

    id: str
    says: tuple[str, ...]
    does: str | None = None


@dataclass(frozen=True, slots=True)
class Emergency:
    """A kind of emergency: how people cry for help, and what they are told at once."""

    kind: str
    intent: str
    short: str
    steps: tuple[str, ...]
    says: tuple[str, ...]
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """How Vietnamese is really typed: the data behind `conversation.lexicon`.

    Keys are lower case. `shorthand` maps teencode and abbreviations, `dialect` regional words, to standard
    ones; of the meanings of an `ambiguous` one the likeliest stands first. `concepts` group words of one
    meaning; `courtesy` can be left out of any question. `turns` are the words around a question that leans on
    the answer before it, `corrections` those around a correction.
    """

    shorthand: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]
    dialect: Mapping[str, str]
    keep: tuple[str, ...]
    courtesy: tuple[str, ...]
    concepts: Mapping[str, tuple[str, ...]]
    commands: Mapping[str, tuple[str, ...]]
    facets: Mapping[str, tuple[str, ...]]
    joints: tuple[str, ...]
    turns: Mapping[str, tuple[str, ...]]
    corrections: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the desk knows. `digest` is the hash of the files it came from."""

    digest: str
    topics: Mapping[str, str]
    intents: Mapping[str, Intent]
    answers: Mapping[str, Answer]
    emergencies: Mapping[str, Emergency]
    near_misses: tuple[str, ...]
    calming: tuple[str, ...]
    stations: Mapping[str, Station]
    holidays: Holidays
    words: Words
    texts: Mapping[str, str]
    guides: Mapping[str, Guide]
    scams: Scams
    warnings: WarningWords

    @property
    def booking(self) -> str | None:
        """The intent that asks for a time at the station, if any has one to give."""
        if not any(station.services for station in self.stations.values()):
            return None
        return next((id_ for id_, intent in self.intents.items() if intent.does == BOOK), None)

    def guide_of(self, intent: str | None) -> Guide | None:
        """The guide that leads through an intent's matter."""
        return next((guide for guide in self.guides.values() if guide.intent == intent), None)

    def station_of(self, channel: str, account: str) -> str | None:
        """The station whose talks come in by an account."""
        name = f"{channel}:{account}"
        return next((each.id for each in self.stations.values() if name in each.accounts), None)

    def says(self, key: str, **blanks: str) -> str:
        """The sentence `key` of `texts.yaml` with its blanks filled."""
        return self.texts[key].format(**blanks)
