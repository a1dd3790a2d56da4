"""The accounts we speak for: each examined by its platform; and whether anything was heard of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from bot.accounts import TELEGRAM, ZALO_BOT, ZALO_OA, Accounts
from bot.channels.platform import Examiner, Looking
from bot.doctor.desk import Desk
from bot.domain.finding import Finding, broken, fine, look
from bot.domain.knowledge import Knowledge

_UP = 6 * 3600.0  # seconds a desk is open, from where silence is worth a word
Examined = Callable[[], Awaitable[list[Finding]]]


def examined(accounts: Accounts, around: Looking) -> dict[str, Examined]:
    """How to examine each account, by its name. A platform's code is loaded only for an account of it."""
    found: dict[str, Examined] = {}
    for channel, those in _by_channel(accounts).items():
        for account in those:
            found[f"{channel}:{account.id}"] = _examination(channel, account, around)
    return found


def _by_channel(accounts: Accounts) -> dict[str, tuple[Any, ...]]:
    return {TELEGRAM: accounts.telegram, ZALO_OA: accounts.zalo_oa, ZALO_BOT: accounts.zalo_bot}


def _examination(channel: str, account: Any, around: Looking) -> Examined:
    async def examine() -> list[Finding]:
        platform: Examiner = import_module(f"bot.channels.{channel}.examining").examine
        return await platform(account, around)

    return examine


def judged(accounts: Accounts, known: Knowledge | None, used: Desk, now: float) -> list[Finding]:
    """What is to be said of accounts without asking a platform; `now` in seconds since 1970."""
    those = _by_channel(accounts)
    if not any(those.values()):
        return [look("no_accounts")]
    said = [
        broken("no_station", f"{channel}:{account}", station=station)
        for (channel, account), station in accounts.stations.items()
        if known is not None and station not in known.stations
    ]
    begun = used.figure("process_start_time_seconds")
    for channel, some in those.items():
        heard = used.figure("trucban_updates_total", door=channel) or 0
        if some and used.state is not None and begun and now - begun > _UP and not heard:
            said.append(look("unheard", channel, hours=int((now - begun) // 3600)))
        elif some and heard:
            sent = used.figure("trucban_sends_total", door=channel, result="sent") or 0
            said.append(fine("heard", channel, heard=int(heard), sent=int(sent)))
    return said
