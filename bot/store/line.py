"""One connection for many callers: what is asked in the same moment travels together.

A pool of connections gives each caller one for a whole round trip; under load most of the time of a command
goes into taking, guarding and giving back connections, and each write costs the server an fsync of its own.
Here commands are written as they come, without waiting for earlier answers, and answers are handed out in
order; the server puts everything that arrived meanwhile on disk at once (`bench/line.py`: both side by side).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import hiredis
from redis.asyncio import ConnectionPool
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as TooSlow

MOST = 5_000  # commands that may be on their way; more are refused at once
PAUSES = (0.1, 0.2, 0.4)  # seconds before each try more: a repetition, which all that is asked here must bear


class Line:
    """A connection that opens when it is first needed and again when it broke."""

    def __init__(self, url: str, patience: float) -> None:
        """`patience`: seconds a silent server is waited for; at most twice that for one command."""
        self._pool: Any = ConnectionPool.from_url(url, socket_timeout=None, socket_connect_timeout=patience)
        self._patience = patience
        self._opening = asyncio.Lock()
        self._wire: _Wire | None = None
        self._closed = False

    async def ask(self, *command: str | bytes | float) -> Any:
        """The server's answer.

        Raises:
            RedisError: refused by the server, or out of reach after a few tries.
        """
        for pause in PAUSES:
            try:
                return await self._once(command)
            except (Unreachable, TooSlow):
                await asyncio.sleep(pause)
        return await self._once(command)

    async def close(self) -> None:
        """Hang up for good; whoever still waits gets an error."""
        self._closed = True
        if self._wire:
            await self._wire.cut(Unreachable("the line was closed"))

    async def _once(self, command: Sequence[str | bytes | float]) -> Any:
        wire = self._wire
        if wire is None or wire.broken:
            wire = await self._opened()
        return await wire.ask(command)

    async def _opened(self) -> _Wire:
        async with self._opening:
            if self._closed:
                raise RedisError("the line was closed")
            if self._wire is None or self._wire.broken:
                connection = self._pool.make_connection()
                try:
                    async with asyncio.timeout(self._patience):
                        await connection.connect()
                    if self._closed:
                        raise RedisError("the line was closed")
                except BaseException as error:  # cancellation too: half a connection is of no use
                    await connection.disconnect(nowait=True)
                    if isinstance(error, TimeoutError):
                        raise TooSlow("no connection in time") from None
                    raise
                self._wire = _Wire(connection, self._patience)
            return self._wire


class _Wire:
    """An open connection and who waits for its answers, in order."""

    def __init__(self, connection: Any, patience: float) -> None:
        self.broken = False
        self._connection, self._patience = connection, patience
        self._asked: deque[asyncio.Future[Any]] = deque()
        self._answered = 0
        self._unsent: list[bytes] = []
        self._more = asyncio.Event()
        self._tasks = [asyncio.create_task(each()) for each in (self._write, self._read, self._watch)]

    def ask(self, command: Sequence[str | bytes | float]) -> asyncio.Future[Any]:
        """The answer to come."""
        if len(self._asked) >= MOST:
            raise RedisError("too much is waiting for the store")
        words: Any = tuple(command)  # hiredis' stub knows only commands of one word
        self._unsent.append(hiredis.pack_command(words))
        answer = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        self._more.set()
        return answer

    async def cut(self, error: Exception) -> None:
        """Give up; everybody who waits gets the error, because nobody knows what was done."""
        if self.broken:
            return
        self.broken = True
        while self._asked:
            answer = self._asked.popleft()
            if not answer.done():
                answer.set_exception(error)
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        await self._connection.disconnect(nowait=True)

    async def _write(self) -> None:
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                unsent, self._unsent = self._unsent, []
                await self._connection.send_packed_command(unsent, check_health=False)
        except (RedisError, OSError) as error:
            await self.cut(error)

    async def _read(self) -> None:
        try:
            while True:
                try:
                    answer, refused = await self._connection.read_response(), None
                except ResponseError as error:
                    answer, refused = None, error
                waiting = self._asked.popleft()
                self._answered += 1
                if waiting.done():  # whoever asked has gone
                    continue
                if refused:
                    waiting.set_exception(refused)
                else:
                    waiting.set_result(answer)
        except (RedisError, OSError) as error:
            await self.cut(error)

    async def _watch(self) -> None:
        """One timer for all commands: a server that answers nothing while somebody waits is given up."""
        while True:
            before, waited = self._answered, bool(self._asked)
            await asyncio.sleep(self._patience)
            if waited and self._answered == before and self._asked:
                await self.cut(TooSlow("no answer in time"))
                return
