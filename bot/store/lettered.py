"""What can be chosen in messages that answer nobody, for doors without buttons.

A talk counts what is on show from 1, and a typed number means the talk's. A reminder, or a call to an
officer, comes in between: its lines have a letter before the number ("K1"), another one for what
has other choices, so that an old code does not soon come to mean something new.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.scripts import ms, span_ms

LETTERS = "KMNSTVXY"  # none that begins a class of driving licence; what can be chosen from at once
KEPT = timedelta(days=31)
_CODE = re.compile(rf"\s*([{LETTERS}{LETTERS.lower()}])\s?(\d{{1,2}})\s*[.)]?\s*\Z")


class Lettered:
    """Letters and the choices behind them, sealed, by person. Times are handed in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def letter(self, who: Person, choices: Sequence[str], now: datetime) -> str:
        """The letter of a message with these choices: the one they have, else the one unused for longest."""
        key, wanted = who.key("lettered"), list(choices)
        for _ in LETTERS:
            found = await self._found(key)
            free = min(LETTERS, key=lambda letter: found[letter]["used"] if letter in found else 0)
            letter = next((each for each in found if found[each]["choices"] == wanted), free)
            kept = json.dumps({"choices": wanted, "used": ms(now)}).encode()
            await self._store.line.ask("HSET", key, letter, self._store.seals.seal(kept))
            await self._store.line.ask("PEXPIRE", key, span_ms(KEPT))
            if (await self._found(key)).get(letter, {}).get("choices") == wanted:
                break  # else another message to them took it in the same moment
        return letter

    async def _found(self, key: str) -> dict[str, dict[str, Any]]:
        kept: dict[bytes, bytes] = await self._store.line.ask("HGETALL", key)
        return {letter.decode(): json.loads(self._store.seals.open(each)) for letter, each in kept.items()}

    async def choice(self, who: Person, text: str) -> str | None:
        """The choice that somebody typed as its code; None for all other words."""
        code = _CODE.match(text)
        if code is None:
            return None
        sealed = await self._store.line.ask("HGET", who.key("lettered"), code[1].upper())
        if sealed is None:
            return None
        choices: list[str] = json.loads(self._store.seals.open(sealed))["choices"]
        place = int(code[2])
        return choices[place - 1] if 1 <= place <= len(choices) else None
