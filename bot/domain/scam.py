"""What is known of scams, and what is found in a message somebody doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SCAM = 4  # weight from which the signs together are clear


class Verdict(StrEnum):
    """Three honest ones. None of them says that a message is genuine."""

    SCAM = "scam"
    UNCLEAR = "unclear"
    NO_SIGN = "no_sign"


@dataclass(frozen=True, slots=True)
class Sign:
    """A red flag. `why` is the sentence a citizen reads; `weight` 4 is enough by itself, 1 never is.

    Each of `looks` is one way it shows: parts joined by " + " stand anywhere in the message, parts of these
    joined by " … " follow one another within a sentence. A part is a group of words in parentheses or plain
    words. `stands` says that a warning around it does not take it back.
    """

    id: str
    why: str
    weight: int
    looks: tuple[str, ...]
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Trick:
    """A known trick: how its messages read, the signs that point to it, the answer that belongs to it.

    A message is called this trick only if a group of words named in `about` stands in it, where any is named.
    """

    id: str
    title: str
    intent: str
    signs: tuple[str, ...]
    says: tuple[str, ...]
    source: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brand:
    """Somebody scammers pretend to be: the domains that are theirs, the words others put into domains."""

    name: str
    own: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Webs:
    """What is known of domains.

    `official` are endings only the state gives out; `known` serve their owner's own content, `open`
    anybody's; `short` hide where they lead; `odd` are endings that cost nothing; `twins` maps letters of
    other scripts to the Latin ones they look like.
    """

    official: tuple[str, ...]
    known: tuple[str, ...]
    open: tuple[str, ...]
    short: tuple[str, ...]
    odd: tuple[str, ...]
    twins: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scams:
    """The content of scams.yaml. Groups whose names begin with `_` steer the reading."""

    groups: Mapping[str, tuple[str, ...]]
    signs: Mapping[str, Sign]
    tricks: Mapping[str, Trick]
    brands: Mapping[str, Brand]
    webs: Webs
    scam_samples: tuple[str, ...]
    genuine_samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What may be counted of a message: numbers that similar texts share, and domains. Never kept unkeyed."""

    sketch: tuple[int, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in a message: ids only, none of its words.

    `signs` has the weightiest first; `trick` is the one it is a copy of (`same`) or resembles.
    """

    verdict: Verdict
    signs: tuple[str, ...] = ()
    trick: str | None = None
    same: bool = False
    sighting: Sighting = field(default=Sighting())
