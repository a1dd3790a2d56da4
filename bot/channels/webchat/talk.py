"""One open talk on the web: what is on its way to it, and what it waits for."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import UTC, datetime

from aiohttp import web
from redis.exceptions import RedisError

from bot.channels.webchat import frames
from bot.domain.message import WEBCHAT, Address
from bot.store.naming import Person
from bot.store.replies import KEPT, Replies, Said, Saying

ACCOUNT = "web"


class Talk:
    """A socket whose citizen has said hello. `last` is the number of the last reply sent.

    `network` is a keyed name of where the socket comes from; empty where nobody is limited.
    """

    def __init__(
        self, socket: web.WebSocketResponse, token: str, who: Person, last: int, network: str = ""
    ) -> None:
        self.socket = socket
        self.address = Address(WEBCHAT, ACCOUNT, token)
        self.who = who
        self.last = last
        self.network = network
        self._coming: deque[Said] = deque()
        self._missed = True  # something may have been said that is not among the coming ones
        self._unanswered: set[str] = set()
        self._news = asyncio.Event()
        self._news.set()

    def heard(self, id_: str) -> None:
        """A message of this talk will be answered."""
        self._unanswered.add(id_)

    def tell(self, saying: Saying | None) -> None:
        """Replies to be shown; None, or ones that do not follow the last: what was kept is looked through."""
        last = self._coming[-1].number if self._coming else self.last
        if saying is None or saying.before > last or len(self._coming) >= KEPT:
            self._missed = True
        else:
            self._coming.extend(said for said in saying.said if said.number > last)
        self._news.set()

    def overdue(self) -> bool:
        """Whether something should have come."""
        return self._missed or bool(self._unanswered)

    async def news(self, replies: Replies) -> list[Said]:
        """Wait for what is to be shown next, oldest first.

        Raises:
            RedisError: the store is away; what was missed stays missed.
        """
        await self._news.wait()
        self._news.clear()
        found = list(self._coming)
        self._coming.clear()
        if self._missed:
            self._missed = False  # from here on; what is told while we read may leave a gap again
            try:
                found = await replies.since(self.who, self.last, datetime.now(UTC))
            except (RedisError, OSError):
                self._missed = True
                raise
        return [said for said in found if said.number > self.last]

    def frame(self, said: Said) -> dict[str, object]:
        """A reply as it is sent; from here on it counts as shown."""
        self.last = said.number
        if not said.more:
            self._unanswered.discard(said.re)
        return frames.reply(said)
