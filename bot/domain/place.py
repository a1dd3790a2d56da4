"""Places people live in: today's communes, the ones before July 2025, and which became which."""

from __future__ import annotations

from dataclasses import dataclass

Spot = tuple[float, float]  # latitude and longitude in degrees, to about 100 m


@dataclass(frozen=True, slots=True)
class Province:
    """One of today's 34; `called` are other names people use for it."""

    code: str
    name: str
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commune:
    """One of today's 3,321 communes (xã, phường, đặc khu), by the statistics office's code."""

    code: str
    name: str
    province: str  # code
    centre: Spot


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a former commune was called before the mergers of 2023-2025; empty where nothing differed."""

    name: str = ""
    district: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Former:
    """A commune as it was on 30/6/2025, with the codes of today's communes that its parts belong to.

    The five island districts that had no communes stand here too; their `district` is empty.
    """

    code: str
    name: str
    district: str
    province: str
    became: tuple[str, ...]
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Atlas:
    """All of them."""

    provinces: tuple[Province, ...] = ()
    communes: tuple[Commune, ...] = ()
    formers: tuple[Former, ...] = ()


def spot(latitude: object, longitude: object) -> Spot | None:
    """A location as platforms give it (numbers, or texts of numbers), rounded; None when it is none."""
    try:
        north, east = round(float(str(latitude)), 3), round(float(str(longitude)), 3)
    except ValueError:
        return None
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None  # not for "nan" either
