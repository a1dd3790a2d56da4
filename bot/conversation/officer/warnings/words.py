"""A warning's parts in words for officers, and the buttons of its screens."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.conversation.relaying import plain
from bot.conversation.times.saying import worded
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button
from bot.domain.seat import LOCAL, today
from bot.domain.warning import Bulletin, Case, State, Topic

CUT = 34  # characters of a title on a button


class WarningWords:
    """What the screens of warnings have in common."""

    def __init__(self, known: Knowledge, now: datetime) -> None:
        self.known, self.says, self.now = known, known.says, now

    def topic(self, topic: Topic) -> str:
        """What it is about."""
        found = self.known.warnings.topics.get(topic)
        return found.label if found else topic

    def where(self, stations: tuple[str, ...]) -> str:
        """Whom it is for: stations by name; none named means all."""
        named = self.known.stations
        found = ", ".join(named[each].name if each in named else each for each in stations)
        return found or self.says("officer_everywhere")

    def moment(self, at: datetime) -> str:
        """A day and time."""
        local = at.astimezone(LOCAL)
        return worded(self.known, local.date(), today(self.now), local.hour * 60 + local.minute)

    def until(self, bulletin: Bulletin) -> str:
        """When it ends to be valid."""
        return self.moment(bulletin.expires) if bulletin.expires else self.says("officer_warn_missing")

    def title(self, bulletin: Bulletin) -> str:
        """What it is called in lists; no mark in it means anything."""
        return plain(bulletin.title) or self.says("officer_warn_untitled")

    def state(self, case: Case) -> str:
        """Where it stands."""
        if case.state is State.SCHEDULED and case.begins:
            return self.says("officer_warn_state_scheduled", when=self.moment(case.begins))
        return self.says(f"officer_warn_state_{case.state}")

    def button(self, label: str, act: str, *values: object) -> Button:
        """A button of `texts.yaml`."""
        return Button(self.says(f"button_officer_{label}"), choice(act, *values))

    def named(self, case: Case) -> Button:
        """The way to one of them."""
        title = " ".join(case.bulletin.title.split()) or self.says("officer_warn_untitled")
        return Button(title if len(title) <= CUT else f"{title[:CUT].rstrip()}…", choice(acts.WARN, case.id))

    def back(self) -> tuple[Button, Button]:
        """To the list and to the menu."""
        return self.button("warns", acts.WARNS), self.button("menu", acts.MENU)
