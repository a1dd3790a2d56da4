"""How the accounts stand, kept for all processes; and what each of them has sent of late."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain.health import State, Tally
from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.scripts import Script, ms, span_ms

Account = tuple[str, str]  # channel, account

DOORS, SENDS = "tb:{o}:doors", "tb:{o}:sends"
_HEARD = timedelta(days=30)
_STATE = TypeAdapter(State)


@dataclass(frozen=True, slots=True)
class Read:
    """A state and how it was written, to be changed only if it still is."""

    state: State = field(default_factory=State)
    written: bytes = b""


class Health:
    """Reads and changes. Nothing personal is in it."""

    def __init__(self, store: Store) -> None:
        self._line, self._change = store.line, Script(store.line, "door/change")

    async def states(self) -> dict[Account, Read]:
        """All accounts of which something is kept."""
        found: Any = await self._line.ask("HGETALL", DOORS)
        return {_account(name): Read(_STATE.validate_json(kept), kept) for name, kept in found.items()}

    async def state(self, account: Account) -> Read:
        """One account."""
        found = await self._line.ask("HGET", DOORS, _name(account))
        return Read(_STATE.validate_json(found), found) if found else Read()

    async def change(self, account: Account, before: Read, after: State) -> bool:
        """Keep a state in place of the one that was read; False when somebody else has changed it since."""
        written = _STATE.dump_json(after)
        return bool(await self._change(keys=[DOORS], args=[_name(account), before.written, written]))

    async def first(self, who: Person, message: str, span: timedelta) -> bool:
        """Whether a message is the first of somebody within a span; asked again about it, the same."""
        held = await self._line.ask("SET", who.key("shut"), message, "NX", "GET", "PX", span_ms(span))
        return held is None or held.decode() == message

    async def sent(self, process: str, counts: Mapping[Account, Iterable[Tally]], kept: timedelta) -> None:
        """What a process has sent of late, in place of what it said before; asked again it is the same."""
        fields: list[str] = []
        for account, tallies in counts.items():
            fields += [f"{_name(account)}:{process}", _listed(tallies)]
        if fields:
            await self._line.ask("HSET", SENDS, *fields)
            await self._line.ask("PEXPIRE", SENDS, span_ms(2 * kept))

    async def tallies(self, now: datetime, kept: timedelta) -> dict[Account, list[Tally]]:
        """What all processes have sent of late; what is older than `kept` is forgotten."""
        found: Any = await self._line.ask("HGETALL", SENDS)
        tallies: dict[Account, list[Tally]] = {}
        for name, listed in found.items():
            fresh = [each for each in _tallies(listed) if now - each.start < kept]
            if fresh:
                tallies.setdefault(_account(name.rpartition(b":")[0]), []).extend(fresh)
            else:
                await self._line.ask("HDEL", SENDS, name)
        return tallies

    async def heard(self, account: Account, hour: int, process: str, count: int) -> None:
        """How many messages a process has heard in an hour; asked again it is the same."""
        await self._line.ask("HSET", _heard(account), f"{hour}:{process}", count)
        await self._line.ask("PEXPIRE", _heard(account), span_ms(_HEARD))

    async def hours(self, account: Account, oldest: int) -> Counter[int]:
        """How many all have heard in each hour; what is older is forgotten."""
        total: Counter[int] = Counter()
        for name, count in (await self._line.ask("HGETALL", _heard(account))).items():
            hour = int(name.partition(b":")[0])
            if hour < oldest:
                await self._line.ask("HDEL", _heard(account), name)
            else:
                total[hour] += int(count)
        return total


def _heard(account: Account) -> str:
    return f"tb:{{o}}:heard:{_name(account)}"


def _name(account: Account) -> str:
    return ":".join(account)


def _account(name: bytes) -> Account:
    channel, _, account = name.decode().partition(":")
    return channel, account


def _listed(tallies: Iterable[Tally]) -> str:
    return json.dumps([[ms(each.start), each.tried, each.took] for each in tallies])


def _tallies(listed: bytes) -> list[Tally]:
    return [
        Tally(datetime.fromtimestamp(start / 1000, UTC), tried, took)
        for start, tried, took in json.loads(listed)
    ]
