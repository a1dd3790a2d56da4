"""Relays what is written between citizens and officers, and calls the officers on duty, each once.

Nothing is remembered but the ids of deliveries and how far a handover is relayed. So everything here may be
asked for as often as one likes, by as many processes as like, also after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.conversation.relaying import Relaying
from bot.domain.delivery import Delivery, Lane
from bot.domain.handover import ALERT, Handover, Line, Stage, parted
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address, Reply
from bot.domain.officer import Right, refused
from bot.domain.wish import Act
from bot.metrics import Metrics
from bot.services.officers import Officers
from bot.store.audit import Entry
from bot.store.handovers import Handovers, Swept
from bot.store.naming import Person
from bot.store.outbox import Outbox

WORDS = timedelta(hours=2)  # for so long words of a talk are worth sending
ROUND = 3.0  # seconds between two rounds
_FLOOD = 20  # open handovers of a station that officers are told of at once; the others follow
_KNOWN = 20_000  # ids that this process need not put again
CALL, TALK = "call", "talk"  # what the reasons of deliveries begin with
_log: Any = structlog.get_logger("relay")


class Relay:
    """Writes to citizens and officers. `doors` are the channels that can be sent to."""

    def __init__(  # noqa: PLR0913, PLR0917 - who is written to, by which doors, and what is said
        self,
        handovers: Handovers,
        officers: Officers,
        outbox: Outbox,
        known: Callable[[], Knowledge],
        doors: Callable[[], Collection[str]],
        metrics: Metrics,
        said: Callable[[Person], None] = lambda _: None,
    ) -> None:
        """`said` hears to whose talk on the web something was said."""
        self._handovers, self._officers, self._outbox = handovers, officers, outbox
        self._known, self._doors, self._said, self._metrics = known, doors, said, metrics
        self._put: set[str] = set()

    # -- round

    async def work(self, stations: Callable[[], Iterable[str]], clock: Callable[[], datetime]) -> None:
        """Go round for ever."""
        while True:
            waits: list[Handover] = []
            for station in stations():
                try:
                    waits += (await self.tend(station, clock())).live
                except (RedisError, OSError) as error:
                    _log.warning("store away", doing="relay", error=type(error).__name__)
                except Exception as error:  # one bad handover must not stop the others for ever
                    _log.error("broke", doing="relay", error=type(error).__name__)
            self._measured(waits, clock())
            await asyncio.sleep(ROUND)

    async def tend(self, station: str, now: datetime) -> Swept:
        """One station as it is now: what is over ends, what waits is called, what is owed is relayed."""
        swept = await self._handovers.sweep(station, now)
        waiting = [each for each in swept.live if each.stage is Stage.OPEN]
        for each in [each for each in waiting if not each.silent][:_FLOOD]:
            await self._call(each, now)
        for each in swept.live:
            if each.stage is Stage.TAKEN:
                await self._free(each, now)
        for each in swept.owed:
            await self._relayed(each, now)
        return swept

    def _measured(self, live: Collection[Handover], now: datetime) -> None:
        open_ = [each for each in live if each.stage is Stage.OPEN]
        self._metrics.handovers.labels("open").set(len(open_))
        self._metrics.handovers.labels("taken").set(len(live) - len(open_))
        oldest = max(((now - each.asked).total_seconds() for each in open_), default=0.0)
        self._metrics.handover_oldest.set(max(0.0, oldest))

    async def at_once(self, seen: Handover, now: datetime) -> None:
        """After an act: what can be done now need not wait for the round; what fails is done by it."""
        try:
            if seen.stage is Stage.OPEN and not seen.silent:
                await self._call(seen, now)
            await self._relayed(seen, now)
        except (RedisError, OSError) as error:
            _log.warning("store away", doing="relay", error=type(error).__name__)

    # -- calling

    async def called(self, station: str, now: datetime) -> list[tuple[str, tuple[Address, ...]]]:
        """Who is on duty, may take talks and can be written to: ids, and where."""
        found = await self._officers.on_duty(station, now)
        reached = [
            (officer.id, tuple(each for each in addresses if self._reaches(each)))
            for officer, addresses in found
            if not refused(officer, Right.TALKS, station or None, now)
        ]
        return [each for each in reached if each[1]]

    def _reaches(self, address: Address) -> bool:
        return address.channel == WEBCHAT or address.channel in self._doors()

    async def _call(self, seen: Handover, now: datetime) -> None:
        name = f"{CALL}:{seen.ref}:{seen.round}"
        reply = Relaying(self._known()).call(seen)
        for officer, addresses in await self.called(seen.station, now):
            for number, address in enumerate(addresses):
                id_ = f"{name}:{officer}:{number}"
                if await self.tell(id_, address, reply, now, min(seen.lapses, now + ALERT), name):
                    self._metrics.told.labels("call").inc()

    # -- relaying

    async def _free(self, seen: Handover, now: datetime) -> None:
        """An officer who is none any more, or whose session is over, holds nobody: another one takes it."""
        found = await self._officers.reach(seen.officer, now)
        _, post = await self._handovers.addresses(seen.station, seen.id)
        if found and (post is None or post in found[1]):
            return
        entry = Entry(seen.officer, "talk.freed", now, "desk", seen.station, seen.id)
        await self._officers.audit.note(entry)
        act = Act(f"freed:{seen.ref}:{seen.version}", now)
        station, lapses = seen.station, max(seen.lapses, now + ALERT)
        _, after = await self._handovers.give_back(act, station, seen.id, seen.officer, lapses)
        if after:
            await self.at_once(after, now)

    async def _relayed(self, seen: Handover, now: datetime) -> None:
        """Put every line that is not relayed into the outboxes, in their order."""
        found = await self._handovers.read(seen.station, seen.id)
        if found is None or found.lines <= found.relayed:
            return
        lines = await self._handovers.lines(found.station, found.id, after=found.relayed)
        citizen, post = await self._handovers.addresses(found.station, found.id)
        to_officer = await self._post(found, post, now)
        said = Relaying(self._known())
        for line in lines:
            to_them = said.to_citizen(found, line)
            if to_them and citizen:
                await self._line(found, line, citizen, to_them, now)
            own = line.number > found.since and found.officer
            to_us = said.to_officer(found, line) if own else None
            if to_us and to_officer:
                await self._line(found, line, to_officer, to_us, now, found.officer)
        if lines:
            await self._handovers.relayed(found, lines[-1].number, now)

    async def _post(self, seen: Handover, post: Address | None, now: datetime) -> Address | None:
        """Where the officer in the talk reads, while they are one and that door is theirs."""
        found = await self._officers.reach(seen.officer, now) if seen.officer else None
        if found is None or refused(found[0], Right.TALKS, seen.station or None, now):
            return None
        return post if post in found[1] else None

    async def _line(  # noqa: PLR0913, PLR0917 - a line, to whom, in which words
        self, seen: Handover, line: Line, address: Address, reply: Reply, now: datetime, officer: str = ""
    ) -> None:
        side = "o" if officer else "c"
        id_ = f"{TALK}:{seen.ref}:{line.number:06}:{side}"
        await self.tell(id_, address, reply, now, now + WORDS, f"{TALK}:{seen.ref}:{officer}")

    async def tell(  # noqa: PLR0913, PLR0917 - a delivery in its parts
        self, id_: str, address: Address, reply: Reply, now: datetime, until: datetime, reason: str
    ) -> bool:
        """Put one reply into an outbox, or a talk on the web; whether it was not there yet."""
        if id_ in self._put or until <= now or not self._reaches(address):
            return False
        message = Delivery(id_, address, Lane.OFFICER, (reply,), now, until, reason)
        if address.channel == WEBCHAT:
            who = await self._outbox.say(message, now)
            new = who is not None
            if who:
                self._said(who)
        else:
            new = await self._outbox.put(message)
        if len(self._put) >= _KNOWN:
            self._put.clear()
        self._put.add(id_)
        return new

    # -- asked again at the moment of sending

    async def call_wanted(self, reason: str) -> bool:
        """Whether the officer of `call:…` is still wanted."""
        ref, number = reason.partition(":")[2].rsplit(":", 1)
        found = await self._handovers.read(*parted(ref))
        return found is not None and found.stage is Stage.OPEN and found.round == int(number)

    async def talk_wanted(self, reason: str, now: datetime) -> bool:
        """Whether a line of `talk:…` may still be read: nothing erased, no officer who has left."""
        ref, officer = reason.partition(":")[2].rsplit(":", 1)
        found = await self._handovers.read(*parted(ref))
        if found is None:
            return False
        return not officer or await self._officers.reach(officer, now) is not None
