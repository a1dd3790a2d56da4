"""How the accounts are through which we reach people: in order, dead, or closed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Standing(StrEnum):
    """Whether an account can be sent to."""

    OPEN = "open"
    DOWN = "down"  # the platform takes nothing, or our key to it is lost: found out by the desk itself
    CLOSED = "closed"  # by an operator, until they open it


@dataclass(frozen=True, slots=True)
class Condition:
    """How an account stands, why (a short key), and since when."""

    standing: Standing = Standing.OPEN
    why: str = ""
    since: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether something can be sent."""
        return self.standing is Standing.OPEN


IN_ORDER = Condition()


class Watch(Protocol):
    """Whoever knows how accounts stand. Both calls are quick and ask no store."""

    def condition(self, channel: str, account: str) -> Condition:
        """How an account stands, as this process knew it a moment ago."""
        ...

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        """A platform took something or said itself that it does not (`took`), or was not to be reached.

        A refusal that concerns one person (blocked, gone, no window) is `took`: the platform is alive.
        """
        ...


class Trusting:
    """A watch that has no reason to doubt any account."""

    def condition(self, channel: str, account: str) -> Condition:
        """In order."""
        del channel, account
        return IN_ORDER

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        """Nothing follows from it."""
