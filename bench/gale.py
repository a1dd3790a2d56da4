"""The naive senders of `bench/loops.py` under the kills of `bench/warning.py`: does the harness see it?"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from audience import DEAF, FIRST, ILLS, OA
from processes import ROOT, Kept, own_store
from storm import Plan
from truth import Seen

TOKEN = "4200000001:AAdummy-dummy_dummy"  # noqa: S105 - nobody's
ACCOUNT = {
    "id": OA, "app_id": "1234567890123456789", "app_secret": "appSecretExample",
    "secret_key": "oaSecretKeyExample01",
}  # fmt: skip
MARK = "Canh bao thu nghiem"
EACH = 150  # people of a naive loop
SURE = 5  # times as many ills as usual: there are few people
PAUSE, KILLS = (0.7, 1.5), 8  # seconds between two kills; how many at most
LIMIT = 90.0  # seconds


def child(script: str, *given: object, folder: Path, name: str) -> Kept:
    """A process of the bench that is started again whenever it dies."""
    argv = [sys.executable, str(ROOT / "bench" / script), *map(str, given)]
    return Kept(name, argv, dict(os.environ, PYTHONPATH=str(ROOT)), folder)


async def appears(path: Path, limit: float = 30) -> Any:
    """The content of a JSON file, as soon as it is there."""
    until = time.monotonic() + limit
    while (found := _found(path)) is None:
        if time.monotonic() > until:
            raise SystemExit(f"{path} does not appear")
        await asyncio.sleep(0.05)
    return found


def _found(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def ills(rng: random.Random, chats: Iterable[int]) -> dict[str, tuple[str, float]]:
    """What goes wrong with some of them."""
    found = {}
    for chat in chats:
        drawn = rng.random() * 1000 / SURE
        for share, kind, figure in ILLS:
            drawn -= share
            if drawn < 0:
                found[str(chat)] = (kind, figure)
                break
    return found


async def naive(folder: Path, rng: random.Random) -> dict[str, Any]:
    """Both loops, each with people of its own; what the server saw of them."""
    people = {kind: list(range(FIRST + n, FIRST + n + EACH)) for n, kind in ((0, "cursor"), (EACH, "retry"))}
    wrong = ills(rng, [chat for chats in people.values() for chat in chats])
    Plan(MARK, TOKEN, ACCOUNT, wrong).write(folder)
    server = child("storm.py", folder, folder=folder, name="storm")
    store, address = own_store(folder)
    senders: list[Kept] = []
    kills = 0
    try:
        api = f"{(await appears(folder / 'ready.json'))['telegram']}/bot{TOKEN}"
        for kind, chats in people.items():
            file = folder / f"{kind}.json"
            file.write_text(json.dumps({"text": f"{MARK} {kind}", "chats": chats}), "utf-8")
            senders.append(child("loops.py", kind, address, api, file, folder=folder, name=kind))
        until = time.monotonic() + LIMIT
        done = [folder / f"{kind}.done" for kind in people]
        while time.monotonic() < until and not all(path.exists() for path in done):
            reached = [_reached(folder, chats) for chats in people.values()]
            await asyncio.sleep(rng.uniform(*PAUSE))
            for sender, chats, before in zip(senders, people.values(), reached, strict=True):
                if kills < KILLS and _reached(folder, chats) > before:  # killed sooner, none would ever work
                    kills += sender.kill()
    finally:
        for part in (*senders, server, store):
            await part.end()
    seen = Seen().read(folder / "truth")
    finished = all(path.exists() for path in done)
    return {
        "kills": kills,
        "finished": finished,
        **{kind: _judged(seen, chats, wrong) for kind, chats in people.items()},
    }


def _reached(folder: Path, chats: list[int]) -> int:
    seen = Seen().read(folder / "truth")
    return sum(("telegram", str(chat)) in seen.delivered for chat in chats)


def _judged(seen: Seen, chats: list[int], wrong: dict[str, tuple[str, float]]) -> dict[str, int]:
    times = {chat: len(seen.delivered[("telegram", str(chat))]) for chat in chats}
    deaf = {chat for chat in chats if wrong.get(str(chat), ("", 0))[0] in DEAF}
    return {
        "people": len(chats),
        "delivered": sum(map(bool, times.values())),
        "twice": sum(count > 1 for count in times.values()),
        "missed": sum(not count for chat, count in times.items() if chat not in deaf),
    }
