"""A Zalo event as a message of ours. Pure; nothing is downloaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.accounts import ZALO_OA
from bot.channels import bodies
from bot.conversation.redaction import redact
from bot.conversation.text import LIMIT
from bot.domain.message import Address, Incoming, Kind
from bot.domain.place import Spot, spot

_ID = re.compile(r"[0-9]{1,25}\Z")
# The choices of `conversation.screens` and nothing else: people too end a message with something in brackets.
_PRESSED = re.compile(
    r"(?s).{0,900}\[([mbhn]|(?:a|t|u|w|c|d|g|l|p|s|start):[a-z0-9_.:!?-]{0,62}|[bko]:[A-Za-z0-9_.:-]{0,62})\]\s*\Z"
)
_LONGEST_ID = 120
_KINDS = {
    "user_send_text": Kind.WORDS, "user_send_link": Kind.WORDS, "user_send_image": Kind.PHOTO,
    "user_send_gif": Kind.STICKER, "user_send_sticker": Kind.STICKER, "user_send_audio": Kind.VOICE,
    "user_send_video": Kind.VIDEO, "user_send_file": Kind.FILE, "user_send_location": Kind.LOCATION,
    "user_send_business_card": Kind.CONTACT, "user_submit_info": Kind.CONTACT,
    "user_click_chatnow": Kind.JOINED, "follow": Kind.JOINED,
}  # fmt: skip
WITHDRAWN = "user_withdraw"
# What somebody wrote in the account's name, by hand or through us.
BY_ACCOUNT = {f"oa_send_{kind}" for kind in ("text", "image", "gif", "list", "file", "sticker")}
# Whether following opens the window of free messages is not known: not counting on it is right either way.
_NO_INTERACTION = {"follow"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something Zalo tells us. `user` is the citizen, `oa` the account, as far as the event names them."""

    name: str
    app: str
    oa: str
    user: str
    at: datetime
    timestamp: str
    data: dict[str, Any]

    @property
    def message(self) -> dict[str, Any]:
        """What was written."""
        return _part(self.data, "message")

    @property
    def named(self) -> bool:
        """Whether it is about a person and an account."""
        return bool(_ID.match(self.user) and _ID.match(self.oa))

    @property
    def opens_window(self) -> bool:
        """Whether the citizen did something that lets us answer for free."""
        return self.name in _KINDS and self.name not in _NO_INTERACTION

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote it in Zalo's own tool for the account."""
        return bool(_part(self.data, "sender").get("admin_id"))


def parsed(body: bytes) -> Event | None:
    """The event in a body; None when it is none (the console's trial call has no timestamp, or is empty)."""
    data = bodies.document(body)
    if not isinstance(data, dict) or not isinstance(data.get("event_name"), str):
        return None
    given = data.get("timestamp")
    timestamp = str(given) if isinstance(given, (str, int)) and not isinstance(given, bool) else ""
    at = _moment(timestamp)
    if at is None:
        return None
    oa, user = _parties(data)
    return Event(data["event_name"], _text(data.get("app_id")), oa, user, at, timestamp, data)


def _parties(data: dict[str, Any]) -> tuple[str, str]:
    """(account, citizen); in receipts it may be either who is named as the sender."""
    sender, recipient = _text(_part(data, "sender").get("id")), _text(_part(data, "recipient").get("id"))
    oa = _text(data.get("oa_id"))
    if data["event_name"].startswith("oa_"):
        return oa or sender, recipient
    user = sender or _text(_part(data, "follower").get("id")) or _text(data.get("user_id"))
    return oa or recipient, user


def between(event: Event, accounts: Sequence[str]) -> list[Event]:
    """The event for each of these accounts that it is about; who is who in a receipt is seen only by them."""
    if event.oa in accounts:
        return [event]
    if event.user in accounts:
        return [replace(event, oa=event.user, user=event.oa)]
    # A withdrawal names no account: it concerns all that somebody may have written to.
    clear = len(accounts) == 1 or event.name == WITHDRAWN
    return [replace(event, oa=account) for account in accounts] if clear and not event.oa else []


def read(event: Event) -> Incoming | None:
    """The message in an event, private data masked; None when there is nothing to answer."""
    kind = _KINDS.get(event.name)
    if kind is None or not event.named:
        return None
    address = Address(ZALO_OA, event.oa, event.user)
    text = _text(event.message.get("text")) or (_linked(event) if event.name == "user_send_link" else "")
    pressed = _PRESSED.match(text) if kind is Kind.WORDS else None
    origin = _text(event.message.get("msg_id")) or None
    if pressed:  # a button sends its words; there is no other sign that one was pressed
        return Incoming(identity(event), address, choice=pressed[1], origin=origin)
    if kind is Kind.WORDS and not text.strip():
        kind = Kind.OTHER
    found = redact(text)
    return Incoming(
        identity(event), address, found.text[:LIMIT], withheld=found.withheld, kind=kind, origin=origin,
        spot=_spot(event) if kind is Kind.LOCATION else None, forwarded=event.name == "user_send_link",
    )  # fmt: skip


def officer_wrote(event: Event) -> Incoming:
    """Somebody answered this citizen by hand."""
    return Incoming(identity(event), Address(ZALO_OA, event.oa, event.user), kind=Kind.OFFICER)


def identity(event: Event) -> str:
    """What tells an event from all others of the same citizen: a repeated one has the same."""
    own = _text(event.message.get("msg_id")) or event.timestamp
    return quote(f"{event.name}:{own}", safe=":")[:_LONGEST_ID]


def _payload(event: Event) -> dict[str, Any]:
    """What the first attachment of a message holds."""
    found = event.message.get("attachments")
    first = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    return _part(first, "payload")


def _spot(event: Event) -> Spot | None:
    """Where a shared location lies, to about 100 m; Zalo sends numbers or texts of numbers."""
    where = _part(_payload(event), "coordinates")
    return spot(where.get("latitude"), where.get("longitude"))


def _linked(event: Event) -> str:
    """What is known of a link that was shared without words."""
    payload = _payload(event)
    return " ".join(filter(None, (_text(payload.get(key)) for key in ("title", "description", "url"))))


def _moment(timestamp: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _part(data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    """A text, or the digits of a number: ids have been seen as both. Half a letter cannot be kept."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
