"""What citizens ask of the warnings they get: to get them, others, none; and what they press under one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from bot.domain.message import Address
from bot.domain.subscription import (
    AnySubscription,
    Changed,
    Noted,
    Outcome,
    Resubscribe,
    ShowWarnings,
    Subscribe,
    Subscribed,
    Subscription,
    Unsubscribe,
)
from bot.store.naming import Person
from bot.store.subscribers import Subscribers

_UNDONE = "subs_stopped"  # the words under which what was stopped can be taken up again


class Notes(Protocol):
    """Who counts what was pressed under warnings, and knows to whom they go."""

    async def noted(self, case_id: str, who: Person, what: Literal["read", "right", "wrong"]) -> bool:
        """Count it, once for each person."""
        ...

    async def forget(self, who: Person, address: Address) -> None:
        """Nothing more is sent to somebody, and nothing of them kept."""
        ...


class Subscribing:
    """Carries it out, for a person with all of their doors. Everything here may be repeated."""

    def __init__(self, subscribers: Subscribers, notes: Notes) -> None:
        self._subscribers, self._notes = subscribers, notes

    async def carry_out(self, request: AnySubscription, address: Address, now: datetime) -> Subscribed:
        """What came of a request, and what somebody gets now."""
        changed = await self._changed(request, address, now)
        return Subscribed(request, changed.outcome, changed.now, address.channel)

    async def _changed(self, request: AnySubscription, address: Address, now: datetime) -> Changed:
        kept = self._subscribers
        match request:
            case ShowWarnings():
                return Changed(Outcome.SAME, await kept.of(address))
            case Subscribe(station=station, topics=topics, wording=wording):
                return await kept.join(address, (station,), topics, wording, now)
            case Unsubscribe(station="", topics=()):
                return await kept.stop(address, now)
            case Unsubscribe(station=station, topics=topics):
                return await kept.leave(address, (station,) if station else (), topics, now)
            case Resubscribe():
                return await kept.undo(address, _UNDONE, now)

    async def noted(self, request: Noted, who: Person) -> None:
        """Something was pressed under a warning; a second press is not counted."""
        await self._notes.noted(request.case, who, request.what)

    async def held(self, who: Person) -> Subscription:
        """What somebody gets."""
        return await self._subscribers.held(who)

    async def erase(self, who: Person, address: Address) -> None:
        """What is being sent goes to them no more; what they get is erased with all else that is theirs."""
        await self._notes.forget(who, address)
