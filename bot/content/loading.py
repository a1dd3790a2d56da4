"""From a content folder to `Knowledge`, or to the full list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.content import answers, checking, guides, holidays, scams, stations, warnings
from bot.content.catalogue import FILES
from bot.content.files import Document, load, version
from bot.content.model import IntentFile, TextFile, UrgentFile, WordFile
from bot.domain.knowledge import Emergency, Intent, Knowledge, Words
from bot.errors import ContentError, Problem

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True)
class Files:
    """The parsed content folder."""

    folder: Path
    intents: dict[str, Document]
    others: dict[str, Document]

    @property
    def documents(self) -> list[Document]:
        """All files, intents first."""
        return [*self.intents.values(), *self.others.values()]


def read(folder: Path) -> Files:
    """Parse all content files."""
    intents = {p.stem: load(p, f"intents/{p.name}") for p in sorted((folder / "intents").glob("*.yaml"))}
    return Files(folder, intents, {name: load(folder / name, name) for name in FILES})


def knowledge(folder: Path) -> Knowledge:
    """The checked content of a folder.

    Raises:
        ContentError: with every problem found.
    """
    known, check = draft(folder)
    problems = check()
    if problems:
        raise ContentError(tuple(problems))
    return known


def draft(folder: Path) -> tuple[Knowledge, Callable[[], list[Problem]]]:
    """The content of a folder whose files are right each for itself, and the check of what is between them.

    Raises:
        ContentError: with every problem of single files.
    """
    before = version(folder)
    files = read(folder)
    problems = [problem for document in files.documents for problem in document.problems]
    models = {name: validated(doc, FILES[name], problems) for name, doc in files.others.items()}
    intents = {topic: validated(doc, IntentFile, problems) for topic, doc in files.intents.items()}
    if problems:
        raise ContentError(tuple(problems))
    built = _built(before, models, {t: m for t, m in intents.items() if isinstance(m, IntentFile)})
    return built, lambda: sorted(
        checking.problems(built, files.intents, files.others), key=lambda p: (p.file, p.line)
    )


def validated(document: Document, model: type[M], problems: list[Problem]) -> M | None:
    """The content of a file by its model; None when it does not fit, after adding why to `problems`."""
    if document.problems:
        return None
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        problems.extend(_explained(document, detail) for detail in error.errors(include_url=False))
        return None


def _explained(document: Document, detail: Any) -> Problem:
    place = tuple(part for part in detail["loc"] if part in ("from", "until") or _in(document, part))
    kind = detail["type"]
    field = next((str(part) for part in reversed(detail["loc"]) if isinstance(part, str)), "")
    context = detail.get("ctx", {})
    given = detail.get("input")
    known = {
        "field": field,
        "limit": context.get("max_length", context.get("min_length", context.get("ge", context.get("le")))),
        "length": len(given) if isinstance(given, str | list) else "",
        "value": given,
        "expected": context.get("expected", ""),
        "reason": detail["msg"],
    }
    try:
        return document.problem(place, kind, **known)
    except KeyError:
        return document.problem(place, "other", **known)


def _in(document: Document, part: str | int) -> bool:
    """Whether part of a pydantic location is a place in the file, not the name of a union's branch."""
    return isinstance(part, int) or any(part in place for place in document.lines)


def _built(version: str, models: dict[str, Any], intents: dict[str, IntentFile]) -> Knowledge:
    texts: TextFile = models["texts.yaml"]
    urgent: UrgentFile = models["urgent.yaml"]
    vital = frozenset(id_ for m in urgent.kinds.values() for id_ in (m.intent, *m.next))
    return Knowledge(
        digest=version,
        topics=dict(texts.topics),
        intents={
            id_: Intent(id_, tuple(model.says), model.does)
            for file in intents.values()
            for id_, model in file.root.items()
        },
        answers=answers.built(models["faq.yaml"], vital),
        emergencies={
            kind: Emergency(kind, m.intent, m.short, tuple(m.steps), tuple(m.says), tuple(m.next))
            for kind, m in urgent.kinds.items()
        },
        near_misses=tuple(urgent.near),
        calming=tuple(urgent.calm),
        stations=stations.built(models["stations.yaml"]),
        holidays=holidays.announced(holidays.national(), models["stations.yaml"].holidays),
        words=_words(models["words.yaml"]),
        texts=dict(texts.says),
        guides=guides.built(models["guides.yaml"]),
        scams=scams.built(models["scams.yaml"]),
        warnings=warnings.built(models["warnings.yaml"]),
    )


def _words(model: WordFile) -> Words:
    return Words(
        shorthand=model.shorthand,
        ambiguous={short: tuple(meanings) for short, meanings in model.ambiguous.items()},
        dialect=model.dialect,
        keep=tuple(model.keep),
        courtesy=tuple(model.courtesy),
        concepts={name: tuple(group) for name, group in model.concepts.items()},
        commands={str(name): tuple(group) for name, group in model.commands.items()},
        facets={str(name): tuple(group) for name, group in model.facets.items()},
        joints=tuple(model.joints),
        turns={str(name): tuple(group) for name, group in model.turns.items()},
        corrections={str(name): tuple(group) for name, group in model.corrections.items()},
    )
