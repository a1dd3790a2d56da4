"""The store's own server: a Valkey of ours behind a Unix socket, found again, watched, and ended in order.

Its folder is `DATA_DIR/store` (0700), its only door the socket in it; there is no port. It runs in a session
of its own, so that Ctrl-C in a terminal does not end it before we have drained. When *we* are killed it lives
on and the next start adopts it. Whoever calls `Server.start` holds the lock (`bot.store.lock`), so nobody
adopts what another process still uses.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from redis.exceptions import BusyLoadingError, RedisError

from bot.errors import StoreError
from bot.store.engine import Child, Door

_log = logging.getLogger(__name__)
LOADING = 300  # seconds it may read its file; 35 MB take 0.8
SILENCE = 30  # seconds it may not answer at all
GRACE = 10  # seconds it may take to end
STEADY = 60  # seconds of life after which a death counts as a first one
SHORTEST, LONGEST = 0.05, 10.0  # seconds before a restart; doubled each time
_GLANCE = 0.1  # seconds between two looks whether it lives
_TICK = 0.01  # seconds between two questions while it starts


def running(data_dir: Path) -> str | None:
    """Where the server of this DATA_DIR answers, for commands beside a running desk; None when none does.

    Raises:
        StoreError: the folder is not ours to look into.
    """
    door = Door(data_dir)
    try:
        if not door.exists():
            return None
        door.mend()
        return door.url if door.ask() else None
    except RedisError:
        return None
    except OSError as error:
        raise StoreError("folder", folder=str(door.folder), error=error.strerror) from error


class Server:
    """Keeps a server of DATA_DIR alive between `start` and `stop`.

    `pid` is None while it is down; `restarts` counts how often it was started again.
    """

    def __init__(self, data_dir: Path) -> None:
        self._door = Door(data_dir)
        self._child: Child | None = None  # None: the server is adopted, or there is none
        self._watch: asyncio.Task[None] | None = None
        self.socket_path = self._door.path
        self.url = self._door.url
        self.pid: int | None = None
        self.restarts = 0

    async def start(self) -> None:
        """Adopt a living server or start one; returns when it serves.

        Raises:
            StoreError: it cannot be started, with the last it said; or it is there and does not answer.
        """
        try:
            self._door.prepare()
            await self._take()
        except OSError as error:
            raise StoreError("folder", folder=str(self._door.folder), error=error.strerror) from error
        self._watch = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """End the server; returns when it is gone. Without one, does nothing."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self.pid is None or not self._alive():
                break
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)
            if await self._gone_within(GRACE):
                break
        self._child = self.pid = None
        self._door.close()

    async def _keep(self) -> None:
        """Start the server again whenever it dies: at once, but with growing pauses while it keeps dying."""
        pause = SHORTEST
        while True:
            since = time.monotonic()
            try:
                await self._look_on()
                await self._report()
                self.restarts += 1
                self._door.prepare()
                await self._take()
            except (StoreError, OSError) as error:
                _log.error("the store's server does not run: %s", error)
            pause = SHORTEST if time.monotonic() - since > STEADY else min(pause * 2, LONGEST)
            await asyncio.sleep(pause)

    async def _look_on(self) -> None:
        """Returns when the server is dead. Looked at, not waited for: an adopted one is no child of ours."""
        while self._alive():
            await asyncio.sleep(_GLANCE)
            self._door.mend()

    async def _report(self) -> None:
        if self.pid is not None:
            last = await asyncio.to_thread(self._child.why) if self._child else "adopted, so unheard"
            _log.error("the store's server %s died: %s", self.pid, last)
        self._child = self.pid = None

    async def _take(self) -> None:
        self.pid = await self._serving()
        if self.pid is not None:
            _log.info("found the store's server %s alive", self.pid)
            return
        child = Child(self._door)
        try:
            while await self._serving() is None:
                if child.ended:
                    raise await asyncio.to_thread(child.why)
                await asyncio.sleep(_TICK)
        except BaseException:
            child.kill()
            raise
        self._child, self.pid = child, child.pid

    async def _serving(self) -> int | None:
        """The process id of the server once it serves; None when nobody listens."""
        began = answered = time.monotonic()
        while True:
            try:
                return await asyncio.to_thread(self._door.ask)
            except BusyLoadingError:
                answered = time.monotonic()
            except RedisError:  # also: too slow, or refuses us; only "nobody there" may start a second one
                if time.monotonic() - answered > SILENCE:
                    raise StoreError("silent", folder=str(self._door.folder), seconds=SILENCE) from None
            if time.monotonic() - began > LOADING:
                raise StoreError("slow", folder=str(self._door.folder), seconds=LOADING)
            await asyncio.sleep(_TICK)

    def _alive(self) -> bool:
        if self.pid is None:
            return False
        return not self._child.ended if self._child else self._door.listens()

    async def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._alive():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_TICK)
        return True
