"""The roster of officers: a few sealed entries that change only together with a line of the audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from bot.domain.message import WEBCHAT, Address
from bot.domain.officer import SESSION, Officer, Role
from bot.store.audit import ROSTER, Audit, Entry
from bot.store.connection import Store

_OFFICER, _LINK, _INVITE = "officer:", "link:", "invite:"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Card:
    """All that is kept of an officer.

    `secret` is that of the TOTP (base32), `used` the last step of time it was good for, `wrong` when (seconds
    since 1970) a wrong one was given. `addresses` are where they can be written to, by the pseudonym of the
    talk. `web` says when a talk on the web was opened by a code: whoever has its token alone is no officer.
    """

    officer: Officer
    secret: str
    used: int = 0
    wrong: tuple[int, ...] = ()
    addresses: dict[str, Address] = field(default_factory=dict)
    web: dict[str, datetime] = field(default_factory=dict)

    def ends(self, talk: str, now: datetime) -> datetime | None:
        """When the session in a talk on the web ends; None when there is none, or it has."""
        end = self.web[talk] + SESSION if talk in self.web else now
        if self.officer.until is not None:
            end = min(end, self.officer.until)
        return end if end > now and self.officer.left is None else None

    def open(self, talk: str, now: datetime) -> bool:
        """Whether they may act, and be written to, in a talk of theirs."""
        address = self.addresses.get(talk)
        return address is not None and (address.channel != WEBCHAT or self.ends(talk, now) is not None)

    def reached(self, now: datetime) -> tuple[Address, ...]:
        """Where they can be written to now."""
        return tuple(address for talk, address in self.addresses.items() if self.open(talk, now))


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that makes whoever sends it an officer, or links another door of one (`officer` is set).

    `taken` is the pseudonym of the talk that sent the code; from then on it is good for nobody else.
    """

    name: str
    role: Role
    stations: tuple[str, ...]
    by: str
    expires: datetime
    until: datetime | None = None
    officer: str | None = None
    taken: str | None = None
    secret: str = ""
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """Something of the roster, and the bytes it was read from: it changes only if it is still that."""

    value: T
    raw: bytes


_CARD, _INVITATION = TypeAdapter(Card), TypeAdapter(Invitation)


class Roster:
    """Reads and changes officers and invitations."""

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store, self._audit = store, audit

    async def card(self, id_: str) -> Read[Card] | None:
        """An officer, of whatever standing."""
        return self._read(_CARD, await self._get(_OFFICER + id_))

    async def of(self, talk: str) -> Read[Card] | None:
        """Whose talk this is; None for citizens."""
        found = await self._get(_LINK + talk)
        return await self.card(found.decode()) if found else None

    async def everyone(self) -> list[Card]:
        """All there ever were, those who left too, in the order they came."""
        found: Any = await self._store.line.ask("HGETALL", ROSTER)
        pairs = found.items() if isinstance(found, dict) else zip(found[::2], found[1::2], strict=True)
        cards = [
            _CARD.validate_json(self._store.seals.open(raw))
            for name, raw in pairs
            if name.startswith(_OFFICER.encode())
        ]
        return sorted(cards, key=lambda card: (card.officer.since, card.officer.id))

    async def links(self) -> frozenset[str]:
        """The pseudonyms of all talks of officers."""
        found: Any = await self._store.line.ask("HKEYS", ROSTER)
        start = _LINK.encode()
        return frozenset(name.removeprefix(start).decode() for name in found if name.startswith(start))

    async def invitation(self, code: str) -> Read[Invitation] | None:
        """What a code invites to; used and wrong ones do not exist."""
        return self._read(_INVITATION, await self._get(self._named(code)))

    async def invite(self, code: str, invitation: Invitation, entry: Entry) -> bool:
        """Keep an invitation."""
        return await self._audit.note(
            entry, {self._named(code): (None, self._sealed(_INVITATION, invitation))}
        )

    async def take(self, code: str, seen: Read[Invitation], after: Invitation, entry: Entry) -> bool:
        """Change an invitation as it was read; False when it changed meanwhile."""
        return await self._audit.note(
            entry, {self._named(code): (seen.raw, self._sealed(_INVITATION, after))}
        )

    async def enlist(
        self, code: str, seen: Read[Invitation], before: Read[Card] | None, after: Card, entry: Entry
    ) -> bool:
        """Use an invitation up: the officer is there, or has one door more, all in one step."""
        talk = seen.value.taken or ""
        swap = {self._named(code): (seen.raw, None), _LINK + talk: (None, after.officer.id.encode())}
        return await self._audit.note(entry, {**swap, **self._changed(before, after)})

    async def change(self, seen: Read[Card], after: Card, entry: Entry) -> bool:
        """Change an officer as they were read; whoever has left loses every door in the same step."""
        swap = self._changed(seen, after)
        if after.officer.left is not None:
            gone = seen.value.officer.links
            swap = {**swap, **{_LINK + talk: (seen.value.officer.id.encode(), None) for talk in gone}}
        return await self._audit.note(entry, swap)

    def _changed(
        self, before: Read[Card] | None, after: Card
    ) -> dict[str, tuple[bytes | None, bytes | None]]:
        raw = before.raw if before else None
        return {_OFFICER + after.officer.id: (raw, self._sealed(_CARD, after))}

    async def _get(self, name: str) -> bytes | None:
        found: bytes | None = await self._store.line.ask("HGET", ROSTER, name)
        return found

    def _read(self, kind: TypeAdapter[T], raw: bytes | None) -> Read[T] | None:
        return Read(kind.validate_json(self._store.seals.open(raw)), raw) if raw else None

    def _sealed(self, kind: TypeAdapter[T], value: T) -> bytes:
        return self._store.seals.seal(kind.dump_json(value))

    def _named(self, code: str) -> str:
        """Codes are kept under a keyed name: whoever reads the store cannot use one."""
        return _INVITE + self._store.names.pseudonym("invite", code)
