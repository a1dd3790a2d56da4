"""The ledger of a warning: its recipients, fixed once; each lent to one worker, sent, marked.

The hash of people is the truth; the streams (one for each account) only share the work out, and are not in a
backup: whoever waited then is unsure after a restore. All keys of all warnings carry one tag, because a
recipient is lent in one step with a look at the warning's state and at the pace of the account.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import TypeAdapter

from bot.domain.mailing import Fate, Idle, Lent, Line, Progress, line_of
from bot.domain.message import Address
from bot.domain.warning import Case
from bot.store.connection import Store
from bot.store.naming import Person, person
from bot.store.pace import BURST, bucket
from bot.store.scripts import Script, ms, span_ms

MOST = 24  # recipients of one account that are being sent at the same time, over all workers
IDLE = timedelta(seconds=40)  # a worker that is silent for so long about a recipient is taken for dead
DEAD = timedelta(seconds=10)  # the same, when it has not said for a while that it lives (`beat`)
BATCH = 200
KEPT = timedelta(days=90)  # after the expiry, as the warning itself
_AHEAD = timedelta(milliseconds=250)  # places further ahead are not given away
_BEATS, _BEAT = "tb:{o}:mailer:", timedelta(seconds=8)
_CASE, _CASES = "tb:{o}:warning:", "tb:{o}:warnings"
_ADDRESS = TypeAdapter(Address)
Act = Literal["lost", "again", "gone"]


class Ledger:
    """Reads and writes the ledgers of all warnings. Times are handed in; only silence is the server's."""

    def __init__(self, store: Store, idle: timedelta = IDLE, dead: timedelta = DEAD) -> None:
        """How long a worker may be silent about a recipient: one that lives, one that does not say so."""
        self._store, self._idle, self._dead = store, span_ms(idle), span_ms(dead)
        lib = ("mailing/lib",)
        self._fix, self._mark, self._drain, self._some = (
            Script(store.line, f"mailing/{name}", before=lib) for name in ("fix", "mark", "drain", "some")
        )
        self._claim = Script(store.line, "mailing/claim", before=("mailing/lib", "mailing/pace"))
        self._fixed = Script(store.line, "mailing/fixed")

    # -- who gets it

    async def fix(self, case: Case, line: Line, addresses: Sequence[Address], now: datetime) -> bool:
        """Write recipients of an account down, each once; False when it is not the time for it (any more)."""
        names, seals = self._store.names, self._store.seals
        people = [
            [person(each, names).id, seals.seal(_ADDRESS.dump_json(each)).decode()] for each in addresses
        ]
        arguments = {
            "now": ms(now), "keep": _keep(case), "line": f"{line.channel}:{line.account}",
            "channel": line.channel, "people": people,
        }  # fmt: skip
        keys = [*_keys(case.id, line), _CASE + case.id, _at(case.id, "lines")]
        done: bytes = await self._fix(keys=keys, args=[json.dumps(arguments)])
        return done == b"done"

    async def fixed(self, case: Case, now: datetime) -> bool:
        """From now on there are no other recipients; False when the warning is not being sent."""
        keys = [_at(case.id), _CASE + case.id]
        return bool(await self._fixed(keys=keys, args=[ms(now), _keep(case)]))

    async def lines(self, id_: str) -> list[Line]:
        """The accounts that recipients are written to by."""
        found: Any = await self._store.line.ask("SMEMBERS", _at(id_, "lines"))
        return sorted((Line(*each.decode().split(":", 1)) for each in found), key=lambda line: line.channel)

    async def received(self, id_: str) -> AsyncIterator[list[Address]]:
        """Who got a warning, or may have got it: those a correction is for."""
        got = (Fate.DELIVERED, Fate.UNSURE)
        async for rows in self._scan(id_):
            yield [self._address(fields[6]) for _, fields in rows if Fate(fields[0]) in got and fields[6]]

    # -- sending

    async def beat(self, worker: str) -> None:
        """A worker lives; one who does not say so any more is soon taken for dead."""
        await self._store.line.ask("SET", _BEATS + worker, 1, "PX", span_ms(_BEAT))

    async def claim(  # noqa: PLR0913, PLR0917 - two clocks: that of the talks may be moved, the pace's not
        self, id_: str, line: Line, worker: str, rate: float, now: datetime, real: datetime
    ) -> Lent | Idle:
        """The next recipient of an account, if the warning is being sent and the account has a place.

        Whether it has expired is seen by `now`; `real` is the time of the pace and of what was put off.
        """
        arguments = {
            "worker": worker, "now": ms(now), "real": ms(real), "rate": rate, "burst": BURST,
            "ahead": span_ms(_AHEAD), "most": MOST, "idle": self._idle,
            "dead": self._dead, "beats": _BEATS,
        }  # fmt: skip
        keys = [*_keys(id_, line), _CASE + id_, bucket(line.channel, line.account)]
        found = await self._claim(keys=keys, args=[json.dumps(arguments)])
        match found[0]:
            case b"wait":
                return Idle(timedelta(milliseconds=int(found[1])))
            case b"none":
                _, lent, later = found
                return Idle(timedelta(seconds=0.3), over=not lent and not later)
            case b"go":
                return self._lent(found)
            case why:  # halt, over, lost
                return Idle(over=True, lost=why == b"lost")

    def _lent(self, found: Sequence[Any]) -> Lent:
        _, entry, who, sealed, sent, tries, resent, wait, again = found
        address = _ADDRESS.validate_json(self._store.seals.open(sealed))
        pause = timedelta(milliseconds=int(wait))
        return Lent(
            entry.decode(), who.decode(), address, int(sent), int(tries), int(resent), pause, bool(again)
        )

    async def mark(self, id_: str, line: Line, lent: Lent, fate: Fate, reason: str = "") -> bool:
        """It is over for a recipient; False when somebody else settled it meanwhile."""
        arguments = {"entry": lent.entry, "who": lent.who, "fate": fate, "reason": reason}
        return bool(await self._mark(keys=_keys(id_, line), args=[json.dumps(arguments)]))

    async def later(self, id_: str, line: Line, lent: Lent, when: datetime) -> bool:
        """Try this recipient again at a (real) time, as it stands in `lent`."""
        arguments = {
            "entry": lent.entry, "who": lent.who, "when": ms(when), "parts": lent.sent,
            "tries": lent.tries, "resent": lent.resent,
        }  # fmt: skip
        return bool(await self._mark(keys=_keys(id_, line), args=[json.dumps(arguments)]))

    async def drain(self, id_: str, line: Line, worker: str, reason: str) -> int:
        """Settle some of those who wait, because nothing goes out any more; how many are left."""
        arguments = {"worker": worker, "idle": self._idle, "most": BATCH, "reason": reason}
        left: int = await self._drain(keys=[*_keys(id_, line), _CASE + id_], args=[json.dumps(arguments)])
        return left

    async def every(self, id_: str, line: Line, act: Act) -> int:
        """Do something with all of an account's recipients whom it concerns; with how many it was done."""
        done = 0
        async for rows in self._scan(id_):
            people = [who for who, fields in rows if fields[6] and line_of(self._address(fields[6])) == line]
            arguments = json.dumps({"act": act, "people": people})
            done += await self._some(keys=_keys(id_, line), args=[arguments]) if people else 0
        return done

    async def forget(self, who: Person, address: Address) -> int:
        """Somebody's data is erased: no warning is sent to them any more, and where they live is not kept."""
        arguments, line = json.dumps({"act": "gone", "people": [who.id]}), line_of(address)
        ids: Any = await self._store.line.ask("ZRANGE", _CASES, 0, -1)
        found = (self._some(keys=_keys(id_.decode(), line), args=[arguments]) for id_ in ids)
        return sum(await asyncio.gather(*found))

    async def ended(self, id_: str, now: datetime | None) -> None:
        """Everybody is settled (or, with None, some are sent to once more)."""
        if now:
            await self._store.line.ask("HSETNX", _at(id_), "ended", ms(now))
        else:
            await self._store.line.ask("HDEL", _at(id_), "ended")

    # -- how it stands

    async def noted(self, id_: str, who: Person, what: str) -> bool:
        """A recipient pressed something below the warning: once each, the first answer counts."""
        ask = self._store.line.ask
        if not await ask("HEXISTS", _at(id_, "people"), who.id):
            return False
        kind = "read" if what == "read" else "answer"
        new = await ask("HSETNX", _at(id_, "pressed"), f"{kind}|{who.id}", what)
        await ask("PEXPIREAT", _at(id_, "pressed"), await ask("PEXPIRETIME", _at(id_)))
        return bool(new)

    async def progress(self, id_: str) -> Progress | None:
        """How far it has come; None when sending has not begun."""
        ask = self._store.line.ask
        found: Any = await ask("HGETALL", _at(id_))
        pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
        fields = {name.decode(): int(value) for name, value in pairs}
        if not fields:
            return None
        counts = {}
        for name, count in fields.items():
            if name.startswith("c|") and count:
                _, channel, fate, reason = name.split("|", 3)
                counts[channel, Fate(fate), reason] = count
        pressed = [each.decode() for each in await ask("HVALS", _at(id_, "pressed"))]
        begun, fixed, ended = (
            datetime.fromtimestamp(fields[name] / 1000, UTC) if name in fields else None
            for name in ("begun", "fixed", "ended")
        )
        return Progress(
            fields.get("recipients", 0), counts, begun, fixed, ended, fields.get("again", 0),
            fields.get("resent", 0), *(pressed.count(what) for what in ("read", "right", "wrong")),
        )  # fmt: skip

    def _address(self, sealed: str) -> Address:
        """Where somebody lives; of who was erased there is nothing to open."""
        return _ADDRESS.validate_json(self._store.seals.open(sealed.encode()))

    async def _scan(self, id_: str) -> AsyncIterator[list[tuple[str, list[str]]]]:
        """All recipients, some at a time: pseudonym; fate, reason, parts, tries, resent, channel, address."""
        async for rows in _scanned(self._store, _at(id_, "people")):
            yield [(who.decode(), value.decode().split("|", 6)) for who, value in rows]


async def _scanned(store: Store, key: str) -> AsyncIterator[list[tuple[bytes, bytes]]]:
    cursor: Any = b"0"
    while True:
        cursor, found = await store.line.ask("HSCAN", key, cursor, "COUNT", BATCH)
        for start in range(0, len(found), 2 * BATCH):
            some = found[start : start + 2 * BATCH]
            yield list(zip(some[::2], some[1::2], strict=True))
        if cursor == b"0":
            return


def _at(id_: str, what: str = "") -> str:
    return f"tb:{{o}}:mailing:{id_}{what and ':'}{what}"


def _keys(id_: str, line: Line) -> list[str]:
    here = f"{line.channel}:{line.account}"
    return [_at(id_), _at(id_, "people"), _at(id_, f"stream:{here}"), _at(id_, f"later:{here}")]


def _keep(case: Case) -> int:
    """Until when (ms) the ledger of a warning is kept."""
    return ms((case.bulletin.expires or case.made) + KEPT)
