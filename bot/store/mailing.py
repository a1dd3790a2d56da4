"""The ledger of a warning: its recipients, fixed once; each lent to one worker, sent, marked.

The hash of people is the truth; the streams (one for each account) only share the work out, and are not in a
backup: whoever waited then is unsure after a restore. All keys of all warnings carry one tag, because a
recipient is lent in one step with a look at the warning's state and at the pace of the account.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.domain.mailing import Fate, Idle, Lent, Line, Recipient, line_of
from bot.domain.message import Address
from bot.domain.warning import Case
from bot.store.connection import Store
from bot.store.naming import person
from bot.store.pace import BURST, bucket
from bot.store.register import ADDRESS, BATCH, CASE, Register, at, keys
from bot.store.scripts import Script, ms, span_ms

MOST = 24  # recipients of one account that are being sent at the same time, over all workers
IDLE = timedelta(seconds=40)  # a worker that is silent for so long about a recipient is taken for dead
DEAD = timedelta(seconds=10)  # the same, when it has not said for a while that it lives (`beat`)
KEPT = timedelta(days=90)  # after the expiry, as the warning itself
_AHEAD = timedelta(milliseconds=250)  # places further ahead are not given away
_BEATS, _BEAT = "tb:{o}:mailer:", timedelta(seconds=8)
Act = Literal["lost", "again"]


class Ledger(Register):
    """Reads and writes the ledgers of all warnings. Times are handed in; only silence is the server's."""

    def __init__(self, store: Store, idle: timedelta = IDLE, dead: timedelta = DEAD) -> None:
        """How long a worker may be silent about a recipient: one that lives, one that does not say so."""
        super().__init__(store)
        self._idle, self._dead = span_ms(idle), span_ms(dead)
        lib = ("mailing/lib",)
        self._fix, self._mark, self._move, self._recall, self._drain, self._some = (
            Script(store.line, f"mailing/{name}", before=lib)
            for name in ("fix", "mark", "move", "recall", "drain", "some")
        )
        self._claim = Script(store.line, "mailing/claim", before=("mailing/lib", "mailing/pace"))
        self._fixed = Script(store.line, "mailing/fixed")

    # -- who gets it

    async def fix(self, case: Case, line: Line, recipients: Sequence[Recipient], now: datetime) -> bool:
        """Write recipients of an account down, each once; False when it is not the time for it (any more)."""
        people = [
            {
                "who": each.who, "address": self._sealed(each.address), "first": ":".join(each.first or ()),
                "doors": [[door, self._sealed(address)] for door, address in each.doors],
            }
            for each in recipients
        ]  # fmt: skip
        arguments = {
            "now": ms(now), "keep": _keep(case), "line": f"{line.channel}:{line.account}",
            "channel": line.channel, "people": people,
        }  # fmt: skip
        own = [CASE + case.id, at(case.id, "lines"), at(case.id, "doors")]
        done: bytes = await self._fix(keys=[*keys(case.id, line), *own], args=[json.dumps(arguments)])
        return done == b"done"

    async def fixed(self, case: Case, now: datetime) -> bool:
        """From now on there are no other recipients; False when the warning is not being sent."""
        keys = [at(case.id), CASE + case.id]
        return bool(await self._fixed(keys=keys, args=[ms(now), _keep(case)]))

    async def lines(self, id_: str) -> list[Line]:
        """The accounts that recipients are written to by."""
        found: Any = await self._store.line.ask("SMEMBERS", at(id_, "lines"))
        return sorted((Line(*each.decode().split(":", 1)) for each in found), key=lambda line: line.channel)

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
        own = [*keys(id_, line), CASE + id_, bucket(line.channel, line.account)]
        found = await self._claim(keys=own, args=[json.dumps(arguments)])
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
        _, entry, who, sealed, sent, tries, resent, wait, again, tried = found
        address = self._address(sealed.decode())
        pause = timedelta(milliseconds=int(wait))
        return Lent(
            entry.decode(), who.decode(), address, int(sent), int(tries), int(resent), pause, bool(again),
            frozenset(filter(None, tried.decode().split(","))),
        )  # fmt: skip

    async def mark(self, id_: str, line: Line, lent: Lent, fate: Fate, reason: str = "") -> bool:
        """It is over for a recipient; False when somebody else settled it meanwhile."""
        arguments = {"entry": lent.entry, "who": lent.who, "fate": fate, "reason": reason}
        return bool(await self._mark(keys=keys(id_, line), args=[json.dumps(arguments)]))

    async def later(self, id_: str, line: Line, lent: Lent, when: datetime) -> bool:
        """Try this recipient again at a (real) time, as it stands in `lent`."""
        arguments = {
            "entry": lent.entry, "who": lent.who, "when": ms(when), "parts": lent.sent,
            "tries": lent.tries, "resent": lent.resent,
        }  # fmt: skip
        return bool(await self._mark(keys=keys(id_, line), args=[json.dumps(arguments)]))

    async def move(  # noqa: PLR0913 - who, from where, to where, why
        self, id_: str, line: Line, lent: Lent, to: Address, why: str, *, failed: bool
    ) -> bool:
        """They stand in the line of another of their doors; False when they were settled meanwhile.

        `failed`: at this door it failed for good, and is not tried again.
        """
        door = person(to, self._store.names).id
        there = line_of(to)
        arguments = {
            "entry": lent.entry, "who": lent.who, "to": self._sealed(to), "door": door, "why": why,
            "channel": there.channel, "line": f"{there.channel}:{there.account}",
            "from": person(lent.address, self._store.names).id if failed else "",
        }  # fmt: skip
        own = [keys(id_, there)[2], at(id_, "lines"), at(id_, "doors")]
        return bool(await self._move(keys=[*keys(id_, line), *own], args=[json.dumps(arguments)]))

    async def recall(self, id_: str, line: Line, real: datetime) -> int:
        """Everybody who was put off is due now, because the account has died or lives again; how many."""
        done: int = await self._recall(keys=keys(id_, line), args=[json.dumps({"real": ms(real)})])
        return done

    async def waiting(self, id_: str, line: Line) -> int:
        """How many stand in the line of an account, those being sent to included."""
        _, _, stream, later = keys(id_, line)
        ask = self._store.line.ask
        return sum(await asyncio.gather(ask("XLEN", stream), ask("ZCARD", later)))

    async def drain(self, id_: str, line: Line, worker: str, reason: str) -> int:
        """Settle some of those who wait, because nothing goes out any more; how many are left."""
        arguments = {"worker": worker, "idle": self._idle, "most": BATCH, "reason": reason}
        left: int = await self._drain(keys=[*keys(id_, line), CASE + id_], args=[json.dumps(arguments)])
        return left

    async def every(self, id_: str, line: Line, act: Act) -> int:
        """Do something with all of an account's recipients whom it concerns; with how many it was done."""
        done = 0
        async for rows in self._scan(id_):
            people = [who for who, fields in rows if fields[6] and line_of(self._address(fields[6])) == line]
            arguments = json.dumps({"act": act, "people": people})
            done += await self._some(keys=keys(id_, line), args=[arguments]) if people else 0
        return done

    def _sealed(self, address: Address) -> str:
        return self._store.seals.seal(ADDRESS.dump_json(address)).decode()

    async def ended(self, id_: str, now: datetime | None) -> None:
        """Everybody is settled (or, with None, some are sent to once more)."""
        if now:
            await self._store.line.ask("HSETNX", at(id_), "ended", ms(now))
        else:
            await self._store.line.ask("HDEL", at(id_), "ended")


def _keep(case: Case) -> int:
    """Until when (ms) the ledger of a warning is kept."""
    return ms((case.bulletin.expires or case.made) + KEPT)
