"""The screens of an officer's chat: a menu, the day's visits, one visit, two weeks, what people ask. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.conversation import errands
from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.conversation.phones import national
from bot.conversation.times.saying import begun, clock, worded
from bot.domain.appointment import Appointment, Personal, Status
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.officer import Officer, Right, refused
from bot.domain.seat import LOCAL
from bot.domain.station import Station

PAGE = 8  # visits on one page
_LIVE = (Status.CALLED, Status.ARRIVED, Status.BOOKED, Status.MISSED)
_WAYS: dict[Status, tuple[tuple[str, Status], ...]] = {
    Status.BOOKED: (("arrived", Status.ARRIVED), ("served", Status.SERVED), ("missed", Status.MISSED)),
    Status.ARRIVED: (("called", Status.CALLED), ("served", Status.SERVED), ("missed", Status.MISSED)),
    Status.CALLED: (("served", Status.SERVED), ("missed", Status.MISSED), ("back", Status.ARRIVED)),
    Status.MISSED: (("arrived", Status.ARRIVED),),
}
Named = Mapping[int, Personal]


class OfficerScreens:
    """Puts what an officer sees into words and buttons."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def said(self, key: str, **blanks: str) -> Reply:
        """One sentence, and the way back to the menu."""
        return Reply(self._says(f"officer_{key}", **blanks), (self._menu(),))

    def menu(self, officer: Officer, now: datetime, ends: datetime | None = None) -> Reply:
        """Everything an officer can look at; `ends` is the end of a session on the web."""
        stations = self._known.stations
        where = ", ".join(stations[each].name for each in officer.stations if each in stations)
        duty = "on_duty" if officer.duty else "off_duty"
        text = self._says(
            "officer_menu",
            name=officer.name,
            where=where or self._says("officer_everywhere"),
            duty=self._says(f"officer_{duty}"),
        )
        turn = "duty_off" if officer.duty else "duty_on"
        buttons: tuple[Button, ...] = (
            self._button("today", acts.TODAY),
            self._button("talks", acts.TALKS),
            self._button("walk", acts.WALK),
            self._button("close", acts.CLOSE),
            self._button("load", acts.LOAD),
            self._button("warns", acts.WARNS),
            self._button("letters", acts.LETTERS),
            self._button("figures", acts.FIGURES),
            self._button("radar", acts.RADAR),
            self._button(turn, acts.DUTY, turn.removeprefix("duty_")),
        )
        first = next(iter(officer.stations), None)
        for right, label, act in (
            (Right.PEOPLE, "people", acts.PEOPLE),
            (Right.EXPORT, "export", acts.EXPORT),
        ):
            if refused(officer, right, first, now) is None:
                buttons = (*buttons, self._button(label, act))
        if ends is None:
            return Reply(text, buttons)
        until = self._says("officer_session", clock=f"{ends.astimezone(LOCAL):%H:%M %d/%m}")
        return Reply(f"{text}\n\n{until}", (*buttons, self._button("out", acts.SIGN_OUT)))

    def which(self, act: str, stations: Sequence[Station]) -> Reply:
        """Which of several stations."""
        buttons = [Button(each.name, choice(act, each.id)) for each in stations]
        return Reply(self._says("officer_which"), (*buttons, self._menu()))

    def day(  # noqa: PLR0913, PLR0917 - all that a day consists of
        self,
        station: Station,
        day: date,
        today: date,
        visits: Sequence[tuple[str, Appointment]],
        named: Named,
        page: int,
    ) -> Reply:
        """A day's visits, a page at a time: those who are here first."""
        said = begun(worded(self._known, day, today))
        live = sorted(
            ((code, each) for code, each in visits if each.status in _LIVE),
            key=lambda item: (_LIVE.index(item[1].status), item[1].at),
        )
        other = "tomorrow" if day == today else "today"
        ways = (
            self._button("next", acts.NEXT, station.id),
            self._button(other, acts.TODAY, station.id, 0, int(other == "tomorrow")),
            self._menu(),
        )
        if not visits:
            return Reply(self._says("officer_day_empty", station=station.name, day=said), ways[1:])
        shown = live[page * PAGE : (page + 1) * PAGE]
        waiting = sum(1 for _, each in live if each.status is Status.ARRIVED)
        head = self._says(
            "officer_day", station=station.name, day=said, count=str(len(visits)), waiting=str(waiting)
        )
        lines = [self._line(code, each, named) for code, each in shown]
        buttons = [
            Button(
                self._says("button_officer_visit", clock=_clock(each), who=_who(named, each) or code),
                choice(acts.VISIT, code),
            )
            for code, each in shown
        ]
        more = len(live) > (page + 1) * PAGE
        if more:
            buttons.append(self._button("more", acts.TODAY, station.id, page + 1, int(day != today)))
        return Reply("\n".join((head, "", *lines)), (*buttons, *ways))

    def _line(self, code: str, visit: Appointment, named: Named) -> str:
        return self._says(
            "officer_visit_line",
            clock=_clock(visit),
            code=code,
            what=self._what(visit),
            who=_who(named, visit),
            state=self._says(f"officer_state_{visit.status}"),
        )

    def visit(self, code: str, visit: Appointment, named: Named, today: date, note: str = "") -> Reply:
        """One visit, and what can be marked of it; `note` is what was just done."""
        personal = named.get(visit.number)
        who = f"{personal.name}, {national(personal.phone)}" if personal else ""
        people = [self._says("officer_people", people=str(visit.people))] if visit.people > 1 else []
        people += [self._says("officer_priority")] if visit.priority else []
        text = self._says(
            "officer_visit",
            code=code,
            when=begun(worded(self._known, visit.day, today, _minute(visit))),
            what=self._what(visit),
            who=who,
            people=", ".join(people),
            state=self._says(f"officer_state_{visit.status}"),
        )
        marks = [
            self._button(label, acts.MARK, code, to, visit.version)
            for label, to in _WAYS.get(visit.status, ())
        ]
        back = self._button("today", acts.TODAY, visit.station)
        return Reply("\n\n".join(filter(None, (note, text))), (*marks, back, self._menu()))

    def desks(self, station: Station, desks: Sequence[str]) -> Reply:
        """To which desk the next visitor is called."""
        buttons = [Button(each, choice(acts.NEXT, station.id, each)) for each in desks]
        return Reply(self._says("officer_desk" if desks else "officer_no_desks"), (*buttons, self._menu()))

    def load(self, station: Station, days: Sequence[tuple[date, float | None, int]], today: date) -> Reply:
        """How full the next two weeks are: day, share of the time that is booked, visits."""
        lines = [
            self._says("officer_load_closed", day=worded(self._known, day, today))
            if share is None
            else self._says(
                "officer_load_line",
                day=worded(self._known, day, today),
                share=f"{share:.0%}",
                visits=str(visits),
            )
            for day, share, visits in days
        ]
        text = self._says("officer_load", station=station.name, lines="\n".join(lines))
        return Reply(text, (self._menu(),))

    @property
    def everywhere(self) -> str:
        """All stations, in words."""
        return self._says("officer_everywhere")

    def figures(
        self, where: str, asked: Sequence[tuple[str, int]], stations: Sequence[Station] = ()
    ) -> Reply:
        """What people asked today, most first, and where else to look; intents of the past are left out."""
        ways = (*(Button(each.name, choice(acts.FIGURES, each.id)) for each in stations), self._menu())
        titles = [
            (self._known.answers[id_].title, count) for id_, count in asked if id_ in self._known.answers
        ]
        if not titles:
            return Reply(self._says("officer_no_figures", where=where), ways)
        lines = [self._says("officer_figure", title=title, count=str(count)) for title, count in titles]
        return Reply(self._says("officer_figures", where=where, lines="\n".join(lines)), ways)

    def _what(self, visit: Appointment) -> str:
        case = errands.label(self._known, visit.errand, visit.day) if visit.errand else ""
        station = self._known.stations.get(visit.station)
        service = station.service(visit.service) if station else None
        return case or (service.name if service else visit.service)

    def _button(self, label: str, act: str, *values: object) -> Button:
        return Button(self._says(f"button_officer_{label}"), choice(act, *values))

    def _menu(self) -> Button:
        return self._button("menu", acts.MENU)


def _minute(visit: Appointment) -> int:
    local = visit.at.astimezone(LOCAL)
    return local.hour * 60 + local.minute


def _clock(visit: Appointment) -> str:
    return clock(_minute(visit))


def _who(named: Named, visit: Appointment) -> str:
    personal = named.get(visit.number)
    return personal.name if personal else ""
