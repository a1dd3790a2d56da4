"""Somebody who books on the page by its buttons, whatever it asks, and comes back when the desk was gone."""

from __future__ import annotations

import asyncio
import json
import random
import time
from contextlib import suppress
from typing import Any

import aiohttp

AGAIN = 2.0  # seconds without an answer after which a frame is sent once more, under the same id
PATIENCE = 75.0  # seconds for one answer: a start of the desk, the lease of a killed one, some room
TURNS = 40  # after so many presses without an end, one gives up
END, SURE, STOP = ("b:move:", "b:cancel:"), "b:yes", ("b:no", "m")
ELSEWHERE = ("b:days:", "b:times:", "b:wait:", "b:new", "b:service:tai_nha")  # other pages and lists; no seat


class NoAnswerError(Exception):
    """No answer came."""


class Visitor:
    """One talk on the page."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, number: int, address: str, rng: random.Random
    ) -> None:
        self._session, self._url, self._address, self._rng = session, url, address, rng
        self._contact = f"Nguyễn Thị Lan 098{number:07}"
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._token: str | None = None
        self._seen = self._turns = 0
        self._waits: dict[str, asyncio.Future[float]] = {}
        self._buttons: list[str] = []
        self._staying = asyncio.create_task(self._stay())
        self.seat = ""  # day and minute that were chosen last, as the button has them
        self.code = ""  # of the appointment one was told of

    @property
    def ready(self) -> bool:
        """Whether only the last press is missing."""
        return SURE in self._buttons

    async def lead(self) -> None:
        """From the first word to the last look at everything, or as far as it goes."""
        self._turns = 0
        await self._turn({"type": "say", "text": "đặt lịch"})
        while not self.ready and not self.code and self._turns < TURNS:
            choice = self._pick()
            if choice is None:
                await self._turn({"type": "say", "text": self._contact})
                continue
            if choice.startswith("b:seat:"):
                self.seat = choice.removeprefix("b:seat:")
            await self._turn({"type": "choose", "choice": choice})

    async def confirm(self) -> float:
        """Press "Đặt lịch"; when the answer was here."""
        return await self._turn({"type": "choose", "choice": SURE})

    async def leave(self) -> None:
        """Close the page."""
        self._staying.cancel()
        await asyncio.gather(self._staying, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    def _pick(self) -> str | None:
        """The button to press; None where something is to be typed."""
        ways = [choice for choice in self._buttons if choice.startswith("b:") and choice not in STOP]
        onward = [choice for choice in ways if not choice.startswith(ELSEWHERE)]
        if "b:who:self" in ways:
            return "b:who:self"
        more = [choice for choice in ways if choice.startswith("b:days:")]
        if more and (not onward or self._rng.random() < 0.3):
            return more[0]
        return self._rng.choice(onward) if onward else None

    async def _turn(self, frame: dict[str, Any]) -> float:
        """Say or press something; when the whole answer was here."""
        self._turns += 1
        id_ = f"{self._turns}.{self._rng.randrange(2**40)}"
        answer = self._waits[id_] = asyncio.get_running_loop().create_future()
        self._buttons = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self._send(frame | {"id": id_})
                    with suppress(TimeoutError):
                        return await asyncio.wait_for(asyncio.shield(answer), AGAIN)
        except TimeoutError:
            raise NoAnswerError(f"{frame} was not answered") from None
        finally:
            del self._waits[id_]

    async def _send(self, frame: dict[str, Any]) -> None:
        while self._socket is None:  # noqa: ASYNC110 - somebody else connects
            await asyncio.sleep(0.02)
        with suppress(ConnectionError, aiohttp.ClientError):
            await self._socket.send_json(frame)

    async def _stay(self) -> None:
        """Be connected, for ever."""
        while True:
            with suppress(ConnectionError, aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError):
                here = {"X-Forwarded-For": self._address}
                async with self._session.ws_connect(self._url, headers=here) as line:
                    await line.send_json({"type": "hello", "token": self._token, "after": self._seen})
                    async for message in line:
                        self._take(line, json.loads(message.data))
            self._socket = None
            await asyncio.sleep(self._rng.uniform(0.1, 0.4))

    def _take(self, line: aiohttp.ClientWebSocketResponse, frame: dict[str, Any]) -> None:
        match frame:
            case {"type": "welcome", "token": token}:
                self._token, self._socket = token, line
            case {"type": "reply", "n": n, "re": id_, "more": more} if n > self._seen:
                self._seen = n
                answer = self._waits.get(id_ or "")
                if answer is None:
                    return
                self._buttons += [button["choice"] for button in frame["buttons"]]
                ends = [choice for choice in self._buttons if choice.startswith(END)]
                if ends:
                    self.code = ends[0].rpartition(":")[2]
                if not more and not answer.done():
                    answer.set_result(time.perf_counter())
