"""Stations against the list of places: a commune that is none of today's serves nobody who names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import process

from bot.content.files import Document
from bot.content.places import gazetteer
from bot.conversation.places import Gazetteer
from bot.conversation.placewords import kind_of
from bot.conversation.text import clean, fold, tokens
from bot.domain.knowledge import Knowledge
from bot.domain.place import Province
from bot.domain.station import Station
from bot.errors import Problem

_NEAREST = 3  # names offered instead


def problems(known: Knowledge, document: Document) -> Iterator[Problem]:
    """Provinces, communes and former communes of stations.yaml that the list of places does not have."""
    if not known.stations:
        return
    places = gazetteer()
    for station in known.stations.values():
        province = next((p for p in places.provinces.values() if _is(p, station.province)), None)
        if province is None:
            names = [p.name for p in places.provinces.values()]
            near = _near(station.province, names)
            yield document.problem(
                (station.id, "province"), "province_unknown", value=station.province, near=near
            )
            continue
        yield from _communes(station, province, places, document)


def _communes(
    station: Station, province: Province, places: Gazetteer, document: Document
) -> Iterator[Problem]:
    todays = {c.name: c.code for c in places.communes.values() if c.province == province.code}
    code = next((code for name, code in todays.items() if _key(name) == _key(station.commune)), None)
    if code is None:
        near = _near(station.commune, todays)
        yield document.problem(
            (station.id, "commune"),
            "commune_unknown",
            value=station.commune,
            province=province.name,
            near=near,
        )
        return
    names = [name for former in places.parts(code) for name in places.names(f"o{former.code}")]
    known = {_key(name) for name in names}
    for number, name in enumerate(station.formerly):
        if _key(name) not in known:
            yield document.problem(
                (station.id, "formerly", number),
                "former_unknown",
                value=name,
                commune=station.commune,
                near=_near(name, names),
            )


def _is(province: Province, name: str) -> bool:
    given = _key(kind_of(_capital(name))[1])
    return any(_key(kind_of(each)[1]) == given for each in (province.name, *province.called))


def _key(name: str) -> tuple[str, ...]:
    """The words of a name with its kind, wherever capitals and tone marks are put: `xã Hoà Bình`."""
    return tuple(token.marked for token in tokens(clean(name)))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _near(name: str, names: Iterable[str]) -> str:
    """The names most like one, as a person would write them down."""
    found = process.extract(name, list(dict.fromkeys(names)), processor=fold, limit=_NEAREST)
    return ", ".join(each for each, _, _ in found) or "–"
