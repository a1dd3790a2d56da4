"""How updates get from Telegram to the bot: posted to its webhook, or fetched by `getUpdates`."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from tests.doubles.fields import TYPES

Update = dict[str, Any]
TRIES = 20
PAUSE = 0.2  # seconds before an update is posted again
_HELD = aiohttp.ClientTimeout(total=60)  # as long as Telegram holds a connection
_UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}  # come only when asked for


class RefusedError(Exception):
    """A sound request that Telegram does not do, for reasons of its own."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class Changes:
    """Wakes whoever waits for something to become true."""

    def __init__(self) -> None:
        self._condition = asyncio.Condition()

    async def tell(self) -> None:
        async with self._condition:
            self._condition.notify_all()

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Whether it became true in time."""
        try:
            async with asyncio.timeout(seconds), self._condition:
                await self._condition.wait_for(true)
        except TimeoutError:
            return False
        return True


class Updates:
    """Everything that happened, and what of it the bot has not taken yet."""

    def __init__(self, changes: Changes) -> None:
        self.webhook: dict[str, Any] = {}  # as given to setWebhook; empty without one
        self.gateway = ""  # scheme and host that stand in for the webhook's, like a reverse proxy
        self.longest_poll = 50.0
        self.answers: list[tuple[int, int]] = []  # update_id and status, 0 when nobody answered
        self.all: dict[int, Update] = {}
        self.closing = False
        self._changes = changes
        self._waiting: dict[int, Update] = {}
        self._again: set[int] = set()  # given once more, though acknowledged
        self._allowed: list[str] = []
        self._lines: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._connections = asyncio.Semaphore(40)
        self._posting: set[asyncio.Task[None]] = set()
        self._poll = object()
        self._last_error: dict[str, Any] = {}
        self._session = aiohttp.ClientSession(timeout=_HELD)

    async def close(self) -> None:
        self.closing = True
        await self._changes.tell()
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)
        await self._session.close()

    async def push(self, update: Update) -> None:
        """Bring an update on its way. With a webhook, returns when it was taken or all tries were in vain."""
        kind = next(
            (name for name in update if name in TYPES["Update"]["fields"] and name != "update_id"), ""
        )
        if kind and kind not in (self._allowed or TYPES["Update"]["fields"].keys() - _UNASKED):
            return
        self.all[update["update_id"]] = self._waiting[update["update_id"]] = update
        await self._changes.tell()
        await self._post(update)

    async def redeliver(self, update_id: int) -> None:
        """Bring the same update once more, as Telegram may after a timeout or a restart."""
        self._again.add(update_id)
        await self.push(self.all[update_id])

    def waiting(self) -> list[Update]:
        """What the bot has not taken yet."""
        return [self._waiting[number] for number in sorted(self._waiting)]

    async def _post(self, update: Update) -> None:
        """One chat's updates go one after another; chats go side by side."""
        number = update["update_id"]
        async with self._lines[_chat(update)]:
            for _ in range(TRIES):
                if not self.webhook or number not in self._waiting:
                    return
                status = await self._status(update)
                self.answers.append((number, status))
                await self._changes.tell()
                if 200 <= status < 300:
                    self._waiting.pop(number, None)
                    self._again.discard(number)
                    return
                said = f"Wrong response from the webhook: {status}"
                self._last_error = {"last_error_date": int(time.time()), "last_error_message": said}
                await asyncio.sleep(PAUSE)  # the protocol's pause, nothing is waited for

    async def _status(self, update: Update) -> int:
        url, secret = self.webhook["url"], self.webhook.get("secret_token")
        if self.gateway:
            url = urlunsplit((*urlsplit(self.gateway)[:2], *urlsplit(url)[2:]))
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with self._connections, self._session.post(url, json=update, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def set_webhook(self, fields: dict[str, Any]) -> bool:
        self._allow(fields)
        self.webhook = fields if fields["url"] else {}
        self._connections = asyncio.Semaphore(fields.get("max_connections", 40))
        if fields.get("drop_pending_updates"):
            self._waiting.clear()
        await self._changes.tell()
        for update in self.waiting():
            task = asyncio.create_task(self._post(update))
            self._posting.add(task)
            task.add_done_callback(self._posting.discard)
        return True

    async def delete_webhook(self, fields: dict[str, Any]) -> bool:
        return await self.set_webhook({**fields, "url": ""})

    async def webhook_info(self, _: dict[str, Any]) -> dict[str, Any]:
        return {
            "url": self.webhook.get("url", ""), "has_custom_certificate": "certificate" in self.webhook,
            "pending_update_count": len(self._waiting),
            "max_connections": self.webhook.get("max_connections", 40),
            **self._last_error, **({"allowed_updates": self._allowed} if self._allowed else {}),
        }  # fmt: skip

    async def get_updates(self, fields: dict[str, Any]) -> list[Update]:
        self._refuse_with_webhook()
        self._allow(fields)
        self._poll = mine = object()
        self._acknowledge(fields.get("offset", 0))
        await self._changes.tell()  # ends a poll that is still waiting
        await self._changes.until(
            lambda: bool(self._poll is not mine or self.webhook or self._waiting or self.closing),
            min(fields.get("timeout", 0), self.longest_poll),
        )
        if self._poll is not mine:
            why = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise RefusedError(409, f"Conflict: {why}")
        self._refuse_with_webhook()
        given = self.waiting()[: fields.get("limit", 100)]
        self._again -= {update["update_id"] for update in given}
        return given

    def _refuse_with_webhook(self) -> None:
        if self.webhook:
            why = "can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
            raise RefusedError(409, f"Conflict: {why}")

    def _acknowledge(self, offset: int) -> None:
        """Forget what is below the offset; a negative one counts from the end."""
        if offset < 0:
            offset = ([0, *sorted(self._waiting)])[max(offset, -len(self._waiting) - 1)]
        for number in [each for each in self._waiting if each < offset and each not in self._again]:
            del self._waiting[number]

    def _allow(self, fields: dict[str, Any]) -> None:
        """Left out, the earlier setting stays."""
        self._allowed = fields.get("allowed_updates", self._allowed)


def _chat(update: Update) -> int:
    """The chat an update belongs to, 0 for none; tests may also send nonsense."""
    for body in update.values():
        for holder in (body, body.get("message")) if isinstance(body, dict) else ():
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0
