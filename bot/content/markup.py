"""The Markdown subset of our texts: **bold**, *italic*, [link](https://…). Nothing else may slip in."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark")
_ALLOWED = frozenset(
    "inline text softbreak hardbreak paragraph_open paragraph_close strong_open strong_close "
    "em_open em_close link_open link_close".split()
)


def foreign(text: str) -> str | None:
    """The first thing in a text that is not in the subset (its Markdown name), or None."""
    for token in _flat(_PARSER.parse(text)):
        if token.type not in _ALLOWED:
            return token.type.removesuffix("_open")
        if token.type == "link_open" and not str(token.attrGet("href")).startswith(("https://", "tel:")):
            return "link"
    return None


def _flat(parsed: list[Token]) -> list[Token]:
    return [inner for token in parsed for inner in (token, *(token.children or ()))]
