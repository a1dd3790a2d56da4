"""Which station: what is said about a place, and about the station of the talk.

Choices are `p:` and a reference of `conversation.places`, `p:?` to ask anew, `p:s:<station>` to choose a
station, `p:g:<intent>` for the answer that holds everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation import opening_hours
from bot.conversation.places import Gazetteer
from bot.conversation.placewords import key_of, kind_of
from bot.conversation.screens import Screen, Screens, answer_choice
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.place import Former, Spot
from bot.domain.session import Session
from bot.domain.station import Station

PLACE = "p"
ASKED = "?"  # any place was asked for
ADDRESS, PHONE = "tru_so.dia_chi", "tru_so.dien_thoai"
HOURS, WEEKEND = "tru_so.gio_lam_viec", "tru_so.cuoi_tuan"
OF_STATION = (ADDRESS, PHONE, HOURS, WEEKEND)  # questions that a station answers better than the country
ABOUT = (*OF_STATION, "can_cuoc.noi_lam", "can_cuoc.sap_nhap")  # questions that a place may be part of
_BUTTONS = 6  # places offered at once
_NEAR = 3  # places offered when unsure
_TOLD_APART = 60  # places remembered until somebody says which
_BEFORE = 3  # still earlier names of a former commune that are told
_PARTS = 8  # former communes named under a new one


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen, and the places of which one is asked for on it."""

    screen: Screen
    asks: tuple[str, ...] = ()
    station: str | None = None  # what the place has become clear to be served by


