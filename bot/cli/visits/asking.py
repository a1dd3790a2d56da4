"""A question before something that hits people."""

from __future__ import annotations

import asyncio
import sys

from bot.content.files import console, say


async def agreed(question: str) -> bool:
    """Whether whoever sits there says yes; the end of the input says no."""
    print(question, flush=True)
    print(say("visits", "yes_or_no"), end=" ", flush=True)
    answer = (await asyncio.to_thread(sys.stdin.readline)).strip().lower()
    if answer in console()["visits"]["yes_words"]:
        return True
    print(say("visits", "left_as_is"))
    return False
