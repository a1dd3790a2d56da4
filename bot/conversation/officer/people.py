"""The screens for officers in an officer's chat: who there is, one of them, what may be changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.officer import Officer, Role
from bot.domain.seat import LOCAL

SHOWN = 20  # officers of a list; all others by `trucban officer list`
ENDS = (7, 30, 90, 0)  # days a guest may stay from today; 0: no guest
ALL = "all"  # every station


class PeopleScreens:
    """Puts officers into words and buttons."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def listed(self, people: Sequence[Officer], now: datetime) -> Reply:
        """Those whom one may change."""
        lines = "\n".join(f"- {self.line(each, now)}" for each in people[:SHOWN])
        buttons = [Button(each.name, choice(acts.PERSON, each.id)) for each in people[:SHOWN]]
        invite = Button(self._says("button_people_invite"), choice(acts.INVITE))
        return Reply(self._says("people_list", lines=lines or "–"), (invite, *buttons, self._menu()))

    def person(self, officer: Officer, now: datetime, note: str = "") -> Reply:
        """One of them, and what can be changed."""
        text = "\n\n".join(filter(None, (note, self.line(officer, now))))
        if officer.left:
            return Reply(text, (self._people(), self._menu()))
        ways = [
            Button(self._says(f"button_people_{what}"), choice(acts.CHANGE, officer.id, what))
            for what in ("role", "where", "until")
        ]
        again = Button(self._says("button_people_again"), choice(acts.AGAIN, officer.id))
        leave = Button(self._says("button_people_leave"), choice(acts.LEAVE, officer.id))
        return Reply(text, (*ways, again, leave, self._people(), self._menu()))

    def line(self, officer: Officer, now: datetime) -> str:
        """Name, role, stations, end."""
        over = officer.ended(now)
        parts = [
            officer.name,
            self.role(officer.role),
            self.where(officer.stations),
            self.until(officer.until) if officer.until else "",
            self._says(f"people_{over}") if over else self._says("officer_on_duty") if officer.duty else "",
        ]
        return " · ".join(filter(None, parts))

    def role(self, role: Role) -> str:
        """What a role is called."""
        return self._says(f"people_role_{role}")

    def where(self, stations: Sequence[str]) -> str:
        """Stations by their names."""
        known = self._known.stations
        names = [known[each].name if each in known else each for each in stations]
        return ", ".join(names) or self._says("officer_everywhere")

    def until(self, until: datetime | None) -> str:
        """The end of a guest's time."""
        if until is None:
            return self._says("people_no_end")
        return self._says("people_until", day=f"{until.astimezone(LOCAL):%d/%m/%Y}")

    def days(self, days: int) -> str:
        """A time to stay, on a button."""
        return self._says("people_days", days=str(days)) if days else self._says("people_no_end")

    def choose(self, key: str, ways: Sequence[tuple[str, str]]) -> Reply:
        """One question, and its answers."""
        return Reply(self._says(key), (*(Button(label, to) for label, to in ways), self._menu()))

    def confirm(self, what: str, key: str = "people_code") -> Reply:
        """What will be done once six digits are typed."""
        return Reply(self._says(key, what=what))

    def last(self, name: str, sure: str) -> Reply:
        """Nobody else could invite then."""
        go_on = Button(self._says("button_people_sure"), sure)
        return Reply(self._says("people_last", name=name), (go_on, self._people(), self._menu()))

    def not_done(self, outcome: str) -> Reply:
        """Why the digits, or whoever typed them, were not enough."""
        known = {"wrong": "officer_wrong", "often": "officer_wait"}
        return self.said(known.get(outcome, "people_refused"))

    def said(self, key: str, **blanks: str) -> Reply:
        """One sentence, and the way back."""
        return Reply(self._says(key, **blanks), (self._menu(),))

    def _people(self) -> Button:
        return Button(self._says("button_officer_people"), choice(acts.PEOPLE))

    def _menu(self) -> Button:
        return Button(self._says("button_officer_menu"), choice(acts.MENU))
