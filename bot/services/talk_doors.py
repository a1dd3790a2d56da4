"""Words of a talk with an officer when the door they were meant for is shut: another door, or later.

While its own door is open, a word goes there and nowhere else. Where it went on is written down first, so it
is never at two doors. The officer hears of what has to wait for the citizen's door, and when it went out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.conversation.outages import OutageWords
from bot.domain.delivery import Delivery
from bot.domain.handover import Handover, What, parted
from bot.domain.health import Watch
from bot.domain.message import WEBCHAT, Address, Reply
from bot.domain.ways import Ways
from bot.services.officers import Officers
from bot.services.relay import ROUND, WORDS, Relay
from bot.store.connection import Store
from bot.store.fates import HELD, MOVED, WAITS, Fates
from bot.store.handovers import Handovers
from bot.store.naming import Person
from bot.store.outbox import Outbox

LATE = "tb:{o}:late"  # hash: id of a word that waits for its door -> which handover it belongs to
_KEPT = timedelta(days=1)
_log: Any = structlog.get_logger("relay")


class TalkDoors:
    """The `Onward` of talks. `said` hears to whose talk on the web something was said."""

    def __init__(  # noqa: PLR0913, PLR0917 - both sides of a talk, their doors, and the words
        self,
        store: Store,
        watch: Watch,
        handovers: Handovers,
        officers: Officers,
        relay: Relay,
        ways: Ways,
        outbox: Outbox,
        words: Callable[[], OutageWords],
        said: Callable[[Person], None],
    ) -> None:
        self._line, self._fates = store.line, Fates(store)
        self._watch, self._handovers, self._officers = watch, handovers, officers
        self._relay, self._ways, self._outbox, self._words, self._said = relay, ways, outbox, words, said

    # -- asked by who sends

    async def better(self, delivery: Delivery, now: datetime, *, tried: bool) -> bool:
        """Whether it is at another door now, because its own is shut."""
        del tried
        if await self._outbox.passed(delivery):
            return True
        if self._open(delivery.address):
            return False
        return await self._moved(delivery, now)

    async def beyond(self, delivery: Delivery, now: datetime) -> bool:
        """What its own door refuses for good is said at no other: it was not the door that failed."""
        del now
        return await self._outbox.passed(delivery)

    async def _moved(self, delivery: Delivery, now: datetime) -> bool:
        ref, officer = (delivery.reason or "").partition(":")[2].rsplit(":", 1)
        found = await self._handovers.read(*parted(ref))
        if found is None:
            return False
        to = await (self._officers_other(officer, delivery, now) if officer else self._other(delivery, now))
        if to is None:
            if not officer:
                await self._late(found, delivery, now)
            return False
        shown = delivery if officer else self._led(found, delivery)
        if to.channel != WEBCHAT:
            await self._outbox.pass_on(shown, to)
        elif who := await self._outbox.say(self._outbox.at(shown, to), now):
            self._said(who)
        return True

    async def _other(self, delivery: Delivery, now: datetime) -> Address | None:
        """Another door of the citizen that is open; one that rings, if there is one."""
        ways = await self._ways.of(delivery.address, now)
        open_ = [way.address for way in ways if way.why is None and self._elsewhere(way.address, delivery)]
        return min(open_, key=lambda each: each.channel == WEBCHAT, default=None)

    async def _officers_other(self, officer: str, delivery: Delivery, now: datetime) -> Address | None:
        """The same of an officer."""
        found = await self._officers.reach(officer, now)
        open_ = [
            each
            for each in (found[1] if found else ())
            if self._elsewhere(each, delivery) and self._open(each)
        ]
        return min(open_, key=lambda each: (each.channel == WEBCHAT, each.channel), default=None)

    @staticmethod
    def _elsewhere(address: Address, delivery: Delivery) -> bool:
        return address != delivery.address and address not in delivery.trail

    def _open(self, address: Address) -> bool:
        return address.channel == WEBCHAT or self._watch.condition(address.channel, address.account).open

    def _led(self, found: Handover, delivery: Delivery) -> Delivery:
        """With what makes it clear who answers, and to what; its buttons belong to the other talk."""
        lead = self._words().lead(found, delivery.address)
        return replace(delivery, replies=tuple(Reply(f"{lead}\n\n{each.text}") for each in delivery.replies))

    # -- what waits

    async def _late(self, found: Handover, delivery: Delivery, now: datetime) -> None:
        """The officer hears that their words wait."""
        id_ = delivery.id.partition("@")[0]  # as it was at its first door
        number = int(id_.split(":")[-2])
        lines = await self._handovers.lines(found.station, found.id, after=number - 1)
        if not found.officer or not lines or lines[0].what is not What.OFFICER:
            return
        await self._line.ask("HSET", LATE, id_, found.ref)
        await self._line.ask("PEXPIRE", LATE, round(_KEPT.total_seconds() * 1000))
        await self._tell(found, id_, "late", delivery.address, now)

    async def work(self, clock: Callable[[], datetime]) -> None:
        """Go round for ever: what waited and went out, or never will, its officer hears of."""
        while True:
            try:
                await self.tend(clock())
            except Exception as error:  # the store away, or one bad word: the others go on
                _log.warning("not told", doing="late words", error=type(error).__name__)
            await asyncio.sleep(ROUND)

    async def tend(self, now: datetime) -> None:
        """Once."""
        for name, ref in (await self._line.ask("HGETALL", LATE)).items():
            id_, handover = name.decode(), ref.decode()
            found = await self._handovers.read(*parted(handover))
            citizen = (await self._handovers.addresses(*parted(handover)))[0] if found else None
            if found and citizen:
                (fate,) = await self._fates.of(citizen, [id_])
                if fate in {WAITS, HELD}:
                    continue
                await self._tell(found, id_, "went" if fate in {"sent", MOVED} else "lost", citizen, now)
            await self._line.ask("HDEL", LATE, name)

    async def _tell(self, found: Handover, id_: str, what: str, door: Address, now: datetime) -> None:
        """At the door the officer writes at while it is open, else at another."""
        reached = await self._officers.reach(found.officer, now)
        _, post = await self._handovers.addresses(found.station, found.id)
        open_ = [each for each in (reached[1] if reached else ()) if self._open(each)]
        to = min(open_, key=lambda each: (each != post, each.channel == WEBCHAT, each.channel), default=None)
        if to:
            reply = self._words().waits(found, door, what, WORDS)
            await self._relay.tell(
                f"{id_}:{what}", to, reply, now, now + WORDS, f"talk:{found.ref}:{found.officer}"
            )
