"""People who talk on the page while everything is killed around them, and what they were answered."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from contextlib import suppress
from typing import Any

import aiohttp

EACH = 3.0  # seconds between two messages of one talk, on the average
AGAIN = 2.0  # seconds without `heard` after which a frame is repeated
QUESTIONS = (
    "mất căn cước làm lại ở đâu", "dang ky tam tru can giay to gi", "lệ phí làm căn cước bao nhiêu",
    "có người gọi xưng công an bảo chuyển tiền", "vneid bi khoa thi lam sao", "xin chào",
    "trụ sở công an xã ở đâu", "mua ve so o dau re nhat", "làm hộ chiếu mất bao lâu", "cảm ơn nhé",
)  # fmt: skip


class Citizen:
    """One talk on the page, as a good client leads it."""

    def __init__(self, url: str, name: str, rng: random.Random) -> None:
        self._url, self._name, self._rng = url, name, rng
        self._socket: aiohttp.ClientWebSocketResponse | None = None  # once welcomed
        self._token: str | None = None
        self._seen: set[int] = set()
        self.said: dict[str, str] = {}
        self.unheard: dict[str, float] = {}  # and when they were last sent
        self.heard: dict[str, float] = {}
        self.answered: dict[str, list[int]] = {}  # the number of each answer's last reply
        self.waited: dict[str, float] = {}
        self.sorry = self.complaints = self.connects = 0
        self.apology = ""

    @property
    def missing(self) -> set[str]:
        """Heard and not answered."""
        return self.heard.keys() - self.answered.keys()

    async def talk(self, until: float) -> None:
        """Say something now and then."""
        await asyncio.sleep(self._rng.uniform(0, EACH))
        while time.monotonic() < until:
            await self.say()
            await asyncio.sleep(self._rng.uniform(0.5, 1.5) * EACH)

    async def say(self) -> None:
        """Say one thing more."""
        id_ = f"{self._name}-{len(self.said)}"
        self.said[id_] = self._rng.choice(QUESTIONS)
        await self._send(id_)

    async def _send(self, id_: str) -> None:
        self.unheard[id_] = time.monotonic()
        if self._socket is not None:
            with suppress(ConnectionError, aiohttp.ClientError):
                await self._socket.send_json({"type": "say", "id": id_, "text": self.said[id_]})

    async def repeat(self) -> None:
        """Repeat what was not heard, for ever."""
        while True:
            await asyncio.sleep(AGAIN / 4)
            for id_, sent in list(self.unheard.items()):
                if time.monotonic() - sent > AGAIN:
                    await self._send(id_)

    async def stay(self, session: aiohttp.ClientSession) -> None:
        """Be connected, for ever."""
        while True:
            with suppress(ConnectionError, aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError):
                async with session.ws_connect(self._url, heartbeat=10) as line:
                    self.connects += 1
                    await line.send_json(
                        {"type": "hello", "token": self._token, "after": max(self._seen, default=0)}
                    )
                    async for message in line:
                        await self._take(line, json.loads(message.data))
            self._socket = None
            await asyncio.sleep(self._rng.uniform(0.1, 0.5))

    async def again(self) -> None:
        """Drop the line; `stay` makes a new one."""
        if self._socket is not None:
            await self._socket.close()

    async def _take(self, line: aiohttp.ClientWebSocketResponse, frame: dict[str, Any]) -> None:
        match frame:
            case {"type": "welcome", "token": token}:
                if self._token not in {None, token}:
                    raise SystemExit(f"{self._name}: a known token was not known again")
                self._token, self._socket = token, line
                for id_ in list(self.unheard):
                    await self._send(id_)
            case {"type": "heard", "re": id_}:
                self.unheard.pop(id_, None)
                self.heard.setdefault(id_, time.monotonic())
            case {"type": "error", "re": about}:
                self.complaints += 1
                if about is None:  # the greeting failed
                    await line.close()
            case {"type": "reply", "n": n, "more": more, "re": id_}:
                if id_ not in self.said:
                    raise SystemExit(f"{self._name} got an answer to {id_}, which it never said")
                if n not in self._seen and not more:
                    self._answered(id_, n)
                    self.sorry += " ".join(frame["text"].split()) == self.apology
                self._seen.add(n)

    def _answered(self, id_: str, n: int) -> None:
        self.answered.setdefault(id_, []).append(n)
        if id_ in self.heard:
            self.waited.setdefault(id_, time.monotonic() - self.heard[id_])


def disordered(citizen: Citizen) -> int:
    """Answers given before the answer to an earlier message of the same person."""
    numbers = [citizen.answered[id_][0] for id_ in citizen.said if id_ in citizen.answered]
    return sum(later < earlier for earlier, later in itertools.pairwise(numbers))


async def quiet(people: list[Citizen], until: float) -> None:
    while time.monotonic() < until and any(c.unheard or c.missing for c in people):  # noqa: ASYNC110
        await asyncio.sleep(0.2)


# -- the two settings
