"""The part of the content that visits need: stations, holidays, what the desk says. Read in no time."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.content import calendars, holidays, stations
from bot.content.files import load, version
from bot.content.loading import validated
from bot.content.model import TextFile
from bot.content.stations import StationFile
from bot.domain.knowledge import Knowledge, Words
from bot.domain.scam import Scams, Webs
from bot.domain.station import Station
from bot.errors import ContentError, Problem


def rota(folder: Path) -> Knowledge:
    """Knowledge of stations (without checklists), holidays and texts; of everything else it knows nothing.

    Raises:
        ContentError: with every problem of these two files.
    """
    problems: list[Problem] = []
    documents = {name: load(folder / name, name) for name in ("stations.yaml", "texts.yaml")}
    for document in documents.values():
        problems += document.problems
    places = validated(documents["stations.yaml"], StationFile, problems)
    texts = validated(documents["texts.yaml"], TextFile, problems)
    if places is None or texts is None:
        raise ContentError(tuple(problems))
    known = Knowledge(**{
        **_nothing(Knowledge),
        "digest": version(folder),
        "stations": {id_: _bare(station) for id_, station in stations.built(places).items()},
        "holidays": holidays.announced(holidays.national(), places.holidays),
        "texts": dict(texts.says),
        "words": Words(**_nothing(Words)),
        "scams": Scams(**{**_nothing(Scams), "webs": Webs(**_nothing(Webs))}),
    })  # fmt: skip
    problems += calendars.problems(known, documents["stations.yaml"])
    if problems:
        raise ContentError(tuple(problems))
    return known


def _bare(station: Station) -> Station:
    """Without what points to answers: those are not read here."""
    return replace(station, services=tuple(replace(each, checklist=()) for each in station.services))


def _nothing(of: type[Any]) -> dict[str, Any]:
    """Empty tuples and mappings for all that a class holds."""
    return {each.name: () if "tuple" in str(each.type) else MappingProxyType({}) for each in fields(of)}
