"""One text on the command line, or a text a line on standard input: plain, or JSON with a `text`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from bot.cli import codes
from bot.content.files import say
from bot.conversation.text import LIMIT

LINE_LIMIT = 4 * LIMIT + 1024  # bytes-ish of an input line: a text of LIMIT characters and its JSON around


def problem(given: argparse.Namespace) -> int | None:
    """The exit code for a command line that cannot be answered, after saying why; None when it can."""
    if given.question == "-" and not given.json:
        print(say("cli", "json_only"), file=sys.stderr)
        return codes.USAGE
    if given.question is None or not given.question.strip():
        print(say("cli", "no_question"), file=sys.stderr)
        return codes.USAGE
    return None


def answered(given: str, answer: Callable[[str], dict[str, Any]]) -> int:
    """Print a JSON line for the text given, or for each line of the input when it is `-`."""
    if given != "-":
        print(json.dumps(answer(given), ensure_ascii=False))
        return codes.OK
    failed = False
    for number, text in _texts(sys.stdin):
        if isinstance(text, str):
            print(json.dumps(answer(text), ensure_ascii=False), flush=True)
        else:
            failed = True
            print(say("cli", "bad_line", line=number, reason=text.reason), file=sys.stderr)
    return codes.BAD if failed else codes.OK


class _Bad:
    """An input line that cannot be used, and why."""

    def __init__(self, key: str, **blanks: object) -> None:
        self.reason = say("cli", key, **blanks)


def _texts(lines: TextIO) -> Iterator[tuple[int, str | _Bad]]:
    """Each line's text."""
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text:
            yield number, _text(text)


def _text(line: str) -> str | _Bad:
    if len(line) > LINE_LIMIT:
        return _Bad("bad_line_long", limit=LINE_LIMIT)
    if not line.startswith("{"):
        return line
    try:
        text = json.loads(line)["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _Bad("bad_line_json")
    return text if isinstance(text, str) else _Bad("bad_line_json")
