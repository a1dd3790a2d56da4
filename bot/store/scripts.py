"""The atomic scripts, one file each in `lua/`."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript


@cache
def source(name: str) -> str:
    """The text of a script."""
    return files("bot.store").joinpath("lua", f"{name}.lua").read_text("utf-8")


def script(redis: Redis, name: str) -> AsyncScript:
    """A script, ready to be called with `keys` and `args`; the server keeps its text after the first call."""
    made: Any = redis.register_script(source(name))
    return made  # type: ignore[no-any-return]  # redis-py types one class for both its clients


def ms(moment: datetime) -> int:
    """A time as the scripts take it: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)
