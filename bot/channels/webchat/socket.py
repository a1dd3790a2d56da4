"""The socket: frames in, `heard` once a message is on disk, replies as they come."""

from __future__ import annotations

import asyncio
import gc
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic_core import to_json
from redis.exceptions import RedisError

from bot.channels.visitors import Visitors
from bot.channels.webchat import frames
from bot.channels.webchat.frames import Choose, FrameError, Hello, Say
from bot.channels.webchat.talk import ACCOUNT, Talk
from bot.domain.message import WEBCHAT, Address, Incoming
from bot.metrics import Metrics
from bot.store import naming
from bot.store.connection import ended
from bot.store.inbox import Hearing, Inbox
from bot.store.naming import Person
from bot.store.replies import Saying
from bot.store.signals import Signals

MOST = 10_000  # open sockets of one process
_LEFT = 500  # sockets that were left before what they leave behind (14 kB each, in circles) is cleared away
_BIGGEST = 256 * 1024  # bytes of a frame that is still answered with an error instead of a closed socket
_HELLO = 30.0  # seconds a socket may stay silent before it says hello
_HEARTBEAT = 25.0
_LOOK = 5.0  # seconds between looks for replies that should have come
_WRITE = 20.0  # seconds a client may take to accept what there is

Hear = Callable[[Incoming], Awaitable[Hearing]]
Says = Callable[[str], str]


