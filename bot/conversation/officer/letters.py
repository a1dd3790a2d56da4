"""The screens for invitations in an officer's chat: a list, one of them, a new one step by step. Pure.

A new one is made by buttons alone: each carries what was chosen before it, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.acts import choice
from bot.conversation.times.saying import begun, clock, worded
from bot.domain.knowledge import Knowledge
from bot.domain.letter import Letter, LetterKind, LetterStatus, written
from bot.domain.message import Button, Reply
from bot.domain.seat import LOCAL, today
from bot.domain.station import Station

SHOWN = 8  # letters of a list
_DAYS = 10  # offered to invite for
_HOURS = tuple(range(7 * 60, 18 * 60, 60))
_DECADES = 10  # of births
_WAYS: dict[LetterStatus, tuple[LetterStatus, ...]] = {
    LetterStatus.OPEN: (LetterStatus.USED, LetterStatus.CANCELLED),
    LetterStatus.USED: (LetterStatus.OPEN,),
    LetterStatus.LOCKED: (LetterStatus.CANCELLED,),
    LetterStatus.CANCELLED: (),
}


class LetterScreens:
    """Puts letters into words and buttons."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says

    def listed(self, letters: Sequence[Letter], now: datetime) -> Reply:
        """The next ones, and the way to new ones."""
        shown = letters[:SHOWN]
        lines = "\n".join(f"- {self._line(each, now)}" for each in shown)
        text = self._says("officer_letters", lines=lines) if lines else self._says("officer_no_letters")
        each = [Button(written(one.code), choice(acts.LETTER, one.code)) for one in shown]
        new = [self._new(kind) for kind in LetterKind]
        return Reply(text, (*new, *each, self._menu()))

    def letter(self, letter: Letter, now: datetime, note: str = "") -> Reply:
        """One letter, and what can become of it."""
        text = "\n\n".join(filter(None, (note, self._line(letter, now))))
        ways = [
            Button(
                self._says(f"button_officer_letter_{to}"), choice(acts.TURN, letter.code, to, letter.version)
            )
            for to in _WAYS[letter.status]
        ]
        return Reply(text, (*ways, self._letters(), self._menu()))

    def issued(self, letter: Letter, now: datetime) -> Reply:
        """A new one, and what to do with its code."""
        note = self._says("officer_letter_issued", code=written(letter.code))
        return self.letter(letter, now, note)

    def said(self, key: str) -> Reply:
        """One sentence, and the ways back."""
        return Reply(self._says(f"officer_{key}"), (self._letters(), self._menu()))

    def _line(self, letter: Letter, now: datetime) -> str:
        station = self._known.stations.get(letter.station)
        local = letter.at.astimezone(LOCAL)
        over = letter.status is LetterStatus.OPEN and letter.over(now)
        return self._says(
            "officer_letter",
            code=written(letter.code),
            kind=self._says(f"officer_letter_{letter.kind}"),
            station=station.name if station else letter.station,
            when=worded(self._known, local.date(), today(now), local.hour * 60 + local.minute),
            state=self._says(f"officer_letter_{'over' if over else letter.status}"),
            checks=str(letter.checks),
            wrong=str(letter.wrong),
        )

    # -- a new one

    def stations(self, kind: str, stations: Sequence[Station]) -> Reply:
        """Who invites."""
        buttons = [Button(each.name, choice(acts.ISSUE, kind, each.id)) for each in stations]
        return Reply(self._says("officer_which"), (*buttons, self._menu()))

    def days(self, before: Sequence[str], now: datetime) -> Reply:
        """Which day."""
        first = today(now)
        days = [first + timedelta(days=ahead) for ahead in range(_DAYS)]
        buttons = [
            Button(begun(worded(self._known, day, first)), choice(acts.ISSUE, *before, f"{day:%Y%m%d}"))
            for day in days
        ]
        return Reply(self._says("officer_letter_day"), (*buttons, self._menu()))

    def hours(self, before: Sequence[str]) -> Reply:
        """What time."""
        buttons = [Button(clock(each), choice(acts.ISSUE, *before, each)) for each in _HOURS]
        return Reply(self._says("officer_letter_hour"), (*buttons, self._menu()))

    def decades(self, before: Sequence[str], day: date) -> Reply:
        """In which ten years they were born."""
        last = day.year // 10
        decades = range(last - _DECADES + 1, last + 1)
        buttons = [Button(f"{each}0–{each}9", choice(acts.ISSUE, *before, each)) for each in decades]
        return Reply(self._says("officer_letter_decade"), (*buttons, self._menu()))

    def years(self, before: Sequence[str], decade: int, day: date) -> Reply:
        """In which of them."""
        years = [year for year in range(decade * 10, decade * 10 + 10) if year <= day.year]
        buttons = [Button(f"{each}", choice(acts.ISSUE, *before, each)) for each in years]
        return Reply(self._says("officer_letter_year"), (*buttons, self._menu()))

    def _new(self, kind: LetterKind) -> Button:
        return Button(self._says(f"button_officer_new_{kind}"), choice(acts.ISSUE, kind))

    def _letters(self) -> Button:
        return Button(self._says("button_officer_letters"), choice(acts.LETTERS))

    def _menu(self) -> Button:
        return Button(self._says("button_officer_menu"), choice(acts.MENU))
