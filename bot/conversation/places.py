"""Every place we know, by name and by what it lies in. Pure; the list is handed in.

A place is named by a reference that fits a button: `c` and the code of one of today's communes, `o` and
the code of a former one, `d` and a slug for a former district, `k` and a slug for a province as it was before
July 2025, `t` and the code of one of today's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians

from bot.conversation.placewords import key_of, kind_of
from bot.conversation.register import Register
from bot.conversation.text import Token, tokens
from bot.domain.place import Atlas, Commune, Former, Province, Spot

_KM = 111.2  # kilometres of a degree of latitude
_FAR = 40.0  # kilometres beyond which the nearest centre says nothing


@dataclass(frozen=True, slots=True)
class District:
    """A district, which is gone, and the province that it lay in."""

    name: str
    province: str


class Gazetteer:
    """Looks places up. Built once, never changed."""

    def __init__(self, atlas: Atlas | None = None) -> None:
        atlas = atlas or Atlas()
        self.provinces: dict[str, Province] = {each.code: each for each in atlas.provinces}
        self.communes: dict[str, Commune] = {each.code: each for each in atlas.communes}
        self.formers: dict[str, Former] = {each.code: each for each in atlas.formers}
        self.districts: dict[str, District] = {}
        self.was: dict[str, str] = {}  # provinces before July 2025: their names by reference
        self._parts: dict[str, list[str]] = defaultdict(list)  # today's commune: what became (part of) it
        self._now: dict[str, set[str]] = defaultdict(set)  # former district or province: today's provinces
        areas: dict[tuple[str, str], tuple[str, ...]] = {}
        refs = [*(f"t{code}" for code in self.provinces), *(f"c{code}" for code in self.communes)]
        for former in atlas.formers:
            refs.append(f"o{former.code}")
            for code in former.became:
                self._parts[code].append(former.code)
            now = {f"t{self.communes[code].province}" for code in former.became}
            for home in _homes(former):
                if home not in areas:
                    areas[home] = self._area(refs, *home)
                for ref in areas[home]:
                    self._now[ref] |= now
        self.register = Register((ref, name) for ref in refs for name in self.names(ref))
        self.areas = lru_cache(maxsize=2_048)(self._areas)

    def _area(self, refs: list[str], district: str, province: str) -> tuple[str, ...]:
        above = was_ref(province)
        if above not in self.was:
            self.was[above] = province
            refs.append(above)
        if not district:
            return (above,)
        ref = district_ref(district, province)
        if ref not in self.districts:
            self.districts[ref] = District(district, province)
            refs.append(ref)
        return above, ref

    # -- by name

    def spelt(self, ref: str) -> Iterable[tuple[str, str]]:
        """(kind, bare name) of every name a place has or had."""
        return (kind_of(name) for name in self.names(ref))

    def names(self, ref: str) -> tuple[str, ...]:
        """Every name a place has or had, with its kind; the last one first."""
        kind, rest = ref[0], ref[1:]
        match kind:
            case "c":
                return (self.communes[rest].name,)
            case "o":
                return _named(self.formers[rest])
            case "d":
                return (self.districts[ref].name,)
            case "k":
                return (self.was[ref],)
            case _:
                return (self.provinces[rest].name, *self.provinces[rest].called)

    def is_written(self, ref: str, words: Sequence[Token], slips: int = 0) -> bool:
        """Whether the marks the writer typed are those of one of the place's names, but for some words."""
        if not any(word.has_marks for word in words):
            return True
        return any(_agree(words, _marks(name), slips) for name in self.names(ref))

    # -- by what belongs together

    def knows(self, ref: str) -> bool:
        """Whether a reference, which may come from an old button, still means something."""
        kind, code = ref[:1], ref[1:]
        return (
            (kind == "c" and code in self.communes)
            or (kind == "o" and code in self.formers)
            or (kind == "t" and code in self.provinces)
            or ref in self.districts
            or ref in self.was
        )

    def became(self, ref: str) -> tuple[str, ...]:
        """Codes of today's communes that a commune, new or former, is or is part of."""
        return (ref[1:],) if ref[0] == "c" else self.formers[ref[1:]].became

    def parts(self, code: str) -> tuple[Former, ...]:
        """The former communes that, wholly or in part, became one of today's."""
        return tuple(self.formers[each] for each in self._parts.get(code, ()))

    def _areas(self, ref: str) -> frozenset[str]:
        """References of all districts and provinces, old and new, that a place lies or lay in."""
        match ref[0]:
            case "c":
                commune = self.communes[ref[1:]]
                olds: Iterable[Former] = self.parts(commune.code)
                found = {f"t{commune.province}"}
            case "o":
                former = self.formers[ref[1:]]
                olds = (former,)
                found = {f"t{self.communes[code].province}" for code in former.became}
            case "d":
                return frozenset({was_ref(self.districts[ref].province)} | self._now[ref])
            case _:
                return frozenset(self._now.get(ref, ()))
        for old in olds:
            for district, province in _homes(old):
                found.add(was_ref(province))
                if district:
                    found.add(district_ref(district, province))
        return frozenset(found)

    def distinct(self, refs: Iterable[str]) -> tuple[str, ...]:
        """The same without what says the same twice: a former commune that kept its name and place."""
        refs = tuple(dict.fromkeys(refs))
        todays = {ref[1:] for ref in refs if ref[0] == "c"}
        split = {code for ref in refs if ref[0] == "o" and len(b := self.became(ref)) > 1 for code in b}
        return tuple(
            ref
            for ref in refs
            if not (ref[0] == "o" and len(b := self.became(ref)) == 1 and b[0] in todays - split)
            and not (ref[0] == "c" and ref[1:] in split)
        )

    # -- by where it is

    def province(self, name: str) -> str | None:
        """The reference of today's province of that name."""
        return next((ref for ref in self.register.named([key_of(kind_of(name)[1])]) if ref[0] == "t"), None)

    def around(self, spot: Spot, most: int = 3) -> tuple[str, ...]:
        """Today's communes whose centres are nearest, nearest first; none far from all of them."""
        latitude, longitude = spot
        width = cos(radians(latitude)) * _KM
        away = sorted(
            (hypot((c.centre[0] - latitude) * _KM, (c.centre[1] - longitude) * width), c.code)
            for c in self.communes.values()
        )
        return tuple(f"c{code}" for distance, code in away[:most] if distance <= _FAR)


