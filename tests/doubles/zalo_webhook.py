"""The citizen's side of Zalo: what people do, told to the webhook as signed events until it is heard."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp

from tests.doubles.zalo_oauth import Oa
from tests.doubles.zalo_openapi import Body

PATIENCE = (0.05, 0.2, 0.5, 1.0, 2.0)  # stands for 30 s, 5 min, 15 min, 30 min, 1 h


@dataclass
class Event:
    """Something that happened. `raw` is what is signed and sent, the same bytes each time."""

    body: Body
    raw: bytes
    oa: Oa
    tries: int = 0

    @property
    def id(self) -> str:
        return str(self.body.get("message", {}).get("msg_id", ""))


class Answer(NamedTuple):
    """What the webhook said to one delivery. Status 0: nothing, or nothing in time."""

    event: Event
    status: int
    seconds: float


def signature(oa: Oa, raw: bytes, timestamp: str) -> str:
    """The value of X-ZEvent-Signature."""
    return "mac=" + hashlib.sha256(
        oa.app_id.encode() + raw + timestamp.encode() + oa.secret_key.encode()
    ).hexdigest()  # fmt: skip


def citizen(number: int) -> str:
    """A user id as Zalo makes them: decimal, and more than a float can hold."""
    return f"777000111222{number:07d}"


def _spelt(body: Body, *, escaped: bool) -> bytes:
    """Compact JSON. Escaped as some of Zalo's servers do, so that whoever re-serialises gets another mac."""
    if escaped:
        return json.dumps(body, separators=(",", ":")).replace("/", r"\/").encode()
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


