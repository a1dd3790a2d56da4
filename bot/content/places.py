"""The list of communes that comes with the program; `scripts/places.py` writes it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from sys import intern

from bot.conversation.places import Gazetteer
from bot.domain.place import Atlas, Commune, Earlier, Former, Province

_FILE = "places.tsv"


@cache
def gazetteer() -> Gazetteer:
    """Every place we know, ready to be looked up; read once in a process."""
    return Gazetteer(read(files("bot.content").joinpath(_FILE).read_text("utf-8")))


def read(text: str) -> Atlas:
    """The places of a file as `scripts/places.py` writes it.

    Raises:
        ValueError: a line of another shape.
    """
    provinces: list[Province] = []
    communes: list[Commune] = []
    formers: list[Former] = []
    above = ("", "")  # the old province and district of the lines that follow
    for line in text.splitlines():
        match line.split("\t"):
            case ["tinh", code, name, *called]:
                provinces.append(Province(code, name, tuple(called[0].split(";")) if called else ()))
            case ["xa", code, name, latitude, longitude]:
                spot = (float(latitude), float(longitude))
                communes.append(Commune(intern(code), intern(name), provinces[-1].code, spot))
            case ["huyen", was, *district]:
                above = (was, district[0] if district else "")
            case ["cu", code, name, became, *earlier]:
                before = tuple(map(_earlier, earlier[0].split(";"))) if earlier else ()
                today = tuple(map(intern, became.split()))
                formers.append(Former(intern(code), intern(name), above[1], above[0], today, before))
            case _ if line.startswith("#"):
                pass
            case _:
                raise ValueError(line)
    return Atlas(tuple(provinces), tuple(communes), tuple(formers))


def _earlier(text: str) -> Earlier:
    name, district, province = (*text.split("@"), "", "")[:3]
    return Earlier(name, district, province)
