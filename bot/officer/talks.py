"""Talks with citizens, held from an officer's own chat: by buttons, and by simply writing.

Choices are `o:<act>:<ref>` with the acts of `conversation.relaying`; `o:talks` lists what waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.relaying import (
    BACK,
    CLOSE,
    DRAFT,
    LIST,
    OFFICER,
    TAKE,
    TALK,
    Relaying,
    choice,
    named,
    of_talk,
)  # fmt: skip
from bot.domain.handover import Handover, Outcome, Stage
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address, Button, Reply
from bot.domain.officer import Hand
from bot.domain.seat import LOCAL
from bot.domain.session import Session
from bot.services.talks import Talks, Worked

ACTS = frozenset({TAKE, TALK, BACK, CLOSE, DRAFT, LIST})
_SHOWN = 8  # of the list, the longest waiting first


class TalkDesk:
    """Answers an officer about talks. `request` is the id of their message, with whose talk it came from."""

    def __init__(self, talks: Talks, known: Callable[[], Knowledge]) -> None:
        self._talks, self._known = talks, known

    async def pressed(
        self, hand: Hand, address: Address, request: str, pressed: str
    ) -> tuple[Reply, ...] | None:
        """What comes of a button; None when it is none of ours."""
        kind, _, rest = pressed.partition(":")
        act, _, ref = rest.partition(":")
        if kind != OFFICER or act not in ACTS:
            return None
        if act == LIST:
            return await self.listed(hand)
        match act:
            case _ if act == TAKE:
                found = await self._talks.take(hand, request, ref, address)
                return self._thread(found)
            case _ if act == TALK:
                return self._thread(await self._talks.choose(hand, ref))
            case _ if act == CLOSE:
                return self._closed(await self._talks.close(hand, request, ref))
            case _ if act == BACK:
                back = await self._talks.give_back(hand, request, ref)
                return self._done(back, "talk_back")
            case _:
                kept = await self._talks.draft(hand, ref)
                return (Reply(self._says("talk_drafted" if kept else "talk_no_draft")),)

    async def wrote(self, hand: Hand, request: str, text: str) -> tuple[Reply, ...] | None:
        """Words of an officer go to the citizen they talk with; None when they talk with nobody."""
        found = await self._talks.current(hand)
        if found is None:
            mine = await self._mine(hand)
            if not mine:
                return None
            says = self._known().says
            buttons = tuple(
                Button(says("button_go_on", name=named(each)), choice(TALK, each)) for each in mine
            )
            return (Reply(says("talk_which"), buttons),)
        said = await self._talks.say(hand, request, found.ref, text)
        if not said.done:
            return (self._refused(said),)
        return ()  # what was sent needs no receipt

    async def listed(self, hand: Hand) -> tuple[Reply, ...]:
        """Who waits for an officer, who is in a talk, and the buttons to take part."""
        found = await self._talks.listed(hand)
        if not found:
            return (Reply(self._says("talk_none")),)
        says, lines, buttons = self._known().says, [], []
        for each in found[:_SHOWN]:
            mine = each.stage is Stage.TAKEN and each.officer == hand.who
            stage = "mine" if mine else str(each.stage)
            lines.append(self._line(each, says(f"talk_stage_{stage}")))
            if mine:
                buttons.append(Button(says("button_go_on", name=named(each)), choice(TALK, each)))
            elif each.stage is Stage.OPEN:
                buttons.append(Button(says("button_take_named", name=named(each)), choice(TAKE, each)))
        return (Reply("\n\n".join(lines), tuple(buttons)),)

    async def reminded(self, hand: Hand, reply: Reply) -> Reply:
        """A screen of the day, with how many people wait for an officer."""
        count = sum(each.stage is Stage.OPEN for each in await self._talks.listed(hand))
        if not count:
            return reply
        text = self._known().says("talk_today", count=str(count))
        waiting = Button(self._says("button_officer_talks"), f"{OFFICER}:{LIST}")
        return replace(reply, text=f"{text}\n\n{reply.text}", buttons=(waiting, *reply.buttons))

    async def _mine(self, hand: Hand) -> list[Handover]:
        return [
            each for each in await self._talks.listed(hand)
            if each.stage is Stage.TAKEN and each.officer == hand.who
        ]  # fmt: skip

    def _line(self, each: Handover, stage: str) -> str:
        said = Relaying(self._known())
        return self._known().says(
            "talk_line", name=named(each), station=said.station(each), why=said.why(each),
            clock=f"{each.asked.astimezone(LOCAL):%H:%M %d/%m}", stage=stage,
        )  # fmt: skip

    def _thread(self, found: Worked) -> tuple[Reply, ...]:
        if not found.done or found.handover is None or found.handover.stage is not Stage.TAKEN:
            return (self._refused(found),)
        return (Relaying(self._known()).thread(found.handover, found.lines),)

    def _closed(self, found: Worked) -> tuple[Reply, ...]:
        if not found.done or found.handover is None:
            return (self._refused(found),)
        says = self._known().says
        keep = Button(says("button_draft"), choice(DRAFT, found.handover))
        return (Reply(says("talk_closed", name=named(found.handover)), (keep,)),)

    def _done(self, found: Worked, key: str) -> tuple[Reply, ...]:
        if not found.done or found.handover is None:
            return (self._refused(found),)
        return (Reply(self._known().says(key, name=named(found.handover))),)

    def _refused(self, found: Worked) -> Reply:
        """Why something was not done."""
        match found.outcome:
            case Outcome.REFUSED:
                key = "talk_refused"
            case Outcome.FULL:
                key = "talk_full"
            case _ if found.handover and found.handover.stage is Stage.TAKEN:
                key = "talk_quicker"
            case _:
                key = "talk_over"
        return Reply(self._says(key))

    def _says(self, key: str) -> str:
        return self._known().says(key)


def held(session: Session) -> bool:
    """Whether the buttons on show are those of a talk."""
    return of_talk(session.offers)
