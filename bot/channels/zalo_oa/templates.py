"""Approved templates to a phone ("ZNS"): the last door before the officers' own telephone.

Each costs money, so it is sent only when no other door of a person is open. Which account sends which
template is in the settings; without one this door is not there. A template says a visit in five fields
(`Form`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog
from aiohttp import ClientConnectorError, ClientTimeout, ConnectionTimeoutError

from bot.accounts import ZALO_ZNS, Templates
from bot.channels.zalo_oa.door import soon, until_morning
from bot.channels.zalo_oa.template_codes import Act, act
from bot.channels.zalo_oa.tokens import Keeper
from bot.domain.delivery import Delivery, Held, Later, Outcome
from bot.domain.message import Address, Reply
from bot.metrics import Metrics
from bot.store.pace import SharedPace

PATH = "/message/template"
RATE = 10.0  # messages a second; Zalo publishes no figure
_PATIENCE = ClientTimeout(total=30, sock_connect=5)
_WITHOUT = timedelta(seconds=20)  # before a message is tried again that found no token
_SLOWER = timedelta(seconds=30)
_TRACE = 32  # characters of our name for a message at Zalo's
_log: Any = structlog.get_logger("zalo templates")


class TemplateDoor:
    """The accounts of this process that have templates. `api` is Zalo's address for these."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a door needs of the house
        self,
        keepers: Mapping[str, Keeper],
        templates: Mapping[str, Templates],
        session: aiohttp.ClientSession,
        api: str,
        shared: SharedPace,
        metrics: Metrics,
    ) -> None:
        self.rate = RATE
        self._keepers, self._templates = keepers, templates
        self._session, self._url = session, f"{api}{PATH}"
        self._shared, self._metrics = shared, metrics

    def show(self, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
        """One message: what it says stands in the form."""
        return replies[:1]

    async def send(self, delivery: Delivery, message: Reply) -> Outcome | Later | Held:
        """Send the template of a delivery's form to its phone."""
        del message
        account, form = delivery.address.account, delivery.form
        keeper, templates = self._keepers.get(account), self._templates.get(account)
        template = templates.of(form.kind) if templates and form else None
        if keeper is None or form is None or template is None:
            self._metrics.alarm("zns_template", account)
            return Held("template")
        place = await self._shared.take(ZALO_ZNS, account, self.rate, datetime.now(UTC))
        await asyncio.sleep(place.total_seconds())
        access = await soon(keeper.access())
        if access is None:
            return self._without(account)
        body = {
            "phone": delivery.address.user,
            "template_id": template,
            "template_data": dict(form.fields),
            "tracking_id": hashlib.sha256(delivery.id.encode()).hexdigest()[:_TRACE],
        }
        outcome = await self._sent(account, body, access)
        if outcome is Act.REFRESH:
            other = await soon(keeper.refused(access))
            outcome = await self._sent(account, body, other) if other else outcome
        return self._without(account) if isinstance(outcome, Act) else outcome

    async def reach(self, address: Address, now: datetime) -> str | None:
        """Whether there is an account for it; what Zalo thinks of a phone is seen when it is written to."""
        del now
        return None if address.account in self._templates else "account"

    def _without(self, account: str) -> Later:
        self._metrics.alarm("zalo_no_token", account)
        return Later(_WITHOUT, took=False)

    async def _sent(self, account: str, body: object, access: str) -> Outcome | Later | Held | Act:
        """What became of one call; `Act.REFRESH` when the token is not taken."""
        try:
            async with self._session.post(
                self._url, json=body, headers={"access_token": access}, timeout=_PATIENCE,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                found: Any = json.loads(await answer.read())
        except (ClientConnectorError, ConnectionTimeoutError, ValueError):  # or a gateway's own words
            return Later(took=False)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Outcome.UNSURE  # it may have arrived, and a second one costs as much again
        if not isinstance(found, dict) or not isinstance(found.get("error"), int):
            return Later(took=False)
        return Outcome.SENT if found["error"] == 0 else self._refused(account, found["error"])

    def _refused(self, account: str, code: int) -> Outcome | Later | Held | Act:
        found = act(code)
        if found is not Act.REFRESH:
            _log.warning("refused", account=account, code=code, act=str(found))
        match found:
            case Act.REFRESH:
                return found
            case Act.SLOWER:
                return Later(_SLOWER, took=True)
            case Act.MORNING:
                return Later(until_morning(datetime.now(UTC)), took=True)
            case Act.NOBODY:
                return Outcome.REFUSED
            case Act.OPERATOR:
                self._metrics.alarm(f"zns{code}", account)
                return Held(str(found))
