"""Warnings in an officer's chat: which screen a button or a typed word leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.conversation.officer import acts
from bot.conversation.officer.warnings.course import SECTIONS, SHOWN, CourseScreens
from bot.conversation.officer.warnings.drafting import MORE
from bot.conversation.officer.warnings.reach import ReachWords
from bot.conversation.officer.warnings.ways import corrects, sees, ways
from bot.conversation.officer.warnings.words import WarningWords
from bot.conversation.text import fold
from bot.conversation.warnings import shown
from bot.domain.knowledge import Knowledge
from bot.domain.mailing import Fate
from bot.domain.message import Address, Incoming, Kind, Moment, Reply
from bot.domain.officer import Officer, Right, refused
from bot.domain.warning import Case, Move, State, may_not
from bot.domain.writing import Field, Writing
from bot.officer.press import Press
from bot.officer.warnings.doors import rendered
from bot.officer.warnings.drafting import Drafting
from bot.officer.warnings.moving import Moving
from bot.officer.warnings.told import Mail, Told
from bot.services.officers import Officers
from bot.services.warning_news import WarningNews
from bot.services.warnings import Bulletins

_MOVES = frozenset({Field.REASON, Field.BEGINS, Field.CODE})
_OVER = 20  # that are looked through for the last ones of an officer's stations
_AHEAD = frozenset({State.SUBMITTED, State.APPROVED, State.SCHEDULED})
_LATELY = frozenset({State.DONE, State.EXPIRED})
_SECTION = {
    State.APPROVED: "ready", State.SCHEDULED: "scheduled", State.SENDING: "sending", State.STOPPED: "stopped",
}  # fmt: skip


class OfficerWarnings:
    """Acts for one officer at a time. `known` gives the content in use, `mail` is how warnings go out."""

    def __init__(
        self, bulletins: Bulletins, officers: Officers, mail: Mail, news: WarningNews,
        known: Callable[[], Knowledge],
    ) -> None:  # fmt: skip
        self._bulletins, self._officers, self._mail, self._known = bulletins, officers, mail, known
        self._drafting = Drafting(bulletins, known)
        self._moving = Moving(bulletins, self._drafting, news, known)

    async def pressed(self, press: Press, address: Address) -> Told:
        """What a button shows or does."""
        if press.act == acts.WARNS:
            return Told((await self._listed(press),))
        if press.act == acts.WARN_NEW:
            return await self._drafting.begun(press)
        case = await self._bulletins.kept.read(press.values[0]) if press.values else None
        if case is None or not sees(case, press.officer, press.at.now):
            return self._said("warn_gone", press.at)
        if press.act in {acts.WARN_SET, acts.WARN_DO}:
            return await self._changed(press, case)
        match press.act:
            case acts.WARN_VIEW:
                return await self._viewed(press, case)
            case acts.WARN_TRY:
                tried = await self._mail.try_out(press.hand, case, address)
                return await self._one(press, case, "warn_tried" if tried else "warn_not_tried")
            case acts.WARN_FIX if corrects(case, press.officer, press.at.now):
                return await self._drafting.put_right(
                    press, case, press.values[1] if press.values[1:] else ""
                )
        return await self._one(press, case)

    async def _changed(self, press: Press, case: Case) -> Told:
        """A part or a move of one, as it was seen."""
        if press.values[1:2] != (str(case.version),):
            again = await self._bulletins.repeated(press.hand, press.once.request)  # after a crash
            return await self._one(press, case, "" if again else "warn_quicker")
        if press.act == acts.WARN_DO:
            return await self._went_on(press, case, await self._moving.pressed(press, case))
        if Move.EDIT not in ways(case, press.officer, press.at.now):
            return await self._one(press, case, "warn_old")
        return await self._drafting.set(press, case)

    async def typed(self, press: Press, incoming: Incoming, writing: Writing) -> Told:
        """What is typed while a part of a warning, a reason, a time or a code is awaited."""
        case = await self._bulletins.kept.read(writing.case)
        if case is None or not sees(case, press.officer, press.at.now):
            return self._said("warn_gone", press.at)
        if press.at.now.timestamp() > writing.until:
            return await self._one(press, case, "warn_late")
        if self._stops(incoming.text):
            return await self._one(press, case, "warn_stopped_writing")
        if case.version != writing.version:
            if await self._bulletins.repeated(press.hand, press.once.request):  # taken up again after a crash
                return await self._one(press, case)
            return await self._one(press, case, "warn_quicker")
        if incoming.kind is not Kind.WORDS or not incoming.text.strip():
            words = self._words(press.at)
            return Told((Reply(words.says("officer_warn_words_only"), words.back()),), writing)
        if writing.field in _MOVES:
            return await self._went_on(
                press, case, await self._moving.typed(press, case, writing, incoming.text)
            )
        return await self._drafting.typed(press, case, writing, incoming.text, incoming.withheld)

    async def reminded(self, press: Press, reply: Reply) -> Reply:
        """A screen of the day, with how many warnings wait for this officer's approval."""
        count = len(await self._to_approve(press))
        if not count:
            return reply
        words = self._words(press.at)
        text = words.says("officer_warns_today", count=str(count))
        return replace(
            reply, text=f"{text}\n\n{reply.text}", buttons=(words.button("warns", acts.WARNS), *reply.buttons)
        )

    def _stops(self, text: str) -> bool:
        """Whether what is typed gives up writing."""
        said = fold(text).strip(" .!")
        return said in {fold(each.strip()) for each in self._known().says("officer_stop_words").split(",")}

    # -- what is shown

    async def _went_on(self, press: Press, case: Case, came: Told | str) -> Told:
        """What came of a move; with only a note to say, the warning as it is now under it."""
        if isinstance(came, Told):
            return came
        now = await self._bulletins.kept.read(case.id)
        if now is None or not sees(now, press.officer, press.at.now):  # given back, it is its author's alone
            return self._said(came, press.at)
        return await self._one(press, now, came)

    async def _listed(self, press: Press) -> Reply:
        officer, now = press.officer, press.at.now
        seen = [each for each in await self._current() if sees(each, officer, now)]
        sections: dict[str, list[Case]] = {}
        for case in seen:
            sections.setdefault(self._section(case, officer, press), []).append(case)
        room, found = SHOWN, []
        for name in SECTIONS:
            cases = sections.get(name, [])[: room if name != "lately" else min(room, 3)]
            found.append((name, cases))
            room -= len(cases)
        writes = bool(self._drafting.mine(officer, now))
        return CourseScreens(self._words(press.at)).listed(found, writes=writes)

    def _section(self, case: Case, officer: Officer, press: Press) -> str:
        """Under which head a warning stands for an officer."""
        if case.state is State.SUBMITTED:
            return "approve" if Move.APPROVE in ways(case, officer, press.at.now) else "own"
        if case.state is State.DRAFT:
            return "draft"
        return "lately" if case.state in _LATELY else _SECTION.get(case.state, "")

    async def _to_approve(self, press: Press) -> list[Case]:
        now = press.at.now
        stations = press.officer.stations or (None,)
        if all(refused(press.officer, Right.APPROVE, each, now) for each in stations):
            return []
        standing = await self._bulletins.kept.standing()
        waiting = [id_ for id_, state in standing.items() if state is State.SUBMITTED]
        every = [await self._bulletins.kept.read(id_) for id_ in waiting]
        return [each for each in every if each and Move.APPROVE in ways(each, press.officer, now)]

    async def _current(self) -> list[Case]:
        """Those that are being worked at, and the last ones that are over; the newest first."""
        standing = await self._bulletins.kept.standing()
        over = [id_ for id_, state in standing.items() if state in _LATELY][:_OVER]
        ids = [id_ for id_, state in standing.items() if state not in _LATELY | {State.CANCELLED}] + over
        found = [await self._bulletins.kept.read(id_) for id_ in ids]
        return [each for each in found if each]

    async def _one(self, press: Press, case: Case, note: str = "") -> Told:
        """A warning as it stands: one's own draft, or one on its way, as citizens see it."""
        words = self._words(press.at)
        said = words.says(f"officer_{note}") if note else ""
        if case.state is State.DRAFT:
            return await self._drafting.shown(case, press.at, said)
        progress = await self._mail.progress(case.id)
        reach, now = ReachWords(words), press.at.now
        told: list[str] = []
        if progress is None and case.state in _AHEAD:
            reply = shown(self._known(), case.id, case.bulletin, now)
            audience = await self._mail.preview(case.bulletin, now)
            told = [
                reach.doors(rendered(reply, words.says("numbered")), reply),
                *reach.before(case, audience),
            ]
        elif progress is None:
            told = reach.starting(case) if case.state is State.SENDING else []
        else:
            told = reach.after(case, progress)
        names = {each.id: each.name for each in await self._officers.everyone()}
        screen = CourseScreens(words).case(
            case, ways(case, press.officer, now), author=names.get(case.author, case.author),
            approver=names.get(case.approved_by, case.approved_by), told=told,
            corrects=progress is not None and progress.recipients > 0 and corrects(case, press.officer, now),
            again=progress is not None and bool(progress.of(Fate.UNSURE)),
            waits=await self._who_waits(case, now),
        )  # fmt: skip
        if said:
            screen = replace(screen, text=f"{said}\n\n{screen.text}")
        return Told((self._bare(case, press.at), screen))

    async def _who_waits(self, case: Case, now: datetime) -> str:
        """Whether somebody else who may approve it is on duty, or there is anybody at all."""
        able = [
            each for each in await self._officers.everyone()
            if each.id != case.author and may_not(each, Right.APPROVE, case.bulletin.stations, now) is None
        ]  # fmt: skip
        if not able:
            return "waits_none"
        return "waits" if any(each.duty for each in able) else "waits_off"

    async def _viewed(self, press: Press, case: Case) -> Told:
        """A draft as every door shows it, whom it reaches, and what comes next."""
        if case.state is not State.DRAFT:
            return await self._one(press, case)
        words, reach = self._words(press.at), ReachWords(self._words(press.at))
        reply = shown(self._known(), case.id, case.bulletin, press.at.now)
        audience = await self._mail.preview(case.bulletin, press.at.now)
        told = [reach.doors(rendered(reply, words.says("numbered")), reply), *reach.before(case, audience)]
        buttons = (
            words.button("warn_submit", acts.WARN_DO, case.id, case.version, Move.SUBMIT),
            words.button("warn_try", acts.WARN_TRY, case.id),
            words.button("warn_more", acts.WARN_SET, case.id, case.version, MORE),
            *words.back(),
        )
        return Told((self._bare(case, press.at), Reply("\n\n".join(told), buttons)))

    def _bare(self, case: Case, at: Moment) -> Reply:
        """A warning as citizens see it; its buttons are named beside it, so that no officer presses them."""
        return replace(shown(self._known(), case.id, case.bulletin, at.now), buttons=())

    def _said(self, key: str, at: Moment) -> Told:
        words = self._words(at)
        return Told((Reply(words.says(f"officer_{key}"), words.back()),))

    def _words(self, at: Moment) -> WarningWords:
        return WarningWords(self._known(), at.now)
