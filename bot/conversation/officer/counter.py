"""The screens of an officer at the counter: numbers for who walks in, closings. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.conversation.times.saying import worded
from bot.conversation.waits import waited
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.station import Service, Station
from bot.domain.waiting import Wait
from bot.domain.wish import Closing


class CounterScreens:
    """Puts what happens at the counter into words and buttons."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def services(self, station: Station) -> Reply:
        """For what a number is wanted."""
        buttons = [
            Button(each.name, choice(acts.WALK, station.id, each.id))
            for each in station.services
            if not each.at_home
        ]
        return Reply(self._says("officer_walk", station=station.name), (*buttons, self._menu()))

    def ticket(self, station: Station, service: Service, number: int, wait: Wait | None) -> Reply:
        """The number, and an honest wait."""
        text = self._says(
            "officer_ticket", number=str(number), service=service.name, wait=waited(self._known, wait)
        )
        again = Button(self._says("button_officer_walk"), choice(acts.WALK, station.id))
        return Reply(text, (again, self._menu()))

    def parts(self, station: Station, today: date) -> Reply:
        """Which part of which day."""
        buttons = [
            Button(self._said(day, part, today), choice(acts.CLOSE, station.id, day, part))
            for day in (today, today + timedelta(days=1))
            for part in ("am", "pm", "day")
        ]
        return Reply(self._says("officer_close", station=station.name), (*buttons, self._menu()))

    def reasons(self, station: Station, day: date, part: str, hit: int, today: date) -> Reply:
        """Whom it hits; it is done with a reason, which those people read."""
        text = self._says(
            "officer_close_hits", station=station.name, what=self._said(day, part, today), count=str(hit)
        )
        buttons = [
            Button(self._says(f"officer_reason_{each}"), choice(acts.CLOSE, station.id, day, part, each))
            for each in acts.REASONS
        ]
        return Reply(text, (*buttons, self._menu()))

    def closed(self, station: Station, closing: Closing, hit: int, calls: int, today: date) -> Reply:
        """It is done; how it is undone."""
        part = "day" if closing.ends - closing.begins > 12 * 60 else "am" if closing.begins == 0 else "pm"
        text = self._says(
            "officer_closed",
            station=station.name,
            what=self._said(closing.day, part, today),
            count=str(hit),
            calls=str(calls),
        )
        undo = Button(
            self._says("button_officer_open"), choice(acts.OPEN, station.id, closing.day, closing.name)
        )
        return Reply(text, (undo, self._menu()))

    def opened(self, station: Station, back: int, *, done: bool) -> Reply:
        """Open again, or was already."""
        key = "officer_opened" if done else "officer_open_already"
        blanks = {"station": station.name, "count": str(back)} if done else {}
        return Reply(self._says(key, **blanks), (self._menu(),))

    def _said(self, day: date, part: str, today: date) -> str:
        return self._says(f"officer_part_{part}", day=worded(self._known, day, today))

    def _menu(self) -> Button:
        return Button(self._says("button_officer_menu"), choice(acts.MENU))
