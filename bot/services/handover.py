"""An officer for a citizen: asked for, told what is written, told of a cry for help.

Request ids are as in `Booking`: repeating one gives its first result.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import assert_never

from bot.domain import timetable
from bot.domain.handover import (
    ALERT,
    LONGEST,
    Alert,
    AnyHanded,
    AnyHandover,
    HandedOver,
    HandOver,
    Handover,
    HangUp,
    PassOn,
    Reason,
    Seek,
    Sought,
    parted,
)
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address
from bot.domain.officer import Right, refused
from bot.domain.seat import LOCAL
from bot.domain.station import Station
from bot.domain.wish import Act
from bot.services.booking import own_act
from bot.services.officers import Officers
from bot.services.relay import Relay
from bot.store.handovers import Handovers
from bot.store.naming import Person

_UNKNOWN = timedelta(days=3)  # a question at a station whose hours nobody knows
_SEARCHED = 10  # days
NOWHERE = ""  # the station of whoever cries for help and has named none


class Calls:
    """Carries out what talks ask for. Officers hear of it through the `relay`."""

    def __init__(
        self, handovers: Handovers, officers: Officers, relay: Relay, known: Callable[[], Knowledge]
    ) -> None:
        self._handovers, self._officers, self._relay, self._known = handovers, officers, relay, known

    async def read(self, ref: str) -> Handover | None:
        """How a handover stands."""
        return await self._handovers.read(*parted(ref))

    async def carry_out(
        self, request: AnyHandover, who: Person, address: Address, now: datetime, words: str
    ) -> AnyHanded | None:
        """What became of a request; None for an alert where there are no officers."""
        act = own_act(who, Act(request.id, now))
        match request:
            case Seek(station=station, reason=reason):
                staffed = await self._staffed(station, now)
                on_duty = station is not None and await self._on_duty(station, now)
                return Sought(station, reason, staffed, on_duty)
            case HandOver():
                return await self._call(act, request, who, address, words)
            case PassOn(ref=ref, beside=beside):
                said = await self._handovers.write(act, *parted(ref), who, words[:LONGEST], beside)
                return await self._told(HandedOver(request, *said), now)
            case HangUp(ref=ref):
                ended = await self._handovers.hang_up(act, *parted(ref), who)
                return await self._told(HandedOver(request, *ended), now)
            case Alert():
                return await self._alert(act, request, who, address)
            case _:
                assert_never(request)

    async def erase(self, who: Person, now: datetime) -> None:
        """Forget what somebody handed over, at every station, with every line."""
        for station in (*self._known().stations, NOWHERE):
            await self._handovers.erase(station, who, now)

    async def _call(
        self, act: Act, request: HandOver, who: Person, address: Address, words: str
    ) -> HandedOver:
        lapses = until(self._known(), request.station, act.now)
        question = words[:LONGEST] if request.worded else None
        turned = await self._handovers.open(
            act, who, address, request.station, request.reason, lapses, question
        )
        on_duty = await self._on_duty(request.station, act.now)
        return await self._told(HandedOver(request, *turned, on_duty=on_duty), act.now)

    async def _alert(self, act: Act, request: Alert, who: Person, address: Address) -> HandedOver | None:
        if not await self._staffed(request.station, act.now):
            return None
        turned = await self._handovers.open(
            act, who, address, request.station, Reason.URGENT, act.now + ALERT, kind=request.kind
        )
        return await self._told(HandedOver(request, *turned), act.now)

    async def _told(self, result: HandedOver, now: datetime) -> HandedOver:
        if result.handover:
            await self._relay.at_once(result.handover, now)
        return result

    async def _staffed(self, station: str | None, now: datetime) -> bool:
        """Whether somebody may take talks at a station; None: at any."""
        everyone = [each for each in await self._officers.everyone() if each.ended(now) is None]
        if station is None:
            return any(
                not refused(each, Right.TALKS, one, now)
                for each in everyone
                for one in self._known().stations
            )
        return any(not refused(each, Right.TALKS, station or None, now) for each in everyone)

    async def _on_duty(self, station: str, now: datetime) -> bool:
        return bool(await self._relay.called(station, now))


def until(known: Knowledge, station: str, now: datetime) -> datetime:
    """Until when a question waits: the end of the day after the first on which the station is open."""
    place = known.stations.get(station)
    ends = _closings(known, place, now) if place and place.hours else []
    return ends[1] if len(ends) > 1 else now + _UNKNOWN


def _closings(known: Knowledge, place: Station, now: datetime) -> list[datetime]:
    """When the days to come on which it is open end, today's if that is still ahead."""
    today = now.astimezone(LOCAL).date()
    found = []
    for ahead in range(_SEARCHED):
        day = today + timedelta(days=ahead)
        spans = timetable.hours(place, day, known.holidays)
        end = datetime.combine(day, time(), LOCAL) + timedelta(minutes=spans[-1][1]) if spans else now
        if end > now:
            found.append(end)
    return found
