"""How a Telegram bot is, asked of Telegram: for `trucban doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.accounts import TELEGRAM, TelegramAccount
from bot.channels.platform import Looking, called_back, hook, host
from bot.channels.telegram.transport import Transport, called
from bot.config import TELEGRAM_API
from bot.domain.finding import Finding, broken, fine, look

_PATIENCE = 6.0  # seconds
_LATELY = timedelta(hours=1)
_MANY = 50  # updates that wait for us


@dataclass(frozen=True, slots=True)
class Facts:
    """What Telegram says.

    `answered`: it was reached; `refused`: it does not take our token; `wanted`: where it shall call us, None
    where we ask it; `told` is its WebhookInfo.
    """

    answered: bool
    refused: bool = False
    name: str = ""
    wanted: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


async def examine(account: TelegramAccount, around: Looking) -> list[Finding]:
    """Ask who the bot is, and where Telegram calls it."""
    settings = around.settings
    public = settings.public_url
    wanted = None
    if called_back(public, settings.telegram_api, TELEGRAM_API):
        wanted = hook(public, "telegram", account.id, len(settings.accounts.telegram))
    transport = Transport(_PATIENCE)
    bot = Bot(account.token, base_url=f"{settings.telegram_api}/bot", request=transport)
    try:
        me = await called(bot, "getMe", {})
        told = await called(bot, "getWebhookInfo", {})
        found = Facts(True, name=str(me.get("username", "")), wanted=wanted, told=told)
    except InvalidToken:
        found = Facts(True, refused=True)
    except TelegramError:
        found = Facts(False)
    finally:
        await transport.shutdown()
    return judged(found, f"{TELEGRAM}:{account.id}", around.now)


def judged(found: Facts, of: str, now: datetime) -> list[Finding]:
    """What follows for one bot."""
    if not found.answered:
        return [broken("telegram_away", of)]
    if found.refused:
        return [broken("telegram_token", of)]
    address, waiting = str(found.told.get("url") or ""), int(found.told.get("pending_update_count") or 0)
    if found.wanted is None and address:
        return [look("telegram_hook_left", of, host=host(address))]
    if found.wanted is None:
        return [fine("telegram_polled", of, name=found.name)]
    if address != found.wanted:
        return [
            broken(
                "telegram_hook" if address else "telegram_no_hook",
                of,
                host=host(address),
                wanted=found.wanted,
            )
        ]
    said = []
    failed = found.told.get("last_error_date")
    if isinstance(failed, int) and now - datetime.fromtimestamp(failed, UTC) < _LATELY:
        said.append(look("telegram_error", of, why=str(found.told.get("last_error_message") or "?")[:120]))
    if waiting > _MANY:
        said.append(look("telegram_waiting", of, count=waiting))
    return said or [fine("telegram", of, name=found.name)]
