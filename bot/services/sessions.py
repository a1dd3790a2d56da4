"""Sessions of officers in talks on the web: opened by six digits, over after eight hours.

The token of such a talk may be stolen with a phone or a browser. Without a session it is a citizen's: nothing
of officers is shown or put there, and what was shown before is forgotten with the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.domain.officer import Hand, Officer
from bot.services.officers import Officers, Outcome
from bot.store.audit import Entry
from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.replies import Replies
from bot.store.roster import Card, Read, Roster

ROUND = 5.0  # seconds between two looks for sessions that are over
_DESK = "desk"
_log: Any = structlog.get_logger("sessions")


class WebSessions:
    """Opens and ends them. They are kept with their officer, in the roster."""

    def __init__(self, store: Store, officers: Officers) -> None:
        self._officers, self._roster = officers, Roster(store, officers.audit)
        self._replies = Replies(store)

    async def ends(self, talk: Person, now: datetime) -> datetime | None:
        """When the session in a talk ends; None without one, and for doors that need none."""
        seen = await self._roster.of(talk.id)
        return seen.value.ends(talk.id, now) if seen else None

    async def locked(self, talk: Person, now: datetime) -> Officer | None:
        """The officer who may open a session in this talk; None when it is nobody's, or open."""
        seen = await self._roster.of(talk.id)
        if seen is None or seen.value.officer.ended(now) or seen.value.open(talk.id, now):
            return None
        await self._end(seen, (talk.id,), Hand(seen.value.officer.id, _DESK, now))
        return seen.value.officer

    async def open(self, hand: Hand, talk: Person, totp: str) -> Outcome:
        """Begin a session with a TOTP of now; too many wrong ones make one wait, as everywhere."""
        outcome = await self._officers.fresh(hand, totp)
        while outcome is Outcome.DONE:
            seen = await self._roster.of(talk.id)
            if seen is None or seen.value.officer.id != hand.who:
                return Outcome.REFUSED
            after = replace(seen.value, web={**seen.value.web, talk.id: hand.at})
            if await self._roster.change(seen, after, _entry(hand, "officer.sign_in", seen.value.officer)):
                break
        return outcome

    async def close(self, hand: Hand, talk: Person) -> None:
        """End a session at once."""
        while (seen := await self._roster.of(talk.id)) and talk.id in seen.value.web:
            await self._end(seen, (talk.id,), hand)

    async def tidy(self, now: datetime) -> int:
        """End what is over: eight hours, a guest's time. How many there were."""
        count = 0
        for card in await self._roster.everyone():
            seen = await self._roster.card(card.officer.id) if _over(card, now) else None
            over = _over(seen.value, now) if seen else ()
            if seen and await self._end(seen, over, Hand(card.officer.id, _DESK, now)):
                count += len(over)
        return count

    async def work(self, clock: Callable[[], datetime]) -> None:
        """Tidy for ever."""
        while True:
            try:
                await self.tidy(clock())
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="sessions", error=type(error).__name__)
            await asyncio.sleep(ROUND)

    async def _end(self, seen: Read[Card], talks: tuple[str, ...], hand: Hand) -> bool:
        """What was shown is forgotten first: a process that dies in between is repeated."""
        own = [talk for talk in talks if talk in seen.value.web]
        if not own:
            return False
        await self._replies.forget(map(Person, own))
        after = replace(seen.value, web={talk: at for talk, at in seen.value.web.items() if talk not in own})
        return await self._roster.change(seen, after, _entry(hand, "officer.sign_out", seen.value.officer))


def _over(card: Card, now: datetime) -> tuple[str, ...]:
    return tuple(talk for talk in card.web if card.ends(talk, now) is None)


def _entry(hand: Hand, act: str, officer: Officer) -> Entry:
    return Entry(hand.who, act, hand.at, hand.door, ",".join(officer.stations), officer.id)
