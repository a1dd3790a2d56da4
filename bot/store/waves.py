"""How many people sent the same doubtful text, or links to the same domain: waves, and nobody's words.

A text is four keyed numbers (`Sighting.sketch`), of which similar texts share most; a domain is counted by
name. Everything of a day is gone after `KEPT`.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta

from bot.domain.scam import Sighting
from bot.store.connection import Store
from bot.store.naming import TAGS, Person, prefix
from bot.store.sealing import Names

KEPT = timedelta(days=30)
MOST = 400  # fields of one tag and day; what is new beyond that is not counted
TEXT, DOMAIN = "s", "d"
_MARK = "p"  # somebody was counted for something
_DIGITS = 16  # hexadecimal digits of a keyed name


def key(tag: int, at: datetime) -> str:
    """Where the sightings of a tag and day are counted."""
    return f"{prefix(tag)}waves:{at:%Y-%m-%d}"


def packed(sighting: Sighting | None, who: Person, at: datetime, names: Names) -> str:
    """A sighting for `finish`: each thing seen, and the mark that this person was counted for it today."""
    if sighting is None:
        return ""
    day = f"{at:%Y-%m-%d}"
    seen = [
        *(f"{TEXT}|{names.pseudonym('sketch', str(number))[:_DIGITS]}" for number in sighting.sketch),
        *(f"{DOMAIN}|{domain[:253]}" for domain in sighting.domains),
    ]
    marked = [
        {"name": name, "mark": f"{_MARK}|{names.pseudonym('seen', who.id, day, name)[:_DIGITS]}"}
        for name in seen
    ]
    return json.dumps(marked, ensure_ascii=False) if marked else ""


class Waves:
    """Reads what was counted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, day: date) -> Counter[str]:
        """How many people sent what on a day: `d|<domain>`, `s|<keyed number>`."""
        total: Counter[str] = Counter()
        async with self._store.redis.pipeline(transaction=False) as pipe:
            for tag in range(TAGS):
                pipe.hgetall(f"{prefix(tag)}waves:{day:%Y-%m-%d}")
            for fields in await pipe.execute():
                for field, count in fields.items():
                    name = field.decode()
                    if not name.startswith(f"{_MARK}|"):
                        total[name] += int(count)
        return total
