"""How we name a place: within a sentence, on a button, by what it was called before and what it lay in."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation.places import Gazetteer
from bot.conversation.placewords import kind_of
from bot.domain.knowledge import Knowledge
from bot.domain.place import Former

_BEFORE = 3  # still earlier names of a former commune that are told
_PARTS = 8  # former communes named under a new one


class PlaceNames:
    """Puts references of places into words. Pure."""

    def __init__(self, known: Knowledge, places: Gazetteer) -> None:
        self._known = known
        self._places = places

    def today(self, code: str) -> str:
        """One of today's communes and its province: `xã Mai Phụ, tỉnh Hà Tĩnh`."""
        commune = self._places.communes[code]
        return f"{lowered(commune.name)}, {lowered(self._places.provinces[commune.province].name)}"

    def former(self, code: str) -> str:
        """A former commune with what it was called before and what it lay in."""
        former = self._places.formers[code]
        before = [lowered(each.name) for each in former.earlier if each.name]
        name = former.name
        if before:
            name = self._known.says("place_before", former=name, names=", ".join(before[:_BEFORE]))
        above = (lowered(place) for place in (_first_district(former), former.province) if place)
        return ", ".join((name, *above))

    def area(self, ref: str) -> str:
        """A district or a province."""
        if ref[0] == "d":
            return f"{self._places.districts[ref].name}, {lowered(self._places.districts[ref].province)}"
        return self._places.was[ref] if ref[0] == "k" else self._places.provinces[ref[1:]].name

    def parts(self, ref: str, code: str) -> str:
        """The former communes of a new one, so that people recognise theirs; none if one was named."""
        parts = self._places.parts(code)
        if ref[0] == "o" or not parts or len(parts) > _PARTS:
            return ""
        return self._known.says("place_parts", parts=", ".join(lowered(part.name) for part in parts))

    def label(self, ref: str, among: Sequence[str]) -> str:
        """A place on a button: as much as tells it from the others."""
        says = self._known.says
        if ref[0] == "c":
            commune = self._places.communes[ref[1:]]
            province = kind_of(self._places.provinces[commune.province].name)[1]
            same = {self._province_of(each) for each in among} == {self._province_of(ref)}
            if same and all(each[0] == "c" for each in among):
                return commune.name
            return says("label_today", commune=commune.name, province=province)
        if ref[0] == "o":
            former = self._places.formers[ref[1:]]
            alike = len(among) > 1 and len({self._bare(each) for each in among}) == 1
            district, province = kind_of(_first_district(former))[1], kind_of(former.province)[1]
            return ", ".join(filter(None, ("" if alike and district else former.name, district, province)))
        return says("label_within", area=lowered(self._places.names(ref)[0]))

    def _bare(self, ref: str) -> str:
        return kind_of(self._places.names(ref)[0])[1]

    def _province_of(self, ref: str) -> str:
        return self._places.communes[ref[1:]].province if ref[0] == "c" else ""


def lowered(name: str) -> str:
    """A name within a sentence: `xã Mai Phụ`."""
    return name[:1].lower() + name[1:] if kind_of(name)[0] else name


def _first_district(former: Former) -> str:
    """The district it is remembered by: the one before the mergers of 2023-2025, if that was another."""
    earlier = (each.district for each in former.earlier if each.district and not each.name)
    return next(earlier, former.district)
