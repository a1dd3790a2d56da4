"""Telegram and Zalo in a storm: the server of `bench/warning.py`, in a process of its own.

    python bench/storm.py FOLDER

Plays both platforms, as strictly as the doubles of the tests do, and goes wrong as FOLDER/plan.json says.
What reached somebody stands in FOLDER/truth before the call is answered, so that the file knows better than
any desk. Citizens talk on meanwhile: they write to the desk's webhook and wait for an answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.doubles.faults import Call
from tests.doubles.telegram import TelegramDouble
from tests.doubles.zalo import CS, Oa, ZaloDouble

QUESTIONS = ("mất căn cước làm lại ở đâu", "dang ky tam tru can giay to gi", "trụ sở công an xã ở đâu")
TALKERS = 7_900_000_000  # the number of the first citizen who talks
WINDOW = 3.0  # seconds over which it is seen whether somebody is too fast
ALWAYS = 1_000_000
ARGUMENTS = {"retry_after": "after", "hang": "seconds"}


@dataclass
class Plan:
    """What happens. `mark` stands in every warning and in nothing else.

    `ills` are what goes wrong by chat: a kind of fault and its argument. `windows` tells how many hours ago
    each person wrote on Zalo. After `flood_after` warnings all calls are refused for `flood_seconds`; so they
    are for a moment whenever more than `ceiling` warnings a second come. Somebody asks every `talk_every`
    seconds at the webhook behind `gateway`; 0: nobody does.
    """

    mark: str
    token: str
    oa: dict[str, str]
    ills: dict[str, tuple[str, float]] = field(default_factory=dict)
    zalo_ills: dict[str, str] = field(default_factory=dict)
    windows: dict[str, float] = field(default_factory=dict)
    flood_after: int = 0
    flood_seconds: float = 5.0
    ceiling: float = 0.0
    gateway: str = ""
    talk_every: float = 0.0

    def write(self, folder: Path) -> None:
        (folder / "plan.json").write_text(json.dumps(asdict(self)), "utf-8")


class Truth:
    """A line for everything that happened: when, at which door, to whom, what, and a figure."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)  # a line is given to the system at once

    def note(self, door: str, user: object, what: str, figure: float = 0.0) -> None:
        self._file.write(json.dumps([round(time.time(), 4), door, str(user), what, figure]) + "\n")


class Landed(list[Any]):
    """Calls whose message has reached somebody; each is written down as it does."""

    def __init__(self, landed: Callable[[Any], None]) -> None:
        super().__init__()
        self._landed = landed

    def append(self, call: Any) -> None:
        self._landed(call)
        super().append(call)


class StormyTelegram(TelegramDouble):
    """The strict double, with the ills of the plan and citizens who talk."""

    def __init__(self, plan: Plan, truth: Truth) -> None:
        super().__init__([plan.token])
        self._plan, self._truth = plan, truth
        self._sent = Landed(self._landed)
        self._lately: deque[float] = deque()
        self._marked = 0
        self._slow = {int(chat): span for chat, (kind, span) in plan.ills.items() if kind == "slow"}
        self._asked: dict[int, float] = {}
        self.updates.gateway = plan.gateway
        for chat, (kind, figure) in plan.ills.items():
            if kind != "slow":
                lasting = kind in {"blocked", "deactivated", "chat_not_found"}
                given = {ARGUMENTS[kind]: figure} if kind in ARGUMENTS else {}
                self.fault(kind, chat=int(chat), times=ALWAYS if lasting else 1, **given)

    async def _answer(self, call: Call, request: web.Request) -> web.StreamResponse:
        if call.method == "sendMessage" and self._plan.mark in call.formatted.text:
            self._counted(call)
            if span := self._slow.pop(call.fields["chat_id"], 0.0):
                await asyncio.sleep(span)
        try:
            return await super()._answer(call, request)
        finally:
            if call.fault and "chat_id" in call.fields:
                self._truth.note("telegram", call.fields["chat_id"], f"ill {call.fault}")

    def _counted(self, call: Call) -> None:
        """A call with a warning: whether all of them are too many."""
        self._truth.note("telegram", call.fields["chat_id"], "call")
        self._marked += 1
        now = time.monotonic()
        self._lately.append(now)
        while self._lately[0] <= now - WINDOW:
            self._lately.popleft()
        if self._plan.ceiling and len(self._lately) > self._plan.ceiling * WINDOW:
            self._truth.note("telegram", "", "too fast", len(self._lately) / WINDOW)
            self._lately.clear()
            self.fault("flood", seconds=2)
        if self._marked == self._plan.flood_after:
            self._truth.note("telegram", "", "flood", self._plan.flood_seconds)
            self.fault("flood", seconds=self._plan.flood_seconds)

    def _landed(self, call: Call) -> None:
        chat = call.fields["chat_id"]
        if self._plan.mark in call.formatted.text:
            self._truth.note("telegram", chat, "delivered")
        elif chat in self._asked:
            self._truth.note("telegram", chat, "answered", time.monotonic() - self._asked.pop(chat))

    async def talk(self, begun: Callable[[], bool]) -> None:
        """Somebody new asks, again and again, once it has begun."""
        while not begun():  # noqa: ASYNC110 - a file that another process makes
            await asyncio.sleep(0.2)
        for number in range(ALWAYS):
            await asyncio.sleep(self._plan.talk_every)
            chat = TALKERS + number
            self._asked[chat] = time.monotonic()
            self._truth.note("telegram", chat, "asked")
            await self.say(chat, QUESTIONS[number % len(QUESTIONS)])


def zalo(plan: Plan, truth: Truth) -> ZaloDouble:
    """The strict double of Zalo, with everybody's window as it is."""
    double = ZaloDouble(Oa(**plan.oa))
    double.api.sent = Landed(lambda call: truth.note("zalo_oa", call.user, "delivered"))
    for user, hours in plan.windows.items():
        double.api.windows[plan.oa["id"], user].opened(double.now() - hours * 3600)
    for user, kind in plan.zalo_ills.items():
        if kind == "blocked":
            double.block(user)
        else:
            double.fault(kind, user=user)
    return double


def refusals(double: ZaloDouble) -> Counter[int]:
    """What Zalo refused of its own accord, by code."""
    return Counter(
        call.error for call in double.calls
        if call.path == CS and call.error not in {None, 0} and call.fault != "code"
    )  # fmt: skip


async def serve(folder: Path) -> None:
    """Play both until the process is ended; what was wrong stands in FOLDER/wrong.json, always anew."""
    given = json.loads((folder / "plan.json").read_text("utf-8"))
    plan, truth = Plan(**given), Truth(folder / "truth")
    telegram, other = StormyTelegram(plan, truth), zalo(plan, truth)
    await telegram.start()
    await other.open()
    ready = {"telegram": telegram.url, "zalo": other.url, "refresh": other.refresh_token(other.oas[0])}
    written(folder / "ready.json", ready)
    talking = asyncio.create_task(telegram.talk((folder / "begun").exists)) if plan.talk_every else None
    while True:
        if talking and talking.done():
            talking.result()  # says what went wrong
        await asyncio.sleep(0.5)
        wrong = {"wrong": telegram.wrong + other.wrong, "zalo_refused": dict(refusals(other))}
        written(folder / "wrong.json", wrong)


def written(path: Path, what: Any) -> None:
    """A whole file or none."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(what), "utf-8")
    new.replace(path)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
