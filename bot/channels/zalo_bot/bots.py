"""All Zalo bots of one process, put together."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, ClassVar

import aiohttp

from bot.accounts import ZALO_BOT
from bot.channels.platform import PROBE, House, called_back, hook, paths
from bot.channels.zalo_bot.api import Api, ApiError, RefusedError
from bot.channels.zalo_bot.codes import Act, act
from bot.channels.zalo_bot.door import ZaloBotDoor
from bot.channels.zalo_bot.hook import Hook
from bot.channels.zalo_bot.polling import poll
from bot.channels.zalo_bot.receiving import Receiver
from bot.channels.zalo_bot.setup import introduce
from bot.config import ZALO_BOT_API, Role
from bot.domain.delivery import Door
from bot.domain.health import AWAY, TOKEN


class Bots:
    """Called by the platform where it can reach us over https, asking it where not."""

    channel = ZALO_BOT
    beside: ClassVar[dict[str, Door]] = {}

    def __init__(self, house: House) -> None:
        self._house, settings = house, house.settings
        self._session = aiohttp.ClientSession()
        accounts = settings.accounts.zalo_bot
        apis = {each.id: Api(self._session, settings.zalo_bot_api, each.token) for each in accounts}
        self._receivers = {account: Receiver(account, api, house) for account, api in apis.items()}
        self._secrets = {each.id: each.secret or self._made_up(each.token) for each in accounts}
        self.door = ZaloBotDoor(apis, house)
        self.calls = paths("zalo-bot", Hook(self._receivers, self._secrets, house.metrics).handle)
        self._by_hook = called_back(settings.public_url, settings.zalo_bot_api, ZALO_BOT_API)

    def running(self, role: Role) -> list[Coroutine[Any, Any, None]]:
        """Introductions, and polling."""
        if not self._looked_after(role):
            return []
        house, found = self._house, []
        for account, receiver in self._receivers.items():
            where = (self._address(account), self._secrets[account]) if self._by_hook else None
            found.append(introduce(receiver, where, house.metrics))
            if not self._by_hook:
                found.append(poll(receiver, house.turns, house.metrics))
        return found

    def state(self, role: Role) -> dict[str, str]:
        """`open` once the platform knows where to call, or has told us who we are."""
        if not self._looked_after(role):
            return {}
        return {
            f"{ZALO_BOT}:{id_}": "open" if receiver.ready else "starting"
            for id_, receiver in self._receivers.items()
        }

    async def probe(self, account: str) -> str | None:
        """`getMe`. Who answers at all is alive, even when it wants us to wait."""
        try:
            await self._receivers[account].api.call("getMe", patience=PROBE)
        except RefusedError as error:
            found = act(error.code)
            return TOKEN if found is Act.TOKEN else None if found is Act.SLOWER else AWAY
        except ApiError:
            return AWAY
        return None

    async def deaf(self, account: str) -> bool:
        """The platform says nothing of it."""
        del account
        return False

    async def close(self) -> None:
        """Let go of all connections."""
        for receiver in self._receivers.values():
            await receiver.close()
        await self._session.close()

    def _looked_after(self, role: Role) -> bool:
        return role is not (Role.WORKER if self._by_hook else Role.WEB)

    def _made_up(self, token: str) -> str:
        """What each call of a webhook must bring; the same in all processes and after a restart."""
        return self._house.store.names.pseudonym("zalo bot hook", token)

    def _address(self, account: str) -> str:
        return hook(self._house.settings.public_url, "zalo-bot", account, len(self._receivers))
