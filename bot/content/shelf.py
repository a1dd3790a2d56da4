"""The edition in use, and its replacement when files change: learnt in a child process, swapped at once."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

from bot.content import loading
from bot.content.edition import Edition, is_learnt, publish
from bot.errors import ContentError, Problem

_log = logging.getLogger(__name__)
LEARNING = 120  # seconds a child may learn


@dataclass(frozen=True, slots=True)
class Replaced:
    """New content is in use."""

    edition: Edition


@dataclass(frozen=True, slots=True)
class Kept:
    """An edit has problems; the old content stays in use."""

    problems: tuple[Problem, ...]


class Shelf:
    """Holds the current edition. Readers take `current` once for a message and keep to it."""

    def __init__(self, folder: Path, data: Path) -> None:
        self._folder = folder
        self._data = data
        self.current = publish(folder, data)
        self.broken: tuple[Problem, ...] = ()  # what keeps the newest edit from being taken up

    @classmethod
    async def filled(cls, folder: Path, data: Path) -> Shelf:
        """A shelf whose content was learnt by a child, if it had to be: learning takes memory for good.

        Raises:
            ContentError: when the content has problems.
        """
        loading.knowledge(folder)  # its problems belong to us, not to the child
        if not is_learnt(folder, data):
            await _learn(folder, data)
        return await asyncio.to_thread(cls, folder, data)

    async def watch(self) -> AsyncIterator[Replaced | Kept]:
        """Follow edits for ever; what each led to is yielded when it is done."""
        async for _ in awatch(self._folder, watch_filter=_is_content, debounce=400, step=100, recursive=True):
            outcome = await self.refresh()
            if outcome:
                yield outcome

    async def refresh(self) -> Replaced | Kept | None:
        """Take the files as they are now; None when nothing really changed."""
        try:
            known = await asyncio.to_thread(loading.knowledge, self._folder)
            if known.digest == self.current.known.digest:
                return None
            if not is_learnt(self._folder, self._data):
                await _learn(self._folder, self._data)
            self.current = await asyncio.to_thread(publish, self._folder, self._data)
        except ContentError as error:
            self.broken = error.problems
            return Kept(error.problems)
        except Exception:  # whatever an edit can break, the desk keeps answering from the old content
            _log.exception("new content could not be taken up")
            return Kept(())
        self.broken = ()
        return Replaced(self.current)


async def _learn(folder: Path, data: Path) -> None:
    """Let a child learn and keep the weights: learning here would hold everybody up for seconds."""
    environment = {**os.environ, "CONTENT_DIR": str(folder), "DATA_DIR": str(data)}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "weights", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await asyncio.wait_for(child.wait(), LEARNING)
    except TimeoutError:
        child.kill()
        await child.wait()


def _is_content(_change: object, path: str) -> bool:
    return path.endswith(".yaml") and not Path(path).name.startswith(".")
