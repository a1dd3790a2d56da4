"""What was said to a talk on the web, kept for a day so that it can be asked for again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.message import Reply
from bot.errors import StoreError
from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.scripts import ms

KEPT = 50  # replies of a talk
KEPT_FOR = timedelta(hours=24)
_LATEST = 6  # of them are looked at first: an open talk lacks no more
_REPLY = TypeAdapter(Reply)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """One reply of a talk on the web. `number` rises; `re` is the message it answers."""

    number: int
    more: bool
    re: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Saying:
    """The replies to one message. `before` is the number of the last one before them, 0 without one."""

    before: int
    said: tuple[Said, ...]


def saying(before: int, first: int, re: str, replies: Sequence[Reply]) -> Saying:
    """Replies as they were numbered when they were kept."""
    last = len(replies) - 1
    return Saying(before, tuple(Said(first + i, i < last, re, reply) for i, reply in enumerate(replies)))


class Replies:
    """Reads what was kept; times are handed in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def since(self, who: Person, after: int, now: datetime) -> list[Said]:
        """The replies behind a number, oldest first; none older than `KEPT_FOR`."""
        since = max(after, ms(now - KEPT_FOR))
        entries: Any = await self._store.line.ask("LRANGE", who.key("said"), -_LATEST, -1)
        if len(entries) == _LATEST and int(entries[0].partition(b"|")[0]) > since:
            entries = await self._store.line.ask("LRANGE", who.key("said"), 0, -1)
        found = []
        for entry in entries:
            number, more, re, sealed = entry.split(b"|", 3)
            if int(number) <= since:
                continue
            try:
                reply = _REPLY.validate_json(self._store.seals.open(sealed))
            except (StoreError, ValidationError) as error:  # a talk goes on without it
                _log.error("reply left out: %s", type(error).__name__)
                continue
            found.append(Said(int(number), more == b"1", re.decode(), reply))
        return found

    async def forget(self, talks: Iterable[Person]) -> None:
        """Nothing that was said to these talks so far is shown again."""
        for talk in talks:
            await self._store.line.ask("UNLINK", talk.key("said"))

    def sealed(self, reply: Reply) -> bytes:
        """A reply as it is kept."""
        return self._store.seals.seal(_REPLY.dump_json(reply))
