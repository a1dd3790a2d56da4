"""What people write to a Zalo bot, and how it gets there: posted to its webhook, or fetched one by one."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from tests.doubles.updates import Changes

Body = dict[str, Any]
SECRET = "X-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
AGENT = "Java/17.0.12"
NAME = "Bot Công an Mẫu"  # as people see and mention it; no method tells it


def citizen(number: int) -> str:
    """A user id as the platform makes them: twenty hexadecimal digits."""
    return f"6ede9afa66b8{number:08x}"


@dataclass
class Told:
    """One update and what the webhook said to it (0: nothing)."""

    body: Body
    statuses: list[int] = field(default_factory=list)


class Updates:
    """All that was written. `wrapped`: in an envelope, bare, or (None) by turns, when it is posted."""

    def __init__(self, changes: Changes, *, wrapped: bool | None, twice: bool) -> None:
        self.webhook: Body = {}  # as given to setWebhook; empty without one
        self.gateway = ""  # scheme and host that stand in for the webhook's, like a reverse proxy
        self.longest_poll = 30.0
        self.tries = 1  # how often an update that is not taken is told; that it is told again is not known
        self.pause = 0.2  # seconds before it is
        self.told: list[Told] = []
        self.unreachable = 0  # trials of a new address that fail
        self.closing = False
        self._changes, self._wrapped, self._twice = changes, wrapped, twice
        self._waiting: deque[Told] = deque()
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))

    async def close(self) -> None:
        self.closing = True
        await self._changes.tell()
        await self._session.close()

    async def push(self, body: Body) -> Told:
        """Bring an update on its way; with a webhook, returns when it was taken or all tries were in vain."""
        told = Told(body)
        self.told.append(told)
        if not self.webhook:
            self._waiting.append(told)
            await self._changes.tell()
            return told
        for number in range(self.tries):
            if number:
                await asyncio.sleep(self.pause)  # the protocol's pause, nothing is waited for
            if await self.post(told) == 200:
                break
        return told

    async def post(self, told: Told) -> int:
        """Tell the webhook of an update once more, whatever was said before; the status."""
        wrapped = len(self.told) % 2 == 0 if self._wrapped is None else self._wrapped
        raw = json.dumps({"ok": True, "result": told.body} if wrapped else told.body).encode()
        status = await self.posted(raw, {SECRET: self.webhook["secret_token"]})
        told.statuses.append(status)
        return status

    async def posted(self, raw: bytes, headers: dict[str, str]) -> int:
        """Post anything to the webhook; 0 when nobody answers."""
        url = self.webhook["url"]
        if self.gateway:
            url = urlunsplit((*urlsplit(self.gateway)[:2], *urlsplit(url)[2:]))
        headers = {"Content-Type": "application/json", "User-Agent": AGENT, **headers}
        try:
            async with self._session.post(url, data=raw, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def verified(self) -> Body:
        """The trial of a new address, with an empty body and without the secret."""
        begun = time.monotonic()
        self.unreachable -= 1
        status = 403 if self.unreachable >= 0 else await self.posted(b"", {})
        ok = status == 200
        return {
            "ok": ok, "outcome": "webhook.ok" if ok else f"webhook.http.{status}", "status_code": status,
            "latency_ms": round(1000 * (time.monotonic() - begun)), "hint": "" if ok else "Kiểm tra địa chỉ",
        }  # fmt: skip

    async def next(self, seconds: float) -> Body | None:
        """The next update for a poll: given once, or (`twice`) once more; None when there is none in time."""
        await self._changes.until(
            lambda: bool(self._waiting or self.webhook or self.closing), min(seconds, self.longest_poll)
        )
        if not self._waiting or self.webhook:
            return None
        told = self._waiting.popleft()
        told.statuses.append(200)
        if self._twice and len(told.statuses) == 1:
            self._waiting.append(told)
        return told.body

    def waiting(self) -> int:
        """How many updates nobody has fetched yet."""
        return len(self._waiting)


def update(kind: str, user: str, number: int, at: float, group: str = "", **message: Any) -> Body:
    """An update as the live capture shows them."""
    return {
        "event_name": f"message.{kind}.received",
        "message": {
            "from": {"id": user, "display_name": "Lan", "is_bot": False},
            "chat": {"id": group or user, "chat_type": "GROUP" if group else "PRIVATE"},
            **message, "message_id": f"2d758cb5e222{number:08x}", "date": round(at * 1000),
        },
    }  # fmt: skip
