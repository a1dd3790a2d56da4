"""The part of the content that visits need: stations, holidays, answers, texts. Read in no time."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.content import answers, calendars, holidays, stations
from bot.content.answers import AnswerFile
from bot.content.files import load, version
from bot.content.loading import validated
from bot.content.model import TextFile
from bot.content.stations import StationFile
from bot.domain.knowledge import Knowledge, Words
from bot.domain.scam import Scams, Webs
from bot.domain.topics import WarningWords
from bot.errors import ContentError, Problem


def rota(folder: Path) -> Knowledge:
    """Knowledge of stations, holidays, answers and texts; of everything else it knows nothing.

    Raises:
        ContentError: with every problem of these files.
    """
    problems: list[Problem] = []
    documents = {name: load(folder / name, name) for name in ("stations.yaml", "texts.yaml", "faq.yaml")}
    for document in documents.values():
        problems += document.problems
    places = validated(documents["stations.yaml"], StationFile, problems)
    texts = validated(documents["texts.yaml"], TextFile, problems)
    said = validated(documents["faq.yaml"], AnswerFile, problems)
    if places is None or texts is None or said is None:
        raise ContentError(tuple(problems))
    known = Knowledge(**{
        **_nothing(Knowledge),
        "digest": version(folder),
        "stations": stations.built(places),
        "answers": answers.built(said, ()),
        "holidays": holidays.announced(holidays.national(), places.holidays),
        "texts": dict(texts.says),
        "warnings": WarningWords({}),
        "words": Words(**_nothing(Words)),
        "scams": Scams(**{**_nothing(Scams), "webs": Webs(**_nothing(Webs))}),
    })  # fmt: skip
    problems += calendars.problems(known, documents["stations.yaml"])
    if problems:
        raise ContentError(tuple(problems))
    return known


def _nothing(of: type[Any]) -> dict[str, Any]:
    """Empty tuples and mappings for all that a class holds."""
    return {each.name: () if "tuple" in str(each.type) else MappingProxyType({}) for each in fields(of)}
