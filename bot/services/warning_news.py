"""Word to officers about warnings: one waits for their approval, one of theirs went on without them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.conversation.officer.warnings.course import call, heard
from bot.conversation.officer.warnings.words import WarningWords
from bot.domain.delivery import Delivery, Door, Lane
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address, Reply
from bot.domain.officer import Right
from bot.domain.warning import Case, State, may_not
from bot.services.officers import Officers
from bot.store.naming import Person
from bot.store.outbox import Outbox
from bot.store.warnings import Warnings

CALL = "warning_call"  # what the reasons of calls begin with
_ROUND = 15.0  # seconds; after an act they are told at once
_WAITS = timedelta(hours=12)  # for so long word is worth sending
_AUTHOR = {State.APPROVED: "approved", State.SENDING: "begun"}  # states the author hears of
_BOTH = {
    State.DONE: "done", State.EXPIRED: "expired", State.STOPPED: "stopped", State.CANCELLED: "cancelled",
}  # fmt: skip
_ENDS = frozenset({State.DONE, State.EXPIRED, State.CANCELLED})
_HEARD = {State.DRAFT, State.SUBMITTED, *_AUTHOR, *_BOTH}
_log: Any = structlog.get_logger("warnings")


class WarningNews:
    """Puts word into the officers' lane; each thing is told once, whoever of many processes does it."""

    def __init__(  # noqa: PLR0913, PLR0917 - who is told, and by which doors
        self,
        kept: Warnings,
        officers: Officers,
        outbox: Outbox,
        known: Callable[[], Knowledge],
        doors: Callable[[], Mapping[str, Door]],
        clock: Callable[[], datetime],
        said: Callable[[Person], None] = lambda _: None,
    ) -> None:
        self._kept, self._officers, self._outbox = kept, officers, outbox
        self._known, self._doors, self._clock, self._said = known, doors, clock, said
        self._over: dict[str, State] = {}  # that were told, and need not be looked at again

    async def work(self) -> None:
        """Go round for ever: what a process that died has not told, and who came on duty."""
        while True:
            try:
                for id_, state in (await self._kept.standing()).items():
                    if state in _HEARD and self._over.get(id_) is not state:
                        await self._looked(id_, self._clock())
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="warning news", error=type(error).__name__)
            await asyncio.sleep(_ROUND)

    async def _looked(self, id_: str, now: datetime) -> None:
        case = await self._kept.read(id_)
        if case:
            await self.tell(case, now)
            if case.state in _ENDS:
                self._over[id_] = case.state

    async def at_once(self, case: Case, now: datetime) -> None:
        """After an act; what fails is done by the round."""
        try:
            await self.tell(case, now)
        except (RedisError, OSError) as error:
            _log.warning("store away", doing="warning news", error=type(error).__name__)

    async def ended(self, case: Case) -> None:
        """One has ended by itself just now; the round would tell it too."""
        await self.at_once(case, self._clock())

    async def tell(self, case: Case, now: datetime) -> int:
        """Tell whoever is concerned by how a warning stands; to how many talks."""
        if case.state is State.SUBMITTED:
            return 0 if case.over(now) else await self._called(case, now)
        told, mark = _news(case)
        if not told or await self._kept.was_told(case.id, mark):
            return 0
        reply = heard(case, f"officer_warn_news_{told}", self._words(now))
        people = [case.author, case.approved_by] if case.state in _BOTH else [case.author]
        count = 0
        for who in dict.fromkeys(filter(None, people)):
            found = await self._officers.reach(who, now)
            for number, address in enumerate(found[1] if found else ()):
                id_ = f"warning_news:{case.id}:{mark}:{who}:{number}"
                count += await self._put(id_, address, reply, now)
        await self._kept.note_told(case.id, mark)
        return count

    async def _called(self, case: Case, now: datetime) -> int:
        """Those on duty who may approve it; who comes on duty later is told then."""
        stations, name, count = case.bulletin.stations, f"{CALL}:{case.id}:{case.version}", 0
        author = await self._officers.reach(case.author, now)
        reply = call(case, author[0].name if author else case.author, self._words(now))
        for officer, addresses in await self._officers.on_duty(stations[0] if stations else "", now):
            if officer.id == case.author or may_not(officer, Right.APPROVE, stations, now):
                continue
            for number, address in enumerate(addresses):
                count += await self._put(f"{name}:{officer.id}:{number}", address, reply, now, name)
        return count

    async def call_wanted(self, reason: str) -> bool:
        """Whether the warning of `warning_call:…` still waits for approval as it was then."""
        id_, version = reason.split(":")[1:3]
        case = await self._kept.read(id_)
        return case is not None and case.state is State.SUBMITTED and case.version == int(version)

    async def _put(
        self, id_: str, address: Address, reply: Reply, now: datetime, reason: str | None = None
    ) -> bool:
        message = Delivery(id_, address, Lane.OFFICER, (reply,), now, now + _WAITS, reason)
        if address.channel == WEBCHAT:
            who = await self._outbox.say(message, now)
            if who:
                self._said(who)
            return who is not None
        return address.channel in self._doors() and await self._outbox.put(message)

    def _words(self, now: datetime) -> WarningWords:
        return WarningWords(self._known(), now)


def _news(case: Case) -> tuple[str, str]:
    """What is told of a warning as it stands ("" for nothing), and the mark that it was."""
    if case.state is State.DRAFT:  # the reason stays with it while it is mended: each is told once
        mark = hashlib.blake2b(case.reason.encode(), digest_size=6).hexdigest()
        return ("returned", f"returned:{mark}") if case.reason else ("", "")
    if case.state is State.CANCELLED and not case.approved_by:  # its author gave it up
        return "", ""
    told = _AUTHOR.get(case.state) or _BOTH.get(case.state) or ""
    return told, f"{told}:{case.version}"
