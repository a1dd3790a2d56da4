"""The register of letters: what a citizen can check, and how often somebody tried to guess.

All of it is under one tag: guesses are counted over all letters, in the step that looks one up. A letter is
kept under a keyed name of its code, the year of birth only as a keyed digest together with the code: whoever
reads the store knows neither. The code is kept sealed, for officers to see again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.letter import (
    LETTER_MOVES,
    Letter,
    LetterKind,
    LetterStatus,
    Tries,
    drawn,
    ends,
)
from bot.domain.wish import Act
from bot.store.acts import lua_table
from bot.store.connection import Store
from bot.store.scripts import Script, ms

PREFIX = "tb:{gm}:"
_DRAWS = 100  # of codes for one letter


class Letters:
    """Reads and changes the register; times are handed in."""

    def __init__(self, store: Store, tries: Tries) -> None:
        self._store, self.tries = store, tries
        heading = lua_table("MOVES", LETTER_MOVES)
        self._scripts = {
            name: Script(store.line, f"letter/{name}", before=["letter/register"], heading=heading)
            for name in ("check", "issue", "turn", "tidy")
        }

    def named(self, code: str) -> str:
        """What a code is called in the store and in the audit."""
        return self._store.names.pseudonym("letter", code)[:24]

    def code(self, request: str, attempt: int = 0) -> str:
        """The code that a request is given: the same when it is repeated, and known to nobody before."""
        for place in range(attempt * _DRAWS, (attempt + 1) * _DRAWS):
            number = int(self._store.names.pseudonym("letter code", request, str(place)), 16)
            found = drawn(number)
            if found:
                return found
        raise AssertionError("no code can be given out")

    async def free(self, request: str) -> int:
        """The first attempt at a code for a request that no letter has."""
        for attempt in range(_DRAWS):
            name = self.named(self.code(request, attempt))
            if not await self._store.line.ask("EXISTS", f"{PREFIX}letter:{name}"):
                return attempt
        raise AssertionError("no code is free")

    async def issue(  # noqa: PLR0913 - what a letter is made of
        self, act: Act, code: str, *, by: str, station: str, kind: LetterKind, at: datetime, year: int
    ) -> tuple[str, Letter | None]:
        """A new letter: `done`; `limit` when the station has too many open; `taken`: draw another code."""
        ending = ends(at)
        found = await self._run(
            "issue", act, name=self.named(code), station=station, kind=kind, at=ms(at), ends=ms(ending),
            leaves=ms(ending + self.tries.kept), year=self._year(code, year), by=by,
            sealed=self._store.seals.seal(code.encode()).decode(), most=self.tries.most,
        )  # fmt: skip
        return found["outcome"], await self._shown(found)

    async def check(
        self, act: Act, code: str, year: int, talk: str, network: str = ""
    ) -> tuple[str, Letter | None]:
        """`found`, `none`, or `often` when one more try is too many; the letter is without its code."""
        tries = self.tries
        limits = {
            "talk": tries.talk, "asks": tries.asks, "network": tries.network, "code": tries.code,
            "overall": tries.overall, "letter": tries.letter,
        }  # fmt: skip
        found = await self._run(
            "check", act, name=self.named(code), year=self._year(code, year), tries=limits,
            talk=self._store.names.pseudonym("letter tries", talk),
            network=self._store.names.pseudonym("letter tries", network) if network else "",
        )  # fmt: skip
        return found["outcome"], _letter(found["letter"], "") if "letter" in found else None

    async def turn(self, act: Act, seen: Letter, to: LetterStatus) -> tuple[str, Letter | None]:
        """What became of a letter, if it stands as `seen`: `done`, `not_allowed` or `not_found`."""
        found = await self._run("turn", act, name=seen.name, version=seen.version, to=to)
        return found["outcome"], await self._shown(found)

    async def tidy(self, now: datetime) -> None:
        """Forget what was kept long enough; done with every other act, too."""
        await self._run("tidy", Act("", now))

    async def done_already(self, name: str, act: Act) -> bool:
        """Whether a request was carried out before."""
        return bool(await self._store.line.ask("HEXISTS", f"{PREFIX}results", f"{name}:{act.request}"))

    async def of(self, station: str) -> list[Letter]:
        """The letters of a station that are still remembered, by the time of the visit."""
        names: Any = await self._store.line.ask("ZRANGE", f"{PREFIX}of:{station}", 0, -1)
        found = [await self.read(name.decode()) for name in names]
        return [each for each in found if each]

    async def read(self, name: str) -> Letter | None:
        """A letter as officers see it."""
        text: Any = await self._store.line.ask("GET", f"{PREFIX}letter:{name}")
        if text is None:
            return None
        fields = json.loads(text)
        return _letter(fields, self._store.seals.open(fields["sealed"].encode()).decode())

    async def _shown(self, found: Mapping[str, Any]) -> Letter | None:
        """The letter of a result, with its code, as it stands in the result."""
        if "letter" not in found:
            return None
        now = await self.read(found["letter"]["name"])
        return _letter(found["letter"], now.code if now else "")

    def _year(self, code: str, year: int) -> str:
        return self._store.names.pseudonym("letter year", code, str(year))

    async def _run(self, name: str, act: Act, /, **arguments: object) -> dict[str, Any]:
        request = f"{name}:{act.request}" if act.request else ""
        text = await self._scripts[name](
            keys=[f"{PREFIX}ids"], args=[PREFIX, request, ms(act.now), json.dumps(arguments)]
        )
        found: dict[str, Any] = json.loads(text)
        return found


def _letter(fields: Mapping[str, Any], code: str) -> Letter:
    return Letter(
        name=fields["name"],
        code=code,
        station=fields["station"],
        kind=LetterKind(fields["kind"]),
        at=_moment(fields["at"]),
        status=LetterStatus(fields["status"]),
        version=int(fields["version"]),
        made=_moment(fields["made"]),
        by=fields["by"],
        checks=int(fields["checks"]),
        wrong=int(fields["wrong"]),
    )


def _moment(value: Any) -> datetime:
    return datetime.fromtimestamp(int(value) / 1000, UTC)
