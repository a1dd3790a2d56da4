"""The atomic scripts, one file each in `lua/`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from redis.exceptions import NoScriptError

from bot.store.line import Line


@cache
def source(name: str) -> str:
    """The text of a script."""
    return files("bot.store").joinpath("lua", f"{name}.lua").read_text("utf-8")


class Script:
    """A script of the server, asked for by its digest; its text is sent when the server does not know it."""

    def __init__(self, line: Line, name: str, *, before: Sequence[str] = (), heading: str = "") -> None:
        """`before`: files whose local functions it uses; `heading`: Lua that stands above all of them."""
        self._line, self._text = line, heading + "\n".join(map(source, (*before, name)))
        self._digest = hashlib.sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[str | bytes | float]) -> Any:
        """What the script returns.

        Raises:
            RedisError: the store refuses or is away.
        """
        try:
            return await self._line.ask("EVALSHA", self._digest, len(keys), *keys, *args)
        except NoScriptError:
            return await self._line.ask("EVAL", self._text, len(keys), *keys, *args)


def ms(moment: datetime) -> int:
    """A time as the scripts take it: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def span_ms(span: timedelta) -> int:
    """A length of time as the scripts take it."""
    return round(span.total_seconds() * 1000)
