"""Names of keys. Everything of one citizen carries the tag `{cNN}`, NN = their pseudonym mod 64."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.message import Address
from bot.store.sealing import Names

TAGS = 64
WAKE = "tb:wake"  # a message was heard; says the tag
SAID = "tb:said"  # something was said to a talk on the web; says the person
OUT = "tb:out"  # something waits in an outbox; says the tag

# Of the whole store, outside any tag.
SCHEMA = "tb:schema"
RESTORED = "tb:restored"  # there while nobody has looked at what was on its way when a backup was made
FINGERPRINT = "tb:fingerprint"
NAMES_KEY = "tb:names"


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen at one address, as the store knows them."""

    id: str  # pseudonym
    tag: int = field(init=False)  # which of the `TAGS` groups of keys is theirs

    def __post_init__(self) -> None:
        object.__setattr__(self, "tag", int(self.id[:8], 16) % TAGS)

    def key(self, kind: str) -> str:
        """Their key of this kind."""
        return f"{prefix(self.tag)}{kind}:{self.id}"


def person(address: Address, names: Names) -> Person:
    """Who lives at an address."""
    return Person(names.pseudonym("address", address.channel, address.account, address.user))


def onward(id_: str, who: Person) -> str:
    """The id that a delivery has at another door of the same person; `id_` as it was at the first one."""
    return f"{id_.partition('@')[0]}@{who.id[:16]}"


def prefix(tag: int) -> str:
    """What all keys of a tag begin with."""
    return f"tb:{{c{tag:02}}}:"
