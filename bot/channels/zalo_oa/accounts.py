"""All Official Accounts of one process, put together."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import aiohttp

from bot.accounts import ZALO_OA, ZALO_ZNS, Templates, ZaloAccount
from bot.channels.platform import PROBE, House, paths
from bot.channels.zalo_oa.door import ZaloDoor
from bot.channels.zalo_oa.hook import Hook
from bot.channels.zalo_oa.oauth import OAuth
from bot.channels.zalo_oa.probing import asked
from bot.channels.zalo_oa.templates import TemplateDoor
from bot.channels.zalo_oa.tokens import Keeper, Spare
from bot.config import Role
from bot.domain.delivery import Door
from bot.domain.health import AWAY
from bot.errors import StoreError
from bot.store.tokens import Tokens


class OfficialAccounts:
    """Zalo calls us; we send, and see that we always may."""

    channel = ZALO_OA

    def __init__(self, house: House) -> None:
        self._house, settings = house, house.settings
        self._session = aiohttp.ClientSession()
        self._oauth = OAuth(self._session, settings.zalo_oauth_api)
        self._tokens = Tokens(house.store)
        self._keepers = {account.id: self._keeper(account) for account in settings.accounts.zalo_oa}
        self.door = ZaloDoor(
            self._keepers, self._session, settings.zalo_oa_api, house.contacts, house.pace, house.says,
            house.metrics, settings.zalo_oa_rate,
        )  # fmt: skip
        self.beside = self._templates()
        accounts = {account.id: account for account in settings.accounts.zalo_oa}
        hook = Hook(accounts, house.hear, house.forget, house.contacts, house.metrics)
        self.calls = paths("zalo-oa", hook.handle)

    def running(self, role: Role) -> list[Coroutine[Any, Any, None]]:
        """The keeping of tokens, where there is sending."""
        return [] if role is Role.WEB else [keeper.keep() for keeper in self._keepers.values()]

    def state(self, role: Role) -> dict[str, str]:
        """`open` while there is a token to send with."""
        if role is Role.WEB:
            return {}
        return {f"{ZALO_OA}:{id_}": keeper.state() for id_, keeper in self._keepers.items()}

    async def probe(self, account: str) -> str | None:
        """Whose token it is, after it was renewed if need be."""
        try:
            async with asyncio.timeout(PROBE):
                return await asked(self._keepers[account], self._session, self._house.settings.zalo_oa_api)
        except (TimeoutError, StoreError):
            return AWAY

    async def deaf(self, account: str) -> bool:
        """Zalo says nothing of it."""
        del account
        return False

    async def close(self) -> None:
        """Finish a renewal that is on its way, then let go of all connections."""
        for keeper in self._keepers.values():
            await keeper.close()
        await self._session.close()

    def _templates(self) -> dict[str, Door]:
        """The door of templates, if any account has one."""
        house, settings = self._house, self._house.settings
        having = {each.id: each.zns for each in settings.accounts.zalo_oa if each.zns != Templates()}
        if not having:
            return {}
        door = TemplateDoor(
            self._keepers, having, self._session, settings.zalo_zns_api, house.pace, house.metrics
        )
        return {ZALO_ZNS: door}

    def _keeper(self, account: ZaloAccount) -> Keeper:
        house = self._house
        spare = Spare(house.settings.data_dir / "tokens", account.id, house.store.seals)
        return Keeper(account, self._tokens, house.turns, self._oauth, spare, house.metrics)
