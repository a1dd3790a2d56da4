"""The socket: frames in, `heard` once a message is on disk, replies as they come."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, WSMsgType, web
from redis.exceptions import RedisError

from bot.channels.webchat import frames
from bot.channels.webchat.frames import Choose, FrameError, Hello, Say
from bot.domain.message import WEBCHAT, Address, Incoming
from bot.metrics import Metrics
from bot.store import naming
from bot.store.connection import ended
from bot.store.inbox import Hearing, Inbox
from bot.store.naming import Person

ACCOUNT = "web"
MOST = 10_000  # open sockets of one process
_BIGGEST = 256 * 1024  # bytes of a frame that is still answered with an error instead of a closed socket
_HELLO = 30.0  # seconds a socket may stay silent before it says hello
_HEARTBEAT = 25.0
_LOOK = 5.0  # seconds between looks for replies nobody called out
_WRITE = 20.0  # seconds a client may take to accept a frame

Hear = Callable[[Incoming], Awaitable[Hearing]]
Says = Callable[[str], str]


class Talk:
    """One open socket whose citizen has said hello. `last` is the number of the last reply sent."""

    def __init__(self, socket: web.WebSocketResponse, token: str, who: Person, last: int) -> None:
        self.socket = socket
        self.address = Address(WEBCHAT, ACCOUNT, token)
        self.who = who
        self.last = last
        self.news = asyncio.Event()


class Sockets:
    """All open sockets of this process."""

    def __init__(self, inbox: Inbox, hear: Hear, says: Says, metrics: Metrics, origin: str | None) -> None:
        self._inbox, self._hear, self._says, self._metrics = inbox, hear, says, metrics
        self._origin = urlsplit(origin).netloc if origin else None
        self._open: set[web.WebSocketResponse] = set()
        self._talks: defaultdict[str, set[Talk]] = defaultdict(set)

    async def follow(self) -> None:
        """Wake the talks to which something was said, here or by another process; for ever."""
        async for person in self._inbox.listen(naming.SAID):
            for talk in self._talks.get(person, ()):
                talk.news.set()

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
            await self._serve(socket)
        except (ConnectionError, TimeoutError):
            pass  # gone, or too slow to be served; what was said to them is kept
        finally:
            self._open.discard(socket)
            self._metrics.sockets.set(len(self._open))
            if not socket.closed:
                await socket.close()
        return socket

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

    async def _serve(self, socket: web.WebSocketResponse) -> None:
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
                    talk = await self._greeted(socket, frame)
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

    async def _greeted(self, socket: web.WebSocketResponse, hello: Hello) -> Talk | None:
        known = hello.token is not None and self._inbox.names.knows(hello.token)
        token = hello.token if known and hello.token else self._inbox.names.token()
        who = self._inbox.person(Address(WEBCHAT, ACCOUNT, token))
        try:
            said = await self._inbox.said(who, hello.after or 0, datetime.now(UTC)) if known else []
        except (RedisError, OSError):
            await self._complain(socket, "web_busy", None)
            return None
        last = hello.after if hello.after is not None and known else said[-1].number if said else 0
        talk = Talk(socket, token, who, last)
        await _send(socket, {"type": "welcome", "token": token})
        self._talks[who.id].add(talk)
        talk.news.set()
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
        try:
            result = await self._hear(frames.read(frame, talk.address))
        except (RedisError, OSError):
            await self._complain(socket, "web_busy", frame.id)
            return
        if result is Hearing.FULL:
            await self._complain(socket, "slow_down", frame.id)
        else:
            await _send(socket, {"type": "heard", "re": frame.id})

    async def _pump(self, talk: Talk) -> None:
        """Send what was said to a talk, in order, each once on this socket."""
        while True:
            talk.news.clear()
            try:
                for said in await self._inbox.said(talk.who, talk.last, datetime.now(UTC)):
                    await _send(talk.socket, frames.reply(said))
                    talk.last = said.number
            except RedisError:
                pass  # the store is away; looked for again below
            except (ConnectionError, TimeoutError):
                await talk.socket.close()
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):  # no wait_for: before 3.12 it may swallow a cancellation
                    await talk.news.wait()

    async def _complain(self, socket: web.WebSocketResponse, key: str, re: object) -> None:
        await _send(socket, {"type": "error", "re": re, "text": self._says(key)})


async def _send(socket: web.WebSocketResponse, frame: dict[str, object]) -> None:
    async with asyncio.timeout(_WRITE):
        await socket.send_str(json.dumps(frame, ensure_ascii=False))