class Sockets:
    """All open sockets of this process."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a door needs of the house
        self,
        inbox: Inbox,
        hear: Hear,
        says: Says,
        metrics: Metrics,
        visitors: Visitors,
        origin: str | None,
    ) -> None:
        self._inbox, self._hear, self._says, self._metrics = inbox, hear, says, metrics
        self._visitors = visitors
        self._origin = urlsplit(origin).netloc if origin else None
        self._open: set[web.WebSocketResponse] = set()
        self._left = 0
        self._talks: defaultdict[str, set[Talk]] = defaultdict(set)

    def told(self, who: Person, saying: Saying | None) -> None:
        """Something was said to a citizen who may have talks open here."""
        for talk in self._talks.get(who.id, ()):
            talk.tell(saying)

    async def follow(self, signals: Signals | None) -> None:
        """See that the talks miss nothing, for ever; `signals` when other processes may speak to them."""
        async with asyncio.TaskGroup() as following:
            following.create_task(self._look())
            if signals:
                following.create_task(self._listen(signals))

    async def _listen(self, signals: Signals) -> None:
        """Wake the talks to which something was said by another process."""
        async for person in signals.listen(naming.SAID):
            found = self._talks.values() if person is None else [self._talks.get(person, set())]
            for talk in [talk for talks in found for talk in talks]:
                talk.tell(None)

    async def _look(self) -> None:
        """Look again for what should have come."""
        while True:
            await asyncio.sleep(_LOOK)
            for talk in [talk for talks in self._talks.values() for talk in talks if talk.overdue()]:
                talk.tell(None)

    async def close(self) -> None:
        """Say good-bye to everybody; browsers come back by themselves."""
        for socket in list(self._open):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """`GET /chat`."""
        if not self._welcome(request):
            return web.Response(status=403)
        if len(self._open) >= MOST:
            return web.Response(status=503, headers={"Retry-After": "30"})
        # Packing would save little on short answers and cost ten times the memory of a talk (150 for 14 kB).
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_BIGGEST, compress=False)
        try:
            await socket.prepare(request)
        except (ValueError, ConnectionError):  # a key that is none; gone already
            return web.Response(status=400)
        self._open.add(socket)
        self._metrics.sockets.set(len(self._open))
        try:
            await self._serve(socket, request)
        except (ConnectionError, TimeoutError):
            pass  # gone, or too slow to be served; what was said to them is kept
        finally:
            self._open.discard(socket)
            self._metrics.sockets.set(len(self._open))
            if not socket.closed:
                await socket.close()
            self._clear_away()
        return socket

    def _clear_away(self) -> None:
        """Count a socket that was left; now and then have everything looked through for what they leave."""
        self._left += 1
        if self._left >= _LEFT:
            self._left = 0
            gc.collect()

    def _welcome(self, request: web.Request) -> bool:
        """Browsers say where a page came from; only our own pages may open a socket."""
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        try:
            host = urlsplit(origin).netloc
        except ValueError:  # no address at all
            return False
        return bool(host) and host in {request.host, self._origin}

    async def _serve(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        talk: Talk | None = None
        pump: asyncio.Task[None] | None = None
        try:
            while True:
                message = await socket.receive(timeout=None if talk else _HELLO)
                if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                    return
                frame = await self._frame(socket, message.data if message.type is WSMsgType.TEXT else None)
                if isinstance(frame, Hello):
                    if pump:
                        await ended(pump)
                    if talk:
                        self._forget(talk)
                    talk = await self._greeted(socket, frame, request)
                    pump = asyncio.create_task(self._pump(talk)) if talk else None
                elif frame:
                    await self._taken_in(socket, talk, frame)
        finally:
            if pump:
                await ended(pump)
            if talk:
                self._forget(talk)

    async def _frame(self, socket: web.WebSocketResponse, raw: str | None) -> Hello | Say | Choose | None:
        try:
            if raw is None:
                raise FrameError("web_bad")
            return frames.parse(raw)
        except FrameError as bad:
            await self._complain(socket, bad.key, bad.re)
            return None

    async def _greeted(
        self, socket: web.WebSocketResponse, hello: Hello, request: web.Request
    ) -> Talk | None:
        known = hello.token is not None and self._inbox.names.knows(hello.token)
        if not known and not self._visitors.admits(request):
            await self._complain(socket, "slow_down", None)
            return None
        token = hello.token if known and hello.token else self._inbox.names.token()
        who = self._inbox.person(Address(WEBCHAT, ACCOUNT, token))
        try:
            kept = self._inbox.replies.since(who, hello.after or 0, datetime.now(UTC)) if known else None
            said = await kept if kept else []
        except (RedisError, OSError):
            await self._complain(socket, "web_busy", None)
            return None
        last = hello.after if hello.after is not None and known else said[-1].number if said else 0
        place = self._visitors.network(request)
        network = self._inbox.names.pseudonym("network", place) if place else ""
        talk = Talk(socket, token, who, last, network)
        await _send(socket, {"type": "welcome", "token": token})
        self._talks[who.id].add(talk)
        return talk

    def _forget(self, talk: Talk) -> None:
        talks = self._talks[talk.who.id]
        talks.discard(talk)
        if not talks:
            del self._talks[talk.who.id]

    async def _taken_in(self, socket: web.WebSocketResponse, talk: Talk | None, frame: Say | Choose) -> None:
        if talk is None:
            await self._complain(socket, "web_hello", frame.id)
            return
        incoming = replace(frames.read(frame, talk.address), network=talk.network)
        try:
            result = await self._hear(incoming)
        except (RedisError, OSError):
            await self._complain(socket, "web_busy", frame.id)
            return
        if result is Hearing.FULL:
            await self._complain(socket, "slow_down", frame.id)
            return
        if result is Hearing.HEARD:
            talk.heard(incoming.id)
        await _send(socket, {"type": "heard", "re": frame.id})

    async def _pump(self, talk: Talk) -> None:
        """Send what was said to a talk, in order, each once on this socket."""
        while True:
            try:
                found = await talk.news(self._inbox.replies)
                async with asyncio.timeout(_WRITE):
                    for said in found:
                        await talk.socket.send_str(_packed(talk.frame(said)))
            except (ConnectionError, TimeoutError):
                await talk.socket.close()
                return
            except (RedisError, OSError):
                continue  # the store is away; looked for again by and by

    async def _complain(self, socket: web.WebSocketResponse, key: str, re: object) -> None:
        await _send(socket, {"type": "error", "re": re, "text": self._says(key)})


async def _send(socket: web.WebSocketResponse, frame: dict[str, object]) -> None:
    async with asyncio.timeout(_WRITE):
        await socket.send_str(_packed(frame))


def _packed(frame: dict[str, object]) -> str:
    return to_json(frame).decode()
