"""How a Zalo bot is, asked of its platform: for `trucban doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.accounts import ZALO_BOT, ZaloBotAccount
from bot.channels.platform import Looking, called_back, hook, host
from bot.channels.zalo_bot.api import Api, ApiError, RefusedError
from bot.channels.zalo_bot.codes import BAD_TOKEN
from bot.config import ZALO_BOT_API
from bot.domain.finding import Finding, broken, fine, look

_PATIENCE = 6.0  # seconds
_NONE = 404  # there is no webhook


@dataclass(frozen=True, slots=True)
class Facts:
    """What the platform says. `code` is its error, 0 when all went well, None when it was not reached.

    `wanted`: where it shall call us, None where we ask it; `address`: where it does, empty for nowhere.
    """

    code: int | None
    wanted: str | None = None
    address: str = ""


async def examine(account: ZaloBotAccount, around: Looking) -> list[Finding]:
    """Ask who the bot is, and where the platform calls it."""
    settings = around.settings
    public = settings.public_url
    wanted = None
    if called_back(public, settings.zalo_bot_api, ZALO_BOT_API):
        wanted = hook(public, "zalo-bot", account.id, len(settings.accounts.zalo_bot))
    api = Api(around.session, settings.zalo_bot_api, account.token)
    try:
        await api.call("getMe", _PATIENCE)
        found = Facts(0, wanted, await _address(api))
    except RefusedError as error:
        found = Facts(error.code)
    except ApiError:
        found = Facts(None)
    return judged(found, f"{ZALO_BOT}:{account.id}")


async def _address(api: Api) -> str:
    try:
        told: Any = await api.call("getWebhookInfo", _PATIENCE)
    except RefusedError as error:
        if error.code == _NONE:
            return ""
        raise
    return str(told.get("url") or "") if isinstance(told, dict) else ""


def judged(found: Facts, of: str) -> list[Finding]:
    """What follows for one bot."""
    if found.code is None:
        return [broken("zalo_bot_away", of)]
    if found.code == BAD_TOKEN:
        return [broken("zalo_bot_token", of)]
    if found.code:
        return [look("zalo_bot_code", of, code=found.code)]
    if found.wanted is None:
        return [
            look("zalo_bot_hook_left", of, host=host(found.address))
            if found.address
            else fine("zalo_bot_polled", of)
        ]
    if found.address != found.wanted:
        key = "zalo_bot_hook" if found.address else "zalo_bot_no_hook"
        return [broken(key, of, host=host(found.address), wanted=found.wanted)]
    return [fine("zalo_bot", of)]
