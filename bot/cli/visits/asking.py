"""What is asked before something that hits people: whether, and why."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys

from bot.cli.visits.room import RefusedError
from bot.content.files import console, say
from bot.conversation.changes import REASON

_DIGITS = re.compile(r"\d(?:[ .-]?\d){7,}")  # a phone, an id: whose ever it is, others will read it


async def agreed(question: str) -> bool:
    """Whether whoever sits there says yes; the end of the input says no."""
    print(question, flush=True)
    print(say("visits", "yes_or_no"), end=" ", flush=True)
    answer = (await asyncio.to_thread(sys.stdin.readline)).strip().lower()
    if answer in console()["visits"]["yes_words"]:
        return True
    print(say("visits", "left_as_is"))
    return False


def reason_of(given: argparse.Namespace) -> str:
    """Why, in one line that citizens will read; empty when nobody said."""
    reason = " ".join((given.reason or "").split())
    if len(reason) > REASON:
        raise RefusedError("reason_long", most=REASON)
    if _DIGITS.search(reason) or not reason.isprintable():
        raise RefusedError("reason_private")
    return reason
