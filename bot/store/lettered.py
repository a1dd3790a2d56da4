"""What can be chosen in messages that answer nobody, for doors without buttons.

A talk counts what is on show from 1, and a typed number means the talk's. A reminder, or a call to an
officer, comes in between: its lines have a letter before the number ("K1"), another one for each message, so
that an old code does not soon come to mean something new.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta

from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.scripts import span_ms

LETTERS = "KMNSTVXY"  # none that begins a class of driving licence; messages that can be chosen from at once
KEPT = timedelta(days=31)
_CODE = re.compile(rf"\s*([{LETTERS}{LETTERS.lower()}])\s?(\d{{1,2}})\s*[.)]?\s*\Z")


class Lettered:
    """Letters of messages and the choices behind them, sealed, by person."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def letter(self, who: Person, message: str, choices: Sequence[str]) -> str:
        """The letter of a message (its id) with these choices; the same when asked again."""
        found: dict[bytes, bytes] = await self._store.line.ask("HGETALL", who.key("lettered"))
        for letter, sealed in found.items():
            if letter != b"next" and json.loads(self._store.seals.open(sealed))["of"] == message:
                return str(letter.decode())
        number = int(await self._store.line.ask("HINCRBY", who.key("lettered"), "next", 1))
        letter = LETTERS[(number - 1) % len(LETTERS)]
        kept = json.dumps({"of": message, "choices": list(choices)})
        await self._store.line.ask("HSET", who.key("lettered"), letter, self._store.seals.seal(kept.encode()))
        await self._store.line.ask("PEXPIRE", who.key("lettered"), span_ms(KEPT))
        return letter

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
