"""A warning moved on in an officer's chat: submitted, approved by another, sent, stopped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from bot.conversation.officer.moments import moment
from bot.conversation.officer.warnings.course import APPROVE_SEND, CourseScreens
from bot.conversation.officer.warnings.ways import ways
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.knowledge import Knowledge
from bot.domain.message import Moment
from bot.domain.warning import MOVES, Case, Move
from bot.domain.writing import Field, Writing
from bot.officer.press import Press
from bot.officer.warnings.drafting import Drafting
from bot.officer.warnings.told import Told, awaited
from bot.services.officers import Outcome
from bot.services.warning_news import WarningNews
from bot.services.warnings import REASON, Bulletins, Result
from bot.store.warnings import Kept

_TOTP = re.compile(r"\s*(\d{3})\s?(\d{3})\s*")
_LEAST = 5  # characters of a reason
_WHY = {  # why a move was not made
    Kept.CHANGED: "warn_quicker", Kept.ILLEGAL: "warn_quicker", Kept.OWN: "warn_own",
    Kept.EXPIRED: "warn_over", Kept.REFUSED: "refused", Kept.NOT_FOUND: "warn_gone", Kept.LIMIT: "warn_limit",
}  # fmt: skip
_CODE = {Outcome.WRONG: "warn_wrong_code", Outcome.OFTEN: "warn_often", Outcome.REFUSED: "refused"}


class Moving:
    """Acts for one officer at a time; who else is concerned is told at once."""

    def __init__(
        self, bulletins: Bulletins, drafting: Drafting, news: WarningNews, known: Callable[[], Knowledge]
    ) -> None:
        self._bulletins, self._drafting, self._news, self._known = bulletins, drafting, news, known

    async def pressed(self, press: Press, case: Case) -> Told | str:  # noqa: PLR0911 - a move each
        """A move pressed: done, or what it needs asked for; a string is what is said above the warning."""
        name, value = (*press.values[2:], "", "")[:2]
        screens, now = self._screens(press.at), press.at.now
        move = Move.APPROVE if name == APPROVE_SEND else Move(name) if name in list(Move) else None
        if move is None:
            return "warn_old"
        if move not in ways(case, press.officer, now):
            return self._why_not(case, press, move)
        match move:
            case Move.EDIT:
                return await self._drafting.shown(case, press.at)
            case Move.SUBMIT | Move.RECALL:
                return await self._made(press, case, move)
            case Move.WITHDRAW if value != "yes":
                return Told((screens.withdraw(case),))
            case Move.WITHDRAW:
                return await self._made(press, case, move)
            case Move.RETURN:
                return Told((screens.reason(case),), awaited(case, Field.REASON, now, move=move))
            case Move.SCHEDULE if not value.isdecimal():
                return Told((screens.begins(case, now),), awaited(case, Field.BEGINS, now, move=move))
            case Move.SCHEDULE:
                return self._scheduled(press, case, datetime.fromtimestamp(int(value[:11]), UTC))
        return self._coded(press, case, name)

    async def typed(self, press: Press, case: Case, writing: Writing, text: str) -> Told | str:
        """What a move needs, typed: a reason, a time, the six digits."""
        screens, now = self._screens(press.at), press.at.now
        match writing.field:
            case Field.REASON:
                reason = " ".join(text.split())
                if not _LEAST <= len(reason) <= REASON:
                    note = self._says("officer_warn_length_reason", most=str(REASON))
                    return Told((screens.reason(case, note),), writing)
                return await self._made(press, case, Move.RETURN, reason=reason)
            case Field.BEGINS:
                begins = moment(text, now, ends=False)
                if begins is None:
                    note = self._says("officer_warn_what_time")
                    return Told((screens.begins(case, now, note),), writing)
                return self._scheduled(press, case, begins)
            case Field.CODE:
                return await self._with_code(press, case, writing, text)
        return "warn_old"

    async def _with_code(self, press: Press, case: Case, writing: Writing, text: str) -> Told | str:
        digits = _TOTP.fullmatch(text)
        begins = datetime.fromtimestamp(writing.begins, UTC) if writing.begins else None
        if digits is None:
            return self._again(press, case, writing, "warn_no_code", begins)
        code = "".join(digits.groups())
        if writing.move == APPROVE_SEND:
            done = await self._bulletins.approve_and_send(press.hand, press.once.request, case, code)
        else:
            move = Move(writing.move)
            done = await self._bulletins.move(
                press.hand, press.once.request, case, move, totp=code, begins=begins
            )
        if done.code is Outcome.WRONG:
            return self._again(press, case, writing, "warn_wrong_code", begins)
        return await self._over(press, done, writing.move)

    async def _made(self, press: Press, case: Case, move: Move, reason: str = "") -> Told | str:
        """A move that needs no code."""
        done = await self._bulletins.move(press.hand, press.once.request, case, move, reason=reason)
        if done.faults and done.case and done.kept is not Kept.EXPIRED:
            note = self._says("officer_warn_not_submitted")
            return await self._drafting.shown(done.case, press.at, note, done.faults)
        if done.done and done.case and move is Move.RECALL:
            return await self._drafting.shown(done.case, press.at, self._says("officer_warn_done_recall"))
        return await self._over(press, done, move)

    async def _over(self, press: Press, done: Result, name: str) -> str:
        """What is said above the warning after a move."""
        if done.code is not None and not done.done:
            return _CODE.get(done.code, "refused")
        if not done.done:
            return _WHY.get(done.kept, "warn_quicker")
        if done.case:
            await self._news.at_once(done.case, press.at.now)
        return f"warn_done_{name}"

    def _scheduled(self, press: Press, case: Case, begins: datetime) -> Told:
        """A time for sending; the code for it comes next."""
        now, ends = press.at.now, case.bulletin.expires
        screens = self._screens(press.at)
        if begins <= now or (ends is not None and begins >= ends):
            note = self._says("officer_warn_begins_wrong")
            return Told(
                (screens.begins(case, now, note),), awaited(case, Field.BEGINS, now, move=Move.SCHEDULE)
            )
        writing = awaited(case, Field.CODE, now, move=Move.SCHEDULE, begins=int(begins.timestamp()))
        return Told((screens.code(case, Move.SCHEDULE, begins=begins),), writing)

    def _coded(self, press: Press, case: Case, name: str) -> Told:
        screens, now = self._screens(press.at), press.at.now
        return Told((screens.code(case, name),), awaited(case, Field.CODE, now, move=name))

    def _again(self, press: Press, case: Case, writing: Writing, why: str, begins: datetime | None) -> Told:
        note = self._says(f"officer_{why}")
        return Told((self._screens(press.at).code(case, writing.move, note, begins),), writing)

    @staticmethod
    def _why_not(case: Case, press: Press, move: Move) -> str:
        """Why a button does nothing (any more)."""
        if MOVES[move].timely and case.over(press.at.now):
            return "warn_over"
        if case.state not in MOVES[move].after:
            return "warn_quicker"
        return (
            "warn_own"
            if case.author == press.officer.id and move in {Move.APPROVE, Move.RETURN}
            else "refused"
        )

    def _says(self, key: str, **blanks: str) -> str:
        return self._known().says(key, **blanks)

    def _screens(self, at: Moment) -> CourseScreens:
        return CourseScreens(WarningWords(self._known(), at.now))
