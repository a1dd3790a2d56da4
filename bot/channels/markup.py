"""Our Markdown subset for each door: HTML that can do no harm, Telegram's HTML, plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("linkify", ignoreInvalid=True)
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li"}
_QUOTES = "\"“«„'"
_TELEGRAM = {"strong_open": "<b>", "strong_close": "</b>", "em_open": "<i>", "em_close": "</i>"}


@lru_cache(maxsize=64)
def _parsed(text: str) -> Sequence[Token]:
    """A text is mostly wanted several ways, one right after the other."""
    return _PARSER.parse(text)


@lru_cache(maxsize=2_048)
def html(text: str) -> str:
    """The text as HTML from an allow-list: paragraphs, lists, emphasis, links over https and tel."""
    return nh3.clean(
        _PARSER.renderer.render(_parsed(text), _PARSER.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "tel"},
        link_rel="noopener noreferrer",
    )


@lru_cache(maxsize=2_048)
def plain(text: str) -> str:
    """The text without markup, a line for each paragraph and point."""
    return "\n".join(line for _, line in _lines(text, _words))


@lru_cache(maxsize=2_048)
def spaced(text: str) -> str:
    """The text without markup, paragraphs and lists set apart by an empty line."""
    return _apart(_lines(text, _words_and_addresses))


@lru_cache(maxsize=2_048)
def telegram(text: str) -> str:
    """The text as HTML for Telegram, which has no paragraphs and no lists; set apart as `spaced`."""
    return _apart(_lines(text, _telegram_inline))


def _lines(text: str, inline: Callable[[Sequence[Token]], str]) -> Iterator[tuple[bool, str]]:
    """Each paragraph and each point, and whether it is a further point of the same list."""
    bullet, further = "", False
    for token in _parsed(text):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            further = False
        elif token.type == "list_item_open":
            bullet = f"{token.info}. " if token.info else "– "
        elif token.type == "inline":
            yield bool(bullet) and further, bullet + inline(token.children or ())
            bullet, further = "", bool(bullet)


def _apart(lines: Iterator[tuple[bool, str]]) -> str:
    return "".join(("\n" if further else "\n\n") + line for further, line in lines).strip()


def _words(children: Sequence[Token]) -> str:
    return "".join("\n" if child.type.endswith("break") else child.content for child in children)


def _words_and_addresses(children: Sequence[Token]) -> str:
    """The words, an address behind what leads to it, and quotation marks for words set apart."""
    text, address, since, quoted = "", "", 0, _quoted(children)
    for child in children:
        if child.type == "link_open":
            address, since = str(child.attrs["href"]), len(text)
        elif child.type == "link_close" and address.startswith("https") and address not in text[since:]:
            text += f" ({address})"
        elif child in quoted:
            text += "“" if child.type == "em_open" else "”"
        else:
            text += "\n" if child.type.endswith("break") else child.content
    return text


def _quoted(children: Sequence[Token]) -> list[Token]:
    """The ends of emphasis that stands for a quotation: three words or more, but not the whole line."""
    ends = [place for place, child in enumerate(children) if child.type in {"em_open", "em_close"}]
    found: list[Token] = []
    for first, last in zip(ends[::2], ends[1::2], strict=False):
        words = "".join(child.content for child in children[first:last])
        before = "".join(child.content for child in children[:first])
        if (
            words.count(" ") > 1
            and words[0] not in _QUOTES
            and (before or "".join(child.content for child in children[last:]))
        ):
            found += [children[first], children[last]]
    return found


def _telegram_inline(children: Sequence[Token]) -> str:
    parts, linked = [], False
    for child in children:
        if child.type == "link_open":
            address = str(child.attrs["href"])
            linked = address.startswith("https://")
            parts.append(f'<a href="{escape(address)}">' if linked else "")
        elif child.type == "link_close":
            parts.append("</a>" if linked else "")
        elif child.type.endswith("break"):
            parts.append("\n")
        else:
            parts.append(_TELEGRAM.get(child.type) or escape(child.content, quote=False))
    return "".join(parts)
