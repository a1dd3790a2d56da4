"""Our Markdown subset as HTML that can do no harm, and as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("linkify", ignoreInvalid=True)
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li"}


@lru_cache(maxsize=64)
def _parsed(text: str) -> Sequence[Token]:
    """A text is mostly wanted both ways, one right after the other."""
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
    lines = []
    bullet = ""
    for token in _parsed(text):
        if token.type == "list_item_open":
            bullet = f"{token.info}. " if token.info else "– "
        elif token.type == "inline":
            words = "".join(
                "\n" if child.type.endswith("break") else child.content for child in token.children or ()
            )
            lines.append(bullet + words)
            bullet = ""
    return "\n".join(lines)
