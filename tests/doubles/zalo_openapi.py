"""What Zalo's OpenAPI answers to a call: windows, free messages, package, rate. State only, no wire."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.zalo_forms import CS, DETAIL, GETOA, QUOTA, TEMPLATE
from tests.doubles.zalo_oauth import Oa

FREE = 8  # messages after each interaction
FREE_FOR = 48 * 3600.0
REACHABLE_FOR = 7 * 86_400.0
MINUTE = 60.0

Body = dict[str, Any]


@dataclass
class Call:
    """One call. `error` is the code it came to, also if the answer was lost; None if a fault came before."""

    method: str
    path: str
    token: str = ""
    body: Body = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)
    error: int | None = None
    fault: str = ""
    delivered: bool = False
    message_id: str = ""

    @property
    def user(self) -> str:
        recipient = self.body.get("recipient", self.body)
        return str(recipient.get("user_id", "")) if isinstance(recipient, dict) else ""

    @property
    def text(self) -> str:
        return str(self.body["message"].get("text", ""))

    @property
    def buttons(self) -> list[Body]:
        payload: Body = self.body["message"].get("attachment", {}).get("payload", {})
        return list(payload.get("buttons", []))


@dataclass
class Window:
    """What a user lets an account do."""

    last: float | None = None
    left: int = 0
    blocked: bool = False

    def opened(self, now: float) -> None:
        """The user did something."""
        self.last, self.left = now, FREE

    def refuses(self, now: float) -> int | None:
        """The code for a message that may not be sent, whoever pays."""
        if self.blocked:
            return -217
        if self.last is None:
            return -232
        return -230 if now - self.last > REACHABLE_FOR else None

    def free(self, now: float) -> int:
        """How many messages cost nothing."""
        return self.left if self.last is not None and now - self.last <= FREE_FOR else 0


@dataclass
class OpenApi:
    """All accounts. Calls reach it with a valid form and from a known account."""

    now: Callable[[], float]
    package: int  # messages paid for beyond the free ones
    tells_quota: bool
    recipient_id: bool  # answers call the recipient so
    per_minute: int | None  # calls of an account
    sent: list[Call] = field(default_factory=list)
    templates: list[Call] = field(default_factory=list)  # template messages that were delivered
    approved: dict[str, dict[str, int]] = field(default_factory=dict)  # fields and their lengths, by template
    without: set[str] = field(default_factory=set)  # phones that have no Zalo
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    windows: defaultdict[tuple[str, str], Window] = field(default_factory=lambda: defaultdict(Window))
    _recent: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def too_fast(self, oa: Oa) -> bool:
        """Count a call; True if it is one too many."""
        recent, now = self._recent[oa.id], self.now()
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if self.per_minute is not None and len(recent) >= self.per_minute:
            return True
        recent.append(now)
        return False

    def answer(self, oa: Oa, call: Call) -> Body:
        window = self.windows[oa.id, call.user]
        if call.path == CS:
            return self._send(oa, call, window)
        if call.path == TEMPLATE:
            return self._template(call)
        if call.path == GETOA:
            return success({"oa_id": oa.id, "name": "Công an xã Mẫu", "is_verified": True})
        if window.last is None:
            return refusal(-213, "User has not interacted")
        if call.path == DETAIL:
            return success({"user_id": call.user, "display_name": "Người Mẫu", "is_sensitive": False})
        assert call.path == QUOTA
        return success({
            "last_interaction": str(int(window.last * 1000)),
            "cs_reply": {"remain": window.free(self.now()), "total": FREE},
            "promotion": {"daily_remain": 1, "daily_total": 1, "monthly_remain": 4, "monthly_total": 4},
        })  # fmt: skip

    def _template(self, call: Call) -> Body:
        """A template message: its fields are those that were declared, all of them, none too long."""
        declared = self.approved.get(call.body["template_id"])
        if declared is None:
            return refusal(-109, "Template id is invalid")
        data = call.body["template_data"]
        if data.keys() != declared.keys():
            return refusal(-132, "Template parameters do not match")
        if not all(isinstance(text, str) and 0 < len(text) <= declared[name] for name, text in data.items()):
            return refusal(-112, "Template data is invalid")
        if call.body["phone"] in self.without:
            return refusal(-118, "Zalo account does not exist")
        call.delivered, call.message_id = True, secrets.token_hex(10)
        self.templates.append(call)
        self.arrived.set()
        quota = {"dailyQuota": "500", "remainingQuota": str(500 - len(self.templates))}
        return success({"msg_id": call.message_id, "sent_time": str(int(self.now() * 1000)), "quota": quota})

    def _send(self, oa: Oa, call: Call, window: Window) -> Body:
        refused = window.refuses(self.now())
        if refused:
            return refusal(refused, "The user may not be written to")
        if window.free(self.now()):
            window.left -= 1
            quota = {"quota_type": "reply", "remain": str(window.left), "total": str(FREE)}
        elif self.package:
            self.package -= 1
            quota = {"quota_type": "sub_quota", "remain": str(self.package), "total": str(self.package + 1)}
        else:
            return refusal(-218, "Quota used up")
        call.delivered, call.message_id = True, secrets.token_hex(10)
        self.sent.append(call)
        self.arrived.set()
        data: Body = {"message_id": call.message_id}
        data["recipient_id" if self.recipient_id else "user_id"] = call.user
        if self.tells_quota:
            data["quota"] = quota | {"expired_date": "", "owner_type": "OA", "owner_id": oa.id}
        return success(data)


def success(data: Body) -> Body:
    return {"error": 0, "message": "Success", "data": data}


def refusal(code: int, message: str) -> Body:
    """A refusal; it too comes with HTTP 200."""
    return {"error": code, "message": message}
