"""How accounts stand, for whoever only wants to know it: the officers' phone list, in and beside the desk."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime

from bot.domain import health
from bot.domain.health import IN_ORDER, Condition, Rules, Standing, Watch
from bot.store.connection import Store
from bot.store.health import Account, Health

GONE = "gone"  # there is no such door in this desk any more


class Present:
    """A watch by which what goes by a door that the desk has no more cannot arrive. `doors`: its channels."""

    def __init__(self, watch: Watch, doors: Callable[[], Container[str]]) -> None:
        self._watch, self._doors = watch, doors

    def condition(self, channel: str, account: str) -> Condition:
        """How an account stands; closed, when nobody sends by it."""
        if channel not in self._doors():
            return Condition(Standing.CLOSED, GONE)
        return self._watch.condition(channel, account)

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        """What the other watch makes of it."""
        self._watch.heard(channel, account, took=took)


class Glance:
    """A watch that has looked once, at what the open desk keeps."""

    def __init__(self, found: Mapping[Account, Condition]) -> None:
        self._found = found

    def condition(self, channel: str, account: str) -> Condition:
        """How an account stood then."""
        return self._found.get((channel, account), IN_ORDER)

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        """Nothing is sent by whoever only looks."""


async def glance(store: Store, now: datetime) -> Glance:
    """How the accounts stand now, as the open desk knows them."""
    kept, rules = await Health(store).states(), Rules()
    return Glance({account: health.condition(read.state, now, rules) for account, read in kept.items()})
