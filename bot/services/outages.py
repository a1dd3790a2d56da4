"""Word of doors that die, are closed, are back: to officers at their other doors, to people who have some.

Told under ids made of the account and the number of the change, so it may be told again by anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.conversation.outages import OutageWords, StationOf
from bot.domain.delivery import Delivery, Lane
from bot.domain.health import Standing, State
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address, Reply
from bot.domain.officer import Officer, Role
from bot.domain.reminder import waking
from bot.domain.ways import Ways
from bot.services.officers import Officers
from bot.services.relay import Relay
from bot.services.watch import AccountsWatch
from bot.store.circles import Circles
from bot.store.health import Account
from bot.store.outbox import Outbox

DOOR = "door"  # what the reasons of such deliveries begin with
NEWS = timedelta(hours=2)  # for so long officers may hear of it
_TIED = timedelta(hours=24)  # and citizens
_MINDS = frozenset({Role.COMMANDER, Role.OPERATOR})  # told also when they are not on duty
_log: Any = structlog.get_logger("watch")


class Outages:
    """Tells. `stations`: the station an account is tied to; `quiet`: when no citizen is written to."""

    def __init__(  # noqa: PLR0913, PLR0917 - who is told, how, and in which words
        self,
        watch: AccountsWatch,
        officers: Officers,
        relay: Relay,
        circles: Circles,
        ways: Ways,
        outbox: Outbox,
        known: Callable[[], Knowledge],
        stations: StationOf,
        quiet: Callable[[], tuple[int, int]],
    ) -> None:
        self._watch, self._officers, self._relay = watch, officers, relay
        self._circles, self._ways, self._outbox = circles, ways, outbox
        self._known, self._stations, self._quiet = known, stations, quiet

    def words(self) -> OutageWords:
        """The sentences, of the content in use."""
        return OutageWords(self._known(), self._stations)

    def banners(self, now: datetime) -> tuple[str, ...]:
        """What citizens are to know of doors just now, a line each."""
        return self.words().banners(self._watch.shut(), now)

    async def told(self, account: Account, state: State, now: datetime) -> None:
        """Tell whoever is concerned how an account stands.

        Raises:
            RedisError: the store is away; told again, nobody hears it twice.
        """
        name, reply = reason(account, state), self.words().told(account, state)
        for officer, addresses in await self._concerned(account, now):
            to = self._best(account, addresses, back=state.standing is Standing.OPEN)
            if to:
                await self._relay.tell(f"{name}:{officer.id}", to, reply, now, now + NEWS, name)
        if state.standing is Standing.CLOSED:
            await self._tied(account, state, now)

    async def wanted(self, given: str) -> bool:
        """Whether an account still stands as in `door:…`: nobody hears that one is dead that is back."""
        _, channel, account, number = given.split(":")
        return (await self._watch.kept.state((channel, account))).state.number == int(number)

    async def _concerned(self, account: Account, now: datetime) -> list[tuple[Officer, tuple[Address, ...]]]:
        """On duty where the account serves; and who answers for the desk, on duty or not."""
        own = self._stations(*account)
        stations = [own] if own else list(self._known().stations)
        found = {
            officer.id: (officer, addresses)
            for station in stations
            for officer, addresses in await self._officers.on_duty(station, now)
        }
        for officer in await self._officers.everyone():
            if officer.role in _MINDS and not officer.ended(now) and officer.id not in found:
                serves = not own or officer.serves(own)
                reached = await self._officers.reach(officer.id, now) if serves else None
                if reached:
                    found[officer.id] = reached
        return list(found.values())

    def _best(self, account: Account, addresses: tuple[Address, ...], *, back: bool) -> Address | None:
        """The door of an officer that is open, rather another than this one; rather one that rings."""
        open_ = [
            each for each in addresses
            if (back if _at(each, account) else self._watch.condition(each.channel, each.account).open)
        ]  # fmt: skip
        return min(
            open_, key=lambda each: (each.channel == WEBCHAT, _at(each, account), each.channel), default=None
        )

    async def _tied(self, account: Account, state: State, now: datetime) -> None:
        """People with a door here and an open one elsewhere, once each, and not at night."""
        name, reply = reason(account, state), self.words().tied(account, state.notice)
        since, count = waking(now, self._quiet()), 0
        async for circle in self._circles.everybody():
            here = [each.address for each in circle.members if _at(each.address, account)]
            if not here:
                continue
            ways = await self._ways.of(here[0], now)
            to = next(
                (way.address for way in ways if way.why is None and not _at(way.address, account)), None
            )
            if to:
                count += await self._put(f"{name}:{circle.id}", to, reply, since, name)
        _log.info("tied people told", channel=account[0], account=account[1], count=count)

    async def _put(self, id_: str, to: Address, reply: Reply, since: datetime, name: str) -> bool:
        message = Delivery(id_, to, Lane.REMINDER, (reply,), since, since + _TIED, name)
        if to.channel == WEBCHAT:
            return await self._outbox.say(message, since) is not None
        return await self._outbox.put(message)


def reason(account: Account, state: State) -> str:
    """What names one change of an account."""
    return f"{DOOR}:{account[0]}:{account[1]}:{state.number}"


def _at(address: Address, account: Account) -> bool:
    return (address.channel, address.account) == account
