"""A house whose doors count as dead within seconds, and officers with more than one door in it."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.domain import health
from bot.domain.health import Rules
from bot.domain.officer import Hand, Officer, Role
from bot.services.officers import TERMINAL, Officers
from bot.store.health import Health
from bot.store.naming import person
from tests.open_house import OpenHouse
from tests.somebody import PATIENCE, STATION, OnTheWeb, Somebody

QUICK = Rules(
    dead=timedelta(seconds=1), apart=timedelta(seconds=0.2), believed=timedelta(seconds=15),
    every=timedelta(seconds=0.1), down_every=timedelta(seconds=0.1), round=timedelta(seconds=0.1),
)  # fmt: skip


def platform(house: OpenHouse, channel: str) -> Any:
    """The double behind a door."""
    return {"telegram": house.telegram, "zalo_oa": house.zalo, "zalo_bot": house.zalo_bot}[channel]


async def dies(house: OpenHouse, channel: str, how: str = "refuses") -> None:
    """A platform dies, and the house has noticed."""
    await platform(house, channel).life.die(how)
    await house.stands(channel, "down: token" if how == "token" else "down: away")


async def revives(house: OpenHouse, channel: str) -> None:
    """It comes back, and the house has noticed."""
    await platform(house, channel).life.revive()
    await house.stands(channel, "open")


async def closed(house: OpenHouse, channel: str, reason: str, notice: str = "") -> None:
    """An operator closes a door, as at the terminal."""
    kept, account = Health(house.store), (channel, dict(house.accounts)[channel])
    while True:
        read = await kept.state(account)
        if await kept.change(account, read, health.closed(read.state, reason, notice, datetime.now(UTC))):
            break
    await house.stands(channel, "closed: hand")


async def opened(house: OpenHouse, channel: str) -> None:
    """And opens it again."""
    kept, account = Health(house.store), (channel, dict(house.accounts)[channel])
    while True:
        read = await kept.state(account)
        if await kept.change(account, read, health.opened(read.state, datetime.now(UTC))):
            break
    await house.stands(channel, "open")


async def enlisted(house: OpenHouse, *doors: Somebody, role: Role = Role.OFFICER) -> Officer:
    """Somebody becomes an officer on duty, with these doors; the first is bound first."""
    officers, them, secret = Officers(house.store), None, ""
    for number, door in enumerate(doors):
        now = datetime.now(UTC) + timedelta(seconds=30 * number)  # each code is good for one act
        if isinstance(door, OnTheWeb):
            await door.connected()
        talk, hand = person(door.address, house.store.names), Hand("", door.channel, now)
        root = Hand(TERMINAL, TERMINAL, now)
        code = await (
            officers.invite_again(root, them.id)
            if them
            else officers.invite(root, "Đặng Lan", role, (STATION,))
        )
        assert code
        secret = (await officers.redeem(code, talk, hand)).secret or secret
        totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(now.timestamp()))  # noqa: S303 - RFC 6238
        found = await officers.confirm(code, totp.decode(), talk, door.address, hand)
        assert found.officer
        them = found.officer
    assert them
    await officers.set_duty(Hand(them.id, doors[0].channel, datetime.now(UTC)), on=True)
    for door in doors:
        await asyncio.wait_for(_known(door), PATIENCE)
    return them


async def _known(door: Somebody) -> None:
    """Wait until the desk knows this talk for an officer's."""
    while True:
        await door.say("/canbo")
        text, door.keys = await door.next()
        if "Đặng Lan" in text:
            return
        await asyncio.sleep(0.3)  # who writes too fast is told so, and nothing else


async def gone(house: OpenHouse, officer: Officer) -> None:
    """They are no officer any more."""
    await Officers(house.store).leave(Hand(TERMINAL, TERMINAL, datetime.now(UTC)), officer.id)
