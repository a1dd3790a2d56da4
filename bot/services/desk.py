"""The desk's back office: carries out what a talk asked for."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.domain.step import AnyRequest, AnyResult, DataErased, DataShown, EraseData, Rate, ShowData
from bot.store.naming import Person
from bot.store.records import Records


class Desk:
    """Carries out requests for one citizen at a time."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def carry_out(self, request: AnyRequest, who: Person, now: datetime, door: str) -> AnyResult | None:
        """What became of it; None when there is nothing to tell. Repeating a request repeats its result."""
        match request:
            case Rate():
                return None  # counted with the turn itself, in the same script
            case ShowData():
                held = await self._records.held(who)
                return DataShown(held.last_seen, held.kept_replies, held.consents)
            case EraseData():
                await self._records.erase(who, now, door)
                return DataErased()
            case _:
                assert_never(request)
