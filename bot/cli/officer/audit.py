"""The chain of acts, looked through."""

from __future__ import annotations

import argparse
import json
from collections import deque
from datetime import datetime
from typing import Any

from bot.cli import codes
from bot.cli.officer.room import Room, enter
from bot.config import Settings
from bot.content.files import console, say
from bot.domain.seat import LOCAL
from bot.services.officers import TERMINAL
from bot.store.audit import told


def verify(options: Settings, given: argparse.Namespace) -> int:
    """Whether every act is there as it was written; with `--show`, the last ones."""
    return enter(options, given, _verify)


async def _verify(room: Room, given: argparse.Namespace) -> int:
    found = await room.officers.verified()
    last: deque[dict[str, Any]] = deque(maxlen=max(0, given.show or 0))
    if given.show:
        async for _, text, _ in room.officers.audit.entries():
            last.append(told(text))
    if given.json:
        whole = {"entries": found.entries, "broken": found.broken, "head": found.head, "last": list(last)}
        print(json.dumps(whole, ensure_ascii=False))
    else:
        names = {each.id: each.name for each in await room.officers.everyone()}
        for entry in last:
            print(_line(entry, names))
        key = "audit_whole" if found.broken is None else "audit_broken"
        print(say("officer", key, count=found.entries, number=found.broken, head=found.head))
    return codes.OK if found.broken is None else codes.BAD


def _line(entry: dict[str, Any], names: dict[str, str]) -> str:
    at = datetime.fromisoformat(entry["at"]).astimezone(LOCAL)
    words = console()["officer"]
    who = words["terminal"] if entry["who"] == TERMINAL else names.get(entry["who"], entry["who"])
    act = words["acts"].get(entry["act"], entry["act"])
    parts = (f"{at:%d/%m/%Y %H:%M:%S}", who, act, entry["station"], entry["subject"], entry["door"])
    return " · ".join(filter(None, parts))