class Webhook:
    """Posts events to `webhook`; unless said otherwise in the name of the first account."""

    def __init__(
        self, oas: tuple[Oa, ...], now: Callable[[], float], patience: tuple[float, ...] = PATIENCE
    ) -> None:
        self.oas, self.now, self.patience = oas, now, list(patience)
        self.webhook = ""
        self.in_time = 2.0  # seconds in which the webhook has to answer
        self.answers: list[Answer] = []
        self.given_up: list[Event] = []  # events nobody took
        self.subscribed = True  # False after an event was given up; only a human switches it on again
        self.holding = False  # events are made, but go out only with `deliver`
        self._last_stamp = 0
        self._session: aiohttp.ClientSession
        self._tasks: set[asyncio.Task[None]] = set()

    def interacted(self, user: str, oa: Oa | None = None) -> None:
        """The user did something that opens the window for answers."""
        raise NotImplementedError

    # What a citizen does

    async def say(self, user: str, text: str, *, oa: Oa | None = None, **extra: object) -> Event:
        """Type a message; `extra` goes into its `message`, such as quote_msg_id."""
        return await self._message("text", user, {"text": text, **extra}, oa)

    async def press(self, user: str, payload: str, *, oa: Oa | None = None) -> Event:
        """Press a button oa.query.*: nothing tells it from typing."""
        return await self.say(user, payload, oa=oa)

    async def picture(
        self,
        user: str,
        caption: str = "",
        *,
        place: str = "https://photo.example.invalid/",
        oa: Oa | None = None,
    ) -> Event:
        text = {"text": caption} if caption else {}
        return await self._attach(
            "image", user, {"thumbnail": f"{place}t.jpg", "url": f"{place}o.jpg"}, oa, text
        )

    async def sticker(self, user: str, *, oa: Oa | None = None) -> Event:
        return await self._attach(
            "sticker", user, {"id": "20123", "url": "https://example.invalid/s.png"}, oa
        )

    async def location(
        self, user: str, lat: float, lon: float, *, as_text: bool = True, oa: Oa | None = None
    ) -> Event:
        """Send a place; its numbers come as text or as numbers."""
        kind: type = str if as_text else float
        where = {"coordinates": {"latitude": kind(lat), "longitude": kind(lon)}}
        return await self._attach("location", user, where, oa, {"text": ""})

    async def audio(self, user: str, *, oa: Oa | None = None) -> Event:
        return await self._attach("audio", user, {"url": "https://voice.example.invalid/a.amr"}, oa)

    async def file(self, user: str, name: str = "don.pdf", *, oa: Oa | None = None) -> Event:
        payload = {
            "url": f"https://file.example.invalid/{name}", "size": "48211", "name": name,
            "checksum": "9e107d9d372bb6826bd81d3542a419d6", "type": name.rpartition(".")[2],
        }  # fmt: skip
        return await self._attach("file", user, payload, oa)

    async def link(
        self, user: str, url: str = "https://example.invalid/tin", *, oa: Oa | None = None
    ) -> Event:
        payload = {"url": url, "thumbnail": "https://photo.example.invalid/l.jpg", "description": "Tin đăng"}
        return await self._attach("link", user, payload, oa, {"text": url})

    async def business_card(self, user: str, phone: str = "84900000001", *, oa: Oa | None = None) -> Event:
        """Send somebody's card: a link whose description is itself JSON."""
        card = json.dumps({"phone": phone, "qrCodeUrl": "https://photo.example.invalid/qr.jpg"})
        payload = {"url": "", "thumbnail": "https://photo.example.invalid/c.jpg", "description": card}
        message = {"attachments": [{"type": "link", "payload": payload}]}
        return await self._message("business_card", user, message, oa)

    async def submit_info(self, user: str, *, oa: Oa | None = None, **info: str) -> Event:
        """Fill in the form of request_user_info."""
        who = self._who(user, oa)
        return await self.emit("user_submit_info", oa, **who, info=info or {
            "name": "Trần Thị Mẫu", "phone": "84900000001", "user_dob": "01/01/1980", "gender": "female",
            "full_address": "1 Đường Mẫu, Phường Mẫu",
        })  # fmt: skip

    async def follow(self, user: str, source: str = "oa_profile", *, oa: Oa | None = None) -> Event:
        return await self.emit("follow", oa, **self._follower(user, oa), source=source)

    async def unfollow(self, user: str, *, oa: Oa | None = None) -> Event:
        return await self.emit("unfollow", oa, **self._follower(user, oa))

    async def chat_now(self, user: str, *, oa: Oa | None = None) -> Event:
        """Press "message" on the profile for the first time."""
        self.interacted(user, oa)
        fields = {"oa_id": (oa or self.oas[0]).id, "user_id": user, "user_id_by_app": self._by_app(user, oa)}
        return await self.emit("user_click_chatnow", oa, **fields)

    async def withdraw(self, user: str, *, oa: Oa | None = None) -> Event:
        """Ask for one's data to be erased."""
        by_app = self._by_app(user, oa)
        return await self.emit("user_withdraw", oa, user_id=user, user_id_by_app=by_app)

    async def seen(
        self, user: str, msg_ids: list[str], *, by_user: bool = False, oa: Oa | None = None
    ) -> Event:
        """A receipt for several messages. Zalo's texts differ on whether the OA or the user is its sender."""
        ends = self._ends(user, oa) if by_user else self._ends_back(user, oa)
        return await self.emit("user_seen_message", oa, **ends, message={"msg_ids": msg_ids})

    async def received(self, user: str, msg_id: str, *, oa: Oa | None = None) -> Event:
        ends = self._ends_back(user, oa)
        return await self.emit("user_received_message", oa, **ends, message={"msg_id": msg_id})

    async def officer_says(self, user: str, text: str, *, oa: Oa | None = None) -> Event:
        """A person answers by hand in Zalo's own chat tool."""
        ends = self._ends_back(user, oa)
        ends["sender"]["admin_id"] = "9990001112223334445"
        return await self.emit(
            "oa_send_text", oa, **ends, message={"msg_id": secrets.token_hex(10), "text": text}
        )

    async def emit(self, name: str, oa: Oa | None = None, **fields: object) -> Event:
        """Any event, also one that nobody has heard of."""
        oa = oa or self.oas[0]
        # No two events at the same time: for those without a msg_id it is the name they have.
        self._last_stamp = max(self._last_stamp + 1, int(self.now() * 1000))
        body = {"app_id": oa.app_id, "event_name": name, "timestamp": str(self._last_stamp), **fields}
        event = Event(body, _spelt(body, escaped=self._last_stamp % 2 == 0), oa)
        if not self.holding:
            await self.deliver(event)
        return event

    # How it is told

    async def deliver(self, event: Event) -> None:
        """Post an event; if it is not taken, more tries follow by themselves. Returns after the first."""
        if not self.subscribed:
            self.given_up.append(event)
        elif await self._tell(event) != 200:
            self._begin(self._insist(event))

    async def redeliver(self, event: Event) -> int:
        """Post an event once more, whatever was said to it before."""
        event.tries = max(1, event.tries)
        return await self._tell(event)

    async def post(
        self, body: Body | bytes, *, sign: bool = True, signature: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> int:  # fmt: skip
        """Post anything, once; the HTTP status. A `signature` given is sent as it is."""
        raw = body if isinstance(body, bytes) else _spelt(body, escaped=False)
        event = Event(_read(raw), raw, self._account(raw))
        mac = _signed(event) if sign and signature is None else signature
        return await self._post(event, mac, headers or {})

    async def settled(self) -> None:
        """Wait until nothing is being echoed or told again."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _tell(self, event: Event) -> int:
        retry = {"num_retry": str(event.tries)} if event.tries else {}
        event.tries += 1
        return await self._post(event, _signed(event), retry)

    async def _insist(self, event: Event) -> None:
        for pause in self.patience:
            await asyncio.sleep(pause)
            if await self._tell(event) == 200:
                return
        self.subscribed = False
        self.given_up.append(event)

    async def _post(self, event: Event, mac: str | None, headers: dict[str, str]) -> int:
        assert self.webhook, "the test has not said where the webhook is"
        status, begun = 0, time.monotonic()
        all_headers = {
            "Content-Type": "application/json", "User-Agent": "ZaloWebhook", "X-ZEvent-Server": "OA OpenAPI",
            **({} if mac is None else {"X-ZEvent-Signature": mac}), **headers,
        }  # fmt: skip
        try:
            async with (
                asyncio.timeout(self.in_time),
                self._session.post(self.webhook, data=event.raw, headers=all_headers) as response,
            ):
                await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            pass  # nobody there, or too slow: status 0
        self.answers.append(Answer(event, status, time.monotonic() - begun))
        return status

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self) -> None:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))  # fmt: skip

    async def _close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._session.close()

    # How it is written

    async def _message(self, kind: str, user: str, message: Body, oa: Oa | None) -> Event:
        self.interacted(user, oa)
        message = {"msg_id": secrets.token_hex(10), **message}
        return await self.emit(f"user_send_{kind}", oa, **self._who(user, oa), message=message)

    async def _attach(
        self, kind: str, user: str, payload: Body, oa: Oa | None, text: Body | None = None
    ) -> Event:
        message = {**(text or {}), "attachments": [{"type": kind, "payload": payload}]}
        return await self._message(kind, user, message, oa)

    def _who(self, user: str, oa: Oa | None) -> Body:
        return {"user_id_by_app": self._by_app(user, oa), **self._ends(user, oa)}

    def _ends(self, user: str, oa: Oa | None) -> Body:
        return {"sender": {"id": user}, "recipient": {"id": (oa or self.oas[0]).id}}

    def _ends_back(self, user: str, oa: Oa | None) -> Body:
        return {"sender": {"id": (oa or self.oas[0]).id}, "recipient": {"id": user}}

    def _follower(self, user: str, oa: Oa | None) -> Body:
        by_app = self._by_app(user, oa)
        return {"oa_id": (oa or self.oas[0]).id, "follower": {"id": user}, "user_id_by_app": by_app}

    def _by_app(self, user: str, oa: Oa | None) -> str:
        """The same person as the app knows them; never an address."""
        assert user.isdecimal(), "ids are decimal"
        assert int(user) > 2**53, "ids are longer than a float can hold"
        digest = hashlib.sha256(f"{(oa or self.oas[0]).app_id} {user}".encode()).digest()
        return f"555{int.from_bytes(digest[:6]):016d}"

    def _account(self, raw: bytes) -> Oa:
        """The account an event names by its id or its app's; the first if it names none."""
        named = [oa for oa in self.oas if f'"{oa.id}"'.encode() in raw]
        named += [oa for oa in self.oas if f'"{oa.app_id}"'.encode() in raw]
        return [*named, *self.oas][0]


def _read(raw: bytes) -> Body:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _signed(event: Event) -> str:
    return signature(event.oa, event.raw, str(event.body.get("timestamp", "")))
