"""What comes in from a citizen and what goes out again, the same for every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.place import Spot

WEBCHAT = "webchat"  # the channel whose talks are read from the store instead of being sent to


@dataclass(frozen=True, slots=True)
class Address:
    """Where a talk takes place.

    `account` is the bot's or Official Account's own id: a Zalo user id means nothing outside its account.
    """

    channel: str
    account: str
    user: str


class Secret(StrEnum):
    """Kinds of private data that are taken out of a message before anything else sees it."""

    CARD = "card"  # personal id or bank card number
    CODE = "code"  # one-time password
    PASSWORD = "password"  # noqa: S105 - the name of a kind, not a password
    ACCOUNT = "account"  # bank account number


class Kind(StrEnum):
    """What a message is beside its words."""

    WORDS = "words"
    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    FILE = "file"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"  # something we cannot read
    JOINED = "joined"  # opened the talk: followed us, pressed "chat now"
    OFFICER = "officer"  # an officer wrote to this citizen by hand


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as a door hands it on: private data already replaced, nothing downloaded.

    `choice` is set when a button was pressed; `text` is then its label or empty. With a photo, `text` is what
    stands under it. `origin` is the platform's own id of the message, `edited` says that one with this id
    came before. `public` talks have listeners: nothing personal is said there. `spot` is a shared location,
    which is forgotten with the message. `forwarded` ones are somebody else's words. `network` is a keyed name
    of where it came from, if the door knows: it is counted for an hour, and kept nowhere else.
    """

    id: str
    address: Address
    text: str = ""
    choice: str | None = None
    withheld: frozenset[Secret] = frozenset()
    kind: Kind = Kind.WORDS
    origin: str | None = None
    edited: bool = False
    public: bool = False
    spot: Spot | None = None
    forwarded: bool = False
    network: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens (aware, UTC) and the message it answers; the pure rooms never ask a clock."""

    now: datetime
    message_id: str


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `choice` fits 64 bytes, the smallest limit of all doors."""

    label: str
    choice: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web worth opening; `url` is https or tel."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to a citizen: text in our Markdown subset, buttons in order of use.

    `picture` is the https address of one shown with it.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    picture: str | None = None