def district_ref(district: str, province: str) -> str:
    """The reference of a former district; kind and all, since Kỳ Anh was a town and a district."""
    return f"d{_slug(district)}-{_slug(kind_of(province)[1])}"


def was_ref(province: str) -> str:
    """The reference of a province as it was before July 2025."""
    return f"k{_slug(kind_of(province)[1])}"


@lru_cache(maxsize=1_024)
def _slug(name: str) -> str:
    return key_of(name).replace(" ", "_")


def _named(former: Former) -> tuple[str, ...]:
    """What a former commune was called, last and earlier."""
    return (
        (former.name, *(each.name for each in former.earlier if each.name))
        if former.earlier
        else (former.name,)
    )


def _homes(former: Former) -> Iterable[tuple[str, str]]:
    """(district, province) of a former commune, last and earlier."""
    yield former.district, former.province
    for each in former.earlier:
        if each.district or each.province:
            yield each.district or former.district, each.province or former.province


@lru_cache(maxsize=4_096)
def _marks(name: str) -> tuple[str, ...]:
    """The words of a name as typed, without its kind."""
    return tuple(token.marked for token in tokens(kind_of(name)[1]))


def _agree(words: Sequence[Token], given: tuple[str, ...], slips: int) -> bool:
    if len(given) != len(words):  # written without blanks, or with a number for another
        return False
    wrong = sum(word.has_marks and word.marked != other for word, other in zip(words, given, strict=True))
    return wrong <= min(slips, len(words) - 1)