class Whereabouts:
    """Words and buttons about places and stations. Pure."""

    def __init__(self, known: Knowledge, places: Gazetteer, screens: Screens) -> None:
        self._known = known
        self._places = places
        self._screens = screens
        self._stations = {
            (" ".join(kind_of_commune(each.commune)), key_of(kind_of(each.province)[1])): each
            for each in known.stations.values()
        }

    # -- a place was named

    def named(
        self, refs: Sequence[str], day: date, session: Session, intent: str, *, close: bool = False
    ) -> Shown:
        """What to say to a place that was named: it, or which of several. `intent` is what was asked."""
        if not refs:
            return self._asking("place_unknown")
        if close:
            return self._offered(self._known.says("place_close"), refs, _NEAR)
        if len(refs) > 1:
            key = "place_which" if len(refs) <= _BUTTONS else "place_many"
            return self._offered(self._known.says(key, count=str(len(refs))), refs, _BUTTONS)
        shown = self.chosen(refs[0], day, session, intent) or self._asking("place_unknown")
        if (
            shown.asks and shown.asks[0][0] in "dkt"
        ):  # none of those asked about lies there; they may yet be meant
            shown = replace(shown, asks=(*shown.asks, *session.places)[:_TOLD_APART])
        return shown

    def chosen(self, choice: str, day: date, session: Session, intent: str = ADDRESS) -> Shown | None:
        """What a choice (without its `p:`) shows; None when the content no longer has it."""
        if choice == ASKED:
            return self._asking("place_ask")
        kind, _, rest = choice.partition(":")
        if kind == "g":
            screen = self._screens.answer(rest, (), day)
            return Shown(replace(screen, choice=f"{PLACE}:{choice}")) if screen else None
        if kind == "s":
            station = self._known.stations.get(rest)
            return self._at(station, day) if station else None
        if not self._places.knows(choice):
            return None
        if choice[0] in "dkt":
            return self._within(choice)
        codes = self._places.became(choice)
        if len(codes) > 1:
            former = self._former(self._places.formers[choice[1:]])
            text = self._known.says("place_split", former=former, count=str(len(codes)))
            return self._offered(text, [f"c{code}" for code in codes], len(codes), f"{PLACE}:{choice}")
        return self._commune(choice, codes[0], day, session, intent)

    def near(self, spot: Spot) -> Shown | None:
        """The communes around a shared location, of which one may be right; None when there is none."""
        refs = self._places.around(spot, _NEAR)
        if not refs:
            return None
        first = self._today(refs[0][1:])
        return self._offered(self._known.says("place_near", commune=first), refs, _NEAR)

    def ask(self) -> str:
        """The question that stands under an answer as long as the station is not known."""
        return self._known.says("place_ask")

    def at_station(self, station: Station, intent: str, day: date) -> Screen:
        """A question about the station, answered from what the station itself says."""
        known = self._known
        answered = {ADDRESS: bool(station.address), HOURS: bool(station.hours)}.get(intent, False)
        general = known.answers[intent].body(day).short or ""
        parts = [f"**{station.name}**", self._card(station, day), "" if answered else general]
        buttons = (
            Button(known.says("button_in_full"), f"{PLACE}:g:{intent}"),
            Button(known.says("button_elsewhere"), f"{PLACE}:{ASKED}"),
            *self._screens.rating(intent),
        )
        return Screen(answer_choice(intent), Reply(_joined(parts), buttons), intent)

    # -- screens

    def _asking(self, key: str) -> Shown:
        buttons = self._screens.elsewhere() if key == "place_unknown" else ()
        return Shown(Screen(f"{PLACE}:{ASKED}", Reply(self._known.says(key), buttons)), (ASKED,))

    def _offered(self, text: str, refs: Sequence[str], most: int, choice: str = "") -> Shown:
        buttons = [Button(self._label(ref, refs), f"{PLACE}:{ref}") for ref in refs[:most]]
        buttons.append(Button(self._known.says("button_elsewhere"), f"{PLACE}:{ASKED}"))
        return Shown(Screen(choice, Reply(text, tuple(buttons))), tuple(refs[:_TOLD_APART]))

    def _within(self, ref: str) -> Shown:
        """A district or a province alone is too wide: which commune of it?"""
        text = self._known.says("place_within", area=self._area(ref))
        return Shown(Screen(f"{PLACE}:{ref}", Reply(text)), (ref,))

    def _commune(self, ref: str, code: str, day: date, session: Session, intent: str) -> Shown:
        """One of today's communes, and what it was named for."""
        says = self._known.says
        if ref[0] == "o":
            former = self._places.formers[ref[1:]]
            head = says("place_now", former=self._former(former), commune=self._today(code))
        else:
            today = self._today(code)
            head = says("place_is", commune=today[:1].upper() + today[1:])
        station = self._station_of(code)
        if station is None:
            name = self._places.communes[code].name
            asked = self._known.answers.get(intent) if intent in {HOURS, WEEKEND, PHONE} else None
            general = (asked.body(day).short or "") if asked else ""
            text = _joined(
                [head, self._parts(ref, code), says("place_no_station", commune=_lower(name)), general]
            )
            return Shown(Screen(f"{PLACE}:{ref}", Reply(text, self._ways_on())))
        text = _joined([f"{head} {says('place_go', station=station.name)}", self._card(station, day)])
        mine = session.station in {None, station.id} or session.station not in self._known.stations
        use = () if mine else (Button(says("button_use_station"), f"{PLACE}:s:{station.id}"),)
        screen = Screen(f"{PLACE}:{ref}", Reply(text, (*use, *self._ways_on())))
        return Shown(screen, station=station.id if mine else None)

    def _at(self, station: Station, day: date) -> Shown:
        text = _joined([self._known.says("station_chosen", station=station.name), self._card(station, day)])
        return Shown(Screen(f"{PLACE}:s:{station.id}", Reply(text, self._ways_on())), station=station.id)

    def _ways_on(self) -> tuple[Button, ...]:
        known = self._known
        ways = ((f"{PLACE}:g:{HOURS}", HOURS), (answer_choice("dat_lich.dat"), "dat_lich.dat"))
        return (
            Button(known.says("button_elsewhere"), f"{PLACE}:{ASKED}"),
            *(Button(known.answers[id_].label, choice) for choice, id_ in ways if id_ in known.answers),
        )

    # -- words

    def _card(self, station: Station, day: date) -> str:
        """Address, hours, closures and telephone, as far as the station gave them."""
        says = self._known.says
        closed = opening_hours.closures(self._known, station, day)
        lines = [
            says("station_address", address=station.address)
            if station.address
            else says("station_no_address"),
            says("station_hours", hours=opening_hours.worded(self._known, station)) if station.hours else "",
            says("station_closed", closures=closed) if closed else "",
            says("station_phone", phone=station.phone) if station.phone else says("station_no_phone"),
        ]
        listed = "\n".join(f"- {line}" for line in lines if line)
        return _joined([listed, says("station_demo") if station.demo else ""])

    def _parts(self, ref: str, code: str) -> str:
        """The former communes of a new one, so that people recognise theirs; none if one was named."""
        parts = self._places.parts(code)
        if ref[0] == "o" or not parts or len(parts) > _PARTS:
            return ""
        return self._known.says("place_parts", parts=", ".join(_lower(part.name) for part in parts))

    def _label(self, ref: str, among: Sequence[str]) -> str:
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
        return says("label_within", area=_lower(next(iter(self._places.names(ref)))))

    def _bare(self, ref: str) -> str:
        return kind_of(self._places.names(ref)[0])[1]

    def _province_of(self, ref: str) -> str:
        return self._places.communes[ref[1:]].province if ref[0] == "c" else ""

    def _today(self, code: str) -> str:
        commune = self._places.communes[code]
        return f"{_lower(commune.name)}, {_lower(self._places.provinces[commune.province].name)}"

    def _former(self, former: Former) -> str:
        """A former commune with what it was called before and what it lay in."""
        before = [_lower(each.name) for each in former.earlier if each.name]
        name = former.name
        if before:
            name = self._known.says("place_before", former=name, names=", ".join(before[:_BEFORE]))
        above = (_lower(place) for place in (_first_district(former), former.province) if place)
        return ", ".join((name, *above))

    def _area(self, ref: str) -> str:
        if ref[0] == "d":
            return f"{self._places.districts[ref].name}, {_lower(self._places.districts[ref].province)}"
        return self._places.was[ref] if ref[0] == "k" else self._places.provinces[ref[1:]].name

    def _station_of(self, code: str) -> Station | None:
        commune = self._places.communes[code]
        province = key_of(kind_of(self._places.provinces[commune.province].name)[1])
        return self._stations.get((" ".join(kind_of_commune(commune.name)), province))


def kind_of_commune(name: str) -> Iterable[str]:
    """Kind and key of a commune however its first letter is written (`xã Mai Phụ` in stations.yaml)."""
    kind, bare = kind_of(name[:1].upper() + name[1:])
    return kind, key_of(bare)


def _first_district(former: Former) -> str:
    """The district it is remembered by: the one before the mergers of 2023-2025, if that was another."""
    earlier = (each.district for each in former.earlier if each.district and not each.name)
    return next(earlier, former.district)


def _lower(name: str) -> str:
    """A name within a sentence: `xã Mai Phụ`."""
    return name[:1].lower() + name[1:] if kind_of(name)[0] else name


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
