"""Which station: what is said about a place, and about the station of the talk.

Choices are `p:` and a reference of `conversation.places`, `p:?` to ask anew, `p:s:<station>` to choose a
station, `p:g:<intent>` for the answer that holds everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.conversation import days_off
from bot.conversation.placenames import PlaceNames, lowered
from bot.conversation.places import Gazetteer
from bot.conversation.screens import Screen, Screens, answer_choice
from bot.conversation.stations import Stations
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.place import Spot
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
        self._names = PlaceNames(known, places)
        self._stations = Stations(known)

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
        if shown.asks and shown.asks[0][0] in "dkt":
            # None of those asked about lies there; they may yet be meant.
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
            former = self._names.former(choice[1:])
            text = self._known.says("place_split", former=former, count=str(len(codes)))
            return self._offered(text, [f"c{code}" for code in codes], len(codes), f"{PLACE}:{choice}")
        return self._commune(choice, codes[0], day, session, intent)

    def near(self, spot: Spot) -> Shown | None:
        """The communes around a shared location, of which one may be right; None when there is none."""
        refs = self._places.around(spot, _NEAR)
        if not refs:
            return None
        first = self._names.today(refs[0][1:])
        return self._offered(self._known.says("place_near", commune=first), refs, _NEAR)

    def ask(self) -> str:
        """The question that stands under an answer as long as the station is not known."""
        return self._known.says("place_ask")

    def country(self, intent: str, day: date) -> tuple[str, str]:
        """The holidays, today and soon, that everybody who asks for hours should know; empty without one."""
        return days_off.country(self._known, day) if intent in {HOURS, WEEKEND} else ("", "")

    def at_station(self, station: Station, intent: str, day: date) -> Screen:
        """A question about the station, answered from what the station itself says."""
        known = self._known
        answered = {ADDRESS: bool(station.address), HOURS: bool(station.hours)}.get(intent, False)
        general = known.answers[intent].body(day).short or ""
        parts = [f"**{station.name}**", self._card(station, day, intent), "" if answered else general]
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
        buttons = [Button(self._names.label(ref, refs), f"{PLACE}:{ref}") for ref in refs[:most]]
        buttons.append(Button(self._known.says("button_elsewhere"), f"{PLACE}:{ASKED}"))
        return Shown(Screen(choice, Reply(text, tuple(buttons))), tuple(refs[:_TOLD_APART]))

    def _within(self, ref: str) -> Shown:
        """A district or a province alone is too wide: which commune of it?"""
        text = self._known.says("place_within", area=self._names.area(ref))
        return Shown(Screen(f"{PLACE}:{ref}", Reply(text)), (ref,))

    def _commune(self, ref: str, code: str, day: date, session: Session, intent: str) -> Shown:
        """One of today's communes, and what it was named for."""
        says = self._known.says
        if ref[0] == "o":
            head = says("place_now", former=self._names.former(ref[1:]), commune=self._names.today(code))
        else:
            today = self._names.today(code)
            head = says("place_is", commune=today[:1].upper() + today[1:])
        commune = self._places.communes[code]
        station = self._stations.serving(commune.name, self._places.provinces[commune.province].name)
        if station is None:
            asked = self._known.answers.get(intent) if intent in {HOURS, WEEKEND, PHONE} else None
            today, soon = self.country(intent, day)
            general = _joined([today, (asked.body(day).short or "") if asked else "", soon])
            text = _joined(
                [
                    head,
                    self._names.parts(ref, code),
                    says("place_no_station", commune=lowered(commune.name)),
                    general,
                ]
            )
            return Shown(Screen(f"{PLACE}:{ref}", Reply(text, self._ways_on())))
        text = _joined([f"{head} {says('place_go', station=station.name)}", self._card(station, day, intent)])
        mine = session.station in {None, station.id} or session.station not in self._known.stations
        use = () if mine else (Button(says("button_use_station"), f"{PLACE}:s:{station.id}"),)
        screen = Screen(f"{PLACE}:{ref}", Reply(text, (*use, *self._ways_on())))
        return Shown(screen, station=station.id if mine else None)

    def _at(self, station: Station, day: date) -> Shown:
        text = _joined(
            [self._known.says("station_chosen", station=station.name), self._stations.card(station, day)]
        )
        return Shown(Screen(f"{PLACE}:s:{station.id}", Reply(text, self._ways_on())), station=station.id)

    def _card(self, station: Station, day: date, intent: str) -> str:
        return self._stations.card(station, day, hours=intent in {HOURS, WEEKEND}, weekend=intent == WEEKEND)

    def _ways_on(self) -> tuple[Button, ...]:
        known = self._known
        ways = ((f"{PLACE}:g:{HOURS}", HOURS), (answer_choice("dat_lich.dat"), "dat_lich.dat"))
        return (
            Button(known.says("button_elsewhere"), f"{PLACE}:{ASKED}"),
            *(Button(known.answers[id_].label, choice) for choice, id_ in ways if id_ in known.answers),
        )


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
