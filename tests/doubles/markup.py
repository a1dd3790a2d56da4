"""Telegram's HTML, read as strictly as it is described.

`html.parser` forgives what Telegram refuses (`</>`, stray `<`), and differently in each Python; a tokenizer
of one expression does not.
"""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

from tests.doubles.fields import UnsoundError, utf16

_TOKEN = re.compile(
    r'<(?P<end>/?)(?P<tag>[a-z][a-z-]*)(?P<attributes>(?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>'
    r"|(?P<entity>&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-f]+);)"
    r"|(?P<text>[^<>&]+)|(?P<stray>.)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?', re.IGNORECASE)
_BAD_REFERENCE = re.compile(r"&(?!(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);)")
_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
# What must be said with a tag, and what is understood of it.
_ATTRIBUTES = {
    "a": ("href", r"(https?://|tg://|mailto:|tel:)\S+"),
    "span": ("class", "tg-spoiler"),
    "tg-emoji": ("emoji-id", "[0-9]+"),
}
# Where formatted text stands in a request, and how long it may be once formatting is taken away.
_PLACES = {
    "sendMessage": ("text", 4096), "editMessageText": ("text", 4096),
    "sendPhoto": ("caption", 1024), "editMessageCaption": ("caption", 1024),
}  # fmt: skip


class Formatted(NamedTuple):
    """A text as people see it, and its `MessageEntity` objects."""

    text: str
    entities: list[dict[str, Any]]


def formatted(method: str, fields: dict[str, Any]) -> Formatted:
    """The text or caption of a request; `UnsoundError` if Telegram would not take it."""
    if method not in _PLACES:
        return Formatted("", [])
    place, most = _PLACES[method]
    given = "entities" if place == "text" else "caption_entities"
    mode = fields.get("parse_mode", "")
    if mode and given in fields:
        raise UnsoundError(f"both parse_mode and {given}")
    if mode.lower() not in ("", "html"):
        raise UnsoundError(f"unsupported parse_mode {mode}")  # the project speaks HTML only
    raw = fields.get(place, "")
    read = _Reader(raw).read() if mode else Formatted(raw, fields.get(given, []))
    if place == "text" and not read.text.strip():
        raise UnsoundError("message text is empty")
    if utf16(read.text) > most:
        raise UnsoundError("message is too long" if place == "text" else "message caption is too long")
    return read


class _Open(NamedTuple):
    tag: str
    entity: dict[str, Any]


class _Reader:
    """Goes through a text once; what is open lies on a pile."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._plain = ""
        self._entities: list[dict[str, Any]] = []
        self._open: list[_Open] = []
        self._at = 0

    def read(self) -> Formatted:
        for token in _TOKEN.finditer(self._raw):
            self._at = token.start()
            if token["stray"]:
                raise self._wrong(f"character {token['stray']!r} must be escaped")
            if token["tag"] is None:
                self._plain += html.unescape(token["entity"]) if token["entity"] else token["text"]
            elif token["end"]:
                self._close(token["tag"].lower(), token["attributes"])
            else:
                self._begin(token["tag"].lower(), self._attributes(token["attributes"]))
        if self._open:
            raise self._wrong(f'can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return Formatted(
            self._plain, sorted(self._entities, key=lambda each: (each["offset"], -each["length"]))
        )

    def _wrong(self, why: str) -> UnsoundError:
        return UnsoundError(
            f"can't parse entities: {why} at byte offset {len(self._raw[: self._at].encode())}"
        )

    def _attributes(self, source: str) -> dict[str, str]:
        if _BAD_REFERENCE.search(source):
            raise self._wrong("unescaped & in an attribute")
        return {name.lower(): html.unescape(value) for name, value in _ATTRIBUTE.findall(source)}

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        inside = [each.tag for each in self._open]
        language = attributes.get("class", "") if tag == "code" and inside[-1:] == ["pre"] else ""
        if tag not in _KINDS:
            raise self._wrong(f'unsupported start tag "{tag}"')
        if not self._understood(tag, attributes, language):
            raise self._wrong(f'unsupported attributes of "{tag}"')
        if {"code", "pre"} & set(inside) and not (language and inside.count("code") == 0):
            raise self._wrong(f'"{tag}" inside code')
        if tag in ("a", "blockquote") and tag in inside:
            raise self._wrong(f'"{tag}" inside itself')
        entity: dict[str, Any] = {"type": _KINDS[tag], "offset": utf16(self._plain)}
        if tag == "a":
            entity["url"] = attributes["href"]
        elif tag == "tg-emoji":
            entity["custom_emoji_id"] = attributes["emoji-id"]
        elif "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif language:
            self._open[-1].entity["language"] = language.removeprefix("language-")
        self._open.append(_Open(tag, entity))

    @staticmethod
    def _understood(tag: str, attributes: dict[str, str], language: str) -> bool:
        if tag in _ATTRIBUTES:
            name, pattern = _ATTRIBUTES[tag]
            return list(attributes) == [name] and re.fullmatch(pattern, attributes[name]) is not None
        if language:
            return list(attributes) == ["class"] and re.fullmatch(r"language-\S+", language) is not None
        return not attributes or (tag == "blockquote" and attributes == {"expandable": ""})

    def _close(self, tag: str, attributes: str) -> None:
        if attributes or not self._open or self._open[-1].tag != tag:
            raise self._wrong(f'unexpected end tag "{tag}"')
        entity = self._open.pop().entity
        entity["length"] = utf16(self._plain) - entity["offset"]
        in_pre = bool(self._open) and self._open[-1].tag == "pre"  # <pre><code> is one entity
        if entity["length"] and not in_pre:
            self._entities.append(entity)
