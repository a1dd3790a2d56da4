"""One person's doors: tied by a code and a yes at both, and seen; `leaving` is how they are left.

Everything is repeatable under the same request. Nobody is tied by what the one who typed a code says alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from bot.domain.circle import MOST, Circle
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address
from bot.domain.pairing import (
    AnyLinking,
    DropCode,
    EnterCode,
    Guesses,
    LeaveDoor,
    Linked,
    OfferCode,
    Outcome,
    OwnCode,
    ShowDoors,
    Stage,
    Tied,
    TieDoors,
)
from bot.domain.wish import Act
from bot.services.booking import own_act
from bot.services.leaving import PAIR, PURPOSE, Leaving, Notices, Tell
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.pairings import Pairing, Pairings
from bot.store.records import Records

_REF = 16  # characters of a pseudonym that name a door in a button


class Linking:
    """Carries it out. `tell` writes to a talk at whatever door."""

    def __init__(  # noqa: PLR0913, PLR0917 - what is kept, and how the other door hears of it
        self,
        store: Store,
        circles: Circles,
        records: Records,
        tell: Tell,
        known: Callable[[], Knowledge],
        guesses: Guesses | None = None,
    ) -> None:
        self._circles, self._records = circles, records
        self._pairings, self._notices = Pairings(store, guesses or Guesses()), Notices(tell, known)
        self.leaving = Leaving(circles, records, self._pairings, self._notices)

    async def carry_out(
        self, request: AnyLinking, who: Person, address: Address, now: datetime, network: str = ""
    ) -> Linked:
        """What came of a request, and the doors as they are then."""
        act = own_act(who, Act(request.id, now))
        match request:
            case ShowDoors():
                return await self._now(request, Outcome.DONE, address)
            case OfferCode():
                return await self._offered(request, act, address)
            case EnterCode():
                return await self._entered(request, act, address, network)
            case OwnCode():
                return await self._owned(request, act, who, address)
            case TieDoors():
                return await self._tied(request, act, who, address)
            case DropCode(name=name):
                outcome = await self._pairings.turn(act, name, who, Stage.ENDED)
                return await self._now(request, Outcome(outcome), address)
            case LeaveDoor(door=door):
                channel = await self.leaving.leave(act, who, address, door)
                outcome = Outcome.DONE if channel else Outcome.SAME
                return await self._now(request, outcome, address, other=channel)
            case _:
                assert_never(request)

    async def doors(self, address: Address) -> tuple[Tied, ...]:
        """The doors of whoever lives there, as they see them; none without ties."""
        return _seen(await self._circles.of(address), address)

    async def asked_wanted(self, reason: str, now: datetime) -> bool:
        """Whether the question of `pair:…` may still be answered."""
        found = await self._pairings.read(reason.partition(":")[2])
        return found is not None and found.stage is Stage.ASKED and now < found.ends

    # -- tying

    async def _offered(self, request: OfferCode, act: Act, address: Address) -> Linked:
        if len((await self._circles.of(address)).members) >= MOST:
            return await self._now(request, Outcome.FULL, address)
        code = await self._pairings.offer(act, address)
        return await self._now(request, Outcome.DONE if code else Outcome.OFTEN, address, code=code or "")

    async def _entered(self, request: EnterCode, act: Act, address: Address, network: str) -> Linked:
        circle, name = await self._circles.of(address), self._pairings.named(request.code)
        found, owner = await self._pairings.enter(
            act, request.code, address, tied=circle.tied, network=network
        )
        if found in {Stage.TYPED, Stage.ASKED}:
            pairing = await self._pairings.read(name)
            outcome = Outcome.DONE if found == Stage.TYPED else Outcome.ASKED
            return await self._now(
                request, outcome, address, name=name, other=pairing.door if pairing else ""
            )
        same = found == Outcome.ELSEWHERE and owner in circle.people
        return await self._now(request, Outcome.SAME if same else Outcome(found), address)

    async def _owned(self, request: OwnCode, act: Act, who: Person, address: Address) -> Linked:
        """Whoever typed the code says that it is theirs: now the door that showed it is asked."""
        circle = await self._circles.of(address)
        if circle.tied:  # since they typed it
            found = await self._pairings.read(request.name)
            here = not (found and found.shown) or found.shown in {each.address for each in circle.members}
            return await self._now(request, Outcome.SAME if here else Outcome.ELSEWHERE, address)
        outcome = await self._pairings.turn(act, request.name, who, Stage.ASKED)
        pairing = await self._pairings.read(request.name)
        if outcome == Outcome.NONE or pairing is None or pairing.stage is not Stage.ASKED:
            return await self._now(request, Outcome.NONE, address)
        if outcome == Outcome.DONE:
            await self._records.agree(who, PURPOSE, "doors_mine", act.now, given=True)
        if pairing.shown:
            asks = self._notices.said.asks(pairing.other, request.name)
            await self._notices.put(f"{PAIR}:{request.name}", pairing.shown, asks, act.now, pairing.ends)
        return await self._now(request, Outcome.DONE, address, other=pairing.door)

    async def _tied(self, request: TieDoors, act: Act, who: Person, address: Address) -> Linked:
        """Yes at the door that showed the code: this is what ties."""
        outcome = await self._pairings.turn(act, request.name, who, Stage.TYING)
        pairing = await self._pairings.read(request.name)
        if pairing and pairing.stage is Stage.TYING and pairing.shown and pairing.typed:
            outcome = await self._tie(pairing, pairing.shown, pairing.typed, who, act, request.name)
            await self._pairings.settle(act, request.name, outcome)
        linked = await self._now(request, Outcome(outcome), address, other=pairing.other if pairing else "")
        lost = outcome == Outcome.SAME and not linked.doors  # tied once by this code, and left since
        return await self._now(request, Outcome.NONE, address) if lost else linked

    async def _tie(  # noqa: PLR0913, PLR0917 - two doors, by whom and why
        self, pairing: Pairing, shown: Address, typed: Address, who: Person, act: Act, name: str
    ) -> str:
        ours, theirs = await self._circles.of(shown), await self._circles.of(typed)
        if theirs.tied and theirs.id != ours.id:  # since they typed the code
            return Outcome.ELSEWHERE
        if not await self._circles.tie(shown, typed, act.now):
            return Outcome.FULL
        await self._records.agree(who, PURPOSE, "doors_asked", act.now, given=True)
        for member in (await self._circles.of(shown)).members:
            own = member.address == typed
            note = self._notices.said.tied(pairing.door) if own else self._notices.said.joined(pairing.other)
            if member.who != who.id:
                await self._notices.put(f"{PAIR}:{name}:{member.who}", member.address, note, act.now)
        return Outcome.DONE

    async def _now(  # noqa: PLR0913 - a result in its parts
        self,
        request: AnyLinking,
        outcome: Outcome,
        address: Address,
        *,
        code: str = "",
        name: str = "",
        other: str = "",
    ) -> Linked:
        return Linked(request, outcome, await self.doors(address), code, name, other, address.channel)


def _seen(circle: Circle, address: Address) -> tuple[Tied, ...]:
    if not circle.tied:
        return ()
    return tuple(
        Tied(each.who[:_REF], each.address.channel, each.since, each.address == address)
        for each in circle.members
    )
