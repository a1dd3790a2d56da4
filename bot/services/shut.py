"""Who writes at a door that is closed by hand: told so, why, and where else; not with every message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.conversation.outages import OutageWords
from bot.domain.health import Condition, Standing
from bot.domain.message import WEBCHAT, Address, Reply
from bot.services.watch import AccountsWatch
from bot.store.naming import Person

_ONCE = timedelta(minutes=10)  # within which it is said once


class ShutDoors:
    """What citizens are told of doors when they write. `page`: the address of the web page."""

    def __init__(self, watch: AccountsWatch, words: Callable[[], OutageWords], page: str | None) -> None:
        self._watch, self._words, self._page = watch, words, page

    def closed(self, address: Address) -> Condition | None:
        """How a door stands that is closed; None while it is not."""
        found = self._watch.condition(address.channel, address.account)
        return found if found.standing is Standing.CLOSED else None

    async def said(self, address: Address, found: Condition, who: Person, message: str) -> tuple[Reply, ...]:
        """The one sentence for who wrote, or nothing when they have heard it a moment ago.

        Raises:
            RedisError: the store is away.
        """
        if not await self._watch.kept.first(who, message, _ONCE):
            return ()
        shut = self._watch.shut()
        open_ = [channel for channel, account in self._watch.accounts if (channel, account) not in shut]
        others = [channel for channel in open_ if channel != address.channel]
        return (self._words().shut((address.channel, address.account), found, others, self._page),)

    def beside(self, address: Address, now: datetime) -> tuple[Reply, ...]:
        """What is said with a greeting while other doors are shut; the page says it by itself."""
        if address.channel == WEBCHAT:
            return ()
        lines = self._words().banners(self._watch.shut(), now)
        return (Reply("\n\n".join(lines)),) if lines else ()
