"""The talk about a letter: asks for code and year, and says what the register knows. Pure.

Choices are `l:` and an act. Whatever is found, the last words are the same: what a right code does not mean.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation.days import local_day
from bot.conversation.letters.hearing import ASKED
from bot.conversation.screens import MENU, answer_choice
from bot.conversation.showing import offered
from bot.conversation.times.saying import worded
from bot.domain.heard import Checks
from bot.domain.knowledge import LETTER, Knowledge
from bot.domain.letter import Checked, CheckLetter, Letter, LetterChecked, LetterStatus
from bot.domain.message import Button, Moment, Reply
from bot.domain.seat import LOCAL
from bot.domain.session import Session
from bot.domain.step import Step

KIND = "l"
ASK, STOP = f"{KIND}:ask", f"{KIND}:stop"
_POSING, _STATION = "lua_dao.gia_danh_cong_an", "tru_so.dien_thoai"


class Letters:
    """Takes a talk through the check of a letter."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._says = known, known.says
        self.intent = next((id_ for id_, intent in known.intents.items() if intent.does == LETTER), None)

    def opens(self, intent: str) -> bool:
        """Whether a matter is that of this talk."""
        return self.intent is not None and intent == self.intent

    def chosen(self, session: Session, choice: str) -> Step:
        """A button of this talk."""
        if choice == STOP:
            return offered(
                replace(session, letter=None), (Reply(self._says("letter_stopped"), self._ways()),)
            )
        return self.asked(session)

    def asked(self, session: Session) -> Step:
        """Ask for code and year."""
        return self._ask(session, "letter_ask", ASKED)

    def heard(self, session: Session, heard: Checks, at: Moment) -> Step:
        """Ask for what is missing; with both, look into the register."""
        if not heard.code:
            return self._ask(session, "letter_code_again", ASKED)
        if heard.wrong or not heard.year:
            return self._ask(session, "letter_year_again" if heard.wrong else "letter_year", heard.code)
        request = CheckLetter(f"letter:{at.message_id}", heard.code, heard.year)
        return Step(self._on(session, None), (), request)

    def unclear(self, session: Session) -> Step | None:
        """The open question once more; None when none is open."""
        if session.letter is None:
            return None
        key = "letter_code_again" if session.letter == ASKED else "letter_year_again"
        return self._ask(session, key, session.letter)

    def told(self, session: Session, result: LetterChecked, at: Moment) -> Step:
        """There is such a letter, or there is none; and what that does not mean."""
        letter = result.letter
        if result.checked is Checked.FOUND and letter:
            parts = [self._found(letter, at.now), self._often(letter)]
        else:
            parts = [self._says(f"letter_{result.checked}")]
        text = "\n\n".join([*parts, self._says("letter_always")])
        return offered(self._on(session, None), (Reply(text, self._ways()),))

    def _found(self, letter: Letter, now: datetime) -> str:
        """What a letter says today."""
        station = self._known.stations.get(letter.station)
        local = letter.at.astimezone(LOCAL)
        minute = local.hour * 60 + local.minute
        when = worded(self._known, local.date(), local_day(Moment(now, "")), minute)
        blanks = {"station": station.name if station else self._says("remind_station"), "when": when}
        if letter.status is not LetterStatus.OPEN:
            return self._says(f"letter_{letter.status}", **blanks)
        return self._says("letter_over" if letter.over(now) else f"letter_{letter.kind}", **blanks)

    def _often(self, letter: Letter) -> str:
        if letter.checks <= 1:
            return self._says("letter_checked_first")
        return self._says("letter_checked", count=str(letter.checks))

    def _ask(self, session: Session, key: str, waits: str) -> Step:
        stop = Button(self._says("button_letter_stop"), STOP)
        return offered(self._on(session, waits), (Reply(self._says(key), (stop,)),))

    def _on(self, session: Session, waits: str | None) -> Session:
        return replace(session, intent=self.intent or session.intent, letter=waits, misses=0)

    def _ways(self) -> tuple[Button, ...]:
        answers = self._known.answers
        shown = [
            Button(answers[id_].label, answer_choice(id_)) for id_ in (_POSING, _STATION) if id_ in answers
        ]
        again = Button(self._says("button_letter_again"), ASK)
        return (again, *shown, Button(self._says("button_menu"), MENU))
