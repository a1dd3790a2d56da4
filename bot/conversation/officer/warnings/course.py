"""The screens of a warning on its way: the list, one of them, what a move asks for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.conversation.officer import acts
from bot.conversation.officer.warnings.words import WarningWords
from bot.conversation.relaying import plain
from bot.domain.message import Button, Reply
from bot.domain.seat import LOCAL
from bot.domain.warning import Case, Move, State

APPROVE_SEND = "both"  # approved and sent with one code
CORRECT, TAKE_BACK = "correct", "takeback"  # what is put right: with other words, or by taking it back
SHOWN = 10  # warnings in the list
SECTIONS = ("approve", "draft", "own", "ready", "scheduled", "sending", "stopped", "lately")
# The moves of the table that are buttons, in their order; editing and the desk's own have none here.
_BUTTONS = (
    Move.APPROVE, Move.RETURN, Move.SEND, Move.SCHEDULE, Move.RESUME, Move.STOP, Move.RECALL, Move.CANCEL,
    Move.WITHDRAW,
)  # fmt: skip
_BEGINS = ((0, 17), (1, 7), (1, 17))  # days ahead and the hour that are offered, beside the next full hour


class CourseScreens:
    """Shows warnings, and asks for what a move with one needs."""

    def __init__(self, words: WarningWords) -> None:
        self._words, self._says = words, words.says

    def listed(self, sections: Sequence[tuple[str, Sequence[Case]]], *, writes: bool) -> Reply:
        """Those that concern an officer, by what is to be done with them."""
        parts, buttons = [self._says("officer_warns")], []
        for name, cases in sections:
            lines = [f"- {self._line(case)}" for case in cases]
            if lines:
                parts.append("\n".join((self._says(f"officer_warns_{name}"), *lines)))
            buttons += [self._words.named(case) for case in cases]
        if not buttons:
            parts.append(self._says("officer_warns_none"))
        new = [self._words.button("warn_new", acts.WARN_NEW)] if writes else []
        return Reply("\n\n".join(parts), (*new, *buttons, self._words.button("menu", acts.MENU)))

    def case(  # noqa: PLR0913 - all that a screen of one tells
        self, case: Case, moves: Collection[Move], *, author: str, approver: str, told: Sequence[str],
        corrects: bool, again: bool = False, waits: str = "waits",
    ) -> Reply:  # fmt: skip
        """One that is submitted, or further; `told` are paragraphs about whom it reaches or has reached."""
        head = self._says(
            "officer_warn_case", state=self._words.state(case), topic=self._words.topic(case.bulletin.topic),
            where=self._words.where(case.bulletin.stations), author=author,
            until=self._words.until(case.bulletin),
        )  # fmt: skip
        by = self._says("officer_warn_approved_by", name=approver) if approver else ""
        told = (*told, self._waits(case, moves, waits))
        buttons = self._moves(case, moves)
        if again and Move.REPEAT in moves:
            buttons.append(self._words.button("warn_repeat", acts.WARN_DO, case.id, case.version, "repeat"))
        if case.state in {State.SENDING, State.STOPPED}:
            buttons.insert(0, self._words.button("warn_look", acts.WARN, case.id))
        if corrects:
            buttons += [
                self._words.button(f"warn_{kind}", acts.WARN_FIX, case.id, kind)
                for kind in (CORRECT, TAKE_BACK)
            ]
        if case.state is State.SUBMITTED or case.state is State.APPROVED:
            buttons.append(self._words.button("warn_try", acts.WARN_TRY, case.id))
        return Reply("\n\n".join(filter(None, (head, by, *told))), (*buttons, *self._words.back()))

    def withdraw(self, case: Case) -> Reply:
        """Whether a draft is given up for good."""
        sure = self._words.button("warn_sure", acts.WARN_DO, case.id, case.version, Move.WITHDRAW, "yes")
        text = self._says("officer_warn_withdraw", title=self._words.title(case.bulletin))
        return Reply(text, (sure, self._leaving(case)))

    def reason(self, case: Case, note: str = "") -> Reply:
        """Why it is given back."""
        return self._asked("officer_warn_ask_reason", case, (), note)

    def begins(self, case: Case, now: datetime, note: str = "") -> Reply:
        """When a scheduled one is sent."""
        moments = [each for each in _offered(now) if each < (case.bulletin.expires or each)]
        buttons = [
            Button(
                self._words.moment(each),
                acts.choice(acts.WARN_DO, case.id, case.version, Move.SCHEDULE, int(each.timestamp())),
            )
            for each in moments
        ]
        return self._asked("officer_warn_ask_begins", case, buttons, note)

    def code(self, case: Case, what: str, note: str = "", begins: datetime | None = None) -> Reply:
        """The six digits for an act, which is named."""
        when = self._words.moment(begins) if begins else ""
        act = self._says(f"officer_warn_do_{what}", when=when)
        return self._asked(
            "officer_warn_ask_code", case, (), note, act=act, title=self._words.title(case.bulletin)
        )

    def _asked(self, key: str, case: Case, buttons: Sequence[Button], note: str, **blanks: str) -> Reply:
        text = "\n\n".join(filter(None, (note, self._says(key, **blanks))))
        return Reply(text, (*buttons, self._leaving(case)))

    def _moves(self, case: Case, moves: Collection[Move]) -> list[Button]:
        found = [
            self._words.button(f"warn_{move}", acts.WARN_DO, case.id, case.version, move)
            for move in _BUTTONS
            if move in moves
        ]
        if Move.APPROVE in moves:
            both = self._words.button("warn_both", acts.WARN_DO, case.id, case.version, APPROVE_SEND)
            found.insert(0, both)
        return found

    def _waits(self, case: Case, moves: Collection[Move], waits: str) -> str:
        """Who can go on, when it is not whoever looks at it."""
        where = self._words.where(case.bulletin.stations)
        if case.state is State.SUBMITTED and Move.APPROVE not in moves:
            return self._says(f"officer_warn_{waits}", where=where)
        if case.state in {State.APPROVED, State.SCHEDULED} and Move.SEND not in moves:
            return self._says("officer_warn_waits_send", where=where)
        return ""

    def _line(self, case: Case) -> str:
        return self._says(
            "officer_warn_line", title=self._words.title(case.bulletin), state=self._words.state(case),
            topic=self._words.topic(case.bulletin.topic), where=self._words.where(case.bulletin.stations),
            drill=self._says("officer_warn_line_drill") if case.bulletin.drill else "",
        )  # fmt: skip

    def _leaving(self, case: Case) -> Button:
        return self._words.button("warn_leave", acts.WARN, case.id)


def heard(case: Case, note: str, words: WarningWords) -> Reply:
    """Word to an officer about one of theirs that went on without them."""
    text = words.says(note, title=words.title(case.bulletin), reason=plain(case.reason))
    return Reply(text, (words.named(case),))


def call(case: Case, author: str, words: WarningWords) -> Reply:
    """Whoever may approve is told that one waits for them."""
    text = words.says(
        "officer_warn_call", title=words.title(case.bulletin), author=author,
        topic=words.topic(case.bulletin.topic), where=words.where(case.bulletin.stations),
    )  # fmt: skip
    return Reply(text, (words.button("warn_read", acts.WARN, case.id),))


def _offered(now: datetime) -> list[datetime]:
    """When it may be sent: at the next full hour, this afternoon, tomorrow morning and afternoon."""
    local = now.astimezone(LOCAL)
    found = [(local + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)]
    for days, hour in _BEGINS:
        day = local + timedelta(days=days)
        found.append(day.replace(hour=hour, minute=0, second=0, microsecond=0))
    return sorted({each for each in found if each > now + timedelta(minutes=1)})
