"""The topics of warnings as citizens read them, and the texts that officers begin one with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.warning import Topic


@dataclass(frozen=True, slots=True)
class Check:
    """One question under a warning: whether it was understood. `right` is an index of `options`."""

    ask: str
    options: tuple[str, ...]
    right: int
    told: str


@dataclass(frozen=True, slots=True)
class TopicWords:
    """A topic: its name on a button, the words that people call it by, its question."""

    label: str
    says: tuple[str, ...]
    check: Check


@dataclass(frozen=True, slots=True)
class Template:
    """A warning that was written beforehand."""

    id: str
    topic: Topic
    label: str
    title: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class WarningWords:
    """Everything of warnings.yaml; every topic is there, in the order in which it is shown."""

    topics: Mapping[Topic, TopicWords]
    templates: tuple[Template, ...] = ()
