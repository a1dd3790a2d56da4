"""What a command of `trucban officer` needs: content, officers, the time, and refusals in words."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from redis.exceptions import RedisError

from bot import opening
from bot.cli import codes
from bot.config import Settings
from bot.content.files import say
from bot.content.rota import rota
from bot.domain.knowledge import Knowledge
from bot.domain.officer import Hand
from bot.domain.seat import LOCAL
from bot.errors import StoreError
from bot.services.officers import TERMINAL, Officers
from bot.store.connection import Store


class RefusedError(Exception):
    """Something cannot be done as it was asked for; `args[0]` says why and what to do instead."""

    def __init__(self, key: str, exit_code: int = codes.USAGE, /, **blanks: object) -> None:
        super().__init__(say("officer", key, **blanks))
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Room:
    """The services at work, at one moment; whoever has the shell acts."""

    known: Knowledge
    store: Store
    officers: Officers
    now: datetime

    @property
    def hand(self) -> Hand:
        """The operator at the terminal."""
        return Hand(TERMINAL, TERMINAL, self.now)

    def stations(self, named: Sequence[str]) -> tuple[str, ...]:
        """The ids that were named; each must be one of ours."""
        for each in named:
            if each not in self.known.stations:
                raise RefusedError("no_station", station=each, stations=", ".join(self.known.stations))
        return tuple(dict.fromkeys(named))

    def day(self, text: str) -> datetime:
        """The end of a day written `31/12/2026`, as people here count days."""
        try:
            day = datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise RefusedError("bad_day", day=text) from None
        end = datetime.combine(day, time(23, 59, 59), LOCAL)
        if end <= self.now:
            raise RefusedError("past_day", day=text)
        return end


Work = Callable[[Room, argparse.Namespace], Awaitable[int]]


def enter(options: Settings, given: argparse.Namespace, work: Work) -> int:
    """Do some work with everything open; beside a running desk too."""
    known = rota(options.content_dir)

    async def inside() -> int:
        async with opening.beside(options) as store:
            return await work(Room(known, store, Officers(store), datetime.now(UTC)), given)

    try:
        return asyncio.run(inside())
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return refused.exit_code
    except RedisError as error:
        raise StoreError("unreachable", error=error) from error
