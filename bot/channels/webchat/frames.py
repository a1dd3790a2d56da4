"""The frames of the socket (DESIGN §5), checked before anything else sees them."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.channels import markup
from bot.conversation.redaction import redact
from bot.conversation.screens import CHOICE_LIMIT
from bot.conversation.text import LIMIT
from bot.domain.message import Address, Incoming
from bot.store.replies import Said

FRAME_LIMIT = 16 * 1024  # bytes
_NUMBER_LIMIT = 2**53  # what JavaScript can count to
Id = Annotated[str, Field(min_length=1, max_length=64)] | Annotated[int, Field(ge=0, lt=_NUMBER_LIMIT)]


class _Frame(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Hello(_Frame):
    """Opens a talk or goes on with one; `after` asks for replies with a higher number again."""

    type: Literal["hello"]
    token: Annotated[str, Field(max_length=200)] | None = None
    after: Annotated[int, Field(ge=0, lt=_NUMBER_LIMIT)] | None = None


class Say(_Frame):
    """Something typed."""

    type: Literal["say"]
    id: Id
    text: str


class Choose(_Frame):
    """A button pressed."""

    type: Literal["choose"]
    id: Id
    choice: Annotated[str, Field(min_length=1, max_length=CHOICE_LIMIT)]


_ANY: TypeAdapter[Hello | Say | Choose] = TypeAdapter(
    Annotated[Hello | Say | Choose, Field(discriminator="type")]
)
_ID: TypeAdapter[str | int] = TypeAdapter(Id)


class FrameError(Exception):
    """A frame that cannot be used. `key` names the sentence that says so, `re` is its id if it had one."""

    def __init__(self, key: str, re: object = None) -> None:
        super().__init__(key)
        self.key, self.re = key, re


def parse(raw: str) -> Hello | Say | Choose:
    """A frame of a client.

    Raises:
        FrameError: too long, not JSON, or not one of ours.
    """
    if len(raw) * 4 > FRAME_LIMIT and len(raw.encode("utf-8", "replace")) > FRAME_LIMIT:
        raise FrameError("web_too_long")
    try:
        frame = _ANY.validate_json(raw)
    except ValidationError:
        raise FrameError("web_bad", _id_of(raw)) from None
    if isinstance(frame, Say):
        if len(frame.text) > LIMIT:
            raise FrameError("web_too_long", frame.id)
        if not frame.text.strip():
            raise FrameError("web_empty", frame.id)
    return frame


def _id_of(raw: str) -> object:
    """The id of a frame that is otherwise no good, so that its sender knows which one it was."""
    try:
        return _ID.validate_python(json.loads(raw)["id"], strict=True)
    except (ValueError, KeyError, TypeError, RecursionError):  # half an emoji in it is a ValueError too
        return None


def read(frame: Say | Choose, address: Address) -> Incoming:
    """A frame as a message, private data masked."""
    if isinstance(frame, Choose):
        return Incoming(packed(frame.id), address, choice=frame.choice)
    found = redact(frame.text)
    return Incoming(packed(frame.id), address, found.text, withheld=found.withheld)


def packed(id_: str | int) -> str:
    """A client's id in plain letters, so that it can be part of an entry, and come back as it was."""
    return quote(json.dumps(id_), safe="")


def reply(said: Said) -> dict[str, Any]:
    """The frame of one reply."""
    shown = said.reply
    return {
        "type": "reply",
        "re": json.loads(unquote(said.re)),
        "n": said.number,
        "more": said.more,
        "text": markup.plain(shown.text),
        "html": markup.html(shown.text),
        "buttons": [{"label": button.label, "choice": button.choice} for button in shown.buttons],
        "links": [{"label": link.label, "url": link.url} for link in shown.links],
    }
