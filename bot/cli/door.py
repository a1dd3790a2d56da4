"""`trucban door`: how the doors stand; closing one by hand, opening it again; beside a running desk too."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.exceptions import RedisError

from bot import opening
from bot.cli import codes
from bot.config import Settings
from bot.content.files import console, say
from bot.domain import health
from bot.domain.health import LONGEST, Rules, Standing, State
from bot.domain.seat import LOCAL
from bot.errors import StoreError
from bot.services.officers import TERMINAL
from bot.store.audit import Audit, Entry
from bot.store.connection import Store
from bot.store.health import Account, Health, Read


class RefusedError(Exception):
    """Something cannot be done as it was asked for; `args[0]` says why and what to do instead."""

    def __init__(self, key: str, /, **blanks: object) -> None:
        super().__init__(say("door", key, **blanks))


@dataclass(frozen=True, slots=True)
class Room:
    """The accounts of the settings, how they stand, and the audit."""

    accounts: tuple[Account, ...]
    kept: Health
    audit: Audit
    states: Mapping[Account, Read]
    now: datetime

    def state(self, account: Account) -> State:
        """How one stands, as the store has it."""
        return self.states.get(account, Read()).state


Work = Callable[[Room, argparse.Namespace], Awaitable[int]]


def show(options: Settings, given: argparse.Namespace) -> int:
    """All doors."""
    return _enter(options, given, _show)


def close(options: Settings, given: argparse.Namespace) -> int:
    """Close one; the last that rings only when one is sure."""
    return _enter(options, given, _close)


def reopen(options: Settings, given: argparse.Namespace) -> int:
    """Open one again, or try one again that is down."""
    return _enter(options, given, _reopen)


def _enter(options: Settings, given: argparse.Namespace, work: Work) -> int:
    async def inside() -> int:
        async with opening.beside(options) as store:
            return await work(await _room(options, store), given)

    try:
        return asyncio.run(inside())
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return codes.USAGE
    except RedisError as error:
        raise StoreError("unreachable", error=error) from error


async def _room(options: Settings, store: Store) -> Room:
    kept = Health(store)
    return Room(options.accounts.every, kept, Audit(store), await kept.states(), datetime.now(UTC))


async def _show(room: Room, given: argparse.Namespace) -> int:
    if given.json:
        print(json.dumps([_as_json(room, each) for each in room.accounts], ensure_ascii=False))
        return codes.OK
    if not room.accounts:
        print(say("door", "none"))
    for account in room.accounts:
        print(_line(room, account))
    return codes.OK


async def _close(room: Room, given: argparse.Namespace) -> int:
    account = _account(room, given.door)
    reason, notice = _words("reason", given.reason), _words("notice", given.notice)
    if not reason:
        raise RefusedError("no_reason")
    if room.state(account).standing is Standing.CLOSED:
        raise RefusedError("closed_already", door=_name(account))
    if not given.yes and not _others(room, account):
        print(say("door", "last", door=_name(account)))
        return codes.OK
    await _changed(room, account, "door.close", lambda state: health.closed(state, reason, notice, room.now))
    print(say("door", "closed", door=_name(account)))
    return codes.OK


async def _reopen(room: Room, given: argparse.Namespace) -> int:
    account = _account(room, given.door)
    if room.state(account).standing is Standing.OPEN:
        raise RefusedError("open_already", door=_name(account))
    await _changed(room, account, "door.open", lambda state: health.opened(state, room.now))
    print(say("door", "opened", door=_name(account)))
    return codes.OK


async def _changed(room: Room, account: Account, act: str, change: Callable[[State], State]) -> None:
    """In the audit first; then as often as a running desk gets in between."""
    await room.audit.note(Entry(TERMINAL, act, room.now, TERMINAL, subject=_name(account)))
    while True:
        read = await room.kept.state(account)
        if await room.kept.change(account, read, change(read.state)):
            return


def _account(room: Room, named: str) -> Account:
    """The account meant by `channel` or `channel:account`."""
    found = [each for each in room.accounts if named in {each[0], _name(each)}]
    names = ", ".join(_name(each) for each in room.accounts)
    if not room.accounts:
        raise RefusedError("none")
    if not found:
        raise RefusedError("unknown", door=named, doors=names)
    if len(found) > 1:
        raise RefusedError("which_one", door=named, doors=names)
    return found[0]


def _words(which: str, given: str) -> str:
    """What people are to read, in one line."""
    plain = " ".join(given.split())
    if len(plain) > LONGEST:
        raise RefusedError(f"long_{which}", limit=LONGEST, length=len(plain))
    return plain


def _others(room: Room, account: Account) -> list[Account]:
    """Other doors that ring and are open."""
    return [each for each in room.accounts if each != account and _standing(room, each) is Standing.OPEN]


def _standing(room: Room, account: Account) -> Standing:
    return health.condition(room.state(account), room.now, Rules()).standing


def _name(account: Account) -> str:
    return ":".join(account)


def _line(room: Room, account: Account) -> str:
    words, state, standing = console()["door"], room.state(account), _standing(room, account)
    parts = [_name(account), words["standing"][standing]]
    if standing is not Standing.OPEN and state.since:
        parts.append(say("door", "since", clock=f"{state.since.astimezone(LOCAL):%H:%M %d/%m/%Y}"))
    if standing is Standing.DOWN:
        parts.append(words["why"].get(state.why, state.why))
    parts += [say("door", "because", reason=state.reason)] if state.reason else []
    parts += [say("door", "says", notice=state.notice)] if state.notice else []
    return " · ".join(parts)


def _as_json(room: Room, account: Account) -> dict[str, Any]:
    state, standing = room.state(account), _standing(room, account)
    return {
        "channel": account[0], "account": account[1], "standing": str(standing),
        "why": state.why if standing is not Standing.OPEN else "",
        "since": state.since.isoformat() if state.since and standing is not Standing.OPEN else None,
        "reason": state.reason, "notice": state.notice,
    }  # fmt: skip
