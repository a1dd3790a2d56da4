"""How an Official Account is: its tokens as we keep them, and what Zalo says to one. For `trucban doctor`.

Only the access token is shown to Zalo. The refresh token can be used once: to try it would be to lose it.
Zalo's API does not tell where it calls us; what was heard is all there is to go by (`bot.doctor.accounts`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientTimeout
from pydantic import ValidationError
from redis.exceptions import RedisError

from bot.accounts import ZALO_OA, ZaloAccount
from bot.channels.platform import Looking
from bot.channels.zalo_oa.codes import Act, act
from bot.domain.finding import Finding, broken, fine, look
from bot.errors import StoreError
from bot.store.tokens import Pair, Tokens

LIFE = timedelta(days=90)  # of a refresh token
_SOON = timedelta(days=30)  # before its end, a refresh token has not been renewed for far too long
_PATIENCE = ClientTimeout(total=6, sock_connect=3)
_WHO = "/v2.0/oa/getoa"
_SEED = "chua-co"  # what the manual has one write until Zalo shows the key


@dataclass(frozen=True, slots=True)
class Facts:
    """The newest pair, and what Zalo says to its access token.

    `read`: we could look for a pair; `asked`: Zalo was asked; `code` is its answer: 0 when it takes the
    token, None when it was not reached.
    """

    read: bool
    pair: Pair | None = None
    asked: bool = False
    code: int | None = None
    keyed: bool = True  # the key that calls are signed with is there


async def examine(account: ZaloAccount, around: Looking) -> list[Finding]:
    """Read the tokens that are kept, and ask Zalo who we are."""
    keyed, of = account.secret_key != _SEED, f"{ZALO_OA}:{account.id}"
    if around.store is None:
        return judged(Facts(False, keyed=keyed), of, around.now)
    try:
        kept = await Tokens(around.store).newest(ZALO_OA, account.id)
    except (RedisError, OSError, StoreError, ValidationError):
        return judged(Facts(False, keyed=keyed), of, around.now)
    pair = kept.pair if kept else None
    if pair is None or not pair.access or pair.expires <= around.now:
        return judged(Facts(True, pair, keyed=keyed), of, around.now)
    return judged(Facts(True, pair, True, await _code(around, pair.access), keyed), of, around.now)


async def _code(around: Looking, access: str) -> int | None:
    """Zalo's word on an access token."""
    address = f"{around.settings.zalo_oa_api}{_WHO}"
    try:
        async with around.session.get(
            address, headers={"access_token": access}, timeout=_PATIENCE, allow_redirects=False
        ) as answer:
            told: Any = json.loads(await answer.read())
    except (ClientError, TimeoutError, OSError, ValueError):
        return None
    code = told.get("error") if isinstance(told, dict) else None
    return code if isinstance(code, int) else None


def judged(found: Facts, of: str, now: datetime) -> list[Finding]:
    """What follows for one account."""
    said = [] if found.keyed else [broken("zalo_no_key", of)]
    if not found.read:
        return [*said, look("zalo_unread", of)]
    if found.pair is None:
        return [*said, broken("zalo_no_token", of)]
    left = found.pair.made + LIFE - now
    if left <= timedelta():
        return [*said, broken("zalo_refresh_ended", of)]
    if left < _SOON:
        said.append(look("zalo_refresh_old", of, days=left.days))
    if not found.asked:
        return [*said, broken("zalo_access_ended", of)]
    if found.code is None:
        return [*said, broken("zalo_away", of)]
    if found.code:
        return [*said, _refused(found.code, of)]
    return said or [fine("zalo_oa", of, days=left.days)]


def _refused(code: int, of: str) -> Finding:
    """What one of Zalo's codes means for the account."""
    match act(code):
        case Act.REFRESH:
            return broken("zalo_access_refused", of, code=code)
        case Act.OPERATOR:
            return broken("zalo_stopped", of, code=code)
        case _:
            return look("zalo_code", of, code=code)
