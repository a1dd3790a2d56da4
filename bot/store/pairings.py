"""Codes that tie two doors, for ten minutes each; and what was begun for doors that are left.

A code is kept under a keyed name only. Where the two doors are is sealed, and gone when they are tied.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from bot.domain.circle import Member
from bot.domain.message import Address
from bot.domain.pairing import GOOD_FOR, STAGES, Guesses, Stage, drawn
from bot.domain.wish import Act
from bot.store.acts import RESULTS, lua_table
from bot.store.connection import Store
from bot.store.naming import Person, person
from bot.store.scripts import Script, ms, span_ms

PREFIX = "tb:{nk}:pairing:"
_DRAWS = 40  # from which a code is chosen: hardly ever another than the first
_ADDRESS = TypeAdapter(Address)


@dataclass(frozen=True, slots=True)
class Pairing:
    """A code as it stands: at which door it was shown, at which other one it was typed.

    When they are tied only their channels (`door`, `other`) are still known.
    """

    stage: Stage
    ends: datetime
    door: str
    other: str
    shown: Address | None = None
    typed: Address | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What was begun for some doors, ended by whoever hears the request again; `count` is its result."""

    members: tuple[Member, ...]
    channel: str = ""
    others: tuple[Member, ...] = ()
    count: int = 0
    over: bool = False


_PLAN = TypeAdapter(Plan)


class Pairings:
    """Reads and changes; times are handed in. A repeated request (of an act) gets its first result."""

    def __init__(self, store: Store, guesses: Guesses) -> None:
        self._store, self._guesses = store, guesses
        heading = lua_table("STAGES", STAGES)
        self._scripts = {
            name: Script(store.line, f"pairing/{name}", before=["pairing/register"], heading=heading)
            for name in ("offer", "enter", "turn", "settle")
        }

    def named(self, code: str) -> str:
        """What a code is called in the store and in buttons: nobody can go back from it."""
        return self._store.names.pseudonym("pairing", code)

    async def offer(self, act: Act, address: Address) -> str | None:
        """A new code for the one who lives there; None when they had too many within the hour."""
        codes = self._codes(act.request)
        found = await self._run(
            "offer", act, who=self._who(address).id, to=self._sealed(address), door=address.channel,
            names=[self.named(code) for code in codes], ends=ms(act.now + GOOD_FOR),
            most=self._guesses.codes,
        )  # fmt: skip
        return codes[found["place"]] if found["outcome"] == "done" else None

    async def enter(
        self, act: Act, code: str, address: Address, *, tied: bool, network: str = ""
    ) -> tuple[str, str]:
        """A code is typed: `typed`, `asked` (again), `own`, `elsewhere` (with whose it is), `none`, `often`.

        `tied`: the door it is typed at belongs to others.
        """
        most = self._guesses
        found = await self._run(
            "enter", act, name=self.named(code), who=self._who(address).id, tied=tied, at=address.channel,
            network=self._store.names.pseudonym("pairing network", network) if network else "",
            most={"talk": most.talk, "network": most.network, "overall": most.overall},
            **{"from": self._sealed(address)},
        )  # fmt: skip
        return found["outcome"], found.get("who", "")

    async def turn(self, act: Act, name: str, who: Person, to: Stage) -> str:
        """A press: `done`, `same` (it was so before), `none`; or what became of the doors, by `settle`."""
        return str((await self._run("turn", act, name=name, who=who.id, to=to))["outcome"])

    async def settle(self, act: Act, name: str, became: str) -> None:
        """The doors are tied (`done`), or could not be."""
        await self._run("settle", replace(act, request=f"{act.request}!"), name=name, became=became)

    async def read(self, name: str) -> Pairing | None:
        """A code as it stands; None when there was none, or long ago."""
        text: Any = await self._store.line.ask("GET", f"{PREFIX}code:{name}")
        if text is None:
            return None
        fields = json.loads(text)
        return Pairing(
            Stage(fields["stage"]),
            datetime.fromtimestamp(int(fields["ends"]) / 1000, UTC),
            fields["door"],
            fields.get("at", ""),
            self._opened(fields.get("to")),
            self._opened(fields.get("from")),
        )

    async def plan(self, act: Act, plan: Plan) -> Plan:
        """What is to be done for a request: this, or what was written down when it was heard before."""
        key, sealed = self._plan(act), self._store.seals.seal(_PLAN.dump_json(plan))
        kept: Any = await self._store.line.ask("SET", key, sealed, "NX", "GET", "PX", span_ms(RESULTS))
        return _PLAN.validate_json(self._store.seals.open(kept)) if kept else plan

    async def over(self, act: Act, plan: Plan, count: int = 0) -> None:
        """It is done; where the doors are is forgotten."""
        done = replace(plan, members=(), others=(), count=count, over=True)
        sealed = self._store.seals.seal(_PLAN.dump_json(done))
        await self._store.line.ask("SET", self._plan(act), sealed, "PX", span_ms(RESULTS))

    def _plan(self, act: Act) -> str:
        return f"{PREFIX}plan:{act.request}"

    def _codes(self, request: str) -> list[str]:
        """Codes that only we can draw for a request: the same ones when it is repeated."""
        numbers = (
            int(self._store.names.pseudonym("pairing code", request, str(place)), 16)
            for place in range(_DRAWS)
        )
        return [code for number in numbers if (code := drawn(number))]

    def _who(self, address: Address) -> Person:
        return person(address, self._store.names)

    def _sealed(self, address: Address) -> str:
        return self._store.seals.seal(_ADDRESS.dump_json(address)).decode()

    def _opened(self, sealed: str | None) -> Address | None:
        return _ADDRESS.validate_json(self._store.seals.open(sealed.encode())) if sealed else None

    async def _run(self, name: str, act: Act, /, **arguments: object) -> dict[str, Any]:
        key = f"{PREFIX}code:{arguments.get('name', '')}"
        request = f"{name}:{act.request}"
        text = await self._scripts[name](
            keys=[key], args=[PREFIX, request, ms(act.now), json.dumps(arguments)]
        )
        found: dict[str, Any] = json.loads(text)
        return found
