"""Asking Zalo whose token we have: whether the account can be sent through at all."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from bot.channels.zalo_oa.codes import Act, act
from bot.channels.zalo_oa.tokens import Keeper
from bot.domain.health import AWAY, REFUSED, TOKEN

PATH = "/v2.0/oa/getoa"
_WHY = {Act.AGAIN: AWAY, Act.OPERATOR: REFUSED}  # all others are answers of a Zalo that is alive


async def asked(keeper: Keeper, session: aiohttp.ClientSession, api: str) -> str | None:
    """What stands in the way; None: nothing. A token that is not taken is renewed once."""
    access = await keeper.access()
    if access is None:
        return _without(keeper)
    found = await _who(session, api, access)
    if found is Act.REFRESH:
        other = await keeper.refused(access)
        if other is None:
            return _without(keeper)
        found = await _who(session, api, other)
    return TOKEN if found is Act.REFRESH else found and _WHY.get(found)


def _without(keeper: Keeper) -> str:
    """There is no token that works; whether none can be had, or Zalo's office is only out of reach."""
    return AWAY if keeper.may_renew else TOKEN


async def _who(session: aiohttp.ClientSession, api: str, access: str) -> Act | None:
    """What Zalo's answer asks of us; None when all is well."""
    try:
        async with session.get(
            f"{api}{PATH}", headers={"access_token": access}, allow_redirects=False
        ) as answer:
            found: Any = json.loads(await answer.read())
    except (aiohttp.ClientError, OSError, ValueError):
        return Act.AGAIN
    code = found.get("error") if isinstance(found, dict) else None
    if not isinstance(code, int):
        return Act.AGAIN
    return act(code) if code else None
