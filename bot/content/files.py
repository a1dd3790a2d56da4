"""YAML as officers write it: read strictly, with the line of everything.

Plain YAML 1.1 turns `no` into false and `07:30` into 450; here only true/false, whole numbers, decimals and
dates are more than text. Aliases are refused, so that no small file can grow large.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Problem

LARGEST = 4  # MB of one file
DEEPEST = 12  # levels of nesting
NAMES = (  # and intents/<topic>.yaml
    "faq.yaml", "stations.yaml", "texts.yaml", "words.yaml", "urgent.yaml", "guides.yaml",
    "scams.yaml", "warnings.yaml",
)  # fmt: skip
Place = tuple[str | int, ...]


# libyaml is ten times faster; without it (no wheel for the platform) the pure parser does the same.
_Fastest = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Fastest):  # type: ignore[misc, valid-type]
    """SafeLoader with fewer surprises."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?[0-9]+\.[0-9]+$", "-0123456789"),
    ("timestamp", r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2})?$", "0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _moment(loader: Any, node: yaml.ScalarNode) -> date | datetime:
    """A day, or a day and a time; YAML's own reading wants seconds too."""
    text = loader.construct_scalar(node)
    return datetime.fromisoformat(text) if len(text) > len("2026-12-31") else date.fromisoformat(text)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _moment)


@dataclass(slots=True)
class Document:
    """One parsed file: its data and the line of each place in it."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def line(self, place: Iterable[str | int]) -> int:
        """The line of a place, or of the nearest thing around it."""
        path = tuple(place)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def problem(self, place: Iterable[str | int], key: str, /, **blanks: object) -> Problem:
        """A problem at a place, in the words of console.yaml."""
        return Problem(self.file, self.line(place), say("problem", key, **blanks))


def console() -> dict[str, dict[str, Any]]:
    """The terminal's own sentences, by section."""
    if not _console:
        text = files("bot.content").joinpath("console.yaml").read_text("utf-8")
        _console.update(yaml.load(text, Loader=_Fastest))  # noqa: S506 - a safe one
    return _console


_console: dict[str, dict[str, Any]] = {}


def say(section: str, key: str, /, **blanks: object) -> str:
    """One sentence of console.yaml with its blanks filled."""
    text: str = console()[section][key]
    return text.format(**blanks)


def digest(paths: Iterable[Path]) -> str:
    """A short hash of files' names and bytes; missing ones count as empty."""
    total = hashlib.sha256()
    for path in sorted(paths):
        data = path.read_bytes() if path.is_file() else b""
        total.update(f"{path.name} {len(data)}\n".encode() + data)
    return total.hexdigest()[:16]


def paths(folder: Path) -> list[Path]:
    """Every file the content consists of, whether it exists or not."""
    return [*sorted((folder / "intents").glob("*.yaml")), *(folder / name for name in NAMES)]


def version(folder: Path) -> str:
    """The hash of the content as it is on disk now."""
    return digest(paths(folder))


def load(path: Path, name: str) -> Document:
    """Parse one file; whatever is wrong is in its `problems`, never raised."""
    document = Document(name)
    try:
        if path.stat().st_size > LARGEST << 20:
            document.problems.append(document.problem((), "too_big", limit=LARGEST))
            return document
        _parse(path.read_text("utf-8"), document)
    except FileNotFoundError:
        document.problems.append(document.problem((), "missing_file"))
    except (OSError, UnicodeError) as error:
        document.problems.append(document.problem((), "unreadable", reason=error))
    return document


def _parse(text: str, document: Document) -> None:
    loader = _Loader(text)
    document.text = text.splitlines()
    try:
        root = loader.get_single_node()
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or type(error).__name__
        place = Problem(document.file, mark.line + 1 if mark else 0, say("problem", "syntax", reason=reason))
        document.problems.append(place)
        return
    finally:
        loader.dispose()
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        document.problems.append(document.problem((), "not_mapping"))
        return
    document.data = _Builder(loader, document).value(root, ())


class _Builder:
    """Turns nodes into plain data, noting lines, duplicate keys and aliases."""

    def __init__(self, loader: _Loader, document: Document) -> None:
        self._loader = loader
        self._document = document
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self._document.lines[place] = node.start_mark.line + 1
        if len(place) > DEEPEST or (id(node) in self._seen and not isinstance(node, yaml.ScalarNode)):
            self._complain(place, "deep" if len(place) > DEEPEST else "alias")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*place, i)) for i, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            self._look_behind(node, place)
        try:
            return self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            self._complain(place, "syntax", reason=getattr(error, "problem", None) or error)
            return None

    def _look_behind(self, node: yaml.ScalarNode, place: Place) -> None:
        """An unquoted text that stops at " #" has lost its end: YAML takes the rest for a comment."""
        line = (
            self._document.text[node.end_mark.line] if node.end_mark.line < len(self._document.text) else ""
        )
        if not node.style and line[node.end_mark.column :].lstrip().startswith("#"):
            self._complain(place, "comment", rest=line[node.end_mark.column :].strip())

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            here = (*place, key)
            if key in result:
                first = self._document.lines[here]
                self._document.lines[(*here, "again")] = key_node.start_mark.line + 1
                self._complain((*here, "again"), "twice", key=key, line=first)
                continue
            result[key] = self.value(child, here)
            self._document.lines[here] = key_node.start_mark.line + 1
        return result

    def _complain(self, place: Place, key: str, /, **blanks: object) -> None:
        self._document.problems.append(self._document.problem(place, key, **blanks))
