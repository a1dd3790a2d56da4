"""Warnings as they are kept: sealed text, a state that moves only as the table says, in one step each."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from bot.domain.warning import MOVES, Bulletin, Case, Move, State
from bot.store.audit import ROSTER
from bot.store.connection import Store
from bot.store.naming import RESTORED
from bot.store.scripts import Script, ms, span_ms

DESK = "desk"  # who makes the moves of nobody
OWN, ALL = 20, 500  # drafts an author has at once; warnings kept
_KEPT = timedelta(days=90)  # after the expiry, or after the last change of a draft without one
_PREFIX, _LIST = "tb:{o}:warning:", "tb:{o}:warnings"
_TOLD = "tb:{o}:warning-told:"
_BULLETIN = TypeAdapter(Bulletin)


class Kept(StrEnum):
    """What the store made of an act."""

    DONE = "done"
    NOT_FOUND = "not_found"
    CHANGED = "changed"  # it is not as it was seen
    ILLEGAL = "illegal"  # no such move from where it stands
    OWN = "own"  # one's own is approved or returned by somebody else
    EXPIRED = "expired"
    REFUSED = "refused"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, by which request, when. `raw` is their entry of the roster as their rights were read from.

    The terminal and the desk have none.
    """

    who: str
    request: str
    now: datetime
    raw: bytes | None = None


class Warnings:
    """Reads and moves warnings. Rights are the service's matter; author, state, expiry are looked at here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        lib = ("warning/lib",)
        self._draft = Script(store.line, "warning/draft", before=lib)
        self._move = Script(store.line, "warning/move", before=lib, heading=_table())

    async def draft(self, by: By, id_: str, bulletin: Bulletin) -> Kept:
        """Keep a new draft; LIMIT when there are too many."""
        own = {"prefix": _PREFIX, "id": id_, "own": OWN, "all": ALL}
        return await self._run(self._draft, by, id_, {**own, **self._written(bulletin, by.now)})

    async def move(  # noqa: PLR0913 - what may go along with a move
        self, by: By, id_: str, version: int, move: Move, *,
        bulletin: Bulletin | None = None, reason: str = "", begins: datetime | None = None,
    ) -> Kept:  # fmt: skip
        """Make a move, if the warning is of this version; an EDIT needs the new `bulletin`."""
        given: dict[str, Any] = {"move": move, "version": version}
        if bulletin:
            given |= self._written(bulletin, by.now)
        if reason:
            given["reason"] = self._store.seals.seal(reason.encode()).decode()
        if begins:
            given["begins"] = ms(begins)
        return await self._run(self._move, by, id_, given)

    def named(self, by: By) -> str:
        """The id of the warning that a request drafts."""
        return "tb" + hashlib.blake2b(self._request(by).encode(), digest_size=4).hexdigest()

    async def answered(self, by: By) -> Kept | None:
        """What this request came to, when it was made before."""
        found: bytes | None = await self._store.line.ask("GET", self._request(by))
        return Kept(json.loads(found)["outcome"]) if found else None

    async def read(self, id_: str) -> Case | None:
        """One as it stands; None when there is none, or it was forgotten."""
        found: Any = await self._store.line.ask("HGETALL", _PREFIX + id_)
        pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
        fields = {name.decode(): value for name, value in pairs}
        return self._case(id_, fields) if fields else None

    async def all(self) -> list[Case]:
        """All that are kept, the newest first."""
        ids: Any = await self._store.line.ask("ZRANGE", _LIST, 0, -1, "REV")
        found = [await self.read(id_.decode()) for id_ in ids]
        return [case for case in found if case]

    async def restored(self) -> bool:
        """Whether the store was brought back from a backup, and nobody has looked since at what was sent."""
        return bool(await self._store.line.ask("EXISTS", RESTORED))

    async def looked(self) -> None:
        """What was being sent when the backup was made has been halted."""
        await self._store.line.ask("DEL", RESTORED)

    async def was_told(self, id_: str, what: str) -> bool:
        """Whether officers were told this of it."""
        return bool(await self._store.line.ask("SISMEMBER", f"{_TOLD}{id_}", what))

    async def note_told(self, id_: str, what: str) -> None:
        """Remember that they were, as long as the warning itself."""
        key = f"{_TOLD}{id_}"
        await self._store.line.ask("SADD", key, what)
        await self._store.line.ask("PEXPIRE", key, span_ms(_KEPT + _KEPT))

    async def standing(self) -> dict[str, State]:
        """The state of every warning that is kept, the newest first."""
        ask = self._store.line.ask
        ids = [id_.decode() for id_ in await ask("ZRANGE", _LIST, 0, -1, "REV")]
        states = await asyncio.gather(*(ask("HGET", _PREFIX + id_, "state") for id_ in ids))
        return {id_: State(state.decode()) for id_, state in zip(ids, states, strict=True) if state}

    async def _run(self, script: Script, by: By, id_: str, given: Mapping[str, Any]) -> Kept:
        card = {"card": f"officer:{by.who}", "raw": by.raw.decode()} if by.raw else {}
        arguments = json.dumps({**given, **card, "who": by.who, "now": ms(by.now)})
        found = await script(keys=[_PREFIX + id_, _LIST, self._request(by), ROSTER], args=[arguments])
        return Kept(json.loads(found)["outcome"])

    def _request(self, by: By) -> str:
        return f"tb:{{o}}:warning-request:{self._store.names.pseudonym('warning', by.who, by.request)}"

    def _written(self, bulletin: Bulletin, now: datetime) -> dict[str, Any]:
        sealed = self._store.seals.seal(_BULLETIN.dump_json(bulletin)).decode()
        expires = bulletin.expires
        return {
            "sealed": sealed, "expires": ms(expires) if expires else 0, "keep": ms((expires or now) + _KEPT),
        }  # fmt: skip

    def _case(self, id_: str, fields: Mapping[str, bytes]) -> Case:
        bulletin = _BULLETIN.validate_json(self._store.seals.open(fields["sealed"]))
        reason = self._store.seals.open(fields["reason"]).decode() if "reason" in fields else ""
        return Case(
            id_, bulletin, fields["author"].decode(), State(fields["state"].decode()),
            int(fields["version"]), _moment(fields["made"]), reason, fields.get("approver", b"").decode(),
            _moment(fields["begins"]) if "begins" in fields else None,
        )  # fmt: skip


def _moment(text: bytes) -> datetime:
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def _table() -> str:
    """The moves of the domain, for the script."""
    told = {
        move: {
            "after": {str(state): True for state in step.after},
            "to": step.to, "whose": step.whose, "timely": step.timely,
        }
        for move, step in MOVES.items()
    }  # fmt: skip
    return f"local MOVES = cjson.decode('{json.dumps(told)}')\n"
