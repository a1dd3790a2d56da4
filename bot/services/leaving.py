"""Doors that are left, or erased: untied first, and those who did not ask for it are told.

What is begun is written down before it, so that a request heard again ends it and unties nothing that was
tied since.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.conversation.linking.notes import Notes
from bot.domain.circle import Member
from bot.domain.delivery import Delivery, Lane
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address, Reply
from bot.domain.wish import Act
from bot.services.booking import own_act
from bot.store.circles import Circles
from bot.store.naming import Person
from bot.store.pairings import Pairings, Plan
from bot.store.records import Records

PAIR = "pair"  # what the reason of the question to the first door begins with
PURPOSE = "doors"  # what is agreed to when doors are tied
_TOLD = timedelta(hours=24)  # for so long a door may still be told what was done

Tell = Callable[[Delivery, datetime], Awaitable[bool]]
Erase = Callable[[Person, Address], Awaitable[int]]


class Notices:
    """What doors are told that did not ask. `tell` writes to a talk at whatever door."""

    def __init__(self, tell: Tell, known: Callable[[], Knowledge]) -> None:
        self._tell, self._known = tell, known

    @property
    def said(self) -> Notes:
        """The words."""
        return Notes(self._known())

    async def put(
        self, id_: str, address: Address, reply: Reply, now: datetime, until: datetime | None = None
    ) -> None:
        """Tell it once; a question only while it can be answered (`until`)."""
        delivery = Delivery(
            id_, address, Lane.OFFICER, (reply,), now, until or now + _TOLD, id_ if until else None
        )
        await self._tell(delivery, now)


class Leaving:
    """Unties and erases."""

    def __init__(self, circles: Circles, records: Records, pairings: Pairings, notices: Notices) -> None:
        self._circles, self._records = circles, records
        self._pairings, self._notices = pairings, notices

    async def leave(self, act: Act, who: Person, address: Address, door: str = "") -> str:
        """A door is left: the one whose pseudonym begins so, else the asker's own; its channel.

        Nothing when it was none of theirs.
        """
        circle = await self._circles.of(address)
        gone = [each for each in circle.members if circle.tied and each.who.startswith(door or who.id)]
        begun = Plan((), over=True)
        if gone:
            others = tuple(each for each in circle.members if each not in gone)
            begun = Plan(tuple(gone[:1]), gone[0].address.channel, others)
        plan = await self._pairings.plan(act, begun)
        if not plan.over:
            await self._cut(plan, act, who, address)
            await self._pairings.over(act, plan)
        return plan.channel

    async def _cut(self, plan: Plan, act: Act, who: Person, address: Address) -> None:
        """Untie the one door of a plan, and tell those who did not ask for it."""
        (gone,) = plan.members
        await cut(self._circles, self._records, Person(gone.who), plan.others, act.now)
        for member in (gone, *plan.others):
            note = (
                self._notices.said.cut(address.channel)
                if member == gone
                else self._notices.said.parted(gone.address.channel)
            )
            if member.who != who.id:
                await self._notices.put(f"cut:{act.request}:{member.who}", member.address, note, act.now)

    async def erase(  # noqa: PLR0913 - who asks, for what, and what it takes
        self, id_: str, who: Person, address: Address, now: datetime, one: Erase, *, everywhere: bool
    ) -> int:
        """Untie and erase this door, or `everywhere` all, its own last; how many visits that cancels."""
        act, circle = own_act(who, Act(id_, now)), await self._circles.of(address)
        others = tuple(each for each in circle.members if each.who != who.id)
        own = Member(who.id, address)
        plan = await self._pairings.plan(
            act, Plan((*others, own) if everywhere else (own,), address.channel, others)
        )
        if plan.over:
            return plan.count
        if plan.others and len(plan.members) == 1:
            await self._cut(plan, act, who, address)
        count = 0
        for member in plan.members:
            await self._circles.untie(Person(member.who))
            count += await one(Person(member.who), member.address)
        for member in plan.members[:-1]:
            note = self._notices.said.erased(address.channel)
            await self._notices.put(f"erased:{act.request}:{member.who}", member.address, note, now)
        await self._pairings.over(act, plan, count)
        return count


async def cut(
    circles: Circles, records: Records, who: Person, others: tuple[Member, ...], now: datetime
) -> None:
    """A door is nobody else's any more; who agreed to be tied does so no longer."""
    await circles.untie(who)
    left = [Person(each.who) for each in others] if len(others) == 1 else []
    for each in (who, *left):
        await records.agree(each, PURPOSE, "-", now, given=False)
