"""Invitations in an officer's chat: listed, ended, issued by buttons alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.letters import LetterScreens
from bot.domain.knowledge import Knowledge
from bot.domain.letter import LetterKind, LetterStatus
from bot.domain.message import Reply
from bot.domain.officer import Right, refused
from bot.domain.seat import LOCAL, today
from bot.domain.station import Station
from bot.officer.press import Press
from bot.services.letters import LetterOutcome, Letters

ACTS = frozenset({acts.LETTERS, acts.LETTER, acts.TURN, acts.ISSUE})
_TOLD = {  # why nothing was issued
    LetterOutcome.LIMIT: "letter_limit",
    LetterOutcome.WRONG_TIME: "letter_late",
}


class OfficerLetters:
    """Acts for one officer at a time. `known` gives the content in use."""

    def __init__(self, letters: Letters, known: Callable[[], Knowledge]) -> None:
        self._letters, self._known = letters, known

    async def answered(self, press: Press) -> Reply:
        """What a button shows or does."""
        screens = LetterScreens(self._known())
        mine = self._mine(press)
        if not mine:
            return screens.said("refused")
        match press.act:
            case acts.ISSUE:
                return await self._issue(press, mine, screens)
            case acts.LETTERS:
                found = await self._letters.listed(press.hand, [each.id for each in mine])
                return screens.listed([each for each in found if not each.over(press.at.now)], press.at.now)
        return await self._one(press, screens)

    def _mine(self, press: Press) -> list[Station]:
        """The stations for which an officer may invite."""
        every = self._known().stations.values()
        now = press.at.now
        return [each for each in every if refused(press.officer, Right.LETTERS, each.id, now) is None]

    async def _one(self, press: Press, screens: LetterScreens) -> Reply:
        """One letter, perhaps after something was made of it as it was seen."""
        code, to, version = (*press.values, "", "", "")[:3]
        seen = await self._letters.find(press.hand, code)
        if seen is None:
            return screens.said("letter_gone")
        if press.act != acts.TURN:
            return screens.letter(seen, press.at.now)
        note = "officer_letter_quicker"
        if to in list(LetterStatus) and version == str(seen.version):
            outcome, turned = await self._letters.turn(press.hand, press.once.request, seen, LetterStatus(to))
            note = "officer_marked" if outcome is LetterOutcome.DONE else note
            seen = turned or seen
        return screens.letter(seen, press.at.now, self._known().says(note))

    async def _issue(self, press: Press, mine: list[Station], screens: LetterScreens) -> Reply:
        """The next thing to choose; with everything chosen, the letter."""
        kind, *chosen = press.values or ("",)
        if kind not in list(LetterKind):
            return screens.said("letter_gone")
        if not chosen and len(mine) > 1:
            return screens.stations(kind, mine)
        chosen = chosen or [mine[0].id]
        before = (kind, *chosen)
        day = today(press.at.now)
        match chosen:
            case [_]:
                return screens.days(before, press.at.now)
            case [_, _]:
                return screens.hours(before)
            case [_, _, _]:
                return screens.decades(before, day)
            case [_, _, _, decade] if decade.isdecimal() and len(decade) == 3:
                return screens.years(before[:-1], int(decade), day)
            case [station, written, minute, year]:
                at = _moment(written, minute)
                if at and year.isdecimal() and any(each.id == station for each in mine):
                    return await self._issued(press, station, LetterKind(kind), at, int(year), screens)
        return screens.said("letter_gone")

    async def _issued(  # noqa: PLR0913, PLR0917 - what a letter is made of
        self, press: Press, station: str, kind: LetterKind, at: datetime, year: int, screens: LetterScreens
    ) -> Reply:
        outcome, letter = await self._letters.issue(press.hand, press.once.request, station, kind, at, year)
        if letter is None or outcome is not LetterOutcome.DONE:
            return screens.said(_TOLD.get(outcome, "refused"))
        return screens.issued(letter, press.at.now)


def _moment(day: str, minute: str) -> datetime | None:
    """The time of two buttons; None when they are none of ours."""
    if not minute.isdecimal() or not 0 <= int(minute) < 24 * 60:
        return None
    try:
        found = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return datetime.combine(found, time(), LOCAL) + timedelta(minutes=int(minute))
