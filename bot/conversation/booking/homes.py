"""The talk of those who cannot come: which commune, who, where they live; what they are told of it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.conversation import errands
from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.phones import national
from bot.conversation.screens import MENU
from bot.conversation.times.saying import clock, worded
from bot.domain.appointment import Outcome
from bot.domain.booking import Acted, AskHome
from bot.domain.draft import Draft
from bot.domain.errand import Errand
from bot.domain.home import MIDNIGHT, HomeVisit, Plan
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.station import Service, Station

_STATIONS = 8  # offered at once
_NOON, _CLOSING = 12 * 60, 17 * 60


def served_at_home(known: Knowledge, service: str | None) -> bool:
    """Whether a service is one for which officers come."""
    return any(
        each.at_home for station in known.stations.values() for each in station.services if each.id == service
    )


class Homes:
    """Questions and answers about visits at home."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._says = known.says

    def stations(self, service: str | None) -> Reply:
        """In which commune they live: its officers come."""
        every = [each for each in self._known.stations.values() if each.service(service or "")]
        buttons = [Button(each.name, choice(acts.STATION, each.id)) for each in every[:_STATIONS]]
        return Reply(self._says("home_station"), (*buttons, self._stop()))

    def next(self, draft: Draft, station: Station, service: Service, day: date) -> tuple[Draft, Reply]:
        """The draft as far as it is known, and what is asked next; at the end everything once more."""
        draft = replace(draft, people=1, priority=True, asks=None)
        if not draft.agreed:
            return draft, self._consent(draft, station, day)
        if not (draft.name and draft.phone):
            return replace(draft, asks="contact"), self._contact(draft)
        if not draft.place:
            return replace(draft, asks="place"), Reply(self._says("home_place"), (self._stop(),))
        # Still asked for: who reads a wrong place there types the right one.
        return replace(draft, asks="place"), self._summary(draft, station, service)

    def _consent(self, draft: Draft, station: Station, day: date) -> Reply:
        """What will come of it, in honest words, and whether name, phone and place may be kept."""
        parts = [self._says("home_how", station=station.name)]
        found = errands.body(self._known, draft.errand, day) if draft.errand else None
        fees = [spell.text for spell in (found.fee if found else None) or () if spell.holds(day)]
        if len(fees) == 1:
            parts.append(f"{self._says('head_fee')} {fees[0]}")
        parts.append(self._says("home_consent"))
        agree = Button(self._says("button_book_agree"), choice(acts.AGREE))
        return Reply("\n\n".join(parts), (agree, self._stop()))

    def _contact(self, draft: Draft) -> Reply:
        """Name and phone; what was given already is not asked again."""
        if draft.name:
            return Reply(self._says("book_phone", name=draft.name), (self._stop(),))
        return Reply(self._says("home_name" if draft.phone else "home_contact"), (self._stop(),))

    def _summary(self, draft: Draft, station: Station, service: Service) -> Reply:
        text = self._says(
            "home_summary",
            what=service.name,
            station=station.name,
            name=draft.name,
            phone=national(draft.phone),
            place=draft.place,
        )
        yes = Button(self._says("button_home_yes"), choice(acts.YES))
        again = Button(self._says("button_home_again"), choice(acts.AGAIN))
        return Reply(text, (yes, again, self._stop()))

    # -- what came of it

    def asked(self, acted: Acted, day: date) -> Reply:
        """They are on the list: what happens now, what to have ready, who is a fraud."""
        visit = acted.home
        station = self._known.stations.get(visit.station) if visit else None
        number, name = (str(visit.number), station.name) if visit and station else ("", "")
        parts = [self._says("home_done", number=number, station=name)]
        parts += [*self._ready(visit, day), self._says("home_caution")]
        return Reply("\n\n".join(parts), (self._mine(), self._menu()))

    def told(self, visit: HomeVisit, plan: Plan, day: date) -> Reply:
        """Unasked: the officers come on this day; what to have ready, who is a fraud."""
        name = self._name(visit)
        when = planned(self._known, plan, day)
        parts = [self._says("home_told", station=name, when=when, number=str(visit.number))]
        parts += [*self._ready(visit, day), self._says("home_caution")]
        return Reply("\n\n".join(parts), tuple(self.ways((visit,))))

    def _ready(self, visit: HomeVisit | None, day: date) -> list[str]:
        """What to have ready, as a list."""
        station = self._known.stations.get(visit.station) if visit else None
        service = station.service(visit.service) if station and visit else None
        things = [
            f"- {thing}" for id_ in (service.checklist if service else ()) for thing in self._bring(id_, day)
        ]
        return ["\n".join((self._says("home_ready"), "", *things))] if things else []

    def _bring(self, intent: str, day: date) -> tuple[str, ...]:
        found = errands.body(self._known, Errand(intent), day)
        return tuple(found.bring or ()) if found else ()

    def withdrawn(self) -> Reply:
        """Off the list."""
        return Reply(self._says("home_withdrawn"), (self._mine(), self._menu()))

    def refused(self, acted: Acted) -> Reply:
        """Why it could not be done, and what can be."""
        outcome = acted.result.outcome
        if isinstance(acted.did, AskHome):
            key = "home_limit" if outcome is Outcome.LIMIT else "home_nowhere"
        else:
            key = "home_over"
        return Reply(self._says(key), (self._mine(), self._menu()))

    # -- one's own list

    def lines(self, homes: tuple[HomeVisit, ...], day: date) -> list[str]:
        """How each request stands, a line each."""
        return [f"- {self.state(each, day)}" for each in homes]

    def state(self, visit: HomeVisit, day: date) -> str:
        """Waiting for a day, or the day that was set."""
        name = self._name(visit)
        number = str(visit.number)
        if visit.plan is None:
            return self._says("home_waits", station=name, number=number)
        when = planned(self._known, visit.plan, day)
        return self._says("home_planned", station=name, number=number, when=when)

    def _name(self, visit: HomeVisit) -> str:
        station = self._known.stations.get(visit.station)
        return station.name if station else self._says("remind_station")

    def ways(self, homes: tuple[HomeVisit, ...]) -> list[Button]:
        """A button to withdraw each."""
        several = len(homes) > 1
        return [
            Button(
                self._says("button_home_withdraw_one", number=str(each.number))
                if several
                else self._says("button_home_withdraw"),
                choice(acts.WITHDRAW, each.station, each.number),
            )
            for each in homes
        ]

    def _mine(self) -> Button:
        return Button(self._says("button_book_mine"), choice(acts.MINE))

    def _menu(self) -> Button:
        return Button(self._says("button_menu"), MENU)

    def _stop(self) -> Button:
        return Button(self._says("button_home_stop"), choice(acts.NO))


def planned(known: Knowledge, plan: Plan, today: date) -> str:
    """When officers come, as it is said today: "thứ 5, 26/11/2026, buổi sáng"."""
    day = worded(known, plan.day, today)
    begins, ends = plan.begins, plan.ends
    if (begins, ends) == (0, MIDNIGHT):
        return day
    if begins == 0 and ends <= _NOON:
        return known.says("home_when", day=day, part=known.says("home_morning"))
    if begins == _NOON and ends >= _CLOSING:
        return known.says("home_when", day=day, part=known.says("home_afternoon"))
    return known.says("home_when_from", day=day, begins=clock(begins), ends=clock(ends))
